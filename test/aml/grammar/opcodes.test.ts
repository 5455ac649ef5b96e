import { describe, expect, it } from 'vitest';
import { decodeAml } from '../../../src/aml/decode/decode.js';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import { FIELD_ELEMENTS } from '../../../src/aml/grammar/field-elements.js';
import { OPCODES, type OpcodeRow, opcodeRow } from '../../../src/aml/grammar/opcodes.js';
import { fromHex } from '../../../src/base/index.js';
import { shapeOf, termOf } from '../../support/term-shape.js';
import { ENCODING_ROWS } from '../encode/encoding-rows.js';

const rows: readonly OpcodeRow[] = OPCODES;
/** Every opcode that a row covers. */
const codesOf = ({ code, span = 1 }: OpcodeRow) => Array.from({ length: span }, (_, index) => code + index);

describe('the table of opcodes', () => {
  it('names no operation twice', () => {
    const names = rows.map((row) => row.op);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('gives no opcode twice', () => {
    const codes = rows.flatMap(codesOf);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  it('has the count of ACPI 6.5 and of what it dropped', () => {
    expect(rows.flatMap(codesOf).length).toBe(OPCODE_COUNT);
  });

  it('puts what fills a package last, and only into packages', () => {
    const filling = new Set(['TermList', 'FieldList', 'Elements', 'ByteList']);
    for (const { op, operands, package: isPackage } of rows) {
      expect([op, operands.findIndex((kind) => filling.has(kind))]).toEqual([op, isPackage ? operands.length - 1 : -1]);
    }
  });

  it('has a name to declare for every declaration, and for nothing else', () => {
    for (const { op, role, operands, declares } of rows) {
      expect([op, declares !== undefined]).toEqual([op, role === 'declaration']);
      if (declares !== undefined) expect([op, operands.includes('NameString')]).toEqual([op, true]);
    }
  });

  it('is found by name', () => {
    for (const row of rows) expect(opcodeRow(row.op)).toBe(row);
    expect(opcodeRow('Path')).toBeUndefined();
  });
});

/** Opcodes of ACPI 6.5 §20.3 with Processor and Unload of ACPI 6.3; the two-byte comparisons count, prefixes do not. */
const OPCODE_COUNT = 116;

describe('every opcode', () => {
  const tested = new Set<string>();
  const note = (shape: unknown): void => {
    if (!Array.isArray(shape)) return;
    if (typeof shape[0] === 'string') tested.add(shape[0]);
    for (const part of shape) note(part);
  };
  for (const [, shapes] of ENCODING_ROWS) note(shapes);

  it.each(rows.map((row) => row.op))('%s has a row of bytes and terms', (op) => {
    expect(tested.has(op)).toBe(true);
  });

  it('begins with its code', () => {
    for (const [hex, [shape]] of ENCODING_ROWS) {
      const row = opcodeRow(shape?.[0] ?? '');
      if (row === undefined) continue;
      const bytes = fromHex(hex);
      const first = (bytes[0] as number) * (row.code > 0xff ? 0x100 : 1) + (row.code > 0xff ? (bytes[1] as number) : 0);
      expect(codesOf(row), hex).toContain(first);
    }
  });

  it('that a row covers with others has its ordinal', () => {
    for (const row of rows.filter(({ span }) => span !== undefined)) {
      codesOf(row).forEach((code, ordinal) => {
        expect(encodeAml([termOf([row.op, ordinal])])).toEqual(Uint8Array.of(code));
        expect(decodeAml(Uint8Array.of(code)).terms.map(shapeOf)).toEqual([[row.op, ordinal]]);
      });
    }
  });

  it('that no row has is refused', () => {
    const known = new Set(rows.flatMap(codesOf));
    const singles = Array.from({ length: 0x100 }, (_, byte) => byte);
    const refused = (bytes: number[]) =>
      decodeAml(Uint8Array.from(bytes)).diagnostics.some((found) => found.code === 'AML_UNKNOWN_OPCODE');
    const isName = (byte: number) => /[A-Z_\\^./]/.test(String.fromCharCode(byte));
    for (const byte of singles) {
      if (byte !== 0x5b && !isName(byte)) expect([byte, refused([byte])]).toEqual([byte, !known.has(byte)]);
      expect([0x5b00 + byte, refused([0x5b, byte])]).toEqual([0x5b00 + byte, !known.has(0x5b00 + byte)]);
    }
  });
});

describe('the table of field elements', () => {
  it('gives no code twice, and leaves one kind without', () => {
    expect(FIELD_ELEMENTS.map((row) => row.code)).toEqual([undefined, 0, 1, 2, 3]);
  });

  it.each(FIELD_ELEMENTS.map((row) => row.kind))('%s has a row of bytes and terms', (kind) => {
    expect(JSON.stringify(ENCODING_ROWS, (_, value) => (typeof value === 'bigint' ? 0 : value))).toContain(`"${kind}"`);
  });
});
