import { formatHex } from '../../base/index.js';
import { DSDT_64_BIT_REVISION, hasSdtHeader, SDT_OFFSET } from '../../tables/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import { saidInReading } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeIn, type SubjectTable } from '../subject/subject-table.js';

/** A rule about what reading a table's header says. */
function reading(code: Rule['code'], texts: Pick<Rule, 'what' | 'why' | 'cure'>): Rule {
  return { code, family: 'table', severity: 'error', ...texts, source: 'ACPI 6.5 §5.2.6', find: saidInReading(code) };
}

function* lowRevision({ tables }: CheckedMachine): Generator<Finding> {
  for (const table of tables) {
    const { signature, revision } = table.header;
    if (signature !== 'DSDT' || revision >= DSDT_64_BIT_REVISION) continue;
    yield {
      place: placeIn(table, SDT_OFFSET.revision),
      message: `The DSDT has revision ${revision}, so that integers have 32 bits, in SSDTs too.`,
    };
  }
}

function* severalDsdts({ tables, dsdt }: CheckedMachine): Generator<Finding> {
  for (const table of tables) {
    if (table.header.signature !== 'DSDT' || table === dsdt || dsdt === undefined) continue;
    yield {
      place: placeIn(table, 0),
      message: `It is a DSDT, and ${dsdt.file} is one already: an OS loads one.`,
      other: placeIn(dsdt, 0),
    };
  }
}

/** Of each table that is given again, byte for byte, the one that comes first. */
export function copiesOf(tables: readonly SubjectTable[]): ReadonlyMap<SubjectTable, SubjectTable> {
  const first = new Map<string, SubjectTable[]>();
  const copies = new Map<SubjectTable, SubjectTable>();
  for (const table of tables) {
    const { signature, length, oemTableId } = table.header;
    const key = `${signature} ${length} ${oemTableId} ${table.header.checksum}`;
    const alike = first.get(key) ?? [];
    const before = alike.find(({ bytes }) => bytes.every((byte, at) => byte === table.bytes[at]));
    first.set(key, [...alike, table]);
    if (before !== undefined) copies.set(table, before);
  }
  return copies;
}

function* sameTables({ tables }: CheckedMachine): Generator<Finding> {
  for (const [table, before] of copiesOf(tables)) {
    if (table.header.signature === 'DSDT') continue;
    yield {
      place: placeIn(table, 0),
      message: `It has the same bytes as ${before.file}.`,
      other: placeIn(before, 0),
    };
  }
}

/** The texts in a header. */
const TEXTS = [
  ['oemId', 'OEM ID'],
  ['oemTableId', 'OEM table ID'],
] as const;

function* badTexts({ tables }: CheckedMachine): Generator<Finding> {
  for (const table of tables) {
    for (const [key, name] of hasSdtHeader(table.header) ? TEXTS : []) {
      const text = table.header[key].replace(/[ \0]+$/, '');
      const at = text.search(/[^\x20-\x7e]/);
      const place = placeIn(table, SDT_OFFSET[key] + Math.max(at, 0));
      if (text === '') yield { place, message: `The ${name} is empty.` };
      else if (at >= 0)
        yield { place, message: `The ${name} has the byte ${formatHex(text.charCodeAt(at), 2)} as character ${at}.` };
    }
  }
}

/** What is wrong with a table as a container: header, checksum, and that it is there once. */
export const CONTAINER_RULES: readonly Rule[] = [
  reading('TABLE_TRUNCATED', {
    what: 'The file is shorter than a table header.',
    why: 'It is not a table, and nothing in it is checked.',
    cure: 'Dump it again, whole.',
  }),
  reading('TABLE_SIGNATURE', {
    what: 'The first four bytes are not a table signature.',
    why: 'It is not a table, and nothing in it is checked.',
    cure: 'Give a compiled table: ASL has to be compiled first.',
  }),
  reading('TABLE_LENGTH', {
    what: 'The header gives the table fewer bytes than a header has, or more than the file has.',
    why: 'An OS maps as many bytes as the header says, and reads whatever follows in memory.',
    cure: 'Dump the table again, whole, or correct the length.',
  }),
  reading('TABLE_TRAILING_BYTES', {
    what: 'Bytes follow the table in its file.',
    why: 'Nobody reads them: a second table there is not loaded, and an edit that made the table longer is cut off.',
    cure: 'Put one table into a file; set the header’s length if the bytes belong to it.',
  }),
  reading('TABLE_CHECKSUM', {
    what: 'The bytes of the table do not add up to zero.',
    why: 'Linux warns and loads it anyway. Other systems and boot loaders refuse it, and then all of its devices are missing.',
    cure: 'Set the checksum byte if the change was intended; otherwise dump the table again.',
  }),
  {
    code: 'TABLE_REVISION',
    family: 'table',
    severity: 'note',
    what: 'The DSDT has a revision below 2.',
    why: 'Every integer of every table is truncated to 32 bits, so the OS cannot learn a base above 4 GiB.',
    cure: `Give it revision ${DSDT_64_BIT_REVISION}; vcfg inject does.`,
    source: 'ACPI 6.5 §5.2.11.1, §20.3',
    find: lowRevision,
  },
  {
    code: 'TABLE_DUPLICATE_DSDT',
    family: 'table',
    severity: 'error',
    what: 'Two DSDTs are given.',
    why: 'An OS loads only the one that the FADT points to. Here that is taken to be the first one given; names in the other are unknown.',
    cure: 'Give the tables of one machine; if both are intended, make the second an SSDT.',
    source: 'ACPI 6.5 §5.2.11.1',
    find: severalDsdts,
  },
  {
    code: 'TABLE_TWICE',
    family: 'table',
    severity: 'warning',
    what: 'The same table is given twice, byte for byte.',
    why: 'Every object in the second one causes AE_ALREADY_EXISTS.',
    cure: 'Remove one from the build, or from the command line.',
    source: 'ACPI 6.5 §5.2.11.2',
    find: sameTables,
  },
  {
    code: 'TABLE_OEM_ID',
    family: 'table',
    severity: 'warning',
    what: 'The OEM ID or the OEM table ID is empty, or has a byte that is not printable ASCII.',
    why: 'Quirks, LoadTable and table overrides compare them; tools print them.',
    cure: 'Write ASCII, padded with spaces to 6 and 8 characters.',
    source: 'ACPI 6.5 §5.2.6',
    find: badTexts,
  },
];
