import type { ImportCode } from '../../../src/vocab/index.js';

/** One fault of a register description, and the finding that it gives. */
export interface Fault {
  readonly what: string;
  readonly file: string;
  readonly text: string;
  readonly code: ImportCode;
  /** Line and column; undefined if the finding is of the whole file. */
  readonly at: readonly [line: number, column: number] | undefined;
  readonly peripherals?: readonly string[];
}

/** A device with one peripheral, each element on a line of its own from line 6 on. */
const svd = (...inside: readonly string[]) =>
  [
    '<device>',
    '<name>D</name>',
    '<peripherals>',
    '<peripheral><name>P</name><baseAddress>0</baseAddress>',
    '<registers>',
    ...inside,
    '</registers></peripheral></peripherals></device>',
  ].join('\n');
/** A register with other elements in it. */
const register = (name: string, more: string, attributes = '') =>
  `<register${attributes}><name>${name}</name><addressOffset>0</addressOffset>${more}</register>`;
const field = (more: string, attributes = '') =>
  register('R', `<fields><field${attributes}><name>F</name>${more}</field></fields>`);
const map = (...inside: readonly string[]) => ['addrmap m {', ...inside, '};'].join('\n');

export const SVD_FAULTS: readonly Fault[] = [
  {
    what: 'an element without an end',
    file: 'a.svd',
    text: '<device>\n<name>D</name>\n</devise>',
    code: 'IMPORT_XML_SYNTAX',
    at: [3, 9],
  },
  {
    what: 'an entity that is not defined',
    file: 'a.svd',
    text: '<device>\n<name>&x;</name></device>',
    code: 'IMPORT_XML_SYNTAX',
    at: [2, 9],
  },
  {
    what: 'entities that expand without end',
    file: 'a.svd',
    text: '<!DOCTYPE device [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>\n<device><name>&b;</name></device>',
    code: 'IMPORT_XML_DOCTYPE',
    at: [1, 60],
  },
  { what: 'another kind of XML', file: 'a.svd', text: '<ipxact:design/>', code: 'IMPORT_NOT_SVD', at: [1, 1] },
  {
    what: 'no peripherals',
    file: 'a.svd',
    text: '<device><name>D</name></device>',
    code: 'IMPORT_NO_REGISTERS',
    at: undefined,
  },
  {
    what: 'a register without a name',
    file: 'a.svd',
    text: svd('<register><addressOffset>0</addressOffset></register>'),
    code: 'IMPORT_MISSING',
    at: [6, 1],
  },
  {
    what: 'an offset below 0',
    file: 'a.svd',
    text: svd('<register><name>R</name><addressOffset>-4</addressOffset></register>'),
    code: 'IMPORT_MISSING',
    at: [6, 1],
  },
  {
    what: 'a peripheral without a base',
    file: 'a.svd',
    text: '<device><peripherals>\n<peripheral><name>P</name></peripheral></peripherals></device>',
    code: 'IMPORT_MISSING',
    at: [2, 1],
  },
  {
    what: 'a size that is no number',
    file: 'a.svd',
    text: svd(register('R', '\n<size>wide</size>')),
    code: 'IMPORT_BAD_NUMBER',
    at: [7, 1],
  },
  {
    what: 'a dim of 10^9',
    file: 'a.svd',
    text: svd(register('R%s', '<dim>1000000000</dim><dimIncrement>4</dimIncrement>')),
    code: 'IMPORT_BAD_ARRAY',
    at: [6, 1],
  },
  {
    what: 'a dim without dimIncrement',
    file: 'a.svd',
    text: svd(register('R%s', '<dim>2</dim>')),
    code: 'IMPORT_BAD_ARRAY',
    at: [6, 1],
  },
  {
    what: 'a dimIndex that does not fit dim',
    file: 'a.svd',
    text: svd(register('R%s', '<dim>3</dim><dimIncrement>4</dimIncrement><dimIndex>A,B</dimIndex>')),
    code: 'IMPORT_BAD_ARRAY',
    at: [6, 1],
  },
  {
    what: 'a field past its register',
    file: 'a.svd',
    text: svd(field('<bitRange>[32:0]</bitRange>')),
    code: 'IMPORT_FIELD_RANGE',
    at: [6, 65],
  },
  { what: 'a field without bits', file: 'a.svd', text: svd(field('')), code: 'IMPORT_FIELD_RANGE', at: [6, 65] },
  {
    what: 'a field with its bits the wrong way round',
    file: 'a.svd',
    text: svd(field('<lsb>4</lsb><msb>0</msb>')),
    code: 'IMPORT_FIELD_RANGE',
    at: [6, 65],
  },
  {
    what: 'derivedFrom of nothing',
    file: 'a.svd',
    text: svd(register('R', '', ' derivedFrom="Q"')),
    code: 'IMPORT_DERIVED_UNKNOWN',
    at: [6, 1],
  },
  {
    what: 'derivedFrom in a circle',
    file: 'a.svd',
    text: svd(register('R', '', ' derivedFrom="Q"'), register('Q', '', ' derivedFrom="R"')),
    code: 'IMPORT_DERIVED_CIRCLE',
    at: [6, 1],
  },
  {
    what: 'a cluster that is derived from one around it',
    file: 'a.svd',
    text: svd(
      '<cluster><name>A</name><addressOffset>0</addressOffset>',
      '<cluster derivedFrom="A"><name>B</name><addressOffset>0</addressOffset></cluster></cluster>',
    ),
    code: 'IMPORT_DERIVED_CIRCLE',
    at: [7, 1],
  },
  {
    what: 'a peripheral that is not there',
    file: 'a.svd',
    text: svd(register('R', '')),
    code: 'IMPORT_UNKNOWN_BLOCK',
    at: undefined,
    peripherals: ['Q'],
  },
  {
    what: 'elements 100 deep',
    file: 'a.svd',
    text: `${'<device>'.repeat(100)}${'</device>'.repeat(100)}`,
    code: 'IMPORT_TOO_LARGE',
    at: [1, 513],
  },
];

