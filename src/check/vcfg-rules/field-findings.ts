import { ACCESS_TYPES, UPDATE_RULES } from '../../aml/grammar/keywords.js';
import { displayName } from '../../aml/index.js';
import { windowLengthBytes } from '../../guest/index.js';
import { MOST_BUSES } from '../../platform/layout.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT } from '../../platform/vfio-profile.js';
import type { Access } from '../../vocab/index.js';
import { locationAt, showAddress } from '../rules/describe-place.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import { addressMistakes, describeDifference, type Mistake } from './explain-difference.js';
import { atField, bitsOf, DWORD_BITS, listed, showBit } from './field-text.js';
import { PAGE_BYTES, type WindowField, windowRegions } from './window-regions.js';

const PAGE_BITS = PAGE_BYTES * 8;

type Placed = WindowField & { readonly firstBit: number };

function* placed(subject: CheckedMachine): Generator<Placed> {
  for (const view of windowRegions(subject).fields) if (view.firstBit !== undefined) yield view as Placed;
}

const isMoved = ({ expected, firstBit }: Placed): boolean => expected !== undefined && expected.firstBit !== firstBit;

const isDisplaced = ({ expected, firstBit, field }: Placed): boolean =>
  expected !== undefined && (expected.firstBit !== firstBit || (expected.bits ?? field.bits) !== field.bits);

/** Mistakes that would move a run of bits from one place to the other; looked for where it moved by whole bytes or dwords. */
function offsetMistakes(base: bigint, givenBit: number, rightBit: number): readonly Mistake[] {
  // A table may name a place past the last bus.
  if (rightBit / 8 >= windowLengthBytes(MOST_BUSES)) return [];
  const bit = rightBit % DWORD_BITS;
  const isSameBit = givenBit % DWORD_BITS === bit;
  if (!isSameBit && (bit !== 0 || givenBit % 8 !== 0)) return [];
  const given = isSameBit ? givenBit - bit : givenBit;
  return addressMistakes(base + BigInt(given / 8), locationAt((rightBit - bit) / 8), base);
}

const FROM_ONE_FILE = 'Generate the header again, from the platform file that the table is made from.';

export function* wrongOffset(subject: CheckedMachine): Generator<Finding> {
  const base = subject.window.base ?? 0n;
  const views = [...placed(subject)];
  const displaced = new Set(views.filter(isMoved).map(({ field }) => field.path));
  for (const view of views) {
    const { expected, firstBit, region } = view;
    if (expected === undefined || !isMoved(view)) continue;
    // A header's field moves with its register, which has a finding of its own.
    if (expected.within !== undefined && displaced.has(`${region.expected?.path}.${expected.within}`)) continue;
    // With a header alone, AML's page is taken as right and the driver as wrong.
    const isHeader = region.expected?.described === undefined;
    const [given, right] = isHeader ? [expected.firstBit, firstBit] : [firstBit, expected.firstBit];
    const says = `AML says ${showBit(subject, firstBit)}, the driver ${showBit(subject, expected.firstBit)}`;
    const more = isHeader
      ? { cure: FROM_ONE_FILE, ...(expected.place === undefined ? {} : { explains: [expected.place] }) }
      : {};
    const [givenByte, rightByte] = [Math.floor(given / 8), Math.floor(right / 8)];
    if (givenByte === rightByte) {
      yield atField(view, `${says}, ${bitsOf(Math.abs(given - right))} apart.`, more);
      continue;
    }
    const [a, b] = [base + BigInt(givenByte), base + BigInt(rightByte)];
    const who = isHeader ? 'the driver' : 'AML';
    yield atField(view, `${says}: ${describeDifference(a, b, who, offsetMistakes(base, given, right))}.`, more);
  }
}

export function* wrongWidth(subject: CheckedMachine): Generator<Finding> {
  for (const view of placed(subject)) {
    const { expected, firstBit, field } = view;
    if (expected?.bits === undefined || expected.bits === field.bits) continue;
    const message = `AML gives it ${bitsOf(field.bits)} at ${showBit(subject, firstBit)}, the driver ${expected.bits}.`;
    yield atField(view, message);
  }
}

/** What accesses of each type do to a trapped register. crosvm f1e797a devices/src/pci/pci_root.rs:889-990 */
const EFFECTS: readonly { readonly types: readonly string[]; readonly bytes: string; readonly effect: string }[] = [
  {
    types: ['AnyAcc', 'ByteAcc'],
    bytes: '1 byte',
    effect: 'crosvm ends the VM on such a read, other VMMs return 0, and writes are dropped',
  },
  {
    types: ['WordAcc'],
    bytes: '2 bytes',
    effect: 'crosvm ends the VM on such a read, other VMMs return 0, and writes are dropped',
  },
  { types: ['QWordAcc'], bytes: '8 bytes', effect: 'reads return 0, and writes are dropped' },
  { types: ['BufferAcc'], bytes: 'any length', effect: 'reads return 0, and writes are dropped' },
];

