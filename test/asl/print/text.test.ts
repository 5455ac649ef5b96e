import { describe, expect, it } from 'vitest';
import { decodeAml } from '../../../src/aml/decode/decode.js';
import { type PrintOptions, printAsl } from '../../../src/asl/print/print-asl.js';
import { fromHex } from '../../../src/base/index.js';
import { type Shape, termOf } from '../../support/term-shape.js';

const DISABLED = /^#pragma disable \(\d+\) \/\/ .*\n/gm;

/** The contents of the definition block, one level further out. */
function printed(hex: string, options: PrintOptions = {}): string {
  const { terms, namespace } = decodeAml(fromHex(hex));
  const { text } = printAsl(terms, { namespace, ...options });
  const body = text.replaceAll(DISABLED, '').split('\n').slice(2, -2);
  return body.map((line) => line.slice(4)).join('\n');
}

const codes = (hex: string) =>
  printAsl(decodeAml(fromHex(hex)).terms).diagnostics.map(({ code, severity, place }) => [
    code,
    severity,
    place.offsetBytes,
  ]);

describe('ASL of one statement', () => {
  const rows: readonly (readonly [hex: string, text: string, legacy?: string])[] = [
    ['70 01 60', 'Local0 = One', 'Store (One, Local0)'],
    ['72 60 0a 02 60', 'Local0 += 0x02', 'Add (Local0, 0x02, Local0)'],
    ['72 61 0a 02 60', 'Local0 = Local1 + 0x02', 'Add (Local1, 0x02, Local0)'],
    ['70 72 61 62 00 60', 'Store (Local1 + Local2, Local0)', 'Store (Add (Local1, Local2), Local0)'],
    ['70 88 68 01 00 60', 'Store (Arg0 [One], Local0)', 'Store (Index (Arg0, One), Local0)'],
    ['70 83 88 68 01 00 60', 'Local0 = DerefOf (Arg0 [One])', 'Store (DerefOf (Index (Arg0, One)), Local0)'],
    ['78 61 62 00 60', 'Local0 = Local1 / Local2', 'Divide (Local1, Local2, , Local0)'],
    ['78 61 62 63 60', 'Divide (Local1, Local2, Local3, Local0)'],
    ['75 60', 'Local0++', 'Increment (Local0)'],
    [
      'a4 77 72 60 61 00 62 00',
      'Return ((Local0 + Local1) * Local2)',
      'Return (Multiply (Add (Local0, Local1), Local2))',
    ],
    [
      'a4 72 77 60 61 00 62 00',
      'Return (Local0 * Local1 + Local2)',
      'Return (Add (Multiply (Local0, Local1), Local2))',
    ],
    [
      'a4 74 60 74 61 62 00 00',
      'Return (Local0 - (Local1 - Local2))',
      'Return (Subtract (Local0, Subtract (Local1, Local2)))',
    ],
    [
      'a4 74 74 60 61 00 62 00',
      'Return (Local0 - Local1 - Local2)',
      'Return (Subtract (Subtract (Local0, Local1), Local2))',
    ],
    ['a4 92 93 60 61', 'Return (Local0 != Local1)', 'Return (LNotEqual (Local0, Local1))'],
    ['a4 92 90 60 61', 'Return (!(Local0 && Local1))', 'Return (LNot (LAnd (Local0, Local1)))'],
    ['a4 72 60 61 62', 'Return (Add (Local0, Local1, Local2))'],
    ['80 60 61', 'Local1 = ~Local0', 'Not (Local0, Local1)'],
    ['08 5f 48 49 44 0c 41 d0 0a 08', 'Name (_HID, EisaId ("PNP0A08"))'],
    ['08 41 42 43 44 0c 41 d0 0a 08', 'Name (ABCD, 0x080AD041)'],
    ['08 53 54 52 5f 0d 22 5c 09 41 00', 'Name (STR, "\\"\\\\\\x09A")'],
    [
      '08 55 49 44 5f 11 13 0a 10 5b 4d db 33 f7 1f 1c 40 96 57 74 41 c0 3d d7 66',
      'Name (UID, ToUUID ("33db4d5b-1ff7-401c-9657-7441c03dd766"))',
    ],
    ['08 55 4e 49 5f 11 09 0a 06 41 00 42 00 00 00', 'Name (UNI, Unicode ("AB"))'],
    [
      '08 5f 43 52 53 11 0d 0a 0a 47 01 60 00 60 00 00 01 79 00',
      'Name (_CRS, ResourceTemplate ()\n{\n    IO (Decode16, 0x60, 0x60, 0x00, 0x01)\n})',
    ],
    ['5b 80 52 45 47 5f 00 00 01', 'OperationRegion (REG, SystemMemory, Zero, One)'],
    ['06 5c 41 5f 5f 5f 42 5f 5f 5f', '// External (\\A, UnknownObj)\nAlias (\\A, B)'],
  ];
  for (const [hex, text, legacy] of rows) {
    it(text.split('\n')[0] as string, () => {
      expect(printed(hex)).toBe(text);
      expect(printed(hex, { style: 'legacy' })).toBe(legacy ?? text);
    });
  }
});

