import { spawnSync } from 'node:child_process';
import { isInstalled } from '../setup/installed.mjs';
import type { BenchOptions } from './figure.js';
import { type Contestant, type Took, type TurnsTaken, takeTurns } from './turns.js';

export interface ProcessRow {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** What it reads; nothing if undefined. */
  readonly input?: string;
}

const NANOSECONDS_PER_MILLISECOND = 1e6;
const NANOSECONDS_PER_SECOND = 1e9;
/** Where bash writes the times of a program, apart from what the program says itself. */
const TIMES = 3;
const TIMED = `TIMEFORMAT='%3U %3S'; { time "$@" 2>&4; } 4>&2 2>&${TIMES}`;
const withBash = isInstalled('bash');

/** Nanoseconds that a process takes from start to end, whose output nobody reads. Throws unless it exits with 0. */
function timeProcess({ name, program, args, input }: ProcessRow, cwd: string): Took {
  const [file, words] = withBash ? ['bash', ['-c', TIMED, 'bash', program, ...args]] : [program, args];
  const start = performance.now();
  const { status, error, stderr, output } = spawnSync(file as string, words as string[], {
    cwd,
    encoding: 'utf8',
    ...(input !== undefined && { input }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe', 'pipe'],
  });
  const wall = (performance.now() - start) * NANOSECONDS_PER_MILLISECOND;
  if (error) throw error;
  if (status !== 0) throw new Error(`${name} exits with ${status}:\n${stderr}`);
  if (!withBash) return { wall };
  const [user, system] = (output[TIMES] ?? '').trim().split(' ').map(Number);
  return { wall, cpu: ((user as number) + (system as number)) * NANOSECONDS_PER_SECOND };
}

/** A whole process as a contestant: bash says what processor time it took. */
export function asProcess(row: ProcessRow, cwd: string): Contestant {
  return { name: row.name, turn: () => timeProcess(row, cwd) };
}

/** Runs whole processes in turn. The first row is the one that the others are compared with. */
export function measureProcesses(
  rows: readonly ProcessRow[],
  options: BenchOptions,
  cwd: string,
): Promise<TurnsTaken[]> {
  return takeTurns(
    rows.map((row) => asProcess(row, cwd)),
    options,
  );
}
