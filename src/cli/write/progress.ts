import type { Io, Output } from '../io.js';

const QUIET_MS = 500;
const EVERY_MS = 100;

export interface Progress {
  /** Says how far the work is. */
  step(done: number, total: number): void;
  /** Takes the line away again. */
  finish(): void;
}

/** A line on a terminal that says how far work is that takes over half a second; nothing anywhere else. */
export function startProgress(io: Io, what: string): Progress {
  let due = io.now() + QUIET_MS;
  let shown = false;
  return {
    step(done, total) {
      if (io.now() < due) return;
      if (!io.stderr.isTerminal) {
        due = Number.POSITIVE_INFINITY;
        return;
      }
      due = io.now() + EVERY_MS;
      shown = true;
      io.stderr.write(`\r\x1b[K${what} ${Math.floor((100 * done) / Math.max(total, 1))} %`);
    },
    finish() {
      if (shown) io.stderr.write('\r\x1b[K');
      shown = false;
    },
  };
}

/** The same io, whose every output takes the progress line away first. */
export function clearingProgress(io: Io, progress: Progress): Io {
  const clearing = (output: Output): Output => ({
    write(data) {
      progress.finish();
      output.write(data);
    },
    get isTerminal() {
      return output.isTerminal;
    },
    get columns() {
      return output.columns;
    },
  });
  return { ...io, stdout: clearing(io.stdout), stderr: clearing(io.stderr) };
}
