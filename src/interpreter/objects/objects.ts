import type { AmlNode } from './node.js';

/** What ObjectType gives. ACPI 6.5 §19.6.97 */
export const TYPE = {
  uninitialized: 0,
  integer: 1,
  string: 2,
  buffer: 3,
  package: 4,
  fieldUnit: 5,
  device: 6,
  event: 7,
  method: 8,
  mutex: 9,
  region: 10,
  powerResource: 11,
  processor: 12,
  thermalZone: 13,
  bufferField: 14,
  ddbHandle: 15,
  debug: 16,
  reference: 20,
  node: 21,
} as const;

/** ACPICA's names of the types, as `Concatenate` shows them. */
const TYPE_NAMES: readonly string[] = [
  'Untyped',
  'Integer',
  'String',
  'Buffer',
  'Package',
  'FieldUnit',
  'Device',
  'Event',
  'Method',
  'Mutex',
  'Region',
  'Power',
  'Processor',
  'Thermal',
  'BufferField',
  'DdbHandle',
  'DebugObject',
];

/**
 * An integer: a number up to 2^53 - 1, a bigint above. One value has one form, so `===` compares. A 32-bit namespace
 * has numbers alone.
 */
export type AmlInteger = number | bigint;

export class AmlString {
  readonly type = TYPE.string;
  /** One character a byte. */
  text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export class AmlBuffer {
  readonly type = TYPE.buffer;
  bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** A name in a package that has not been looked up yet, and the scope to look it up in. */
export class UnresolvedName {
  readonly type = TYPE.uninitialized;
  readonly scope: AmlNode;
  readonly name: string;

  constructor(scope: AmlNode, name: string) {
    this.scope = scope;
    this.name = name;
  }
}

/**
 * The Integer of a name in a package. It changes with the name's, until the name gets another object. Deviates from
 * ACPI 6.5 §19.6.101, where the element is a reference: ACPICA shares the object.
 */
export class SharedInteger {
  readonly type = TYPE.integer;
  readonly node: AmlNode;
  /** What it stays once the name has another object. */
  fixed: AmlInteger | undefined;

  constructor(node: AmlNode) {
    this.node = node;
    node.shared ??= [];
    node.shared.push(this);
  }

  get value(): AmlInteger {
    return this.fixed ?? (this.node.object as AmlInteger);
  }
}

export type Element = Value | UnresolvedName | SharedInteger | undefined;

export class AmlPackage {
  readonly type = TYPE.package;
  #elements: Element[] | (() => Element[]);
  /** Whether names in it are still to be looked up. */
  unresolved: boolean;

  /** Elements, or what makes them when they are first wanted: most packages of a table never are. */
  constructor(elements: Element[] | (() => Element[]), unresolved = false) {
    this.#elements = elements;
    this.unresolved = unresolved;
  }

  get elements(): Element[] {
    const elements = this.#elements;
    if (typeof elements !== 'function') return elements;
    const made = elements();
    this.#elements = made;
    return made;
  }
}

/** Locals and arguments of a running method: Local0..Local7, then Arg0..Arg6. */
export type Slots = (Value | undefined)[];

/** `RefOf` of a named object. */
export class NodeReference {
  readonly type = TYPE.reference;
  readonly kind = 'node';
  readonly node: AmlNode;
  /** In a package, a name that has no value: a device, a method. */
  readonly isName: boolean;

  constructor(node: AmlNode, isName = false) {
    this.node = node;
    this.isName = isName;
  }
}

/** `RefOf` of a local or an argument. */
export class SlotReference {
  readonly type = TYPE.reference;
  readonly kind = 'slot';
  readonly slots: Slots;
  readonly slot: number;

  constructor(slots: Slots, slot: number) {
    this.slots = slots;
    this.slot = slot;
  }
}

/** What `Index` gives: an element of a package, a byte of a buffer, a character of a string. */
export class IndexReference {
  readonly type = TYPE.reference;
  readonly kind = 'index';
  readonly container: AmlPackage | AmlBuffer | AmlString;
  readonly index: number;

  constructor(container: AmlPackage | AmlBuffer | AmlString, index: number) {
    this.container = container;
    this.index = index;
  }
}

/** The Debug object where it is a value. */
export class DebugReference {
  readonly type = TYPE.reference;
  readonly kind = 'debug';
}

export type Reference = NodeReference | SlotReference | IndexReference | DebugReference;

/** What Load and LoadTable give. */
export class DdbHandle {
  readonly type = TYPE.ddbHandle;
  readonly table: number;

  constructor(table: number) {
    this.table = table;
  }
}

/** What expressions give and locals hold. A node is an object without a value: a device, a mutex, a method. */
export type Value = AmlInteger | AmlString | AmlBuffer | AmlPackage | Reference | DdbHandle | AmlNode;

/** A Device, ThermalZone, Processor or PowerResource. */
export class AmlDevice {
  readonly type: number;
  /** Of a Processor its number, block address and length; of a PowerResource its level and order. */
  readonly details: readonly number[];

  constructor(type: number, details: readonly number[] = []) {
    this.type = type;
    this.details = details;
  }
}

export class AmlMutex {
  readonly type = TYPE.mutex;
  readonly syncLevel: number;
  /** How often it was acquired. */
  depth = 0;
  /** Level that holds again once it is released. */
  levelBefore = 0;

  constructor(syncLevel: number) {
    this.syncLevel = syncLevel;
  }
}

export class AmlEvent {
  readonly type = TYPE.event;
  signals = 0;
}

/** How a body of statements ended. */
export const DONE = { normal: 0, break: 1, continue: 2, return: 3 } as const;
export type Completion = (typeof DONE)[keyof typeof DONE];

/** One running method, or the level of a table. */
export interface Frame {
  readonly slots: Slots;
  /** Where names are looked up and made. */
  scope: AmlNode;
  /** What Return gave. */
  result: Value | undefined;
  /** The last value of a statement, for the implicit return. */
  implicit: Value | undefined;
  /** Objects that it declared, which go when it ends; undefined for a table, whose objects stay. */
  created: AmlNode[] | undefined;
  readonly isTable: boolean;
}

export type Body = (frame: Frame) => Completion;
/** A method that is not AML. */
export type NativeMethod = (args: readonly Value[]) => Value;

/** Where a method's body is. */
export interface MethodSource {
  /** First byte, and the byte after the last, in the table; 0 and 0 if it is elsewhere. */
  readonly start: number;
  readonly end: number;
  /** The declared name, in whose scope the body is decoded. */
  readonly node: AmlNode | undefined;
}

export class AmlMethod implements MethodSource {
  readonly type = TYPE.method;
  readonly flags: number;
  readonly table: number;
  /** How often it is running. */
  running = 0;
  native: NativeMethod | undefined;
  #body: Body | undefined;
  readonly #compile: (source: MethodSource) => Body;
  readonly node: AmlNode | undefined;
  readonly start: number;
  readonly end: number;

  /** All methods of a table share one `compile`: a closure for each would take more memory than the methods. */
  constructor(
    flags: number,
    table: number,
    compile: (source: MethodSource) => Body,
    node?: AmlNode,
    start = 0,
    end = 0,
  ) {
    this.flags = flags;
    this.table = table;
    this.#compile = compile;
    this.node = node;
    this.start = start;
    this.end = end;
  }

  get argumentCount(): number {
    return this.flags & 7;
  }

  get isSerialized(): boolean {
    return (this.flags & 8) !== 0;
  }

  get syncLevel(): number {
    return this.flags >> 4;
  }

  /** Compiled when it first runs. */
  get body(): Body {
    this.#body ??= this.#compile(this);
    return this.#body;
  }
}

/** ObjectType's number of a value, not following references. */
export function typeOf(value: Value | undefined): number {
  if (typeof value === 'number' || typeof value === 'bigint') return TYPE.integer;
  return value === undefined ? TYPE.uninitialized : value.type;
}

/** A type in ACPICA's words. */
export function typeName(value: Value | undefined): string {
  const type = typeOf(value);
  if (type === TYPE.reference) return 'Reference';
  if (type === TYPE.node) return TYPE_NAMES[(value as AmlNode).objectType] ?? 'Untyped';
  return TYPE_NAMES[type] ?? 'Untyped';
}
