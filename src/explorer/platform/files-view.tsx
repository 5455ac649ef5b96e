import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { DiagnosticList } from '../parts/diagnostic-text.js';
import { saveFile } from '../parts/save-file.js';
import { platformWorker } from '../state/platform.js';
import type { PlatformFile } from '../state/session.js';
import { givenTables, platformFile } from '../state/workspace.js';
import type { MadeFile, MadeFiles } from './made-files.js';

function save({ name, contents }: MadeFile): void {
  saveFile(name, contents, typeof contents === 'string' ? 'text/plain' : 'application/octet-stream');
}

const sizeOf = ({ contents }: MadeFile) =>
  typeof contents === 'string' ? new TextEncoder().encode(contents).length : contents.length;

/** Every file that the platform becomes, each to save. */
export function FilesView(): JSX.Element {
  const file = platformFile.value;
  const tables = givenTables.value;
  const [made, setMade] = useState<MadeFiles & { readonly file: PlatformFile }>();
  useEffect(() => {
    let isCurrent = true;
    if (file !== undefined)
      void platformWorker
        .call('files', { file, tables })
        .then((found) => {
          if (isCurrent) setMade({ ...found, file });
        })
        .catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [file, tables]);
  if (made === undefined)
    return (
      <p class="empty" role="status">
        Generating…
      </p>
    );
  return (
    <section class="scroll padded" tabIndex={0} aria-label="Files to save">
      <ul class="made-files">
        {made.files.map((each) => (
          <li key={each.name}>
            <div>
              <p class="mono">{each.name}</p>
              <p class="muted small">
                {each.what}, {sizeOf(each).toLocaleString('en')} bytes
              </p>
            </div>
            <button
              type="button"
              // Not what was generated before the last key.
              disabled={made.file !== file}
              aria-label={`Save ${each.name}`}
              onClick={() => save(each)}
            >
              Save
            </button>
          </li>
        ))}
      </ul>
      {made.diagnostics.length > 0 && <DiagnosticList diagnostics={made.diagnostics.slice(0, 100)} />}
    </section>
  );
}
