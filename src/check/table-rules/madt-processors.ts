import { displayName, joinPath } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import { madtFieldOffset, type PlacedMadtStructure, PROCESSOR_FLAG } from '../../tables/index.js';
import { certainObject, devicesOf, identifierText, integerObject } from '../aml-rules/facts/devices.js';
import { surveyOf } from '../aml-rules/facts/survey.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import { placeIn } from '../subject/subject-table.js';
import { findingIn, madtsOf, type PlacedMadt } from './decoded-tables.js';
import { GICC, gicStructures } from './madt-gic.js';

/** A processor of a MADT, and the offsets of what identifies it. */
interface ProcessorEntry {
  readonly uid: bigint;
  readonly uidOffset: number;
  /** APIC ID, MPIDR of an Arm processor, or hart ID of a RISC-V one. */
  readonly id: bigint;
  readonly idOffset: number;
  readonly idName: 'APIC ID' | 'MPIDR' | 'hart ID';
  /** Enabled, or able to be: others only keep a place. */
  readonly counts: boolean;
  readonly x2apic: boolean;
}

const COUNTS = PROCESSOR_FLAG.enabled | PROCESSOR_FLAG.onlineCapable;
/** The processors of GICC structures. ACPI 6.5 §5.2.12.14 */
function gicProcessors(madt: PlacedMadt): ProcessorEntry[] {
  return gicStructures(madt, GICC.type).map(({ at, u32, u64 }) => ({
    uid: BigInt(u32(GICC.uid)),
    uidOffset: at + GICC.uid,
    id: u64(GICC.mpidr),
    idOffset: at + GICC.mpidr,
    idName: 'MPIDR',
    counts: (u32(GICC.flags) & PROCESSOR_FLAG.enabled) !== 0,
    x2apic: false,
  }));
}

/** Offsets within a RINTC structure, the processor of a RISC-V machine. ACPI 6.6 §5.2.12.24 */
const RINTC = { type: 0x18, flags: 4, hart: 8, uid: 16, leastBytes: 20 };

function riscvProcessors(madt: PlacedMadt): ProcessorEntry[] {
  const structures = madt.structures.filter(({ lengthBytes }) => lengthBytes >= RINTC.leastBytes);
  return gicStructures({ ...madt, structures }, RINTC.type).map(({ at, u32, u64 }) => ({
    uid: BigInt(u32(RINTC.uid)),
    uidOffset: at + RINTC.uid,
    id: u64(RINTC.hart),
    idOffset: at + RINTC.hart,
    idName: 'hart ID',
    counts: (u32(RINTC.flags) & COUNTS) !== 0,
    x2apic: false,
  }));
}

function processorsOf(madt: PlacedMadt): ProcessorEntry[] {
  const local = madt.structures.flatMap(({ structure, offsetBytes: at }): ProcessorEntry[] => {
    if (structure.kind === 'localApic') {
      return [
        {
          uid: BigInt(structure.processorUid ?? 0),
          uidOffset: at + madtFieldOffset('localApic', 'processorUid'),
          id: BigInt(structure.apicId ?? 0),
          idOffset: at + madtFieldOffset('localApic', 'apicId'),
          idName: 'APIC ID',
          counts: ((structure.flags ?? 0) & COUNTS) !== 0,
          x2apic: false,
        },
      ];
    }
    if (structure.kind === 'localX2apic') {
      return [
        {
          uid: BigInt(structure.processorUid ?? 0),
          uidOffset: at + madtFieldOffset('localX2apic', 'processorUid'),
          id: BigInt(structure.x2apicId ?? 0),
          idOffset: at + madtFieldOffset('localX2apic', 'x2apicId'),
          idName: 'APIC ID',
          counts: ((structure.flags ?? 0) & COUNTS) !== 0,
          x2apic: true,
        },
      ];
    }
    return [];
  });
  return [...local, ...gicProcessors(madt), ...riscvProcessors(madt)];
}

/** APIC IDs that mean all processors. ACPI 6.5 §5.2.12.2, §5.2.12.12 */
const ALL_APICS = 0xffn;
const ALL_X2APICS = 0xffff_ffffn;

