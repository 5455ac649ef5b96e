/**
 * Runs programs for a test process, which asks through one named pipe and gets answers through another: see
 * spawn-elsewhere.ts. A request is the length of the JSON and of the input (four bytes each), the arguments of spawnSync as
 * JSON, and the program's input. Ends when the test process does.
 */
import { spawnSync } from 'node:child_process';
import { openSync, readSync, writeSync } from 'node:fs';

const [requests, answers] = [openSync(process.argv[2], 'r'), openSync(process.argv[3], 'w')];

/** The next bytes of a request; undefined at its end. */
function read(length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(requests, bytes, at, length - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return bytes;
}

function write(...parts) {
  const bytes = Buffer.concat(parts);
  for (let at = 0; at < bytes.length; ) at += writeSync(answers, bytes, at, bytes.length - at);
}

for (;;) {
  const sizes = read(8);
  if (sizes === undefined) break;
  const { program, args, options } = JSON.parse(read(sizes.readUInt32LE(0)));
  const input = read(sizes.readUInt32LE(4));
  const { pid, status, signal, output, stdout, stderr, error } = spawnSync(program, args, { ...options, input });
  const [out, err] = [stdout ?? Buffer.alloc(0), stderr ?? Buffer.alloc(0)];
  const failure = error && { message: error.message, ...error };
  const head = Buffer.from(JSON.stringify({ pid, status, signal, error: failure, hasOutput: output !== null }));
  const lengths = Buffer.from(Uint32Array.of(head.length, out.length, err.length).buffer);
  write(lengths, head, out, err);
}
