import type { ImportCode } from '../../../src/vocab/index.js';

/** A device with one peripheral. */
export const svd = (registers: string) =>
  `<device><peripherals><peripheral><name>P</name><baseAddress>0</baseAddress><registers>${registers}</registers></peripheral></peripherals></device>`;
const cluster = (name: string, inside: string, more = '') =>
  `<cluster${more}><name>${name}</name><addressOffset>0</addressOffset>${inside}</cluster>`;
export const R = '<register><name>R</name><addressOffset>0</addressOffset></register>';
/** The same text `count` times, with the number of each. */
const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join('');
/** A register that holds `inside`, and others that are derived from it. */
const derivedRegisters = (count: number, inside: string): string =>
  svd(
    `<register><name>B</name>${inside}<addressOffset>0</addressOffset></register>${times(count, (at) => `<register derivedFrom="B"><name>R${at}</name></register>`)}`,
  );

/** Bytes that look like nothing, the same each time. */
function garbage(length: number, alphabet: string): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return alphabet[(state >>> 16) % alphabet.length];
  }).join('');
}

/** A component with one address block. */
export const ipxact = (registers: string, more = '') =>
  `<i:component><i:memoryMaps><i:memoryMap><i:name>M</i:name><i:addressBlock><i:name>B</i:name><i:baseAddress>0</i:baseAddress>${registers}</i:addressBlock></i:memoryMap></i:memoryMaps>${more}</i:component>`;
const ipxactRegister = (inside: string) => `<i:register><i:name>R</i:name>${inside}</i:register>`;
const parameters = (rows: readonly (readonly [string, string])[]) =>
  `<i:parameters>${rows.map(([id, value]) => `<i:parameter parameterId="${id}"><i:value>${value}</i:value></i:parameter>`).join('')}</i:parameters>`;
const AT_P0 = ipxactRegister('<i:addressOffset>P0</i:addressOffset>');

const IPXACT_HOSTILE: readonly (readonly [what: string, text: string, code?: ImportCode])[] = [
  [
    'parameters in a circle',
    ipxact(
      AT_P0,
      parameters([
        ['P0', 'P1'],
        ['P1', 'P0'],
      ]),
    ),
    'IMPORT_MISSING',
  ],
  [
    'parameters that each use the next a hundred times',
    ipxact(
      AT_P0,
      parameters([
        ...Array.from({ length: 60 }, (_, at) => [`P${at}`, `P${at + 1}+`.repeat(40).slice(0, -1)] as const),
        ['P60', '0'],
      ]),
    ),
  ],
  [
    'a chain of 20000 parameters',
    ipxact(AT_P0, parameters(Array.from({ length: 20_000 }, (_, at) => [`P${at}`, `P${at + 1}`] as const))),
    'IMPORT_MISSING',
  ],
  ['powers of powers', ipxact(ipxactRegister('<i:addressOffset>9**9**9**9**9</i:addressOffset>')), 'IMPORT_MISSING'],
  [
    'a shift by a million',
    ipxact(ipxactRegister('<i:addressOffset>1 &lt;&lt; 1000000</i:addressOffset>')),
    'IMPORT_MISSING',
  ],
  [
    'a product of a thousand factors',
    ipxact(ipxactRegister(`<i:addressOffset>${"'hffffffff*".repeat(1000)}1</i:addressOffset>`)),
    'IMPORT_MISSING',
  ],
  [
    '1 MB of parentheses',
    ipxact(ipxactRegister(`<i:addressOffset>${'('.repeat(1 << 20)}</i:addressOffset>`)),
    'IMPORT_MISSING',
  ],
  [
    'a hundred thousand dimensions of 2^1023 elements',
    ipxact(ipxactRegister(`${'<i:dim>2**1023</i:dim>'.repeat(100_000)}<i:addressOffset>0</i:addressOffset>`)),
    'IMPORT_BAD_ARRAY',
  ],
  [
    'a thousand dimensions',
    ipxact(ipxactRegister(`${'<i:dim>9</i:dim>'.repeat(1000)}<i:addressOffset>0</i:addressOffset>`)),
    'IMPORT_BAD_ARRAY',
  ],
  [
    'register files of 65536 in one another',
    ipxact(
      `${'<i:registerFile><i:name>F</i:name><i:dim>65536</i:dim><i:addressOffset>0</i:addressOffset><i:range>4</i:range>'.repeat(8)}${ipxactRegister('<i:addressOffset>0</i:addressOffset>')}${'</i:registerFile>'.repeat(8)}`,
    ),
    'IMPORT_TOO_LARGE',
  ],
  [
    'fields at the end of the numbers',
    ipxact(
      ipxactRegister(
        `<i:addressOffset>0</i:addressOffset><i:size>2**1024-1</i:size>${'<i:field><i:name>F</i:name><i:bitOffset>2**1000</i:bitOffset><i:resets><i:reset><i:value>1</i:value></i:reset></i:resets><i:bitWidth>2**1000</i:bitWidth></i:field>'.repeat(100)}`,
      ),
    ),
    'IMPORT_FIELD_RANGE',
  ],
];

