import { asl, eisaId, type Op } from '../../aml/index.js';
import { PROCESSORS_PATH } from '../../platform/names/generated-names.js';
import type { Platform } from '../../vocab/index.js';

/** `C000`, `C001`: crosvm's names, and QEMU's. */
const segment = (number: number) => `C${number.toString(16).toUpperCase().padStart(3, '0')}`;

/**
 * A device for each processor of the MADT, with the same UID, in a processor container: where an OS looks for what belongs
 * to a processor. ACPI 6.5 §8.4; crosvm f1e797a x86_64/src/acpi.rs
 */
export function processors({ cpus }: Platform): Op<'Device'> {
  return asl.Device(PROCESSORS_PATH, [
    asl.Name('_HID', asl.String('ACPI0010')),
    asl.Name('_CID', eisaId('PNP0A05')),
    ...Array.from({ length: cpus }, (_, number) =>
      asl.Device(segment(number), [asl.Name('_HID', asl.String('ACPI0007')), asl.Name('_UID', number)]),
    ),
  ]);
}
