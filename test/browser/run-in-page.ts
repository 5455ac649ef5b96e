import { type File, startTests, type Task, type VitestRunner } from '@vitest/runner';

/** What became of a test; its name with those of its suites around it. */
interface Outcome {
  readonly name: string;
  readonly state: string;
  readonly message: string;
}

function outcomesOf(task: File | Task, around: readonly string[]): Outcome[] {
  const names = [...around, task.name];
  const message = task.result?.errors?.map((error) => error.stack ?? error.message).join('\n') ?? '';
  const state = task.result?.state ?? task.mode;
  const own = task.type === 'test' || message !== '' ? [{ name: names.join(' > '), state, message }] : [];
  return 'tasks' in task ? [...own, ...task.tasks.flatMap((inner) => outcomesOf(inner, names))] : own;
}

/** Runs test files, by path what imports each, one after the other. */
export async function runFiles(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<Outcome[]> {
  const runner: VitestRunner = {
    config: {
      root: '/',
      setupFiles: [],
      passWithNoTests: false,
      sequence: { hooks: 'stack', setupFiles: 'list' },
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout: 600_000,
      hookTimeout: 600_000,
      retry: 0,
      includeTaskLocation: false,
      diffOptions: undefined,
    } as unknown as VitestRunner['config'],
    importFile: (path) => files[path]?.(),
  };
  const ran = await startTests(Object.keys(files), runner);
  return ran.flatMap((file) => outcomesOf(file, []));
}
