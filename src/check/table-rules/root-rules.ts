import { formatHex } from '../../base/index.js';
import {
  decodeFacs,
  decodeRsdp,
  decodeRsdt,
  decodeXsdt,
  facsOffset,
  RSDP_BYTES,
  rootEntryOffset,
  rsdpOffset,
} from '../../tables/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import { saidInReading } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeIn } from '../subject/subject-table.js';
import { decodedTables, fadtsOf, findingIn } from './decoded-tables.js';

/** Revisions of the RSDP: that of ACPI 1.0, and that of all later ones. */
const REVISIONS: readonly number[] = [0, 2];

function* wrongPointer(subject: CheckedMachine): Generator<Finding> {
  for (const { table, value } of decodedTables(subject, 'RSDP', ({ bytes }) => decodeRsdp(bytes))) {
    const { revision, rsdt, xsdt } = value;
    if (!REVISIONS.includes(revision)) {
      yield findingIn(
        table,
        rsdpOffset('revision'),
        `The RSDP has revision ${revision}; there are 0 (ACPI 1.0) and 2.`,
      );
    }
    if (rsdt === 0 && xsdt === 0n) {
      yield findingIn(table, rsdpOffset('rsdt'), 'Neither an RSDT nor an XSDT has an address.');
    }
    if (revision === 0) continue;
    const { length } = table.header;
    const said = new DataView(table.bytes.buffer, table.bytes.byteOffset).getUint32(rsdpOffset('length'), true);
    if (said !== RSDP_BYTES || length !== RSDP_BYTES) {
      yield findingIn(table, rsdpOffset('length'), `The RSDP gives its length as ${said}; it has ${RSDP_BYTES} bytes.`);
    }
    const wrong = table.bytes.subarray(rsdpOffset('reserved'), RSDP_BYTES).findIndex((byte) => byte !== 0);
    if (wrong < 0) continue;
    const at = rsdpOffset('reserved') + wrong;
    const message = `A reserved byte is ${formatHex(table.bytes[at] as number, 2)}.`;
    yield findingIn(table, at, message, { severity: 'warning' });
  }
}

function* wrongEntries(subject: CheckedMachine): Generator<Finding> {
  const fixed = fadtsOf(subject).flatMap(({ value }) => [
    ['DSDT', value.xDsdt === 0n ? BigInt(value.dsdt) : value.xDsdt] as const,
    ['FACS', value.xFirmwareCtrl === 0n ? BigInt(value.firmwareCtrl) : value.xFirmwareCtrl] as const,
  ]);
  const roots = [...decodedTables(subject, 'XSDT', decodeXsdt), ...decodedTables(subject, 'RSDT', decodeRsdt)];
  for (const { table, value } of roots) {
    const { signature } = table.header;
    const known = new Map<bigint, number>();
    if (value.length === 0) {
      yield findingIn(table, table.bytes.length, `The ${signature} lists no table, and has to list the FADT.`);
    }
    for (const [index, address] of value.entries()) {
      const at = rootEntryOffset(signature, index);
      const before = known.get(address);
      known.set(address, at);
      const named = fixed.find(([, place]) => place !== 0n && place === address);
      if (address === 0n) yield findingIn(table, at, `Entry ${index} is 0.`);
      else if (before !== undefined) {
        const message = `Entry ${index} is ${formatHex(address)}, as one before it is.`;
        yield findingIn(table, at, message, { other: placeIn(table, before) });
      } else if (named !== undefined) {
        const message = `Entry ${index} is ${formatHex(address)}, where the FADT has the ${named[0]}: that is not listed.`;
        yield findingIn(table, at, message);
      }
    }
  }
}

/** Flags of the FACS and bits of its global lock that have a meaning. ACPI 6.5 §5.2.10, tables 5.14 and 5.16 */
const KNOWN_BITS = 0b11;
const LAST_VERSION = 2;
/** Reserved bytes of the FACS: after the version, and after the OSPM flags. */
const RESERVED = [
  [33, 36],
  [40, 64],
] as const;