/** What is there again, after the first with its key. */
function* repeated<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => unknown,
): Generator<readonly [first: Item, again: Item]> {
  const known = new Map<unknown, Item>();
  for (const item of items) {
    const key = keyOf(item);
    const first = known.get(key);
    if (first === undefined) known.set(key, item);
    else yield [first, item];
  }
}

export function* duplicateIds(subject: CheckedMachine): Generator<Finding> {
  for (const madt of madtsOf(subject)) {
    const { table, structures } = madt;
    const counting = processorsOf(madt).filter(({ counts }) => counts);
    for (const [first, { uid, uidOffset }] of repeated(counting, ({ uid }) => uid)) {
      const other = placeIn(table, first.uidOffset);
      yield findingIn(table, uidOffset, `The UID ${uid} is the one of an enabled processor before it.`, { other });
    }
    for (const [first, { id, idOffset, idName }] of repeated(counting, ({ id, idName }) => `${idName} ${id}`)) {
      const message = `The ${idName} ${formatHex(id)} is the one of an enabled processor before it.`;
      yield findingIn(table, idOffset, message, { other: placeIn(table, first.idOffset) });
    }
    for (const { id, idOffset, idName, x2apic } of counting) {
      if (idName === 'APIC ID' && id === (x2apic ? ALL_X2APICS : ALL_APICS)) {
        yield findingIn(
          table,
          idOffset,
          `The APIC ID of an enabled processor is ${formatHex(id)}, which means all of them.`,
        );
      }
    }
    // All processors may be x2APIC entries; beside local APICs, those whose IDs fit there belong there. §5.2.12.12
    const mixed = counting.some(({ idName, x2apic }) => idName === 'APIC ID' && !x2apic);
    const small = counting.filter(({ id, x2apic }) => x2apic && id < ALL_APICS);
    if (mixed && small[0] !== undefined) {
      const more = small.length === 1 ? '' : ` ${small.length - 1} more are like it.`;
      const message = `The x2APIC ID ${formatHex(small[0].id)} fits a local APIC entry, which other processors here have.${more}`;
      yield findingIn(table, small[0].idOffset, message, { severity: 'warning' });
    }
    const ioApics = structures.filter(({ structure }) => structure.kind === 'ioApic');
    const idOf = ({ structure }: PlacedMadtStructure) => (structure.kind === 'ioApic' ? (structure.ioApicId ?? 0) : 0);
    for (const [first, again] of repeated(ioApics, idOf)) {
      const offset = madtFieldOffset('ioApic', 'ioApicId');
      const message = `The ID ${idOf(again)} is the one of an I/O APIC before it.`;
      yield findingIn(table, again.offsetBytes + offset, message, {
        other: placeIn(table, first.offsetBytes + offset),
      });
    }
  }
}

/** Inputs of a local APIC for such interrupts. */
const LAST_LINT = 1;
const RESERVED_INTI = 0xfff0;

/** Why MPS INTI flags cannot be; undefined if they can. ACPI 6.5 §5.2.12.5, table 5.26 */
export function intiFault(flags: number): string | undefined {
  if ((flags & RESERVED_INTI) !== 0) return `the bits ${formatHex(flags & RESERVED_INTI)} are reserved`;
  if ((flags & 0b11) === 0b10) return 'the polarity 2 is reserved';
  return (flags & 0b1100) === 0b1000 ? 'the trigger mode 2 is reserved' : undefined;
}

/** UIDs that mean all processors in an NMI entry. */
const ALL_UIDS = { localApicNmi: 0xffn, localX2apicNmi: 0xffff_ffffn } as const;

const ALL = 'all';

/** What an NMI entry is about: the same for all processors in entries of both kinds. */
function nmiKey(
  kind: keyof typeof ALL_UIDS,
  { processorUid = 0, lint = 0 }: { processorUid?: number; lint?: number },
): string {
  return `${BigInt(processorUid) === ALL_UIDS[kind] ? ALL : processorUid} ${lint}`;
}

