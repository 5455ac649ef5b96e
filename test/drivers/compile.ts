import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext } from 'vitest';
import { inScratchFolder, needs, run } from '../support/oracles.js';

/** A compiler, and how it is called. */
export interface CompilerRow {
  readonly program: 'gcc' | 'clang' | 'g++' | 'clang++' | 'rustc';
  readonly flags: readonly string[];
}

const STRICT = [
  '-pedantic',
  '-Wall',
  '-Wextra',
  '-Wconversion',
  '-Wsign-conversion',
  '-Wshadow',
  '-Wcast-align',
  '-Wcast-qual',
  '-Wundef',
  '-Werror',
];
const C99 = ['-std=c99', '-Wdeclaration-after-statement', ...STRICT];
const CPP11 = ['-std=c++11', ...STRICT, '-x', 'c++'];

/** The compilers that have to take generated C without a word. */
export const C_COMPILERS: readonly CompilerRow[] = [
  { program: 'gcc', flags: C99 },
  { program: 'clang', flags: C99 },
  { program: 'g++', flags: CPP11 },
  { program: 'clang++', flags: CPP11 },
];

/** The compiler that has to take generated Rust without a word. */
export const RUST_COMPILER: CompilerRow = {
  program: 'rustc',
  flags: ['--edition', '2021', '-D', 'warnings', '-F', 'unsafe_code'],
};

/** One run of a program that was built. */
interface Run {
  readonly args?: readonly string[];
  readonly input?: string;
}

/**
 * Compiles the first of the files, without a word of the compiler's, and runs the program, in each of the ways asked
 * for. Gives how each run ended.
 */
export function build(
  context: TestContext,
  { program, flags }: CompilerRow,
  files: Readonly<Record<string, string>>,
  runs: readonly Run[] = [{}],
) {
  needs(context, program);
  // Only gcc and clang are called with sanitizers.
  if (flags.some((flag) => flag.startsWith('-fsanitize='))) needs(context, `${program as 'gcc' | 'clang'}-sanitizers`);
  return inScratchFolder((folder) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const built = run(program, [...flags, Object.keys(files)[0] as string, '-o', 'main'], { cwd: folder });
    const said = `${built.stdout}${built.stderr}`;
    if (said !== '' || built.status !== 0) throw new Error(`${program} ended with ${built.status}: ${said}`);
    return runs.map(({ args = [], input = '' }) => run(join(folder, 'main'), args, { input }));
  });
}

/** As {@link build}, of a program that has to end well; what each run printed. */
export async function output(...asked: Parameters<typeof build>): Promise<string[]> {
  const finished = await build(...asked);
  for (const { status, stderr } of finished) expect([stderr, status]).toEqual(['', 0]);
  return finished.map(({ stdout }) => stdout);
}

/** What a program prints in one run, by line. */
export async function lines(...asked: Parameters<typeof build>): Promise<string[]> {
  const [printed] = await output(...asked);
  return (printed as string).trimEnd().split('\n');
}
