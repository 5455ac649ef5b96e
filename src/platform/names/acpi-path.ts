import { formatPciAddress } from '../../base/index.js';
import type { PciAddress, Platform } from '../../vocab/index.js';
import { packCheckedAddress, packPciAddress } from '../config-address.js';
import { checkPlatformShape } from '../platform-shape.js';

/** The host bridge of a generated DSDT, which is the root 00:00.0. */
export const HOST_BRIDGE_PATH = '\\_SB.PC00';

/** The host bridge of a platform: the one that its own tables have, or the generated one. */
export function hostBridgePath({ host = HOST_BRIDGE_PATH }: Platform): string {
  return host;
}

function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

/** The NameSeg of the bridge that leads to a bus; for bus 0, of the host bridge. */
export function busSegment(bus: number): string {
  return `PC${hexByte(bus)}`;
}

/** A bridge is named after the bus below it, any other function after its device and function. */
export function functionSegment(address: PciAddress, secondary: number | undefined): string {
  return secondary === undefined ? `PE${hexByte((address.device << 3) | address.function)}` : busSegment(secondary);
}

/**
 * The ACPI path of every function: the one that the platform gives, or the generator's, such as `\_SB.PC00.PE20` or `\_SB.PC00.PC01.PE00`, keyed by {@link packPciAddress},
 * in BDF order. crosvm f1e797a devices/src/pci/pci_root.rs, `acpi_path`
 */
export function acpiPaths(platform: Platform): ReadonlyMap<number, string> {
  checkPlatformShape(platform);
  const paths = new Map<number, string>();
  const busPaths = new Map([[0, hostBridgePath(platform)]]);
  // A bridge's secondary bus is above its own, so in BDF order a bridge comes before what is below it.
  for (const described of platform.functions) {
    const parent = busPaths.get(described.address.bus);
    if (parent === undefined) continue;
    const path = described.path ?? `${parent}.${functionSegment(described.address, described.bridge?.secondary)}`;
    paths.set(packPciAddress(described.address), path);
    if (described.bridge) busPaths.set(described.bridge.secondary, path);
  }
  return paths;
}

/** The ACPI path of one function of the platform, or of the host bridge. Throws a RangeError for any other. */
export function acpiPathOf(platform: Platform, address: PciAddress): string {
  checkPlatformShape(platform);
  const packed = packCheckedAddress(address);
  const path = packed === 0 ? hostBridgePath(platform) : acpiPaths(platform).get(packed);
  if (path === undefined) {
    throw new RangeError(
      `${formatPciAddress(address)} is not a function of the platform, which has ${platform.functions.length}.`,
    );
  }
  return path;
}
