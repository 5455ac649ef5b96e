import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DecodeOptions, decodeAml } from '../../../src/aml/decode/decode.js';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import type { Term } from '../../../src/aml/grammar/term.js';
import { declarations } from '../../../src/aml/namespace/declarations.js';
import { printAsl } from '../../../src/asl/print/print-asl.js';
import { DiagnosticError, fromHex, toHex } from '../../../src/base/index.js';
import type { DiagnosticCode } from '../../../src/vocab/index.js';
import { onlyInLong, someOf } from '../../support/effort.js';
import { projectFolder, readCorpus, readVectors } from '../../support/shared-material.js';
import { type Shape, shapeOf, termOf } from '../../support/term-shape.js';
import { ENCODING_ROWS, WIDE_ROWS } from './encoding-rows.js';

/** The size of a table's header. ACPI 6.5 §5.2.6 */
const HEADER_BYTES = 36;

const squeeze = (hex: string) => hex.replaceAll(' ', '');
const nameRow = (hex: string) => (hex.length > 60 ? `${hex.slice(0, 60)}…` : hex);

function decodeWhole(bytes: Uint8Array, options?: DecodeOptions): Shape[] {
  const { terms, diagnostics } = decodeAml(bytes, options);
  expect(diagnostics).toEqual([]);
  return terms.map(shapeOf);
}

describe('rows of bytes and terms', () => {
  for (const [hex, shapes, section] of ENCODING_ROWS) {
    it(`${nameRow(hex)} (${section})`, () => {
      const bytes = fromHex(hex);
      const terms = shapes.map(termOf);
      expect(toHex(encodeAml(terms))).toBe(toHex(bytes));
      expect(decodeWhole(bytes)).toEqual(shapes);
      expect(encodeAml(decodeAml(bytes).terms)).toEqual(bytes);
      expect(encodeAml(decodeAml(bytes).terms, { form: 'canonical' })).toEqual(bytes);
      expect(decodeWhole(encodeAml(terms))).toEqual(shapes);
    });
  }

  for (const [hex, canonical, shapes, section] of WIDE_ROWS) {
    it(`${hex}, canonically ${canonical} (${section})`, () => {
      const { terms } = decodeAml(fromHex(hex));
      expect(decodeWhole(fromHex(hex))).toEqual(shapes);
      expect(toHex(encodeAml(terms))).toBe(squeeze(hex));
      expect(toHex(encodeAml(terms, { form: 'canonical' }))).toBe(squeeze(canonical));
    });
  }

  it('knows where each term stood', () => {
    const { terms } = decodeAml(fromHex('a3 08 41 42 43 44 0b 34 12 a1 42 00'));
    expect(terms.map(({ op, start, end, lengthWidth }) => [op, start, end, lengthWidth])).toEqual([
      ['Noop', 0, 1, 0],
      ['Name', 1, 9, 0],
      ['Else', 9, 12, 2],
    ]);
  });
});

