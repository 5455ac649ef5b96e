import { describe, expect, it } from 'vitest';
import { asl, encodeAml, type FieldElement, fieldFlags, fieldUnits, placedUnits } from '../../../src/aml/index.js';
import { DiagnosticError, toHex } from '../../../src/base/index.js';

const named = (name: string, bits: number): FieldElement => ({ kind: 'NamedField', name, bits, lengthWidth: 0 });
const reserved = (bits: number): FieldElement => ({ kind: 'ReservedField', bits, lengthWidth: 0 });

describe('the units of a field', () => {
  it('have what lies between them reserved, and nothing where they touch', () => {
    const units = [
      { name: 'A', lowBit: 0, bits: 8 },
      { name: 'BB', lowBit: 8, bits: 1 },
      { name: 'CCC', lowBit: 12, bits: 4 },
    ];
    expect(fieldUnits(units)).toEqual([named('A___', 8), named('BB__', 1), reserved(3), named('CCC_', 4)]);
    expect(fieldUnits([{ name: 'LATE', lowBit: 32, bits: 32 }])).toEqual([reserved(32), named('LATE', 32)]);
    expect(fieldUnits([])).toEqual([]);
  });

  it('do not overlap, which is said with both bits', () => {
    const overlap = [
      { name: 'A', lowBit: 0, bits: 8 },
      { name: 'B', lowBit: 7, bits: 1 },
    ];
    expect(() => fieldUnits(overlap)).toThrow(DiagnosticError);
    expect(() => fieldUnits(overlap)).toThrow(/B begins at bit 7, but the one before it ends at bit 8/);
  });

  it.each([
    ['bits', 8n, TypeError, '8n'],
    ['bits', Symbol('s'), TypeError, 'Symbol(s)'],
    ['bits', '8', TypeError, '"8"'],
    ['bits', -1, RangeError, '-1'],
    ['bits', 2 ** 28, RangeError, '268435456'],
    ['lowBit', 8n, TypeError, '8n'],
    ['lowBit', 0.5, RangeError, '0.5'],
  ])('do not have a %s of %s', (key, value, error, shown) => {
    const units = [{ name: 'A', lowBit: 0, bits: 8, [key]: value }];
    expect(() => fieldUnits(units)).toThrow(error);
    expect(() => fieldUnits(units)).toThrow(`fieldUnits: ${key} of A is ${shown}; it must be a whole number from 0 to`);
  });
});

describe('what the encoder cannot write', () => {
  it('is an element of an unknown kind', () => {
    const field = asl.Field('REGN', { access: 'ByteAcc' }, [{ kind: 'Unknown' } as unknown as FieldElement]);
    expect(() => encodeAml([field])).toThrow(TypeError);
    expect(() => encodeAml([field])).toThrow(/REGN has an operand of a wrong type/);
  });

  it.each([5, {}, 'AB'])('is a buffer of %o', (bytes) => {
    const buffer = asl.Buffer(2, bytes as unknown as Uint8Array);
    expect(() => encodeAml([buffer])).toThrow(TypeError);
    expect(() => encodeAml([buffer])).toThrow(/A term has an operand of a wrong type/);
  });
});

describe('the flags of a field', () => {
  it.each([
    [{ access: 'AnyAcc' }, 0x00],
    [{ access: 'ByteAcc' }, 0x01],
    [{ access: 'DWordAcc', lock: true }, 0x13],
    [{ access: 'QWordAcc', update: 'WriteAsOnes' }, 0x24],
    [{ access: 'BufferAcc', lock: true, update: 'WriteAsZeros' }, 0x55],
  ] as const)('%o', (options, flags) => {
    expect(fieldFlags(options)).toBe(flags);
  });
});

describe('the places of units', () => {
  it('follow the bits before them, and the latest AccessAs', () => {
    const elements: readonly FieldElement[] = [
      named('AAAA', 8),
      reserved(24),
      { kind: 'AccessField', access: 0xc4, attribute: 0 },
      named('BBBB', 32),
      { kind: 'ExtendedAccessField', access: 0x01, attribute: 0x0b, length: 2 },
      named('CCCC', 4),
    ];
    const field = asl.Field('REGN', { access: 'DWordAcc', lock: true, update: 'WriteAsZeros' }, elements);
    const common = { lock: true, update: 2 };
    expect([...placedUnits(field).values()]).toEqual([
      { element: elements[0], lowBit: 0, access: 3, ...common },
      { element: elements[3], lowBit: 32, access: 4, ...common },
      { element: elements[5], lowBit: 64, access: 1, ...common },
    ]);
    const plain = asl.IndexField('INDX', 'DATA', { access: 'ByteAcc' }, [named('AAAA', 8)]);
    expect([...placedUnits(plain).values()]).toMatchObject([{ lowBit: 0, access: 1, lock: false, update: 0 }]);
  });
});

describe('a region', () => {
  it.each([
    ['SystemMemory', 0],
    ['SystemIO', 1],
    ['PCC', 10],
    [0x80, 0x80],
    [0xff, 0xff],
  ] as const)('in %s', (space, byte) => {
    const bytes = encodeAml([asl.OperationRegion('REGN', space, 0, 8)]);
    expect(toHex(bytes)).toBe(`5b805245474e${byte.toString(16).padStart(2, '0')}000a08`);
  });

  it('in a space that is not a byte is refused', () => {
    expect(() => asl.OperationRegion('REGN', 0x100, 0, 8)).toThrow(/A region space is 256, outside 0\.\.255/);
  });
});
