import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../src/check/index.js';
import { timesAsLong } from '../../support/growth.js';

const valueIn = (expression: string, more = '') =>
  readHeader(`${more}\n#define X ${expression}\n`, 'x.h').constants.get('X')?.value;

it('reads a header that is made to take long in the time of its bytes', () => {
  const hostile: readonly ((count: number) => string)[] = [
    (count) => '/*'.repeat(2 * count),
    (count) => '\\\n'.repeat(2 * count),
    (count) => `#define X 1${'<< 63 '.repeat(count)}\n`,
    (count) => `#define X ${'1+'.repeat(count)}1${' '.repeat(2 * count)}\n`,
  ];
  for (const text of hostile) {
    const [small, large] = [text(25_000), text(100_000)];
    // Four times the bytes; what grows with the square of the length would take sixteen times as long.
    const ratio = timesAsLong(
      () => readHeader(large, 'x.h'),
      () => readHeader(small, 'x.h'),
      10,
    );
    expect(ratio).toBeLessThan(10);
  }
});

describe('the constants of a header', () => {
  it.each<[string, bigint | undefined]>([
    ['42', 42n],
    ['0x2A', 42n],
    ['052', 42n],
    ['42ull', 42n],
    ['0xffffffffffffffffULL', 0xffff_ffff_ffff_ffffn],
    ['(1u << 16) | (2 << 13)', 0x1_4000n],
    ['1 + 2 * 3', 7n],
    ['(1 + 2) * 3', 9n],
    ['10 - 2 - 3', 5n],
    ['7 / 2 % 2', 1n],
    ['0xf0 & ~0x30', 0xc0n],
    ['1 | 2 ^ 3 & 2', 1n],
    ['-1', 0xffff_ffff_ffff_ffffn],
    ['(uint64_t)5 << 32', 0x5_0000_0000n],
    ['(unsigned long)(3)', 3n],
    ['5 /* five */ + 1 // six', 6n],
    ['1 \\\n + 2', 3n],
    ['Y + 1', 6n],
    ['Z', undefined],
    ['LOOP', undefined],
    ['f(3)', undefined],
    ['"text"', undefined],
    ['', undefined],
    ['1 +', undefined],
    ['(1', undefined],
    ['1 ? 2 : 3', 2n],
    ['0 ? 2 : 1 ? 3 : 4', 3n],
    ['1 ? 2', undefined],
    ['3 > 2 && 2 >= 2 || 0', 1n],
    ['!5 == 0', 1n],
    ["'a'", 97n],
    ["'\\x1f'", 31n],
    ["'\\0'", 0n],
    ['~0u', 0xffff_ffffn],
    ['~0u >> 4', 0x0fff_ffffn],
    ['~0x0u + 1u', 0n],
    ['0xffffffff + 1', 0n],
    ['0xffffffffu + 1ull', 0x1_0000_0000n],
    ['4294967295 + 1', 0x1_0000_0000n],
    ['(uint64_t)~0u', 0xffff_ffffn],
    ['(uint8_t)0x1ff', 0xffn],
    ['(int8_t)0xff', 0xffff_ffff_ffff_ffffn],
    ['1u << 32', undefined],
    ['-1 < 0u', 0n],
    ['-1 < 0', 1n],
    ['(UINT32_C(65536))', 65536n],
    ['UINT64_C(1) << 32', 0x1_0000_0000n],
    ['UINT32_C', undefined],
    ['~0ull << 12', 0xffff_ffff_ffff_f000n],
    ['0xffffffffffffffff * 3', 0xffff_ffff_ffff_fffdn],
    ['089', undefined],
    ['1 / 0', undefined],
    ['1 << 64', undefined],
    ['9'.repeat(100), undefined],
    ['sizeof(int)', 4n],
    ['sizeof(uint64_t) * 2', 16n],
    ['sizeof(long)', undefined],
    ['sizeof(struct x)', undefined],
  ])('%s is %s', (expression, value) => {
    expect(valueIn(expression, '#define Y 5\n#define LOOP (LOOP + 1)\n')).toBe(value);
  });

  it('have their lines, after comments, continuations and conditions', () => {
    const text = [
      '/* #define A 1',
      ' */',
      '#ifndef A',
      '#  define A 2',
      '#endif',
      '#define B(x) x',
      '#define C \\',
      '3',
      '#define D',
    ];
    const { constants, file } = readHeader(text.join('\r\n'), 'a.h');
    expect(file).toBe('a.h');
    expect([...constants]).toEqual([
      ['A', { line: 4, value: 2n }],
      ['C', { line: 7, value: 3n }],
      ['D', { line: 9, value: undefined }],
    ]);
  });

  it('are what JavaScript makes of the same expression', () => {
    const number = fc.nat(1000).map(String);
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small' },
        number,
        fc
          .tuple(tie('expression'), fc.constantFrom('+', '*', '|', '&', '^'), tie('expression'))
          .map(([a, operator, b]) => `${a} ${operator} ${b}`),
        tie('expression').map((inner) => `(${inner})`),
      ),
    }));
    fc.assert(
      fc.property(expression, (text) => {
        const wide = text.replaceAll(/\d+/g, (digits) => `${digits}n`);
        const value = new Function(`return BigInt.asUintN(64, ${wide});`)() as bigint;
        expect(valueIn(text)).toBe(value);
      }),
    );
  });

  it('never make the reader throw, whatever the text is', () => {
    const word = fc.constantFrom(
      '#define ',
      'A',
      'B ',
      '(',
      ')',
      '<<',
      '-',
      '~',
      '\\\n',
      '\n',
      '/*',
      '*/',
      '1',
      '0x',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        expect(readHeader(words.join(''), 'x.h').file).toBe('x.h');
      }),
    );
    const deep = `#define A ${'('.repeat(100_000)}1${')'.repeat(100_000)}\n`;
    expect(readHeader(deep, 'x.h').constants.get('A')?.value).toBeUndefined();
    const chain = Array.from({ length: 5000 }, (_, index) => `#define A${index} (A${index + 1})`).join('\n');
    expect(readHeader(`${chain}\n#define A5000 1\n`, 'x.h').constants.get('A5000')?.value).toBe(1n);
  });
});