describe('bytes that are no AML', () => {
  const rows: readonly (readonly [hex: string, code: DiagnosticCode, offsetBytes: number])[] = [
    ['02', 'AML_UNKNOWN_OPCODE', 0],
    ['a3 5b ff', 'AML_UNKNOWN_OPCODE', 1],
    ['5b', 'AML_UNKNOWN_OPCODE', 0],
    ['70 5d 60', 'AML_UNKNOWN_OPCODE', 1],
    ['70 a3 60', 'AML_UNEXPECTED_TERM', 1],
    ['72 01 a0 02 01 60', 'AML_UNEXPECTED_TERM', 2],
    ['70 01', 'AML_TRUNCATED', 2],
    ['0b 01', 'AML_TRUNCATED', 1],
    ['0c 01 02 03', 'AML_TRUNCATED', 1],
    ['0e 01 02 03 04 05 06 07', 'AML_TRUNCATED', 1],
    ['41 42 43', 'AML_TRUNCATED', 0],
    ['2f', 'AML_TRUNCATED', 0],
    ['a0', 'AML_TRUNCATED', 1],
    ['a0 40', 'AML_TRUNCATED', 2],
    ['5b 81 08 41 42 43 44 00 01 05', 'AML_TRUNCATED', 10],
    ['a0 03 01', 'AML_PKG_LENGTH', 1],
    ['a1 00', 'AML_PKG_LENGTH', 1],
    ['a1 41 00', 'AML_PKG_LENGTH', 1],
    ['a1 70 00', 'AML_PKG_LENGTH', 1],
    ['5b 82 07 41 42 43 44 a1 02 a3', 'AML_PKG_LENGTH', 8],
    ['2f 00', 'AML_BAD_NAME', 1],
    ['41 62 43 44', 'AML_BAD_NAME', 0],
    ['08 31 42 43 44 00', 'AML_BAD_NAME', 1],
    ['2e 41 42 43 44 41 42 43 20', 'AML_BAD_NAME', 5],
    ['0d 41 42', 'AML_UNTERMINATED_STRING', 1],
    ['a4 0d 41', 'AML_UNTERMINATED_STRING', 2],
  ];
  it.each(rows)('%s gives %s at %i', (hex, code, offsetBytes) => {
    const bytes = fromHex(hex);
    const { terms, diagnostics } = decodeAml(bytes);
    expect(diagnostics.map((found) => [found.code, found.place.offsetBytes])).toEqual([[code, offsetBytes]]);
    expect(toHex(encodeAml(terms))).toBe(squeeze(hex));
    expect(toHex(encodeAml(terms, { form: 'canonical' }))).toBe(squeeze(hex));
  });

  it('cost no more than the package around them', () => {
    const { terms } = decodeAml(fromHex('a1 03 02 02 5b 82 07 41 42 43 44 02 02 a3'));
    expect(terms.map(shapeOf)).toEqual([['Else', [['Raw', [2, 2]]]], ['Device', 'ABCD', [['Raw', [2, 2]]]], ['Noop']]);
  });

  it('are reported with the scope around them', () => {
    const { diagnostics } = decodeAml(fromHex('10 0e 5c 5f 53 42 5f 5b 82 06 41 42 43 44 02'));
    expect(diagnostics[0]?.place).toEqual({ offsetBytes: 14, path: '\\_SB_.ABCD' });
  });

  it('nested past the limit stay as they are', () => {
    const bytes = new Uint8Array(100).fill(0x83);
    bytes[99] = 0x60;
    const { terms, diagnostics } = decodeAml(bytes, { depthLimit: 50 });
    expect(diagnostics.map((found) => found.code)).toEqual(['AML_TOO_DEEP']);
    expect(encodeAml(terms)).toEqual(bytes);
    expect(decodeAml(bytes).diagnostics).toEqual([]);
  });
});

describe('what is declared', () => {
  it('more than 255 segments below the root stays as it is, since no name reaches it', () => {
    const long = new Array(200).fill('ABCD').join('.');
    const bytes = encodeAml([termOf(['Scope', long, [['Scope', long, [['Name', 'EFGH', ['One']]]]]])]);
    const { terms, diagnostics } = decodeAml(bytes);
    expect(diagnostics.map((found) => found.code)).toEqual(['AML_TOO_DEEP']);
    expect(encodeAml(terms)).toEqual(bytes);
    expect(declarations(terms)).toEqual([]);
  });

  it('by a method in its own scope does not disturb a method that the table declares there', () => {
    const shapes: Shape[] = [
      ['Name', 'MMMM', ['Zero']],
      ['Method', 'FOO_', 0, [['Device', 'AAAA', [['Method', 'MMMM', 3, []]]]]],
      [
        'Method',
        'FOO_.BAZ_',
        0,
        [
          ['Store', ['Path', 'MMMM', []], ['Local', 0]],
          ['Return', ['Path', 'MMMM', []]],
        ],
      ],
    ];
    const { terms, diagnostics } = decodeAml(encodeAml(shapes.map(termOf)));
    expect(diagnostics).toEqual([]);
    expect(terms.map(shapeOf)).toEqual(shapes);
  });

  it('twice as a method has the arguments that the first says, 0 among them', () => {
    const shapes: Shape[] = [
      ['Method', 'FOO_', 0, []],
      ['Method', 'FOO_', 2, []],
      [
        'Method',
        'BAR_',
        0,
        [
          ['Path', 'FOO_', []],
          ['Store', ['One'], ['Local', 0]],
        ],
      ],
    ];
    expect(decodeAml(encodeAml(shapes.map(termOf))).terms.map(shapeOf)).toEqual(shapes);
  });

  it('as a method has the arguments that it says, whatever an External said before', () => {
    const shapes: Shape[] = [
      ['External', 'FOO_', 8, 3],
      ['Method', 'FOO_', 1, []],
      [
        'Method',
        'BAR_',
        0,
        [
          ['Path', 'FOO_', [['One']]],
          ['Store', ['One'], ['Local', 0]],
        ],
      ],
    ];
    expect(decodeAml(encodeAml(shapes.map(termOf))).terms.map(shapeOf)).toEqual(shapes);
  });
});

