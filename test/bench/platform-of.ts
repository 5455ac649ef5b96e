import type { FunctionDescription, Platform } from '../../src/vocab/index.js';
import { SAMPLE_HOST } from '../support/sample-host.js';

/** Functions that a bus has room for. */
const PER_BUS = 256;
const MOST_FUNCTIONS = PER_BUS * PER_BUS - 1;
const BUS_BYTES = 0x20_0000;

/** What each function of these platforms has: a register of each common access, and a shared page. */
const REGISTERS: FunctionDescription['registers'] = [
  { name: 'CTRL', index: 0, access: 'rw', reset: 1, fields: [{ name: 'ENBL', lowBit: 0, widthBits: 1 }] },
  { name: 'STAT', index: 1, access: 'ro', reset: 0x8000_0001, fields: [] },
  { name: 'IRQS', index: 2, access: 'w1c', reset: 0xff, fields: [] },
  { name: 'MASK', index: 3, access: 'rw', reset: 0x10, fields: [] },
];

/** Registers that each function has, from index 0 up. */
export const REGISTER_COUNT = REGISTERS.length;

export interface PlatformOptions {
  /** Gives each function a shared page. */
  readonly shared?: boolean;
}

/** The packed BDFs, `bus << 8 | device << 3 | function`, of so many functions: bridges on bus 0 first, then what is below. */
export function placesOf(count: number): number[] {
  if (!Number.isInteger(count) || count < 1 || count > MOST_FUNCTIONS)
    throw new RangeError(`count is ${count}; it must be 1..${MOST_FUNCTIONS}.`);
  // 00:00.0 is the host bridge, so that place 0 stays free.
  if (count < PER_BUS) return Array.from({ length: count }, (_, index) => index + 1);
  const bridges = bridgesFor(count);
  return Array.from({ length: count }, (_, index) => (index < bridges ? index + 1 : index - bridges + PER_BUS));
}

/** Bridges that lead to all the buses that so many functions need. */
function bridgesFor(count: number): number {
  return count < PER_BUS ? 0 : Math.ceil(count / (PER_BUS + 1));
}

/** A machine of 1..65,535 functions on as few buses as hold them. */
export function platformOf(count: number, options: PlatformOptions = {}): Platform {
  const bridges = bridgesFor(count);
  const buses = bridges + 1;
  const functions = placesOf(count).map((packed, index): FunctionDescription => {
    const secondary = index < bridges ? index + 1 : undefined;
    return {
      address: { bus: packed >>> 8, device: (packed >>> 3) & 31, function: packed & 7 },
      name: 'BNCH',
      registers: REGISTERS,
      shared: options.shared ? [{ name: 'RING', offsetBytes: 0, lengthBytes: 2048 }] : [],
      ids: { vendor: 0x1af4, device: 0x1008, classCode: 0xff_0000 },
      ...(secondary === undefined ? {} : { bridge: { secondary, subordinate: secondary } }),
    };
  });
  return {
    vcfg: { base: 0x1_0000_0000n, buses, lengthBytes: buses * BUS_BYTES },
    memory: [],
    ecam: { base: 0xe000_0000n, lengthBytes: BigInt(buses) << 20n, buses },
    addressBits: 46,
    ...SAMPLE_HOST,
    functions,
  };
}
