import type { FunctionDescription, Platform } from '../../src/vocab/index.js';
import { SAMPLE_HOST } from '../support/sample-host.js';

/** What most functions of these tests have in common. */
export function describeFunction(
  given: Partial<FunctionDescription> & Pick<FunctionDescription, 'address' | 'name'>,
): FunctionDescription {
  return { registers: [], shared: [], ids: { vendor: 0x1af4, device: 0x1008, classCode: 0xff_0000 }, ...given };
}

/** A register whose reset value and fields do not matter unless given. */
export function describeRegister(
  name: string,
  index: number,
  access: FunctionDescription['registers'][number]['access'],
  reset = 0,
): FunctionDescription['registers'][number] {
  return { name, index, access, reset, fields: [] };
}

export function describePlatform(functions: readonly FunctionDescription[], buses = 4): Platform {
  return {
    vcfg: { base: 0x1_0000_0000n, buses, lengthBytes: buses << 21 },
    memory: [{ base: 0n, lengthBytes: 0x100_0000n }],
    ecam: { base: 0xe000_0000n, lengthBytes: BigInt(buses) << 20n, buses },
    addressBits: 46,
    ...SAMPLE_HOST,
    functions,
  };
}

/** A sensor hub at 00:04.0 with a register of each access and a shared page. */
export const SENSOR = describeFunction({
  address: { bus: 0, device: 4, function: 0 },
  name: 'SENS',
  registers: [
    describeRegister('CTRL', 0, 'rw', 1),
    describeRegister('STAT', 1, 'ro', 0x8000_0001),
    describeRegister('IRQS', 2, 'w1c', 0xff),
    describeRegister('MASK', 3, 'w1s', 0x10),
    describeRegister('DOOR', 4, 'wo', 7),
    describeRegister('EVNT', 1023, 'rc', 0x55),
  ],
  shared: [{ name: 'RING', offsetBytes: 0, lengthBytes: 2048 }],
});