describe('terms that AML cannot hold', () => {
  const LONG_NAME = new Array(256).fill('ABCD').join('.');
  const one: Shape = ['One'];
  const device = (...inner: Shape[]): Shape => ['Device', '\\_SB.PC00', inner];
  const deep = (levels: number): Shape => (levels === 0 ? ['Local', 0] : ['DerefOf', deep(levels - 1)]);
  const rows: readonly (readonly [what: string, term: Shape, code: DiagnosticCode, path: string])[] = [
    ['a byte of 256', ['Name', 'ABCD', ['Byte', 256]], 'AML_VALUE_RANGE', 'ABCD'],
    ['a byte of -1', ['Name', 'ABCD', ['Byte', -1]], 'AML_VALUE_RANGE', 'ABCD'],
    ['a byte of 1.5', ['Name', 'ABCD', ['Byte', 1.5]], 'AML_VALUE_RANGE', 'ABCD'],
    ['a word of 65536', ['Name', 'ABCD', ['Word', 0x10000]], 'AML_VALUE_RANGE', 'ABCD'],
    ['a dword of 33 bits', ['Name', 'ABCD', ['DWord', 0x100000000]], 'AML_VALUE_RANGE', 'ABCD'],
    ['a qword of 65 bits', ['Name', 'ABCD', ['QWord', 1n << 64n]], 'AML_VALUE_RANGE', 'ABCD'],
    ['Local8', ['Store', one, ['Local', 8]], 'AML_VALUE_RANGE', ''],
    ['Arg7', ['Store', one, ['Arg', 7]], 'AML_VALUE_RANGE', ''],
    ['a package count of 256', device(['Name', 'PKG', ['Package', 256, []]]), 'AML_VALUE_RANGE', '\\_SB.PC00.PKG'],
    ['a string with a NUL', ['Name', 'ABCD', ['String', 'a\0b']], 'AML_BAD_STRING', 'ABCD'],
    ['a string beyond a byte', ['Name', 'ABCD', ['String', '\u20ac']], 'AML_BAD_STRING', 'ABCD'],
    ['a lower-case name', device(['Name', 'abcd', one]), 'AML_BAD_NAME', '\\_SB.PC00.abcd'],
    ['a name of five characters', ['Name', 'ABCDE', one], 'AML_BAD_NAME', 'ABCDE'],
    ['a ^ inside a name', ['Name', 'AB.^CD', one], 'AML_BAD_NAME', 'AB.^CD'],
    ['256 segments', ['Name', LONG_NAME, one], 'AML_BAD_NAME', LONG_NAME],
    [
      'a field of 2^28 bits',
      ['Field', 'REGN', 0, [{ kind: 'ReservedField', bits: 2 ** 28, lengthWidth: 0 }]],
      'AML_VALUE_RANGE',
      'REGN',
    ],
    [
      'a field named by a path',
      ['Field', 'REGN', 0, [{ kind: 'NamedField', name: 'A.B', bits: 8, lengthWidth: 0 }]],
      'AML_BAD_NAME',
      'REGN',
    ],
    [
      'an access type of 256',
      ['Field', 'REGN', 0, [{ kind: 'AccessField', access: 256, attribute: 0 }]],
      'AML_VALUE_RANGE',
      'REGN',
    ],
    ['an unknown operation', ['Name', 'ABCD', ['Nonsense']], 'AML_UNKNOWN_OPCODE', 'ABCD'],
    ['8 arguments', device(['Path', 'CALL', new Array(8).fill(one)]), 'AML_VALUE_RANGE', '\\_SB.PC00'],
    ['1000 levels', ['Name', 'ABCD', deep(1000)], 'AML_TOO_DEEP', 'ABCD'],
  ];
  it.each(rows)('%s', (_, shape, code, path) => {
    for (const form of ['exact', 'canonical'] as const) {
      const encode = () => encodeAml([termOf(shape)], { form });
      expect(encode).toThrow(DiagnosticError);
      try {
        encode();
      } catch (error) {
        const [found] = (error as DiagnosticError).diagnostics;
        expect([found?.code, found?.place.path]).toEqual([code, path]);
      }
    }
  });

  it('do not disturb those that are encoded while others are made', () => {
    function* devices(): Generator<Term> {
      for (let index = 0; index < 200; index++) {
        expect(() => encodeAml([termOf(['Name', 'abcd', ['One']])])).toThrow(DiagnosticError);
        encodeAml([termOf(['Name', 'WXYZ', ['Buffer', ['Word', 300], new Array(300).fill(index)]])]);
        yield termOf(['Name', `N${String(index).padStart(3, '0')}`, ['Byte', index]]);
      }
    }
    const { terms } = decodeAml(encodeAml(devices()));
    expect(terms.map(shapeOf)).toEqual([...devices()].map(shapeOf));
  });

  it('a package of 2^28 bytes', (context) => {
    onlyInLong(context);
    const largest = new Uint8Array(2 ** 28 - 5);
    const term = termOf(['Device', 'ABCD', [['Raw', []]]]);
    const holding = (bytes: Uint8Array) => ({
      ...term,
      operands: ['ABCD', [{ ...termOf(['Raw', []]), operands: [bytes] }]],
    });
    const encode = () => encodeAml([holding(largest) as never]);
    expect(encode).toThrow('AML_TOO_LONG');
  });
});

