import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
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
import { type FileSystem, type Io, isSystemError, type Output } from './io.js';

/** Makes a folder and those around it. One at a time: where none can be made, as in /proc, Node.js's own way never ends. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const around = dirname(path);
  if (around !== path) makeFolder(around);
  mkdirSync(path);
}

/** A folder for what is not kept. Throws a DiagnosticError where the system has no room for one. */
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

/** Files on disk; relative paths count from the current folder. */
export const nodeFiles: FileSystem = {
  read: (path) => readFileSync(path),
  write: (path, contents) => writeFileSync(path, contents),
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  makeFolder,
  makeScratchFolder,
  removeFolder: (path) => rmSync(path, { recursive: true, force: true }),
  list: (folder) => readdirSync(folder),
  kindOf(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : 'other';
  },
  resolveLinks: (path) => realpathSync(path),
  copyMode: (like, path) => chmodSync(path, statSync(like).mode),
};

/** A program made of what somebody gave may say too much, and need not end. */
const PROGRAM_LIMITS = { maxBuffer: 1 << 28, timeout: 120_000 } as const;

export const runNodeProgram: Io['runProgram'] = (program, args) => {
  // Not imported above: few commands run others, and all would wait for it.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, stdout, stderr, error } = spawnSync(program, args, PROGRAM_LIMITS);
  if (error === undefined) return { status, stdout, stderr: stderr.toString() };
  if ('code' in error && error.code === 'ENOENT') return undefined;
  return { status: null, stdout: new Uint8Array(), stderr: error.message };
};

const openOutputs: NodeJS.WriteStream[] = [];

/** Ends the process over an output that takes nothing more, as on a full disk. */
function endOver(error: NodeJS.ErrnoException, stream: NodeJS.WriteStream): never {
  // Whoever reads may stop early, as `head` does: what is left to say interests nobody then.
  if (error.code === 'EPIPE') process.exit();
  if (stream !== process.stderr) {
    const reason = `It cannot be written: ${error.code}.`;
    const cure = 'Is the disk full? What was written is not whole.';
    process.stderr.write(`${formatDiagnostic(errorAt('COMMAND_CANNOT_WRITE', { file: '<stdout>' }, reason, cure))}\n`);
  }
  process.exit(EXIT.findings);
}

/** Node.js makes its streams when they are asked for, which takes as long as a small table does: so they wait for a use. */
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

/** Ends the process: at once, without V8's tidying up, unless something that was written is still on its way. */
export function leave(exitCode: number): void {
  process.exitCode = exitCode;
  // What could not be written is said to the streams first.
  setImmediate(() => {
    if (openOutputs.every((stream) => stream.writableLength === 0)) process.exit();
  });
}

let standardInputWasRead = false;

async function readStandardInput(): Promise<Uint8Array> {
  if (standardInputWasRead) return new Uint8Array();
  standardInputWasRead = true;
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The world as this process sees it. */
export function processIo(version: () => string): Io {
  return {
    stdout: outputOf(() => process.stdout),
    stderr: outputOf(() => process.stderr),
    readStandardInput,
    files: nodeFiles,
    env: process.env,
    // Not performance.now(), whose module takes longer to load than a small table to read.
    now: () => Number(process.hrtime.bigint()) / 1e6,
    runProgram: runNodeProgram,
    version,
  };
}
