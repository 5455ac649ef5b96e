import { KIND, ROWS } from '../../aml/grammar/compiled-rows.js';
import { type Declares, PREFIX } from '../../aml/grammar/opcodes.js';
import {
  createNamespace,
  findLoneNode,
  findNode,
  findPointed,
  findPointedNode,
  type NamespaceNode,
  openNode,
} from '../../aml/namespace/namespace.js';
import { ELEMENT } from '../../aml/tape/field-list.js';
import { IN_SOURCE, isLoneKey, RECORD, ROW, type Tape, VALUE } from '../../aml/tape/tape.js';
import { afterElement, firstElement, operandAt } from './operands.js';

/** Object types of External that a use can reveal. ACPI 6.5 §19.6.45 */
export type UsedAs = 'UnknownObj' | 'DeviceObj' | 'MethodObj' | 'OpRegionObj' | 'FieldUnitObj' | 'MutexObj';

/** A name that the terms use but do not declare. */
export interface ForeignName {
  /** A path is absolute; a single segment is as written, since any scope above may declare it. */
  readonly name: string;
  readonly usedAs: UsedAs;
  /** The most arguments that a call passes to it. */
  readonly argumentCount: number;
}

function isKnown(node: NamespaceNode | undefined): node is NamespaceNode {
  return node !== undefined && node.kind !== 'placeholder';
}

/** Size of the cache for single-segment names, as a power of two. */
const PLACE_BITS = 12;

/** The nearest scope, from this one upward, that has names in it: single segments refer to the same objects there. */
function withNames(scope: NamespaceNode): NamespaceNode {
  let at = scope;
  while (at.children.length === 0 && at.parent !== undefined) at = at.parent;
  return at;
}

/** Resolves names while terms are printed: those that the terms declare, and those of other tables. */
export class Names {
  readonly #tape: Tape;
  readonly #words: Int32Array;
  /** The current scope in the terms' own namespace and in the given one, and the scopes around it. */
  #own: NamespaceNode;
  #given: NamespaceNode | undefined;
  readonly #outer: (NamespaceNode | undefined)[] = [];
  /** Where the lookup of single segments begins. */
  #from: NamespaceNode;
  /** Cache of resolved names, by their keys: the scope of the lookup, and 1 for methods. */
  readonly #keys = new Int32Array(1 << PLACE_BITS);
  readonly #scopes: (NamespaceNode | undefined)[] = new Array(1 << PLACE_BITS).fill(undefined);
  readonly #methods = new Uint8Array(1 << PLACE_BITS);
  readonly #foreign = new Map<string, ForeignName>();

  constructor(tape: Tape, own: NamespaceNode, given: NamespaceNode | undefined) {
    this.#tape = tape;
    this.#words = tape.words;
    this.#own = own;
    this.#from = own;
    this.#given = given;
  }

  /** Absolute path of the current scope. */
  get path(): string {
    return this.#own.path();
  }

  /** Marks an absolute name as declared by an External. */
  declare(name: string): void {
    const node = openNode(this.#own, name);
    if (node.kind === 'placeholder') node.kind = 'unknown';
  }

  /** Enters the scope that a record names. */
  enter(record: number): void {
    const own = this.#own;
    const given = this.#given;
    this.#outer.push(own, given, this.#from);
    this.#own = this.#opened(own, record);
    this.#from = withNames(this.#own);
    if (given !== undefined) this.#given = this.#opened(given, record);
  }

  /** Leaves the current scope. */
  leave(): void {
    this.#from = this.#outer.pop() as NamespaceNode;
    this.#given = this.#outer.pop();
    this.#own = this.#outer.pop() as NamespaceNode;
  }

  #opened(scope: NamespaceNode, record: number): NamespaceNode {
    const value = this.#tape.value(record);
    return isLoneKey(value) ? scope.child(value) : openNode(scope, this.#tape.name(record));
  }

  /** What the name in a record refers to in a scope. */
  #meant(scope: NamespaceNode, record: number): NamespaceNode | undefined {
    const tape = this.#tape;
    const value = tape.value(record);
    if (isLoneKey(value)) return findLoneNode(scope, value);
    if (value === IN_SOURCE) return findPointedNode(scope, tape.source, tape.start(record));
    return tape.isWideName(record) ? findPointed(scope, tape.name(record)) : findNode(scope, tape.name(record));
  }

