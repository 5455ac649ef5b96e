import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Parser } from 'yaml';
import { DiagnosticError, formatDiagnostic } from '../../../src/base/index.js';
import {
  checkPlatform,
  type PlatformResult,
  platformFromObject,
  readPlatform,
  requirePlatform,
} from '../../../src/platform/index.js';
import { nearestWord } from '../../../src/platform/read/nearest-word.js';
import type { Diagnostic } from '../../../src/vocab/index.js';
import { projectFolder } from '../../support/shared-material.js';

/** A file with one function that has these keys besides address and name. */
const one = (keys: string) => `functions:\n  - { address: 00:04.0, name: SENS, ${keys} }`;
const registers = (...rows: string[]) => one(`registers: [\n    ${rows.join(',\n    ')}]`);
const shared = (...rows: string[]) => one(`shared: [\n    ${rows.join(',\n    ')}]`);
const functions = (...rows: string[]) => `functions:\n${rows.map((row) => `  - { ${row} }`).join('\n')}`;

/** A file with a bridge, a function below it with this BAR, and keys of the machine. */
const belowBridge = (keys: string, bar: string) =>
  `{ ${keys}, functions: [\n\n  { address: 00:01.0, name: RP00, bridge: { secondary: 1 } },\n  { address: 01:00.0, name: SENS, bars: [${bar}] }] }`;

/** A file with one register A and its field F of two bits, which has these keys. */
const field = (keys: string) => registers(`{ name: A, index: 0, fields: [{ name: F, bits: 1..0, ${keys} }] }`);
/** A file with one group of registers, and an instance of it. */
const group = (contents: string, instance: string, keys = '') =>
  `groups: { channel: { ${contents} } }\n${one(`${keys}instances: [{ group: channel, ${instance} }]`)}`;

/** The file, then each finding in order as `line:column CODE`. */
type Row = readonly [what: string, text: string, ...findings: string[]];

/** The files that those of the rows can include. The rows are hub.yaml. */
const INCLUDED: Readonly<Record<string, string>> = {
  'circle.yaml': 'include: hub.yaml\n',
  'memory.yaml': 'memory: 1 GiB\n',
  'misspelt.yaml': 'cpus: 1\nbuses: 3\n',
};

function readInclude(path: string): string {
  const text = INCLUDED[path];
  if (text === undefined) throw new Error('The file does not exist.');
  return text;
}

/** A file with one template of these keys, and functions. */
const template = (keys: string, ...rows: string[]) => `templates: { sensor: { ${keys} } }\n${functions(...rows)}`;
const SENSOR = 'registers: [{ name: A, index: 0 }]';

