import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { registerAddress } from '../../guest/index.js';
import { DeviceScript } from '../machine/device-script.js';
import type { FunctionState, RegisterState } from '../machine/machine-state.js';
import { FunctionChoice, keyOf, RegisterTable } from '../machine/register-table.js';
import { DiagnosticList } from '../parts/diagnostic-text.js';
import { platformAnswer } from '../state/platform.js';
import { platformFile } from '../state/workspace.js';
import {
  booted,
  bootedFile,
  guestFunctions,
  guestProblems,
  guestTouches,
  phase,
  progress,
  serveScript,
  servingScript,
  showFunction,
  shownFunction,
  startGuest,
  stopGuest,
  typeText,
} from './boot.js';
import { guestSource, lookForFiles, MissingFiles, PickedFiles } from './guest-source.js';
import { GuestTerminal } from './guest-terminal.js';
import { TrapList } from './trap-list.js';

function touchesOf(name: string): Record<string, number> {
  const own = [...guestTouches.value].filter(([where]) => where.startsWith(`${name}.`));
  return Object.fromEntries(own.map(([where, { reads, writes }]) => [where, reads + writes]));
}

function countCells(owner: FunctionState, register: RegisterState): JSX.Element {
  const { reads = 0, writes = 0 } = guestTouches.value.get(keyOf(owner, register)) ?? {};
  return (
    <>
      <td class="mono number">{reads.toLocaleString('en')}</td>
      <td class="mono number">{writes.toLocaleString('en')}</td>
    </>
  );
}

function Registers(): JSX.Element | null {
  const functions = guestFunctions.value;
  const owner = functions.find(({ name }) => name === shownFunction.value);
  if (owner === undefined) return null;
  return (
    <section class="card" aria-label="Registers">
      <FunctionChoice
        id="guest-function"
        functions={functions}
        chosen={owner.name}
        onChoose={(name) => void showFunction(name)}
      />
      <RegisterTable owner={owner} touches={touchesOf(owner.name)} heads={['Reads', 'Writes']} cells={countCells} />
    </section>
  );
}

/** Findings about the guest, each once: a hook that throws does so at every access. */
function Problems(): JSX.Element | null {
  const all = [...guestProblems.value, ...(booted.value?.notes ?? [])];
  const unique = new Map(all.map((each) => [`${each.code} ${each.place.path} ${each.message}`, each]));
  if (unique.size === 0) return null;
  return (
    <section class={`card${all.some(({ severity }) => severity === 'error') ? ' problems' : ''}`} role="alert">
      <DiagnosticList diagnostics={[...unique.values()]} />
    </section>
  );
}

/** A command that reads a register of the shown function: an access to begin with. */
function Suggestion(): JSX.Element | null {
  const base = booted.value?.base;
  const owner = guestFunctions.value.find(({ name }) => name === shownFunction.value);
  const register = owner?.registers.find(({ access }) => access === 'ro') ?? owner?.registers[0];
  if (base === undefined || owner === undefined || register === undefined) return null;
  const place = registerAddress(base, { address: owner.address, page: 'trapped', register: register.index });
  const command = `devmem 0x${place.toString(16)} 32`;
  return (
    <>
      {' '}
      To read {keyOf(owner, register)}:{' '}
      <button type="button" class="link mono" onClick={() => typeText(`${command}\n`)}>
        {command}
      </button>
    </>
  );
}

/** What there is in place of the console before the first start. */
function Intro(): JSX.Element {
  const source = guestSource();
  return (
    <div class="boot-intro">
      <h2>A Linux on this platform</h2>
      <p>
        It boots in the page with the platform’s tables. Its kernel runs the AML, and each access to the window reaches
        the device core, or your script.
      </p>
      {source === undefined ? (
        <MissingFiles />
      ) : (
        <p class="buttons start">
          <button type="button" class="primary" onClick={() => void startGuest(source)}>
            Boot Linux
          </button>
        </p>
      )}
      <PickedFiles />
    </div>
  );
}

/** How long the guest has been starting: without a saved one, that takes a while. */
function Elapsed(): JSX.Element {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return <span class="muted">{seconds === 0 ? '' : `${seconds} s`}</span>;
}

const WORDS = { off: 'Off', starting: 'Starting', running: 'Running', ended: 'Ended' } as const;

function Head({ stop }: { readonly stop: { current: HTMLButtonElement | null } }): JSX.Element {
  const now = phase.value;
  const source = guestSource();
  const isStale = bootedFile.value !== undefined && bootedFile.value.text !== platformFile.value?.text;
  const what = booted.value;
  return (
    <div class="panel-head slim">
      <h2>Console</h2>
      <span class={`phase ${now}`} role="status">
        {now === 'starting' ? `${progress.value}…` : WORDS[now]}
      </span>
      {now === 'starting' && <Elapsed />}
      {what !== undefined && (
        <span class="muted">
          window at <span class="mono">0x{what.base.toString(16)}</span>
          {what.wasKept ? ', continued from a saved guest' : ''}
        </span>
      )}
      {isStale && <span class="severity warning">The platform has changed since.</span>}
      <span class="spacer" />
      {now !== 'off' && (
        <>
          {source !== undefined && now !== 'starting' && (
            <button type="button" class="quiet" onClick={() => void startGuest(source)}>
              Restart
            </button>
          )}
          <button type="button" class="quiet" ref={stop} onClick={stopGuest}>
            {now === 'ended' ? 'Close' : 'Stop'}
          </button>
        </>
      )}
    </div>
  );
}

/** A Linux guest in the page: its console, its traps, and the registers as it touches them. */
export function BootPane(): JSX.Element {
  const stop = useRef<HTMLButtonElement>(null);
  useEffect(() => void lookForFiles(), []);
  const now = phase.value;
  return (
    <div class="boot-grid">
      <section class="panel console" aria-label="Guest">
        <Head stop={stop} />
        {now === 'running' || now === 'ended' ? (
          <GuestTerminal onLeave={() => stop.current?.focus()} />
        ) : now === 'starting' ? (
          <p class="empty">{progress.value}…</p>
        ) : (
          <Intro />
        )}
        {now === 'running' && (
          <p class="panel-foot">
            Keys go to the guest; <kbd>Ctrl ]</kbd> leaves the console.
            <Suggestion />
          </p>
        )}
      </section>
      <TrapList />
      <div class="boot-side scroll">
        <Registers />
        <Problems />
        <DeviceScript
          functions={platformAnswer.value?.platform?.functions ?? []}
          isServing={servingScript.value !== undefined}
          onUse={(text) => void serveScript(text)}
        />
      </div>
    </div>
  );
}
