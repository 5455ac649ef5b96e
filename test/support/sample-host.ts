import type { Platform } from '../../src/vocab/index.js';

/** What a platform says beside its windows and functions, for tests to which that does not matter. */
export const SAMPLE_HOST: Pick<Platform, 'cpus' | 'windows' | 'interrupts' | 'pm'> = {
  cpus: 1,
  windows: { io: [{ base: 0x1000, lengthBytes: 0xf000 }], mmio32: { base: 0xd000_0000n, lengthBytes: 0x1000_0000n } },
  interrupts: [16, 17, 18, 19],
  pm: { base: 0x600, sci: 9 },
};
