import type { Shape } from '../../support/term-shape.js';

/** Bytes, the terms that they are, and where ACPI 6.5 says so. */
export type EncodingRow = readonly [hex: string, terms: readonly Shape[], section: string];

const ABCD: Shape = ['Path', 'ABCD', []];
const ZERO: Shape = ['Zero'];
const ONE: Shape = ['One'];
const NULL: Shape = ['Null'];
const LOCAL: Shape = ['Local', 1];
const named = (name: string, bits: number) => ({ kind: 'NamedField', name, bits, lengthWidth: 0 });

/** At least a row for each opcode; every prefix of names, width of PkgLength and form of a target has one too. */
export const ENCODING_ROWS: readonly EncodingRow[] = [
  // Data objects
  ['00', [['Zero']], '§20.2.3'],
  ['01', [['One']], '§20.2.3'],
  ['ff', [['Ones']], '§20.2.3'],
  ['0a 00', [['Byte', 0]], '§20.2.3'],
  ['0a ff', [['Byte', 0xff]], '§20.2.3'],
  ['0b 34 12', [['Word', 0x1234]], '§20.2.3'],
  ['0c 78 56 34 f2', [['DWord', 0xf2345678]], '§20.2.3'],
  ['0e 08 07 06 05 04 03 02 f1', [['QWord', 0xf102030405060708n]], '§20.2.3'],
  ['0d 00', [['String', '']], '§20.2.3'],
  ['0d 41 7f e9 00', [['String', 'A\u007f\u00e9']], '§20.2.3'],
  ['11 02 00', [['Buffer', ZERO, []]], '§20.2.5.4'],
  ['11 06 0a 03 11 02 ff', [['Buffer', ['Byte', 3], [0x11, 0x02, 0xff]]], '§20.2.5.4'],
  ['12 02 00', [['Package', 0, []]], '§20.2.5.4'],
  ['12 0b 03 01 41 42 43 44 12 03 01 01', [['Package', 3, [ONE, ABCD, ['Package', 1, [ONE]]]]], '§20.2.5.4'],
  ['13 04 61 01 00', [['VarPackage', LOCAL, [ONE, ZERO]]], '§20.2.5.4'],
  ['5b 30', [['Revision']], '§20.2.3'],

  // Locals, arguments, the debug object
  [
    '60 67',
    [
      ['Local', 0],
      ['Local', 7],
    ],
    '§20.2.6.2',
  ],
  [
    '68 6e',
    [
      ['Arg', 0],
      ['Arg', 6],
    ],
    '§20.2.6.1',
  ],
  ['5b 31', [['Debug']], '§20.2.6.3'],

  // Names
  ['5c 41 42 43 44', [['Path', '\\ABCD', []]], '§20.2.2'],
  ['5e 5e 41 5f 5f 39', [['Path', '^^A__9', []]], '§20.2.2'],
  ['2e 41 42 43 44 5f 45 46 47', [['Path', 'ABCD._EFG', []]], '§20.2.2'],
  ['5c 2e 41 42 43 44 5f 45 46 47', [['Path', '\\ABCD._EFG', []]], '§20.2.2'],
  ['5e 2f 03 41 41 41 41 42 42 42 42 43 43 43 43', [['Path', '^AAAA.BBBB.CCCC', []]], '§20.2.2'],
  ['10 03 5c 00', [['Scope', '\\', []]], '§20.2.2'],
  ['10 03 5e 00', [['Scope', '^', []]], '§20.2.2'],
  ['08 41 42 43 44 00', [['Name', 'ABCD', ZERO]], '§20.2.5.1'],
  [
    '14 06 4d 45 54 48 02 4d 45 54 48 01 70 00 61',
    [
      ['Method', 'METH', 2, []],
      ['Path', 'METH', [ONE, ['Store', ZERO, LOCAL]]],
    ],
    '§20.2.5.4',
  ],
  [
    '70 4d 45 54 48 01 61 14 06 4d 45 54 48 01',
    [
      ['Store', ['Path', 'METH', [ONE]], LOCAL],
      ['Method', 'METH', 1, []],
    ],
    '§20.2.5.4',
  ],
  [
    '14 06 4d 45 54 48 01 12 06 01 4d 45 54 48 8e 4d 45 54 48 87 4d 45 54 48 01',
    [
      ['Method', 'METH', 1, []],
      ['Package', 1, [['Path', 'METH', []]]],
      ['ObjectType', ['Path', 'METH', []]],
      ['SizeOf', ['Path', 'METH', [ONE]]],
    ],
    '§20.2.5.4',
  ],

  // Namespace modifiers
  ['06 41 42 43 44 45 46 47 48', [['Alias', 'ABCD', 'EFGH']], '§20.2.5.1'],
  ['08 56 43 46 47 0e 00 00 00 40 01 00 00 00', [['Name', 'VCFG', ['QWord', 0x140000000n]]], '§20.2.5.1'],
  ['10 06 5f 53 42 5f a3', [['Scope', '_SB_', [['Noop']]]], '§20.2.5.1'],

  // Named objects
  ['14 08 41 42 43 44 09 a4 68', [['Method', 'ABCD', 9, [['Return', ['Arg', 0]]]]], '§20.2.5.2'],
  ['15 5c 41 42 43 44 08 03', [['External', '\\ABCD', 8, 3]], '§20.2.5.2'],
  ['8a 41 42 43 44 01 57 58 59 5a', [['CreateDWordField', ABCD, ONE, 'WXYZ']], '§20.2.5.2'],
  ['8b 41 42 43 44 01 57 58 59 5a', [['CreateWordField', ABCD, ONE, 'WXYZ']], '§20.2.5.2'],
  ['8c 41 42 43 44 01 57 58 59 5a', [['CreateByteField', ABCD, ONE, 'WXYZ']], '§20.2.5.2'],
  ['8d 41 42 43 44 01 57 58 59 5a', [['CreateBitField', ABCD, ONE, 'WXYZ']], '§20.2.5.2'],
  ['8f 41 42 43 44 01 57 58 59 5a', [['CreateQWordField', ABCD, ONE, 'WXYZ']], '§20.2.5.2'],
  ['5b 13 41 42 43 44 00 0a 08 57 58 59 5a', [['CreateField', ABCD, ZERO, ['Byte', 8], 'WXYZ']], '§20.2.5.2'],
  ['5b 01 41 42 43 44 0f', [['Mutex', 'ABCD', 15]], '§20.2.5.2'],
  ['5b 02 41 42 43 44', [['Event', 'ABCD']], '§20.2.5.2'],
  [
    '5b 80 41 42 43 44 00 0b 00 10 0a 20',
    [['OperationRegion', 'ABCD', 0, ['Word', 0x1000], ['Byte', 0x20]]],
    '§20.2.5.2',
  ],
  ['5b 81 0b 41 42 43 44 03 57 58 59 5a 08', [['Field', 'ABCD', 3, [named('WXYZ', 8)]]], '§20.2.5.2'],
  ['5b 82 06 41 42 43 44 a3', [['Device', 'ABCD', [['Noop']]]], '§20.2.5.2'],
  ['5b 83 0b 41 42 43 44 01 10 04 00 00 06', [['Processor', 'ABCD', 1, 0x410, 6, []]], 'ACPI 6.3 §20.2.5.2'],
  ['5b 84 09 41 42 43 44 02 34 12 a3', [['PowerResource', 'ABCD', 2, 0x1234, [['Noop']]]], '§20.2.5.2'],
  ['5b 85 05 41 42 43 44', [['ThermalZone', 'ABCD', []]], '§20.2.5.2'],
  [
    '5b 86 0f 41 42 43 44 44 41 54 41 01 57 58 59 5a 08',
    [['IndexField', 'ABCD', 'DATA', 1, [named('WXYZ', 8)]]],
    '§20.2.5.2',
  ],
  [
    '5b 87 11 41 42 43 44 42 41 4e 4b 0a 02 01 57 58 59 5a 08',
    [['BankField', 'ABCD', 'BANK', ['Byte', 2], 1, [named('WXYZ', 8)]]],
    '§20.2.5.2',
  ],
  [
    '5b 88 41 42 43 44 0d 53 53 44 54 00 0d 00 0d 00',
    [['DataTableRegion', 'ABCD', ['String', 'SSDT'], ['String', ''], ['String', '']]],
    '§20.2.5.2',
  ],

  // Field elements
  [
    '5b 81 0d 41 42 43 44 01 00 08 57 58 59 5a 3e',
    [['Field', 'ABCD', 1, [{ kind: 'ReservedField', bits: 8, lengthWidth: 0 }, named('WXYZ', 62)]]],
    '§20.2.5.2',
  ],
  ['5b 81 0c 41 42 43 44 01 57 58 59 5a 4f 03', [['Field', 'ABCD', 1, [named('WXYZ', 63)]]], '§20.2.5.2'],
  ['5b 81 0d 41 42 43 44 01 57 58 59 5a 8e ff 00', [['Field', 'ABCD', 1, [named('WXYZ', 4094)]]], '§20.2.5.2'],
  ['5b 81 0e 41 42 43 44 01 57 58 59 5a cf ff ff ff', [['Field', 'ABCD', 1, [named('WXYZ', 0xfffffff)]]], '§20.2.5.2'],
  [
    '5b 81 09 41 42 43 44 01 01 05 0b',
    [['Field', 'ABCD', 1, [{ kind: 'AccessField', access: 5, attribute: 0x0b }]]],
    '§20.2.5.2',
  ],
  [
    '5b 81 0b 41 42 43 44 01 02 57 58 59 5a',
    [['Field', 'ABCD', 1, [{ kind: 'ConnectField', connection: ['Path', 'WXYZ', []] }]]],
    '§20.2.5.2',
  ],
  [
    '5b 81 0b 41 42 43 44 01 02 11 03 01 79',
    [['Field', 'ABCD', 1, [{ kind: 'ConnectField', connection: ['Buffer', ONE, [0x79]] }]]],
    '§20.2.5.2',
  ],
  [
    '5b 81 0a 41 42 43 44 01 03 05 0b 20',
    [['Field', 'ABCD', 1, [{ kind: 'ExtendedAccessField', access: 5, attribute: 0x0b, length: 0x20 }]]],
    '§20.2.5.2',
  ],

  // Statements
  ['a0 03 01 a3', [['If', ONE, [['Noop']]]], '§20.2.5.3'],
  [
    'a0 02 00 a1 02 a3',
    [
      ['If', ZERO, []],
      ['Else', [['Noop']]],
    ],
    '§20.2.5.3',
  ],
  ['a2 04 01 9f a5', [['While', ONE, [['Continue'], ['Break']]]], '§20.2.5.3'],
  ['a3', [['Noop']], '§20.2.5.3'],
  ['a4 00', [['Return', ZERO]], '§20.2.5.3'],
  ['a5', [['Break']], '§20.2.5.3'],
  ['9f', [['Continue']], '§20.2.5.3'],
  ['cc', [['BreakPoint']], '§20.2.5.3'],
  ['86 41 42 43 44 0a 80', [['Notify', ABCD, ['Byte', 0x80]]], '§20.2.5.3'],
  ['5b 21 0a 64', [['Stall', ['Byte', 100]]], '§20.2.5.3'],
  ['5b 22 0a 64', [['Sleep', ['Byte', 100]]], '§20.2.5.3'],
  ['5b 24 41 42 43 44', [['Signal', ABCD]], '§20.2.5.3'],
  ['5b 26 41 42 43 44', [['Reset', ABCD]], '§20.2.5.3'],
  ['5b 27 41 42 43 44', [['Release', ABCD]], '§20.2.5.3'],
  ['5b 2a 41 42 43 44', [['Unload', ABCD]], 'ACPI 6.3 §20.2.5.3'],
  ['5b 32 01 78 56 34 12 61', [['Fatal', 1, 0x12345678, LOCAL]], '§20.2.5.3'],

  // Expressions
  ['70 01 61', [['Store', ONE, LOCAL]], '§20.2.5.4'],
  ['70 01 5b 31', [['Store', ONE, ['Debug']]], '§20.2.5.4'],
  ['70 01 88 41 42 43 44 00 00', [['Store', ONE, ['Index', ABCD, ZERO, NULL]]], '§20.2.5.4'],
  ['71 41 42 43 44', [['RefOf', ABCD]], '§20.2.5.4'],
  ['72 01 61 61', [['Add', ONE, LOCAL, LOCAL]], '§20.2.5.4'],
  ['72 00 00 00', [['Add', ZERO, ZERO, NULL]], '§20.2.5.4'],
  ['73 01 61 00', [['Concatenate', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['74 01 61 00', [['Subtract', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['75 61', [['Increment', LOCAL]], '§20.2.5.4'],
  ['76 83 61', [['Decrement', ['DerefOf', LOCAL]]], '§20.2.5.4'],
  ['77 01 61 00', [['Multiply', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['78 01 61 00 62', [['Divide', ONE, LOCAL, NULL, ['Local', 2]]], '§20.2.5.4'],
  ['79 01 61 00', [['ShiftLeft', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['7a 01 61 00', [['ShiftRight', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['7b 01 61 00', [['And', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['7c 01 61 00', [['NAnd', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['7d 01 61 00', [['Or', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['7e 01 61 00', [['NOr', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['7f 01 61 00', [['Xor', ONE, LOCAL, NULL]], '§20.2.5.4'],
  ['80 61 00', [['Not', LOCAL, NULL]], '§20.2.5.4'],
  ['81 61 00', [['FindSetLeftBit', LOCAL, NULL]], '§20.2.5.4'],
  ['82 61 00', [['FindSetRightBit', LOCAL, NULL]], '§20.2.5.4'],
  ['83 61', [['DerefOf', LOCAL]], '§20.2.5.4'],
  ['84 61 01 00', [['ConcatenateResTemplate', LOCAL, ONE, NULL]], '§20.2.5.4'],
  ['85 61 01 00', [['Mod', LOCAL, ONE, NULL]], '§20.2.5.4'],
  ['87 41 42 43 44', [['SizeOf', ABCD]], '§20.2.5.4'],
  ['88 41 42 43 44 01 61', [['Index', ABCD, ONE, LOCAL]], '§20.2.5.4'],
  ['89 41 42 43 44 01 61 00 00 01', [['Match', ABCD, 1, LOCAL, 0, ZERO, ONE]], '§20.2.5.4'],
  ['8e 41 42 43 44', [['ObjectType', ABCD]], '§20.2.5.4'],
  ['90 61 01', [['LAnd', LOCAL, ONE]], '§20.2.5.4'],
  ['91 61 01', [['LOr', LOCAL, ONE]], '§20.2.5.4'],
  ['92 61', [['LNot', LOCAL]], '§20.2.5.4'],
  ['92 92 93 61 01', [['LNot', ['LNotEqual', LOCAL, ONE]]], '§20.2.5.4'],
  ['92 93 61 01', [['LNotEqual', LOCAL, ONE]], '§20.2.5.4'],
  ['92 94 61 01', [['LLessEqual', LOCAL, ONE]], '§20.2.5.4'],
  ['92 95 61 01', [['LGreaterEqual', LOCAL, ONE]], '§20.2.5.4'],
  ['93 61 01', [['LEqual', LOCAL, ONE]], '§20.2.5.4'],
  ['94 61 01', [['LGreater', LOCAL, ONE]], '§20.2.5.4'],
  ['95 61 01', [['LLess', LOCAL, ONE]], '§20.2.5.4'],
  ['96 61 00', [['ToBuffer', LOCAL, NULL]], '§20.2.5.4'],
  ['97 61 00', [['ToDecimalString', LOCAL, NULL]], '§20.2.5.4'],
  ['98 61 00', [['ToHexString', LOCAL, NULL]], '§20.2.5.4'],
  ['99 61 00', [['ToInteger', LOCAL, NULL]], '§20.2.5.4'],
  ['9c 61 ff 00', [['ToString', LOCAL, ['Ones'], NULL]], '§20.2.5.4'],
  ['9d 61 41 42 43 44', [['CopyObject', LOCAL, ABCD]], '§20.2.5.4'],
  ['9e 61 00 01 00', [['Mid', LOCAL, ZERO, ONE, NULL]], '§20.2.5.4'],
  ['5b 12 41 42 43 44 61', [['CondRefOf', ABCD, LOCAL]], '§20.2.5.4'],
  [
    '5b 1f 0d 4f 45 4d 31 00 0d 00 0d 00 00 00 00',
    [['LoadTable', ['String', 'OEM1'], ['String', ''], ['String', ''], ZERO, ZERO, ZERO]],
    '§20.2.5.4',
  ],
  ['5b 20 41 42 43 44 61', [['Load', 'ABCD', LOCAL]], '§20.2.5.4'],
  ['5b 23 41 42 43 44 ff ff', [['Acquire', ABCD, 0xffff]], '§20.2.5.4'],
  ['5b 25 41 42 43 44 01', [['Wait', ABCD, ONE]], '§20.2.5.4'],
  ['5b 28 61 00', [['FromBCD', LOCAL, NULL]], '§20.2.5.4'],
  ['5b 29 61 00', [['ToBCD', LOCAL, NULL]], '§20.2.5.4'],
  ['5b 33', [['Timer']], '§20.2.5.4'],

  // PkgLengths of two to four bytes
  [`11 3f 0a 3c ${'07'.repeat(60)}`, [['Buffer', ['Byte', 60], new Array(60).fill(7)]], '§20.2.4'],
  [`11 41 04 0a 3d ${'07'.repeat(61)}`, [['Buffer', ['Byte', 61], new Array(61).fill(7)]], '§20.2.4'],
  [`11 81 00 01 0b fb 0f ${'07'.repeat(4091)}`, [['Buffer', ['Word', 4091], new Array(4091).fill(7)]], '§20.2.4'],
];

/** Bytes that another compiler could write, the same terms as iasl writes them, and where ACPI 6.5 allows both. */
export const WIDE_ROWS: readonly (readonly [
  hex: string,
  canonical: string,
  terms: readonly Shape[],
  section: string,
])[] = [
  ['a1 42 00', 'a1 01', [['Else', []]], '§20.2.4'],
  ['a1 83 00 00', 'a1 01', [['Else', []]], '§20.2.4'],
  ['a1 c4 00 00 00', 'a1 01', [['Else', []]], '§20.2.4'],
  ['2f 01 41 42 43 44', '41 42 43 44', [ABCD], '§20.2.2'],
  [
    '06 2f 02 41 41 41 41 42 42 42 42 2f 01 43 43 43 43',
    '06 2e 41 41 41 41 42 42 42 42 43 43 43 43',
    [['Alias', 'AAAA.BBBB', 'CCCC']],
    '§20.2.2',
  ],
  [
    '5b 81 0d 41 42 43 44 01 57 58 59 5a 88 00 00',
    '5b 81 0b 41 42 43 44 01 57 58 59 5a 08',
    [['Field', 'ABCD', 1, [named('WXYZ', 8)]]],
    '§20.2.4',
  ],
  [
    '5b 81 0b 41 42 43 44 01 57 58 59 5a 3f',
    '5b 81 0c 41 42 43 44 01 57 58 59 5a 4f 03',
    [['Field', 'ABCD', 1, [named('WXYZ', 63)]]],
    '§20.2.4',
  ],
  [
    '5b 81 08 41 42 43 44 01 00 00',
    '5b 81 08 41 42 43 44 01 00 00',
    [['Field', 'ABCD', 1, [{ kind: 'ReservedField', bits: 0, lengthWidth: 0 }]]],
    '§20.2.5.2',
  ],
];