function* wrongFacs(subject: CheckedMachine): Generator<Finding> {
  for (const { table, value } of decodedTables(subject, 'FACS', ({ bytes }) => decodeFacs(bytes))) {
    for (const [field, name] of [
      ['flags', 'flags'],
      ['globalLock', 'global lock'],
    ] as const) {
      if ((value[field] & ~KNOWN_BITS) === 0) continue;
      const message = `The ${name} of the FACS ${field === 'flags' ? 'are' : 'is'} ${formatHex(value[field])}; bits 2 to 31 are reserved.`;
      yield findingIn(table, facsOffset(field), message);
    }
    if (value.version > LAST_VERSION) {
      yield findingIn(
        table,
        facsOffset('version'),
        `The FACS has version ${value.version}; the last is ${LAST_VERSION}.`,
      );
    }
    for (const [from, to] of RESERVED) {
      const wrong = table.bytes.subarray(from, to).findIndex((byte) => byte !== 0);
      if (wrong < 0) continue;
      const message = `A reserved byte of the FACS is ${formatHex(table.bytes[from + wrong] as number, 2)}.`;
      yield findingIn(table, from + wrong, message);
    }
  }
}

/** What is wrong with the tables through which an OS finds the others. */
export const ROOT_RULES: readonly Rule[] = [
  {
    code: 'TABLE_TOO_SHORT',
    family: 'table',
    severity: 'error',
    what: 'A FADT, MADT, MCFG, XSDT, RSDT or FACS ends before its required fields.',
    why: 'An OS reads them anyway, from whatever follows in memory, or drops the table.',
    cure: 'Make the table again with all its fields.',
    source: 'ACPI 6.5 §5.2.7 to §5.2.12',
    find: saidInReading('TABLE_TOO_SHORT'),
  },
  {
    code: 'TABLE_STRUCTURE',
    family: 'table',
    severity: 'error',
    what: 'An entry of a MADT, MCFG, XSDT or RSDT is cut off, or has an impossible length.',
    why: 'The OS stops there, and does not find the processors, windows or tables after it.',
    cure: 'Make the table again; the length of an entry counts its type and length bytes.',
    source: 'ACPI 6.5 §5.2.7, §5.2.8, §5.2.12',
    find: saidInReading('TABLE_STRUCTURE'),
  },
  {
    code: 'TABLE_RSDP',
    family: 'table',
    severity: 'error',
    what: 'The RSDP has a revision or a length that does not exist, names no table of tables, or has reserved bytes that are not zero (a warning).',
    why: 'The OS finds no tables, or uses the 32-bit list although there is a 64-bit one.',
    cure: 'Write revision 2, length 36, and the address of an XSDT; then both checksums.',
    source: 'ACPI 6.5 §5.2.5.3',
    find: wrongPointer,
  },
  {
    code: 'TABLE_ROOT_ENTRY',
    family: 'table',
    severity: 'error',
    what: 'The XSDT or RSDT has no entries, an entry of 0, the same entry twice, or an entry for the DSDT or the FACS.',
    why: 'An OS reads a table at address 0, or installs one twice. The DSDT and the FACS are found only through the FADT.',
    cure: 'List each table once, and shorten this table by the entries removed.',
    source: 'ACPI 6.5 §5.2.7, §5.2.8',
    find: wrongEntries,
  },
  {
    code: 'TABLE_FACS',
    family: 'table',
    severity: 'warning',
    what: 'The FACS has reserved bits or bytes that are not zero, or a version that does not exist.',
    why: 'The OS and the firmware share it at run time: a lock that looks taken is never granted.',
    cure: 'Clear all 64 bytes except signature, length, version and hardware signature.',
    source: 'ACPI 6.5 §5.2.10',
    find: wrongFacs,
  },
];
