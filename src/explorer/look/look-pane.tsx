import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Severity } from '../../vocab/index.js';
import { DiagnosticList, SeverityMark } from '../parts/diagnostic-text.js';
import { counted } from '../parts/hex-text.js';
import { hashOf, noteWords } from '../state/address.js';
import { linkOf, shownTable } from '../state/selection.js';
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

/** What is wrong with the tables as they were read: checksums, lengths, AML that does not decode. Worst first. */
const faults = computed(() => {
  const found = loadedSet.value?.diagnostics ?? [];
  return [
    ...found.filter(({ severity }) => severity === 'error'),
    ...found.filter(({ severity }) => severity === 'warning'),
  ];
});

/** Most faults that are shown above the tables; Findings has all. */
const MOST_SHOWN = 3;

function TableFaults(): JSX.Element | null {
  const found = faults.value;
  if (found.length === 0) return null;
  const files = [...new Set(found.flatMap(({ place }) => place.file ?? []))];
  const what = files.length === 1 ? files[0] : `${files.length} tables`;
  return (
    <section class="table-faults" role="alert">
      <details open>
        <summary>
          <b>
            {what}: {found.length} {found.length === 1 ? 'fault' : 'faults'}
          </b>
        </summary>
        <DiagnosticList diagnostics={found.slice(0, MOST_SHOWN)} linkOf={linkOf} />
      </details>
      <p>
        <a href={hashOf({ pane: 'findings', words: {} })}>
          {found.length > MOST_SHOWN ? `${found.length - MOST_SHOWN} more in Findings` : 'Everything in Findings'}
        </a>
      </p>
    </section>
  );
}

function TableChips(): JSX.Element {
  const tables = loadedSet.value?.tables ?? [];
  const worst = new Map(faults.value.toReversed().map(({ place, severity }) => [place.file, severity]));
  return (
    <nav class="tables" aria-label="Tables">
      {tables.map(({ file, signature, oemTableId, bytes }, index) => (
        <button
          type="button"
          key={file}
          class="table-chip"
          aria-pressed={index === shownTable.value}
          title={`${file}, ${counted(bytes.length, 'byte')}`}
          onClick={() => noteWords({ table: file, bytes: undefined, path: undefined })}
        >
          {worst.has(file) && <SeverityMark severity={worst.get(file) as Severity} />}
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
      <TableFaults />
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
