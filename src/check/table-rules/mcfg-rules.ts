import { formatHex, MOST_U64 } from '../../base/index.js';
import { ecamLength, MOST_BUSES } from '../../platform/layout.js';
import {
  type AcpiTable,
  decodeMcfg,
  MCFG_RESERVED_BYTES,
  type McfgAllocation,
  mcfgOffset,
  SDT_HEADER_BYTES,
} from '../../tables/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeIn, type SubjectTable } from '../subject/subject-table.js';
import { decodedTables, findingIn } from './decoded-tables.js';

const BUS_BYTES = ecamLength(1);

const first = ({ base, firstBus }: McfgAllocation) => base + ecamLength(firstBus);
const end = ({ base, lastBus }: McfgAllocation) => base + ecamLength(lastBus + 1);
const buses = ({ firstBus, lastBus }: McfgAllocation) => `${firstBus} to ${lastBus}`;

interface Entry {
  readonly index: number;
  readonly window: McfgAllocation;
}

/** Why an entry is not a window whatever the others are, the field that shows it, and how severe it is. */
function ownFault({ index, window }: Entry): readonly [field: keyof McfgAllocation, message: string] | undefined {
  const { base, firstBus, lastBus } = window;
  const entry = `Entry ${index}`;
  if (base === 0n) return ['base', `${entry} has the base 0: an empty entry, where a window would be.`];
  if (firstBus > lastBus) return ['lastBus', `${entry} is of the buses ${buses(window)}: the last is below the first.`];
  if (base % BUS_BYTES !== 0n) {
    return ['base', `${entry} has the base ${formatHex(base)}, which is not a multiple of 1 MiB, the space of a bus.`];
  }
  if (end(window) - 1n > MOST_U64) return ['base', `${entry} ends past the last address of 64 bits.`];
  return undefined;
}

/** Windows that share neither buses nor addresses, found again in few steps however many there are. */
class SoundWindows {
  /** At most 256 of a segment, since they share no bus. */
  readonly #bySegment = new Map<number, Entry[]>();
  /** By address. */
  readonly #sorted: Entry[] = [];