const ROWS: Record<string, readonly Row[]> = {
  pci: [
    [
      'three BARs',
      one(
        'bars: [{ index: 0, size: 64 KiB, kind: mem64 }, { index: 2, size: 4096 }, { index: 3, size: 32, kind: io }]',
      ),
    ],
    ['a BAR past the last', one('bars: [{ index: 6, size: 4096 }]'), '2:53 OUT_OF_RANGE'],
    ['a bridge with BAR 2', one('bridge: { secondary: 1 }, bars: [{ index: 2, size: 4096 }]'), '2:79 BAR'],
    ['a BAR of 64 bits at the end', one('bars: [{ index: 5, size: 4096, kind: mem64 }]'), '2:53 BAR'],
    ['a BAR twice', one('bars: [{ index: 0, size: 4096, kind: mem64 }, { index: 1, size: 4096 }]'), '2:92 BAR'],
    ['a size that is no power of two', one('bars: [{ index: 0, size: 5000 }]'), '2:62 BAR'],
    ['a size of nothing', one('bars: [{ index: 0, size: 0 }]'), '2:62 BAR'],
    ['ports that are prefetchable', one('bars: [{ index: 0, size: 32, kind: io, prefetchable: true }]'), '2:90 BAR'],
    ['an unknown kind of BAR', one('bars: [{ index: 0, size: 32, kind: mem16 }]'), '2:72 UNKNOWN_WORD'],
    ['a word for true', one('bars: [{ index: 0, size: 32, prefetchable: perhaps }]'), '2:80 BAD_TYPE'],
    [
      'two BARs of one name',
      one('bars: [{ index: 0, size: 32, longName: a }, { index: 1, size: 32, longName: a }]'),
      '2:113 DUPLICATE_NAME',
    ],
    ['a BAR in no window', one('bars: [{ index: 0, size: 4096, base: 0x1000 }]'), '2:74 BAR_PLACE'],
    ['a BAR that is not aligned', one('bars: [{ index: 0, size: 4096, base: 0xd000_0800 }]'), '2:74 BAR_PLACE'],
    [
      'two BARs at one place',
      one('bars: [{ index: 0, size: 4096, base: 0xd000_0000 }, { index: 1, size: 8192, base: 0xd000_0000 }]'),
      '2:119 BAR_PLACE',
    ],
    ['a BAR that is too large for the windows', one('bars: [{ index: 0, size: 1 GiB }]'), '2:44 BAR_PLACE'],
    [
      'a BAR below a bridge that is not prefetchable and too large for the window below 4 GiB',
      belowBridge(
        'windows: { mmio32: { base: 0xd000_0000, size: 16 MiB } }',
        '{ index: 0, size: 512 MiB, kind: mem64 }',
      ),
      '4:42 BAR_PLACE',
    ],
    [
      'the same BAR, prefetchable',
      belowBridge(
        'windows: { mmio32: { base: 0xd000_0000, size: 16 MiB } }',
        '{ index: 0, size: 512 MiB, kind: mem64, prefetchable: true }',
      ),
    ],
    [
      'the same BAR in a machine that has tables',
      belowBridge(
        'host: \\_SB.PCI0, windows: { mmio32: { base: 0xd000_0000, size: 16 MiB } }',
        '{ index: 0, size: 512 MiB, kind: mem64 }',
      ),
    ],
    [
      'a small BAR below a bridge, whose window is a whole MiB',
      belowBridge('windows: { mmio32: { base: 0xd000_0000, size: 512 KiB } }', '{ index: 0, size: 4096 }'),
      '4:42 BAR_PLACE',
    ],
    [
      'few ports below a bridge, whose window is a multiple of 4096',
      belowBridge('windows: { io: [{ base: 0x1000, size: 0x800 }] }', '{ index: 0, size: 32, kind: io }'),
      '4:42 BAR_PLACE',
    ],
    ['a faulty BAR with MSI-X', one('bars: [{ index: 0, size: x }], msix: { vectors: 8, bar: 0 }'), '2:62 BAD_NUMBER'],
    ['no BAR for MSI-X', one('msix: { vectors: 8, bar: 0 }'), '2:62 MSIX', '2:62 MSIX'],
    [
      'MSI-X in ports',
      one('bars: [{ index: 0, size: 4096, kind: io }], msix: { vectors: 8, bar: 0 }'),
      '2:106 MSIX',
      '2:106 MSIX',
    ],
    [
      'an MSI-X table that is too long',
      one('bars: [{ index: 0, size: 64 }], msix: { vectors: 8, bar: 0 }'),
      '2:86 MSIX',
      '2:94 MSIX',
    ],
    [
      'an MSI-X table that is not aligned',
      one('bars: [{ index: 0, size: 4096 }], msix: { vectors: 8, bar: 0, table: 4, pba: 0x800 }'),
      '2:106 MSIX',
    ],
    [
      'a table over the pending bits',
      one('bars: [{ index: 0, size: 4096 }], msix: { vectors: 8, bar: 0, pba: 0x40 }'),
      '2:104 MSIX',
    ],
    [
      'too many names',
      one('bars: [{ index: 0, size: 4096 }], msix: { vectors: 1, bar: 0, names: [a, b] }'),
      '2:106 MSIX',
    ],
    ['no vectors', one('bars: [{ index: 0, size: 4096 }], msix: { vectors: 0, bar: 0 }'), '2:88 OUT_OF_RANGE'],
    [
      'capabilities',
      one(
        'capabilities: [{ id: pm }, { id: pcie }, { id: vendor, bytes: [1, 2] }, { id: 0x0b, extended: true, bytes: [1] }]',
      ),
    ],
    ['a capability without bytes', one('capabilities: [{ id: 5 }]'), '2:52 CAPABILITY'],
    ['an unknown capability', one('capabilities: [{ id: powr }]'), '2:58 UNKNOWN_WORD'],
    ['MSI-X as a capability', one('capabilities: [{ id: 0x11, bytes: [1] }]'), '2:58 CAPABILITY'],
    ['an id of 16 bits', one('capabilities: [{ id: 0x111, bytes: [1] }]'), '2:58 CAPABILITY'],
    ['a version of a plain one', one('capabilities: [{ id: pm, version: 3 }]'), '2:71 CAPABILITY'],
    ['a writable id', one('capabilities: [{ id: vendor, bytes: [1], writable: [0xff] }]'), '2:88 CAPABILITY'],
    [
      'more that is writable than there is',
      one('capabilities: [{ id: vendor, bytes: [1], writable: [0, 1] }]'),
      '2:88 CAPABILITY',
    ],
    ['a byte of 256', one('capabilities: [{ id: vendor, bytes: [256] }]'), '2:74 OUT_OF_RANGE'],
    [
      'more than there is room for',
      one(`capabilities: [${Array.from({ length: 4 }, () => '{ id: pcie }').join(', ')}]`),
      '2:94 CAPABILITY',
    ],
    ['an unknown key of a BAR', one('bars: [{ index: 0, sise: 32 }]'), '2:56 UNKNOWN_KEY'],
    ['seven BARs', one(`bars: [${'{ index: 0, size: 32 }, '.repeat(7)}]`), '2:43 TOO_LARGE'],
  ],
  templates: [
    [
      'two functions of one',
      template(SENSOR, 'address: 00:04.0, name: S, template: sensor', 'address: 00:05.0, name: T, template: sensor'),
    ],
    [
      'one that does not exist',
      template(SENSOR, 'address: 00:04.0, name: S, template: senso'),
      '3:44 UNKNOWN_TEMPLATE',
    ],
    ['an unknown key', template('adress: 1', 'address: 00:04.0, name: S'), '1:24 UNKNOWN_KEY'],
    ['a key that only a function has', template('address: 00:04.0', 'address: 00:04.0, name: S'), '1:24 UNKNOWN_KEY'],
    [
      'a fault in a template that several functions use is said once',
      template(
        'registers: [{ name: A, index: 0 }, { name: A, index: 0 }]',
        'address: 00:04.0, name: S, template: sensor',
        'address: 00:05.0, name: T, template: sensor',
      ),
      '1:67 DUPLICATE_NAME',
      '1:77 DUPLICATE_INDEX',
    ],
    [
      'a fault in one that is not used',
      template('registers: [{ name: A, index: 0, stride: 2 }]', 'address: 00:04.0, name: S'),
      '1:65 STRAY_KEY',
    ],
    [
      'a register of its own where the template has one',
      template(SENSOR, 'address: 00:04.0, name: S, template: sensor, registers: [{ name: B, index: 0 }]'),
      '3:82 DUPLICATE_INDEX',
    ],
    [
      'a register instead of that of the template',
      template(SENSOR, 'address: 00:04.0, name: S, template: sensor, registers: [{ name: A, index: 5 }]'),
    ],
    [
      'a profile and registers of a template',
      template(SENSOR, 'address: 00:04.0, name: S, template: sensor, profile: vfio'),
      '1:35 PROFILE_CLASH',
    ],
    ['a text for a template', template(SENSOR, 'address: 00:04.0, name: S, template: 5'), '3:44 BAD_NAME'],
    ['several functions', functions('address: 00:04.0, name: S, count: 4')],
    [
      'several functions where another is',
      functions('address: 00:06.0, name: T', 'address: 00:04.0, name: S, count: 4'),
      '3:16 DUPLICATE_ADDRESS',
    ],
    ['several functions past the last bus', functions('address: ff:1c.0, name: S, count: 5'), '2:41 ARRAY_RANGE'],
    ['a stride of nothing', functions('address: 00:04.0, name: S, count: 4, stride: { device: 0 }'), '2:52 STRIDE'],
    [
      'a stride without a count of functions',
      functions('address: 00:04.0, name: S, stride: { device: 1 }'),
      '2:42 STRAY_KEY',
    ],
    [
      'an unknown key of a stride',
      functions('address: 00:04.0, name: S, count: 2, stride: { devise: 1 }'),
      '2:54 UNKNOWN_KEY',
    ],
    ['a count of 0', functions('address: 00:04.0, name: S, count: 0'), '2:41 OUT_OF_RANGE'],
    [
      'one path for several',
      `host: \\_SB.PCI0\n${functions('address: 00:04.0, name: S, count: 3, path: \\_SB.PCI0.S')}`,
      '3:50 DUPLICATE_PATH',
    ],
  ],
  include: [
    ['a file that is missing', 'include: lost.yaml', '1:10 INCLUDE_UNREAD'],
    ['a file that includes this one', 'include: circle.yaml', '1:10 INCLUDE_CYCLE'],
    ['a key of both files', 'memory: 2 GiB\ninclude: [memory.yaml]', '1:1 DUPLICATE_KEY'],
    ['an unknown key in the other file', 'include: misspelt.yaml', '2:1 UNKNOWN_KEY'],
    ['a number', 'include: [5]', '1:11 BAD_TEXT'],
  ],
  text: [
    ['nothing', '', '1:1 NOT_A_MAPPING'],
    ['only a comment', '# nothing', '1:1 NOT_A_MAPPING'],
    ['a list', '- vcfg\n', '1:1 NOT_A_MAPPING'],
    ['a word', 'vcfg', '1:1 NOT_A_MAPPING'],
    ['an open bracket', 'functions: [', '1:13 YAML_SYNTAX'],
    ['a tab', 'vcfg:\n\tbuses: 1', '2:1 YAML_SYNTAX'],
    ['an undefined alias', 'memory: *ram', '1:9 YAML_SYNTAX'],
    ['an unknown tag', 'memory: !ram 1 GiB', '1:9 YAML_SYNTAX'],
    ['two documents', 'memory: 1 GiB\n---\nmemory: 2 GiB', '2:1 MANY_DOCUMENTS'],
    ['a key twice', 'memory: 1 GiB\nmemory: 2 GiB', '2:1 DUPLICATE_KEY'],
    ['a key that is a list', '[a]: 1', '1:1 BAD_TYPE'],
    ['33 levels', `functions: ${'['.repeat(32)}${']'.repeat(32)}`, '1:43 TOO_DEEP'],
    ['1001 keys', Array.from({ length: 1001 }, (_, n) => `k${n}: 1`).join('\n'), '1:1 TOO_LARGE'],
    ['a file of 5 MiB', `#${'x'.repeat(5 << 20)}`, '1:1 TOO_LARGE'],
    [
      'aliases that multiply',
      `functions:\n- &a [${'x, '.repeat(100)}]\n- &b [${'*a, '.repeat(100)}]\n- &c [${'*b, '.repeat(100)}]\n- [*c, *c]`,
      '5:4 TOO_LARGE',
    ],
  ],
  structure: [
    ['an unknown key', 'vcgf: { buses: 1 }', '1:1 UNKNOWN_KEY'],
    ['an unknown key inside', registers('{ name: CTRL, index: 0, acess: ro }'), '3:29 UNKNOWN_KEY'],
    ['a misspelt key that is needed', 'functions: [{ adress: 00:04.0, name: SENS }]', '1:15 UNKNOWN_KEY'],
    ['a missing key', 'functions: [{ address: 00:04.0 }]', '1:13 MISSING_KEY'],
    ['a list for a mapping', 'vcfg: [1]', '1:7 BAD_TYPE'],
    ['an empty section', 'vcfg:\nmemory: 1 GiB', '1:6 BAD_TYPE'],
    ['a mapping for a list', 'functions: { SENS: 1 }', '1:12 BAD_TYPE'],
    ['a number for a function', 'functions: [5]', '1:13 BAD_TYPE'],
    ['an empty list of RAM', 'memory: []', '1:9 OUT_OF_RANGE'],
    ['a word in a list of RAM', 'memory: [{ base: low, size: 1 GiB }]', '1:18 BAD_NUMBER'],
  ],
  rows: [
    ['a word that no rule has', registers('{ name: A, index: 0, reserved: ones_or_zeros }'), '3:36 UNKNOWN_WORD'],
    [
      'an order that does not exist',
      registers('{ name: A, index: 0, width: 64, writeOrder: both }'),
      '3:49 UNKNOWN_WORD',
    ],
    ['a width of 16', registers('{ name: A, index: 0, width: 16 }'), '3:33 OUT_OF_RANGE'],
    ['an order without a width', registers('{ name: A, index: 0, writeOrder: low-first }'), '3:38 STRAY_KEY'],
    ['a stride without a count', registers('{ name: A, index: 0, stride: 2 }'), '3:34 STRAY_KEY'],
    ['no name at all', registers('{ index: 0 }'), '3:5 MISSING_KEY'],
    ['a long name in capitals', registers('{ longName: Control, index: 0 }'), '3:17 BAD_NAME'],
    ['a long name of 65 letters', registers(`{ longName: ${'a'.repeat(65)}, index: 0 }`), '3:17 BAD_NAME'],
    [
      'one long name twice',
      registers('{ name: A, longName: x, index: 0 }', '{ name: B, longName: x, index: 1 }'),
      '4:13 DUPLICATE_NAME',
    ],
    [
      'a long name that is the name of another',
      registers('{ name: X, index: 0 }', '{ name: B, longName: x, index: 1 }'),
      '4:13 DUPLICATE_NAME',
    ],
    [
      'one long name for two fields',
      registers('{ name: A, index: 0, fields: [{ longName: f, bits: 0 }, { longName: f, bits: 1 }] }'),
      '3:73 DUPLICATE_NAME',
      '3:73 DUPLICATE_NAME',
    ],
    [
      'one long name for fields of two registers',
      registers(
        '{ name: A, index: 0, fields: [{ longName: f, bits: 0 }] }',
        '{ name: B, index: 1, fields: [{ longName: f, bits: 0 }] }',
      ),
    ],
    ['a field past 32 bits', registers('{ name: A, index: 0, fields: [{ name: F, bits: 32 }] }'), '3:52 FIELD_RANGE'],
    [
      'a field past 64 bits',
      registers('{ name: A, index: 0, width: 64, fields: [{ name: F, bits: 64 }] }'),
      '3:63 FIELD_RANGE',
    ],
    ['the last bit of 64', registers('{ name: A, index: 0, width: 64, fields: [{ name: F, bits: 63 }] }')],
    ['a reset of 33 bits', registers('{ name: A, index: 0, reset: 0x1_0000_0000 }'), '3:33 RESET_RANGE'],
    ['a reset of 33 bits in 64', registers('{ name: A, index: 0, width: 64, reset: 0x1_0000_0000 }')],
    [
      'a reset of 65 bits',
      registers('{ name: A, index: 0, width: 64, reset: 0x1_0000_0000_0000_0000 }'),
      '3:44 RESET_RANGE',
    ],
    [
      'the second dword in use',
      registers('{ name: A, index: 0, width: 64 }', '{ name: B, index: 1 }'),
      '4:23 DUPLICATE_INDEX',
    ],
    ['a second dword past the page', registers('{ name: A, index: 1023, width: 64 }'), '3:36 ARRAY_RANGE'],
    [
      'values across the dwords',
      registers('{ name: A, index: 0, width: 64, fields: [{ name: F, bits: 32..31, values: { on: 1 } }] }'),
      '3:79 WIDE_FIELD',
    ],
    [
      'an access across the dwords',
      registers('{ name: A, index: 0, width: 64, fields: [{ name: F, bits: 32..31, access: ro }] }'),
      '3:79 WIDE_FIELD',
    ],
  ],
  values_of_fields: [
    ['a value too large', field('values: { on: 4 }'), '3:72 VALUE_RANGE'],
    ['a value too large, with words', field('values: { on: { value: 4 } }'), '3:72 VALUE_RANGE'],
    ['a value past 32 bits', field('values: { on: 0x1_0000_0000 }'), '3:72 VALUE_RANGE'],
    ['one value twice', field('values: { on: 1, off: 0, yes: 1 }'), '3:88 DUPLICATE_VALUE'],
    ['a value that is a word', field('values: { on: high }'), '3:72 BAD_NUMBER'],
    ['a value without a number', field('values: { on: { description: high } }'), '3:72 MISSING_KEY'],
    ['a value with a misspelt key', field('values: { on: { valu: 1 } }'), '3:74 UNKNOWN_KEY'],
    ['a value with another key', field('values: { on: { value: 1, bits: 1 } }'), '3:84 UNKNOWN_KEY'],
    ['a value with a name in capitals', field('values: { On: 1 }'), '3:68 BAD_NAME'],
    ['values in a list', field('values: [on]'), '3:66 BAD_TYPE'],
    ['a limit too large', field('max: 4'), '3:63 VALUE_RANGE'],
    ['limits the wrong way round', field('min: 2, max: 1'), '3:63 VALUE_RANGE'],
    ['a unit on two lines', field('unit: "a\\nb"'), '3:64 BAD_TEXT'],
    ['an access of its own', field('access: w1c')],
    ['an access that does not exist', field('access: w2c'), '3:66 UNKNOWN_ACCESS'],
  ],
  keys_of_writes: [
    ['a key too large', registers('{ name: A, index: 0, key: { bits: 31..24, value: 256 } }'), '3:54 VALUE_RANGE'],
    [
      'a key outside the register',
      registers('{ name: A, index: 0, key: { bits: 39..32, value: 1 } }'),
      '3:39 FIELD_RANGE',
    ],
    ['a key without a value', registers('{ name: A, index: 0, key: { bits: 31..24 } }'), '3:31 MISSING_KEY'],
    [
      'a key over a field',
      registers('{ name: A, index: 0, key: { bits: 31..24, value: 1 }, fields: [{ name: F, bits: 24 }] }'),
      '3:31 WRITE_KEY',
    ],
    [
      'a key that is never written',
      registers('{ name: A, index: 0, access: ro, key: { bits: 31..24, value: 1 } }'),
      '3:43 WRITE_KEY',
    ],
    [
      'a key of 64 bits',
      registers('{ name: A, index: 0, width: 64, key: { bits: 31..24, value: 1 } }'),
      '3:42 WRITE_KEY',
    ],
    ['a mask of its own bits', registers('{ name: A, index: 0, writeMask: 15..0 }'), '3:37 WRITE_KEY'],
    [
      'a mask over a field',
      registers('{ name: A, index: 0, writeMask: 31..16, fields: [{ name: F, bits: 16 }] }'),
      '3:37 WRITE_KEY',
    ],
    [
      'a mask over a key',
      registers('{ name: A, index: 0, writeMask: 31..16, key: { bits: 31..24, value: 1 } }'),
      '3:37 WRITE_KEY',
    ],
  ],
  arrays: [
    ['elements that overlap', registers('{ name: A, index: 0, width: 64, count: 2, stride: 1 }'), '3:55 STRIDE'],
    ['an array past the page', registers('{ name: A, index: 1020, count: 5 }'), '3:36 ARRAY_RANGE'],
    ['an array up to the end', registers('{ name: A, index: 1020, count: 4 }')],
    ['no elements', registers('{ name: A, index: 0, count: 0 }'), '3:33 OUT_OF_RANGE'],
    [
      'an element on another register',
      registers('{ name: A, index: 0, count: 4 }', '{ name: B, index: 3 }'),
      '4:23 DUPLICATE_INDEX',
    ],
    [
      'an element named as another register',
      registers('{ name: A, index: 0, count: 4 }', '{ name: A3, index: 9 }'),
      '4:13 DUPLICATE_NAME',
    ],
  ],
  groups: [
    ['an unknown group', one('instances: [{ group: chanel, index: 0 }]'), '2:58 UNKNOWN_GROUP'],
    [
      'a group that contains itself',
      group('instances: [{ group: channel, index: 1 }]', 'index: 0'),
      '1:43 GROUP_CYCLE',
    ],
    [
      'a fault in a group that nobody uses',
      'groups: { channel: { registers: [{ name: A, index: 0, stride: 2 }] } }',
      '1:63 STRAY_KEY',
    ],
    ['an unknown key of a group', 'groups: { channel: { register: [] } }', '1:22 UNKNOWN_KEY'],
    [
      'an unknown key of a register of a group',
      'groups: { channel: { registers: [{ name: A, idx: 0 }] } }',
      '1:45 UNKNOWN_KEY',
    ],
    [
      'instances that overlap',
      group('registers: [{ name: A, index: 3 }]', 'index: 0, name: C, count: 2, stride: 3'),
      '3:104 STRIDE',
    ],
    ['a stride without a count', group('registers: [{ name: A, index: 3 }]', 'index: 0, stride: 8'), '3:85 STRAY_KEY'],
    ['an array without a name', group('registers: [{ name: A, index: 3 }]', 'index: 0, count: 2'), '3:49 MISSING_KEY'],
    ['an instance past the page', group('registers: [{ name: A, index: 3 }]', 'index: 1021'), '3:74 ARRAY_RANGE'],
    [
      'instances past the page',
      group('registers: [{ name: A, index: 3 }]', 'index: 1016, name: C, count: 3'),
      '3:96 ARRAY_RANGE',
    ],
    [
      'two instances of one name',
      group('registers: [{ name: A, index: 3 }]', 'index: 0 }, { group: channel, index: 8'),
      '3:79 DUPLICATE_NAME',
    ],
    [
      'groups that multiply',
      `groups:\n${Array.from({ length: 7 }, (_, n) => `  g${n}: { instances: [${`{ group: g${n + 1}, index: 0 }, `.repeat(9)}] }\n`).join('')}  g7: {}\n${one('instances: [{ group: g0, index: 0 }]')}`,
      '11:5 TOO_LARGE',
    ],
    [
      'groups nested nine deep',
      `groups:\n${Array.from({ length: 9 }, (_, n) => `  g${n}: { instances: [{ group: g${n + 1}, index: 0 }] }\n`).join('')}  g9: {}\n${one('instances: [{ group: g0, index: 0 }]')}`,
      '9:30 TOO_DEEP',
    ],
    ['many groups', `groups: { a: { registers: [${'x, '.repeat(1025)}] } }`, '1:27 TOO_LARGE'],
    [
      'a function with a profile and a group',
      group('registers: [{ name: A, index: 3 }]', 'index: 8', 'profile: vfio, '),
      '3:63 PROFILE_CLASH',
    ],
  ],
  values: [
    ['a decimal unit', 'memory: 8 GB', '1:9 BAD_NUMBER'],
    ['a fraction', 'memory: 0.5', '1:9 BAD_NUMBER'],
    ['a negative size', 'memory: -1', '1:9 OUT_OF_RANGE'],
    ['a size over 64 bits', 'memory: 0x1_0000_0000_0000_0000', '1:9 OUT_OF_RANGE'],
    ['no buses', 'vcfg: { buses: 0 }', '1:16 OUT_OF_RANGE'],
    ['257 buses', 'vcfg: { buses: 257 }', '1:16 OUT_OF_RANGE'],
    ['257 ECAM buses', 'ecam: { buses: 257 }', '1:16 OUT_OF_RANGE'],
    ['a bus count in words', 'vcfg: { buses: all }', '1:16 BAD_NUMBER'],
    ['31 address bits', 'addressBits: 31', '1:14 OUT_OF_RANGE'],
    ['device 20', functions('address: 00:20.0, name: SENS'), '2:16 BAD_ADDRESS'],
    ['an address that is a number', functions('address: 4.0, name: SENS'), '2:16 BAD_ADDRESS'],
    ['domain 1', functions('address: 0001:00:04.0, name: SENS'), '2:16 BAD_ADDRESS'],
    ['a name of lower case', functions('address: 00:04.0, name: sens'), '2:31 BAD_NAME'],
    ['a name of five', functions('address: 00:04.0, name: SENSO'), '2:31 BAD_NAME'],
    ['a name that begins with a digit', functions('address: 00:04.0, name: 4SEN'), '2:31 BAD_NAME'],
    ['a name that YAML reads as a boolean', functions('address: 00:04.0, name: TRUE'), '2:31 BAD_NAME'],
    ['a name that ACPI reserves', registers('{ name: _ADR, index: 0 }'), '3:13 RESERVED_NAME'],
    ['a relative path', `host: \\_SB.PCI0\n${one('path: PCI0.SENS')}`, '3:43 BAD_PATH'],
    ['a path of the root alone', 'host: \\', '1:7 BAD_PATH'],
    ['a path with a name of five letters', 'host: \\_SB.PCI00', '1:7 BAD_PATH'],
    ['a path with lower-case letters', 'host: \\_SB.pci0', '1:7 BAD_PATH'],
    ['a path that YAML does not read as text', 'host: 0', '1:7 BAD_PATH'],
    ['a path without a host', one('path: \\_SB.PCI0.SENS'), '2:43 PATH_WITHOUT_HOST'],
    [
      'a path twice, padded once',
      `host: \\_SB.PCI0\n${functions('address: 00:04.0, name: A, path: \\_SB.PCI0.AB', 'address: 00:05.0, name: B, path: \\_SB_.PCI0.AB__')}`,
      '4:40 DUPLICATE_PATH',
    ],
    ['the path of the host bridge', `host: \\_SB.PCI0\n${one('path: \\_SB.PCI0')}`, '3:43 DUPLICATE_PATH'],
    ['a host and a path', `host: \\_SB.PCI0\n${one('path: \\_SB.PCI0.SENS')}`],
    ['an unknown profile', one('profile: vifo'), '2:46 UNKNOWN_PROFILE'],
    ['an unknown access', registers('{ name: CTRL, index: 0, access: wr }'), '3:37 UNKNOWN_ACCESS'],
    ['a reset over 32 bits', registers('{ name: CTRL, index: 0, reset: 0x1_0000_0000 }'), '3:36 RESET_RANGE'],
    ['register 1024', registers('{ name: CTRL, index: 1024 }'), '3:26 OUT_OF_RANGE'],
    ['bit 32', registers('{ name: CTRL, index: 0, fields: [{ name: A, bits: 32 }] }'), '3:55 FIELD_RANGE'],
    ['bits past 31', registers('{ name: CTRL, index: 0, fields: [{ name: A, bits: 32..31 }] }'), '3:55 FIELD_RANGE'],
    ['a bit below 0', registers('{ name: CTRL, index: 0, fields: [{ name: A, bits: [0, -1] }] }'), '3:55 FIELD_RANGE'],
    ['bits low first', registers('{ name: CTRL, index: 0, fields: [{ name: A, bits: 4..7 }] }'), '3:55 BAD_BITS'],
    ['bits with a dash', registers('{ name: CTRL, index: 0, fields: [{ name: A, bits: 7-4 }] }'), '3:55 BAD_BITS'],
    ['three bits', registers('{ name: CTRL, index: 0, fields: [{ name: A, bits: [2, 1, 0] }] }'), '3:55 BAD_BITS'],
    ['a label of two lines', one('label: "a\\nb"'), '2:44 BAD_TEXT'],
    ['a label that is a number', one('label: 5'), '2:44 BAD_TEXT'],
    ['a description of 2001', one(`description: ${'x'.repeat(2001)}`), '2:50 BAD_TEXT'],
    ['vendor 0xffff', one('ids: { vendor: 0xffff }'), '2:52 OUT_OF_RANGE'],
    ['a shared run past the page', shared('{ name: A, offset: 4096, bytes: 4 }'), '3:24 SHARED_RANGE'],
  ],
  functions: [
    ['one at the root', functions('address: 00:00.0, name: ROOT'), '2:16 ROOT_ADDRESS'],
    [
      'two at the same address',
      functions('address: 00:04.0, name: A', 'address: 00:04.1, name: B', 'address: 0000:0:4.0, name: C'),
      '4:16 DUPLICATE_ADDRESS',
    ],
    [
      'two of the same name',
      functions('address: 00:05.0, name: A', 'address: 00:04.0, name: A'),
      '3:31 DUPLICATE_FUNCTION_NAME',
    ],
    [
      'two whose names pad to one',
      functions('address: 00:05.0, name: A', 'address: 00:04.0, name: A_'),
      '3:31 DUPLICATE_FUNCTION_NAME',
    ],
    ['no function 0', functions('address: 00:04.1, name: A'), '2:16 NO_FUNCTION_ZERO'],
    ['the root as function 0', functions('address: 00:00.1, name: A')],
    [
      'a bus outside the window',
      `vcfg: { buses: 1 }\n${functions('address: 00:01.0, name: B, bridge: { secondary: 1 }')}`,
      '3:42 BUS_OUTSIDE_WINDOW',
    ],
    [
      'a function on a bus outside the window',
      `vcfg: { buses: 2 }\n${functions('address: 00:01.0, name: B, bridge: { secondary: 1 }', 'address: 02:00.0, name: A')}`,
      '4:16 BUS_OUTSIDE_WINDOW',
      '4:16 BUS_UNREACHABLE',
    ],
    ['a bus without a bridge', functions('address: 01:00.0, name: A'), '2:16 BUS_UNREACHABLE'],
    ['a bridge to its own bus', functions('address: 00:01.0, name: A, bridge: { secondary: 0 }'), '2:55 OUT_OF_RANGE'],
    [
      'a bridge upwards',
      functions(
        'address: 00:01.0, name: A, bridge: { secondary: 2 }',
        'address: 02:00.0, name: B, bridge: { secondary: 1 }',
      ),
      '3:55 BRIDGE_SECONDARY',
    ],
    [
      'a bridge in a circle',
      functions('address: 02:00.0, name: A, bridge: { secondary: 2 }'),
      '2:16 BUS_UNREACHABLE',
      '2:55 BRIDGE_SECONDARY',
    ],
    [
      'two bridges to one bus',
      functions(
        'address: 00:01.0, name: A, bridge: { secondary: 1 }',
        'address: 00:02.0, name: B, bridge: { secondary: 1 }',
      ),
      '3:55 DUPLICATE_SECONDARY',
    ],
    [
      'a last bus before the last bus',
      functions(
        'address: 00:01.0, name: A, bridge: { secondary: 1, subordinate: 1 }',
        'address: 01:00.0, name: B, bridge: { secondary: 2 }',
      ),
      '2:71 BRIDGE_SUBORDINATE',
    ],
    [
      'a bus below two bridges',
      functions(
        'address: 00:01.0, name: A, bridge: { secondary: 1 }',
        'address: 01:00.0, name: B, bridge: { secondary: 3 }',
        'address: 00:02.0, name: C, bridge: { secondary: 2 }',
      ),
      '4:55 BRIDGE_OVERLAP',
    ],
    [
      'a bus outside the ECAM window',
      `ecam: { buses: 1 }\n${functions('address: 00:01.0, name: A, bridge: { secondary: 1 }', 'address: 01:00.0, name: B')}`,
      '4:16 ECAM_LACKS_BUS',
    ],
    [
      'no finding about a bus whose bridge could not be read',
      functions('address: 00:01.0, name: a, bridge: { secondary: 1 }', 'address: 01:00.0, name: B'),
      '2:31 BAD_NAME',
    ],
  ],
  registers: [
    ['two of the same index', registers('{ name: A, index: 3 }', '{ name: B, index: 3 }'), '4:23 DUPLICATE_INDEX'],
    ['two of the same name', registers('{ name: A, index: 3 }', '{ name: A, index: 4 }'), '4:13 DUPLICATE_NAME'],
    ['two names alike in AML', registers('{ name: AB, index: 3 }', '{ name: AB__, index: 4 }'), '4:13 DUPLICATE_NAME'],
    [
      'a field named as a register',
      registers('{ name: A, index: 3, fields: [{ name: A, bits: 0 }] }'),
      '3:43 DUPLICATE_NAME',
    ],
    [
      'fields of one name in two registers',
      registers(
        '{ name: A, index: 3, fields: [{ name: F, bits: 0 }] }',
        '{ name: B, index: 4, fields: [{ name: F, bits: 0 }] }',
      ),
      '4:43 DUPLICATE_NAME',
    ],
    [
      'a shared run named as a register',
      one('registers: [{ name: A, index: 0 }], shared: [{ name: A, offset: 0, bytes: 4 }]'),
      '2:90 DUPLICATE_NAME',
    ],
    ['a name that generated AML uses', registers('{ name: VREG, index: 0 }'), '3:13 RESERVED_NAME'],
    ["a name that would hide the window's base", registers('{ name: VCFG, index: 0 }'), '3:13 RESERVED_NAME'],
    [
      'a name of a device below a bridge',
      one('bridge: { secondary: 1 }, registers: [{ name: PE08, index: 0 }]'),
      '2:83 RESERVED_NAME',
    ],
    ['the same name without a bridge', registers('{ name: PE08, index: 0 }')],
    [
      'fields that overlap',
      registers('{ name: A, index: 3, fields: [{ name: F, bits: 7..4 }, { name: G, bits: 4..0 }] }'),
      '3:77 FIELD_OVERLAP',
    ],
    [
      'fields that touch',
      registers('{ name: A, index: 3, fields: [{ name: F, bits: 7..4 }, { name: G, bits: 3..0 }] }'),
    ],
    ["registers beside the profile's", one('profile: vfio, registers: [{ name: A, index: 3 }]'), '2:63 PROFILE_CLASH'],
    [
      "a run beside the profile's",
      one('profile: vfio, shared: [{ name: A, offset: 2112, bytes: 4 }]'),
      '2:60 PROFILE_CLASH',
    ],
    ['a bridge with the profile', one('profile: vfio, bridge: { secondary: 1 }'), '2:60 PROFILE_CLASH'],
    ['empty lists beside the profile', one('profile: vfio, registers: [], shared: []')],
  ],
  shared: [
    ['an odd offset', shared('{ name: A, offset: 2, bytes: 4 }'), '3:24 SHARED_ALIGNMENT'],
    ['an odd length', shared('{ name: A, offset: 4, bytes: 5 }'), '3:34 SHARED_ALIGNMENT'],
    ['nothing', shared('{ name: A, offset: 0, bytes: 0 }'), '3:34 SHARED_RANGE'],
    ['more than a page', shared('{ name: A, offset: 4, bytes: 4 KiB }'), '3:34 SHARED_RANGE'],
    ['a whole page', shared('{ name: A, offset: 0, bytes: 4 KiB }')],
    [
      'two that overlap',
      shared('{ name: A, offset: 8, bytes: 4 }', '{ name: B, offset: 0, bytes: 12 }'),
      '3:24 SHARED_OVERLAP',
    ],
    [
      'two inside a third',
      shared(
        '{ name: A, offset: 0, bytes: 64 }',
        '{ name: B, offset: 4, bytes: 4 }',
        '{ name: C, offset: 16, bytes: 4 }',
      ),
      '4:24 SHARED_OVERLAP',
      '5:24 SHARED_OVERLAP',
    ],
  ],
  layout: [
    ['a base of 1 MiB', 'vcfg: { base: 0x1_0010_0000 }', '1:15 BASE_ALIGNMENT'],
    ['a base in low RAM', 'vcfg: { base: 1 GiB }', '1:15 WINDOW_OVERLAPS_RAM'],
    ['a base in high RAM', 'vcfg: { base: 4 GiB }\nmemory: 8 GiB', '1:15 WINDOW_OVERLAPS_RAM'],
    ['a base where RAM ends', 'vcfg: { base: 0x2_3000_0000 }\nmemory: 8 GiB'],
    ['a window up to RAM', 'vcfg: { base: 4 GiB, buses: 1 }\nmemory: [{ base: 0x1_0020_0000, size: 1 GiB }]'],
    ['a base in ECAM', 'vcfg: { base: 0xf400_0000 }', '1:15 WINDOW_OVERLAPS_ECAM'],
    ['ECAM in RAM', 'ecam: { base: 1 GiB }', '1:15 ECAM_OVERLAPS_RAM'],
    ['an odd ECAM base', 'ecam: { base: 0xe010_0000 }', '1:15 ECAM_ALIGNMENT'],
    ['three ECAM buses at an even MiB', 'ecam: { base: 0xe020_0000, buses: 3 }', '1:15 ECAM_ALIGNMENT'],
    ['three ECAM buses at a fourth MiB', 'ecam: { base: 0xe040_0000, buses: 3 }'],
    [
      'a window past the address bits',
      'vcfg: { base: 0x3fff_f800_0001 }\naddressBits: 46',
      '1:15 BASE_ALIGNMENT',
      '1:15 PAST_ADDRESS_BITS',
    ],
    ['a window up to the address bits', 'vcfg: { base: 0x3fff_f800_0000 }'],
    ['an automatic base past the address bits', 'addressBits: 32', '1:1 PAST_ADDRESS_BITS'],
    [
      'ECAM past the address bits',
      'vcfg: { base: 0xc000_0000 }\necam: { base: 4 GiB }\naddressBits: 32',
      '2:15 PAST_ADDRESS_BITS',
    ],
    [
      'RAM past the address bits',
      'vcfg: { base: 0xc000_0000 }\nmemory: [{ base: 4 GiB, size: 1 GiB }]\naddressBits: 32',
      '2:10 PAST_ADDRESS_BITS',
    ],
    ['no RAM', 'memory: 0', '1:9 OUT_OF_RANGE'],
    ['half a page of RAM', 'memory: 0x800', '1:9 MEMORY_ALIGNMENT'],
    ['RAM twice', 'memory: [{ base: 1 GiB, size: 1 GiB }, { base: 0, size: 0x4000_1000 }]', '1:10 MEMORY_OVERLAP'],
    [
      'RAM that holds two others, which are apart',
      'memory: [{ base: 0, size: 1 GiB },\n { base: 1 MiB, size: 1 MiB },\n { base: 4 MiB, size: 1 MiB }]',
      '2:2 MEMORY_OVERLAP',
      '3:2 MEMORY_OVERLAP',
    ],
    [
      'ports that hold two others, which are apart',
      'windows: { io: [{ base: 0x1000, size: 0x1000 },\n { base: 0x1100, size: 1 },\n { base: 0x1200, size: 1 }] }',
      '2:2 HOST_WINDOW_OVERLAP',
      '3:2 HOST_WINDOW_OVERLAP',
    ],
    ['no processors', 'cpus: 0', '1:7 OUT_OF_RANGE'],
    ['4096 processors', 'cpus: 4096'],
    ['4097 processors', 'cpus: 4097', '1:7 OUT_OF_RANGE'],
    ['no interrupts', 'interrupts: []', '1:13 OUT_OF_RANGE'],
    ['33 interrupts', `interrupts: [${new Array(33).fill(16)}]`, '1:13 OUT_OF_RANGE'],
    ['interrupt 1024', 'interrupts: [16, 1024]', '1:18 OUT_OF_RANGE'],
    ['ports past the last', 'windows: { io: [{ base: 0xf000, size: 0x1001 }] }', '1:39 HOST_WINDOW_RANGE'],
    ['ports up to the last', 'windows: { io: [{ base: 0xf000, size: 0x1000 }] }'],
    ["the bridge's own ports", 'windows: { io: [{ base: 0, size: 0xcf9 }] }', '1:17 HOST_WINDOW_OVERLAP'],
    ["ports up to the bridge's own", 'windows: { io: [{ base: 0, size: 0xcf8 }] }'],
    [
      'ports twice',
      'windows: { io: [{ base: 0x2000, size: 1 }, { base: 0x1000, size: 0x1001 }] }',
      '1:17 HOST_WINDOW_OVERLAP',
    ],
    ['a low window in RAM', 'windows: { mmio32: { base: 1 GiB, size: 1 MiB } }', '1:20 HOST_WINDOW_OVERLAP'],
    ['a low window in ECAM', 'windows: { mmio32: { base: 0xf000_0000, size: 65 MiB } }', '1:20 HOST_WINDOW_OVERLAP'],
    ['a low window up to ECAM', 'windows: { mmio32: { base: 0xf000_0000, size: 64 MiB } }'],
    [
      'a low window over the interrupt controllers',
      'windows: { mmio32: { base: 0xf800_0000, size: 128 MiB } }',
      '1:20 HOST_WINDOW_OVERLAP',
    ],
    ['a low window past 4 GiB', 'windows: { mmio32: { base: 5 GiB, size: 1 MiB } }', '1:20 HOST_WINDOW_RANGE'],
    ['an empty window', 'windows: { mmio32: { base: 0xf000_0000, size: 0 } }', '1:20 HOST_WINDOW_RANGE'],
    ['half a page', 'windows: { mmio32: { base: 0xf000_0000, size: 0x800 } }', '1:20 HOST_WINDOW_RANGE'],
    ['a high window in VCFG', 'windows: { mmio64: { base: 4 GiB, size: 1 GiB } }', '1:20 HOST_WINDOW_OVERLAP'],
    ['a high window after VCFG', 'windows: { mmio64: { base: 0x1_0800_0000, size: 1 GiB } }'],
    ['a high window below 4 GiB', 'windows: { mmio64: { base: 0xf000_0000, size: 1 MiB } }', '1:20 HOST_WINDOW_RANGE'],
    [
      'a high window past the address bits',
      'windows: { mmio64: { base: 0x3fff_f000_0000, size: 512 MiB } }',
      '1:20 PAST_ADDRESS_BITS',
    ],
    [
      'no finding about windows if RAM could not be read',
      'windows: { mmio32: { base: 1 GiB, size: 1 MiB } }\nmemory: lots',
      '2:9 BAD_NUMBER',
    ],
    ["the bridge's own ports for events", 'pm: { base: 0xcb4 }', '1:13 PM_PORTS'],
    ["ports for events up to the bridge's own", 'pm: { base: 0xcb0 }'],
    ['odd ports for events', 'pm: { base: 0x602 }', '1:13 PM_PORTS'],
    ['ports for events past the last', 'pm: { base: 0xffbc }', '1:13 OUT_OF_RANGE'],
    ['event 256', one('profile: vfio, gpe: 256'), '2:57 OUT_OF_RANGE'],
    ['an event without the profile', one('gpe: 0'), '2:42 GPE_WITHOUT_PROFILE'],
    [
      'an event twice',
      functions('address: 00:04.0, name: A, profile: vfio, gpe: 7', 'address: 00:05.0, name: B, profile: vfio, gpe: 7'),
      '3:54 DUPLICATE_GPE',
    ],
    [
      'more functions than events',
      functions(
        ...Array.from(
          { length: 240 },
          (_, n) =>
            `address: 00:${((n + 8) >> 3).toString(16)}.${n % 8}, name: A${n.toString(16).toUpperCase()}, profile: vfio`,
        ),
        'address: 00:1f.0, name: RP01, bridge: { secondary: 1 }',
        ...Array.from(
          { length: 17 },
          (_, n) =>
            `address: 01:${(n >> 3).toString(16)}.${n % 8}, name: B${n.toString(16).toUpperCase()}, profile: vfio`,
        ),
      ),
      '259:5 NO_GPE_LEFT',
    ],
    ['no finding about overlaps if RAM could not be read', 'vcfg: { base: 1 GiB }\nmemory: lots', '2:9 BAD_NUMBER'],
  ],
};

