import { formatHex } from '../../base/index.js';
import {
  INTERRUPT_FLAG,
  leastStructureBytes,
  MADT_FLAG,
  madtFieldOffset,
  madtOffset,
  type PlacedMadtStructure,
  PROCESSOR_FLAG,
  SDT_OFFSET,
} from '../../tables/index.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeIn } from '../subject/subject-table.js';
import { fadtsOf, findingIn, madtsOf, type PlacedMadt } from './decoded-tables.js';
import { gicReserved } from './madt-gic.js';
import { intiFault } from './madt-processors.js';

type KnownStructure = Exclude<PlacedMadtStructure['structure'], { kind: 'other' }>;
type Kind = KnownStructure['kind'];
type Placed<Name extends Kind> = Extract<KnownStructure, { kind: Name }> & { readonly at: number };

/** The structures of a kind, each with its offset. */
function ofKind<Name extends Kind>({ structures }: PlacedMadt, kind: Name): Placed<Name>[] {
  return structures.flatMap(({ structure, offsetBytes }) =>
    structure.kind === kind ? [{ ...(structure as Extract<KnownStructure, { kind: Name }>), at: offsetBytes }] : [],
  );
}

const LAST_ISA = 15;

export function* overrides(subject: CheckedMachine): Generator<Finding> {
  const sci = fadtsOf(subject)[0]?.value.sciInterrupt;
  for (const madt of madtsOf(subject)) {
    const { table } = madt;
    const bySource = new Map<number, number>();
    const byGsi = new Map<number, number>();
    for (const { at, bus = 0, source = 0, gsi = 0, flags = 0 } of ofKind(madt, 'interruptSourceOverride')) {
      const field = (name: 'bus' | 'source' | 'gsi' | 'flags') => at + madtFieldOffset('interruptSourceOverride', name);
      if (bus !== 0)
        yield findingIn(table, field('bus'), `The override of interrupt ${source} is of bus ${bus}; ISA is bus 0.`);
      if (source > LAST_ISA) {
        yield findingIn(table, field('source'), `The override is of interrupt ${source}; ISA has 0 to ${LAST_ISA}.`);
      }
      const fault = intiFault(flags);
      if (fault !== undefined) {
        const message = `The flags of the override of interrupt ${source} are ${formatHex(flags, 4)}: ${fault}.`;
        yield findingIn(table, field('flags'), message);
      }
      const [sameSource, sameGsi] = [bySource.get(source), byGsi.get(gsi)];
      if (sameSource !== undefined) {
        const message = `Interrupt ${source} has an override before it.`;
        yield findingIn(table, field('source'), message, { other: placeIn(table, sameSource) });
      } else if (sameGsi !== undefined) {
        const message = `Interrupt ${source} goes to GSI ${gsi}, as one before it does.`;
        yield findingIn(table, field('gsi'), message, { other: placeIn(table, sameGsi) });
      }
      bySource.set(source, at);
      byGsi.set(gsi, at);
      if (source === sci && (flags & INTERRUPT_FLAG.level) === INTERRUPT_FLAG.edge) {
        const message = `Interrupt ${source} is the SCI, which is level-triggered, and the override makes it edge-triggered.`;
        yield findingIn(table, field('flags'), message, { severity: 'warning' });
      }
    }
  }
}

/** What the address of an I/O APIC is a multiple of, and that of a local APIC. */
const IO_APIC_ALIGNMENT = 16;
const LOCAL_APIC_ALIGNMENT = 4096;

export function* ioApics(subject: CheckedMachine): Generator<Finding> {
  for (const madt of madtsOf(subject)) {
    const { table, value } = madt;
    const apics = ofKind(madt, 'ioApic');
    const offset = (at: number, name: 'address' | 'firstGsi') => at + madtFieldOffset('ioApic', name);
    const bases = new Map<number, number>();
    const addresses = new Map<number, number>();
    for (const { at, address = 0, firstGsi = 0, ioApicId = 0 } of apics) {
      const name = `The I/O APIC ${ioApicId}`;
      if (address === 0 || address % IO_APIC_ALIGNMENT !== 0) {
        const what =
          address === 0 ? 'has no address' : `is at ${formatHex(address)}, not a multiple of ${IO_APIC_ALIGNMENT}`;
        yield findingIn(table, offset(at, 'address'), `${name} ${what}.`);
      }
      const [sameBase, sameAddress] = [bases.get(firstGsi), addresses.get(address)];
      if (sameBase !== undefined) {
        const message = `${name} begins at GSI ${firstGsi}, as one before it does.`;
        yield findingIn(table, offset(at, 'firstGsi'), message, { other: placeIn(table, sameBase) });
      }
      if (sameAddress !== undefined && address !== 0) {
        const message = `${name} is at ${formatHex(address)}, as one before it is.`;
        yield findingIn(table, offset(at, 'address'), message, { other: placeIn(table, sameAddress) });
      }
      bases.set(firstGsi, offset(at, 'firstGsi'));
      addresses.set(address, offset(at, 'address'));
    }
    const lowest = Math.min(...bases.keys());
    for (const { at, source = 0, gsi = 0 } of apics.length === 0 ? [] : ofKind(madt, 'interruptSourceOverride')) {
      if (gsi >= lowest) continue;
      const message = `Interrupt ${source} goes to GSI ${gsi}, and the first I/O APIC begins at ${lowest}.`;
      yield findingIn(table, at + madtFieldOffset('interruptSourceOverride', 'gsi'), message);
    }
    const [override, second] = ofKind(madt, 'localApicAddressOverride');
    if (override !== undefined && second !== undefined) {
      const message = 'There is more than one override of the local APICs’ address.';
      yield findingIn(table, second.at, message, { other: placeIn(table, override.at) });
    }
    const local = value.localApicAddress;
    const uses = ofKind(madt, 'localApic').length > 0;
    const overridden = override !== undefined;
    if (uses && !overridden && (local === 0 || local % LOCAL_APIC_ALIGNMENT !== 0)) {
      const what = local === 0 ? 'is 0' : `is ${formatHex(local)}, not a multiple of ${LOCAL_APIC_ALIGNMENT}`;
      yield findingIn(table, madtOffset('localApicAddress'), `The address of the local APICs ${what}.`);
    }
  }
}

