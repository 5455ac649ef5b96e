import { platformFromObject } from '../../src/platform/index.js';
import type { Platform } from '../../src/vocab/index.js';
import type { PlatformFile } from './platform-arbitrary.js';

const BUSES = 256;
const PER_BUS = 256;
const MOST = (BUSES - 1) * PER_BUS;

const hex = (value: number) => value.toString(16).padStart(2, '0');
const address = (bus: number, devfn: number) => `${hex(bus)}:${hex(devfn >> 3)}.${devfn & 7}`;
/** `F` and three digits of base 36: 46,656 names. */
const name = (letter: string, index: number) => `${letter}${index.toString(36).toUpperCase().padStart(3, '0')}`;

/** Every fourth function is passed through; the others have registers with a field, and a run of their shared page. */
function contents(index: number): object {
  if (index % 4 === 0) return { profile: 'vfio' };
  return {
    registers: [
      { name: 'CTRL', index: 0, reset: 1, fields: [{ name: 'ENBL', bits: 0 }] },
      { name: 'IRQS', index: 2, access: 'w1c' },
      { name: 'LAST', index: 1023, access: 'ro' },
    ],
    shared: [{ name: 'RING', offset: 0, bytes: 2048 }],
  };
}

function wideFile(count: number): PlatformFile {
  if (!Number.isInteger(count) || count < 1 || count > MOST) throw new RangeError(`count is ${count}, not 1..${MOST}`);
  const taken = new Map<number, number>();
  const functions = Array.from({ length: count }, (_, index) => {
    const bus = BUSES - 1 - Math.floor((index * (BUSES - 1)) / count);
    const devfn = taken.get(bus) ?? 0;
    taken.set(bus, devfn + 1);
    return { address: address(bus, devfn), name: name('F', index), ...contents(index) };
  });
  // The port to bus b is at device and function b of bus 0, where 00:00.0 is the host bridge.
  const ports = [...taken.keys()].map((bus) => ({
    address: address(0, bus),
    name: name('P', bus),
    bridge: { secondary: bus },
  }));
  return { vcfg: { base: '0x40_0000_0000', buses: BUSES }, functions: [...ports, ...functions] };
}

/** A platform of 1..65,280 functions, spread evenly over all buses below a root port for each bus that has one. */
export function widePlatform(count: number): Platform {
  return platformFromObject(wideFile(count));
}
