import { ACCESS_TYPES, UPDATE_RULES } from '../../aml/grammar/keywords.js';
import { displayName } from '../../aml/index.js';
import { windowLengthBytes } from '../../guest/index.js';
import { MOST_BUSES } from '../../platform/layout.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT } from '../../platform/vfio-profile.js';
import type { Access } from '../../vocab/index.js';
import { locationAt, showAddress } from '../rules/describe-place.js';
import type { Finding } from '../rules/rule.js';
import { placeOf } from '../subject/machine-names.js';
import type { Subject } from '../subject/subject.js';
import { addressMistakes, describeDifference, type Mistake } from './explain-difference.js';
import { atField, bitsOf, DWORD_BITS, listed, showBit } from './field-text.js';
import { type FieldView, PAGE_BYTES, sidesOf } from './sides.js';

const PAGE_BITS = PAGE_BYTES * 8;

type Placed = FieldView & { readonly firstBit: number };

function* placed(subject: Subject): Generator<Placed> {
  for (const view of sidesOf(subject).fields) if (view.firstBit !== undefined) yield view as Placed;
}

const isMoved = ({ wanted, firstBit }: Placed): boolean => wanted !== undefined && wanted.firstBit !== firstBit;

const isDisplaced = ({ wanted, firstBit, field }: Placed): boolean =>
  wanted !== undefined && (wanted.firstBit !== firstBit || (wanted.bits ?? field.bits) !== field.bits);

/** Mistakes that put a run of bits elsewhere, as far as the same bit of another dword, or whole bytes, tell. */
function offsetMistakes(base: bigint, givenBit: number, rightBit: number): readonly Mistake[] {
  // What a table says may lie behind the last bus.
  if (rightBit / 8 >= windowLengthBytes(MOST_BUSES)) return [];
  const bit = rightBit % DWORD_BITS;
  const isSameBit = givenBit % DWORD_BITS === bit;
  if (!isSameBit && (bit !== 0 || givenBit % 8 !== 0)) return [];
  const given = isSameBit ? givenBit - bit : givenBit;
  return addressMistakes(base + BigInt(given / 8), locationAt((rightBit - bit) / 8), base);
}

const FROM_ONE_FILE = 'Generate the header again, from the platform file that the table is made from.';

