/** How often names of one segment were added or removed, so that what was looked up can be kept. */
export interface SegmentEpoch {
  count: number;
}

/** Everything that a name can stand for; its `type` is ObjectType's number. Integers have none. */
export type NamedObject = number | bigint | { readonly type: number };

/** ObjectType's number for what is in the namespace. ACPI 6.5 §19.6.97 */
const INTEGER = 1;
const UNINITIALIZED = 0;

const NO_CHILDREN: ReadonlyMap<string, AmlNode> = new Map();

/** A name in the namespace of loaded tables. */
export class AmlNode {
  /** Marks a value that is an object without a value of its own; see objects.ts. */
  readonly type = 21;
  /** Four characters; a backslash for the root. */
  readonly segment: string;
  readonly parent: AmlNode | undefined;
  /** By their segments. Most nodes have none, and share the empty one. */
  children: ReadonlyMap<string, AmlNode> = NO_CHILDREN;
  /** What it stands for; undefined for a scope and for what was never initialized. */
  object: NamedObject | undefined;
  /** False once it has been removed. */
  isAlive = true;
  /** Which table made it; -1 for what every namespace has. */
  readonly table: number;
  /** Package elements that are its Integer. */
  shared: { fixed: number | bigint | undefined }[] | undefined;
  /** What an Alias is another name of. */
  alias: AmlNode | undefined;

  constructor(
    segment: string,
    parent: AmlNode | undefined,
    table: number,
    object: NamedObject | undefined = undefined,
  ) {
    this.segment = segment;
    this.parent = parent;
    this.table = table;
    this.object = object;
  }

  adopt(child: AmlNode): void {
    if (this.children === NO_CHILDREN) this.children = new Map();
    (this.children as Map<string, AmlNode>).set(child.segment, child);
  }

  disown(child: AmlNode): void {
    if (this.children.get(child.segment) === child) (this.children as Map<string, AmlNode>).delete(child.segment);
  }

  /** Gives it another object: package elements stay what they were. */
  replace(object: NamedObject): void {
    const { object: before, shared } = this;
    if (shared !== undefined && (typeof before === 'number' || typeof before === 'bigint'))
      for (const element of shared) element.fixed ??= before;
    this.shared = undefined;
    this.object = object;
  }

  get objectType(): number {
    const { object } = this;
    if (object === undefined) return UNINITIALIZED;
    return typeof object === 'object' ? object.type : INTEGER;
  }

  /** Absolute path, segments padded: `\_SB_.PCI0`. */
  get path(): string {
    if (this.parent === undefined) return '\\';
    const above = this.parent.path;
    return above === '\\' ? `\\${this.segment}` : `${above}.${this.segment}`;
  }
}

/** A NameString taken apart: `^^AB.CD`. */
export interface ParsedName {
  readonly fromRoot: boolean;
  /** How many `^` it begins with. */
  readonly up: number;
  readonly segments: readonly string[];
}

/** Takes a padded NameString apart. */
export function parseName(name: string): ParsedName {
  const fromRoot = name.startsWith('\\');
  let at = fromRoot ? 1 : 0;
  while (name[at] === '^') at++;
  const rest = name.slice(at);
  return { fromRoot, up: fromRoot ? 0 : at, segments: rest === '' ? [] : rest.split('.') };
}

/** The names of all tables that are loaded. */
export class NodeTree {
  readonly root: AmlNode;
  /** Of the segments that were looked up so far. */
  readonly #epochs = new Map<string, SegmentEpoch>();
  /** Nodes, the root apart. */
  count = 0;

  constructor() {
    this.root = new AmlNode('\\', undefined, -1);
  }

  epoch(segment: string): SegmentEpoch {
    let found = this.#epochs.get(segment);
    if (found === undefined) {
      found = { count: 0 };
      this.#epochs.set(segment, found);
    }
    return found;
  }

  /** The child of that segment, made if it is not there. */
  add(parent: AmlNode, segment: string, table: number, object?: NamedObject): AmlNode {
    const node = new AmlNode(segment, parent, table, object);
    parent.adopt(node);
    this.#change(segment);
    this.count++;
    return node;
  }

  #change(segment: string): void {
    const epoch = this.#epochs.get(segment);
    if (epoch !== undefined) epoch.count++;
  }

  /** Removes a node and all below it. */
  remove(node: AmlNode): void {
    if (!node.isAlive) return;
    const pending = [node];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      next.isAlive = false;
      if (next.shared !== undefined) next.replace(next.object as NamedObject);
      this.#change(next.segment);
      this.count--;
      pending.push(...next.children.values());
    }
    node.parent?.disown(node);
  }

  /** What a name means in a scope: a lone segment is looked for upward. ACPI 6.5 §5.3 */
  find(scope: AmlNode, { fromRoot, up, segments }: ParsedName): AmlNode | undefined {
    let at: AmlNode | undefined = fromRoot ? this.root : scope;
    for (let step = 0; step < up; step++) {
      if (at?.parent === undefined) return undefined;
      at = at.parent;
    }
    if (segments.length === 1 && !fromRoot && up === 0) return this.findUpward(scope, segments[0] as string);
    for (const segment of segments) {
      at = at.children.get(segment);
      if (at === undefined) return undefined;
      at = at.alias ?? at;
    }
    return at;
  }

  /** What a lone segment means in a scope. */
  findUpward(scope: AmlNode, segment: string): AmlNode | undefined {
    for (let above: AmlNode | undefined = scope; above !== undefined; above = above.parent) {
      const found = above.children.get(segment);
      if (found !== undefined) return found.alias ?? found;
    }
    return undefined;
  }

  /** Where a name is declared: the scope that will hold it, which has to be there, and its segment. */
  holder(scope: AmlNode, { fromRoot, up, segments }: ParsedName): AmlNode | undefined {
    return this.find(scope, { fromRoot, up: up, segments: segments.slice(0, -1) });
  }
}
