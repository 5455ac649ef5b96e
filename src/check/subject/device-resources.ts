import { decodeResources, eisaId, integerValue, type ResourceDescriptor, type Term } from '../../aml/index.js';
import { constantOf, HOST_BRIDGE_IDS, idsOf, MOTHERBOARD_IDS } from '../../aml/namespace/constant-objects.js';
import { type DescribedMemory, memoryRange } from '../../aml/resources/memory-range.js';
import { MOST_BUSES } from '../../platform/layout.js';
import { HOW_EVALUATED } from '../running/evaluated-names.js';
import { filledTemplate } from './filled-template.js';
import { type Declared, evaluatedInteger, type MachineNames } from './machine-names.js';
import { perSubject } from './per-subject.js';

/** A device with an identity, and what its _CRS says. */
export interface DeviceResources {
  readonly device: Declared;
  readonly path: string;
  readonly crs: Declared | undefined;
  /** The descriptors of its _CRS, in order; undefined if they are known only when the _CRS runs. */
  readonly descriptors: readonly ResourceDescriptor[] | undefined;
  /** The memory of its _CRS, in order; undefined if that is known only when the _CRS runs. */
  readonly memory: readonly DescribedMemory[] | undefined;
  /** First and last bus of each WordBusNumber; undefined as for `memory`. */
  readonly buses: readonly (readonly [number, number])[] | undefined;
  /** Whether its _HID or one of its _CIDs is this: `PNP0C02`. */
  readonly is: (id: string) => boolean;
  /** How the _CRS became known, for the end of a sentence: empty if reading it was enough. */
  readonly how: string;
}

const dataOf = (declared: Declared | undefined): Term | undefined =>
  declared?.term.op === 'Name' ? declared.term.operands[1] : undefined;

/** The bytes of a _CRS that is the same at all times. */
function constantBytes(crs: Declared): Uint8Array | undefined {
  const data = constantOf(crs.term);
  return data?.op === 'Buffer' ? data.operands[1] : undefined;
}

const present = <T>(value: T | undefined): value is T => value !== undefined;

function resourcesOf(device: Declared, names: MachineNames): DeviceResources | undefined {
  const child = (name: string) => names.at(`${device.path}.${name}`)[0];
  const hid = child('_HID');
  if (hid === undefined) return undefined;
  const ids = new Set([...idsOf(dataOf(hid)), ...idsOf(dataOf(child('_CID')))]);
  const crs = child('_CRS');
  // Not spread: that would ask for everything at once.
  return Object.assign(lazyResources(crs, names), {
    device,
    path: device.path,
    crs,
    is: (id: string) => ids.has(id) || ids.has(integerValue(eisaId(id)) as bigint),
  });
}

/** The bytes of a _CRS, and whether it had to be evaluated; undefined if that does not tell either. */
function bytesOf(crs: Declared | undefined, names: MachineNames): { bytes: Uint8Array; how: string } | undefined {
  if (crs === undefined) return { bytes: new Uint8Array(), how: '' };
  const read = constantBytes(crs) ?? filledTemplate(crs, names);
  if (read !== undefined) return { bytes: read, how: '' };
  const value = names.evaluated?.at(crs.path)?.value;
  return value instanceof Uint8Array ? { bytes: value, how: ` (its _CRS ${HOW_EVALUATED})` } : undefined;
}

type CrsFacts = Pick<DeviceResources, 'descriptors' | 'memory' | 'buses' | 'how'>;

/** What a _CRS says, found out when it is first asked for: evaluating that of a device of no interest would be wasted. */
function lazyResources(crs: Declared | undefined, names: MachineNames): CrsFacts {
  let known: CrsFacts | undefined;
  const read = () => {
    if (known !== undefined) return known;
    const source = bytesOf(crs, names);
    const descriptors = source && decodeResources(source.bytes).descriptors;
    const buses = descriptors?.flatMap((each) =>
      each.kind === 'WordBusNumber' ? [[each.min, each.max] as const] : [],
    );
    known = { descriptors, memory: descriptors?.map(memoryRange).filter(present), buses, how: source?.how ?? '' };
    return known;
  };
  return {
    get descriptors() {
      return read().descriptors;
    },
    get memory() {
      return read().memory;
    },
    get buses() {
      return read().buses;
    },
    get how() {
      return read().how;
    },
  };
}

/** Every Device that has a _HID. */
export const deviceResources: (names: MachineNames) => readonly DeviceResources[] = perSubject(
  (names: MachineNames) => {
    const devices = names.all.filter(({ term, inMethod }) => term.op === 'Device' && !inMethod);
    return devices.map((device) => resourcesOf(device, names)).filter(present);
  },
);

export function isHostBridge({ is }: DeviceResources): boolean {
  return HOST_BRIDGE_IDS.some(is);
}

export function isMotherboard({ is }: DeviceResources): boolean {
  return MOTHERBOARD_IDS.some(is);
}

/** The bus of a host bridge's functions: its _BBN, or 0 if it has none. ACPI 6.5 §6.5.5 */
export function firstBus({ path }: DeviceResources, names: MachineNames): number | undefined {
  const declared = names.at(`${path}._BBN`)[0];
  const value = declared === undefined ? 0n : evaluatedInteger(declared, names);
  return value === undefined || value >= BigInt(MOST_BUSES) ? undefined : Number(value);
}

/** The segment of a host bridge's functions: its _SEG, or 0 if it has none; undefined if it is known only when it runs. ACPI 6.5 §6.5.6 */
export function segmentOf({ path }: DeviceResources, names: MachineNames): bigint | undefined {
  const [declared] = names.at(`${path}._SEG`);
  return declared === undefined ? 0n : evaluatedInteger(declared, names);
}
