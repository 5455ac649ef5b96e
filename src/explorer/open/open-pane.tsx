import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { DiagnosticList } from '../parts/diagnostic-text.js';
import { goTo } from '../state/address.js';
import { givenTables, keepWorkspace, openProblems, platformFile, problemsOf, setTables } from '../state/workspace.js';
import { openAddresses, openFileList, openText } from './open-files.js';

interface Example {
  readonly title: string;
  readonly what: string;
  readonly files: readonly string[];
  readonly pane: 'look' | 'platform' | 'map';
}

const EXAMPLES: readonly Example[] = [
  {
    title: 'A sensor hub',
    what: 'A platform file: a sensor hub with a ring in its shared page, a passed-through GPU, and a motor behind a bridge.',
    files: ['sensor-hub.yaml'],
    pane: 'platform',
  },
  {
    title: 'QEMU’s q35 machine',
    what: 'Six tables as a guest sees them: DSDT, FADT, MADT, MCFG, HPET and WAET.',
    files: ['dsdt.aml', 'facp.aml', 'apic.aml', 'mcfg.aml', 'hpet.aml', 'waet.aml'],
    pane: 'look',
  },
  {
    title: 'A board with passed-through devices',
    what: 'A platform file with functions of the vfio profile, each with its mailbox.',
    files: ['passthrough.yaml'],
    pane: 'platform',
  },
];

const pasted = signal('');

async function openExample({ files, pane }: Example): Promise<void> {
  try {
    await openAddresses(files.map((name) => `./examples/${name}`));
    goTo(pane);
  } catch (error) {
    openProblems.value = problemsOf(error, files[0] ?? '');
  }
}

function Choices(): JSX.Element {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    if (input.files !== null && input.files.length > 0) void openFileList([...input.files]);
    input.value = '';
  };
  return (
    <div class="drop">
      <svg viewBox="0 0 48 48" width="44" height="44" aria-hidden="true">
        <path
          d="M24 32V12m0 0-8 8m8-8 8 8M8 30v8h32v-8"
          fill="none"
          stroke="currentColor"
          stroke-width="3"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      <p class="drop-title">Drop ACPI tables, a folder, a dump or a platform file here</p>
      <p class="muted">
        Tables as <code>.aml</code> or <code>.dat</code>, the text of <code>acpidump</code>, hex, base64, gzip, or a
        platform in YAML. Several tables are one machine.
      </p>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => files.current?.click()}>
          Choose files
        </button>
        <button type="button" onClick={() => folder.current?.click()}>
          Choose a folder
        </button>
      </p>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to open"
        id="open-files"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder to open"
        {...{ webkitdirectory: true }}
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}

function OpenNow(): JSX.Element | null {
  const tables = givenTables.value;
  const platform = platformFile.value;
  if (tables.length === 0 && platform === undefined) return null;
  const close = async (file: string) => {
    if (platform?.file === file) platformFile.value = undefined;
    else await setTables(tables.filter((each) => each.file !== file));
    await keepWorkspace();
  };
  const names = [...(platform === undefined ? [] : [platform.file]), ...tables.map(({ file }) => file)];
  return (
    <section class="card">
      <h2>Open now</h2>
      <ul class="files">
        {names.map((file) => (
          <li key={file}>
            <span class="mono">{file}</span>
            {file === platform?.file && platform.includes !== undefined && (
              <span class="muted small">with {platform.includes.map((each) => each.file).join(', ')}</span>
            )}
            <button type="button" class="quiet" aria-label={`Close ${file}`} onClick={() => void close(file)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The first pane: files, folders, pasted text, examples. */
export function OpenPane(): JSX.Element {
  return (
    <div class="open-pane">
      <div class="open-main">
        <h1>Look into firmware</h1>
        <p class="lead">
          See the bytes, the ASL, the namespace and the address map of ACPI tables side by side, edit a platform and
          watch every artefact follow, and run what is in it. Nothing leaves this machine.
        </p>
        <Choices />
        {openProblems.value.length > 0 && (
          <section class="card problems" role="alert">
            <h2>Not everything could be opened</h2>
            <DiagnosticList diagnostics={openProblems.value} />
          </section>
        )}
        <form
          class="paste"
          onSubmit={(event) => {
            event.preventDefault();
            if (pasted.value.trim() !== '') void openText(pasted.value);
          }}
        >
          <label for="paste">Or paste a hex dump, the text of acpidump, or a platform</label>
          <textarea
            id="paste"
            rows={4}
            spellcheck={false}
            placeholder="44 53 44 54 …"
            value={pasted.value}
            onInput={(event) => {
              pasted.value = event.currentTarget.value;
            }}
          />
          <button type="submit" disabled={pasted.value.trim() === ''}>
            Open the text
          </button>
        </form>
      </div>
      <div class="open-side">
        <OpenNow />
        <section class="card">
          <h2>Examples</h2>
          <ul class="examples">
            {EXAMPLES.map((example) => (
              <li key={example.title}>
                <button type="button" class="example" onClick={() => void openExample(example)}>
                  <b>{example.title}</b>
                  <span>{example.what}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}