describe.each(Object.entries(ROWS))('%s', (_, rows) => {
  test.each(rows)('%s', (_, text, ...expected) => {
    const { platform, diagnostics } = readPlatform(text, { file: 'hub.yaml', readInclude });
    const found = diagnostics.map(
      ({ code, place }) => `${place.line}:${place.column} ${code.replace('PLATFORM_', '')}`,
    );
    expect(found).toEqual(expected);
    expect(platform === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
    for (const { message, cure } of diagnostics) {
      expect(message).toMatch(/^\S.*[.?]$/s);
      expect(cure).toMatch(/^\S.*[.?]( PCI .*)?$/s);
    }
  });
});

test('three findings are warnings', () => {
  const warnings = new Set<string>();
  for (const rows of Object.values(ROWS)) {
    for (const [, text] of rows) {
      for (const { code, severity } of readPlatform(text).diagnostics) if (severity === 'warning') warnings.add(code);
    }
  }
  expect([...warnings].sort()).toEqual([
    'PLATFORM_ECAM_LACKS_BUS',
    'PLATFORM_NO_FUNCTION_ZERO',
    'PLATFORM_NO_GPE_LEFT',
  ]);
});

test('a row for every code', () => {
  const source = readFileSync(join(projectFolder, 'src/vocab/diagnostic-code.ts'), 'utf8');
  const codes = [...source.matchAll(/'PLATFORM_(\w+)'/g)].map(([, code]) => code);
  const tested = new Set(
    Object.values(ROWS)
      .flatMap((rows) => rows.flatMap(([, , ...found]) => found))
      .map((found) => found.split(' ')[1]),
  );
  expect(codes.filter((code) => !tested.has(code))).toEqual([]);
});

const BAD = `vcfg: { base: auto, bus: 64 }
functions:
  - { address: 00:04.0, name: sensor }
  - address: 00:05.0
    name: GPU0
    registers:
      - { name: CTRL, index: 0, acces: ro, reset: 4 GiB }
      - { name: STAT, index: 0, fields: [{ name: LOW, bits: 3..0 }, { name: HIGH, bits: 31..3 }] }
      - { name: STAT, index: 0 }
`;

test('all findings at once, in words', () => {
  const words = readPlatform(BAD, { file: 'hub.yaml' }).diagnostics.map(formatDiagnostic);
  expect(words).toMatchInlineSnapshot(`
    [
      "hub.yaml:1:21 (vcfg.bus): vcfg has no key "bus". Did you mean buses? [PLATFORM_UNKNOWN_KEY]",
      "hub.yaml:3:31 (functions[0].name): name is "sensor", which is longer than the 4 characters of an ACPI name and has lower-case letters. Write one to four of A-Z, 0-9 and _, a letter first, such as SENS. A longer name, for drivers, goes into longName. [PLATFORM_BAD_NAME]",
      "hub.yaml:7:33 (functions[1].registers[0].acces): registers[0] has no key "acces". Did you mean access? [PLATFORM_UNKNOWN_KEY]",
      "hub.yaml:7:51 (functions[1].registers[0].reset): reset is "4 GiB", which is not a whole number. Write a whole number from 0x0 to 0xffffffff. [PLATFORM_BAD_NUMBER]",
      "hub.yaml:8:89 (functions[1].registers[1].fields[1].bits): The fields LOW and HIGH of STAT both use bit 3. Give each its own bits. [PLATFORM_FIELD_OVERLAP]",
      "hub.yaml:9:17 (functions[1].registers[2].name): GPU0 has two parts named STAT; the first is at line 8. Registers, fields and shared runs of a function share one ACPI scope; rename one. [PLATFORM_DUPLICATE_NAME]",
      "hub.yaml:9:30 (functions[1].registers[2].index): The register STAT has index 0, which STAT already has (line 8). Give each its own index. [PLATFORM_DUPLICATE_INDEX]",
    ]
  `);
});

const bridge = (address: string, name: string, secondary: number, subordinate?: number) =>
  `address: ${address}, name: ${name}, bridge: { secondary: ${secondary}${subordinate === undefined ? '' : `, subordinate: ${subordinate}`} }`;

/** A file, then its findings in full: each number in a message or cure is the right one. */
test.each<[text: string, ...words: string[]]>([
  [
    belowBridge('windows: { mmio32: { base: 0xd000_0000, size: 16 MiB } }', '{ index: 0, size: 512 MiB, kind: mem64 }'),
    'The windows of the host bridge have no room for the memory window of the bridge RP00, 536870912 bytes below 4 GiB. Its largest BAR is BAR 0 of SENS, 536870912 bytes. Make the BAR prefetchable, make it smaller, or enlarge windows.mmio32.',
  ],
  [
    belowBridge('windows: { mmio32: { base: 0xd000_0000, size: 512 KiB } }', '{ index: 0, size: 4096 }'),
    'The windows of the host bridge have no room for the memory window of the bridge RP00, 1048576 bytes below 4 GiB. Its largest BAR is BAR 0 of SENS, 4096 bytes. Make the BAR prefetchable and of kind mem64, or enlarge windows.mmio32.',
  ],
  [
    belowBridge('windows: { io: [{ base: 0x1000, size: 0x800 }] }', '{ index: 0, size: 32, kind: io }'),
    'The windows of the host bridge have no room for the I/O window of the bridge RP00, 4096 ports. Its largest BAR is BAR 0 of SENS, 32 ports. Enlarge windows.io.',
  ],
  [
    belowBridge(
      'windows: { mmio32: { base: 0xd000_0000, size: 1 MiB } }',
      '{ index: 0, size: 4096 }] }, { address: 00:02.0, name: GPU0, bars: [{ index: 0, size: 4096 }',
    ),
    'The windows of the host bridge have no room for BAR 0 of GPU0, 4096 bytes below 4 GiB beside the windows of PCI-to-PCI bridges. Make the BAR smaller, or enlarge windows.mmio32.',
  ],
  [
    functions('address: 00:00.0, name: A'),
    'A is at 00:00.0, which is the host bridge. Move it, for example to 00:01.0.',
  ],
  [
    functions('address: 00:1f.5, name: A'),
    'A is at 00:1f.5, but there is no 00:1f.0. Add a function there: a guest that finds no function 0 looks for no others (PCI 3.0 §3.2.2.3.4).',
  ],
  [
    `vcfg: { buses: 5 }\n${functions(bridge('00:01.0', 'B', 4), 'address: 0b:00.0, name: A')}`,
    "A at 0b:00.0 is on bus 0x0b. The window's last bus is 0x04. Raise vcfg.buses to 12 or more, or move it.",
    'A at 0b:00.0 is on bus 0x0b, which no bridge leads to. Add a function with bridge: { secondary: 11 }, or move it to bus 00.',
  ],
  [
    `vcfg: { buses: 5 }\n${functions(bridge('00:01.0', 'B', 4, 9))}`,
    "B at 00:01.0 leads to bus 0x09. The window's last bus is 0x04. Raise vcfg.buses to 10 or more, or move it.",
  ],
  [
    `ecam: { buses: 3 }\n${functions(bridge('00:01.0', 'B', 6), 'address: 06:00.0, name: A')}`,
    'A at 06:00.0 has no configuration space in the ECAM window, whose last bus is 0x02. Raise ecam.buses to 7 or more.',
  ],
  [
    functions(bridge('00:01.0', 'A', 7), bridge('07:00.0', 'B', 5)),
    'The bridge B at 07:00.0 leads to bus 0x05, which is not above its own bus, 0x07. Buses are numbered from the host bridge down; give secondary 8 or more.',
  ],
  [
    `vcfg: { buses: 256 }\n${functions(bridge('00:01.0', 'A', 255), bridge('ff:00.0', 'B', 5))}`,
    'The bridge B at ff:00.0 leads to bus 0x05, which is not above its own bus, 0xff. No bus number is higher; move the bridge to a lower bus.',
  ],
  [
    functions(bridge('00:01.0', 'A', 1, 2), bridge('01:00.0', 'B', 5)),
    'The bridge A at 00:01.0 ends with bus 0x02, but bus 0x05 is below it. Raise subordinate to 5 or more, or remove it to have it computed.',
  ],
  [
    functions(bridge('00:01.0', 'A', 1, 6), bridge('00:02.0', 'B', 4)),
    'The bridge A at 00:01.0 has buses 0x01..0x06, which include bus 0x04 of B at 00:02.0. Number the buses so that all those below one bridge come before those of the next.',
  ],
])('the numbers in %j', (text, ...words) => {
  expect(readPlatform(text).diagnostics.map(({ message, cure }) => `${message} ${cure}`)).toEqual(words);
});

test('the automatic base is a cure only where it is free', () => {
  const cureOf = (text: string) => readPlatform(text).diagnostics.map(({ cure }) => cure);
  expect(cureOf('vcfg: { base: 1 GiB }')).toEqual(['Use auto, which gives 0x100000000.']);
  expect(cureOf('ecam: { base: 4 GiB }')).toEqual(['Give one of them another base.']);
});

test.each<[written: string, key: string, meant: string | undefined]>([
  ['Memory', 'memory', 'memory'],
  ['mem', 'memory', 'memory'],
  ['dis', 'ids', 'ids'],
  ['ad', 'ids', undefined],
  ['function', 'functions', 'functions'],
  ['colour', 'memory', undefined],
])('the nearest known key to %s', (written, key, meant) => {
  expect(nearestWord(written, ['vcfg', key])).toBe(meant);
});

test('places of a file and of an object', () => {
  const at = { line: 2, column: 31, path: 'functions[0].name' };
  const text = functions('address: 00:04.0, name: sens');
  expect(readPlatform(text, { file: 'p.yaml' }).diagnostics[0]?.place).toEqual({ file: 'p.yaml', ...at });
  const file = {
    functions: [
      { address: '00:04.0', name: 'A' },
      { address: '00:04.0', name: 'A' },
    ],
  };
  expect(checkPlatform(file).diagnostics.map(({ place }) => place)).toEqual([
    { path: 'functions[1].address' },
    { path: 'functions[1].name' },
  ]);
});

test('a path is that of the file when parts before it were left out', () => {
  const text = registers('{ name: bad, index: 1 }', '{ name: A, index: 2 }', '{ name: B, index: 2 }');
  expect(readPlatform(text).diagnostics.map(({ place }) => [place.line, place.path])).toEqual([
    [3, 'functions[0].registers[0].name'],
    [5, 'functions[0].registers[2].index'],
  ]);
});

const codesOf = ({ diagnostics }: PlatformResult) => [...new Set(diagnostics.map(({ code }) => code))];

test('the first 1000 findings are reported, then one that says there are more', () => {
  const functions = new Array(2000).fill({ address: '00:01.0', name: 'x', odd: 1 });
  const { platform, diagnostics } = checkPlatform({ functions });
  expect(platform).toBeUndefined();
  expect(diagnostics).toHaveLength(1001);
  expect(diagnostics.at(-1)).toMatchObject({ code: 'PLATFORM_TOO_LARGE', severity: 'error' });
  expect(diagnostics.at(-1)?.message).toBe('More than 1000 findings: this one and all later ones are not shown.');
  const exactly = new Array(1000).fill({ address: '00:01.0', name: 'x' });
  expect(codesOf(checkPlatform({ functions: exactly }))).toEqual(['PLATFORM_BAD_NAME']);
});

test('with a lower limit of findings, an error beyond it still rejects the file', () => {
  const warning = 'ecam: { buses: 1 }\nvcfg: { buses: 2 }\n';
  const text = functions(
    'address: 00:01.0, name: A, bridge: { secondary: 1 }',
    ...Array.from({ length: 4 }, (_, n) => `address: 01:0${n}.0, name: B${n}`),
  );
  const read = (more: string) => readPlatform(`${warning}${text}${more}`, { limits: { findings: 2 } });
  expect(read('').diagnostics.map(({ severity }) => severity)).toEqual(['warning', 'warning', 'warning']);
  expect(read('').platform).toBeDefined();
  const wrong = read('\n  - { address: 00:02.0, name: B0 }');
  expect(wrong.platform).toBeUndefined();
  expect(wrong.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
});

test('a file of nothing but empty functions is refused in a bounded number of findings', () => {
  const most = readPlatform(`functions: [${'{},'.repeat(2000)}]`);
  expect(most.diagnostics).toHaveLength(1001);
  expect(codesOf(most)).toEqual(['PLATFORM_MISSING_KEY', 'PLATFORM_TOO_LARGE']);
});

/** How often the name of a function is read, over all functions. */
function functionsRead(length: number): number {
  let reads = 0;
  const functions = Array.from({ length }, () => ({
    get name() {
      reads++;
      return undefined;
    },
  }));
  expect(codesOf(checkPlatform({ functions }))).toContain('PLATFORM_TOO_LARGE');
  return reads;
}

test('reading ends at the limit of findings, however many functions follow', () => {
  expect(functionsRead(8000)).toBe(functionsRead(4000));
});

/** How many tokens of a file are parsed before a list of over 100 entries is refused. */
function tokensParsed(text: string): number {
  const parse = vi.spyOn(Parser.prototype, 'next');
  try {
    expect(codesOf(readPlatform(text, { limits: { entries: 100 } }))).toEqual(['PLATFORM_TOO_LARGE']);
    return parse.mock.calls.length;
  } finally {
    parse.mockRestore();
  }
}

test.each<[kind: string, text: (entries: number) => string]>([
  ['in brackets', (entries) => `functions: [${'{},'.repeat(entries)}]`],
  ['of dashes', (entries) => `functions:\n${'- {}\n'.repeat(entries)}`],
])('parsing ends at the limit of entries of a list %s, however many follow', (_, text) => {
  const parsed = tokensParsed(text(200));
  expect(parsed).toBeGreaterThan(100);
  expect(tokensParsed(text(2000))).toBe(parsed);
});

test.each<[list: string, most: number, file: (list: unknown[]) => unknown]>([
  ['functions', 65_536, (functions) => ({ functions })],
  ['memory', 256, (memory) => ({ memory })],
  ['windows.io', 256, (io) => ({ windows: { io } })],
  ['interrupts', 256, (interrupts) => ({ interrupts })],
  ['functions[0].registers', 1024, (registers) => ({ functions: [{ registers }] })],
  ['functions[0].shared', 1024, (shared) => ({ functions: [{ shared }] })],
  ['functions[0].registers[0].fields', 32, (fields) => ({ functions: [{ registers: [{ fields }] }] })],
])('the list %s has at most %i entries', (path, most, file) => {
  const tooLong = (length: number) =>
    checkPlatform(file(new Array(length).fill('x'))).diagnostics.some(
      ({ code, place }) => code === 'PLATFORM_TOO_LARGE' && place.path === path,
    );
  expect([tooLong(most), tooLong(most + 1)]).toEqual([false, true]);
});

/** Runs a function and returns the length of the longest text it converts to a bigint, which takes quadratic time. */
function longestConverted<T>(run: () => T): { result: T; longest: number } {
  let longest = 0;
  const counting = new Proxy(BigInt, {
    apply(target, _, [value]: [string | number | bigint | boolean]) {
      if (typeof value === 'string') longest = Math.max(longest, value.length);
      return target(value);
    },
  });
  vi.stubGlobal('BigInt', counting);
  try {
    const result = run();
    return { result, longest };
  } finally {
    vi.unstubAllGlobals();
  }
}

test.each<[key: string, text: string, code: string]>([
  ['a count in decimal', `cpus: ${'9'.repeat(10_000)}`, 'PLATFORM_BAD_NUMBER'],
  ['a count in hex', `cpus: 0x${'f'.repeat(10_000)}`, 'PLATFORM_BAD_NUMBER'],
  ['a count in octal', `cpus: 0o${'7'.repeat(10_000)}`, 'PLATFORM_BAD_NUMBER'],
  ['a count with _', `cpus: ${'9_'.repeat(5_000)}9`, 'PLATFORM_BAD_NUMBER'],
  ['a count of 81 digits', `cpus: ${'9'.repeat(81)}`, 'PLATFORM_BAD_NUMBER'],
  ['a count of 80 digits', `cpus: ${'9'.repeat(80)}`, 'PLATFORM_OUT_OF_RANGE'],
  ['a size', `memory: ${'9'.repeat(10_000)} KiB`, 'PLATFORM_BAD_NUMBER'],
  ['a key', `? ${'9'.repeat(10_000)}\n: 5`, 'PLATFORM_UNKNOWN_KEY'],
  ['an address', one('').replace('00:04.0', '0'.repeat(10_000)), 'PLATFORM_BAD_ADDRESS'],
  [
    'a bit',
    registers(`{ name: A, index: 0, fields: [{ name: F, bits: ${'9'.repeat(79)}..0 }] }`),
    'PLATFORM_FIELD_RANGE',
  ],
  ['an alias', `memory: *${'a'.repeat(10_000)}`, 'PLATFORM_YAML_SYNTAX'],
  ['a tag', `memory: !${'a'.repeat(10_000)} 1`, 'PLATFORM_YAML_SYNTAX'],
])('%s of any length is refused in a short finding', (_, text, code) => {
  const { result, longest } = longestConverted(() => readPlatform(text));
  const { diagnostics } = result;
  expect(longest).toBeLessThanOrEqual(80);
  expect(diagnostics.map((found) => found.code)).toContain(code);
  for (const found of diagnostics) expect(formatDiagnostic(found).length).toBeLessThan(700);
});

test('a bigint of any length is refused in a short finding', () => {
  const { diagnostics } = checkPlatform({ cpus: 1n << 10_000n, memory: -(1n << 10_000n) });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'memory is a number of over 128 bits, which does not fit in 64 unsigned bits.',
    'cpus is a number of over 128 bits, outside the range 1 to 4096.',
  ]);
});

