import { computed } from '@preact/signals';
import type { Place } from '../../vocab/index.js';
import type { TreeNode } from '../analysis/namespace-tree.js';
import { address, goTo, hashOf, noteWords } from './address.js';
import { loadedSet, nodeAt, platformFile } from './workspace.js';

/** What is selected in Look: bytes of a table, and the object that they belong to. The URL holds it. */
export interface Selection {
  /** Index of the table. */
  readonly table: number;
  readonly start: number;
  readonly end: number;
  /** As ASL shows it; undefined if the bytes are of no object. */
  readonly path: string | undefined;
}

const hex = (value: number) => `0x${value.toString(16)}`;

function rangeOf(text: string | undefined): readonly [number, number] | undefined {
  const [, from, to] = /^0x([0-9a-f]+)-0x([0-9a-f]+)$/.exec(text ?? '') ?? [];
  return from === undefined || to === undefined ? undefined : [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}

/** The nodes of each table in the order of their bytes, to find those around a byte. */
const nodesByTable = computed(() => {
  const byTable = new Map<number, TreeNode[]>();
  for (const node of loadedSet.value?.tree.nodes ?? []) {
    if (node.table < 0) continue;
    const list = byTable.get(node.table);
    if (list === undefined) byTable.set(node.table, [node]);
    else list.push(node);
  }
  for (const list of byTable.values()) list.sort((a, b) => a.start - b.start || b.end - a.end);
  return byTable;
});

/** The innermost object around a byte. */
export function nodeAround(table: number, offset: number): TreeNode | undefined {
  const nodes = nodesByTable.value.get(table) ?? [];
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle] as TreeNode).start <= offset) low = middle + 1;
    else high = middle;
  }
  for (let at = low - 1; at >= 0 && at > low - 5000; at--) {
    const node = nodes[at] as TreeNode;
    if (node.end > offset) return node;
  }
  return undefined;
}

export const selection = computed((): Selection | undefined => {
  const set = loadedSet.value;
  if (set === undefined) return undefined;
  const { words } = address.value;
  const node = words.path === undefined ? undefined : nodeAt(words.path);
  const named = set.tables.findIndex(({ file }) => file === words.table);
  const range = rangeOf(words.bytes);
  if (named >= 0 && range !== undefined) {
    return { table: named, start: range[0], end: range[1], path: node?.path ?? nodeAround(named, range[0])?.path };
  }
  if (node !== undefined && node.table >= 0)
    return { table: node.table, start: node.start, end: node.end, path: node.path };
  return named >= 0 ? { table: named, start: 0, end: 0, path: undefined } : undefined;
});

/** The table that is shown: that of the selection, or the first with AML. */
export const shownTable = computed((): number => {
  const chosen = selection.value?.table;
  if (chosen !== undefined) return chosen;
  const tables = loadedSet.value?.tables ?? [];
  return Math.max(
    0,
    tables.findIndex(({ holdsAml }) => holdsAml),
  );
});

/** The words of a link to an object. */
export function wordsForNode(node: TreeNode): Record<string, string> {
  const file = loadedSet.value?.tables[node.table]?.file;
  return { path: node.path, ...(file !== undefined && { table: file, bytes: `${hex(node.start)}-${hex(node.end)}` }) };
}

/** The words of a link to bytes. */
export function wordsForBytes(table: number, start: number, end: number): Record<string, string> {
  const file = loadedSet.value?.tables[table]?.file ?? '';
  const path = nodeAround(table, start)?.path;
  return { table: file, bytes: `${hex(start)}-${hex(end)}`, ...(path !== undefined && { path }) };
}

/** A link to the bytes of a place in a table that is open, or to its line in the open platform; undefined for any other. */
export function linkOf(place: Place): string | undefined {
  if (place.file === platformFile.value?.file && place.line !== undefined)
    return hashOf({ pane: 'platform', words: { line: String(place.line) } });
  const table = loadedSet.value?.tables.findIndex(({ file }) => file === place.file) ?? -1;
  if (table < 0) return undefined;
  if (place.offsetBytes === undefined) return hashOf({ pane: 'look', words: { table: place.file ?? '' } });
  return hashOf({ pane: 'look', words: wordsForBytes(table, place.offsetBytes, place.offsetBytes + 1) });
}

/** Selects bytes of a table. */
export function selectBytes(table: number, start: number, end: number): void {
  const words = wordsForBytes(table, start, end);
  if (address.peek().pane === 'look') noteWords({ path: undefined, ...words });
  else goTo('look', words);
}

/** Selects an object of the namespace. */
export function selectNode(node: TreeNode): void {
  const words = wordsForNode(node);
  if (address.peek().pane === 'look') noteWords({ table: undefined, bytes: undefined, ...words });
  else goTo('look', words);
}

/** Selects the object of a path, if some table makes it. */
export function selectPath(path: string): void {
  const node = nodeAt(path);
  if (node !== undefined) selectNode(node);
}
