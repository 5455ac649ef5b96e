import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { type Figure, type GroupResult, judgedTime } from './figure.js';
import type { ComparedFigure } from './report.js';

/** All that a run of the bench gives, as `--json` writes it. */
export interface BenchRun {
  readonly date: string;
  readonly machine: string;
  /** Programs that ran or waited for a processor in the last minute. */
  readonly load: { readonly before: number; readonly after: number };
  /** Versions of the programs that were measured beside ours. */
  readonly peers: Readonly<Record<string, string>>;
  readonly results: readonly (GroupResult & { readonly group: string })[];
}

export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

const PEERS = [
  ['iasl', ['-v']],
  ['acpiexec', ['-v']],
  ['gcc', ['--version']],
  ['cargo', ['--version']],
] as const;

/** What each peer that is installed says of itself. */
export function peerVersions(): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const [program, args] of PEERS) {
    const { stdout, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 10_000 });
    const line = error ? undefined : stdout.split('\n').find((each) => /\d/.test(each));
    if (line !== undefined) versions[program] = line.trim();
  }
  return versions;
}

/** An earlier run. Throws an Error that says what to give instead, if the file holds none. */
export function readRun(path: string): BenchRun {
  const run = JSON.parse(readFileSync(path, 'utf8')) as Partial<BenchRun>;
  if (!Array.isArray(run.results) || run.load === undefined)
    throw new Error(`${path} holds no run. Give what npm run bench -- --json wrote.`);
  return run as BenchRun;
}

/** Each row with how many times as long it takes as the row of the same name in an earlier run. */
export function compareRun(group: string, figures: readonly Figure[], earlier: BenchRun | undefined): ComparedFigure[] {
  const before = earlier?.results.find((each) => each.group === group)?.figures ?? [];
  return figures.map((figure) => {
    const same = before.find(({ name, unit }) => name === figure.name && unit === figure.unit);
    const time = same && judgedTime(same);
    return time ? { ...figure, earlier: judgedTime(figure) / time } : figure;
  });
}
