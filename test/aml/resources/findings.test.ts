import { describe, expect, it } from 'vitest';
import { encodeAml } from '../../../src/aml/index.js';
import {
  checkResources,
  clockInput,
  csi2Bus,
  decodeResources,
  encodeResources,
  endDependentFn,
  endTag,
  gpioInt,
  interrupt,
  io,
  irq,
  qwordMemory,
  type ResourceDescriptor,
  resourceTemplate,
  startDependentFnNoPri,
  vendorShort,
  wordBusNumber,
} from '../../../src/aml/resources/index.js';
import { DiagnosticError, fromHex, toHex } from '../../../src/base/index.js';

const kindsOf = (hex: string) => decodeResources(fromHex(hex)).descriptors.map(({ kind }) => kind);
const bare = (hex: string) => hex.replaceAll(' ', '');

describe('bytes that are no template', () => {
  it.each([
    ['', 'AML_RESOURCE_END', 0, []],
    ['22 10 00', 'AML_RESOURCE_END', 3, ['IRQNoFlags']],
    ['79 00 22 10 00', 'AML_RESOURCE_END', 2, ['EndTag', 'Raw']],
    ['47 01 60 00 60', 'AML_RESOURCE_TRUNCATED', 0, ['Raw']],
    ['22 10 00 86 09', 'AML_RESOURCE_TRUNCATED', 3, ['IRQNoFlags', 'Raw']],
    ['86 09 00 01 00 00', 'AML_RESOURCE_TRUNCATED', 0, ['Raw']],
    ['61 00 79 00', 'AML_RESOURCE_UNKNOWN', 0, ['Raw', 'EndTag']],
    ['22 10 00 21 10 79 00', 'AML_RESOURCE_UNKNOWN', 3, ['IRQNoFlags', 'Raw', 'EndTag']],
    ['86 08 00 01 00 00 00 00 00 00 00 79 00', 'AML_RESOURCE_UNKNOWN', 0, ['Raw', 'EndTag']],
    ['89 06 00 01 02 09 00 00 00 79 00', 'AML_RESOURCE_LAYOUT', 0, ['Raw', 'EndTag']],
    // a GpioIo whose vendor data begins a byte late, one without a NUL, and one with half a pin
    [
      '8c 18 00 01 01 01 00 00 00 00 00 00 00 00 17 00 00 19 00 1c 00 00 00 07 00 58 00 79 00',
      'AML_RESOURCE_LAYOUT',
      0,
      ['Raw', 'EndTag'],
    ],
    [
      '8c 18 00 01 01 01 00 00 00 00 00 00 00 00 17 00 00 19 00 1b 00 00 00 07 00 58 58 79 00',
      'AML_RESOURCE_LAYOUT',
      0,
      ['Raw', 'EndTag'],
    ],
    [
      '8c 18 00 01 01 01 00 00 00 00 00 00 00 00 17 00 00 18 00 1b 00 00 00 07 00 58 00 79 00',
      'AML_RESOURCE_LAYOUT',
      0,
      ['Raw', 'EndTag'],
    ],
    // an I2CSerialBusV2 with less type data than its own
    ['8e 11 00 02 00 01 06 00 00 01 05 00 80 1a 06 00 10 00 58 00 79 00', 'AML_RESOURCE_LAYOUT', 0, ['Raw', 'EndTag']],
  ] as const)('%s gives %s at %i and keeps its bytes', (hex, code, offsetBytes, kinds) => {
    const { descriptors, diagnostics } = decodeResources(fromHex(bare(hex)));
    expect(diagnostics.map((found) => [found.code, found.place.offsetBytes])).toEqual([[code, offsetBytes]]);
    expect(descriptors.map(({ kind }) => kind)).toEqual(kinds);
    expect(toHex(encodeResources(descriptors))).toBe(bare(hex));
  });
});

describe('odd bytes that are understood', () => {
  it('keeps reserved bits, bytes behind the fields, and the checksum of the EndTag', () => {
    const hex = bare('2a 01 18 24 10 00 01 ff 79 54');
    const { descriptors, diagnostics } = decodeResources(fromHex(hex));
    expect(diagnostics).toEqual([]);
    expect(descriptors).toMatchObject([
      { kind: 'DMA', channels: [0], reserved: { flags: 0x18 } },
      { kind: 'IRQ', interrupts: [4], mode: 'Edge', trailing: new Uint8Array([0xff]) },
      { kind: 'EndTag', checksum: 0x54 },
    ]);
    expect(toHex(encodeResources(descriptors))).toBe(hex);
  });

  it('tells an index without a source from an index with an empty one', () => {
    const short = bare('89 07 00 01 01 09 00 00 00 03 79 00');
    const long = bare('89 08 00 01 01 09 00 00 00 03 00 79 00');
    expect(decodeResources(fromHex(short)).descriptors[0]).not.toHaveProperty('resourceSource');
    expect(decodeResources(fromHex(long)).descriptors[0]).toMatchObject({ resourceSource: '' });
    expect(kindsOf(short)).toEqual(['Interrupt', 'EndTag']);
  });
});

