import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { isServedByCommand } from '../open/served-files.js';
import { platformFile } from '../state/workspace.js';
import type { GuestSource } from '../workers/boot-worker.js';

/** Where the files of a guest come from: the command's cache, through its server, or the user's own. */

/** What the page's server has, as `guest.json` lists it. */
interface ServedGuest {
  readonly names: readonly string[];
  /** Needed files that it does not have. */
  readonly missing: readonly string[];
}

const served = signal<ServedGuest | undefined>(undefined);
const picked = signal<readonly File[]>([]);

/** Asks the server what it has; a copy of the page has nothing to ask. */
export async function lookForFiles(): Promise<void> {
  if (!isServedByCommand) return;
  const response = await fetch('./guest.json').catch(() => undefined);
  served.value = response?.ok ? ((await response.json()) as ServedGuest) : { names: [], missing: [] };
}

/** The files to boot from; undefined while some are missing. Files that the user picked come first. */
export function guestSource(): GuestSource | undefined {
  if (picked.value.length > 0) return { kind: 'picked', files: picked.value };
  const found = served.value;
  return found !== undefined && found.names.length > 0 && found.missing.length === 0
    ? { kind: 'served', names: found.names }
    : undefined;
}

function pick(input: HTMLInputElement): void {
  picked.value = [...(input.files ?? [])];
  input.value = '';
}

function PickButtons(): JSX.Element {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => files.current?.click()}>
        Choose files
      </button>
      <button type="button" onClick={() => folder.current?.click()}>
        Choose a folder
      </button>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        id="guest-files"
        aria-label="Files of the guest"
        onChange={(event) => pick(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder with the files of the guest"
        {...{ webkitdirectory: true }}
        onChange={(event) => pick(event.currentTarget)}
      />
    </>
  );
}

/** Says what is missing for a guest, and which command gets it. */
export function MissingFiles(): JSX.Element {
  const name = platformFile.value?.file ?? 'platform.yaml';
  const missing = served.value?.missing ?? [];
  if (isServedByCommand && served.value === undefined) return <p class="muted">Looking for the files of a guest…</p>;
  return (
    <>
      {isServedByCommand ? (
        <>
          <p>
            This machine has no <b class="mono">{missing.join(', ')}</b> for a guest yet. Run this once; it fetches a
            Linux from Debian (65 MB) and keeps it:
          </p>
          <pre class="command">
            {missing.includes('v86.wasm') ? 'npm install v86\n' : ''}vcfg live {name} --run true
          </pre>
        </>
      ) : (
        <>
          <p>A copy of the page has no Linux. This command writes the files of a guest; then choose them here:</p>
          <pre class="command">vcfg live {name} --files guest</pre>
        </>
      )}
      <p class="buttons start">
        {isServedByCommand && (
          <button type="button" class="primary" onClick={() => void lookForFiles()}>
            Look again
          </button>
        )}
        <PickButtons />
      </p>
      {isServedByCommand && (
        <p class="muted small">
          Or choose the files that <code>vcfg live {name} --files guest</code> writes.
        </p>
      )}
    </>
  );
}

/** Files that the user picked, and a way back. */
export function PickedFiles(): JSX.Element | null {
  if (picked.value.length === 0) return null;
  return (
    <p class="muted small">
      From {picked.value.length} chosen files.{' '}
      <button
        type="button"
        class="link"
        onClick={() => {
          picked.value = [];
        }}
      >
        Forget them
      </button>
    </p>
  );
}
