import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { openFiles } from '../open/open-files.js';
import { counted } from '../parts/hex-text.js';
import { saveFile } from '../parts/save-file.js';
import { address, goTo } from '../state/address.js';
import { platformAnswer, platformWorker } from '../state/platform.js';
import { keepWorkspace, platformFile } from '../state/workspace.js';
import { ArtefactView } from './artefact-view.js';
import { Editor } from './editor.js';
import { ProofBadge } from './proof-badge.js';

const NEW = `# A new platform: the keys are completed as you type.
vcfg:
  base: auto
  buses: 1

memory: 1 GiB

functions:
  - address: 00:04.0
    name: DEV0
    registers:
      - { name: CTRL, index: 0, access: rw }
      - { name: STAT, index: 1, access: ro, reset: 1 }
`;

/** Opens the DSDT that the platform gives, as a table to look at. */
async function lookAtDsdt(): Promise<void> {
  const file = platformFile.peek();
  const bytes = file && (await platformWorker.call('dsdt', file));
  if (file === undefined || bytes === undefined) return;
  await openFiles([{ file: `${file.file.replace(/\.ya?ml$/, '')}.dsdt.aml`, bytes }]);
  goTo('look');
}

function save(): void {
  const file = platformFile.peek();
  if (file !== undefined) saveFile(file.file.split('/').at(-1) ?? 'platform.yaml', file.text, 'text/yaml');
}

/** A platform file, and beside it what it becomes. */
export function PlatformPane(): JSX.Element {
  useEffect(() => {
    if (platformFile.peek() === undefined) {
      platformFile.value = { file: 'platform.yaml', text: NEW };
      void keepWorkspace();
    }
  }, []);
  const answer = platformAnswer.value;
  const errors = answer?.diagnostics.filter(({ severity }) => severity === 'error').length ?? 0;
  const others = (answer?.diagnostics.length ?? 0) - errors;
  const file = platformFile.value;
  const line = Number(address.value.words.line);
  if (file === undefined) return <p class="empty" />;
  return (
    <div class="platform-grid">
      <section class="panel" aria-label="Platform">
        <div class="panel-head slim">
          <h2 class="mono">{file.file}</h2>
          {file.includes !== undefined && (
            <span class="muted small">with {file.includes.map((each) => each.file).join(', ')}</span>
          )}
          <span class={errors > 0 ? 'severity error' : 'muted'} role="status">
            {answer === undefined
              ? ''
              : errors > 0
                ? counted(errors, 'error')
                : `${counted(answer.platform?.functions.length ?? 0, 'function')}${others > 0 ? `, ${counted(others, 'warning')}` : ''}`}
          </span>
          <span class="spacer" />
          <button type="button" class="quiet" disabled={errors > 0} onClick={() => void lookAtDsdt()}>
            Look at the DSDT
          </button>
          <button type="button" class="quiet" onClick={save}>
            Save
          </button>
        </div>
        <Editor line={Number.isInteger(line) ? line : undefined} />
        <div class="panel-foot proof-foot">
          <ProofBadge platform={errors > 0 ? undefined : answer?.platform} />
        </div>
      </section>
      <ArtefactView />
    </div>
  );
}
