import type { CompiledRow } from '../grammar/compiled-rows.js';
import { nameTextAt } from '../grammar/name-bytes.js';
import type { Declares } from '../grammar/opcodes.js';
import { findNode, type NamespaceNode, openNodeAt } from '../namespace/namespace.js';
import { IN_SOURCE } from '../tape/tape.js';

/** ObjectType of a method in an External. ACPI 6.5 §19.6.46 */
const EXTERNAL_METHOD = 8;

/** Enters the name of a declaration that can contain others: a Scope, a Device, a Method … */
export function declareScope(node: NamespaceNode, row: CompiledRow): void {
  if (row.declares === 'method') {
    if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'method';
  } else if (node.kind === 'placeholder') {
    node.kind = row.op === 'Scope' ? 'unknown' : 'object';
  }
}

/** Enters a method's argument count. If several Methods have the same name, the first one counts. */
export function noteArgumentCount(node: NamespaceNode, count: number): void {
  if (node.kind !== 'method' || node.isCounted) return;
  node.argumentCount = count;
  node.isCounted = true;
}

/** Enters the name of a declaration that contains no others. */
function declareObject(node: NamespaceNode): void {
  if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'object';
}

/** Enters another name for `source`. */
function declareAlias(node: NamespaceNode, source: NamespaceNode | undefined): void {
  node.kind = 'object';
  node.alias = source === node ? undefined : source;
}

/** Enters what an External says about a name. */
function declareExternal(node: NamespaceNode, type: number, argumentCount: number): void {
  if (node.kind === 'placeholder') node.kind = 'unknown';
  if (node.kind !== 'unknown' || type !== EXTERNAL_METHOD || argumentCount > 7) return;
  node.kind = 'method';
  node.argumentCount = argumentCount;
}

/** The latest names read as operands. They become nodes only when their term declares them. */
export class NameOperands {
  readonly #bytes: Uint8Array;
  #start = 0;
  /** The key of a single NameSeg; IN_SOURCE for any other name. */
  #key = 0;
  /** Where the name before it begins. */
  #earlierStart = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  note(start: number, key: number): void {
    this.#earlierStart = this.#start;
    this.#start = start;
    this.#key = key;
  }

  /** The node of the latest name, created if missing. */
  open(scope: NamespaceNode): NamespaceNode {
    const key = this.#key;
    return key === IN_SOURCE ? openNodeAt(scope, this.#bytes, this.#start) : scope.child(key);
  }

  /** Declares the latest name, unless its term contains other declarations. The term ends at `end`. */
  declare(declares: Declares, scope: NamespaceNode, end: number): void {
    const bytes = this.#bytes;
    if (declares === 'object') declareObject(this.open(scope));
    else if (declares === 'alias')
      declareAlias(this.open(scope), findNode(scope, nameTextAt(bytes, this.#earlierStart)));
    else if (declares === 'external')
      declareExternal(this.open(scope), bytes[end - 2] as number, bytes[end - 1] as number);
  }
}
