import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { noteWords } from '../state/address.js';
import { shownTable } from '../state/selection.js';
import { loadedSet } from '../state/workspace.js';
import { AslPane } from './asl-pane.js';
import { DetailsPane } from './details-pane.js';
import { HexPane } from './hex-pane.js';
import { NamespacePane } from './namespace-pane.js';

const PARTS = ['tree', 'asl', 'hex', 'details'] as const;
type Part = (typeof PARTS)[number];
const LABELS: Readonly<Record<Part, string>> = { tree: 'Namespace', asl: 'ASL', hex: 'Bytes', details: 'Details' };

/** In a narrow window, the part that is shown. */
const part = signal<Part>('tree');

function TableChips(): JSX.Element {
  const tables = loadedSet.value?.tables ?? [];
  return (
    <nav class="tables" aria-label="Tables">
      {tables.map(({ file, signature, oemTableId, bytes }, index) => (
        <button
          type="button"
          key={file}
          class="table-chip"
          aria-pressed={index === shownTable.value}
          title={`${file}, ${bytes.length} bytes`}
          onClick={() => noteWords({ table: file, bytes: undefined, path: undefined })}
        >
          <b>{signature}</b> <span>{oemTableId}</span>
        </button>
      ))}
    </nav>
  );
}

/** Namespace, ASL, bytes and details of the tables, all on the same selection. */
export function LookPane(): JSX.Element {
  return (
    <div class="look" data-part={part.value}>
      <TableChips />
      <div class="part-switch" role="group" aria-label="Part">
        {PARTS.map((each) => (
          <button
            type="button"
            key={each}
            aria-pressed={part.value === each}
            onClick={() => {
              part.value = each;
            }}
          >
            {LABELS[each]}
          </button>
        ))}
      </div>
      <div class="look-grid">
        <NamespacePane />
        <AslPane />
        <DetailsPane />
        <HexPane />
      </div>
    </div>
  );
}
