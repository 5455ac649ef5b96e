import { REGION_SPACES } from '../../aml/grammar/keywords.js';
import { displayName } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { adrOf } from '../../platform/config-address.js';
import type { Place } from '../../vocab/index.js';
import { describeOffset, describePage, describeWindow, locationAt, showAddress } from '../rules/describe-place.js';
import type { Finding } from '../rules/rule.js';
import { integerOf, placeOf } from '../subject/machine-names.js';
import type { Subject } from '../subject/subject.js';
import { placeIn } from '../subject/subject-table.js';
import { windowRoom } from '../subject/window-place.js';
import { addressMistakes, describeDifference } from './explain-difference.js';
import { type Lie, PAGE_BYTES, type RegionView, sidesOf } from './sides.js';
import type { WantedFunction } from './wanted-function.js';

/** A finding about a region. */
function atRegion(view: RegionView, message: string, more: Partial<Finding> = {}): Finding {
  const other: Place | undefined = view.wanted?.wanted.find(
    ({ page, place }) => page === view.page && place !== undefined,
  )?.place;
  return {
    place: placeOf(view.region.declared),
    message,
    ...(view.address === undefined ? {} : { function: view.address }),
    ...(other === undefined ? {} : { other }),
    ...more,
  };
}

function* lying(subject: Subject, ...lies: readonly Lie[]): Generator<RegionView & { readonly start: number }> {
  for (const view of sidesOf(subject).regions) {
    if (lies.includes(view.lie) && view.start !== undefined) yield { ...view, start: view.start };
  }
}

const whose = (subject: Subject, { address, page }: RegionView) =>
  address === undefined ? `the ${page} page of its function` : describePage(subject, address, page);

/** Regions that are in another function, before the window, behind it, or in the middle of their page for no reason. */
export function* elsewhere(subject: Subject): Generator<Finding> {
  for (const view of lying(subject, 'elsewhere')) {
    const { region, start, offset } = view;
    const right = showAddress(subject, BigInt(start));
    const what = whose(subject, view);
    const wanted = view.wanted === undefined ? `and ${what} is at ${right}` : `the driver ${right} for ${what}`;
    if (offset === undefined) {
      const message = `AML says ${formatHex(region.address ?? 0n)}, ${wanted}: that is no address of the window.`;
      yield atRegion(view, message);
      continue;
    }
    const base = subject.window.base ?? 0n;
    const given = BigInt.asUintN(64, base + offset);
    const mistakes = addressMistakes(given, locationAt(start), base);
    const difference = describeDifference(given, base + BigInt(start), 'AML', mistakes);
    const message = `AML says ${showAddress(subject, offset)}, ${wanted}: ${difference}. What AML has there is ${describeOffset(subject, offset)}.`;
    yield atRegion(view, message);
  }
}

/** Regions before the window or behind its end, in a Device whose bus is not known, or in none. */
export function* outside(subject: Subject): Generator<Finding> {
  for (const view of sidesOf(subject).regions) {
    const { lie, offset, owner, isOwn } = view;
    // Of a function at the right place of a bus too many, that bus is said.
    if (lie !== 'outside' || offset === undefined || (owner !== undefined && isOwn)) continue;
    const { lengthBytes } = windowRoom(subject.window);
    const message =
      offset < 0n
        ? `AML says ${showAddress(subject, offset)}, ${formatHex(-offset)} bytes before the window, which begins at ${showAddress(subject, 0n)}.`
        : `AML says ${showAddress(subject, offset)}, behind ${describeWindow(subject)}, which ends at ${showAddress(subject, lengthBytes - 1n)}.`;
    yield atRegion(view, message);
  }
}

export function* swapped(subject: Subject): Generator<Finding> {
  for (const view of lying(subject, 'swapped')) {
    const is = view.page === 'trapped' ? 'shared' : 'trapped';
    const names = view.fields.map(({ name }) => displayName(name)).slice(0, 3);
    const what = names.length === 0 ? `${displayName(view.region.path)} is for` : `${names.join(', ')} belong in`;
    const effect =
      view.page === 'trapped'
        ? 'AML writes to plain memory there, and the device hears of nothing'
        : 'Each access there leaves the guest, and what the device keeps in memory is not seen';
    yield atRegion(
      view,
      `It is at ${showAddress(subject, view.offset ?? 0n)}, in the ${is} page, and ${what} the ${view.page} one at ${showAddress(subject, BigInt(view.start))}: bit 12 differs. ${effect}.`,
    );
  }
}

export function* unaligned(subject: Subject): Generator<Finding> {
  for (const view of lying(subject, 'unaligned')) {
    const effect =
      view.page === 'trapped'
        ? 'every access of its fields is unaligned, so that reads give 0 and writes are dropped'
        : 'its fields are not where the device keeps them';
    const message = `It is at ${showAddress(subject, view.offset ?? 0n)}, no multiple of 4, and ${whose(subject, view)} is at ${showAddress(subject, BigInt(view.start))}: ${effect}.`;
    yield atRegion(view, message);
  }
}

