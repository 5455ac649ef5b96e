import type { CompiledRow } from './compiled-rows.js';
import type { NamespaceNode } from './namespace.js';

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
export function declareObject(node: NamespaceNode): void {
  if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'object';
}

/** Notes another name of `source`. */
export function declareAlias(node: NamespaceNode, source: NamespaceNode | undefined): void {
  node.kind = 'object';
  node.alias = source === node ? undefined : source;
}

/** Notes what an External says of a name. */
export function declareExternal(node: NamespaceNode, type: number, argumentCount: number): void {
  if (node.kind === 'placeholder') node.kind = 'unknown';
  if (node.kind !== 'unknown' || type !== EXTERNAL_METHOD || argumentCount > 7) return;
  node.kind = 'method';
  node.argumentCount = argumentCount;
}
