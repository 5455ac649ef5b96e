import { fromHex, toHex } from '../../../src/base/index.js';
import type { GuestCounts } from '../../../src/device/index.js';
import type { MemoryPort } from '../../../src/vocab/index.js';

/** A dword, or bytes as hex when written and as a count when read. */
export type Step =
  | readonly ['read32', bigint]
  | readonly ['write32', bigint, number]
  | readonly ['read', bigint, number]
  | readonly ['write', bigint, string];

/** What a guest worker is told to run, over and over. */
export interface GuestOrder {
  readonly script: readonly Step[];
  readonly rounds: number;
}

/** What came of it: the different traces of the rounds, and what ended them early. */
export interface GuestReport {
  readonly traces: readonly string[];
  readonly counts: GuestCounts;
  readonly error?: string;
  readonly codes?: readonly string[];
}

/** Memory of any width, as GuestMemory and GuestThread are. */
export interface WideMemory extends MemoryPort {
  read(address: bigint, data: Uint8Array): void;
  write(address: bigint, data: Uint8Array): void;
}

const RUN: {
  readonly [K in Step[0]]: (memory: WideMemory, address: bigint, value: never) => string | undefined;
} = {
  read32: (memory, address) => memory.read32(address).toString(16),
  write32: (memory, address, value: number) => void memory.write32(address, value),
  read: (memory, address, length: number) => {
    const data = new Uint8Array(length).fill(0xee);
    memory.read(address, data);
    return toHex(data);
  },
  write: (memory, address, hex: string) => void memory.write(address, fromHex(hex)),
};

/** Runs every step; what the reads gave, in order. */
export function runScript(memory: WideMemory, script: readonly Step[]): string {
  return script
    .map(([what, address, value]) => RUN[what](memory, address, value as never))
    .filter((read) => read !== undefined)
    .join(' ');
}
