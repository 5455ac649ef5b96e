import { join } from 'node:path';
import { projectFolder } from '../support/shared-material.js';
import { type BenchOptions, besidePeer, type GroupResult } from './figure.js';
import { measureProcesses, type ProcessRow } from './processes.js';
import { timesOf } from './turns.js';

/** Times as long as Node.js takes to start. */
const LIMIT = 1.5;
const PEER = 'node -e 0';

/** The command as it is built. */
export const COMMAND = join(projectFolder, 'dist/cli/main.cjs');

const vcfg = (name: string, ...args: string[]): ProcessRow => ({
  name: `vcfg ${name}`,
  program: process.execPath,
  args: [COMMAND, ...args],
});

const BASE = ['--base', '0x100000000'];
const ROWS: readonly ProcessRow[] = [
  { name: PEER, program: process.execPath, args: ['-e', '0'] },
  vcfg('address', 'address', '00:04.0', '3', ...BASE),
  vcfg('locate', 'locate', '0x10004000c', ...BASE, '--json'),
  vcfg('aml', 'aml', ...BASE, '--hex'),
  vcfg('--help', '--help'),
];

/** `npm run bench -- startup`: whole commands that have next to nothing to do. */
export async function benchStartup(options: BenchOptions): Promise<GroupResult> {
  const times = await measureProcesses(ROWS, options, projectFolder);
  const figures = times.map((taken, index) => {
    const { name } = ROWS[index] as ProcessRow;
    const beside = index === 0 ? {} : besidePeer(PEER, taken.ratio, LIMIT);
    return { name, unit: 'ns' as const, ...timesOf(taken), ...beside };
  });
  return { figures, notes: [] };
}
