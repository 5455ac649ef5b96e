import type { AddressRange, BarDescription, FunctionDescription, HostBridgeWindows } from '../../vocab/index.js';
import type { Findings, Path } from '../read/findings.js';
import { type BarSpace, joined, type NeededRoom, neededRoom, unplaced } from './bar-room.js';

const ofSpace = (space: BarSpace, ranges: readonly AddressRange[]) =>
  ranges.map((range) => ({ ...range, space, isPrefetchable: false }));

function cureFor({ bar, widest, space, is64Bit, sizeBytes, granuleBytes }: NeededRoom): string {
  const enlarge = `enlarge windows.${space === 'ports' ? 'io' : is64Bit ? 'mmio64' : 'mmio32'}.`;
  const smaller = sizeBytes > granuleBytes || bar !== undefined ? 'Make the BAR smaller, or ' : '';
  if (bar !== undefined || space === 'ports' || is64Bit)
    return smaller === '' ? `E${enlarge.slice(1)}` : smaller + enlarge;
  const kind = widest.bar.kind === 'mem64' ? '' : ' and of kind mem64';
  return `Make the BAR prefetchable${kind}${smaller === '' ? '' : ', make it smaller'}, or ${enlarge}`;
}

/** What has no place, and why. */
function messageFor({ what, space, sizeBytes, is64Bit, bar, widest }: NeededRoom): string {
  const unit = space === 'ports' ? 'ports' : 'bytes';
  const size = `${sizeBytes} ${unit}${is64Bit || space === 'ports' ? '' : ' below 4 GiB'}`;
  const start = `The windows of the host bridge have no room for ${what}, ${size}`;
  if (bar !== undefined) return `${start} beside the windows of PCI-to-PCI bridges.`;
  return `${start}. Its largest BAR is BAR ${widest.bar.index} of ${widest.owner.name}, ${widest.bar.sizeBytes} ${unit}.`;
}

/**
 * Checks that an OS can give all BARs an address: it places those below a PCI-to-PCI bridge in the bridge's windows, which
 * take more of the host bridge's windows than the BARs themselves. `functions` are in ascending order.
 */
export function checkBarRoom(
  functions: readonly FunctionDescription[],
  windows: HostBridgeWindows,
  pathOf: (bar: BarDescription) => Path,
  findings: Findings,
): void {
  const { io, mmio32, mmio64 } = windows;
  const ports = io.map(({ base, lengthBytes }) => ({ base: BigInt(base), lengthBytes: BigInt(lengthBytes) }));
  const memory = [mmio32, mmio64].filter((each) => each !== undefined);
  // As the generated tables say it.
  const handedOut = joined([...ofSpace('ports', ports), ...ofSpace('memory', memory)]);
  for (const piece of unplaced([...neededRoom(functions).values()].flat(), handedOut))
    findings.add('PLATFORM_BAR_PLACE', pathOf(piece.widest.bar), messageFor(piece), cureFor(piece));
}
