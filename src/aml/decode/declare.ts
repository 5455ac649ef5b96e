import type { CompiledRow } from '../grammar/compiled-rows.js';
import { nameTextAt } from '../grammar/name-bytes.js';
import type { Declares } from '../grammar/opcodes.js';
import { findNode, type NamespaceNode, openNode } from '../namespace/namespace.js';
import { IN_SOURCE } from '../tape/tape.js';

/** ObjectType of a method in an External. ACPI 6.5 §19.6.46 */
const EXTERNAL_METHOD = 8;

/** Notes the name of a declaration that has names within it: a Scope, a Device, a Method … */
export function declareScope(node: NamespaceNode, row: CompiledRow): void {
  if (row.declares === 'method') {
    if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'method';
  } else if (node.kind === 'placeholder') {
    node.kind = row.op === 'Scope' ? 'unknown' : 'object';
  }
}

/** Notes how many arguments a method takes whose body follows. Of several Methods of one name the first counts. */
export function noteArgumentCount(node: NamespaceNode, count: number): void {
  if (node.kind !== 'method' || node.isCounted) return;
  node.argumentCount = count;
  node.isCounted = true;
}

/** Notes the name of a declaration that has no names within it. */
function declareObject(node: NamespaceNode): void {
  if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'object';
}

/** Notes another name of `source`. */
function declareAlias(node: NamespaceNode, source: NamespaceNode | undefined): void {
  node.kind = 'object';
  node.alias = source === node ? undefined : source;
}

/** Notes what an External says of a name. */
function declareExternal(node: NamespaceNode, type: number, argumentCount: number): void {
  if (node.kind === 'placeholder') node.kind = 'unknown';
  if (node.kind !== 'unknown' || type !== EXTERNAL_METHOD || argumentCount > 7) return;
  node.kind = 'method';
  node.argumentCount = argumentCount;
}

/** The latest names that were read as operands, which become nodes only where they are declared. */
export class NameOperands {
  readonly #bytes: Uint8Array;
  #start = 0;
  /** The key of a NameSeg alone, else IN_SOURCE. */
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

  /** The node of the latest name, made if it is not there. */
  open(scope: NamespaceNode): NamespaceNode {
    const key = this.#key;
    return key === IN_SOURCE ? openNode(scope, nameTextAt(this.#bytes, this.#start)) : scope.child(key);
  }

  /** Declares the latest name, if its term has no names within it. What the term says of it ends at `end`. */
  declare(declares: Declares, scope: NamespaceNode, end: number): void {
    const bytes = this.#bytes;
    if (declares === 'object') declareObject(this.open(scope));
    else if (declares === 'alias')
      declareAlias(this.open(scope), findNode(scope, nameTextAt(bytes, this.#earlierStart)));
    else if (declares === 'external')
      declareExternal(this.open(scope), bytes[end - 2] as number, bytes[end - 1] as number);
  }
}
