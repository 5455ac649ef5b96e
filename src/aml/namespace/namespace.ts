import { refuseArgument, requireText } from '../../base/index.js';
import { keyAt, keyInText, segmentsAt, segmentsPrefixBytes, segmentText } from '../grammar/name-bytes.js';
import { PREFIX } from '../grammar/opcodes.js';

/** What a node is. `placeholder`: only seen as part of another name; `unknown`: opened here, declared elsewhere. */
export type NodeKind = 'placeholder' | 'unknown' | 'object' | 'method';

const NO_CHILDREN: readonly never[] = [];

/** Places of a new table; a power of two. */
const FIRST_PLACES = 256;
const GROWTH = 4;

/** Integers of a place: the segment's key, 0 if the place is free; the parent's number; the node's, or NOBODY. */
const PLACE = 4;
const NOBODY = -1;

/** All nodes of a namespace by parent and segment, in one hash table, since every name is looked up. */
class NodeTable {
  readonly #nodes: NamespaceNode[] = [];
  readonly #free: number[] = [];
  /** Random for each table, so that nobody can craft names that all collide. */
  readonly #seed = Math.floor(Math.random() * 0x1_0000_0000) | 0;
  #places = new Int32Array(PLACE * FIRST_PLACES);
  /** Places less one; a power of two less one. */
  #mask = FIRST_PLACES - 1;
  #used = 0;

  /** Where the child is, or would be. */
  #placeOf(parent: number, key: number): number {
    const places = this.#places;
    let place = Math.imul(key ^ Math.imul(parent, 0x85ebca6b) ^ this.#seed, 0xcc9e2d51);
    place = Math.imul(place ^ (place >>> 15), 0x1b873593);
    place ^= place >>> 13;
    for (;;) {
      place &= this.#mask;
      const found = places[place * PLACE];
      if (found === 0 || (found === key && places[place * PLACE + 1] === parent)) return place * PLACE;
      place++;
    }
  }

  find(parent: number, key: number): NamespaceNode | undefined {
    const at = this.#placeOf(parent, key);
    const places = this.#places;
    const child = places[at] === 0 ? NOBODY : (places[at + 2] as number);
    return child === NOBODY ? undefined : this.#nodes[child];
  }

  /** Gives a node a number, a freed one if there is one. */
  number(node: NamespaceNode): number {
    const given = this.#free.pop() ?? this.#nodes.length;
    this.#nodes[given] = node;
    return given;
  }

  /** Gives a child its place. */
  set(parent: number, key: number, child: number): void {
    const at = this.#placeOf(parent, key);
    const places = this.#places;
    places[at + 2] = child;
    if (places[at] !== 0) return;
    places[at] = key;
    places[at + 1] = parent;
    if (2 * ++this.#used > this.#mask) this.#grow();
  }

  /** Removes a child, which must have no children. Its place stays reserved for the same name. */
  forget(parent: number, key: number): void {
    const at = this.#placeOf(parent, key);
    this.#free.push(this.#places[at + 2] as number);
    this.#places[at + 2] = NOBODY;
  }

  #grow(): void {
    const before = this.#places;
    this.#places = new Int32Array(GROWTH * before.length);
    this.#mask = this.#places.length / PLACE - 1;
    for (let at = 0; at < before.length; at += PLACE) {
      const key = before[at] as number;
      if (key === 0) continue;
      const moved = this.#placeOf(before[at + 1] as number, key);
      for (let index = 0; index < PLACE; index++) this.#places[moved + index] = before[at + index] as number;
    }
  }
}

/** A named place in the ACPI namespace, as declared by one or several tables. */
export class NamespaceNode {
  readonly parent: NamespaceNode | undefined;
  kind: NodeKind = 'placeholder';
  /** Arguments that a method takes, 0..7; 0 for everything else. */
  argumentCount = 0;
  /** The count is from a Method, not only from an External. */
  isCounted = false;
  /** Segments of its absolute path. */
  readonly depth: number;
  /** The node for which this one is an alias. */
  alias: NamespaceNode | undefined;
  readonly #key: number;
  readonly #table: NodeTable;
  readonly #number: number;
  /** Created when first needed: most nodes have no children. */
  #children: NamespaceNode[] | undefined;

  /** Makes a root. {@link NamespaceNode.child} makes the other nodes. */
  constructor(parent?: NamespaceNode, key = 0) {
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.#key = key;
    this.#table = parent === undefined ? new NodeTable() : parent.#table;
    this.#number = this.#table.number(this);
  }

