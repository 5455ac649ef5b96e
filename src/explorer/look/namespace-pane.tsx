import { computed, effect, signal, untracked } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TreeNode } from '../analysis/namespace-tree.js';
import { KindSwitches, SearchField } from '../parts/filter-controls.js';
import { ObjectBadge } from '../parts/object-badge.js';
import { type RowsHandle, WindowedRows } from '../parts/windowed-rows.js';
import { selection, selectNode } from '../state/selection.js';
import { loadedSet } from '../state/workspace.js';
import { hasChildren, KINDS, type Kind, openNodes, searchNodes } from './tree-filter.js';

const ROW_HEIGHT = 24;
const KIND_LABELS: Readonly<Record<Kind, string>> = {
  Device: 'Devices',
  Method: 'Methods',
  Name: 'Names',
  OperationRegion: 'Regions',
  FieldUnit: 'Fields',
};

const search = signal('');
const kinds = signal<ReadonlySet<Kind>>(new Set());
const opened = signal<ReadonlySet<string>>(new Set(['\\_SB', '\\_SB.PCI0', '\\_SB.PC00']));

const nodes = computed(() => loadedSet.value?.tree.nodes ?? []);
const isSearching = computed(() => search.value.trim() !== '' || kinds.value.size > 0);
const shown = computed(() =>
  isSearching.value ? searchNodes(nodes.value, search.value, kinds.value) : openNodes(nodes.value, opened.value),
);

function setOpen(path: string, isOpen: boolean): void {
  const next = new Set(opened.peek());
  if (isOpen) next.add(path);
  else next.delete(path);
  opened.value = next;
}

/** Opens everything above a node. */
function openAbove(node: TreeNode): void {
  const next = new Set(opened.peek());
  for (let at = node.parent; at >= 0; at = (nodes.peek()[at] as TreeNode).parent)
    next.add((nodes.peek()[at] as TreeNode).path);
  if (next.size !== opened.peek().size) opened.value = next;
}

function choose(node: TreeNode): void {
  if (node.table >= 0) selectNode(node);
  else setOpen(node.path, !opened.peek().has(node.path));
}

/** Path of the row that the keyboard is on; a scope that no table makes cannot be selected, but can be walked over. */
const cursor = signal<string | undefined>(undefined);

const selectedPath = computed(() => selection.value?.path);

// At once, not after the next frame: by then a further key may have moved the cursor on.
effect(() => {
  const path = selectedPath.value;
  const node = nodes.value.find((each) => each.path === path);
  if (node === undefined) return;
  untracked(() => {
    cursor.value = node.path;
    if (!isSearching.value) openAbove(node);
  });
});

/** The row of the cursor, or of the selection if the cursor's is not shown; -1 if neither is. */
const currentRow = computed(() => {
  const rowOf = (path: string | undefined) =>
    shown.value.findIndex((index) => (nodes.value[index] as TreeNode).path === path);
  const row = rowOf(cursor.value);
  return row >= 0 ? row : rowOf(selectedPath.value);
});

/** Does what a key asks for, from a row on. */
function onKey(event: KeyboardEvent, row: number): void {
  const list = shown.peek();
  const index = list[row];
  const node = index === undefined ? undefined : nodes.peek()[index];
  const go = (next: number) => {
    const found = list[Math.max(0, Math.min(list.length - 1, next))];
    if (found === undefined) return;
    const target = nodes.peek()[found] as TreeNode;
    if (target.table >= 0) selectNode(target);
    cursor.value = target.path;
  };
  const page = 20;
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(row + 1),
    ArrowUp: () => go(row - 1),
    PageDown: () => go(row + page),
    PageUp: () => go(row - page),
    Home: () => go(0),
    End: () => go(list.length - 1),
    ArrowRight: () => {
      if (node === undefined || index === undefined) return;
      if (hasChildren(nodes.peek(), index) && !opened.peek().has(node.path) && !isSearching.peek())
        setOpen(node.path, true);
      else go(row + 1);
    },
    ArrowLeft: () => {
      if (node === undefined) return;
      if (opened.peek().has(node.path) && !isSearching.peek()) setOpen(node.path, false);
      else if (node.parent >= 0) go(list.indexOf(node.parent));
    },
    Enter: () => node && choose(node),
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  move();
}

function Row({ row, current }: { readonly row: number; readonly current: number }): JSX.Element {
  const index = shown.value[row] as number;
  const node = nodes.value[index] as TreeNode;
  const isParent = hasChildren(nodes.value, index);
  const isOpen = isSearching.value ? isParent : opened.value.has(node.path);
  const toggle = (event: Event) => {
    event.stopPropagation();
    setOpen(node.path, !isOpen);
  };
  return (
    <div
      key={node.path}
      id={`node-${row}`}
      class={`tree-row${row === current ? ' current' : ''}`}
      role="treeitem"
      aria-level={node.depth + 1}
      aria-selected={row === current}
      {...(isParent && { 'aria-expanded': isOpen })}
      onClick={() => {
        cursor.value = node.path;
        choose(node);
      }}
      onDblClick={toggle}
    >
      <span class="indent" style={{ width: `${node.depth * 14}px` }} />
      <span class={`twist${isOpen ? ' open' : ''}`} aria-hidden="true" onClick={toggle}>
        {isParent ? '▸' : ''}
      </span>
      <ObjectBadge type={node.type} />
      <span class="tree-name">{node.name}</span>
      <span class="tree-value">{node.hid ?? node.value ?? ''}</span>
    </div>
  );
}

/** The namespace as a tree, with a search by path, type and _HID. */
export function NamespacePane(): JSX.Element {
  const rows = useRef<RowsHandle>(null);
  const path = selectedPath.value;
  const current = currentRow.value;
  useEffect(() => rows.current?.reveal(currentRow.peek()), [current, path, loadedSet.value]);
  return (
    <section class="panel tree-panel" aria-label="Namespace">
      <div class="panel-head">
        <SearchField
          words={search}
          label="Search the namespace"
          placeholder="Path, type or _HID"
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
            rows.current?.focus();
            onKey(event, -1);
          }}
        />
        <KindSwitches label="Kinds of objects" kinds={KINDS} chosen={kinds}>
          {(kind) => KIND_LABELS[kind]}
        </KindSwitches>
      </div>
      {shown.value.length === 0 && (
        <p class="empty">{nodes.value.length === 0 ? 'No table here holds AML.' : 'Nothing found.'}</p>
      )}
      <WindowedRows
        count={shown.value.length}
        rowHeight={ROW_HEIGHT}
        handle={rows}
        attributes={{
          class: 'tree',
          role: 'tree',
          'aria-label': 'Objects',
          tabIndex: 0,
          'aria-activedescendant': current >= 0 ? `node-${current}` : undefined,
          onKeyDown: (event) => onKey(event, Math.max(0, currentRow.peek())),
        }}
      >
        {(row) => <Row key={row} row={row} current={current} />}
      </WindowedRows>
      <p class="panel-foot" aria-live="polite">
        {isSearching.value ? `${shown.value.length} of ` : ''}
        {nodes.value.length.toLocaleString('en')} objects
      </p>
    </section>
  );
}
