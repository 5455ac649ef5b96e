import { ByteWriter } from '../../base/index.js';
import { encodeTable, type MadtStructure } from '../../tables/index.js';
import type { Platform } from '../../vocab/index.js';
import { type HeaderOptions, type NamedTable, tableIdentity } from './table-identity.js';

/** The tables that machines with an Arm processor have: GICv3 in the MADT, and timers. */

/** QEMU's `virt` machine. QEMU 7.2 hw/arm/virt.c, `base_memmap` */
const DISTRIBUTOR = 0x0800_0000n;
const TRANSLATION_SERVICE = 0x0808_0000n;
const REDISTRIBUTORS = { base: 0x080a_0000n, lengthBytes: 0x00f6_0000 };
/** Processors of a cluster, as GICv3 numbers them. */
const CLUSTER = 16;
const GIC_VERSION = 3;
/** Of the performance monitor, as a private interrupt. */
const PERFORMANCE_INTERRUPT = 23;
const MAINTENANCE_INTERRUPT = 25;
const ENABLED = 1;

function structure(type: number, write: (writer: ByteWriter) => void): MadtStructure {
  const writer = new ByteWriter();
  write(writer);
  return { kind: 'other', type, bytes: writer.finish() };
}

/** A processor's interface to the GIC. ACPI 6.5 §5.2.12.14 */
function processorInterface(number: number): MadtStructure {
  return structure(0x0b, (writer) => {
    writer.u16(0);
    writer.u32(number);
    writer.u32(number);
    writer.u32(ENABLED);
    writer.u32(0);
    writer.u32(PERFORMANCE_INTERRUPT);
    // Parking address, and the bases of GICC, GICV and GICH: none with GICv3.
    for (let index = 0; index < 4; index++) writer.u64(0n);
    writer.u32(MAINTENANCE_INTERRUPT);
    // The redistributor: those of all processors are in a structure of their own.
    writer.u64(0n);
    writer.u64(BigInt((Math.floor(number / CLUSTER) << 8) | (number % CLUSTER)));
    writer.u8(0);
    writer.u8(0);
    writer.u16(0);
    writer.u16(0);
  });
}

/** A GICv3 of QEMU's `virt` machine: interfaces, distributor, redistributors and translation service. ACPI 6.5 §5.2.12.14 to 18 */
export function gicStructures({ cpus }: Platform): MadtStructure[] {
  return [
    ...Array.from({ length: cpus }, (_, number) => processorInterface(number)),
    structure(0x0c, (writer) => {
      writer.u16(0);
      writer.u32(0);
      writer.u64(DISTRIBUTOR);
      writer.u32(0);
      writer.u32(GIC_VERSION);
    }),
    structure(0x0e, (writer) => {
      writer.u16(0);
      writer.u64(REDISTRIBUTORS.base);
      writer.u32(REDISTRIBUTORS.lengthBytes);
    }),
    structure(0x0f, (writer) => {
      writer.u16(0);
      writer.u32(0);
      writer.u64(TRANSLATION_SERVICE);
      writer.u32(0);
    }),
  ];
}

/** The private interrupts of a processor's timers, in the order of the table: secure, non-secure, virtual, hypervisor. */
const TIMER_INTERRUPTS = [29, 30, 27, 26];
/** Level-triggered and active low. ACPI 6.5 table 5.123 */
const TIMER_FLAGS = 0b10;
const GTDT_REVISION = 3;
/** A counter without a memory-mapped block. */
const NO_BLOCK = 0xffff_ffff_ffff_ffffn;

/** The GTDT: which interrupts a processor's timers have. ACPI 6.5 §5.2.25 */
export function generateGtdt(options: HeaderOptions = {}): NamedTable {
  const writer = new ByteWriter();
  writer.u64(NO_BLOCK);
  writer.u32(0);
  for (const interrupt of TIMER_INTERRUPTS) {
    writer.u32(interrupt);
    writer.u32(TIMER_FLAGS);
  }
  writer.u64(NO_BLOCK);
  // No platform timers, and no virtual timer of EL2.
  for (let index = 0; index < 4; index++) writer.u32(0);
  return { name: 'gtdt', bytes: encodeTable(tableIdentity('GTDT', GTDT_REVISION, options), writer.finish()) };
}
