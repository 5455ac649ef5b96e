import { checkPlatformShape } from '../../platform/platform-shape.js';
import { powerPorts, RESET_PORT, RESET_VALUE } from '../../platform/power-ports.js';
import {
  BOOT_ARCHITECTURE,
  encodeFadt,
  encodeMadt,
  encodeMcfg,
  FADT_FLAG,
  FADT_MINOR_REVISION,
  FADT_REVISION,
  GAS_SPACE,
  type GenericAddress,
  INTERRUPT_FLAG,
  MADT_FLAG,
  type MadtStructure,
  PROCESSOR_FLAG,
} from '../../tables/index.js';
import type { Platform, PortRange } from '../../vocab/index.js';
import { generateGtdt, gicStructures } from './arm-tables.js';
import { generateRhct, riscvStructures } from './riscv-tables.js';
import { type HeaderOptions, type NamedTable, tableIdentity } from './table-identity.js';

/** The tables without AML that an OS needs besides the DSDT: they describe fixed hardware, processors and ECAM. */

/** No OS uses a C2 state slower than 100 µs or a C3 state slower than 1000 µs: there are none. ACPI 6.5 §5.2.9 */
const NO_C2_LATENCY = 101;
const NO_C3_LATENCY = 1001;

/** The widest that a register may say it is; ACPICA takes a GPE block's length from the table's own field. */
const MOST_BIT_WIDTH = 255;

/** ACPI 6.5 §5.2.3.2: access sizes 1 byte, 2 word. */
function ports({ base, lengthBytes }: PortRange, accessSize: 1 | 2): GenericAddress {
  return {
    space: GAS_SPACE.systemIo,
    bitWidth: Math.min(lengthBytes * 8, MOST_BIT_WIDTH),
    bitOffset: 0,
    accessSize,
    address: BigInt(base),
  };
}

/**
 * The FADT of ACPI 6.5. Its pointers to FACS and DSDT are zero; firmware or {@link tableImage} sets them.
 *
 * There is no SMI command: the machine is in ACPI mode from the start, as under any VMM. There is no PM timer: guests have
 * paravirtual clocks, and crosvm has none either. The power and sleep buttons are those of PM1, which crosvm raises when it
 * is asked to stop or suspend the guest.
 */
export function generateFadt(platform: Platform, options: HeaderOptions = {}): Uint8Array {
  checkPlatformShape(platform);
  if (platform.arch !== undefined) return reducedFadt(platform, options);
  const { pm1Event, pm1Control, gpe0 } = powerPorts(platform);
  return encodeFadt(tableIdentity('FACP', FADT_REVISION, options), {
    minorRevision: FADT_MINOR_REVISION,
    sciInterrupt: platform.pm.sci,
    pm1aEventBlock: pm1Event.base,
    pm1EventLength: pm1Event.lengthBytes,
    xPm1aEventBlock: ports(pm1Event, 2),
    pm1aControlBlock: pm1Control.base,
    pm1ControlLength: pm1Control.lengthBytes,
    xPm1aControlBlock: ports(pm1Control, 2),
    gpe0Block: gpe0.base,
    gpe0BlockLength: gpe0.lengthBytes,
    xGpe0Block: ports(gpe0, 1),
    c2Latency: NO_C2_LATENCY,
    c3Latency: NO_C3_LATENCY,
    // There are no VGA ports or memory to probe: a graphics function is found like any PCI function. There is no keyboard
    // controller at 0x60 either, nor anything on an ISA bus.
    bootArchitecture: BOOT_ARCHITECTURE.vgaNotPresent,
    // WBINVD works on every x86-64 processor, virtual or not, and an OS may refuse to sleep without it; HLT is C1.
    flags: FADT_FLAG.wbinvd | FADT_FLAG.processorC1 | FADT_FLAG.resetRegisterSupported,
    resetRegister: ports({ base: RESET_PORT, lengthBytes: 1 }, 1),
    resetValue: RESET_VALUE,
  });
}

/** Arm processors are started and stopped through PSCI, which a hypervisor answers. ACPI 6.5 §5.2.9.4 */
const PSCI_BY_HVC = 0b11;

