import { bytesOfInteger, toInteger } from '../objects/convert.js';
import { fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import type { AmlNode } from '../objects/node.js';
import { type AmlInteger, AmlMethod } from '../objects/objects.js';
import { valueOfNode } from '../objects/resolve.js';
import {
  REGION_SPACES,
  type RegionHandler,
  type RegionInfo,
  type RegionPlace,
  spaceName,
  TABLE_SPACE,
} from './region.js';

/** The Integer that a child of a scope evaluates to; undefined if there is none. */
function integerOf(machine: Machine, scope: AmlNode, segment: string): number | undefined {
  const node = scope.children.get(segment);
  if (node === undefined) return undefined;
  // A _BBN may read a field of the very region that is being placed: that one is on bus 0.
  if (machine.placing.has(node)) return 0;
  machine.placing.add(node);
  try {
    const value = node.object instanceof AmlMethod ? machine.call(node, node.object, []) : valueOfNode(machine, node);
    return value === undefined ? undefined : Number(toInteger(value, machine));
  } finally {
    machine.placing.delete(node);
  }
}

/** Whether a device is a PCI host bridge: by its _HID or _CID. */
function isHostBridge(node: AmlNode): boolean {
  return node.children.has('_BBN') || node.children.has('_HID') || node.children.has('_CID');
}

/** The function that a PCI_Config region is of: the device around it, by its _ADR and those of the bridges above. */
function pciFunction(machine: Machine, region: AmlNode): RegionInfo['pci'] {
  let device: AmlNode | undefined = region.parent;
  while (device !== undefined && !device.children.has('_ADR') && !isHostBridge(device)) device = device.parent;
  const address = device === undefined ? 0 : (integerOf(machine, device, '_ADR') ?? 0);
  const between: AmlNode[] = [];
  let bridge = device;
  while (bridge !== undefined && !isHostBridge(bridge)) {
    if (bridge !== device && bridge.children.has('_ADR')) between.push(bridge);
    bridge = bridge.parent;
  }
  const segment = bridge === undefined ? 0 : (integerOf(machine, bridge, '_SEG') ?? 0);
  let bus = bridge === undefined ? 0 : (integerOf(machine, bridge, '_BBN') ?? 0);
  const handler = machine.handlers.get(REGION_SPACES.PCI_Config);
  // A bridge forwards to its secondary bus, register 0x19 of a header of type 1. PCI-to-PCI Bridge 1.2 §3.2.5.3
  for (const above of between.reverse()) {
    const where = integerOf(machine, above, '_ADR') ?? 0;
    const pci = { segment, bus, device: (where >>> 16) & 0x1f, function: where & 7 };
    const info: RegionInfo = { path: above.path, space: REGION_SPACES.PCI_Config, offset: 0n, lengthBytes: 256n, pci };
    const header = handler === undefined ? 0 : Number(handler.read(0x0en, 1, info)) & 0x7f;
    if (handler !== undefined && header === 1) bus = Number(handler.read(0x19n, 1, info));
  }
  return { segment, bus, device: (address >>> 16) & 0x1f, function: address & 7 };
}

/** Which handler serves a region, and what it is told. */
export function placeRegion(
  machine: Machine,
  node: AmlNode,
  space: number,
  offset: AmlInteger,
  length: AmlInteger,
): RegionPlace {
  const handler = machine.handlers.get(space) ?? machine.fallback?.(space);
  if (handler === undefined)
    fail(
      'AE_NOT_EXIST',
      `No handler serves ${spaceName(space)}, which ${node.path} is in.`,
      `Give \`regions.${spaceName(space)}\`, or ask for simulated memory.`,
    );
  const pci = space === REGION_SPACES.PCI_Config ? pciFunction(machine, node) : undefined;
  const info = { path: node.path, space, offset: BigInt(offset), lengthBytes: BigInt(length), pci };
  return { offset: info.offset, lengthBytes: info.lengthBytes, length: Number(length), handler, info };
}

const text = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length)).replace(/[\0 ]+$/, '');

/** The bytes of a table by its signature, OEM ID and OEM table ID; empty ones match any. */
export function findTable(
  machine: Machine,
  [signature = '', oemId = '', oemTableId = '']: readonly string[],
): Uint8Array | undefined {
  if (!/^[A-Z0-9_]{3}[A-Z0-9_!]$/.test(signature.slice(0, 4)))
    fail('AE_BAD_SIGNATURE', `${JSON.stringify(signature)} is not a table's signature.`);
  if (oemId.length > 6 || oemTableId.length > 8)
    fail('AE_AML_STRING_LIMIT', `An OEM ID has up to 6 characters, an OEM table ID up to 8: ${oemId}, ${oemTableId}.`);
  const all = [...machine.tables.map(({ bytes }) => bytes), ...machine.otherTables];
  return all.find(
    (bytes) =>
      text(bytes, 0, 4) === signature.slice(0, 4) &&
      (oemId === '' || text(bytes, 10, 6) === oemId.trimEnd()) &&
      (oemTableId === '' || text(bytes, 16, 8) === oemTableId.trimEnd()),
  );
}

/** A region that is a table's bytes. What is written goes to a copy, which all regions of that table share. */
export function placeTableRegion(machine: Machine, node: AmlNode, bytes: Uint8Array): RegionPlace {
  const contents = () => machine.writtenTables.get(bytes) ?? bytes;
  const handler: RegionHandler = {
    read(address, widthBytes) {
      const read = contents();
      let value = 0n;
      for (let at = widthBytes - 1; at >= 0; at--) value = (value << 8n) | BigInt(read[Number(address) + at] ?? 0);
      return widthBytes > 4 ? value : Number(value);
    },
    write(address, widthBytes, value) {
      let written = machine.writtenTables.get(bytes);
      if (written === undefined) {
        machine.spend(bytes.length);
        written = bytes.slice();
        machine.writtenTables.set(bytes, written);
      }
      const cut = bytesOfInteger(value, widthBytes);
      for (let at = 0; at < widthBytes; at++) written[Number(address) + at] = cut[at] as number;
    },
  };
  const info = { path: node.path, space: TABLE_SPACE, offset: 0n, lengthBytes: BigInt(bytes.length), pci: undefined };
  return { offset: 0n, lengthBytes: info.lengthBytes, length: bytes.length, handler, info };
}
