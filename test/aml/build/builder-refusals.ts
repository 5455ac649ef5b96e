import { asl, eisaId, encodeAml, padNameSeg, path, resource, uuid } from '../../../src/aml/index.js';
import { fromHex } from '../../../src/base/index.js';
import { requireTable } from '../../../src/tables/index.js';
import type { DiagnosticCode } from '../../../src/vocab/index.js';

/** A recorded row that no builder of ours reproduces, what refuses it and how, and what is wrong with it. */
type Refusal = readonly [
  description: RegExp,
  refuse: (recordedHex: string) => unknown,
  how: DiagnosticCode | 'RangeError',
  reason: string,
];

export const REFUSALS: readonly Refusal[] = [
  // Names
  [
    /^256 segs: SegCount byte truncates to 0 /,
    () => path(new Array(256).fill('ABCD').join('.')),
    'AML_BAD_NAME',
    'SegCount is one byte, and 0 was written',
  ],
  [/^lower case accepted unchecked /, () => path('abcd'), 'AML_BAD_NAME', 'a NameSeg has no lower case'],
  [/^leading digit accepted unchecked /, () => path('0BCD'), 'AML_BAD_NAME', 'a NameSeg begins with no digit'],
  [/^empty path panics$/, () => path(''), 'AML_BAD_NAME', 'nothing is named'],
  [/^UTF-8 segment of 4 bytes accepted$/, () => path('éé'), 'AML_BAD_NAME', 'a NameSeg is of A-Z, 0-9 and _'],
  [/^field name is not length-checked /, () => padNameSeg('TOOLONG'), 'AML_BAD_NAME', 'a NameSeg has four bytes'],

  // Strings and identifiers
  [/^non-ASCII passes through as UTF-8 /, () => asl.String('é'), 'AML_BAD_STRING', 'a string is ASCII'],
  [/^embedded NUL passes through /, () => asl.String('A\0B'), 'AML_BAD_STRING', 'a string ends at its first NUL'],
  [
    /^EISAName lower-case letters are not rejected: value collides /,
    () => eisaId('pnp0A08'),
    'AML_VALUE_RANGE',
    'a letter has five bits, so that another device was named',
  ],
  [/^EISAName digit as letter panics$/, () => eisaId('1NP0A08'), 'AML_VALUE_RANGE', 'three letters come first'],
  [/^EISAName too short panics$/, () => eisaId('PNP0A0'), 'AML_VALUE_RANGE', 'there are seven characters'],
  [/^EISAName non-hex panics$/, () => eisaId('PNP0A0G'), 'AML_VALUE_RANGE', 'four hex digits come last'],
  [
    /^Uuid wrong length panics$/,
    () => uuid('33DB4D5B1FF7401C96577441C03DD766'),
    'AML_VALUE_RANGE',
    'a UUID has four dashes',
  ],
  [
    /^Uuid non-hex panics$/,
    () => uuid('33DB4D5B-1FF7-401C-9657-7441C03DD76G'),
    'AML_VALUE_RANGE',
    'a UUID is of hex digits',
  ],

  // Counts and small numbers
  [
    /^package of 256: NumElements byte truncates to 0 /,
    () => asl.Package(new Array(256).fill(0)),
    'AML_VALUE_RANGE',
    'NumElements is one byte, and 0 was written',
  ],
  [
    /^package of 300: NumElements 44$/,
    () => asl.Package(new Array(300).fill(1)),
    'AML_VALUE_RANGE',
    'NumElements is one byte, and 44 was written',
  ],
  [
    /^Method args=8 silently masked to 0 /,
    () => asl.Method('METH', { args: 8 }, []),
    'AML_VALUE_RANGE',
    'a method takes 7 arguments at the most, and 0 was written',
  ],
  [
    /^Mutex level 16 not rejected /,
    () => asl.Mutex('MLCK', 16),
    'AML_VALUE_RANGE',
    'the bits above the sync level are reserved',
  ],
  [/^Arg\(7\)$/, () => encodeAml([asl.Arg(7)]), 'AML_VALUE_RANGE', 'Arg6 is the last'],
  [/^Local\(8\)$/, () => encodeAml([asl.Local(8)]), 'AML_VALUE_RANGE', 'Local7 is the last'],

  // Ranges of resources
  [
    /^WordIO 0\.\.ffff: length overflows u16 /,
    () => resource.wordIo({ min: 0, max: 0xffff }),
    'AML_VALUE_RANGE',
    'a length of 0x10000 needs a DWordIO',
  ],
  [
    /^min > max panics$/,
    () => resource.dwordMemory({ min: 0x2000, max: 0x1fff }),
    'AML_VALUE_RANGE',
    'the length would be 0 or less',
  ],
  [
    /^DWordMemory whole 4 GiB overflows u32$/,
    () => resource.dwordMemory({ min: 0, max: 0xffff_ffff }),
    'AML_VALUE_RANGE',
    'a length of 4 GiB needs a QWordMemory',
  ],
  [
    /^QWordMemory whole overflows u64$/,
    () => resource.qwordMemory({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    'AML_VALUE_RANGE',
    'no descriptor holds a length of 2^64',
  ],

  // Tables: encodeTable writes a whole header always, so that only reading can meet less
  [
    /^SDT::new\(TEST, length [09]\)$/,
    () => requireTable(new Uint8Array(0)),
    'TABLE_TRUNCATED',
    'a table is not shorter than its header',
  ],
  [
    /^SDT::new\(TEST, length (?:10|35)\)$/,
    (recordedHex) => requireTable(fromHex(recordedHex)),
    'TABLE_TRUNCATED',
    'its header is cut off, and gives a length of 36 all the same',
  ],
  [
    /^\.\.\. \+ write\(49,u32\) out of range: silently ignored$/,
    () => new Uint8Array(51 - 36).set(new Uint8Array(4), 49 - 36),
    'RangeError',
    'a body is an ordinary Uint8Array, which takes no bytes past its end',
  ],
];
