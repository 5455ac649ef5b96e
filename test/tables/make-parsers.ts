import { Parser } from 'binary-parser/dist/binary_parser.js';
import { FACS_ROWS } from '../../src/tables/facs.js';
import { FADT_ROWS } from '../../src/tables/fadt.js';
import type { FieldRow } from '../../src/tables/field-layout.js';
import { MADT_ROWS } from '../../src/tables/madt.js';
import { MADT_STRUCTURE_ROWS } from '../../src/tables/madt-structures.js';
import { MCFG_ALLOCATION_ROWS } from '../../src/tables/mcfg.js';
import { RSDP_TAIL_ROWS } from '../../src/tables/rsdp.js';

/**
 * Makes src/tables/parsers.ts. binary-parser compiles its parsers with `new Function`, which pages whose policy lacks
 * `unsafe-eval` refuse: so it runs here, and its code is part of the source.
 */

const little = () => new Parser().endianess('little');

const ADDRESS: readonly FieldRow[] = [
  ['space', 'u8'],
  ['bitWidth', 'u8'],
  ['bitOffset', 'u8'],
  ['accessSize', 'u8'],
  ['address', 'u64'],
];

/** The formatters that the code calls, by the names that they have in parsers.ts. */
const latin1 = (bytes: Uint8Array) => bytes;
const withoutNuls = (bytes: Uint8Array) => bytes;
const parseAddress = (bytes: Uint8Array) => bytes;

const KINDS: Readonly<Record<FieldRow[1], (parser: Parser, name: string) => Parser>> = {
  u8: (parser, name) => parser.uint8(name),
  u16: (parser, name) => parser.uint16(name),
  u32: (parser, name) => parser.uint32(name),
  u64: (parser, name) => parser.uint64(name),
  text8: (parser, name) => parser.buffer(name, { length: 8, formatter: withoutNuls }),
  address: (parser, name) => parser.buffer(name, { length: 12, formatter: parseAddress }),
};

const ofRows = (rows: readonly FieldRow[]) =>
  rows.reduce((parser, [name, kind]) => KINDS[kind](parser, name), little());

// Not the parser's own strings: it decodes with TextDecoder, whose latin1 is windows-1252.
const text = (length: number) => ({ length, formatter: latin1 });

/** ACPI 6.5 §5.2.6 */
const header = little()
  .buffer('signature', text(4))
  .uint32('length')
  .uint8('revision')
  .uint8('checksum')
  .buffer('oemId', text(6))
  .buffer('oemTableId', text(8))
  .uint32('oemRevision')
  .buffer('creatorId', text(4))
  .uint32('creatorRevision');

const capitalized = (name: string) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

const PARSERS: Readonly<Record<string, Parser>> = {
  parseSdtHeader: header,
  parseAddress: ofRows(ADDRESS),
  parseFacs: ofRows(FACS_ROWS),
  parseFadt: ofRows(FADT_ROWS),
  parseMadt: ofRows(MADT_ROWS),
  parseMcfgAllocation: ofRows(MCFG_ALLOCATION_ROWS),
  parseRsdpTail: ofRows(RSDP_TAIL_ROWS),
  ...Object.fromEntries(
    Object.entries(MADT_STRUCTURE_ROWS).map(([kind, { fields }]) => [`parse${capitalized(kind)}`, ofRows(fields)]),
  ),
};

/** Lines of binary-parser's code that say nothing for a structure whose fields are at fixed offsets. */
const FRAME = new Set([
  'var dataView = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);',
  'var offset = 0;',
  'var vars = {};',
  'vars.$parent = null;',
  'vars.$root = vars;',
  'delete vars.$parent;',
  'delete vars.$root;',
  'return vars;',
  '',
]);

/** Each field with the expression that reads it, out of the code that binary-parser makes. */
function readersOf(parser: Parser): [name: string, reader: string][] {
  const readers = new Map<string, string>();
  let offset = 0;
  for (const line of parser.getCode().split('\n')) {
    if (FRAME.has(line)) continue;
    const [, step] = /^offset \+= (\d+);$/.exec(line) ?? [];
    const [, name = '', value = ''] = /^vars\.(\w+) = (.+);$/.exec(line) ?? [];
    const [, formatter] = /^imports\[(\d+)\]\.call\(vars, vars\.\w+\)$/.exec(value) ?? [];
    if (step !== undefined) offset += Number(step);
    else if (name === '') throw new Error(`binary-parser made a line of an unknown form: ${line}`);
    else if (formatter === undefined) readers.set(name, placed(value, offset));
    else readers.set(name, `${formatterName(parser, name)}(${readers.get(name)})`);
  }
  return [...readers];
}

/** An expression whose offset is a number. */
function placed(value: string, offset: number): string {
  const at = String(offset);
  return value
    .replace(/offset \+ (\d+)/, (_, length: string) => String(offset + Number(length)))
    .replace(/\boffset\b/, at)
    .replace(/(getUint8\(\d+), false\)/, '$1)')
    .replace('dataView.', 'view.')
    .replace('buffer.', 'bytes.');
}

/** What a field of bytes is passed through. */
function formatterName(parser: Parser, name: string): string {
  let field: Parser | undefined = parser;
  while (field !== undefined && field.varName !== name) field = field.next;
  return field?.options?.formatter?.name ?? '';
}

function parserText(name: string, parser: Parser): string {
  const readers = readersOf(parser);
  const view = '  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);';
  const lines = readers.map(([field, reader]) => `    ${field}: ${reader},`);
  return [`export function ${name}(bytes: Uint8Array) {`, view, '  return {', ...lines, '  };', '}'].join('\n');
}

const HEAD = `import { decodeLatin1 as latin1 } from '../base/index.js';

/**
 * The parsers that binary-parser makes of the lists of fields beside each table: made by test/tables/make-parsers.ts, and
 * held to those lists by a test. VCFG_WRITE_PARSERS=1 npx vitest run test/tables/parsers.test.ts writes them.
 */

const withoutNuls = (bytes: Uint8Array) => latin1(bytes).replace(/\\0+$/, '');
`;

/** The whole of src/tables/parsers.ts. */
export function parsersText(): string {
  return [HEAD, ...Object.entries(PARSERS).map(([name, parser]) => `${parserText(name, parser)}\n`)].join('\n');
}
