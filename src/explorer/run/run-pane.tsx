import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { AmlValue } from '../../interpreter/index.js';
import type { GivenTable } from '../analysis/loaded-tables.js';
import { ColumnHeads } from '../parts/column-heads.js';
import { DiagnosticList } from '../parts/diagnostic-text.js';
import { address, noteWords } from '../state/address.js';
import { givenTables, loadedSet, platformFile, problemsOf } from '../state/workspace.js';
import { StoppedError, WorkerPort } from '../workers/calls.js';
import type { RunAccess, RunAnswer, RunCalls } from '../workers/run-worker.js';
import { ValueView } from './value-view.js';

const DEFAULT_STEPS = 1_000_000;
const MOST_STEPS = 200_000_000;

const worker = new WorkerPort<RunCalls>('./run-worker.js');
const path = signal('');
const words = signal('');
const steps = signal(DEFAULT_STEPS);
const isRunning = signal(false);
const answer = signal<RunAnswer | undefined>(undefined);
const question = signal('');

/** Splits arguments at commas outside braces, parentheses and quotes. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let part = '';
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && /[({]/.test(character)) depth++;
    if (!isQuoted && /[)}]/.test(character)) depth--;
    if (character === ',' && depth === 0 && !isQuoted) {
      parts.push(part.trim());
      part = '';
    } else part += character;
  }
  return [...parts, part.trim()].filter((each) => each !== '');
}

async function run(tables: readonly GivenTable[]): Promise<void> {
  isRunning.value = true;
  noteWords({ path: path.peek(), args: words.peek() === '' ? undefined : words.peek() });
  question.value = `${path.peek()} (${words.peek()})`;
  try {
    answer.value = await worker.call('evaluate', {
      tables,
      platform: platformFile.peek(),
      path: path.peek().trim(),
      arguments: splitArguments(words.peek()),
      steps: steps.peek(),
    });
  } catch (error) {
    const failure = error instanceof StoppedError ? [] : problemsOf(error, path.peek());
    const value: AmlValue | undefined = undefined;
    answer.value = { value, resources: [], accesses: [], moreAccesses: 0, failure, loading: [], milliseconds: 0 };
  } finally {
    isRunning.value = false;
  }
}

/** Objects that have a value, for the list of suggestions. */
const suggestions = computed(() =>
  (loadedSet.value?.tree.nodes ?? [])
    .filter(({ type, table }) => table >= 0 && !['Scope', 'Device', 'OperationRegion', 'Mutex'].includes(type))
    .slice(0, 4000),
);

function Accesses({ accesses, more }: { readonly accesses: readonly RunAccess[]; readonly more: number }): JSX.Element {
  return (
    <section class="card">
      <h2>
        Accesses <span class="count">{accesses.length + more}</span>
      </h2>
      {accesses.length === 0 ? (
        <p class="muted">It accessed no region.</p>
      ) : (
        <section class="scroll trace" tabIndex={0} aria-label="Accesses to regions">
          <table class="rows">
            <ColumnHeads names={['Access', 'Address', 'Value', 'Region', 'Register']} />
            <tbody>
              {accesses.map((each, index) => (
                <tr key={index}>
                  <td>
                    <span class={`access ${each.kind}`}>{each.kind}</span>{' '}
                    <span class="muted small">{8 * each.widthBytes}</span>
                  </td>
                  <td class="mono">
                    {each.address} <span class="muted">{each.space}</span>
                  </td>
                  <td class="mono">{each.value}</td>
                  <td class="mono">{each.region}</td>
                  <td class="mono">{each.register ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {more > 0 && <p class="muted small">{more} more are not shown.</p>}
    </section>
  );
}

function Answer({ value, resources, accesses, moreAccesses, failure, loading, milliseconds }: RunAnswer): JSX.Element {
  return (
    <div class="answer" aria-live="polite">
      <section class="card">
        <h2>
          <span class="mono">{question.value}</span> <span class="count">{milliseconds.toFixed(1)} ms</span>
        </h2>
        {failure.length > 0 ? (
          <DiagnosticList diagnostics={failure} />
        ) : value === undefined ? (
          <p class="muted">It returned nothing.</p>
        ) : (
          <ValueView value={value} />
        )}
        {resources.length > 0 && (
          <ul class="resources">
            {resources.map(({ kind, range, values }, index) => (
              <li key={index}>
                <b>{kind}</b>{' '}
                <span class="mono">{range ?? values.map(([name, text]) => `${name} ${text}`).join(', ')}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {loading.length > 0 && (
        <details class="card">
          <summary>
            {loading.length} {loading.length === 1 ? 'finding' : 'findings'} while the tables loaded
          </summary>
          <DiagnosticList diagnostics={loading.slice(0, 50)} />
        </details>
      )}
      <Accesses accesses={accesses} more={moreAccesses} />
    </div>
  );
}

/** The interpreter: a path and arguments give a value, and every access on the way. */
export function RunPane(): JSX.Element {
  const tables = givenTables.value;
  const { words: linked } = address.value;
  useEffect(() => {
    if (linked.path !== undefined) path.value = linked.path;
    if (linked.args !== undefined) words.value = linked.args;
  }, [linked.path]);
  const node = loadedSet.value?.tree.nodes.find((each) => each.path === path.value);
  return (
    <div class="run scroll">
      <form
        class="card run-form"
        onSubmit={(event) => {
          event.preventDefault();
          void run(tables);
        }}
      >
        <div class="field grow">
          <label for="run-path">Object</label>
          <input
            id="run-path"
            class="mono"
            list="run-paths"
            required
            placeholder={tables.length === 0 ? '\\VCFG' : '\\_SB.PCI0._CRS'}
            spellcheck={false}
            value={path.value}
            onInput={(event) => {
              path.value = event.currentTarget.value;
            }}
          />
          <datalist id="run-paths">
            {suggestions.value.map((each) => (
              <option key={each.path} value={each.path} />
            ))}
          </datalist>
        </div>
        <div class="field grow">
          <label for="run-words">Arguments</label>
          <input
            id="run-words"
            class="mono"
            placeholder={'0x10, "text", {1, 2}, (01 02)'}
            spellcheck={false}
            value={words.value}
            onInput={(event) => {
              words.value = event.currentTarget.value;
            }}
          />
        </div>
        <div class="field">
          <label for="run-steps">Step limit</label>
          <input
            id="run-steps"
            class="mono"
            type="number"
            min={1}
            max={MOST_STEPS}
            value={steps.value}
            onInput={(event) => {
              const given = Number(event.currentTarget.value);
              if (given >= 1 && given <= MOST_STEPS) steps.value = Math.floor(given);
            }}
          />
        </div>
        <button type="submit" class="primary" disabled={isRunning.value}>
          {isRunning.value ? 'Running…' : 'Evaluate'}
        </button>
        {isRunning.value && (
          <button type="button" onClick={() => worker.stop()}>
            Stop
          </button>
        )}
        <p class="muted small run-hint">
          {node !== undefined && (
            <span class="mono">
              {node.value?.startsWith(node.type) ? '' : node.type} {node.value ?? ''}
            </span>
          )}{' '}
          {platformFile.value === undefined
            ? 'Regions are memory that reads zero until written.'
            : `Regions are the memory and the ports of ${platformFile.value.file}.`}
        </p>
      </form>
      {answer.value !== undefined && <Answer {...answer.value} />}
    </div>
  );
}