/** The FADT of a machine whose ACPI hardware is reduced: there are no registers. ACPI 6.5 §4.1 */
function reducedFadt({ arch }: Platform, options: HeaderOptions): Uint8Array {
  return encodeFadt(tableIdentity('FACP', FADT_REVISION, options), {
    minorRevision: FADT_MINOR_REVISION,
    flags: FADT_FLAG.hardwareReduced,
    ...(arch === 'aarch64' && { armBootArchitecture: PSCI_BY_HVC }),
  });
}

/** The revision of ACPI 6.5, like the FADT's: fwts expects both from the same version. ACPI 6.5 §5.2.12, table 5.19 */
const MADT_REVISION = 6;
/** The first with a PLIC, an APLIC and an IMSIC. ACPI 6.6 §5.2.12 */
const RISCV_MADT_REVISION = 7;
/** Where a PC has its interrupt controllers. crosvm f1e797a x86_64/src/mptable.rs */
const LOCAL_APIC_ADDRESS = 0xfee0_0000;
const IO_APIC_ADDRESS = 0xfec0_0000;
/** APIC IDs from here up do not fit in a local APIC's structure: 255 means all processors. ACPI 6.5 §5.2.12.12 */
const FIRST_X2APIC_ID = 255;
/** By default, interrupts of the ISA bus are edge-triggered and active high. ACPI 6.5 §5.2.12.5 */
const ISA_INTERRUPTS = 16;
const ISA_BUS = 0;

/** A processor whose APIC ID is its number. */
function processor(number: number): MadtStructure {
  const flags = PROCESSOR_FLAG.enabled;
  return number < FIRST_X2APIC_ID
    ? { kind: 'localApic', processorUid: number, apicId: number, flags }
    : { kind: 'localX2apic', processorUid: number, x2apicId: number, flags };
}

/**
 * An override for an interrupt in the ISA range that is shared and level-triggered, as PCI's and the SCI are. Its number
 * stays. Linux refuses such a row for any other interrupt; it treats those as level-triggered without one.
 */
function levelInterrupt(gsi: number): MadtStructure {
  const flags = INTERRUPT_FLAG.activeLow | INTERRUPT_FLAG.level;
  return { kind: 'interruptSourceOverride', bus: ISA_BUS, source: gsi, gsi, flags };
}

/**
 * The MADT: each processor, one I/O APIC from interrupt 0 up, and the ISA interrupts that PCI functions or the SCI use. The
 * timer is at input 0, as in crosvm, so it needs no override. On a PC it is at input 2.
 */
export function generateMadt(platform: Platform, options: HeaderOptions = {}): Uint8Array {
  checkPlatformShape(platform);
  const { arch } = platform;
  if (arch !== undefined) {
    const [structures, revision] =
      arch === 'aarch64' ? [gicStructures(platform), MADT_REVISION] : [riscvStructures(platform), RISCV_MADT_REVISION];
    return encodeMadt(tableIdentity('APIC', revision, options), { localApicAddress: 0, flags: 0, structures });
  }
  const level = [...new Set([platform.pm.sci, ...platform.interrupts])]
    .filter((gsi) => gsi < ISA_INTERRUPTS)
    .sort((a, b) => a - b);
  return encodeMadt(tableIdentity('APIC', MADT_REVISION, options), {
    localApicAddress: LOCAL_APIC_ADDRESS,
    // There are two 8259 interrupt controllers as well: KVM's, in the kernel.
    flags: MADT_FLAG.pcAtCompatible,
    structures: [
      ...Array.from({ length: platform.cpus }, (_, number) => processor(number)),
      { kind: 'ioApic', ioApicId: 0, address: IO_APIC_ADDRESS, firstGsi: 0 },
      ...level.map(levelInterrupt),
    ],
  });
}

/** The tables that only a platform's own architecture has. */
export function architectureTables(platform: Platform, options: HeaderOptions = {}): NamedTable[] {
  if (platform.arch === 'aarch64') return [generateGtdt(options)];
  return platform.arch === 'riscv64' ? [generateRhct(platform, options)] : [];
}

const MCFG_REVISION = 1;

/** The MCFG: the platform's one ECAM window. */
export function generateMcfg(platform: Platform, options: HeaderOptions = {}): Uint8Array {
  checkPlatformShape(platform);
  const { ecam } = platform;
  return encodeMcfg(tableIdentity('MCFG', MCFG_REVISION, options), [
    { base: ecam.base, segment: 0, firstBus: 0, lastBus: ecam.buses - 1 },
  ]);
}