describe('lengths as recorded', () => {
  interface Recorded {
    readonly vectors: readonly (
      | { kind: 'pkg'; body: number; pkglength_hex: string; total_len: number }
      | { kind: 'named_field'; bits: number; length_hex: string; field_hex: string }
    )[];
  }
  it('are the same, and an error from 2^28 on, where the recorded code cuts them', (context) => {
    const { vectors } = readVectors<Recorded>(context, 'pkglength.json');
    const seen = { pkg: 0, named_field: 0, refused: 0 };
    for (const row of vectors) {
      if (row.kind === 'pkg') {
        const whole = encodeAml([termOf(['Else', [['Raw', []]]]), termOf(['Noop'])]);
        expect(whole.length).toBe(3);
        const body = { ...termOf(['Raw', []]), operands: [new Uint8Array(row.body).fill(0xa3)] };
        const bytes = encodeAml([{ ...termOf(['Else', []]), operands: [[body]] } as never]);
        expect(toHex(bytes.subarray(1, 1 + row.pkglength_hex.length / 2)), `${row.body}`).toBe(row.pkglength_hex);
        expect(bytes.length).toBe(row.total_len);
      } else {
        const element = { kind: 'NamedField', name: 'FLDX', bits: row.bits, lengthWidth: 0 };
        const encode = () => encodeAml([termOf(['Field', 'ABCD', 0, [element]])]);
        if (row.bits >= 2 ** 28) {
          expect(encode, `${row.bits}`).toThrow('AML_VALUE_RANGE');
          seen.refused++;
        } else {
          expect(toHex(encode()), `${row.bits}`).toBe(row.field_hex);
        }
      }
      seen[row.kind]++;
    }
    expect(seen).toEqual({ pkg: 105, named_field: 103, refused: 3 });
  });
});

describe('real tables', () => {
  it('of a q35 machine keep every byte', () => {
    const bytes = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
    const { terms, diagnostics } = decodeAml(bytes, { offset: HEADER_BYTES });
    expect(diagnostics).toEqual([]);
    expect(encodeAml(terms)).toEqual(bytes.subarray(HEADER_BYTES));
  });

  it('of the corpus keep every byte', (context) => {
    const tables = readCorpus(context);
    const faults = someOf(tables, 3).flatMap(({ name, bytes }) => {
      const decoded = decodeAml(bytes, { offset: HEADER_BYTES });
      const body = bytes.subarray(HEADER_BYTES);
      const same = [decoded, decoded.terms].every((aml) => Buffer.compare(encodeAml(aml), body) === 0);
      const errors = decoded.diagnostics.filter((found) => found.severity !== 'note');
      return same && errors.length === 0 ? [] : [{ name, same, errors }];
    });
    expect(faults).toEqual([]);
    expect(tables.length).toBe(108);
  });

  it('are encoded and printed from copies of built terms, too', () => {
    const copy = ({ ...term }: Term): Term => ({ ...term });
    const built = [copy(termOf(['Path', 'FOO_', []])), copy(termOf(['Device', 'ABCD', []]))];
    for (const form of ['exact', 'canonical'] as const)
      expect(toHex(encodeAml(built, { form }))).toBe('464f4f5f5b820541424344');
    expect(printAsl(built, { offsets: true }).text).not.toMatch(/\/\* 0/);
  });

  it('are encoded from a copy of what was decoded, too', () => {
    const decoded = decodeAml(fromHex('08 41 42 43 44 0b 34 12'));
    const copies = [{ ...decoded }, structuredClone({ terms: decoded.terms })];
    for (const copy of copies) expect(toHex(encodeAml(copy as typeof decoded))).toBe('08414243440b3412');
  });

  it('of the corpus are the same in the canonical form, as decoded and as terms', (context) => {
    const form = 'canonical';
    for (const { name, bytes } of someOf(readCorpus(context), 3)) {
      const decoded = decodeAml(bytes, { offset: HEADER_BYTES });
      const same = Buffer.compare(encodeAml(decoded, { form }), encodeAml(decoded.terms, { form })) === 0;
      expect([name, same]).toEqual([name, true]);
    }
  });
});