export function* wrongOffset(subject: Subject): Generator<Finding> {
  const base = subject.window.base ?? 0n;
  const views = [...placed(subject)];
  const displaced = new Set(views.filter(isMoved).map(({ field }) => field.path));
  for (const view of views) {
    const { wanted, firstBit, region } = view;
    if (wanted === undefined || !isMoved(view)) continue;
    // A header's field moves with its register, of which that is said.
    if (wanted.within !== undefined && displaced.has(`${region.wanted?.path}.${wanted.within}`)) continue;
    // Of a header alone it is the driver that departs from where AML has the function's page.
    const isHeader = region.wanted?.described === undefined;
    const [given, right] = isHeader ? [wanted.firstBit, firstBit] : [firstBit, wanted.firstBit];
    const says = `AML says ${showBit(subject, firstBit)}, the driver ${showBit(subject, wanted.firstBit)}`;
    const more = isHeader
      ? { cure: FROM_ONE_FILE, ...(wanted.place === undefined ? {} : { explains: [wanted.place] }) }
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

export function* wrongWidth(subject: Subject): Generator<Finding> {
  for (const view of placed(subject)) {
    const { wanted, firstBit, field } = view;
    if (wanted?.bits === undefined || wanted.bits === field.bits) continue;
    const message = `AML gives it ${bitsOf(field.bits)} at ${showBit(subject, firstBit)}, the driver ${wanted.bits}.`;
    yield atField(view, message);
  }
}

/** What becomes of accesses of each type to a trapped register. facts: crosvm f1e797a devices/src/pci/pci_root.rs:889-990 */
const EFFECTS: readonly { readonly types: readonly string[]; readonly bytes: string; readonly effect: string }[] = [
  {
    types: ['AnyAcc', 'ByteAcc'],
    bytes: '1 byte',
    effect: 'crosvm ends the VM at such a read, other devices give 0, and writes are dropped',
  },
  {
    types: ['WordAcc'],
    bytes: '2 bytes',
    effect: 'crosvm ends the VM at such a read, other devices give 0, and writes are dropped',
  },
  { types: ['QWordAcc'], bytes: '8 bytes', effect: 'reads give 0, and writes are dropped' },
  { types: ['BufferAcc'], bytes: 'any length', effect: 'reads give 0, and writes are dropped' },
];

/** One finding for each Field, since that is where the access type is written. */
export function* wrongAccess(subject: Subject): Generator<Finding> {
  const byField = new Map<string, FieldView[]>();
  for (const view of sidesOf(subject).fields) {
    const { field, page } = view;
    if (page !== 'trapped' || ACCESS_TYPES[field.access] === 'DWordAcc') continue;
    const { table, term } = field.declared;
    const key = `${table.file} ${term.start} ${field.access}`;
    const same = byField.get(key);
    if (same) same.push(view);
    else byField.set(key, [view]);
  }
  for (const views of byField.values()) {
    const [first] = views as [FieldView];
    const type = ACCESS_TYPES[first.field.access];
    const row = EFFECTS.find(({ types }) => type !== undefined && types.includes(type));
    const names = listed(views.map(({ field }) => displayName(field.name)));
    const what = type ?? `of access type ${first.field.access}`;
    const width = type === 'AnyAcc' ? '1 byte in Linux' : (row?.bytes ?? 'an unknown width');
    const at = first.firstBit === undefined ? 'the trapped page' : showBit(subject, first.firstBit);
    const message = `The Field of ${names} is ${what}, so the guest accesses ${at} with ${width} at a time: ${row?.effect ?? 'what the guest reads is not defined'}.`;
    yield atField(first, message);
  }
}

export function* crossing(subject: Subject): Generator<Finding> {
  for (const view of placed(subject)) {
    const { firstBit, field, page } = view;
    if (page !== 'trapped' || isDisplaced(view) || field.bits === 0) continue;
    const first = Math.floor(firstBit / DWORD_BITS);
    const last = Math.floor((firstBit + field.bits - 1) / DWORD_BITS);
    if (first === last || (firstBit % PAGE_BITS) + field.bits > PAGE_BITS) continue;
    const isWhole = firstBit % DWORD_BITS === 0 && field.bits % DWORD_BITS === 0;
    const message = `Its ${field.bits} bits at ${showBit(subject, firstBit)} lie in ${last - first + 1} registers, so that each access of it is ${last - first + 1} exits, and the device sees them one after the other.`;
    yield atField(view, message, isWhole ? { severity: 'warning' } : {});
  }
}

export function* pastPage(subject: Subject): Generator<Finding> {
  for (const view of placed(subject)) {
    const { firstBit, field, region } = view;
    if (region.start === undefined || region.address === undefined) continue;
    const end = (Math.floor(region.start / PAGE_BYTES) + 1) * PAGE_BITS;
    if (firstBit + field.bits <= end) continue;
    const behind = region.page === 'trapped' ? 'the shared page' : 'the next function';
    const over = firstBit + field.bits - end;
    const message = `It ends ${bitsOf(over)} behind the page, whose last byte is ${showAddress(subject, BigInt(end / 8 - 1))}: in ${behind}, or Linux refuses the access (AE_AML_REGION_LIMIT).`;
    yield atField(view, message, { explains: [placeOf(field.declared)] });
  }
}

const MAILBOX = new Set([...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT].map(({ name }) => name));

/** Fields of which each has bits that the other has not. One within another is how a register and its fields are declared. */
export function* overlapping(subject: Subject): Generator<Finding> {
  const sorted = [...placed(subject)]
    // The profile lays a request's arguments and its result over each other.
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
      const message = `It begins at ${showBit(subject, view.firstBit)}, and ${displayName(around.field.path)} ends ${bitsOf(shared)} behind that: a write of one changes the other.`;
      yield atField(view, message, { other: placeOf(around.field.declared) });
      continue;
    }
    open.push(view);
  }
}

/** Update rules that leave the bits beside a field alone, by what the register does; undefined: all of them. */
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
  w1s: 'sets bits that nobody asked for',
  wo: 'reads the register first, which gives nothing, and writes that back',
};

export function* wrongUpdate(subject: Subject): Generator<Finding> {
  for (const view of placed(subject)) {
    const { wanted, field, page } = view;
    if (page !== 'trapped' || wanted?.access === undefined || field.bits >= DWORD_BITS) continue;
    const harmless = HARMLESS[wanted.access];
    const rule = UPDATE_RULES[field.update] ?? `update rule ${field.update}`;
    if (harmless === undefined || harmless.includes(rule)) continue;
    const message = `It is ${rule} in a register that is ${wanted.access}: a write of it ${UPDATE_EFFECTS[wanted.access]}.`;
    yield atField(view, message, { cure: `Declare it in a Field with ${harmless.join(' or ')}.` });
  }
}