/** One finding for each Field, since that is where the access type is written. */
export function* wrongAccess(subject: CheckedMachine): Generator<Finding> {
  const byField = new Map<string, WindowField[]>();
  for (const view of windowRegions(subject).fields) {
    const { field, page } = view;
    if (page !== 'trapped' || ACCESS_TYPES[field.access] === 'DWordAcc') continue;
    const { table, term } = field.declared;
    const key = `${table.file} ${term.start} ${field.access}`;
    const same = byField.get(key);
    if (same) same.push(view);
    else byField.set(key, [view]);
  }
  for (const views of byField.values()) {
    const [first] = views as [WindowField];
    const type = ACCESS_TYPES[first.field.access];
    const row = EFFECTS.find(({ types }) => type !== undefined && types.includes(type));
    const names = listed(views.map(({ field }) => displayName(field.name)));
    const what = type ?? `of access type ${first.field.access}`;
    const width = type === 'AnyAcc' ? '1 byte in Linux' : (row?.bytes ?? 'an unknown width');
    const at = first.firstBit === undefined ? 'the trapped page' : showBit(subject, first.firstBit);
    const message = `The Field of ${names} is ${what}, so the guest accesses ${at} ${width} at a time: ${row?.effect ?? 'what the guest reads is undefined'}.`;
    yield atField(first, message);
  }
}

export function* crossing(subject: CheckedMachine): Generator<Finding> {
  for (const view of placed(subject)) {
    const { firstBit, field, page } = view;
    if (page !== 'trapped' || isDisplaced(view) || field.bits === 0) continue;
    const first = Math.floor(firstBit / DWORD_BITS);
    const last = Math.floor((firstBit + field.bits - 1) / DWORD_BITS);
    if (first === last || (firstBit % PAGE_BITS) + field.bits > PAGE_BITS) continue;
    const isWhole = firstBit % DWORD_BITS === 0 && field.bits % DWORD_BITS === 0;
    const message = `Its ${field.bits} bits at ${showBit(subject, firstBit)} span ${last - first + 1} registers, so each access causes ${last - first + 1} exits, and the device sees them one after the other.`;
    yield atField(view, message, isWhole ? { severity: 'warning' } : {});
  }
}

export function* pastPage(subject: CheckedMachine): Generator<Finding> {
  for (const view of placed(subject)) {
    const { firstBit, field, region } = view;
    if (region.start === undefined || region.address === undefined) continue;
    const end = (Math.floor(region.start / PAGE_BYTES) + 1) * PAGE_BITS;
    if (firstBit + field.bits <= end) continue;
    const next = region.page === 'trapped' ? 'the shared page' : 'the next function';
    const over = firstBit + field.bits - end;
    const message = `It ends ${bitsOf(over)} after its page, whose last byte is ${showAddress(subject, BigInt(end / 8 - 1))}: in ${next}, or Linux refuses the access (AE_AML_REGION_LIMIT).`;
    yield atField(view, message, { explains: [placeOf(field.declared)] });
  }
}

const MAILBOX = new Set([...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT].map(({ name }) => name));

/** Fields that share bits although neither lies within the other. (A field within a register's is normal.) */
export function* overlapping(subject: CheckedMachine): Generator<Finding> {
  const sorted = [...placed(subject)]
    // In the vfio profile, a request's arguments and its result overlap by design.
    .filter(
      (view) => !isDisplaced(view) && view.field.bits > 0 && !(view.page === 'shared' && MAILBOX.has(view.field.name)),
    )
    .sort((a, b) => a.firstBit - b.firstBit || b.field.bits - a.field.bits);
  const open: Placed[] = [];
  const endOfBits = (view: Placed) => view.firstBit + view.field.bits;
  for (const view of sorted) {
    while (open.length > 0 && endOfBits(open.at(-1) as Placed) <= view.firstBit) open.pop();
    const around = open.at(-1);
    if (around !== undefined && endOfBits(around) < endOfBits(view)) {
      const shared = endOfBits(around) - view.firstBit;
      const message = `It begins at ${showBit(subject, view.firstBit)}, but ${displayName(around.field.path)} ends ${bitsOf(shared)} after that: writing one changes the other.`;
      yield atField(view, message, { other: placeOf(around.field.declared) });
      continue;
    }
    open.push(view);
  }
}

/** Update rules that do no harm to the register's other bits, by the register's access; undefined: all of them. */
const HARMLESS: Readonly<Record<Access, readonly string[] | undefined>> = {
  rw: ['Preserve'],
  w1c: ['WriteAsZeros'],
  w1s: ['WriteAsZeros'],
  wo: ['WriteAsZeros', 'WriteAsOnes'],
  ro: undefined,
  rc: undefined,
};

const UPDATE_EFFECTS: Readonly<Record<string, string>> = {
  rw: 'changes the bits beside it',
  w1c: 'clears every other bit that is set',
  w1s: 'sets bits that were not asked for',
  wo: 'first reads the register, which cannot be read, and writes that value back',
};

export function* wrongUpdate(subject: CheckedMachine): Generator<Finding> {
  for (const view of placed(subject)) {
    const { expected, field, page } = view;
    if (page !== 'trapped' || expected?.access === undefined || field.bits >= DWORD_BITS) continue;
    const harmless = expected.updates === 'all' ? undefined : (expected.updates ?? HARMLESS[expected.access]);
    const rule = UPDATE_RULES[field.update] ?? `update rule ${field.update}`;
    if (harmless === undefined || harmless.includes(rule)) continue;
    const message = `Its update rule is ${rule}, but its register is ${expected.access}: a write ${UPDATE_EFFECTS[expected.access]}.`;
    yield atField(view, message, { cure: `Declare it in a Field with ${harmless.join(' or ')}.` });
  }
}