/** Small texts that stand for much, and large ones that stand for nothing; of some, the code that they have to give. */
export const HOSTILE: readonly (readonly [what: string, text: string, code?: ImportCode])[] = [
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
  ['1 MB of comments without an end', '/*'.repeat(1 << 19), 'IMPORT_RDL_SYNTAX'],
  ['1 MB of quotation marks in a string without an end', `"${'\\"'.repeat(1 << 19)}`, 'IMPORT_RDL_SYNTAX'],
  ['1 MB of uses of a macro on one line', `\`define A\n${'`A '.repeat(350_000)}`, 'IMPORT_NO_REGISTERS'],
  ['100000 conditions in one another', '`ifdef A\n'.repeat(100_000), 'IMPORT_RDL_SYNTAX'],
  [
    'an expression of 400000 words in 5000 registers',
    `reg t { field { reset = {${times(200_000, () => "1'b1,")}1'b1}; } f; }; addrmap m { ${times(5000, (at) => `t r${at};`)} };`,
    'IMPORT_RDL_SYNTAX',
  ],
  [
    'a component of 20000 properties in 50000 places',
    `reg t { ${'name = "a";'.repeat(20_000)} field {} f; }; addrmap m { ${times(50_000, (at) => `t r${at};`)} };`,
    'IMPORT_TOO_LARGE',
  ],
  [
    'a component of 20000 definitions in 20000 places',
    `regfile t { ${times(20_000, (at) => `enum e${at} { a; };`)} reg { field {} f; } r; }; addrmap m { ${times(20_000, (at) => `t r${at};`)} };`,
  ],
  [
    '20000 defaults for 20000 registers',
    `reg t { field {} f; }; addrmap m { ${'default name = "a";'.repeat(20_000)} ${times(20_000, (at) => `t r${at};`)} };`,
  ],
  [
    '60000 registers that each are given a property',
    `reg t { field {} f; }; addrmap m { ${times(60_000, (at) => `t r${at};`)} ${times(60_000, (at) => `r${at}->name = "a";`)} };`,
  ],
  [
    'an entry of 30000 properties in 20000 fields',
    `enum e { a { ${'name = "a";'.repeat(30_000)} }; }; reg t { field { encode = e; } f; }; addrmap m { ${times(20_000, (at) => `t r${at};`)} };`,
    'IMPORT_TOO_LARGE',
  ],
  [
    'regfiles of 65536 of nothing in one another',
    'addrmap m { regfile { regfile { reg { } x; } a[65536]; } b[65536]; };',
  ],
  [
    '20000 arrays of 256 by 256 regfiles of nothing',
    `addrmap m { ${times(20_000, (at) => `regfile { } r${at}[256][256];`)} };`,
    'IMPORT_TOO_LARGE',
  ],
  [
    '20000 arrays of 65536 maps of nothing',
    `addrmap m { ${times(20_000, (at) => `addrmap { } r${at}[65536];`)} };`,
    'IMPORT_TOO_LARGE',
  ],
  [
    '20000 lists of 65536 names',
    svd(
      '<register><dim>65536</dim><dimIncrement>4</dimIncrement><dimIndex>1-65535</dimIndex><name>R%s</name><addressOffset>0</addressOffset></register>'.repeat(
        20_000,
      ),
    ),
    'IMPORT_TOO_LARGE',
  ],
  [
    'clusters of 65536 of nothing in one another',
    svd(
      cluster(
        'A%s',
        cluster('B%s', '', ' x=""').replaceAll('<name>', '<dim>65536</dim><dimIncrement>4</dimIncrement><name>'),
      ).replace('<name>', '<dim>65536</dim><dimIncrement>4</dimIncrement><name>'),
    ),
  ],
  ['20000 registers that are derived from one of 50000 elements', derivedRegisters(20_000, '<x/>'.repeat(50_000))],
  [
    '20000 registers that are derived from one of 50000 strange fields',
    derivedRegisters(20_000, `<fields>${'<x/>'.repeat(50_000)}</fields>`),
  ],
  [
    '20000 registers that are derived from one with a description of 1 MB',
    derivedRegisters(20_000, `<description>${'a '.repeat(1 << 19)}</description>`),
  ],
  [
    '20000 fields without bits in a register with a name of 1 MB',
    svd(
      `<register><name>${'R'.repeat(1 << 20)}</name><addressOffset>0</addressOffset><fields>${'<field><name>F</name></field>'.repeat(20_000)}</fields></register>`,
    ),
  ],
  [
    '100000 values of one name',
    svd(
      `<register><name>R</name><addressOffset>0</addressOffset><fields><field><name>F</name><bitRange>[31:0]</bitRange><enumeratedValues>${times(100_000, (at) => `<enumeratedValue><name>A</name><value>${at}</value></enumeratedValue>`)}</enumeratedValues></field></fields></register>`,
    ),
  ],
  [
    '1000 registers of 32 fields of one name',
    svd(
      times(
        1000,
        (at) =>
          `<register><name>R${at}</name><addressOffset>${4 * at}</addressOffset><fields>${times(32, (bit) => `<field><name>LONGNAME</name><bitRange>[${bit}:${bit}]</bitRange></field>`)}</fields></register>`,
      ),
    ),
  ],
  [
    '100000 peripherals that are derived from one',
    svd(R).replace(
      '</peripherals>',
      `${times(100_000, (at) => `<peripheral derivedFrom="P"><name>P${at}</name><baseAddress>0</baseAddress></peripheral>`)}</peripherals>`,
    ),
  ],
  ...IPXACT_HOSTILE,
];
