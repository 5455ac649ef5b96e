import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TreeNode } from '../analysis/namespace-tree.js';
import { ObjectBadge } from '../parts/object-badge.js';
import { goTo } from '../state/address.js';
import { selectNode } from '../state/selection.js';
import { loadedSet } from '../state/workspace.js';

/** Ctrl+K: an object by a part of its path or _HID, or an address on the map. */

export const isPaletteOpen = signal(false);

const words = signal('');
const chosen = signal(0);
const MOST_SHOWN = 40;

const found = computed((): readonly TreeNode[] => {
  const text = words.value.trim().toLowerCase();
  const nodes = loadedSet.value?.tree.nodes ?? [];
  if (text === '') return nodes.filter(({ table }) => table >= 0).slice(0, MOST_SHOWN);
  const matching: { node: TreeNode; score: number }[] = [];
  for (const node of nodes) {
    if (node.table < 0) continue;
    const path = node.path.toLowerCase();
    const at = path.indexOf(text);
    const isHid = (node.hid ?? '').toLowerCase().includes(text);
    if (at < 0 && !isHid) continue;
    matching.push({ node, score: (path.endsWith(text) ? 0 : 100) + node.depth + (at < 0 ? 50 : 0) });
  }
  return matching
    .sort((a, b) => a.score - b.score)
    .slice(0, MOST_SHOWN)
    .map(({ node }) => node);
});

function close(): void {
  isPaletteOpen.value = false;
  words.value = '';
  chosen.value = 0;
}

function accept(): void {
  const text = words.peek().trim();
  const node = found.peek()[chosen.peek()];
  close();
  if (/^0x[0-9a-f_]+$/i.test(text)) goTo('map', { address: text });
  else if (node !== undefined) selectNode(node);
}

export function ObjectPalette(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isPaletteOpen.value;
  useEffect(() => {
    if (isOpen && !dialog.current?.open) dialog.current?.showModal();
    if (!isOpen) dialog.current?.close();
  }, [isOpen]);
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      chosen.value = Math.max(0, Math.min(found.value.length - 1, chosen.value + step));
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      accept();
    }
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Go to an object" onClose={close}>
      {isOpen && (
        <>
          <input
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-activedescendant={found.value.length > 0 ? `palette-${chosen.value}` : undefined}
            aria-label="Path, _HID or address"
            placeholder="Path, _HID or 0x address"
            value={words.value}
            onInput={(event) => {
              words.value = event.currentTarget.value;
              chosen.value = 0;
            }}
            onKeyDown={onKey}
          />
          <div id="palette-list" class="palette-list" role="listbox" aria-label="Objects">
            {found.value.map((node, index) => (
              <div
                key={node.path}
                id={`palette-${index}`}
                role="option"
                aria-selected={index === chosen.value}
                onClick={() => {
                  chosen.value = index;
                  accept();
                }}
              >
                <ObjectBadge type={node.type} />
                <span class="mono">{node.path}</span>
                <span class="muted small">{node.hid ?? node.value ?? ''}</span>
              </div>
            ))}
          </div>
        </>
      )}
    </dialog>
  );
}
