import type { CompiledRow } from './compiled-rows.js';
import { findNode, type NamespaceNode, openNode } from './namespace.js';

/** ObjectType of a method in an External. ACPI 6.5 §19.6.46 */
const EXTERNAL_METHOD = 8;

/** Opens the node of a declaration that has names within it: a Scope, a Device, a Method … */
export function declareScope(scope: NamespaceNode, row: CompiledRow, name: string): NamespaceNode {
  const node = openNode(scope, name);
  if (row.declares === 'method') {
    if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'method';
  } else if (node.kind === 'placeholder') {
    node.kind = row.op === 'Scope' ? 'unknown' : 'object';
  }
  return node;
}

/** Notes how many arguments a method takes whose body follows. Of several Methods of one name the first counts. */
export function noteArgumentCount(node: NamespaceNode, count: number): void {
  if (node.kind !== 'method' || node.isCounted) return;
  node.argumentCount = count;
  node.isCounted = true;
}

/** Notes the name of a declaration that has no names within it. */
export function declareObject(scope: NamespaceNode, name: string): void {
  const node = openNode(scope, name);
  if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'object';
}

/** Notes another name for what `source` names. */
export function declareAlias(scope: NamespaceNode, source: string, name: string): void {
  const node = openNode(scope, name);
  node.kind = 'object';
  const meant = findNode(scope, source);
  node.alias = meant === node ? undefined : meant;
}

/** Notes what an External says of a name. */
export function declareExternal(scope: NamespaceNode, name: string, type: number, argumentCount: number): void {
  const node = openNode(scope, name);
  if (node.kind === 'placeholder') node.kind = 'unknown';
  if (node.kind !== 'unknown' || type !== EXTERNAL_METHOD || argumentCount > 7) return;
  node.kind = 'method';
  node.argumentCount = argumentCount;
}
