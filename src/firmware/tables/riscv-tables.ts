import { ByteWriter } from '../../base/index.js';
import { IMSIC_ADDRESSES } from '../../platform/architecture.js';
import { encodeTable, type MadtStructure, SDT_HEADER_BYTES } from '../../tables/index.js';
import type { AddressRange, Platform } from '../../vocab/index.js';
import { type HeaderOptions, type NamedTable, tableIdentity } from './table-identity.js';

/** The tables that machines with a RISC-V processor have: harts and interrupt controllers in the MADT, and what the harts can do. */

/** QEMU's `virt` machine. QEMU 7.2 include/hw/riscv/virt.h */
const PLIC = 0x0c00_0000n;
/** Wired interrupts, of a PLIC or an APLIC. */
const SOURCES = 96;
const PLIC_PRIORITIES = 7;
/** Bytes before the contexts, and of each context; a hart has two, for machine and supervisor mode. */
const PLIC_CONTEXTS = 0x20_0000;
const PLIC_CONTEXT_BYTES = 0x1000;
const CONTEXTS_PER_HART = 2;
const SUPERVISOR = 1;
const APLIC = 0x0d00_0000n;
/** Bytes before the delivery controls, and of each. RISC-V AIA 1.0 §4.5 */
const APLIC_DELIVERY = 0x4000;
const APLIC_DELIVERY_BYTES = 32;
/** The page of one hart's IMSIC, the messages that it can receive, and where the number of a group begins. */
const IMSIC_BYTES = 0x1000n;
const IMSIC_IDENTITIES = 255;
const IMSIC_GROUP_SHIFT = 24;
const ENABLED = 1;
const VERSION = 1;

function structure(type: number, write: (writer: ByteWriter) => void): MadtStructure {
  const writer = new ByteWriter();
  write(writer);
  return { kind: 'other', type, bytes: writer.finish() };
}

/** A hart: which of the controller's inputs is its own, and the page of its IMSIC. ACPI 6.6 §5.2.12.24 */
function rintc(hart: number, controllerId: number, imsic: AddressRange = { base: 0n, lengthBytes: 0n }): MadtStructure {
  return structure(0x18, (writer) => {
    writer.u8(VERSION);
    writer.u8(0);
    writer.u32(ENABLED);
    writer.u64(BigInt(hart));
    writer.u32(hart);
    writer.u32(controllerId);
    writer.u64(imsic.base);
    writer.u32(Number(imsic.lengthBytes));
  });
}

/** ACPI 6.6 §5.2.12.27 */
function plic(cpus: number): MadtStructure {
  return structure(0x1b, (writer) => {
    writer.u8(VERSION);
    writer.u8(0);
    writer.u64(0n);
    writer.u16(SOURCES);
    writer.u16(PLIC_PRIORITIES);
    writer.u32(0);
    writer.u32(PLIC_CONTEXTS + CONTEXTS_PER_HART * cpus * PLIC_CONTEXT_BYTES);
    writer.u64(PLIC);
    writer.u32(0);
  });
}

/** The APLIC of supervisor mode. Without IMSICs, each hart has an interrupt delivery control. ACPI 6.6 §5.2.12.26 */
function aplic(cpus: number, deliveryControls: number): MadtStructure {
  return structure(0x1a, (writer) => {
    writer.u8(VERSION);
    writer.u8(0);
    writer.u32(0);
    writer.u64(0n);
    writer.u16(deliveryControls);
    writer.u16(SOURCES);
    writer.u32(0);
    writer.u64(APLIC);
    writer.u32(APLIC_DELIVERY + APLIC_DELIVERY_BYTES * cpus);
  });
}

/** What all IMSICs of the machine have in common. ACPI 6.6 §5.2.12.25 */
function imsic(cpus: number): MadtStructure {
  return structure(0x19, (writer) => {
    writer.u8(VERSION);
    writer.u8(0);
    writer.u32(0);
    writer.u16(IMSIC_IDENTITIES);
    writer.u16(IMSIC_IDENTITIES);
    // No pages for guests, as many bits as the highest hart needs, and no groups.
    writer.u8(0);
    writer.u8(Math.ceil(Math.log2(cpus)));
    writer.u8(0);
    writer.u8(IMSIC_GROUP_SHIFT);
  });
}

/** The harts, and the machine's interrupt controllers. */
export function riscvStructures({ cpus, interruptController }: Platform): MadtStructure[] {
  const harts = (row: (hart: number) => MadtStructure) => Array.from({ length: cpus }, (_, hart) => row(hart));
  if (interruptController === 'aplic') return [...harts((hart) => rintc(hart, hart)), aplic(cpus, cpus)];
  if (interruptController === 'imsic') {
    const page = (hart: number) => ({
      base: IMSIC_ADDRESSES.base + BigInt(hart) * IMSIC_BYTES,
      lengthBytes: IMSIC_BYTES,
    });
    return [...harts((hart) => rintc(hart, 0, page(hart))), imsic(cpus), aplic(cpus, 0)];
  }
  // PLIC 0 in the highest byte, the context in the lowest two.
  return [...harts((hart) => rintc(hart, CONTEXTS_PER_HART * hart + SUPERVISOR)), plic(cpus)];
}

const RHCT_REVISION = 1;
const TIMEBASE_HERTZ = 10_000_000n;
/** What QEMU's harts can do at least. */
const ISA = 'rv64imafdc_zicsr_zifencei';
/** What harts with an IMSIC have besides. RISC-V AIA 1.0 §1.6 */
const IMSIC_ISA = '_ssaia';
const NODE = { isa: 0, hart: 0xffff } as const;
/** Bytes of the table before its nodes: header, flags, frequency, number and offset of the nodes. */
const NODES_OFFSET = SDT_HEADER_BYTES + 20;

/** The RHCT: the harts' instruction set and the frequency of their timers. ACPI 6.6 §5.2.36 */
export function generateRhct({ cpus, interruptController }: Platform, options: HeaderOptions = {}): NamedTable {
  const text = new TextEncoder().encode(`${ISA}${interruptController === 'imsic' ? IMSIC_ISA : ''}\0`);
  const padding = (8 + text.length) % 2;
  const writer = new ByteWriter();
  writer.u32(0);
  writer.u64(TIMEBASE_HERTZ);
  writer.u32(1 + cpus);
  writer.u32(NODES_OFFSET);
  writer.u16(NODE.isa);
  writer.u16(8 + text.length + padding);
  writer.u16(1);
  writer.u16(text.length);
  writer.append(text);
  writer.append(new Uint8Array(padding));
  for (let hart = 0; hart < cpus; hart++) {
    writer.u16(NODE.hart);
    writer.u16(16);
    writer.u16(1);
    writer.u16(1);
    writer.u32(hart);
    writer.u32(NODES_OFFSET);
  }
  return { name: 'rhct', bytes: encodeTable(tableIdentity('RHCT', RHCT_REVISION, options), writer.finish()) };
}
