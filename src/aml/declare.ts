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
export function declareObject(scope: NamespaceNode, row: CompiledRow, operands: readonly unknown[]): void {
  switch (row.declares) {
    case 'object': {
      const node = openNode(scope, operands[row.nameOperand] as string);
      if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'object';
      return;
    }
    case 'alias': {
      const node = openNode(scope, operands[1] as string);
      node.kind = 'object';
      const source = findNode(scope, operands[0] as string);
      node.alias = source === node ? undefined : source;
      return;
    }
    case 'external': {
      const node = openNode(scope, operands[0] as string);
      const [, type, count] = operands as [string, number, number];
      if (node.kind === 'placeholder') node.kind = 'unknown';
      if (node.kind !== 'unknown' || type !== EXTERNAL_METHOD || count > 7) return;
      node.kind = 'method';
      node.argumentCount = count;
    }
  }
}
