import { formatHex } from '../../base/index.js';
import type { AddressRange, BarDescription, BarKind, HostBridgeWindows } from '../../vocab/index.js';
import { endOf, formatRange, TakenRanges } from '../address-ranges.js';
import type { UnplacedBar } from '../checks/check-pci.js';
import type { Findings, Path } from '../read/findings.js';
import { spaceOf } from './bar-room.js';

/** Where BARs are after reset: in the windows of the host bridge, as firmware would place them. */

/** The windows for a kind, the best one first. */
function windowsFor(kind: BarKind, windows: HostBridgeWindows): AddressRange[] {
  if (kind === 'io')
    return windows.io.map(({ base, lengthBytes }) => ({ base: BigInt(base), lengthBytes: BigInt(lengthBytes) }));
  const { mmio32, mmio64 } = windows;
  return [kind === 'mem64' ? mmio64 : undefined, mmio32].filter((each) => each !== undefined);
}

const isSize = (size: bigint) => size > 0n && (size & (size - 1n)) === 0n;

/**
 * Places the BARs of all functions: those with a base there, then the others from the largest down, each at the first free
 * multiple of its size. `bars` has them in the order of `functions`, each function's in the order of its list. `haveRoom`:
 * all have a place.
 */
export function placeBars(
  functions: readonly { readonly name: string; readonly bars: readonly UnplacedBar[] }[],
  windows: HostBridgeWindows,
  findings: Findings,
): { readonly bars: readonly (readonly BarDescription[])[]; readonly haveRoom: boolean } {
  const taken = { memory: new TakenRanges(), ports: new TakenRanges() };
  const all = functions.flatMap(({ name, bars }) => bars.map((bar) => ({ bar, name })));
  const addresses = new Map<UnplacedBar, bigint>();
  let haveRoom = all.every(({ bar }) => isSize(bar.sizeBytes));
  const refuse = (at: Path, message: string, cure: string) => {
    haveRoom = false;
    findings.add('PLATFORM_BAR_PLACE', at, message, cure);
  };
  for (const { bar, name } of all) {
    const { base, sizeBytes, kind, index, path } = bar;
    if (base === undefined || !isSize(sizeBytes)) continue;
    const range = { base, lengthBytes: sizeBytes };
    const at = [...path, 'base'];
    const own = `BAR ${index} of ${name} at ${formatRange(range)}`;
    const other = taken[spaceOf(kind)].meeting(range);
    addresses.set(bar, base);
    if (base % sizeBytes !== 0n) {
      const below = base - (base % sizeBytes);
      const cure = `The nearest multiples are ${formatHex(below)} and ${formatHex(below + sizeBytes)}.`;
      refuse(at, `BAR ${index} of ${name} is at ${formatHex(base)}, which is not a multiple of its size.`, cure);
    } else if (!windowsFor(kind, windows).some((window) => base >= window.base && endOf(range) <= endOf(window)))
      refuse(at, `${own} is in no window of the host bridge.`, 'Move it into one of windows, or remove base.');
    else if (other !== undefined)
      refuse(at, `${own} overlaps another BAR, within ${formatRange(other)}.`, 'Move one of them, or remove base.');
    else taken[spaceOf(kind)].add(range);
  }
  const free = all
    .filter(({ bar }) => bar.base === undefined && isSize(bar.sizeBytes))
    .toSorted((a, b) => (a.bar.sizeBytes > b.bar.sizeBytes ? -1 : a.bar.sizeBytes < b.bar.sizeBytes ? 1 : 0));
  for (const { bar, name } of free) {
    const { kind, sizeBytes, index, path } = bar;
    const ranges = taken[spaceOf(kind)];
    const found = windowsFor(kind, windows).map((window) => ranges.firstFree(sizeBytes, sizeBytes, window));
    const base = found.find((each) => each !== undefined);
    if (base === undefined) {
      const message = `The windows of the host bridge have no room for BAR ${index} of ${name}, ${sizeBytes} bytes.`;
      refuse(path, message, 'Enlarge windows, or make the BAR smaller.');
      continue;
    }
    addresses.set(bar, base);
    ranges.add({ base, lengthBytes: sizeBytes });
  }
  const placed = functions.map(({ bars }) =>
    bars.map((bar): BarDescription => {
      const { base, path: _, ...description } = bar;
      const address = addresses.get(bar) ?? 0n;
      return { ...description, address, ...(base === undefined ? {} : { isAddressGiven: true }) };
    }),
  );
  return { bars: placed, haveRoom };
}
