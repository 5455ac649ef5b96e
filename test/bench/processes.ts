import { spawnSync } from 'node:child_process';
import { type BenchOptions, type Spread, spreadOf } from './figure.js';

export interface ProcessRow {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

export interface ProcessTimes {
  readonly time: Spread;
  /** The median of this row's time over the first row's in the same round. */
  readonly ratio: number;
}

const NANOSECONDS_PER_MILLISECOND = 1e6;
const FEWEST_ROUNDS = 5;
const MOST_ROUNDS = 60;

/** Nanoseconds from start to end of a process whose output nobody reads. Throws unless it exits with 0. */
function timeProcess({ name, program, args }: ProcessRow, cwd: string): number {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  const time = performance.now() - start;
  if (error) throw error;
  if (status !== 0) throw new Error(`${name} exits with ${status}:\n${stderr}`);
  return time * NANOSECONDS_PER_MILLISECOND;
}

/**
 * Runs whole processes in turn, round after round, so that whatever else the machine does falls on all of them alike.
 * The first row is the one that the others are compared with. The result is in the order of the rows.
 */
export function measureProcesses(rows: readonly ProcessRow[], options: BenchOptions, cwd: string): ProcessTimes[] {
  for (const row of rows) options.onRow(row.name);
  for (const row of rows) timeProcess(row, cwd);
  const rounds: number[][] = [];
  const end = performance.now() + options.seconds * 1000 * rows.length;
  while (rounds.length < FEWEST_ROUNDS || (rounds.length < MOST_ROUNDS && performance.now() < end))
    rounds.push(rows.map((row) => timeProcess(row, cwd)));
  return rows.map((_, column) => ({
    time: spreadOf(rounds.map((round) => round[column] as number)),
    ratio: spreadOf(rounds.map((round) => (round[column] as number) / (round[0] as number))).median,
  }));
}
