import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { compareInThread } from './compare-in-thread.js';
import { leave, processIo } from './process-io.js';
import { runCommandLine } from './run-command-line.js';

/** Read when it is asked for; this file stands two folders below package.json as source and as built. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const pageFolder = () => fileURLToPath(new URL('../../dist/explorer', import.meta.url));

/** Beside the command as built. */
function writtenHelp(command: string): string | undefined {
  const file = new URL(`./help/${command || 'vcfg'}.txt`, import.meta.url);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

// A command is done before V8 would have compiled large functions into each other: it waits for that, most of its time.
setFlagsFromString('--max-inlined-bytecode-size=60');
/** The size that V8 itself has. */
const expectLongWork = () => setFlagsFromString('--max-inlined-bytecode-size=460');

const beside = { version, pageFolder, writtenHelp, expectLongWork, compareInThread };
runCommandLine(process.argv.slice(2), processIo(beside)).then(leave);
