import { computed, signal } from '@preact/signals';
import { DiagnosticError } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { GivenTable } from '../analysis/loaded-tables.js';
import type { TreeNode } from '../analysis/namespace-tree.js';
import { WorkerPort } from '../workers/calls.js';
import type { LoadedSet, TablesCalls } from '../workers/tables-worker.js';
import { keepSession, type PlatformFile } from './session.js';

/** What is open: the tables of one machine, and its platform file. */

export const givenTables = signal<readonly GivenTable[]>([]);
export const platformFile = signal<PlatformFile | undefined>(undefined);
/** What was wrong with the files that were opened last. */
export const openProblems = signal<readonly Diagnostic[]>([]);
/** The tables as they were read; undefined while there are none. */
export const loadedSet = signal<LoadedSet | undefined>(undefined);
/** What the page is waiting for, in a few words. */
export const waitingFor = signal<string | undefined>(undefined);

export const tablesWorker = new WorkerPort<TablesCalls>('./tables-worker.js');

export const nodesByPath = computed(
  () => new Map((loadedSet.value?.tree.nodes ?? []).map((node, index) => [node.path, index] as const)),
);

/** The node of a path; undefined if no table makes it. */
export function nodeAt(path: string): TreeNode | undefined {
  const index = nodesByPath.value.get(path);
  return index === undefined ? undefined : loadedSet.value?.tree.nodes[index];
}

/** The findings of an error; of any other error, one finding with its message. */
export function problemsOf(error: unknown, file: string): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  const message = error instanceof Error ? error.message : String(error);
  return [{ code: 'COMMAND_FILE_UNREADABLE', severity: 'error', place: { file }, message, cure: 'Try again.' }];
}

let lastLoad = 0;

/** Opens these tables in place of those that are open. */
export async function setTables(tables: readonly GivenTable[]): Promise<void> {
  givenTables.value = tables;
  const turn = ++lastLoad;
  if (tables.length === 0) {
    loadedSet.value = undefined;
    return;
  }
  waitingFor.value = tables.length === 1 ? `Reading ${tables[0]?.file}` : `Reading ${tables.length} tables`;
  try {
    const set = await tablesWorker.call('load', tables);
    if (turn === lastLoad) loadedSet.value = set;
  } catch (error) {
    openProblems.value = problemsOf(error, 'tables');
  } finally {
    if (turn === lastLoad) waitingFor.value = undefined;
  }
}

/** Keeps what is open over a reload. */
export async function keepWorkspace(): Promise<void> {
  await keepSession({ tables: givenTables.peek(), platform: platformFile.peek() });
}
