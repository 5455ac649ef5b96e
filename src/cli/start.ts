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

/** Flags of V8: its own value suits programs that run long, and the other one short commands. */
const FLAGS: readonly (readonly [name: string, own: number, short: number])[] = [
  // Inlining large functions takes most of the time of a short command.
  ['max-inlined-bytecode-size', 460, 60],
  // When a function counts as hot. Node.js 20 optimizes early: a quarter of the time for 240 KB of vcfg disassemble went into
  // compiling. Later versions use other flags, and do not know this one.
  ...(process.versions.node.startsWith('20.') ? [['interrupt-budget', 67_584, 200_000] as const] : []),
];
for (const [name, , short] of FLAGS) setFlagsFromString(`--${name}=${short}`);
const expectLongWork = () => {
  for (const [name, own] of FLAGS) setFlagsFromString(`--${name}=${own}`);
};

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
