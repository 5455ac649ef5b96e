import { formatHex, formatPciAddress } from '../../base/index.js';
import { splitOffset } from '../../guest/index.js';
import type { Page, PciAddress, RegisterLocation } from '../../vocab/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { windowRoom } from '../subject/window-place.js';
import { partsAt } from '../vcfg-rules/region-owner.js';
import { windowRegions } from '../vcfg-rules/window-regions.js';

const PAGES: readonly Page[] = ['trapped', 'shared'];

/** An address of the window: `0x230040000`, or `VCFG + 0x40000` if the base is unknown. */
export function showAddress({ window: { base } }: CheckedMachine, offset: bigint): string {
  if (base !== undefined) return formatHex(BigInt.asUintN(64, base + offset));
  return offset < 0n ? `VCFG - ${formatHex(-offset)}` : `VCFG + ${formatHex(offset)}`;
}

/** `SENS's trapped page at 00:04.0`, or without the name if the function has none. */
export function describePage(subject: CheckedMachine, address: PciAddress, page: Page): string {
  const known = windowRegions(subject).functions.find(
    ({ address: at }) => at.bus === address.bus && at.device === address.device && at.function === address.function,
  );
  const where = formatPciAddress(address);
  return known === undefined ? `the ${page} page of ${where}` : `${known.name}'s ${page} page at ${where}`;
}

/** `the window of 8 buses`. */
export function describeWindow({ window }: CheckedMachine): string {
  const { buses } = windowRoom(window);
  return `the window of ${buses === 1 ? '1 bus' : `${buses} buses`}`;
}

/** What is at an offset of the window. */
export function describeOffset(subject: CheckedMachine, offset: bigint): string {
  const parts = partsAt(offset);
  if (offset < 0n) return 'before the window';
  if (parts === undefined || offset >= windowRoom(subject.window).lengthBytes) {
    return `after ${describeWindow(subject)}`;
  }
  const { bus, device, function: fn, page, index, byte } = parts;
  const what = describePage(subject, { bus, device, function: fn }, PAGES[page] as Page);
  const register = index === 0 && byte === 0 ? '' : `, register ${index}`;
  return `${what}${register}${byte === 0 ? '' : ` byte ${byte}`}`;
}

/** The register at an offset of a window. Throws a RangeError for an offset past the last bus. */
export function locationAt(offset: number): RegisterLocation {
  const parts = splitOffset(offset, { bus: 0, device: 0, function: 0, page: 0, index: 0, byte: 0 });
  return {
    address: { bus: parts.bus, device: parts.device, function: parts.function },
    page: PAGES[parts.page] as Page,
    register: parts.index,
  };
}
