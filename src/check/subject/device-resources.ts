import {
  type DescriptorKind,
  decodeResources,
  eisaId,
  integerValue,
  type ResourceDescriptor,
  type Term,
} from '../../aml/index.js';
import { MOST_BUSES } from '../../platform/layout.js';
import type { AddressRange } from '../../vocab/index.js';
import { filledTemplate } from './filled-template.js';
import { type Declared, integerOf, type MachineNames } from './machine-names.js';
import { perSubject } from './per-subject.js';

/** A run of memory in a _CRS. */
interface MemoryResource extends AddressRange {
  /** ASL's name of its descriptor. */
  readonly kind: DescriptorKind;
}

/** A device with an identity, and what its _CRS says. */
export interface DeviceResources {
  readonly device: Declared;
  readonly path: string;
  readonly crs: Declared | undefined;
  /** The memory of its _CRS, in order; undefined if that is known only when the _CRS runs. */
  readonly memory: readonly MemoryResource[] | undefined;
  /** First and last bus of each WordBusNumber; undefined as for `memory`. */
  readonly buses: readonly (readonly [number, number])[] | undefined;
  /** Whether its _HID or one of its _CIDs is this: `PNP0C02`. */
  readonly is: (id: string) => boolean;
}

/** What an identity may be written as: an EISA identifier's DWord, or text. ACPI 6.5 §6.1.2, §6.1.5 */
function idsOf(term: Term | undefined): (bigint | string)[] {
  if (term === undefined) return [];
  if (term.op === 'String') return [term.operands[0]];
  if (term.op === 'Package') return term.operands[1].flatMap(idsOf);
  const value = integerValue(term);
  return value === undefined ? [] : [value];
}

const dataOf = (declared: Declared | undefined): Term | undefined =>
  declared?.term.op === 'Name' ? declared.term.operands[1] : undefined;

/** The bytes of a _CRS that is the same at all times: a Buffer, or a method that does nothing but return one. */
function constantBytes(crs: Declared): Uint8Array | undefined {
  const { term } = crs;
  const statements = term.op === 'Method' ? term.operands[2] : [];
  const [only] = statements;
  const data = only?.op === 'Return' && statements.length === 1 ? only.operands[0] : dataOf(crs);
  return data?.op === 'Buffer' ? data.operands[1] : undefined;
}

/** Bytes that one of a Memory24's units is. ACPI 6.5 §6.4.3.1 */
const MEMORY24_UNIT = 0x100n;

/** The memory that a descriptor is of; undefined for other descriptors, and for one of no length. ACPI 6.5 §6.4.3 */
function memoryOf(descriptor: ResourceDescriptor): MemoryResource | undefined {
  if (!('length' in descriptor)) return undefined;
  const { kind } = descriptor;
  if (!kind.includes('Memory')) return undefined;
  const unit = kind === 'Memory24' ? MEMORY24_UNIT : 1n;
  const base = 'base' in descriptor ? descriptor.base : 'min' in descriptor ? descriptor.min : 0;
  const lengthBytes = BigInt(descriptor.length) * unit;
  return lengthBytes === 0n ? undefined : { kind, base: BigInt(base) * unit, lengthBytes };
}

const present = <T>(value: T | undefined): value is T => value !== undefined;

function resourcesOf(device: Declared, names: MachineNames): DeviceResources | undefined {
  const child = (name: string) => names.at(`${device.path}.${name}`)[0];
  const hid = child('_HID');
  if (hid === undefined) return undefined;
  const ids = new Set([...idsOf(dataOf(hid)), ...idsOf(dataOf(child('_CID')))]);
  const crs = child('_CRS');
  const bytes = crs === undefined ? new Uint8Array() : (constantBytes(crs) ?? filledTemplate(crs, names));
  const descriptors = bytes && decodeResources(bytes).descriptors;
  const buses = descriptors?.flatMap((each) => (each.kind === 'WordBusNumber' ? [[each.min, each.max] as const] : []));
  return {
    device,
    path: device.path,
    crs,
    memory: descriptors?.map(memoryOf).filter(present),
    buses,
    is: (id) => ids.has(id) || ids.has(integerValue(eisaId(id)) as bigint),
  };
}

/** Every Device that has a _HID. */
export const deviceResources: (names: MachineNames) => readonly DeviceResources[] = perSubject(
  (names: MachineNames) => {
    const devices = names.all.filter(({ term, inMethod }) => term.op === 'Device' && !inMethod);
    return devices.map((device) => resourcesOf(device, names)).filter(present);
  },
);

/** The identities of a PCI host bridge, without and with PCI Express. PCI Firmware 3.0 §4.1.2 */
const HOST_BRIDGES = ['PNP0A03', 'PNP0A08'];

/** What reserves addresses for the board as a whole. PCI Firmware 3.0 §4.1.2 */
const MOTHERBOARD = ['PNP0C01', 'PNP0C02'];

export function isHostBridge({ is }: DeviceResources): boolean {
  return HOST_BRIDGES.some(is);
}

export function isMotherboard({ is }: DeviceResources): boolean {
  return MOTHERBOARD.some(is);
}

/** The bus of a host bridge's functions: its _BBN, or 0 if it has none. ACPI 6.5 §6.5.5 */
export function firstBus({ path }: DeviceResources, names: MachineNames): number | undefined {
  const declared = names.at(`${path}._BBN`)[0];
  const value = declared === undefined ? 0n : integerOf(declared);
  return value === undefined || value >= BigInt(MOST_BUSES) ? undefined : Number(value);
}

/** The segment of a host bridge's functions: its _SEG, or 0 if it has none; undefined if it is known only when it runs. ACPI 6.5 §6.5.6 */
export function segmentOf({ path }: DeviceResources, names: MachineNames): bigint | undefined {
  const [declared] = names.at(`${path}._SEG`);
  return declared === undefined ? 0n : integerOf(declared);
}
