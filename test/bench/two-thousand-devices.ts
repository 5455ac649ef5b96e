import { asl, eisaId, fieldUnits, type Op } from '../../src/aml/index.js';

const DEVICE_COUNT = 2000;
const REGION_BYTES = 0x1000;

/** `D000` to `D7CF`. */
const nameOf = (index: number) => `D${index.toString(16).toUpperCase().padStart(3, '0')}`;

/** A device with _ADR, _HID, a region, a field and a method, made anew from front to back: 108 bytes of AML. */
function deviceOf(index: number): Op<'Device'> {
  return asl.Device(nameOf(index), [
    asl.Name('_ADR', (index + 1) * 0x10000),
    asl.Name('_HID', eisaId('PNP0A08')),
    asl.OperationRegion('VREG', 'SystemMemory', 0x1_0000_0000 + index * REGION_BYTES, REGION_BYTES),
    asl.Field(
      'VREG',
      { access: 'DWordAcc', lock: true },
      fieldUnits([
        { name: 'PFPM', lowBit: 0, bits: 32 },
        { name: 'PDSM', lowBit: 32, bits: 32 },
        { name: 'NOTY', lowBit: 64, bits: 32 },
        { name: 'LAST', lowBit: 32_736, bits: 32 },
      ]),
    ),
    asl.Method('_STA', { serialized: true }, [
      asl.Store(1, 'PFPM'),
      asl.Store(asl.path('NOTY'), asl.Local(0)),
      asl.If(asl.LEqual(asl.Local(0), 0), [asl.Return(0x0f)]),
      asl.Return(asl.Local(0)),
    ]),
  ]);
}

/** What generation is measured with: 216,000 bytes of AML as terms. */
export function twoThousandDevices(): Op<'Device'>[] {
  return Array.from({ length: DEVICE_COUNT }, (_, index) => deviceOf(index));
}

/** The same, each made when it is asked for. */
export function* eachOfTwoThousandDevices(): Generator<Op<'Device'>> {
  for (let index = 0; index < DEVICE_COUNT; index++) yield deviceOf(index);
}
