import { keyAt, segmentText } from './name-bytes.js';
import { PREFIX } from './opcodes.js';

/** What a node's name stands for. `placeholder`: only seen as a part of another name; `unknown`: opened, made elsewhere. */
export type NodeKind = 'placeholder' | 'unknown' | 'object' | 'method';

/** A named place in the ACPI namespace, as far as one or several tables declare it. */
export class NamespaceNode {
  readonly segment: string;
  readonly parent: NamespaceNode | undefined;
  /** Made when it is first wanted: most nodes have none. */
  #children: Map<string, NamespaceNode> | undefined;
  kind: NodeKind = 'placeholder';
  /** Arguments that a method takes, 0..7; 0 for everything else. */
  argumentCount = 0;
  /** A Method said how many, and not only an External. */
  isCounted = false;
  /** Segments of its absolute path. */
  readonly depth: number;
  /** The node that this one is another name of. */
  alias: NamespaceNode | undefined;

  constructor(segment: string, parent?: NamespaceNode) {
    this.segment = segment;
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }

  /** By NameSeg, in the order in which they were made. */
  get children(): Map<string, NamespaceNode> {
    this.#children ??= new Map();
    return this.#children;
  }

  get childCount(): number {
    return this.#children?.size ?? 0;
  }

  existingChild(segment: string): NamespaceNode | undefined {
    return this.#children?.get(segment);
  }

  /** The child of that name, made if it is not there. */
  child(segment: string): NamespaceNode {
    let node = this.#children?.get(segment);
    if (node === undefined) {
      node = new NamespaceNode(segment, this);
      this.children.set(segment, node);
    }
    return node;
  }

  /** Forgets all children but the first `count` made. */
  keepChildren(count: number): void {
    if (this.childCount <= count) return;
    for (const segment of [...this.children.keys()].slice(count)) this.children.delete(segment);
  }

  /** Absolute path, segments padded: `\_SB_.PCI0`. */
  path(): string {
    const segments: string[] = [];
    for (let node: NamespaceNode | undefined = this; node?.parent !== undefined; node = node.parent)
      segments.push(node.segment);
    return `\\${segments.reverse().join('.')}`;
  }
}

/** The root of a namespace that holds nothing but the objects that ACPI itself defines. ACPI 6.5 §5.3.1, §5.7 */
export function createNamespace(): NamespaceNode {
  const root = new NamespaceNode('\\');
  root.kind = 'object';
  for (const segment of ['_SB_', '_GPE', '_PR_', '_TZ_', '_SI_', '_GL_', '_REV', '_OS_'])
    root.child(segment).kind = 'object';
  const osi = root.child('_OSI');
  osi.kind = 'method';
  osi.argumentCount = 1;
  return root;
}

/**
 * True for a NameSeg alone, which is looked for upward; any other name only where it points. `^^^^` has four characters
 * too. ACPI 6.5 §5.3
 */
export function isLoneName(name: string): boolean {
  return name.length === 4 && name.charCodeAt(0) !== PREFIX.parent;
}

/** Follows a name from a scope without the upward search, making what is missing. ACPI 6.5 §5.3 */
export function openNode(scope: NamespaceNode, name: string): NamespaceNode {
  if (isLoneName(name)) return scope.child(name);
  let node = scope;
  let at = 0;
  if (name.charCodeAt(0) === PREFIX.root) {
    while (node.parent !== undefined) node = node.parent;
    at = 1;
  }
  while (name.charCodeAt(at) === PREFIX.parent) {
    node = node.parent ?? node;
    at++;
  }
  for (; at < name.length; at += 5) node = node.child(name.slice(at, at + 4));
  return node;
}

/** What a node's name stands for in the end. */
function meantBy(node: NamespaceNode | undefined): NamespaceNode | undefined {
  let meant = node;
  for (let hops = 0; meant?.alias !== undefined && hops < 16; hops++) meant = meant.alias;
  return meant;
}

/** Finds what a lone segment means in a scope: it is looked for upward. */
export function findLoneNode(scope: NamespaceNode, segment: string): NamespaceNode | undefined {
  for (let at: NamespaceNode | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.existingChild(segment);
    if (found !== undefined && found.kind !== 'placeholder') return found.alias === undefined ? found : meantBy(found);
  }
  return undefined;
}

/** Finds what any other name means, by the bytes of a sound NameString: it is looked for only where it points. */
export function findPointedNode(scope: NamespaceNode, bytes: Uint8Array, start: number): NamespaceNode | undefined {
  let node: NamespaceNode | undefined = scope;
  let at = start;
  if (bytes[at] === PREFIX.root) {
    while (node.parent !== undefined) node = node.parent;
    at++;
  }
  for (; bytes[at] === PREFIX.parent; at++) node = node.parent ?? node;
  let count = 1;
  if (bytes[at] === PREFIX.nullName) {
    count = 0;
  } else if (bytes[at] === PREFIX.dual) {
    count = 2;
    at++;
  } else if (bytes[at] === PREFIX.multi) {
    count = bytes[at + 1] as number;
    at += 2;
  }
  for (; count > 0 && node !== undefined; count--, at += 4) node = node.existingChild(segmentText(keyAt(bytes, at)));
  return meantBy(node);
}

/** Finds what a name means in a scope: a lone segment is looked for upward, any other name only where it points. */
export function findNode(scope: NamespaceNode, name: string): NamespaceNode | undefined {
  if (isLoneName(name)) return findLoneNode(scope, name);
  let node: NamespaceNode | undefined = scope;
  let at = 0;
  if (name.charCodeAt(0) === PREFIX.root) {
    while (node.parent !== undefined) node = node.parent;
    at = 1;
  }
  while (name.charCodeAt(at) === PREFIX.parent) {
    node = node.parent ?? node;
    at++;
  }
  for (; node !== undefined && at < name.length; at += 5) node = node.existingChild(name.slice(at, at + 4));
  return meantBy(node);
}
