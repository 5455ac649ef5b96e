import {
  asl,
  eisaId,
  type Op,
  type ResourceDescriptor,
  resource,
  resourceTemplate,
  type Term,
  uuid,
} from '../../aml/index.js';
import { architectureOf } from '../../platform/architecture.js';
import { CONFIG_PORTS } from '../../platform/power-ports.js';
import type { AddressRange, Platform, PortRange } from '../../vocab/index.js';

const lastOf = ({ base, lengthBytes }: AddressRange) => base + lengthBytes - 1n;

/** A window with fixed ends that the bridge forwards. */
const PRODUCED = { usage: 'ResourceProducer', minType: 'MinFixed', maxType: 'MaxFixed' } as const;

/** Ports that the bridge forwards; outside PCs, a processor reaches them through memory from `ioBase` on. */
function portsOf({ base, lengthBytes }: PortRange, ioBase: bigint | undefined): ResourceDescriptor {
  const last = base + lengthBytes - 1;
  if (ioBase === undefined) return resource.wordIo({ ...PRODUCED, min: base, max: last });
  return resource.qwordIo({
    ...PRODUCED,
    translationType: 'TypeTranslation',
    translation: ioBase,
    min: BigInt(base),
    max: BigInt(last),
  });
}

/** What the host bridge decodes and what it forwards: buses, ports, and memory below and above 4 GiB. ACPI 6.5 §6.2.2 */
function currentResources(platform: Platform): Op<'Buffer'> {
  const { base, lengthBytes } = CONFIG_PORTS;
  const { io, mmio32, mmio64 } = platform.windows;
  const layout = architectureOf(platform);
  return resourceTemplate([
    resource.wordBusNumber({ ...PRODUCED, min: 0, max: platform.vcfg.buses - 1 }),
    ...(layout === undefined
      ? [resource.io({ decode: 'Decode16', min: base, max: base, alignment: 1, length: lengthBytes })]
      : []),
    ...io.map((ports) => portsOf(ports, layout?.ioBase)),
    ...(mmio32 ? [resource.dwordMemory({ ...PRODUCED, min: Number(mmio32.base), max: Number(lastOf(mmio32)) })] : []),
    ...(mmio64 ? [resource.qwordMemory({ ...PRODUCED, min: mmio64.base, max: lastOf(mmio64) })] : []),
  ]);
}

/** The capabilities buffer of a PCI host bridge: status, support, control. PCI Firmware 3.3 §4.5.1 */
const PCI_UUID = '33db4d5b-1ff7-401c-9657-7441c03dd766';
const STATUS_OFFSET = 0;
const CONTROL_OFFSET = 8;
const STATUS_BYTES = 4;
const CAPABILITIES_BYTES = 12;
const PCI_REVISION = 1;

/** Bits of the status. ACPI 6.5 §6.2.11, table 6.11 */
const FAILED = 0x02;
const UNKNOWN_UUID = 0x04;
const UNKNOWN_REVISION = 0x08;
const MASKED = 0x10;

/**
 * What an OS gets control of if it asks: native hot plug (bit 0), power management events (2), advanced error reporting (3)
 * and the PCI Express capability (4). Not SHPC hot plug (1), as there is no such controller, nor any later bit.
 */
const GRANTED = 0x1d;

/**
 * Gives the OS control of PCI Express features. Bits that are not granted are cleared, and a status bit says so. An unknown
 * UUID, an unknown revision, or a buffer too short to hold the capabilities sets its status bit and changes nothing else.
 */
function operatingSystemCapabilities(): Term {
  const capabilities = asl.Arg(3);
  const status = asl.path('CDW1');
  const control = asl.path('CDW3');
  const asked = asl.Local(0);
  const set = (bits: number) => asl.Or(status, bits, status);
  return asl.Method('_OSC', { args: 4, serialized: true }, [
    asl.If(asl.LLess(asl.SizeOf(capabilities), STATUS_BYTES), [asl.Return(capabilities)]),
    asl.CreateDWordField(capabilities, STATUS_OFFSET, 'CDW1'),
    asl.If(asl.LNotEqual(asl.Arg(0), uuid(PCI_UUID)), [set(UNKNOWN_UUID), asl.Return(capabilities)]),
    asl.If(asl.LNotEqual(asl.Arg(1), PCI_REVISION), [set(UNKNOWN_REVISION), asl.Return(capabilities)]),
    asl.If(asl.LLess(asl.SizeOf(capabilities), CAPABILITIES_BYTES), [set(FAILED), asl.Return(capabilities)]),
    asl.CreateDWordField(capabilities, CONTROL_OFFSET, 'CDW3'),
    asl.Store(control, asked),
    asl.And(asked, GRANTED, control),
    asl.If(asl.LNotEqual(asked, control), [set(MASKED)]),
    asl.Return(capabilities),
  ]);
}

/**
 * The objects that identify the host bridge and describe its resources. Deviates: crosvm gives it both an _ADR and a _HID,
 * which ACPI 6.5 §6.1 forbids and Linux warns about.
 */
export function hostBridgeTerms(platform: Platform): Term[] {
  return [
    asl.Name('_HID', eisaId('PNP0A08')),
    asl.Name('_CID', eisaId('PNP0A03')),
    asl.Name('_SEG', 0),
    asl.Name('_BBN', 0),
    asl.Name('_UID', 0),
    // Functions see what is in caches, as on a PC, where this goes without saying. ACPI 6.5 §6.2.17
    ...(platform.arch === undefined ? [] : [asl.Name('_CCA', 1)]),
    asl.Name('_CRS', currentResources(platform)),
    operatingSystemCapabilities(),
  ];
}
