import { spawn } from 'node:child_process';
import { liveError } from '../port/events.js';

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly milliseconds?: number;
}

const DEFAULT_MILLISECONDS = 600_000;

/** What ends each program that runs. */
const running = new Set<() => void>();

/** Ends the programs that run for guests, with all that they started. */
export function endPrograms(): void {
  for (const end of running) end();
}

/** Runs a program to its end; undefined if there is none of that name. With this process it ends too. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, milliseconds = DEFAULT_MILLISECONDS }: ProgramOptions = {},
): Promise<ProgramResult | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, LC_ALL: 'C', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // In its own process group, which is ended as a whole: ending make alone leaves its compilers running.
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    };
    const timer = setTimeout(end, milliseconds);
    if (running.size === 0) process.on('exit', endPrograms);
    running.add(end);
    const settled = () => {
      clearTimeout(timer);
      running.delete(end);
      if (running.size === 0) process.off('exit', endPrograms);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      settled();
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    child.on('close', (code) => {
      settled();
      resolve({ stdout, stderr, code });
    });
  });
}

/** {@link runProgram} that has to succeed. Throws a DiagnosticError with the last lines it printed. */
export async function requireProgram(
  program: string,
  args: readonly string[],
  cure: string,
  options?: ProgramOptions,
): Promise<string> {
  const finished = await runProgram(program, args, options);
  if (finished === undefined) throw liveError('LIVE_PART_MISSING', `The program ${program} was not found.`, cure);
  if (finished.code === 0) return finished.stdout;
  const words = `${finished.stdout}\n${finished.stderr}`.trim().split('\n').slice(-3).join(' | ');
  throw liveError('LIVE_PART_MISSING', `${program} ${args.at(-1) ?? ''} failed: ${words}`, cure);
}