describe('blocks', () => {
  it('sees an ElseIf, and offsets on request', () => {
    const hex = '14 17 4d 45 54 48 0a a0 04 68 a4 00 a1 0b a0 04 69 a4 01 a1 04 a4 0a 02';
    expect(printed(hex, { offsets: true })).toBe(
      [
        '/* 0000 */ Method (METH, 2, Serialized)',
        '{',
        '    /* 0007 */ If (Arg0)',
        '    {',
        '        /* 000a */ Return (Zero)',
        '    }',
        '    /* 000c */ ElseIf (Arg1)',
        '    {',
        '        /* 0011 */ Return (One)',
        '    }',
        '    /* 0013 */ Else',
        '    {',
        '        /* 0015 */ Return (0x02)',
        '    }',
        '}',
      ].join('\n'),
    );
  });

  it('writes field gaps as offsets, and foreign names as comments or declarations', () => {
    const hex = '5b 81 14 52 45 47 5f 13 41 41 41 41 04 00 0c 42 42 42 42 08 00 03';
    const field =
      'Field (REG, DWordAcc, Lock, Preserve)\n{\n    AAAA, 4,\n    Offset (0x02),\n    BBBB, 8,\n    , 3\n}';
    expect(printed(hex)).toBe(`// External (REG, OpRegionObj)\n${field}`);
    expect(printed(hex, { externals: 'declare' })).toBe(`External (REG, OpRegionObj)\n${field}`);
  });

  it('calls a method without arguments, and no other name', () => {
    expect(printed('14 06 4d 5f 5f 5f 00 08 4e 5f 5f 5f 00 a0 0a 90 4d 5f 5f 5f 4e 5f 5f 5f')).toContain(
      'If (M () && N)',
    );
  });

  it('gives a call the values that stray behind it', () => {
    const stray = ['Path', 'FOO_', []] as const;
    const terms = [stray, ['Local', 0], ['Byte', 3], ['Noop']].map((shape) => termOf(shape as Shape));
    expect(printAsl(terms).text).toContain('    FOO (Local0, 0x03)\n    Noop\n');
  });
});

describe('what ASL cannot express', () => {
  it.each([
    ['ff ff ff', 'AML_NOT_PRINTABLE', 'error', 0],
    ['02 03', 'AML_NOT_PRINTABLE', 'error', 0],
    ['a3 a1 02 a3', 'AML_NOT_PRINTABLE', 'error', 1],
    ['5b 82 06 49 50 4d 49 a3', 'AML_NOT_PRINTABLE', 'error', 0],
    ['08 41 41 41 41 0d 80 00', 'AML_NOT_PRINTABLE', 'error', 5],
    ['08 41 41 41 41 0b 01 00', 'AML_WIDTH_NOT_PRINTABLE', 'note', 5],
    ['a0 43 00 01', 'AML_WIDTH_NOT_PRINTABLE', 'note', 0],
    ['08 2f 01 41 41 41 41 00', 'AML_WIDTH_NOT_PRINTABLE', 'note', 0],
    ['08 41 41 41 41 13 03 0a 02', 'AML_WIDTH_NOT_PRINTABLE', 'note', 5],
    ['08 41 41 41 41 13 02 00', 'AML_WIDTH_NOT_PRINTABLE', 'note', 5],
    ['08 41 41 41 41 13 02 01', 'AML_NOT_PRINTABLE', 'error', 5],
  ] as const)('%s is found: %s, %s at %i', (hex, code, severity, offset) => {
    expect(codes(hex)[0]).toEqual([code, severity, offset]);
  });
});

describe('terms that ASL cannot express', () => {
  it('are a hundred findings at the most, and a count of the others', () => {
    const { text, diagnostics } = printAsl(decodeAml(fromHex('a10202'.repeat(130))));
    expect(diagnostics.length).toBe(101);
    expect(diagnostics.at(-1)?.message).toMatch(/^160 more terms/);
    expect(text.match(/could not be decoded/g)?.length).toBe(130);
  });
});
