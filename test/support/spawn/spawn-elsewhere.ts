import childProcess from 'node:child_process';
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes `spawnSync` of this thread start programs from a small process. To start one, the kernel copies the page tables of the
 * process that asks for it: 50 ms of processor time for the hundreds of megabytes of the tests, 4 ms for 40 MB. The tests start
 * programs more than a thousand times.
 */

type Options = childProcess.SpawnSyncOptions;
type Result = childProcess.SpawnSyncReturns<Buffer | string>;

interface Server {
  readonly requests: number;
  readonly answers: number;
}

const SERVER = fileURLToPath(new URL('spawn-server.mjs', import.meta.url));
const original = childProcess.spawnSync;

function startServer(): Server | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'vcfg-spawn-'));
  const [requests, answers] = [join(folder, 'requests'), join(folder, 'answers')];
  try {
    if (original('mkfifo', [requests, answers]).status !== 0) return undefined;
    childProcess
      .spawn(process.execPath, [SERVER, requests, answers], { stdio: ['ignore', 'ignore', 'inherit'] })
      .unref();
    // Opening a pipe waits for the other side, which opens both in the same order.
    return { requests: openSync(requests, 'w'), answers: openSync(answers, 'r') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(file: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(file, bytes, at, length - at, null);
    if (count === 0) throw new Error('the process that starts programs for tests has ended');
    at += count;
  }
  return bytes;
}

/** Options that mean the same in another process. */
const KNOWN = new Set(['cwd', 'env', 'input', 'encoding', 'timeout', 'maxBuffer', 'killSignal', 'stdio']);

const isCapturing = (stdio: Options['stdio']) =>
  stdio === undefined || stdio === 'pipe' || (Array.isArray(stdio) && stdio.every((each) => each === 'pipe'));

let server: Server | undefined;

function spawnElsewhere(program: string, args: readonly string[], options: Options): Result {
  server ??= startServer();
  if (server === undefined) return original(program, args, options);
  const { input, encoding, stdio: _, cwd, env, ...rest } = options;
  const given =
    typeof input === 'string'
      ? Buffer.from(input)
      : input == null
        ? Buffer.alloc(0)
        : Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const place = { cwd: cwd === undefined ? process.cwd() : String(cwd), env: { ...(env ?? process.env) } };
  const head = Buffer.from(JSON.stringify({ program, args, options: { ...rest, ...place } }));
  const request = Buffer.concat([Buffer.from(Uint32Array.of(head.length, given.length).buffer), head, given]);
  for (let at = 0; at < request.length; ) at += writeSync(server.requests, request, at, request.length - at);
  const [headLength = 0, outLength = 0, errLength = 0] = new Uint32Array(read(server.answers, 12).buffer);
  const { error, hasOutput, ...ended } = JSON.parse(read(server.answers, headLength).toString());
  const text = (bytes: Buffer) =>
    encoding === undefined || encoding === 'buffer' ? bytes : bytes.toString(encoding as BufferEncoding);
  const [stdout, stderr] = [read(server.answers, outLength), read(server.answers, errLength)].map((bytes) =>
    hasOutput ? text(bytes) : null,
  ) as [string, string];
  return {
    ...ended,
    stdout,
    stderr,
    output: hasOutput ? [null, stdout, stderr] : null,
    ...(error && { error: Object.assign(new Error(error.message), error) }),
  };
}

/** Marks the function that replaces `spawnSync`, since this file runs before each test file of a thread. */
const isOurs = Symbol.for('vcfg.spawn-elsewhere');

if (process.platform !== 'win32' && !Object.hasOwn(original, isOurs)) {
  const spawnSync = (program: string, ...rest: readonly unknown[]): Result => {
    const [first, second] = rest;
    const [args, options] = (Array.isArray(first) ? [first, second ?? {}] : [[], first ?? {}]) as [string[], Options];
    const isPlain = Object.keys(options).every((name) => KNOWN.has(name)) && isCapturing(options.stdio);
    return isPlain ? spawnElsewhere(program, args, options) : original(program, args, options);
  };
  childProcess.spawnSync = Object.assign(spawnSync, { [isOurs]: true }) as typeof childProcess.spawnSync;
  syncBuiltinESMExports();
}