  /** Records a use of the name in a record. Returns whether it is a method. */
  use(record: number, usedAs: UsedAs, argumentCount: number): boolean {
    const key = this.#words[record * RECORD + VALUE] as number;
    if (!isLoneKey(key)) {
      const node = this.#meant(this.#own, record);
      return isKnown(node) ? node.kind === 'method' : this.#useForeign(record, usedAs, argumentCount);
    }
    const place = Math.imul(key, 0x9e3779b1) >>> (32 - PLACE_BITS);
    if (this.#keys[place] !== key || this.#scopes[place] !== this.#from) {
      const node = findLoneNode(this.#from, key);
      if (!isKnown(node)) return this.#useForeign(record, usedAs, argumentCount);
      this.#keys[place] = key;
      this.#scopes[place] = this.#from;
      this.#methods[place] = node.kind === 'method' ? 1 : 0;
    }
    return this.#methods[place] === 1;
  }

  #useForeign(record: number, usedAs: UsedAs, argumentCount: number): boolean {
    const name = this.#tape.name(record);
    const isPointed = name.length > 4 && name.charCodeAt(0) !== PREFIX.root;
    this.#note(isPointed ? openNode(this.#own, name).path() : name, usedAs, argumentCount);
    const given = this.#given === undefined ? undefined : this.#meant(this.#given, record);
    return isKnown(given) && given.kind === 'method';
  }

  #note(name: string, usedAs: UsedAs, argumentCount: number): void {
    const known = this.#foreign.get(name);
    const isTold = known !== undefined && (known.usedAs !== 'UnknownObj' || usedAs === 'UnknownObj');
    if (isTold && known.argumentCount >= argumentCount) return;
    this.#foreign.set(name, { name, usedAs, argumentCount: Math.max(argumentCount, known?.argumentCount ?? 0) });
  }

  /** Undeclared names used so far, in order of first use. */
  get foreign(): readonly ForeignName[] {
    return [...this.#foreign.values()];
  }
}

/** What the survey does with a term. */
const TASK = { nothing: 0, list: 1, scope: 2, object: 3, fields: 4, alias: 5 } as const;
const TASKS = {
  scope: TASK.scope,
  method: TASK.scope,
  object: TASK.object,
  fields: TASK.fields,
  alias: TASK.alias,
  external: TASK.nothing,
} as const satisfies Record<Declares, number>;

/** By code: the task, the index of the declared name, and the index of the list of terms. */
const tasks = new Uint8Array(256);
const nameOperands = new Uint8Array(256);
const listOperands = new Uint8Array(256);
for (const { code, declares, kinds, nameOperand } of ROWS) {
  const list = kinds.indexOf(KIND.TermList);
  tasks[code] = declares !== undefined ? TASKS[declares] : list >= 0 ? TASK.list : TASK.nothing;
  nameOperands[code] = Math.max(nameOperand, 0);
  listOperands[code] = Math.max(list, 0);
}

function open(tape: Tape, name: number, scope: NamespaceNode): NamespaceNode {
  const value = tape.value(name);
  return isLoneKey(value) ? scope.child(value) : openNode(scope, tape.name(name));
}

function alias(tape: Tape, record: number, scope: NamespaceNode): void {
  const node = open(tape, record + 2, scope);
  node.kind = 'object';
  const source = findNode(scope, tape.name(record + 1));
  if (source !== node) node.alias = source;
}

function fields(tape: Tape, record: number, scope: NamespaceNode): void {
  const end = tape.next(record);
  let at = firstElement(tape, record);
  while (at < end) {
    if (tape.code(at) === ELEMENT.NamedField) scope.child(tape.value(at)).kind = 'object';
    at = afterElement(tape, at);
  }
}

/** The node of a declaration other than an alias or a field list. */
function declared(tape: Tape, record: number, scope: NamespaceNode): NamespaceNode {
  const code = tape.code(record);
  const name = operandAt(tape, record, nameOperands[code] as number);
  const node = open(tape, name, scope);
  if (code === ROW.Method) {
    node.kind = 'method';
    node.argumentCount = tape.value(name + 1) & 7;
  } else if (code !== ROW.Scope && node.kind === 'placeholder') {
    node.kind = 'object';
  }
  return node;
}

/** Enters the declarations of the terms from one record up to another. */
function terms(tape: Tape, first: number, end: number, scope: NamespaceNode): void {
  for (let record = first; record < end; record = tape.next(record)) {
    const code = tape.code(record);
    const task = tasks[code] as number;
    if (task === TASK.nothing) continue;
    if (task === TASK.object) declared(tape, record, scope);
    else if (task === TASK.fields) fields(tape, record, scope);
    else if (task === TASK.alias) alias(tape, record, scope);
    else {
      const inside = task === TASK.scope ? declared(tape, record, scope) : scope;
      const list = tape.list(operandAt(tape, record, listOperands[code] as number), tape.next(record));
      terms(tape, list[0], list[1], inside);
    }
  }
}

/** The names that the terms from one record up to another declare, at any depth. */
export function surveyNames(tape: Tape, first: number, end: number): NamespaceNode {
  const names = createNamespace();
  terms(tape, first, end, names);
  return names;
}