export function* notInMemory(subject: Subject): Generator<Finding> {
  for (const view of lying(subject, 'not-memory')) {
    const { space } = view.region;
    const name = REGION_SPACES[space] ?? `address space ${formatHex(space, 2)}`;
    yield atRegion(view, `It is in ${name}, and ${whose(subject, view)} is SystemMemory.`);
  }
}

export function* unknown(subject: Subject): Generator<Finding> {
  for (const view of lying(subject, 'unknown')) {
    const message = `Its address cannot be told without running the table; ${whose(subject, view)} is ${showAddress(subject, BigInt(view.start))}.`;
    yield atRegion(view, message);
  }
}

/** Regions of no function that begin in the window and reach behind its end. */
export function* pastWindow(subject: Subject): Generator<Finding> {
  const { lengthBytes: room } = windowRoom(subject.window);
  for (const view of sidesOf(subject).regions) {
    const { region, lie, offset, address } = view;
    const { lengthBytes } = region;
    if (address !== undefined || lengthBytes === undefined || offset === undefined) continue;
    if ((lie !== 'right' && lie !== 'unaligned') || offset + lengthBytes <= room) continue;
    const last = (subject.window.base ?? 0n) + offset + lengthBytes - 1n;
    const upTo =
      last >> 64n === 0n ? `up to ${showAddress(subject, offset + lengthBytes - 1n)}` : 'past the last 64-bit address';
    const end = showAddress(subject, room - 1n);
    const message = `Its ${lengthBytes} bytes reach ${upTo}, and ${describeWindow(subject)} ends at ${end}.`;
    yield atRegion(view, message, { cure: 'Let it end with the window.' });
  }
}

/** Regions that are not as long as their page. One that begins within its page may end with it. */
export function* wrongLength(subject: Subject): Generator<Finding> {
  for (const view of sidesOf(subject).regions) {
    const { region, lie, offset, address } = view;
    const { lengthBytes } = region;
    if (lengthBytes === undefined || address === undefined || lie === 'unknown' || lie === 'not-memory') continue;
    const skipped = lie === 'inside' && offset !== undefined ? Number(offset) % PAGE_BYTES : 0;
    const left = BigInt(PAGE_BYTES - skipped);
    if (lengthBytes === left || (skipped > 0 && lengthBytes < left)) continue;
    if (lengthBytes > left) {
      const behind = view.page === 'trapped' ? 'the shared page' : 'the next function';
      yield atRegion(view, `It has ${lengthBytes} bytes, and ${left} are left of the page: it reaches into ${behind}.`);
      continue;
    }
    const cut = view.fields.filter(({ lowBit, bits }) => BigInt(lowBit + bits) > lengthBytes * 8n);
    const names = cut.map(({ name }) => displayName(name));
    const effect =
      cut.length === 0
        ? 'No field lies behind that.'
        : `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} lie behind that, and Linux refuses to access them (AE_AML_REGION_LIMIT).`;
    yield atRegion(
      view,
      `It has ${lengthBytes} bytes, and a page has ${PAGE_BYTES}. ${effect}`,
      cut.length === 0 ? { severity: 'warning' } : { explains: cut.map(({ declared }) => placeOf(declared)) },
    );
  }
}

/** The functions of the platform that have registers or shared runs. */
function* described(subject: Subject): Generator<WantedFunction> {
  for (const each of sidesOf(subject).functions) if (each.described !== undefined) yield each;
}

export function* deviceMissing(subject: Subject): Generator<Finding> {
  for (const { path, address, name, wanted } of described(subject)) {
    if (subject.dsdt === undefined || wanted.length === 0 || subject.names.at(path).length > 0) continue;
    const message = `The platform has ${name} at ${formatPciAddress(address)}, and no table has such a device.`;
    yield { place: placeIn(subject.dsdt, -1, displayName(path)), function: address, message };
  }
}

export function* deviceAddress(subject: Subject): Generator<Finding> {
  for (const { path, address } of described(subject)) {
    const [device] = subject.names.at(path);
    if (device === undefined) continue;
    const [declared] = subject.names.at(`${path}._ADR`);
    const value = integerOf(declared);
    const wanted = BigInt(adrOf(address));
    if (value === wanted) continue;
    const says = declared === undefined ? 'missing' : value === undefined ? 'no constant' : formatHex(value);
    yield {
      place: placeOf(declared ?? device),
      function: address,
      explains: [placeOf(device)],
      message: `_ADR is ${says}, and ${formatHex(wanted)} is ${formatPciAddress(address)}.${mistakeOfAdr(value, wanted)}`,
    };
  }
}

/** An _ADR has the device above the function, each of 16 bits. ACPI 6.5 §6.1.1 */
function mistakeOfAdr(value: bigint | undefined, wanted: bigint): string {
  if (value === undefined) return '';
  if (value === ((wanted & 0xffffn) << 16n) + (wanted >> 16n)) return ' Device and function are the wrong way round.';
  const packed = ((wanted >> 16n) << 3n) | (wanted & 7n);
  return value === packed ? ' It is written as device << 3 | function, and not as device << 16 | function.' : '';
}
