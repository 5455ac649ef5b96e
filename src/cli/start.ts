import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { leave, processIo } from './process-io.js';
import { runCommandLine } from './run-command-line.js';
import { compareInThread, readPlatformInThread } from './run-in-thread.js';
import { startThreads } from './start-threads.js';

/** The files that a single-file executable has in itself: npm run build:sea. */
const single = process.getBuiltinModule('node:sea');

/** A text of the package. This file stands two folders below package.json as source and as built. */
const ownText = (path: string) =>
  single.isSea() ? single.getAsset(path, 'utf8') : readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Read when it is asked for. */
const version = () => (JSON.parse(ownText('package.json')) as { version: string }).version;

const pageFolder = () => fileURLToPath(new URL('../../dist/explorer', import.meta.url));

/** As the build wrote it. */
function writtenHelp(command: string): string | undefined {
  const path = `dist/cli/help/${command || 'vcfg'}.txt`;
  return single.isSea() || existsSync(new URL(`../../${path}`, import.meta.url)) ? ownText(path) : undefined;
}

// A command is done before V8 would have compiled large functions into each other: it waits for that, most of its time.
setFlagsFromString('--max-inlined-bytecode-size=60');
/** The size that V8 itself has. */
const expectLongWork = () => setFlagsFromString('--max-inlined-bytecode-size=460');

const beside = {
  version,
  pageFolder,
  writtenHelp,
  expectLongWork,
  compareInThread,
  readPlatformInThread,
  startThreads,
};
runCommandLine(process.argv.slice(2), processIo(beside)).then(leave);
