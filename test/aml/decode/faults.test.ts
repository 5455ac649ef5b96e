import { describe, expect, it } from 'vitest';
import { decodeAml, encodeAml } from '../../../src/aml/index.js';
import { fromHex } from '../../../src/base/index.js';

type Row = readonly [what: string, hex: string, code: string, offset: number, message: string, cure: string];

/** Bytes with one fault: its code and offset, and parts of the sentence and of the cure. */
const ROWS: readonly Row[] = [
  [
    'a Return without a value at the end of a method, as in a _HPX of Qualcomm',
    '14 07 5f 48 50 58 00 a4',
    'AML_TRUNCATED',
    8,
    'A Return has no value',
    'return a value',
  ],
  [
    'a Return without a value before another statement, which is decoded',
    '14 0a 4d 45 54 48 00 a4 a0 02 68',
    'AML_UNEXPECTED_TERM',
    8,
    'A Return has no value',
    'return a value',
  ],
  [
    'a Return of an operation without its operand',
    '14 08 4d 45 54 48 00 a4 72 a3',
    'AML_TRUNCATED',
    9,
    'An operand is missing',
    'A length around it is wrong',
  ],
  [
    'a Package whose length runs past its elements',
    '08 41 42 43 44 12 06 02 01 a0 02 68',
    'AML_UNEXPECTED_TERM',
    9,
    'If is not a value',
    'length of the Package before it too large',
  ],
  [
    'a statement as an operand',
    '14 0a 4d 45 54 48 00 70 a0 02 68',
    'AML_UNEXPECTED_TERM',
    8,
    'If is not a value',
    'number of arguments',
  ],
  ['a byte that is not an opcode', '02 5b', 'AML_UNKNOWN_OPCODE', 0, '0x02 is not an AML opcode', 'Is this AML'],
  [
    'two bytes that are not an opcode',
    '5b fe',
    'AML_UNKNOWN_OPCODE',
    0,
    '0x5b 0xfe is not an AML opcode',
    'Is this AML',
  ],
  [
    'an end of the table inside a term',
    '70 0c 01 02',
    'AML_TRUNCATED',
    2,
    '4 bytes are needed, and 2 are left',
    'cut off',
  ],
  [
    'an end of a package inside a term',
    '14 0a 4d 45 54 48 00 70 0c 01 02 a3',
    'AML_TRUNCATED',
    9,
    '4 bytes are needed, and 2 are left',
    'A length around it is wrong',
  ],
];

describe('what fails to decode is said, with a cure for its kind, and no byte is lost', () => {
  it.each(ROWS)('%s', (_, hex, code, offset, message, cure) => {
    const bytes = fromHex(hex.replaceAll(' ', ''));
    const decoded = decodeAml(bytes);
    const errors = decoded.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map((found) => [found.code, found.place.offsetBytes])).toEqual([[code, offset]]);
    expect(errors[0]?.message).toContain(message);
    expect(errors[0]?.cure).toContain(cure);
    expect(encodeAml(decoded)).toEqual(bytes);
  });

  it('and what follows a Return without a value is decoded', () => {
    const { terms } = decodeAml(fromHex('140a4d45544800a4a00268'));
    const [method] = terms;
    expect(method?.op === 'Method' && method.operands[2].map(({ op }) => op)).toEqual(['Raw', 'If']);
  });
});
