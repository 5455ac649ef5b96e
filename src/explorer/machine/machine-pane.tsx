import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatHex } from '../../base/index.js';
import { DiagnosticList } from '../parts/diagnostic-text.js';
import { saveFile } from '../parts/save-file.js';
import { platformFile } from '../state/workspace.js';
import { DeviceScript } from './device-script.js';
import {
  accesses,
  lastRead,
  machineProblems,
  machineState,
  openMachine,
  readRegister,
  restoreSnapshot,
  takeSnapshot,
  touches,
  useScript,
  writeRegister,
} from './machine.js';
import type { FunctionState, RegisterState } from './machine-state.js';
import { FunctionChoice, hex8, keyOf, RegisterTable } from './register-table.js';

const chosen = signal('');
const inputs = signal<Readonly<Record<string, string>>>({});
const isServing = signal(false);

/** A value for a register: hex or decimal, up to 32 bits; undefined for anything else. */
function parseValue(text: string): number | undefined {
  if (!/^(?:0x[0-9a-f_]+|[0-9_]+)$/i.test(text.trim())) return undefined;
  const value = Number(text.trim().replaceAll('_', ''));
  return value <= 0xffff_ffff ? value : undefined;
}

/** What a guest reads from a register and writes to it, by hand. */
function handCells(owner: FunctionState, register: RegisterState): JSX.Element {
  const key = keyOf(owner, register);
  const text = inputs.value[key] ?? '';
  const value = parseValue(text);
  const read = lastRead.value[key];
  return (
    <>
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
    </>
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

function Done(): JSX.Element {
  const exits = machineState.value?.exits ?? 0;
  return (
    <section class="card">
      <h2>
        Accesses <span class="count">{exits === 1 ? '1 exit' : `${exits} exits`}</span>
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
              <FunctionChoice
                id="machine-function"
                functions={functions}
                chosen={owner.name}
                onChoose={(name) => {
                  chosen.value = name;
                }}
              />
              <Snapshots />
            </div>
            <RegisterTable
              owner={owner}
              touches={touches.value}
              heads={['A guest reads', 'A guest writes']}
              cells={handCells}
            />
          </section>
          <div class="map-main">
            <Done />
            <DeviceScript
              functions={functions}
              isServing={isServing.value}
              onUse={(text) =>
                void useScript(text).then(() => {
                  isServing.value = machineProblems.value.length === 0;
                })
              }
            />
          </div>
        </div>
      )}
      {owner === undefined && problems.length === 0 && (
        <p class="empty">{state === undefined ? 'Starting…' : 'The platform has no registers.'}</p>
      )}
    </div>
  );
}
