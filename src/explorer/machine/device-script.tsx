import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Access } from '../../vocab/index.js';
import { isServedByCommand } from '../open/served-files.js';

/** The user's device as a script: the same for Machine and for Boot. */

/** The text as it was last edited; empty until then. */
const scriptText = signal('');

/** Hands a script to the page's server. Returns where a worker loads it from. */
export async function handInScript(text: string): Promise<string> {
  const response = await fetch('./scripts', { method: 'POST', body: text });
  if (!response.ok) throw new Error(`The server does not take the script: ${await response.text()}`);
  return ((await response.json()) as { path: string }).path;
}

/** What the first script names. */
interface NamedFunction {
  readonly name: string;
  readonly registers: readonly { readonly name: string; readonly access: Access }[];
}

function exampleScript(functions: readonly NamedFunction[]): string {
  const owner = functions.find(({ registers }) => registers.some(({ access }) => access === 'ro')) ?? functions[0];
  const register = owner?.registers.find(({ access }) => access === 'ro') ?? owner?.registers[0];
  return `// Hooks by function and register; read(value) and write(written, held) return what is used instead.
let count = 0;
export const device = {
  ${owner?.name ?? 'DEV0'}: {
    ${register?.name ?? 'STAT'}: { read: () => ++count },
  },
};
`;
}

interface DeviceScriptProps {
  readonly functions: readonly NamedFunction[];
  /** Whether the script answers now. */
  readonly isServing: boolean;
  readonly onUse: (text: string) => void;
}

export function DeviceScript({ functions, isServing, onUse }: DeviceScriptProps): JSX.Element {
  const text = scriptText.value === '' ? exampleScript(functions) : scriptText.value;
  return (
    <section class="card">
      <h2>Device script</h2>
      {/* The policy allows no script but from the server, and that of a copy takes none. */}
      {isServedByCommand ? (
        <>
          <label class="muted small" for="device-script">
            A module that exports the device, as for <code>vcfg live --device</code>, in JavaScript. It runs in a
            worker.
          </label>
          <textarea
            id="device-script"
            rows={9}
            spellcheck={false}
            value={text}
            onInput={(event) => {
              scriptText.value = event.currentTarget.value;
            }}
          />
          <p class="buttons start">
            <button
              type="button"
              class="primary"
              onClick={() => {
                scriptText.value = text;
                onUse(text);
              }}
            >
              Use the script
            </button>
            <span class="muted" role="status">
              {isServing ? 'The script answers the guest.' : ''}
            </span>
          </p>
        </>
      ) : (
        <p class="muted">
          Not available in a copy of the page, whose policy allows only the page’s own scripts. Use{' '}
          <code>vcfg explore</code> instead.
        </p>
      )}
    </section>
  );
}
