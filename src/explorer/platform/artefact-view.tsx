import { search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { keymap, lineNumbers } from '@codemirror/view';
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { ObjectChange } from '../../check/index.js';
import { MapPane } from '../map/map-pane.js';
import { ASL_WORDS, C_WORDS, codeColours, RUST_WORDS, TYPESCRIPT_WORDS } from '../parts/code-colours.js';
import { CODE_FOLDING } from '../parts/code-folding.js';
import { CodeView } from '../parts/code-view.js';
import { DiagnosticList } from '../parts/diagnostic-text.js';
import { hexText } from '../parts/hex-text.js';
import { platformWorker } from '../state/platform.js';
import { platformFile } from '../state/workspace.js';
import type { Artefact, Generated } from '../workers/platform-worker.js';
import { FilesView } from './files-view.js';

/** What is generated, the map, which the page draws itself, and all of it as files. */
type Shown = Artefact | 'map' | 'files';

const LABELS: Readonly<Record<Shown, string>> = {
  asl: 'DSDT',
  hex: 'Hex',
  c: 'C',
  rust: 'Rust',
  typescript: 'TypeScript',
  map: 'Map',
  changes: 'Changes',
  files: 'Save files',
};
const WORDS = {
  asl: ASL_WORDS,
  hex: ASL_WORDS,
  map: ASL_WORDS,
  changes: ASL_WORDS,
  files: ASL_WORDS,
  c: C_WORDS,
  rust: RUST_WORDS,
  typescript: TYPESCRIPT_WORDS,
};

const shown = signal<Shown>('asl');
const made = signal<Generated | undefined>(undefined);
/** The file as it was opened: changes are counted from its text. */
const opened = signal<{ readonly file: string; readonly text: string } | undefined>(undefined);

let isBusy = false;
let isStale = false;

async function generate(): Promise<void> {
  const file = platformFile.peek();
  const artefact = shown.peek();
  if (file === undefined) return;
  if (opened.peek()?.file !== file.file) opened.value = file;
  if (artefact === 'map' || artefact === 'files') return;
  if (isBusy) {
    isStale = true;
    return;
  }
  isBusy = true;
  try {
    made.value = await platformWorker.call('generate', { file, artefact, opened: opened.peek()?.text ?? file.text });
  } catch {
    // The worker could not be loaded; the next change tries again.
  } finally {
    isBusy = false;
  }
  if (!isStale) return;
  isStale = false;
  await generate();
}

function Change({ kind, path, type, what, below, details }: ObjectChange): JSX.Element {
  return (
    <li class={`change ${kind}`}>
      <p>
        <b>{kind}</b> <span class="mono">{what ?? `${type} ${path}`}</span>
        {below > 0 && <span class="muted"> and {below} objects below it</span>}
      </p>
      {details.map(({ aspect, before, after }) => (
        <p key={aspect} class="mono small wrap">
          {aspect}: <del>{before ?? 'nothing'}</del> → <ins>{after ?? 'nothing'}</ins>
        </p>
      ))}
    </li>
  );
}

function Changes({ found }: { readonly found: Generated }): JSX.Element {
  const objects = found.changes?.objects ?? [];
  if (objects.length === 0) return <p class="empty">Nothing has changed since the file was opened.</p>;
  return (
    <section class="scroll" tabIndex={0} aria-label="Changes since opening">
      <ul class="changes">
        {objects.slice(0, 500).map((each) => (
          <Change key={`${each.kind}${each.path}`} {...each} />
        ))}
      </ul>
    </section>
  );
}

/** What is generated from the platform: tables, drivers, and the changes since it was opened. Follows each key. */
export function ArtefactView(): JSX.Element {
  const file = platformFile.value;
  const artefact = shown.value;
  useEffect(() => void generate(), [file, artefact]);
  const found = made.value;
  const extensions = useMemo(
    () => [
      lineNumbers(),
      CODE_FOLDING,
      codeColours(WORDS[artefact]),
      search({ top: true }),
      keymap.of(searchKeymap),
      EditorState.readOnly.of(true),
    ],
    [artefact],
  );
  const isCurrent = found?.artefact === artefact;
  const text = useMemo(
    () => (isCurrent && found?.bytes !== undefined && artefact === 'hex' ? hexText(found.bytes, 6) : found?.text) ?? '',
    [found],
  );
  return (
    <section class="panel artefact" aria-label="Generated">
      <div class="panel-head slim">
        <fieldset class="chips">
          <legend class="unseen">Shown</legend>
          {(Object.keys(LABELS) as Shown[]).map((each) => (
            <button
              type="button"
              key={each}
              class="chip"
              aria-pressed={each === artefact}
              onClick={() => {
                shown.value = each;
              }}
            >
              {LABELS[each]}
            </button>
          ))}
        </fieldset>
        <span class="muted">
          {isCurrent
            ? `${found.bytes === undefined ? '' : `${found.bytes.length.toLocaleString('en')} bytes, `}${Math.ceil(found.milliseconds)} ms`
            : ''}
        </span>
      </div>
      {isCurrent && found.diagnostics.some(({ severity }) => severity === 'error') ? (
        <section class="scroll padded" tabIndex={0} aria-label="Errors">
          <DiagnosticList diagnostics={found.diagnostics.slice(0, 100)} />
        </section>
      ) : artefact === 'map' ? (
        <MapPane />
      ) : artefact === 'files' ? (
        <FilesView />
      ) : artefact === 'changes' ? (
        isCurrent && <Changes found={found} />
      ) : (
        <CodeView
          text={isCurrent ? text : ''}
          label={`Generated ${LABELS[artefact]}`}
          extensions={extensions}
          keepScroll
        />
      )}
    </section>
  );
}