  /** Its NameSeg, four characters; a backslash for the root. */
  get segment(): string {
    return this.parent === undefined ? '\\' : segmentText(this.#key);
  }

  /** In order of creation. */
  get children(): readonly NamespaceNode[] {
    return this.#children ?? NO_CHILDREN;
  }

  /** The child of a NameSeg's key. */
  existingChild(key: number): NamespaceNode | undefined {
    return this.#table.find(this.#number, key);
  }

  /** The child of a NameSeg's key, created if missing. */
  child(key: number): NamespaceNode {
    const found = this.existingChild(key);
    if (found !== undefined) return found;
    const node = new NamespaceNode(this, key);
    this.#table.set(this.#number, key, node.#number);
    if (this.#children === undefined) this.#children = [node];
    else this.#children.push(node);
    return node;
  }

  /** Removes all children except the first `count`. */
  keepChildren(count: number): void {
    while (this.#children !== undefined && this.#children.length > count) {
      const node = this.#children.pop() as NamespaceNode;
      node.keepChildren(0);
      this.#table.forget(this.#number, node.#key);
    }
  }

  /** Absolute path, segments padded: `\_SB_.PCI0`. */
  path(): string {
    const segments: string[] = [];
    for (let node: NamespaceNode | undefined = this; node?.parent !== undefined; node = node.parent)
      segments.push(node.segment);
    return `\\${segments.reverse().join('.')}`;
  }
}

/** A new namespace with only the objects that ACPI itself defines. ACPI 6.5 §5.3.1, §5.7 */
export function createNamespace(): NamespaceNode {
  const root = new NamespaceNode();
  root.kind = 'object';
  for (const segment of ['_SB_', '_GPE', '_PR_', '_TZ_', '_SI_', '_GL_', '_REV', '_OS_'])
    openNode(root, segment).kind = 'object';
  const osi = openNode(root, '_OSI');
  osi.kind = 'method';
  osi.argumentCount = 1;
  return root;
}

/**
 * True for a single NameSeg, which is searched upward; other names are only looked up where they point. `^^^^` has four
 * characters too. ACPI 6.5 §5.3
 */
export function isLoneName(name: string): boolean {
  return name.length === 4 && name.charCodeAt(0) !== PREFIX.parent;
}

function rootOf(scope: NamespaceNode): NamespaceNode {
  let node = scope;
  while (node.parent !== undefined) node = node.parent;
  return node;
}

/** Follows aliases to the node that is meant. */
function meantBy(node: NamespaceNode | undefined): NamespaceNode | undefined {
  let meant = node;
  for (let hops = 0; meant?.alias !== undefined && hops < 16; hops++) meant = meant.alias;
  return meant;
}

/** Finds what a single segment refers to in a scope, by its key, searching upward. ACPI 6.5 §5.3 */
export function findLoneNode(scope: NamespaceNode, key: number): NamespaceNode | undefined {
  for (let at: NamespaceNode | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.existingChild(key);
    if (found !== undefined && found.kind !== 'placeholder') return found.alias === undefined ? found : meantBy(found);
  }
  return undefined;
}

/** Finds what any other name refers to, by the bytes of a valid NameString: only looks where it points. */
export function findPointedNode(scope: NamespaceNode, bytes: Uint8Array, start: number): NamespaceNode | undefined {
  let node: NamespaceNode | undefined = scope;
  let at = start;
  for (; bytes[at] === PREFIX.root; at++) node = rootOf(node);
  for (; bytes[at] === PREFIX.parent; at++) node = node.parent ?? node;
  let count = segmentsAt(bytes, at);
  at += segmentsPrefixBytes(bytes, at);
  for (; count > 0 && node !== undefined; count--, at += 4) node = node.existingChild(keyAt(bytes, at));
  return meantBy(node);
}

/** The scope to which a name's prefixes lead, and the offset of its first segment. */
function afterPrefixes(scope: NamespaceNode, name: string): readonly [from: NamespaceNode, at: number] {
  if (name.charCodeAt(0) === PREFIX.root) return [rootOf(scope), 1];
  let node = scope;
  let at = 0;
  for (; name.charCodeAt(at) === PREFIX.parent; at++) node = node.parent ?? node;
  return [node, at];
}

/** Follows a name from a scope without searching upward, creating missing nodes. ACPI 6.5 §5.3 */
export function openNode(scope: NamespaceNode, name: string): NamespaceNode {
  const [from, begin] = afterPrefixes(scope, name);
  let node = from;
  for (let at = begin; at < name.length; at += 5) node = node.child(keyInText(name, at));
  return node;
}

/** The same, by the bytes of a valid NameString. */
export function openNodeAt(scope: NamespaceNode, bytes: Uint8Array, start: number): NamespaceNode {
  let node = scope;
  let at = start;
  for (; bytes[at] === PREFIX.root; at++) node = rootOf(node);
  for (; bytes[at] === PREFIX.parent; at++) node = node.parent ?? node;
  let count = segmentsAt(bytes, at);
  at += segmentsPrefixBytes(bytes, at);
  for (; count > 0; count--, at += 4) node = node.child(keyAt(bytes, at));
  return node;
}

/** Finds what a name refers to without searching upward, as for a name with a MultiNamePrefix, even of one segment. */
export function findPointed(scope: NamespaceNode, name: string): NamespaceNode | undefined {
  const [from, begin] = afterPrefixes(scope, name);
  let node: NamespaceNode | undefined = from;
  for (let at = begin; node !== undefined && at < name.length; at += 5) node = node.existingChild(keyInText(name, at));
  return meantBy(node);
}

/**
 * Finds what a name refers to in a scope: a single segment is searched upward, any other name is only looked up where
 * it points.
 */
export function findNode(scope: NamespaceNode, name: string): NamespaceNode | undefined {
  if (!(scope instanceof NamespaceNode)) refuseArgument('findNode: scope', scope, 'a node of a namespace');
  if (typeof name !== 'string') requireText(name, 'findNode: name');
  return isLoneName(name) ? findLoneNode(scope, keyInText(name, 0)) : findPointed(scope, name);
}
