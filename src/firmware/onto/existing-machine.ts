import {
  type Declaration,
  declarations,
  decodeResources,
  displayName,
  eisaId,
  integerValue,
  type Term,
} from '../../aml/index.js';
import { constantOf, HOST_BRIDGE_IDS, idsOf, MOTHERBOARD_IDS } from '../../aml/namespace/constant-objects.js';
import { memoryRange } from '../../aml/resources/memory-range.js';
import { endOf } from '../../platform/address-ranges.js';
import type { AddressRange, Place } from '../../vocab/index.js';
import type { DecodedAmlTable } from '../decode-table.js';

/** A table of a machine that exists, under the name that findings give it. */
export interface ExistingTable {
  readonly file: string;
  readonly decoded: DecodedAmlTable;
}

/** An object of a machine's tables. */
export interface ExistingObject {
  readonly file: string;
  readonly declaration: Declaration;
}

/**
 * Gives the value of an object that is not a constant, by running its method: the path is padded. Undefined if that cannot
 * be told, as where it depends on hardware. An interpreter stands behind it.
 */
export type Evaluate = (path: string) => bigint | string | Uint8Array | undefined;

/** What the tables of a machine declare. Paths are padded. */
export interface ExistingMachine {
  readonly tables: readonly ExistingTable[];
  /** The object that an OS finds at a path: the first that is declared there. */
  at(path: string): ExistingObject | undefined;
  /** Whether a Scope or a Field may name it, or it is declared in an If or a method. */
  isTaken(path: string): boolean;
  /** The Devices directly below a path, in the order of the tables. */
  devicesBelow(path: string): readonly string[];
  /** Every Device. */
  readonly devices: readonly string[];
  /** The value of an object that is an Integer, as far as it is known. */
  integerAt(path: string): bigint | undefined;
  /** Whether a Device's _HID or _CID is this. */
  hasId(device: string, id: string): boolean;
  /** The bytes of an object that is a Buffer, as far as they are known. */
  bytesAt(path: string): Uint8Array | undefined;
}

/** Whether what an object always is says nothing: there is nothing, or a name that has to be followed. */
const isUnknown = (data: Term | undefined) => data === undefined || data.op === 'Path';

const parentOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('.'), 1));

const nothingKnown: Evaluate = () => undefined;

/** What tables declare. Without `evaluate`, only constants are known. */
export function existingMachine(tables: readonly ExistingTable[], evaluate: Evaluate = nothingKnown): ExistingMachine {
  const objects = new Map<string, ExistingObject>();
  const taken = new Set<string>();
  const below = new Map<string, string[]>();
  for (const { file, decoded } of tables) {
    for (const declaration of declarations(decoded.terms)) {
      const { path, inMethod, term } = declaration;
      taken.add(path);
      if (inMethod || objects.has(path)) continue;
      objects.set(path, { file, declaration });
      if (term.op !== 'Device') continue;
      const parent = parentOf(path);
      const siblings = below.get(parent);
      if (siblings) siblings.push(path);
      else below.set(parent, [path]);
    }
  }
  const dataAt = (path: string) => constantOf(objects.get(path)?.declaration.term);
  /** What running an object gives, if it has to run. */
  const runAt = (path: string) =>
    objects.get(path)?.declaration.term.op === 'Method' && isUnknown(dataAt(path)) ? evaluate(path) : undefined;
  const idsAt = (path: string): (bigint | string)[] => {
    const run = runAt(path);
    return run === undefined ? idsOf(dataAt(path)) : run instanceof Uint8Array ? [] : [run];
  };
  return {
    tables,
    at: (path) => objects.get(path),
    isTaken: (path) => taken.has(path),
    devicesBelow: (path) => below.get(path) ?? [],
    devices: [...below.values()].flat(),
    integerAt: (path) => {
      const data = dataAt(path);
      const value = (data === undefined ? undefined : integerValue(data)) ?? runAt(path);
      return typeof value === 'bigint' ? value : undefined;
    },
    hasId: (device, id) => {
      const ids = [...idsAt(`${device}._HID`), ...idsAt(`${device}._CID`)];
      return ids.includes(id) || ids.includes(integerValue(eisaId(id)) as bigint);
    },
    bytesAt: (path) => {
      const data = dataAt(path);
      const value = data?.op === 'Buffer' ? data.operands[1] : runAt(path);
      return value instanceof Uint8Array ? value : undefined;
    },
  };
}

/** Where an object is declared, for findings. */
export function placeOf({ file, declaration: { term, path } }: ExistingObject): Place {
  return { file, offsetBytes: term.start, path: displayName(path) };
}

/** The host bridges whose buses are in the window: those of segment 0 that begin with bus 0, or with one that only running tells. */
export function hostBridges(machine: ExistingMachine): string[] {
  const isFirst = (path: string) =>
    (machine.integerAt(`${path}._SEG`) ?? 0n) === 0n && (machine.integerAt(`${path}._BBN`) ?? 0n) === 0n;
  return machine.devices.filter((path) => HOST_BRIDGE_IDS.some((id) => machine.hasId(path, id)) && isFirst(path));
}

/** Whether a board device already reserves a range. PCI Firmware 3.3 §4.1.2 */
export function isReserved(machine: ExistingMachine, range: AddressRange): boolean {
  const boards = machine.devices.filter((path) => MOTHERBOARD_IDS.some((id) => machine.hasId(path, id)));
  return boards.some((path) =>
    memoryOf(machine, path).some((held) => held.base <= range.base && endOf(held) >= endOf(range)),
  );
}

/** The memory of a _CRS. */
function memoryOf(machine: ExistingMachine, device: string): AddressRange[] {
  const bytes = machine.bytesAt(`${device}._CRS`);
  if (bytes === undefined) return [];
  return decodeResources(bytes).descriptors.flatMap((each) => memoryRange(each) ?? []);
}