test('limits can be set', () => {
  const text = one('registers: []');
  expect(readPlatform(text, { limits: { depth: 3 } }).diagnostics[0]?.code).toBe('PLATFORM_TOO_DEEP');
  expect(readPlatform(text, { limits: { depth: 4 } }).diagnostics).toEqual([]);
  expect(readPlatform(text, { limits: { keys: 2 } }).diagnostics[0]?.code).toBe('PLATFORM_TOO_LARGE');
  expect(readPlatform(text, { limits: { values: 5 } }).diagnostics[0]?.code).toBe('PLATFORM_TOO_LARGE');
  expect(readPlatform(text, { limits: { entries: 1 } }).diagnostics.map(({ message }) => message)).toEqual([
    'A list has too many entries; the limit is 1.',
  ]);
  const blocks =
    'functions:\n- { address: 00:04.0, name: A }\n- address: 00:05.0\n  name: B\n  registers:\n  - { name: C, index: 0 }';
  expect(readPlatform(blocks, { limits: { entries: 3 } }).diagnostics).toEqual([]);
  expect(readPlatform(blocks, { limits: { entries: 1 } }).diagnostics[0]?.place).toMatchObject({ line: 3, column: 1 });
  expect(readPlatform(text, { limits: { textLength: 10 } }).diagnostics[0]?.code).toBe('PLATFORM_TOO_LARGE');
});

