import type { BarDescription, FunctionDescription, HostBridgeWindows } from '../../vocab/index.js';
import type { Findings, Path } from '../read/findings.js';
import { type NeededRoom, neededRoom } from './needed-room.js';
import { type BridgeWindow, joined, unplaced } from './pack-bars.js';

/** What the generated tables say that the host bridge hands out. */
function handedOut({ io, mmio32, mmio64 }: HostBridgeWindows): BridgeWindow[] {
  const ports = io.map(({ base, lengthBytes }) => ({ base: BigInt(base), lengthBytes: BigInt(lengthBytes) }));
  const memory = [mmio32, mmio64].filter((each) => each !== undefined);
  return joined([
    ...ports.map((range) => ({ ...range, space: 'ports' as const, isPrefetchable: false })),
    ...memory.map((range) => ({ ...range, space: 'memory' as const, isPrefetchable: false })),
  ]);
}

/** Which window of the platform to enlarge. */
function windowKey({ space, is64Bit }: NeededRoom): string {
  if (space === 'ports') return 'windows.io';
  return is64Bit ? 'windows.mmio64' : 'windows.mmio32';
}

function cureFor(piece: NeededRoom): string {
  const { bar, widest, space, isPrefetchable, sizeBytes, granuleBytes } = piece;
  const enlarge = `enlarge ${windowKey(piece)}`;
  if (bar !== undefined) return `Make the BAR smaller, or ${enlarge}.`;
  const others = sizeBytes > granuleBytes ? 'make it smaller' : 'move its function to a bus that has such a window';
  if (space === 'ports' || isPrefetchable) return `${others[0]?.toUpperCase()}${others.slice(1)}, or ${enlarge}.`;
  const lift =
    widest.bar.kind === 'mem64' ? 'Make the BAR prefetchable' : 'Make the BAR prefetchable and of kind mem64';
  return `${lift}, ${others}, or ${enlarge}.`;
}

/** The finding for a piece without a place, at the BAR that needs most of it. */
function refuse(piece: NeededRoom, path: Path, findings: Findings): void {
  const { what, space, sizeBytes, is64Bit, bar, widest } = piece;
  const unit = space === 'ports' ? 'ports' : `bytes${is64Bit ? '' : ' below 4 GiB'}`;
  const beside = bar === undefined ? '' : ' beside the windows of PCI-to-PCI bridges';
  const largest =
    bar === undefined
      ? ` Its largest BAR is BAR ${widest.bar.index} of ${widest.owner.name}, ${widest.bar.sizeBytes} ${space === 'ports' ? 'ports' : 'bytes'}.`
      : '';
  const message = `The windows of the host bridge have no room for ${what}, ${sizeBytes} ${unit}${beside}.${largest}`;
  findings.add('PLATFORM_BAR_PLACE', path, message, cureFor(piece));
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
  const needed = [...neededRoom(functions).values()].flat();
  for (const piece of unplaced(needed, handedOut(windows))) refuse(piece, pathOf(piece.widest.bar), findings);
}
