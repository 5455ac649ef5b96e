import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from '../setup/installed.mjs';
import { inScratchFolder } from '../support/oracles.js';
import { type BenchOptions, besidePeer, type Figure, type GroupResult } from './figure.js';
import { measureProcesses, type ProcessRow } from './processes.js';
import { largeTables, realTables } from './real-tables.js';
import { COMMAND } from './startup.js';
import { timesOf } from './turns.js';

/** Times the processor time of iasl: what Node.js takes to start and to compile is in it. */
const LIMIT = 1.2;

/** A row of this project's command and, first, one of iasl's where it is installed. */
function rowsFor(bytes: number, withIasl: boolean): ProcessRow[] {
  const ours = {
    name: `vcfg disassemble, ${bytes} bytes`,
    program: process.execPath,
    args: [COMMAND, 'disassemble', 'table.aml', '-o', 'ours.dsl'],
  };
  const theirs = { name: `iasl -d, ${bytes} bytes`, program: 'iasl', args: ['-d', '-p', 'theirs', 'table.aml'] };
  return withIasl ? [theirs, ours] : [ours];
}

/** `npm run bench -- disassemble`: whole processes from a large table to text in a file. */
export async function benchDisassemble(options: BenchOptions): Promise<GroupResult> {
  const { tables: large, note } = largeTables(realTables());
  const withIasl = isInstalled('iasl');
  const figures: Figure[] = [];
  for (const { path, bytes } of large) {
    const rows = rowsFor(bytes.length, withIasl);
    const times = await inScratchFolder((folder) => {
      copyFileSync(path, join(folder, 'table.aml'));
      return measureProcesses(rows, options, folder);
    });
    for (const [index, taken] of times.entries()) {
      const { name } = rows[index] as ProcessRow;
      const compared = index === 0 ? {} : besidePeer('iasl -d', taken.ratio, LIMIT);
      figures.push({ name, unit: 'ns', ...timesOf(taken), bytes: bytes.length, ...compared });
    }
  }
  const missing = 'iasl -d is not measured: iasl not found; apt-get install acpica-tools.';
  return { figures, notes: withIasl ? [note] : [note, missing] };
}
