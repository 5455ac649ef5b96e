import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from '../setup/is-installed.mjs';
import { inScratchFolder } from '../support/oracles.js';
import { type BenchOptions, besidePeer, type Figure, type GroupResult } from './figure.js';
import { measureProcesses } from './processes.js';
import { realTables } from './real-tables.js';
import { COMMAND } from './startup.js';

/** Tables of about 240 KB: those that the target is about. */
const LEAST_BYTES = 200_000;
const MOST_BYTES = 300_000;

/** `npm run bench -- disassemble`: whole processes from a large table to text in a file. */
export async function benchDisassemble(options: BenchOptions): Promise<GroupResult> {
  if (!isInstalled('iasl'))
    return { figures: [], notes: ['Nothing to compare with: iasl not found; apt-get install acpica-tools.'] };
  const { from, tables } = realTables();
  const large = tables.filter(({ bytes }) => bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES);
  if (large.length === 0)
    return { figures: [], notes: [`No table of ${LEAST_BYTES} to ${MOST_BYTES} bytes is in ${from}.`] };
  const figures: Figure[] = [];
  for (const table of large) {
    await inScratchFolder((folder) => {
      copyFileSync(table.path, join(folder, 'table.aml'));
      const rows = [
        { name: `iasl -d, ${table.bytes.length} bytes`, program: 'iasl', args: ['-d', '-p', 'theirs', 'table.aml'] },
        {
          name: `vcfg disassemble, ${table.bytes.length} bytes`,
          program: process.execPath,
          args: [COMMAND, 'disassemble', 'table.aml', '-o', 'ours.dsl'],
        },
      ] as const;
      const [theirs, ours] = measureProcesses(rows, options, folder);
      if (theirs === undefined || ours === undefined) throw new Error('A row was not measured.');
      const bytes = table.bytes.length;
      figures.push({ name: rows[0].name, unit: 'ns', value: theirs.time, bytes });
      figures.push({
        name: rows[1].name,
        unit: 'ns',
        value: ours.time,
        bytes,
        ...besidePeer('iasl -d', ours.ratio, 1),
      });
    });
  }
  return { figures, notes: [] };
}
