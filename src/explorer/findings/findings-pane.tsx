import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { formatPciAddress } from '../../base/index.js';
import type { Diagnostic, Severity } from '../../vocab/index.js';
import { placeText, Sentence, SeverityMark } from '../parts/diagnostic-text.js';
import { KindSwitches, SearchField } from '../parts/filter-controls.js';
import { saveFile } from '../parts/save-file.js';
import { linkOf } from '../state/selection.js';
import { givenTables, platformFile } from '../state/workspace.js';
import type { RuleText } from '../workers/check-worker.js';
import {
  checkAnswer,
  checkFailure,
  checkOpen,
  countOf,
  onlyCode,
  sarifText,
  searchText,
  severities,
  shownFindings,
} from './findings.js';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];
const PLURALS: Readonly<Record<Severity, string>> = { error: 'Errors', warning: 'Warnings', note: 'Notes' };
/** Most findings of one rule that are shown before `Show more`. */
const MOST_OF_RULE = 20;

const copied = signal('');
const unfolded = signal<ReadonlySet<string>>(new Set());

async function copySarif(): Promise<void> {
  const text = await sarifText();
  try {
    await navigator.clipboard.writeText(text);
    copied.value = 'Copied';
  } catch {
    // Without permission to use the clipboard, the log is saved as a file.
    saveFile('findings.sarif', text, 'application/json');
    copied.value = 'Saved as findings.sarif';
  }
}

function FindingRow({ found }: { readonly found: Diagnostic }): JSX.Element {
  const link = linkOf(found.place);
  const place = placeText(found.place);
  return (
    <li class="finding">
      <SeverityMark severity={found.severity} />
      <div>
        <p class="place">
          {link === undefined || place === '' ? place : <a href={link}>{place}</a>}
          {found.function !== undefined && <span class="count">{formatPciAddress(found.function)}</span>}
        </p>
        <p>
          <Sentence text={found.message} />
        </p>
        <p class="cure">
          <Sentence text={found.cure} />
        </p>
      </div>
    </li>
  );
}

interface GroupProps {
  readonly code: string;
  readonly found: readonly Diagnostic[];
  readonly rule: RuleText | undefined;
}

function Group({ code, found, rule }: GroupProps): JSX.Element {
  const all = unfolded.value.has(code);
  const shown = all ? found : found.slice(0, MOST_OF_RULE);
  return (
    <section class="card finding-group" aria-label={code}>
      <h2>
        <code>{code}</code> <span class="count">{found.length}</span>
      </h2>
      {rule !== undefined && (
        <details class="rule">
          <summary>
            <Sentence text={rule.what} />
          </summary>
          <dl class="facts">
            <div>
              <dt>Why it bites</dt>
              <dd>
                <Sentence text={rule.why} />
              </dd>
            </div>
            <div>
              <dt>Cure</dt>
              <dd>
                <Sentence text={rule.cure} />
              </dd>
            </div>
            <div>
              <dt>Source</dt>
              <dd>{rule.source}</dd>
            </div>
          </dl>
        </details>
      )}
      <ul class="finding-list">
        {shown.map((each, index) => (
          <FindingRow key={index} found={each} />
        ))}
      </ul>
      {shown.length < found.length && (
        <button
          type="button"
          onClick={() => {
            unfolded.value = new Set([...unfolded.value, code]);
          }}
        >
          Show {found.length - shown.length} more
        </button>
      )}
    </section>
  );
}

function Filter(): JSX.Element {
  const codes = [...new Set(checkAnswer.value?.findings.map(({ code }) => code) ?? [])];
  return (
    <div class="panel-head filter">
      <KindSwitches label="Severities" kinds={SEVERITIES} chosen={severities}>
        {(severity) => (
          <>
            <SeverityMark severity={severity} /> {PLURALS[severity]} {countOf(severity)}
          </>
        )}
      </KindSwitches>
      <select
        aria-label="Rule"
        value={onlyCode.value ?? ''}
        onChange={(event) => {
          onlyCode.value = event.currentTarget.value === '' ? undefined : event.currentTarget.value;
        }}
      >
        <option value="">All rules</option>
        {codes.map((code) => (
          <option key={code} value={code}>
            {code}
          </option>
        ))}
      </select>
      <SearchField words={searchText} label="Search the findings" placeholder="Words, path or file" />
      <span class="muted small" role="status">
        {copied.value}
      </span>
      <button type="button" onClick={() => void copySarif()}>
        Copy as SARIF
      </button>
    </div>
  );
}

/** What `vcfg check` finds in what is open, by rule. */
export function FindingsPane(): JSX.Element {
  const tables = givenTables.value;
  const platform = platformFile.value;
  useEffect(() => void checkOpen(), [tables, platform]);
  const answer = checkAnswer.value;
  if (checkFailure.value !== undefined) return <p class="empty">The check failed: {checkFailure.value}</p>;
  if (answer === undefined)
    return (
      <p class="empty" role="status">
        Checking…
      </p>
    );
  const groups = new Map<string, Diagnostic[]>();
  for (const found of shownFindings.value) groups.set(found.code, [...(groups.get(found.code) ?? []), found]);
  return (
    <div class="findings panel">
      <Filter />
      <section class="scroll findings-scroll" tabIndex={0} aria-label="Findings">
        {answer.findings.length === 0 && (
          <p class="empty good">
            <b>Nothing found{tables.length === 0 ? ` in ${platform?.file}` : ''}.</b>{' '}
            {tables.length === 0
              ? 'Open tables too, and they are checked and compared with it.'
              : `All rules ran in ${Math.ceil(answer.milliseconds)} ms.`}
          </p>
        )}
        {answer.findings.length > 0 && groups.size === 0 && <p class="empty">No finding matches the filter.</p>}
        {[...groups].map(([code, found]) => (
          <Group key={code} code={code} found={found} rule={answer.rules.find((each) => each.code === code)} />
        ))}
      </section>
    </div>
  );
}
