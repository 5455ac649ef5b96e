import { displayName } from '../../aml/index.js';
import { type OutlinedTable, outlineTables, type ShownObject, type TableOutline } from '../../check/index.js';
import type { LoadedTables } from './loaded-tables.js';

/** An object of the namespace, and where in which table it is made. */
export interface TreeNode {
  /** As ASL shows it: `\_SB.PCI0._ADR`. */
  readonly path: string;
  /** The last segment. */
  readonly name: string;
  readonly type: string;
  /** Index in the tree's nodes; -1 for those below the root. */
  readonly parent: number;
  readonly depth: number;
  /** Index of the table; -1 for a scope that no table makes, such as `\_SB`. */
  readonly table: number;
  readonly start: number;
  readonly end: number;
  /** A few words: the value of a Name, the arguments of a Method, the place of a field. */
  readonly value?: string;
  /** Of a Device: its _HID, as its Name has it. */
  readonly hid?: string;
  /** Of a region or field: its first address. */
  readonly address?: bigint;
  readonly space?: string;
}

export interface NamespaceTree {
  /** Each before what it holds. */
  readonly nodes: readonly TreeNode[];
  /** Value of `\VCFG` where it is known. */
  readonly vcfg: bigint | undefined;
  readonly integerBits: 32 | 64;
}

interface Branch {
  readonly path: string;
  object: ShownObject | undefined;
  table: number;
  readonly branches: Map<string, Branch>;
}

const hex = (value: bigint) => `0x${value.toString(16)}`;

function placeText({ region, field }: ShownObject): string | undefined {
  if (region !== undefined) {
    const from = region.address === undefined ? '' : ` ${hex(region.address)}`;
    const { lengthBytes } = region;
    const length = lengthBytes === undefined ? '' : `, ${lengthBytes} ${BigInt(lengthBytes) === 1n ? 'byte' : 'bytes'}`;
    return `${region.space}${from}${length}`;
  }
  if (field === undefined) return undefined;
  const bits = field.bits === 1 ? `bit ${field.lowBit}` : `bits ${field.lowBit}..${field.lowBit + field.bits - 1}`;
  return `${displayName(field.region)}, ${bits}`;
}

/** An identifier without what the outline says beside it: `PNP0A08` of `0x80ad041, EISA ID PNP0A08`. */
function hidText(value: string | undefined): string | undefined {
  return value === undefined ? undefined : (/EISA ID (\w+)$/.exec(value)?.[1] ?? value.replace(/^"(.*)"$/, '$1'));
}

const typeOf = ({ type, value }: ShownObject) => (value !== undefined && type === 'Name' ? 'Name' : type);

/** Where a branch for these segments is, made with its parents if there is none yet. */
function branchAt(root: Branch, segments: readonly string[]): Branch {
  let branch = root;
  for (const segment of segments) {
    let next = branch.branches.get(segment);
    if (next === undefined) {
      const path = branch.path === '\\' ? `\\${segment}` : `${branch.path}.${segment}`;
      next = { path, object: undefined, table: -1, branches: new Map() };
      branch.branches.set(segment, next);
    }
    branch = next;
  }
  return branch;
}

function treeOf(outlines: readonly TableOutline[], indexes: readonly number[]): Branch {
  const root: Branch = { path: '\\', object: undefined, table: -1, branches: new Map() };
  for (const [at, { objects }] of outlines.entries()) {
    for (const object of objects) {
      const branch = branchAt(root, object.path.slice(1).split('.'));
      // Of several declarations the first counts, as for an OS.
      if (branch.object !== undefined) continue;
      branch.object = object;
      branch.table = indexes[at] as number;
    }
  }
  return root;
}

function addNodes(branch: Branch, parent: number, depth: number, nodes: TreeNode[]): void {
  for (const [segment, each] of branch.branches) {
    const { object, table } = each;
    const hid = hidText(each.branches.get('_HID')?.object?.value);
    const place = object?.region ?? object?.field;
    const value = object && (placeText(object) ?? object.value);
    nodes.push({
      path: displayName(each.path),
      name: segment.replace(/_+$/, '') || '_',
      type: object === undefined ? 'Scope' : typeOf(object),
      parent,
      depth,
      table,
      start: object?.offsetBytes ?? -1,
      end: object === undefined ? -1 : object.offsetBytes + object.sizeBytes,
      ...(value !== undefined && { value }),
      ...(hid !== undefined && { hid }),
      ...(place?.address !== undefined && { address: place.address }),
      ...(place?.space !== undefined && { space: place.space }),
    });
    addNodes(each, nodes.length - 1, depth + 1, nodes);
  }
}

/** The namespace that the tables of a machine make when they are loaded. */
export function namespaceTree({ tables, order }: LoadedTables): NamespaceTree {
  const outlines = outlineTables(order satisfies readonly OutlinedTable[]);
  const nodes: TreeNode[] = [];
  addNodes(
    treeOf(
      outlines,
      order.map((each) => tables.indexOf(each)),
    ),
    -1,
    0,
    nodes,
  );
  return { nodes, vcfg: outlines[0]?.vcfg, integerBits: outlines[0]?.integerBits ?? 64 };
}
