import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatHex } from '../../base/index.js';
import { ColumnHeads } from '../parts/column-heads.js';
import { DiagnosticList } from '../parts/diagnostic-text.js';
import { saveFile } from '../parts/save-file.js';
import { platformFile } from '../state/workspace.js';
import type { FunctionState, RegisterState } from '../workers/machine-worker.js';
import {
  accesses,
  changed,
  keyOf,
  lastRead,
  machineProblems,
  machineState,
  openMachine,
  readRegister,
  restoreSnapshot,
  takeSnapshot,
  takesScripts,
  useScript,
  writeRegister,
} from './machine.js';

const chosen = signal('');
const inputs = signal<Readonly<Record<string, string>>>({});
const scriptText = signal('');
const isServing = signal(false);

const hex8 = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;

/** A value for a register: hex or decimal, up to 32 bits; undefined for anything else. */
function parseValue(text: string): number | undefined {
  if (!/^(?:0x[0-9a-f_]+|[0-9_]+)$/i.test(text.trim())) return undefined;
  const value = Number(text.trim().replaceAll('_', ''));
  return value <= 0xffff_ffff ? value : undefined;
}

function RegisterRow({
  owner,
  register,
}: {
  readonly owner: FunctionState;
  readonly register: RegisterState;
}): JSX.Element {
  const key = keyOf(owner, register);
  const text = inputs.value[key] ?? '';
  const value = parseValue(text);
  const read = lastRead.value[key];
  return (
    <tr class={changed.value.has(key) ? 'flash' : undefined}>
      <td class="mono muted">{register.index}</td>
      <th scope="row">
        <b class="mono">{register.name}</b> <span class="muted">{register.label}</span>
      </th>
      <td class="mono muted">{register.access}</td>
      <td class="mono value-cell">{register.value === undefined ? '' : hex8(register.value)}</td>
      <td>
        <span class="register-actions">
          <button type="button" aria-label={`Read ${key}`} onClick={() => void readRegister(owner, register)}>
            Read
          </button>
          <span class="mono read-value">{read === undefined ? '' : hex8(read)}</span>
        </span>
      </td>
      <td>
        <form
          class="register-actions"
          onSubmit={(event) => {
            event.preventDefault();
            if (value !== undefined) void writeRegister(owner, register, value);
          }}
        >
          <input
            class="mono"
            aria-label={`Value for ${key}`}
            placeholder="0x0"
            value={text}
            onInput={(event) => {
              inputs.value = { ...inputs.value, [key]: event.currentTarget.value };
            }}
          />
          <button type="submit" aria-label={`Write ${key}`} disabled={value === undefined}>
            Write
          </button>
        </form>
      </td>
    </tr>
  );
}

function Registers({ owner }: { readonly owner: FunctionState }): JSX.Element {
  return (
    <section class="scroll registers" tabIndex={0} aria-label={`Registers of ${owner.name}`}>
      <table class="rows">
        <ColumnHeads names={['Index', 'Register', 'Access', 'Holds', 'A guest reads', 'A guest writes']} />
        <tbody>
          {owner.registers.map((register) => (
            <RegisterRow key={register.name} owner={owner} register={register} />
          ))}
        </tbody>
      </table>
      {owner.registers.length === 0 && <p class="muted">It has no registers.</p>}
    </section>
  );
}

function Snapshots(): JSX.Element {
  const file = useRef<HTMLInputElement>(null);
  return (
    <span class="register-actions">
      <button
        type="button"
        onClick={() => void takeSnapshot().then((text) => saveFile('machine.json', text, 'application/json'))}
      >
        Save a snapshot
      </button>
      <button type="button" onClick={() => file.current?.click()}>
        Restore a snapshot
      </button>
      <button type="button" onClick={() => void openMachine(true)}>
        Reset
      </button>
      <input
        ref={file}
        type="file"
        hidden
        id="snapshot-file"
        aria-label="Snapshot to restore"
        onChange={(event) => {
          const [given] = event.currentTarget.files ?? [];
          if (given !== undefined) void given.text().then(restoreSnapshot);
          event.currentTarget.value = '';
        }}
      />
    </span>
  );
}

function exampleScript(functions: readonly FunctionState[]): string {
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

function Script({ functions }: { readonly functions: readonly FunctionState[] }): JSX.Element {
  const text = scriptText.value === '' ? exampleScript(functions) : scriptText.value;
  return (
    <section class="card">
      <h2>Device script</h2>
      {takesScripts ? (
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
                void useScript(text).then(() => {
                  isServing.value = machineProblems.value.length === 0;
                });
              }}
            >
              Use the script
            </button>
            <span class="muted" role="status">
              {isServing.value ? 'The script answers the guest.' : ''}
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

function Done(): JSX.Element {
  return (
    <section class="card">
      <h2>
        Accesses <span class="count">{machineState.value?.exits ?? 0} exits</span>
      </h2>
      {accesses.value.length === 0 && <p class="muted">Read or write a register.</p>}
      <ol class="done" reversed aria-live="polite">
        {accesses.value.slice(0, 40).map(({ number, kind, where, value }) => (
          <li key={number}>
            <span class={`access ${kind}`}>{kind}</span> <b class="mono">{where}</b>{' '}
            <span class="mono">{formatHex(value, 8)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The platform as a machine of the device core: registers live, by hand and by a script. */
export function MachinePane(): JSX.Element {
  const file = platformFile.value;
  useEffect(() => void openMachine(), [file]);
  const state = machineState.value;
  const problems = machineProblems.value;
  const functions = state?.functions ?? [];
  const owner =
    functions.find(({ name }) => name === chosen.value) ?? functions.find(({ registers }) => registers.length > 0);
  return (
    <div class="machine scroll">
      {problems.length > 0 && (
        <section class="card problems" role="alert">
          <DiagnosticList diagnostics={problems} />
        </section>
      )}
      {owner !== undefined && (
        <div class="machine-grid">
          <section class="card" aria-label="Machine">
            <div class="map-head">
              <span class="field">
                <label for="machine-function">Function</label>
                <select
                  id="machine-function"
                  value={owner.name}
                  onChange={(event) => {
                    chosen.value = event.currentTarget.value;
                  }}
                >
                  {functions.map(({ name, bdf, label }) => (
                    <option key={name} value={name}>
                      {bdf} {name} {label ?? ''}
                    </option>
                  ))}
                </select>
              </span>
              <Snapshots />
            </div>
            <Registers owner={owner} />
          </section>
          <div class="map-main">
            <Done />
            <Script functions={functions} />
          </div>
        </div>
      )}
      {owner === undefined && problems.length === 0 && (
        <p class="empty">{state === undefined ? 'Starting…' : 'The platform has no registers.'}</p>
      )}
    </div>
  );
}
