import { ByteWriter } from '../../base/index.js';
import { encodeTable, type MadtStructure, SDT_HEADER_BYTES } from '../../tables/index.js';
import type { Platform } from '../../vocab/index.js';
import { type HeaderOptions, type NamedTable, tableIdentity } from './table-identity.js';

/** The tables that machines with a RISC-V processor have: harts and the PLIC in the MADT, and what the harts can do. */

/** QEMU's `virt` machine. QEMU 7.2 include/hw/riscv/virt.h */
const PLIC = 0x0c00_0000n;
const PLIC_SOURCES = 96;
const PLIC_PRIORITIES = 7;
/** Bytes before the contexts, and of each context; a hart has two, for machine and supervisor mode. */
const PLIC_CONTEXTS = 0x20_0000;
const PLIC_CONTEXT_BYTES = 0x1000;
const CONTEXTS_PER_HART = 2;
const SUPERVISOR = 1;
const ENABLED = 1;
const VERSION = 1;

function structure(type: number, write: (writer: ByteWriter) => void): MadtStructure {
  const writer = new ByteWriter();
  write(writer);
  return { kind: 'other', type, bytes: writer.finish() };
}

/** Harts, each with its context of the PLIC, and the PLIC. ACPI 6.6 §5.2.12.24 (RINTC), §5.2.12.27 (PLIC) */
export function plicStructures({ cpus }: Platform): MadtStructure[] {
  return [
    ...Array.from({ length: cpus }, (_, hart) =>
      structure(0x18, (writer) => {
        writer.u8(VERSION);
        writer.u8(0);
        writer.u32(ENABLED);
        writer.u64(BigInt(hart));
        writer.u32(hart);
        // PLIC 0 in the highest byte, the context in the lowest two.
        writer.u32(CONTEXTS_PER_HART * hart + SUPERVISOR);
        // No controller of incoming messages.
        writer.u64(0n);
        writer.u32(0);
      }),
    ),
    structure(0x1b, (writer) => {
      writer.u8(VERSION);
      writer.u8(0);
      writer.u64(0n);
      writer.u16(PLIC_SOURCES);
      writer.u16(PLIC_PRIORITIES);
      writer.u32(0);
      writer.u32(PLIC_CONTEXTS + CONTEXTS_PER_HART * cpus * PLIC_CONTEXT_BYTES);
      writer.u64(PLIC);
      writer.u32(0);
    }),
  ];
}

const RHCT_REVISION = 1;
const TIMEBASE_HERTZ = 10_000_000n;
/** What QEMU's harts can do at least. */
const ISA = 'rv64imafdc_zicsr_zifencei';
const NODE = { isa: 0, hart: 0xffff } as const;
/** Bytes of the table before its nodes: header, flags, frequency, number and offset of the nodes. */
const NODES_OFFSET = SDT_HEADER_BYTES + 20;

/** The RHCT: the harts' instruction set and the frequency of their timers. ACPI 6.6 §5.2.36 */
export function generateRhct({ cpus }: Platform, options: HeaderOptions = {}): NamedTable {
  const text = new TextEncoder().encode(`${ISA}\0`);
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