export function* wrongNmis(subject: CheckedMachine): Generator<Finding> {
  for (const madt of madtsOf(subject)) {
    const { table, structures } = madt;
    const uids = new Set(processorsOf(madt).map(({ uid }) => uid));
    const seen = new Map<string, number>();
    for (const { structure, offsetBytes: at } of structures) {
      const { kind } = structure;
      if (kind !== 'localApicNmi' && kind !== 'localX2apicNmi' && kind !== 'nmiSource') continue;
      const fault = intiFault(structure.flags ?? 0);
      if (fault !== undefined) {
        const message = `The flags of an NMI are ${formatHex(structure.flags ?? 0, 4)}: ${fault}.`;
        yield findingIn(table, at + madtFieldOffset(kind, 'flags'), message);
      }
      const key = kind === 'nmiSource' ? `GSI ${structure.gsi}` : nmiKey(kind, structure);
      const before = seen.get(key) ?? (kind === 'nmiSource' ? undefined : seen.get(`${ALL} ${structure.lint}`));
      if (before === undefined) seen.set(key, at);
      else {
        const what = kind === 'nmiSource' ? `of ${key}` : `at LINT ${structure.lint} of the processor`;
        const message = `There is an earlier entry for the NMI ${what}.`;
        yield findingIn(table, at, message, { other: placeIn(table, before) });
      }
      if (kind === 'nmiSource') continue;
      const uid = BigInt(structure.processorUid ?? 0);
      if (uid !== ALL_UIDS[kind] && !uids.has(uid)) {
        const message = `An NMI is for the processor of UID ${uid}, and no entry has that UID.`;
        yield findingIn(table, at + madtFieldOffset(kind, 'processorUid'), message);
      }
      if ((structure.lint ?? 0) > LAST_LINT) {
        const message = `An NMI is at LINT ${structure.lint}; a local APIC has LINT 0 and 1.`;
        yield findingIn(table, at + madtFieldOffset(kind, 'lint'), message);
      }
    }
  }
}

/** A processor that AML declares. */
interface ProcessorDevice {
  /** Undefined if only running the tables tells it. */
  readonly uid: bigint | undefined;
  readonly finding: Omit<Finding, 'message'>;
  readonly name: string;
}

const PROCESSOR_ID = 'ACPI0007';

function processorDevices(subject: CheckedMachine): ProcessorDevice[] {
  const old = surveyOf(subject)
    .visits('Processor')
    .map(({ term, site }): ProcessorDevice => {
      const [segment, uid] = term.operands;
      const name = displayName(joinPath(site.scope, segment));
      return { uid: BigInt(uid), name, finding: { place: placeIn(site.table, term.start, name) } };
    });
  const devices = [...devicesOf(subject).values()].flatMap((device): ProcessorDevice[] => {
    const hid = certainObject(device, '_HID');
    const id = hid?.term.op === 'Name' ? identifierText(hid.term.operands[1]) : undefined;
    if (id !== PROCESSOR_ID) return [];
    const uid = integerObject(device, '_UID');
    return [{ uid, name: displayName(device.path), finding: { place: placeOf(device.declared) } }];
  });
  return [...old, ...devices];
}

export function* processorsWithoutDevices(subject: CheckedMachine): Generator<Finding> {
  const [madt] = madtsOf(subject);
  // What was not understood of the AML may hold processors.
  const isWhole = subject.loaded.every(({ decoded }) =>
    decoded?.diagnostics.every(({ severity }) => severity !== 'error'),
  );
  if (madt === undefined || subject.dsdt === undefined || !isWhole) return;
  const { table } = madt;
  const entries = processorsOf(madt);
  const devices = processorDevices(subject);
  const [first] = entries.filter(({ counts }) => counts);
  if (devices.length === 0) {
    if (first === undefined) return;
    const message = 'The MADT has enabled processors, and the AML that is given declares none.';
    yield findingIn(table, first.uidOffset, message, { severity: 'note' });
    return;
  }
  const declared = new Set(devices.map(({ uid }) => uid));
  if (!declared.has(undefined)) {
    for (const { uid, uidOffset, counts } of entries) {
      if (!counts || declared.has(uid)) continue;
      yield findingIn(table, uidOffset, `No processor device in AML has the UID ${uid} of this entry.`);
    }
  }
  const known = new Set(entries.map(({ uid }) => uid));
  const [surplus, ...others] = devices.filter(({ uid }) => uid !== undefined && !known.has(uid));
  if (surplus === undefined) return;
  const more = others.length === 0 ? '' : ` ${others.length} more have none either.`;
  const message = `No entry of the MADT has the UID ${surplus.uid} of ${surplus.name}.${more}`;
  yield { ...surplus.finding, message, severity: 'note', other: placeIn(table, 0) };
}
