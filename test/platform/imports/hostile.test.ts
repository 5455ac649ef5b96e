import { describe, expect, it } from 'vitest';
import { importRegisters } from '../../../src/platform/imports/index.js';

/** Milliseconds that any of these may take on a slow machine. */
const MOST_MILLISECONDS = 60_000;

const svd = (registers: string) =>
  `<device><peripherals><peripheral><name>P</name><baseAddress>0</baseAddress><registers>${registers}</registers></peripheral></peripherals></device>`;
const cluster = (name: string, inside: string, more = '') =>
  `<cluster${more}><name>${name}</name><addressOffset>0</addressOffset>${inside}</cluster>`;
const R = '<register><name>R</name><addressOffset>0</addressOffset></register>';

/** Bytes that look like nothing, the same each time. */
function garbage(length: number, alphabet: string): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return alphabet[(state >>> 16) % alphabet.length];
  }).join('');
}

/** Small texts that stand for much, and large ones that stand for nothing. */
const HOSTILE: readonly (readonly [what: string, text: string])[] = [
  ['1 MB of garbage', garbage(1 << 20, '<>&;{}[]()"/*`@ab01 \n')],
  ['1 MB of garbage that begins as XML', `<${garbage(1 << 20, '<>&;="/ab \n')}`],
  ['1 MB of opening brackets', '<a>'.repeat(350_000)],
  ['1 MB of braces', `addrmap m ${'{'.repeat(1 << 20)}`],
  ['1 MB of parentheses', `addrmap m { reg { field {} f = ${'('.repeat(1 << 20)}`],
  ['100000 operators', `addrmap m { reg { field {} f = ${'1+'.repeat(100_000)}1; } r; };`],
  ['1 MB of macros', '`define A a\n'.repeat(90_000)],
  [
    'macros that double',
    `${Array.from({ length: 40 }, (_, index) => `\`define M${index + 1} \`M${index} \`M${index}`).join('\n')}\n\`define M0 x\n\`M40`,
  ],
  ['a macro that uses itself', '`define A `A `A\n`A'],
  [
    'clusters that are ten of another, ten times over',
    svd(
      Array.from({ length: 12 }, (_, level) =>
        cluster(
          `L${level}`,
          level === 0
            ? R
            : Array.from({ length: 10 }, (__, at) =>
                cluster(`C${level}_${at}`, '', ` derivedFrom="P.L${level - 1}"`),
              ).join(''),
        ),
      ).join(''),
    ),
  ],
  [
    'clusters of 65536 in one another',
    svd(
      cluster(
        'A%s',
        cluster('B%s', R, '').replace('<name>', '<dim>65536</dim><dimIncrement>4</dimIncrement><name>'),
      ).replace('<name>', '<dim>65536</dim><dimIncrement>4</dimIncrement><name>'),
    ),
  ],
  [
    'fields of 65536 in place',
    svd(
      `<register><name>R</name><addressOffset>0</addressOffset><fields>${'<field><dim>65536</dim><dimIncrement>0</dimIncrement><name>F%s</name><bitRange>[0:0]</bitRange></field>'.repeat(40)}</fields></register>`,
    ),
  ],
  [
    'a derived chain of 20000',
    svd(
      Array.from(
        { length: 20_000 },
        (_, at) => `<register derivedFrom="R${at + 1}"><name>R${at}</name><addressOffset>0</addressOffset></register>`,
      ).join(''),
    ),
  ],
  ['100000 registers at one offset', svd(R.repeat(30_000))],
  ['an offset of 2^40', svd('<register><name>R</name><addressOffset>0x10000000000</addressOffset></register>')],
  [
    'regfiles of 65536 in one another',
    'addrmap m { regfile { regfile { regfile { reg { field {} f; } r[65536]; } a[65536]; } b[65536]; } c[65536]; };',
  ],
  [
    'maps of 65536 in one another',
    'addrmap a { reg { field {} f; } r; }; addrmap b { a x[65536]; }; addrmap c { b x[65536]; };',
  ],
  [
    'components ten of another, ten times over',
    `regfile l0 { reg { field {} f; } r; };${Array.from({ length: 12 }, (_, level) => `regfile l${level + 1} { ${Array.from({ length: 10 }, (__, at) => `l${level} x${at};`).join(' ')} };`).join('')} addrmap m { l12 x; };`,
  ],
  [
    'a power of a power',
    "addrmap m { reg { field {} f; } r @ 2 ** 64'hffff_ffff_ffff_ffff ** 64'hffff_ffff_ffff_ffff; };",
  ],
  ['a shift by 2^63', "addrmap m { reg { field {} f; } r @ 1 << 64'h8000_0000_0000_0000; };"],
  ['a number of 1 MB', `addrmap m { reg { field {} f; } r @ ${'9'.repeat(1 << 20)}; };`],
  [
    'a dim of 1 MB',
    svd(
      `<register><dim>${'9'.repeat(1 << 20)}</dim><dimIncrement>4</dimIncrement><name>R%s</name><addressOffset>0</addressOffset></register>`,
    ),
  ],
  ['a width of 2^60', "addrmap m { reg { regwidth = 64'h1000_0000_0000_0000; field {} f; } r; };"],
  [
    'an enum whose entries need each other',
    'addrmap m { enum e { a = e::b; b = e::a; }; reg { field { encode = e; } f; } r; };',
  ],
  ['a parameter of itself', 'reg t #(longint unsigned N = N) { field {} f[N]; }; addrmap m { t r; };'],
  ['nothing', ''],
  ['a BOM alone', '\ufeff'],
  ['a zero byte', 'addrmap m {\0};'],
];

describe('a hostile register description', () => {
  it.each(HOSTILE)('%s: findings, and soon', { timeout: 2 * MOST_MILLISECONDS }, async (_, text) => {
    const start = performance.now();
    const { text: made, diagnostics, leftOut } = await importRegisters(text, { file: 'x', limits: { items: 100_000 } });
    expect(performance.now() - start).toBeLessThan(MOST_MILLISECONDS);
    expect(diagnostics.length + leftOut.length + (made === undefined ? 0 : 1)).toBeGreaterThan(0);
    expect(diagnostics.length).toBeLessThanOrEqual(1300);
    expect(JSON.stringify(diagnostics).length).toBeLessThan(1 << 20);
  });

  it('that includes itself ends', async () => {
    const { diagnostics } = await importRegisters('`include "x"', {
      file: 'x',
      include: () => ({ file: 'x', text: '`include "x"\n`include "x"' }),
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(['IMPORT_RDL_INCLUDE']);
  });

  it.each([
    ['characters', '<device/>', { characters: 5 }],
    ['parts', '<device><a/><b/></device>', { parts: 2 }],
    ['depth', '<device><a><b/></a></device>', { depth: 2 }],
    ['registers', svd(R.repeat(3)), { registers: 2 }],
    ['items', svd(R.repeat(3)), { items: 2 }],
    ['parts of SystemRDL', 'addrmap m {};', { parts: 3 }],
    ['arrayElements', 'addrmap m { reg { field {} f; } r[3]; };', { arrayElements: 2 }],
  ])('goes beyond the limit of %s', async (_, text, limits) => {
    const { diagnostics } = await importRegisters(text, { limits });
    expect(diagnostics.map(({ code }) => code)).toContain(
      'arrayElements' in limits ? 'IMPORT_BAD_ARRAY' : 'IMPORT_TOO_LARGE',
    );
    expect((await importRegisters(text)).diagnostics.map(({ code }) => code)).not.toContain('IMPORT_TOO_LARGE');
  });
});
