import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DiagnosticError, errorAt, formatDiagnostic } from '../base/index.js';
import { EXIT } from './command.js';
import { type FileSystem, type Interactive, type Io, isSystemError, type Output } from './io.js';
import { MOST_INPUT_BYTES, STANDARD_NAME, tooLarge } from './read/inputs.js';

/** Makes a folder and its parents. One at a time: where none can be made, as in /proc, Node.js's recursive mkdir never ends. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const around = dirname(path);
  if (around !== path) makeFolder(around);
  mkdirSync(path);
}

/** Makes a folder for temporary files. Throws a DiagnosticError if none can be made. */
function makeScratchFolder(): string {
  const folder = tmpdir();
  try {
    return mkdtempSync(join(folder, 'vcfg-'));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason = `No temporary folder can be made here: ${error.code}.`;
    const cure = 'Does TMPDIR name a folder that may be written to?';
    throw new DiagnosticError([errorAt('COMMAND_CANNOT_WRITE', { file: folder }, reason, cure)]);
  }
}

const CHUNK_BYTES = 1 << 16;

/** Reads up to one byte past the bound, since files of /proc and /sys give their size as 0 or 4096 whatever they hold. */
function readBounded(path: string, mostBytes: number): Uint8Array {
  // Without waiting: a pipe, or /proc/kmsg, may never give anything.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    if (size > mostBytes) return new Uint8Array(mostBytes + 1);
    const parts: Buffer[] = [];
    let length = 0;
    while (length <= mostBytes) {
      const part = Buffer.allocUnsafe(Math.min(Math.max(size + 1 - length, CHUNK_BYTES), mostBytes + 1 - length));
      const count = readSync(file, part);
      if (count === 0) break;
      parts.push(part.subarray(0, count));
      length += count;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  } finally {
    closeSync(file);
  }
}

/** What the system says of a path that leads nowhere. */
const NOWHERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

function statOf(path: string): BigIntStats | undefined {
  try {
    return path === '-' ? fstatSync(0, { bigint: true }) : statSync(path, { bigint: true });
  } catch (error) {
    if (isSystemError(error) && (NOWHERE.has(error.code) || path === '-')) return undefined;
    throw error;
  }
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let signalsAreDeferred = false;

/** Node.js calls a handler between two tasks, never within one; the handler lets the signal do what it does without one. */
function deferSignals(): void {
  if (signalsAreDeferred) return;
  signalsAreDeferred = true;
  for (const signal of ENDING) {
    process.once(signal, () => process.kill(process.pid, signal));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isSystemError(error) && error.code === 'EPERM';
  }
}

/** Files on disk; relative paths count from the current folder. */
export const nodeFiles: FileSystem = {
  read: (path, mostBytes) => (mostBytes === undefined ? readFileSync(path) : readBounded(path, mostBytes)),
  write: (path, contents, how) => writeFileSync(path, contents, { flag: how === 'new' ? 'wx' : 'w' }),
  rename: renameSync,
  remove(path) {
    try {
      rmSync(path, { force: true });
    } catch (error) {
      if (!isSystemError(error) || !NOWHERE.has(error.code)) throw error;
    }
  },
  makeFolder,
  makeScratchFolder() {
    deferSignals();
    return makeScratchFolder();
  },
  removeFolder: (path) => rmSync(path, { recursive: true, force: true }),
  list: (folder) => readdirSync(folder),
  kindOf(path) {
    const found = statOf(path);
    if (found === undefined) return undefined;
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : 'other';
  },
  identityOf(path) {
    const found = statOf(path);
    return found?.isFile() ? `${found.dev}:${found.ino}` : undefined;
  },
  resolveLinks: (path) => realpathSync(path),
  copyMode: (like, path) => chmodSync(path, statSync(like).mode),
  deferSignals,
  isRunning,
  randomHex: () => process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex'),
};

/** A program compiled from a user's header may print without end, and may never finish. */
const PROGRAM_LIMITS = { maxBuffer: 1 << 28, timeout: 120_000, killSignal: 'SIGKILL' } as const;

export const runNodeProgram: Io['runProgram'] = (program, args, { milliseconds } = {}) => {
  // Not imported above: few commands run programs, and every command would wait for the module.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const limits = { ...PROGRAM_LIMITS, ...(milliseconds !== undefined && { timeout: milliseconds }) };
  const { status, stdout, stderr, error } = spawnSync(program, args, limits);
  if (error === undefined) return { status, stdout, stderr: stderr.toString() };
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'EACCES') return undefined;
  const cutOff = code === 'ETIMEDOUT' ? 'time' : code === 'ENOBUFS' ? 'output' : undefined;
  return { status: null, stdout: stdout ?? new Uint8Array(), stderr: error.message, ...(cutOff && { cutOff }) };
};

