import { formatHex } from '../../base/index.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeIn } from '../subject/subject-table.js';
import { findingIn, madtsOf, type PlacedMadt } from './decoded-tables.js';

/** The interrupt controller of Arm machines: its structures of the MADT, which differ in length between revisions. */

/** Types and field offsets. ACPI 6.5 §5.2.12.14 to §5.2.12.18 */
export const GICC = { type: 11, uid: 8, flags: 12, redistributor: 60, mpidr: 68 } as const;
const GICD = { type: 12, base: 8, vectorBase: 16, version: 20 } as const;
const MSI_FRAME = { type: 13, id: 4, base: 8 } as const;
const GICR = { type: 14, base: 4, length: 12 } as const;
const ITS = { type: 15, id: 4, base: 8 } as const;
/** Bytes of a GICC up to the MPIDR, without which an OS cannot use it. */
const GICC_LEAST_BYTES = 76;

interface GicType {
  readonly name: string;
  /** Bytes by the MADT's revision; those of the last row hold for later revisions too. */
  readonly lengths: readonly (readonly [revision: number, lengths: readonly number[]])[];
  /** A shorter one is skipped by Linux, or read past its end. */
  readonly least: number;
}

/** ACPI 5.0, 5.1, 6.0, 6.3 and 6.5 §5.2.12; Linux: BAD_MADT_GICC_ENTRY */
const TYPES: ReadonlyMap<number, GicType> = new Map([
  [
    GICC.type,
    {
      name: 'GICC',
      lengths: [
        [3, [40, 76, 80]],
        [4, [80]],
        [6, [82]],
      ],
      least: GICC_LEAST_BYTES,
    },
  ],
  [GICD.type, { name: 'GICD', lengths: [[3, [24]]], least: 24 }],
  [MSI_FRAME.type, { name: 'GIC MSI frame', lengths: [[3, [24]]], least: 24 }],
  [GICR.type, { name: 'GICR', lengths: [[3, [16]]], least: 16 }],
  [ITS.type, { name: 'GIC ITS', lengths: [[3, [20]]], least: 20 }],
]);

/** Lengths that differ from those of the revision; of structures that are alike only the first is reported. */
function* wrongLengths({ table, structures }: PlacedMadt): Generator<Finding> {
  const { revision } = table.header;
  const reported = new Set<string>();
  for (const { offsetBytes, lengthBytes } of structures) {
    const type = TYPES.get(table.bytes[offsetBytes] as number);
    const lengths = type?.lengths.filter(([since]) => since <= revision).at(-1)?.[1];
    if (type === undefined || lengths === undefined || lengths.includes(lengthBytes)) continue;
    const key = `${type.name} ${lengthBytes}`;
    if (reported.has(key)) continue;
    reported.add(key);
    const message = `A ${type.name} has ${lengthBytes} bytes; in a MADT of revision ${revision} it has ${lengths.join(' or ')}.`;
    yield findingIn(
      table,
      offsetBytes + 1,
      message,
      lengthBytes < type.least ? {} : { severity: 'warning', other: placeIn(table, 8) },
    );
  }
}

/** The fields of a structure, by their offsets from its first byte. */
interface GicStructure {
  readonly at: number;
  readonly u8: (offset: number) => number;
  readonly u32: (offset: number) => number;
  readonly u64: (offset: number) => bigint;
}

/** The structures of a type that are long enough for all its fields. */
export function gicStructures({ table, structures }: PlacedMadt, type: number): readonly GicStructure[] {
  const least = TYPES.get(type)?.least ?? 0;
  return structures.flatMap(({ offsetBytes: at, lengthBytes }) => {
    if (table.bytes[at] !== type || lengthBytes < least) return [];
    const view = new DataView(table.bytes.buffer, table.bytes.byteOffset + at, lengthBytes);
    return [
      {
        at,
        u8: (offset) => view.getUint8(offset),
        u32: (offset) => view.getUint32(offset, true),
        u64: (offset) => view.getBigUint64(offset, true),
      },
    ];
  });
}

const LAST_VERSION = 4;
/** Since GICv3 each frame is 64 KiB, at a multiple of that. Arm IHI 0069 §12.1 */
const FRAME_VERSION = 3;
const FRAME_BYTES = 0x1_0000n;