test('requirePlatform and platformFromObject throw all findings', () => {
  expect(() => requirePlatform(BAD)).toThrow(DiagnosticError);
  expect(() => requirePlatform(BAD)).toThrow(/PLATFORM_BAD_NAME.*PLATFORM_FIELD_OVERLAP/s);
  expect(() => platformFromObject([])).toThrow(/PLATFORM_NOT_A_MAPPING/);
  expect(() => platformFromObject(undefined)).toThrow(/PLATFORM_NOT_A_MAPPING/);
});

test.each([
  ['a key too far left', 'functions:\n  - address: 00:04.0\n   name: A\n', /indentation/],
  ['a key between two columns', 'functions:\n  - address: 00:04.0\n    name: A\n   registers: []\n', /indentation/],
  ['a key at the column of the dash', 'functions:\n  - address: 00:04.0\n  registers: []\n', /indentation/],
  ['a key too far right', 'functions:\n  - name: A\n     registers: []\n', /Indent this line/],
  ['a dash too far right', 'functions:\n  - name: A\n   - name: B\n', /indentation/],
  ['a dash too far left', 'functions:\n    - name: A\n  - name: B\n', /[Ii]ndent/],
  ['a colon in a text', 'vcfg: { base: auto }\nlabel: a: b\n', /colon in quotes/],
  ['an open bracket', 'functions: [{ name: A }\n', /Close the bracket/],
  ['an open quote', 'functions: "a\n', /Close the quotes/],
  ['a key alone', 'memory: 1 GiB\nfunctions\n', /KEY: VALUE/],
  ['a bad escape', 'memory: "\\q"\n', /single quotes/],
  ['a reserved character', 'memory: @x\n', /in quotes/],
])('the cure of %s says what to do about it', (_, text, cure) => {
  const found = readPlatform(text).diagnostics.filter(({ code }) => code === 'PLATFORM_YAML_SYNTAX');
  expect(found[0]?.cure).toMatch(cure);
});