export const RDL_FAULTS: readonly Fault[] = [
  {
    what: 'a missing semicolon',
    file: 'a.rdl',
    text: map('reg { field {} f; } r'),
    code: 'IMPORT_RDL_SYNTAX',
    at: [3, 1],
  },
  {
    what: 'a number that its width does not hold',
    file: 'a.rdl',
    text: map("reg { field {} f = 1'd2; } r;"),
    code: 'IMPORT_RDL_SYNTAX',
    at: [2, 20],
  },
  { what: 'a string without an end', file: 'a.rdl', text: map('name = "x;'), code: 'IMPORT_RDL_SYNTAX', at: [2, 8] },
  { what: 'a comment without an end', file: 'a.rdl', text: map('/* x'), code: 'IMPORT_RDL_SYNTAX', at: [2, 1] },
  {
    what: 'a character that has no meaning',
    file: 'a.rdl',
    text: map('\u00a7'),
    code: 'IMPORT_RDL_SYNTAX',
    at: [2, 1],
  },
  {
    what: 'a macro that is not defined',
    file: 'a.rdl',
    text: map('reg { field {} f = `X; } r;'),
    code: 'IMPORT_RDL_SYNTAX',
    at: [2, 20],
  },
  {
    what: 'a condition without an end',
    file: 'a.rdl',
    text: '`ifdef X\naddrmap m {};',
    code: 'IMPORT_RDL_SYNTAX',
    at: [1, 1],
  },
  { what: 'Perl', file: 'a.rdl', text: map('<% for (1..2) { %>'), code: 'IMPORT_RDL_PERL', at: [2, 1] },
  {
    what: 'an included file that is not there',
    file: 'a.rdl',
    text: '`include "b.rdl"',
    code: 'IMPORT_RDL_INCLUDE',
    at: [1, 1],
  },
  {
    what: 'a component that is not defined',
    file: 'a.rdl',
    text: map('thing r;'),
    code: 'IMPORT_RDL_NAME',
    at: [2, 7],
  },
  {
    what: 'a property of what is not there',
    file: 'a.rdl',
    text: map('reg { field {} f; } r;', 'q->name = "x";'),
    code: 'IMPORT_RDL_NAME',
    at: [3, 1],
  },
  {
    what: 'a parameter without a value',
    file: 'a.rdl',
    text: `reg t #(longint unsigned N) { field {} f[N]; };\n${map('t r;')}`,
    code: 'IMPORT_RDL_NAME',
    at: [3, 3],
  },
  {
    what: 'a word for a number',
    file: 'a.rdl',
    text: map('reg { field {} f; } r @ somewhere;'),
    code: 'IMPORT_RDL_TYPE',
    at: [2, 25],
  },
  {
    what: 'a division by 0',
    file: 'a.rdl',
    text: map('reg { field {} f; } r @ 4 / 0;'),
    code: 'IMPORT_RDL_TYPE',
    at: [2, 27],
  },
  {
    what: 'an entry that an enum does not have',
    file: 'a.rdl',
    text: map('enum e { a = 1; };', 'reg { field {} f[2] = e::b; } r;'),
    code: 'IMPORT_RDL_TYPE',
    at: [3, 23],
  },
  {
    what: 'a component that holds itself',
    file: 'a.rdl',
    text: 'regfile t { t inner; };\naddrmap m { t outer; };',
    code: 'IMPORT_RDL_RECURSION',
    at: [1, 15],
  },
  {
    what: 'components that hold each other',
    file: 'a.rdl',
    text: 'regfile a { b x; };\nregfile b { a y; };\naddrmap m { a z; };',
    code: 'IMPORT_RDL_RECURSION',
    at: [2, 15],
  },
  {
    what: 'a width that is no power of two',
    file: 'a.rdl',
    text: map('reg { regwidth = 24; field {} f; } r;'),
    code: 'IMPORT_RDL_ADDRESS',
    at: [2, 36],
  },
  {
    what: 'an alignment that is no power of two',
    file: 'a.rdl',
    text: map('reg { field {} f; } r %= 12;'),
    code: 'IMPORT_RDL_ADDRESS',
    at: [2, 21],
  },
  {
    what: 'an address past 64 bits',
    file: 'a.rdl',
    text: map('reg { field {} f; } r @ 0xffff_ffff_ffff_ffff;'),
    code: 'IMPORT_RDL_ADDRESS',
    at: [2, 21],
  },
  {
    what: 'an array of 10^9',
    file: 'a.rdl',
    text: map('reg { field {} f; } r[1_000_000_000];'),
    code: 'IMPORT_BAD_ARRAY',
    at: [2, 23],
  },
  {
    what: 'a field past its register',
    file: 'a.rdl',
    text: map('reg { field {} f[32:32]; } r;'),
    code: 'IMPORT_FIELD_RANGE',
    at: [2, 16],
  },
  { what: 'no address map', file: 'a.rdl', text: 'reg r { field {} f; };', code: 'IMPORT_NO_REGISTERS', at: undefined },
  {
    what: 'parentheses 100 deep',
    file: 'a.rdl',
    text: map(`reg { field {} f = ${'('.repeat(100)}1${')'.repeat(100)}; } r;`),
    code: 'IMPORT_TOO_LARGE',
    at: [2, 82],
  },
];