/** Addresses that are missing or used twice, and IDs that are used twice. */
function* addressesAndIds(madt: PlacedMadt, version: number): Generator<Finding> {
  const { table } = madt;
  const addresses = new Map<bigint, number>();
  for (const [type, name, base, id] of [
    [GICD.type, 'GICD', GICD.base, undefined],
    [MSI_FRAME.type, 'GIC MSI frame', MSI_FRAME.base, MSI_FRAME.id],
    [GICR.type, 'GICR', GICR.base, undefined],
    [ITS.type, 'GIC ITS', ITS.base, ITS.id],
  ] as const) {
    const ids = new Map<number, number>();
    for (const { at, u32, u64 } of gicStructures(madt, type)) {
      const address = u64(base);
      const same = addresses.get(address);
      if (address === 0n) yield findingIn(table, at + base, `A ${name} has no address.`);
      else if (same !== undefined) {
        const message = `A ${name} is at ${formatHex(address)}, where another structure is.`;
        yield findingIn(table, at + base, message, { other: placeIn(table, same) });
      } else if (version >= FRAME_VERSION && type !== MSI_FRAME.type && address % FRAME_BYTES !== 0n) {
        const message = `A ${name} is at ${formatHex(address)}, which is not a multiple of 64 KiB, as GICv${version} requires.`;
        yield findingIn(table, at + base, message, { severity: 'warning' });
      }
      addresses.set(address, at + base);
      if (type === GICR.type && u32(GICR.length) === 0) {
        yield findingIn(table, at + GICR.length, 'A GICR has the length 0: the range of its redistributors is empty.');
      }
      if (id === undefined) continue;
      const number = u32(id);
      const before = ids.get(number);
      if (before !== undefined) {
        const message = `The ID ${number} of a ${name} is also that of an earlier one.`;
        yield findingIn(table, at + id, message, { other: placeIn(table, before) });
      }
      ids.set(number, at + id);
    }
  }
}

/** What an Arm machine needs: one distributor and, since GICv3, redistributors. */
function* incomplete(madt: PlacedMadt, version: number): Generator<Finding> {
  const { table } = madt;
  const processors = gicStructures(madt, GICC.type);
  const [distributor, second] = gicStructures(madt, GICD.type);
  const first = processors[0];
  if (distributor === undefined) {
    if (first !== undefined) yield findingIn(table, first.at, 'There are GICC structures and no GICD.');
    return;
  }
  if (second !== undefined) {
    const message = 'There is more than one GICD; a machine has one distributor.';
    yield findingIn(table, second.at, message, { other: placeIn(table, distributor.at) });
  }
  if (version > LAST_VERSION) {
    const message = `The GICD has the version ${version}; the defined ones are 0 to ${LAST_VERSION}.`;
    yield findingIn(table, distributor.at + GICD.version, message, { severity: 'warning' });
  }
  const without = processors.find(({ u64 }) => u64(GICC.redistributor) === 0n);
  if (version < FRAME_VERSION || without === undefined || gicStructures(madt, GICR.type).length > 0) return;
  const message = `The GIC has version ${version}, and this processor has no redistributor: there is no GICR, and its GICC names none.`;
  yield findingIn(table, without.at + GICC.redistributor, message);
}

/** Affinity levels 0 to 3 of an MPIDR; all other bits are zero. ACPI 6.5 §5.2.12.14 */
const AFFINITY = 0xff_00ff_ffffn;

function* wrongMpidrs(madt: PlacedMadt): Generator<Finding> {
  for (const { at, u32, u64 } of gicStructures(madt, GICC.type)) {
    const reserved = u64(GICC.mpidr) & ~AFFINITY;
    if (reserved === 0n || (u32(GICC.flags) & 1) === 0) continue;
    const message = `The MPIDR ${formatHex(u64(GICC.mpidr))} has the bits ${formatHex(reserved)} set, which hold no affinity level.`;
    yield findingIn(madt.table, at + GICC.mpidr, message);
  }
}

/** What is wrong with the GIC of an Arm machine. */
export function* gicFaults(subject: CheckedMachine): Generator<Finding> {
  for (const madt of madtsOf(subject)) {
    const version = gicStructures(madt, GICD.type)[0]?.u8(GICD.version) ?? 0;
    yield* wrongLengths(madt);
    yield* incomplete(madt, version);
    yield* addressesAndIds(madt, version);
    yield* wrongMpidrs(madt);
  }
}

const GICC_FLAGS = 0b1111;

/** Reserved bits and fields of GIC structures. */
export function* gicReserved(madt: PlacedMadt): Generator<Finding> {
  const { table } = madt;
  for (const { at, u32 } of gicStructures(madt, GICC.type)) {
    const reserved = (u32(GICC.flags) & ~GICC_FLAGS) >>> 0;
    if (reserved === 0) continue;
    const message = `The flags of a GICC are ${formatHex(u32(GICC.flags))}; the bits ${formatHex(reserved)} of them are reserved.`;
    yield findingIn(table, at + GICC.flags, message);
  }
  for (const { at, u32 } of gicStructures(madt, GICD.type)) {
    if (u32(GICD.vectorBase) === 0) continue;
    const message = `The vector base of the GICD is ${u32(GICD.vectorBase)}, and is reserved.`;
    yield findingIn(table, at + GICD.vectorBase, message);
  }
}
