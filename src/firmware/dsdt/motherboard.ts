import { asl, eisaId, type Op, type ResourceDescriptor, resource, resourceTemplate } from '../../aml/index.js';
import { FOUR_GIB } from '../../platform/layout.js';
import { MOTHERBOARD_PATH } from '../../platform/names/generated-names.js';
import { powerPorts } from '../../platform/power-ports.js';
import type { AddressRange, Platform } from '../../vocab/index.js';

/** A descriptor that reserves a range, of the size that its address needs. */
function reserved({ base, lengthBytes }: AddressRange): ResourceDescriptor {
  if (base + lengthBytes <= FOUR_GIB) {
    return resource.memory32Fixed({ access: 'ReadWrite', base: Number(base), length: Number(lengthBytes) });
  }
  return resource.qwordMemory({
    usage: 'ResourceConsumer',
    minType: 'MinFixed',
    maxType: 'MaxFixed',
    min: base,
    max: base + lengthBytes - 1n,
  });
}

/** A device that reserves the VCFG window alone, for a machine whose own tables reserve the rest. */
export function windowReservation(path: string, window: AddressRange): Op<'Device'> {
  return asl.Device(path, [
    asl.Name('_HID', eisaId('PNP0C02')),
    asl.Name('_UID', asl.String('VCFG')),
    asl.Name('_CRS', resourceTemplate([reserved(window)])),
  ]);
}

/**
 * A device that reserves what belongs to no bus: the ECAM window, which Linux uses only if it is reserved; the VCFG window,
 * where an OS might otherwise place a BAR; and the ports of the fixed hardware. The host bridge already reserves the reset
 * port. ACPI 6.5 §6.2.2, PCI Firmware 3.3 §4.1.2
 */
export function motherboard(platform: Platform): Op<'Device'> {
  const { vcfg, ecam, arch } = platform;
  const { base, lengthBytes } = powerPorts(platform).all;
  return asl.Device(MOTHERBOARD_PATH, [
    asl.Name('_HID', eisaId('PNP0C02')),
    asl.Name('_UID', 0),
    asl.Name(
      '_CRS',
      resourceTemplate([
        reserved(ecam),
        ...(vcfg.absent ? [] : [reserved({ base: vcfg.base, lengthBytes: BigInt(vcfg.lengthBytes) })]),
        ...(arch === undefined
          ? [resource.io({ decode: 'Decode16', min: base, max: base, alignment: 1, length: lengthBytes })]
          : []),
      ]),
    ),
  ]);
}
