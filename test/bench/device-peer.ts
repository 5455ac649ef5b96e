import { join } from 'node:path';
import { isInstalled } from '../setup/installed.mjs';
import { inScratchFolder, run } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';
import { type BenchOptions, type Spread, spreadOf } from './figure.js';

/** Nanoseconds an access takes in the C program, by its row: `read 32`, `write 1000`, `read absent`. */
export type NativeTimes = ReadonlyMap<string, Spread>;

const SOURCE = join(projectFolder, 'test/bench/native/trapped-access.c');

/** Builds the C program and runs it. A text where it cannot be: why. */
export function measureNative(options: BenchOptions, counts: readonly number[]): Promise<NativeTimes | string> {
  return inScratchFolder((folder) => {
    if (!isInstalled('gcc')) return 'The C program is not measured: gcc not found; apt-get install gcc.';
    options.onRow('trapped-access.c');
    const program = join(folder, 'trapped-access');
    const built = run('gcc', ['-O2', '-pthread', '-o', program, SOURCE]);
    if (built.status !== 0) return `The C program is not measured, since gcc does not build it:\n${built.stderr}`;
    const { status, stdout, stderr } = run(program, [`${options.seconds / 4}`, ...counts.map(String)]);
    if (status !== 0) throw new Error(`trapped-access exits with ${status}: ${stderr}`);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t') as [string, string]);
    return new Map(rows.map(([name, samples]) => [name, spreadOf(samples.trim().split(' ').map(Number))]));
  });
}
