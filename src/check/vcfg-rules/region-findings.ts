import { REGION_SPACES } from '../../aml/grammar/keywords.js';
import { displayName } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { adrOf } from '../../platform/config-address.js';
import type { Place } from '../../vocab/index.js';
import { describeOffset, describePage, describeWindow, locationAt, showAddress } from '../rules/describe-place.js';
import type { Finding } from '../rules/rule.js';
import { HOW_EVALUATED } from '../running/evaluated-names.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { integerOf, placeOf } from '../subject/machine-names.js';
import { placeIn } from '../subject/subject-table.js';
import { windowRoom } from '../subject/window-place.js';
import type { ExpectedFunction } from './expected-function.js';
import { addressMistakes, describeDifference } from './explain-difference.js';
import { PAGE_BYTES, type RegionPlacement, type WindowRegion, windowRegions } from './window-regions.js';

/** A finding about a region. */
function atRegion(view: WindowRegion, message: string, more: Partial<Finding> = {}): Finding {
  const other: Place | undefined = view.expected?.expected.find(
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

function* placedAs(
  subject: CheckedMachine,
  ...placements: readonly RegionPlacement[]
): Generator<WindowRegion & { readonly start: number }> {
  for (const view of windowRegions(subject).regions) {
    if (placements.includes(view.placement) && view.start !== undefined) yield { ...view, start: view.start };
  }
}

const whose = (subject: CheckedMachine, { address, page }: WindowRegion) =>
  address === undefined ? `the ${page} page of its function` : describePage(subject, address, page);

/** Regions in another function, before or after the window, or in the middle of their page for no reason. */
export function* elsewhere(subject: CheckedMachine): Generator<Finding> {
  for (const view of placedAs(subject, 'elsewhere')) {
    const { region, start, offset } = view;
    const right = showAddress(subject, BigInt(start));
    const what = whose(subject, view);
    const expected = view.expected === undefined ? `but ${what} is at ${right}` : `the driver ${right} for ${what}`;
    if (offset === undefined) {
      const message = `AML says ${formatHex(region.address ?? 0n)}, ${expected}: that address is not in the window.`;
      yield atRegion(view, message);
      continue;
    }
    const base = subject.window.base ?? 0n;
    const given = BigInt.asUintN(64, base + offset);
    const mistakes = addressMistakes(given, locationAt(start), base);
    const difference = describeDifference(given, base + BigInt(start), 'AML', mistakes);
    const message = `AML says ${showAddress(subject, offset)}, ${expected}: ${difference}. What AML has there is ${describeOffset(subject, offset)}.`;
    yield atRegion(view, message);
  }
}

/** Regions before or after the window, in a Device whose bus is not known or in no Device. */
export function* outside(subject: CheckedMachine): Generator<Finding> {
  for (const view of windowRegions(subject).regions) {
    const { placement, offset, owner, isOwn } = view;
    // VCFG_BUS_OUTSIDE reports a function at the right place of a bus that the window does not have.
    if (placement !== 'outside' || offset === undefined || (owner !== undefined && isOwn)) continue;
    const { lengthBytes } = windowRoom(subject.window);
    const message =
      offset < 0n
        ? `AML says ${showAddress(subject, offset)}, ${formatHex(-offset)} bytes before the window, which begins at ${showAddress(subject, 0n)}.`
        : `AML says ${showAddress(subject, offset)}, after ${describeWindow(subject)}, which ends at ${showAddress(subject, lengthBytes - 1n)}.`;
    yield atRegion(view, message);
  }
}

export function* swapped(subject: CheckedMachine): Generator<Finding> {
  for (const view of placedAs(subject, 'swapped')) {
    const is = view.page === 'trapped' ? 'shared' : 'trapped';
    const names = view.fields.map(({ name }) => displayName(name)).slice(0, 3);
    const what = names.length === 0 ? `${displayName(view.region.path)} is for` : `${names.join(', ')} belong in`;
    const effect =
      view.page === 'trapped'
        ? 'AML writes to plain memory there, and the device never sees the write'
        : 'Each access there leaves the guest, and what the device keeps in shared memory is never read';
    yield atRegion(
      view,
      `It is at ${showAddress(subject, view.offset ?? 0n)}, in the ${is} page, but ${what} the ${view.page} page at ${showAddress(subject, BigInt(view.start))}: bit 12 differs. ${effect}.`,
    );
  }
}

export function* unaligned(subject: CheckedMachine): Generator<Finding> {
  for (const view of placedAs(subject, 'unaligned')) {
    const effect =
      view.page === 'trapped'
        ? 'every access to its fields is unaligned, so reads return 0 and writes are dropped'
        : 'its fields are not where the device keeps them';
    const message = `It is at ${showAddress(subject, view.offset ?? 0n)}, which is not a multiple of 4; ${whose(subject, view)} is at ${showAddress(subject, BigInt(view.start))}: ${effect}.`;
    yield atRegion(view, message);
  }
}

export function* notInMemory(subject: CheckedMachine): Generator<Finding> {
  for (const view of placedAs(subject, 'not-memory')) {
    const { space } = view.region;
    const name = REGION_SPACES[space] ?? `address space ${formatHex(space, 2)}`;
    yield atRegion(view, `It is in ${name}, but ${whose(subject, view)} is in SystemMemory.`);
  }
}

export function* unknown(subject: CheckedMachine): Generator<Finding> {
  for (const view of placedAs(subject, 'unknown')) {
    const place = `${whose(subject, view)} is at ${showAddress(subject, BigInt(view.start))}`;
    const [field] = view.fields;
    const address = field && subject.names.evaluated?.regionAt(view.region.path, field.path);
    const ran = address === undefined ? '' : `: ${formatHex(address)}, ${HOW_EVALUATED}`;
    yield atRegion(view, `Its address is known only when the table runs${ran}; ${place}.`);
  }
}

/** Regions in no function's Device that begin in the window and run past its end. */
export function* pastWindow(subject: CheckedMachine): Generator<Finding> {
  const { lengthBytes: room } = windowRoom(subject.window);
  for (const view of windowRegions(subject).regions) {
    const { region, placement, offset, address } = view;
    const { lengthBytes } = region;
    if (address !== undefined || lengthBytes === undefined || offset === undefined) continue;
    if ((placement !== 'right' && placement !== 'unaligned') || offset + lengthBytes <= room) continue;
    const last = (subject.window.base ?? 0n) + offset + lengthBytes - 1n;
    const upTo =
      last >> 64n === 0n ? `up to ${showAddress(subject, offset + lengthBytes - 1n)}` : 'past the last 64-bit address';
    const end = showAddress(subject, room - 1n);
    const message = `Its ${lengthBytes} bytes reach ${upTo}, but ${describeWindow(subject)} ends at ${end}.`;
    yield atRegion(view, message, { cure: 'Make it end where the window ends.' });
  }
}

/** Regions that are not as long as their page. One that begins within its page may end with it. */
export function* wrongLength(subject: CheckedMachine): Generator<Finding> {
  for (const view of windowRegions(subject).regions) {
    const { region, placement, offset, address } = view;
    const { lengthBytes } = region;
    if (lengthBytes === undefined || address === undefined || placement === 'unknown' || placement === 'not-memory')
      continue;
    const skipped = placement === 'inside' && offset !== undefined ? Number(offset) % PAGE_BYTES : 0;
    const left = BigInt(PAGE_BYTES - skipped);
    if (lengthBytes === left || (skipped > 0 && lengthBytes < left)) continue;
    if (lengthBytes > left) {
      const next = view.page === 'trapped' ? 'the shared page' : 'the next function';
      yield atRegion(
        view,
        `It has ${lengthBytes} bytes, and only ${left} are left in the page: it reaches into ${next}.`,
      );
      continue;
    }
    const cut = view.fields.filter(({ lowBit, bits }) => BigInt(lowBit + bits) > lengthBytes * 8n);
    const names = cut.map(({ name }) => displayName(name));
    const effect =
      cut.length === 0
        ? 'No field lies past that.'
        : `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} lie past that, and Linux refuses to access them (AE_AML_REGION_LIMIT).`;
    yield atRegion(
      view,
      `It has ${lengthBytes} bytes; a page has ${PAGE_BYTES}. ${effect}`,
      cut.length === 0 ? { severity: 'warning' } : { explains: cut.map(({ declared }) => placeOf(declared)) },
    );
  }
}

/** The functions of the platform that have registers or shared runs. */
function* described(subject: CheckedMachine): Generator<ExpectedFunction> {
  for (const each of windowRegions(subject).functions) if (each.described !== undefined) yield each;
}

export function* deviceMissing(subject: CheckedMachine): Generator<Finding> {
  for (const { path, address, name, expected } of described(subject)) {
    if (subject.dsdt === undefined || expected.length === 0 || subject.names.at(path).length > 0) continue;
    const message = `The platform has ${name} at ${formatPciAddress(address)}, and no table has such a device.`;
    yield { place: placeIn(subject.dsdt, -1, displayName(path)), function: address, message };
  }
}

export function* deviceAddress(subject: CheckedMachine): Generator<Finding> {
  for (const { path, address } of described(subject)) {
    const [device] = subject.names.at(path);
    if (device === undefined) continue;
    const [declared] = subject.names.at(`${path}._ADR`);
    const value = integerOf(declared);
    const expected = BigInt(adrOf(address));
    if (value === expected) continue;
    const says = declared === undefined ? 'missing' : value === undefined ? 'not a constant' : formatHex(value);
    yield {
      place: placeOf(declared ?? device),
      function: address,
      explains: [placeOf(device)],
      message: `_ADR is ${says}; for ${formatPciAddress(address)} it has to be ${formatHex(expected)}.${mistakeOfAdr(value, expected)}`,
    };
  }
}

/** An _ADR has the device above the function, each of 16 bits. ACPI 6.5 §6.1.1 */
function mistakeOfAdr(value: bigint | undefined, expected: bigint): string {
  if (value === undefined) return '';
  if (value === ((expected & 0xffffn) << 16n) + (expected >> 16n)) return ' Device and function are swapped.';
  const packed = ((expected >> 16n) << 3n) | (expected & 7n);
  return value === packed ? ' It is written as device << 3 | function instead of device << 16 | function.' : '';
}
