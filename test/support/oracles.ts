import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { isInstalled, packageOf } from '../setup/installed.mjs';
import type ORACLES from './oracles.json';

/** What tests compare with: a program, or another key of oracles.json, which names the Debian package that holds it. */
export type Oracle = keyof typeof ORACLES;

const found = new Map<Oracle, boolean>();

function isThere(oracle: Oracle): boolean {
  const known = found.get(oracle) ?? isInstalled(oracle);
  found.set(oracle, known);
  return known;
}

/** Skips the test, saying what to install, if one of these is missing; with `CI` set that is a failure. */
export function needs(context: TestContext, ...oracles: readonly Oracle[]): void {
  const missing = oracles.filter((oracle) => !isThere(oracle));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(packageOf))].join(' ');
  const reason = `${missing.join(', ')} not found: apt-get install ${packages}`;
  if (process.env.CI) throw new Error(reason);
  context.skip(reason);
}

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, its output captured, with a time limit in milliseconds. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; timeout?: number; input?: string } = {},
): Finished {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: options.timeout ?? 60_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** The most programs that {@link start} runs at the same time. They mostly sleep. */
const MOST_STARTED = 8;
let started = 0;
const waiting: (() => void)[] = [];

/**
 * Like {@link run}, but does not block the thread: for acpiexec, which sleeps 10 ms after each command. In a
 * `describe.concurrent`, other tests run meanwhile.
 */
export async function start(
  program: string,
  args: readonly string[],
  options: { cwd?: string; timeout?: number; input?: string } = {},
): Promise<Finished> {
  if (started >= MOST_STARTED) await new Promise<void>((go) => waiting.push(go));
  started++;
  try {
    return await new Promise<Finished>((resolve, reject) => {
      const child = spawn(program, args, {
        timeout: options.timeout ?? 60_000,
        killSignal: 'SIGKILL',
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      });
      const parts: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
      child.stdout.on('data', (part: Buffer) => parts.out.push(part));
      child.stderr.on('data', (part: Buffer) => parts.err.push(part));
      // It may end before it has read everything.
      child.stdin.on('error', () => {});
      child.stdin.end(options.input ?? '');
      child.on('error', reject);
      child.on('close', (status, signal) => {
        if (signal === 'SIGKILL') reject(new Error(`${program} did not end in time.`));
        else
          resolve({ status, stdout: Buffer.concat(parts.out).toString(), stderr: Buffer.concat(parts.err).toString() });
      });
    });
  } finally {
    started--;
    waiting.shift()?.();
  }
}

/** Runs the work in a temporary folder, which is removed afterwards. */
export async function inScratchFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vcfg-test-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