describe('descriptors newer than iasl 20200925', () => {
  it.each([
    [
      csi2Bus({
        slaveMode: 'DeviceInitiated',
        phyType: 1,
        localPort: 2,
        resourceSource: 'A',
        vendorData: fromHex('aa'),
      }),
      '8e 0c 00 01 00 04 03 09 00 01 01 00 aa 41 00',
    ],
    [
      clockInput({
        numerator: 19_200,
        divisor: 2,
        scale: 'KHz',
        mode: 'Variable',
        resourceSourceIndex: 1,
        resourceSource: 'B',
      }),
      '93 0c 00 01 03 00 02 00 00 4b 00 00 01 42 00',
    ],
  ] satisfies [ResourceDescriptor, string][])('%o', (descriptor, hex) => {
    expect(toHex(encodeResources([descriptor]))).toBe(bare(hex));
    expect(decodeResources(fromHex(bare(hex))).descriptors).toEqual([descriptor]);
  });
});

describe('values that no descriptor holds', () => {
  const fixed = { kind: 'Memory32Fixed', access: 'ReadWrite', base: 0, length: 0 } as const;
  it.each<[string, () => unknown, string, string]>([
    [
      'an interrupt above 15',
      () => irq({ mode: 'Edge', polarity: 'ActiveLow', interrupts: [16] }),
      'AML_VALUE_RANGE',
      'IRQ.interrupts',
    ],
    ['a port above 0xffff', () => io({ min: 0x1_0000, max: 0, alignment: 1, length: 1 }), 'AML_VALUE_RANGE', 'IO.min'],
    ['an address of 65 bits', () => qwordMemory({ min: 0n, max: 1n << 64n }), 'AML_VALUE_RANGE', 'QWordMemory.max'],
    ['ends in the wrong order', () => wordBusNumber({ min: 2, max: 1 }), 'AML_VALUE_RANGE', 'WordBusNumber.min'],
    ['a length over 16 bits', () => wordBusNumber({ min: 0, max: 0xffff }), 'AML_VALUE_RANGE', 'WordBusNumber.length'],
    ['8 vendor bytes in a short one', () => vendorShort({ data: new Uint8Array(8) }), 'AML_TOO_LONG', 'VendorShort'],
    [
      '256 interrupts',
      () => interrupt({ mode: 'Edge', polarity: 'ActiveLow', interrupts: Array.from({ length: 256 }, (_, n) => n) }),
      'AML_VALUE_RANGE',
      'Interrupt.number of interrupts',
    ],
    [
      'a source without an index',
      () => interrupt({ mode: 'Edge', polarity: 'ActiveLow', interrupts: [1], resourceSource: 'X' }),
      'AML_VALUE_RANGE',
      'Interrupt.resourceSource',
    ],
    [
      'a NUL in a source',
      () => gpioInt({ mode: 'Edge', polarity: 'ActiveLow', pins: [1], resourceSource: 'A\0' }),
      'AML_BAD_STRING',
      'GpioInt.resourceSource',
    ],
    [
      'a body over 0xffff bytes',
      () =>
        gpioInt({
          mode: 'Edge',
          polarity: 'ActiveLow',
          pins: [1],
          resourceSource: 'A',
          vendorData: new Uint8Array(65_536),
        }),
      'AML_TOO_LONG',
      'GpioInt',
    ],
    [
      'a word that is no keyword',
      () => encodeResources([{ ...fixed, access: 'Read' } as unknown as ResourceDescriptor]),
      'AML_VALUE_RANGE',
      'Memory32Fixed.access',
    ],
    [
      'reserved bits that are not reserved',
      () => encodeResources([{ ...fixed, reserved: { flags: 1 } }]),
      'AML_VALUE_RANGE',
      'Memory32Fixed.reserved.flags',
    ],
    [
      'a kind that is none',
      () => encodeResources([{ kind: 'Memory16' } as unknown as ResourceDescriptor]),
      'AML_RESOURCE_UNKNOWN',
      'Memory16',
    ],
  ])('%s', (_, make, code, path) => {
    let thrown: unknown;
    try {
      make();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DiagnosticError);
    expect((thrown as DiagnosticError).diagnostics).toMatchObject([{ code, place: { path } }]);
  });
});

describe('checkResources', () => {
  const port = io({ min: 0x60, max: 0x60, alignment: 1, length: 1 });
  it.each<[string, readonly ResourceDescriptor[], readonly (readonly [number, string])[]]>([
    ['nothing', [startDependentFnNoPri(), port, startDependentFnNoPri(), endDependentFn(), endTag()], []],
    ['an end without a start', [port, endDependentFn(), endTag()], [[8, '[1].EndDependentFn']]],
    ['a start without an end', [startDependentFnNoPri(), port, endTag()], [[9, '[2].EndTag']]],
    ['descriptors behind the EndTag', [endTag(), port], [[0, '[0].EndTag']]],
    [
      'a length that is not max - min + 1',
      [port, wordBusNumber({ min: 0, max: 0xff, length: 0xff, minType: 'MinFixed', maxType: 'MaxFixed' }), endTag()],
      [[8, '[1].WordBusNumber']],
    ],
  ])('finds %s', (_, descriptors, wanted) => {
    const found = checkResources(descriptors);
    expect(found.map(({ place }) => [place.offsetBytes, place.path])).toEqual(wanted);
    expect(found.every(({ code }) => code === 'AML_RESOURCE_VALUE')).toBe(true);
  });
});

describe('resourceTemplate', () => {
  it('is a Buffer that ends with an EndTag, whether one is given or not', () => {
    const port = io({ min: 0x60, max: 0x60, alignment: 1, length: 1 });
    const hex = '110d0a0a47016000600001017900';
    expect(toHex(encodeAml([resourceTemplate([port])]))).toBe(hex);
    expect(toHex(encodeAml([resourceTemplate([port, endTag()])]))).toBe(hex);
    expect(toHex(encodeAml([resourceTemplate([])]))).toBe('11050a027900');
  });
});