  /** The number of windows whose first address is below `address`. */
  #countBelow(address: bigint): number {
    let low = 0;
    for (let high = this.#sorted.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (first((this.#sorted[middle] as Entry).window) < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A window that shares a bus or addresses with this one, with the field that shows it and what they share. */
  sharing(window: McfgAllocation): readonly [Entry, keyof McfgAllocation, string] | undefined {
    const { segment, firstBus, lastBus } = window;
    const ofBus = this.#bySegment
      .get(segment)
      ?.find((each) => each.window.firstBus <= lastBus && firstBus <= each.window.lastBus);
    if (ofBus !== undefined) {
      return [ofBus, 'firstBus', `bus ${Math.max(ofBus.window.firstBus, firstBus)} of segment ${segment}`];
    }
    // The last window that begins before the end of this one reaches furthest of all that do.
    const before = this.#sorted[this.#countBelow(end(window)) - 1];
    return before !== undefined && end(before.window) > first(window) ? [before, 'base', 'addresses'] : undefined;
  }

  add(entry: Entry): void {
    const { segment } = entry.window;
    const same = this.#bySegment.get(segment);
    if (same) same.push(entry);
    else this.#bySegment.set(segment, [entry]);
    this.#sorted.splice(this.#countBelow(first(entry.window)), 0, entry);
  }
}

interface SortedEntries {
  /** Entries that are windows, and overlap none before them. */
  readonly sound: readonly Entry[];
  readonly findings: readonly Finding[];
}

/** Tells the entries of an MCFG that can be believed from the others. */
function sortEntries(table: Pick<SubjectTable, 'file'>, windows: readonly McfgAllocation[]): SortedEntries {
  const sound: Entry[] = [];
  const known = new SoundWindows();
  const findings: Finding[] = [];
  for (const [index, window] of windows.entries()) {
    const own = ownFault({ index, window });
    if (own !== undefined) {
      findings.push(findingIn(table, mcfgOffset(index, own[0]), own[1]));
      continue;
    }
    const sharing = known.sharing(window);
    if (sharing === undefined) {
      const entry = { index, window };
      sound.push(entry);
      known.add(entry);
      continue;
    }
    const [other, field, what] = sharing;
    const message = `Entry ${index} (buses ${buses(window)}, base ${formatHex(window.base)}) has ${what}, and so has entry ${other.index}.`;
    const place = placeIn(table, mcfgOffset(other.index, field));
    findings.push(findingIn(table, mcfgOffset(index, field), message, { other: place }));
  }
  return { sound, findings };
}

/** The windows of an MCFG that other rules can go by: the entries in which nothing is wrong. */
export function soundAllocations(table: AcpiTable & Pick<SubjectTable, 'file'>): readonly McfgAllocation[] {
  return sortEntries(table, decodeMcfg(table).value ?? []).sound.map(({ window }) => window);
}

function* wrongEntries(subject: CheckedMachine): Generator<Finding> {
  for (const { table, value } of decodedTables(subject, 'MCFG', decodeMcfg)) {
    yield* sortEntries(table, value).findings;
    if (value.length > 0 || table.bytes.length > SDT_HEADER_BYTES + MCFG_RESERVED_BYTES) continue;
    yield findingIn(table, table.bytes.length, 'There are no entries, so the table describes no window.', {
      severity: 'warning',
    });
  }
}

/** The space of as many buses, rounded up to a power of two. */
function naturalAlignment(lastBus: number): bigint {
  let count = 1;
  while (count < lastBus + 1 && count < MOST_BUSES) count *= 2;
  return ecamLength(count);
}

function* looseAlignment(subject: CheckedMachine): Generator<Finding> {
  for (const { table, value } of decodedTables(subject, 'MCFG', decodeMcfg)) {
    for (const { index, window } of sortEntries(table, value).sound) {
      const alignment = naturalAlignment(window.lastBus);
      if (window.base % alignment === 0n) continue;
      const message = `Entry ${index} has the base ${formatHex(window.base)}, which is not a multiple of ${alignment >> 20n} MiB, as buses up to ${window.lastBus} need.`;
      yield findingIn(table, mcfgOffset(index, 'base'), message);
    }
  }
}

function* reservedBytes(subject: CheckedMachine): Generator<Finding> {
  for (const { table, value } of decodedTables(subject, 'MCFG', decodeMcfg)) {
    const places = [
      [SDT_HEADER_BYTES, MCFG_RESERVED_BYTES, 'after the header'],
      ...value.map((_, index) => [mcfgOffset(index, 'reserved'), 4, `of entry ${index}`] as const),
    ] as const;
    for (const [at, count, where] of places) {
      const wrong = table.bytes.subarray(at, at + count).findIndex((byte) => byte !== 0);
      if (wrong < 0) continue;
      const value = formatHex(table.bytes[at + wrong] as number, 2);
      yield findingIn(table, at + wrong, `A reserved byte ${where} is ${value}.`);
    }
  }
}

/** What is wrong with an MCFG by itself. */
export const MCFG_RULES: readonly Rule[] = [
  {
    code: 'TABLE_MCFG_ENTRY',
    family: 'table',
    severity: 'error',
    what: 'An entry of the MCFG is not a window: its base is 0 or not a multiple of 1 MiB, its last bus is below its first, or it overlaps the buses or addresses of an earlier entry. A table without entries is a warning.',
    why: 'A register’s address is the base ORed with bus, device, function and register, so with an unaligned base another function is read. If a bus is listed twice, systems differ in which window they use.',
    cure: 'Write the address of bus 0, even if the first bus is not 0. If the table has an entry too many, shorten it.',
    source: 'PCI Firmware 3.3 §4.1.2, PCI Express 6.0 §7.2.2',
    find: wrongEntries,
  },
  {
    code: 'TABLE_MCFG_ALIGNMENT',
    family: 'table',
    severity: 'warning',
    what: 'The base of an MCFG entry is not a multiple of its buses’ space, rounded up to a power of two.',
    why: 'Hardware decodes a window by comparing the upper bits of an address, so such a window wraps around or cannot be programmed.',
    cure: 'Place 256 buses at a multiple of 256 MiB, 64 at a multiple of 64 MiB.',
    source: 'PCI Express 6.0 §7.2.2',
    find: looseAlignment,
  },
  {
    code: 'TABLE_MCFG_RESERVED',
    family: 'table',
    severity: 'warning',
    what: 'A reserved byte of the MCFG is not zero.',
    why: 'It suggests that an entry begins at the wrong offset.',
    cure: 'Write zero: eight bytes after the header, and four at the end of each entry.',
    source: 'PCI Firmware 3.3 §4.1.2',
    find: reservedBytes,
  },
];