const hex = (value: number) => formatHex(value >>> 0);

export function* reservedBits(subject: CheckedMachine): Generator<Finding> {
  for (const madt of madtsOf(subject)) {
    const { table, value } = madt;
    const known = MADT_FLAG.pcAtCompatible;
    if ((value.flags & ~known) !== 0) {
      const message = `The flags of the MADT are ${hex(value.flags)}; all bits but bit 0 are reserved.`;
      yield findingIn(table, madtOffset('flags'), message);
    }
    for (const kind of ['localApic', 'localX2apic'] as const) {
      for (const { at, flags = 0 } of ofKind(madt, kind)) {
        const both = PROCESSOR_FLAG.enabled | PROCESSOR_FLAG.onlineCapable;
        if ((flags & both) === both) {
          const message = 'The processor is enabled and online-capable; that bit (1) is reserved in an enabled one.';
          yield findingIn(table, at + madtFieldOffset(kind, 'flags'), message, { severity: 'note' });
        }
        const reserved = (flags & ~both) >>> 0;
        if (reserved === 0) continue;
        const message = `The flags of a processor are ${hex(flags)}; the bits ${hex(reserved)} of them are reserved.`;
        yield findingIn(table, at + madtFieldOffset(kind, 'flags'), message);
      }
    }
    yield* gicReserved(madt);
    for (const kind of ['ioApic', 'localApicAddressOverride', 'localX2apic', 'localX2apicNmi'] as const) {
      for (const { at, reserved = 0 } of ofKind(madt, kind)) {
        if (reserved === 0) continue;
        const message = `The reserved bytes of this structure are ${hex(reserved)}.`;
        yield findingIn(table, at + madtFieldOffset(kind, 'reserved'), message);
      }
    }
  }
}

/** The first revision of the MADT with structures of a type, and their lengths since. ACPI 1.0b to 6.6, §5.2.12 */
const SINCE: readonly (readonly [types: readonly number[], revision: number])[] = [
  [[9, 10], 3],
  [[11, 12], 3],
  [[13, 14, 15], 3],
  [[16], 5],
  [[17, 18, 19, 20, 21, 22, 23], 6],
  [[25, 26, 27], 7],
];
const LAST_TYPE = 0x1b;
const FIRST_OEM_TYPE = 0x80;

/** The MADT revision of each FADT version. ACPI 5.0 to 6.5, table 5.19 (5-43 of older ones) */
function revisionBeside(major: number, minor: number): number | undefined {
  if (major !== 6) return undefined;
  if (minor >= 5) return 6;
  return minor >= 3 ? 5 : undefined;
}

export function* structureTypes(subject: CheckedMachine): Generator<Finding> {
  for (const { table, structures } of madtsOf(subject)) {
    const { revision } = table.header;
    const told = new Set<number>();
    for (const { structure, offsetBytes, lengthBytes } of structures) {
      const type = table.bytes[offsetBytes] as number;
      if (told.has(type)) continue;
      const since = SINCE.find(([types]) => types.includes(type))?.[1] ?? 1;
      const least = leastStructureBytes(type);
      if (revision < since) {
        const message = `A structure of type ${type} is in a MADT of revision ${revision}; the type exists from revision ${since} on.`;
        yield findingIn(table, offsetBytes, message, { other: placeIn(table, SDT_OFFSET.revision) });
      } else if (type > LAST_TYPE && type < FIRST_OEM_TYPE) {
        const message = `The structure type ${type} is reserved; OEMs have those from ${formatHex(FIRST_OEM_TYPE)} up.`;
        yield findingIn(table, offsetBytes, message);
      } else if (structure.kind === 'other' && least > 2 && lengthBytes > least) {
        const message = `A structure of type ${type} has ${lengthBytes} bytes, and its type ${least}.`;
        yield findingIn(table, offsetBytes + 1, message);
      } else continue;
      told.add(type);
    }
    const fadt = fadtsOf(subject)[0];
    const wanted = fadt && revisionBeside(fadt.table.header.revision, fadt.value.minorRevision & 0xf);
    if (fadt === undefined || wanted === undefined || revision >= wanted) continue;
    const version = `${fadt.table.header.revision}.${fadt.value.minorRevision & 0xf}`;
    const message = `The MADT has revision ${revision}, and the FADT is of ACPI ${version}, whose MADT has ${wanted}.`;
    yield findingIn(table, SDT_OFFSET.revision, message, {
      severity: 'note',
      other: placeIn(fadt.table, SDT_OFFSET.revision),
    });
  }
}