test('the examples of PLATFORM_YAML_SYNTAX are what the reader says', () => {
  const page = readFileSync(join(projectFolder, 'docs/diagnostics.md'), 'utf8');
  const [, examples = ''] = /### `PLATFORM_YAML_SYNTAX`\n\n.+\n\n((?: {4}.+\n)+)/.exec(page) ?? [];
  const texts = [
    'vcfg: { buses: [1, 2 }\n',
    'memory: 1 GiB\n windows: []\n',
    'functions:\n\t- { address: 00:04.0 }\n',
    'memory: "1 GiB\n',
    'device: "C:\\path"\n',
    'memory: *half\n',
    'memory: !size 1 GiB\n',
  ];
  const said = texts.map((text) =>
    formatDiagnostic(readPlatform(text, { file: 'hub.yaml' }).diagnostics[0] as Diagnostic),
  );
  expect(examples.trimEnd().split('\n')).toEqual(said.map((line) => `    ${line}`));
});

test.each([
  ['0x800', 2048],
  ['2 KiB', 2048],
  ['3 KiB', 3072],
  ['3KiB', 3072],
])('an offset in the shared page may be %s', (offset, bytes) => {
  const { platform, diagnostics } = readPlatform(shared(`{ name: A, offset: ${offset}, bytes: 4 }`));
  expect(diagnostics).toEqual([]);
  expect(platform?.functions[0]?.shared?.[0]?.offsetBytes).toBe(bytes);
});

test.each([
  ['4 KiB', 'PLATFORM_SHARED_RANGE'],
  ['-4', 'PLATFORM_SHARED_RANGE'],
  ['0x1_0000_0000_0000_0000', 'PLATFORM_SHARED_RANGE'],
  ['3 KB', 'PLATFORM_BAD_NUMBER'],
  ['1.5', 'PLATFORM_BAD_NUMBER'],
])('an offset of %s is refused', (offset, code) => {
  const { diagnostics } = readPlatform(shared(`{ name: A, offset: ${offset}, bytes: 4 }`));
  expect(diagnostics.map((each) => each.code)).toEqual([code]);
});