const openOutputs: NodeJS.WriteStream[] = [];

/** Ends the process over an output that takes nothing more, as on a full disk. */
function endOver(error: NodeJS.ErrnoException, stream: NodeJS.WriteStream): never {
  // The reader may stop early, as `head` does; nobody wants the rest then.
  if (error.code === 'EPIPE') process.exit();
  if (stream !== process.stderr) {
    const reason = `It cannot be written: ${error.code}.`;
    const cure = 'Is the disk full? What was written is incomplete.';
    process.stderr.write(`${formatDiagnostic(errorAt('COMMAND_CANNOT_WRITE', { file: '<stdout>' }, reason, cure))}\n`);
  }
  process.exit(EXIT.findings);
}

/** Opened at first use: making one of Node.js's streams takes as long as reading a small table. */
function outputOf(streamOf: () => NodeJS.WriteStream): Output {
  let opened: NodeJS.WriteStream | undefined;
  const stream = (): NodeJS.WriteStream => {
    if (opened !== undefined) return opened;
    const made = streamOf();
    opened = made;
    openOutputs.push(made);
    made.on('error', (error) => endOver(error, made));
    return made;
  };
  return {
    write: (data) => void stream().write(data),
    get isTerminal() {
      return stream().isTTY === true;
    },
    get columns() {
      return stream().columns;
    },
  };
}

/** Ends the process at once, without V8's tidying up, unless output is still being written. */
export function leave(exitCode: number): void {
  process.exitCode = exitCode;
  // Errors of the streams are reported first.
  setImmediate(() => {
    if (openOutputs.every((stream) => stream.writableLength === 0)) process.exit();
  });
}

let standardInputWasRead = false;

async function readStandardInput(): Promise<Uint8Array> {
  if (standardInputWasRead) return new Uint8Array();
  standardInputWasRead = true;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of process.stdin) {
    length += (part as Buffer).length;
    if (length > MOST_INPUT_BYTES) throw new DiagnosticError([tooLarge(STANDARD_NAME)]);
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

const interactive: Interactive = {
  get isTerminal() {
    return process.stdin.isTTY === true;
  },
  readKeys(take, ended) {
    const { stdin } = process;
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on('data', take);
    stdin.on('end', ended);
    stdin.resume();
    return () => {
      stdin.off('data', take);
      stdin.off('end', ended);
      if (stdin.isTTY) stdin.setRawMode(false);
      stdin.pause();
    };
  },
  onSignal(take) {
    const listeners = ENDING.map((signal) => [signal, () => take(SIGNAL_NUMBERS[signal])] as const);
    for (const [signal, listener] of listeners) process.on(signal, listener);
    return () => {
      for (const [signal, listener] of listeners) process.off(signal, listener);
    };
  },
};

/** What stands beside the command's own files. */
type Beside = Pick<
  Io,
  | 'version'
  | 'pageFolder'
  | 'writtenHelp'
  | 'expectLongWork'
  | 'compareInThread'
  | 'readPlatformInThread'
  | 'startThreads'
>;

/** The world as this process sees it. */
export function processIo(beside: Beside): Io {
  return {
    stdout: outputOf(() => process.stdout),
    stderr: outputOf(() => process.stderr),
    readStandardInput,
    files: nodeFiles,
    env: process.env,
    // Not performance.now(), whose module takes longer to load than a small table to read.
    now: () => Number(process.hrtime.bigint()) / 1e6,
    runProgram: runNodeProgram,
    ...beside,
    interactive,
  };
}
