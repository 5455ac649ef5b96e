import { computed, signal } from '@preact/signals';
import type { Diagnostic, Severity } from '../../vocab/index.js';
import { givenTables, platformFile } from '../state/workspace.js';
import { StoppedError, WorkerPort } from '../workers/calls.js';
import type { CheckAnswer, CheckCalls } from '../workers/check-worker.js';

/** What the check finds in what is open, asked again when that changes. */

const worker = new WorkerPort<CheckCalls>('./check-worker.js');

export const checkAnswer = signal<CheckAnswer | undefined>(undefined);
export const checkFailure = signal<string | undefined>(undefined);
let checked: readonly [unknown, unknown] | undefined;

/** Checks what is open, unless that was done already. */
export async function checkOpen(): Promise<void> {
  const question = [givenTables.value, platformFile.value] as const;
  if (checked !== undefined && checked[0] === question[0] && checked[1] === question[1]) return;
  checked = question;
  checkAnswer.value = undefined;
  checkFailure.value = undefined;
  worker.stop();
  try {
    const answer = await worker.call('check', { tables: question[0], platform: question[1] });
    if (checked !== question) return;
    checkAnswer.value = answer;
    // A filter by a rule that finds nothing here would hide everything.
    if (!answer.findings.some(({ code }) => code === onlyCode.peek())) onlyCode.value = undefined;
  } catch (error) {
    if (error instanceof StoppedError) return;
    checkFailure.value = error instanceof Error ? error.message : String(error);
  }
}

export const severities = signal<ReadonlySet<Severity>>(new Set(['error', 'warning', 'note']));
export const searchText = signal('');
export const onlyCode = signal<string | undefined>(undefined);

export function countOf(severity: Severity): number {
  return checkAnswer.value?.findings.filter((found) => found.severity === severity).length ?? 0;
}

/** Findings that the filter lets through. */
export const shownFindings = computed((): readonly Diagnostic[] => {
  const text = searchText.value.trim().toLowerCase();
  return (checkAnswer.value?.findings ?? []).filter(
    ({ severity, code, message, place }) =>
      severities.value.has(severity) &&
      (onlyCode.value === undefined || onlyCode.value === code) &&
      (text === '' || `${code} ${message} ${place.path ?? ''} ${place.file ?? ''}`.toLowerCase().includes(text)),
  );
});

/** The shown findings as a SARIF log. */
export async function sarifText(): Promise<string> {
  return worker.call('sarif', { findings: shownFindings.peek(), about: givenTables.peek()[0]?.file });
}
