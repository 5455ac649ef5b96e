import type { TreeNode } from '../analysis/namespace-tree.js';

/** Which nodes of the tree are shown: the open ones, or those that a search finds with what is around them. */

export const KINDS = ['Device', 'Method', 'Name', 'OperationRegion', 'FieldUnit'] as const;
export type Kind = (typeof KINDS)[number];

/** What a node is for the filter by kind: whatever has a value is a Name. */
function kindOf({ type }: TreeNode): Kind | undefined {
  if (type === 'Device' || type === 'Method' || type === 'OperationRegion' || type === 'FieldUnit') return type;
  return ['Scope', 'Mutex', 'Event', 'Alias', 'Processor', 'PowerResource', 'ThermalZone'].includes(type)
    ? undefined
    : 'Name';
}

function matches(node: TreeNode, text: string): boolean {
  return (
    node.path.toLowerCase().includes(text) ||
    node.type.toLowerCase() === text ||
    (node.hid ?? '').toLowerCase().includes(text) ||
    (node.name.startsWith('_') && (node.value ?? '').toLowerCase().includes(text))
  );
}

/** Indexes of the nodes that a search shows: what it finds and, above it, the way there. */
export function searchNodes(nodes: readonly TreeNode[], search: string, kinds: ReadonlySet<Kind>): readonly number[] {
  const text = search.trim().toLowerCase();
  const shown = new Uint8Array(nodes.length);
  for (const [index, node] of nodes.entries()) {
    const kind = kindOf(node);
    if (kinds.size > 0 && (kind === undefined || !kinds.has(kind))) continue;
    if (text !== '' && !matches(node, text)) continue;
    for (let at = index; at >= 0 && shown[at] === 0; at = (nodes[at] as TreeNode).parent) shown[at] = 1;
  }
  return Array.from(nodes.keys()).filter((index) => shown[index] === 1);
}

/** Indexes of the nodes whose parents are all open. */
export function openNodes(nodes: readonly TreeNode[], open: ReadonlySet<string>): readonly number[] {
  const visible = new Uint8Array(nodes.length);
  const found: number[] = [];
  for (const [index, { parent }] of nodes.entries()) {
    if (parent >= 0 && (visible[parent] === 0 || !open.has((nodes[parent] as TreeNode).path))) continue;
    visible[index] = 1;
    found.push(index);
  }
  return found;
}

/** Whether a node holds others: in the tree's order the first of them follows it. */
export function hasChildren(nodes: readonly TreeNode[], index: number): boolean {
  return nodes[index + 1]?.parent === index;
}
