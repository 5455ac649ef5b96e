import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from '../setup/installed.mjs';
import { inScratchFolder } from '../support/oracles.js';
import { type BenchOptions, besidePeer, type Figure, type GroupResult } from './figure.js';
import { measureProcesses, type ProcessRow } from './processes.js';
import { realTables } from './real-tables.js';
import { COMMAND } from './startup.js';

/** Tables of about 240 KB: those that the target is about. */
const LEAST_BYTES = 200_000;
const MOST_BYTES = 300_000;

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
  const { from, tables } = realTables();
  const large = tables.filter(({ bytes }) => bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES);
  if (large.length === 0)
    return { figures: [], notes: [`No table of ${LEAST_BYTES} to ${MOST_BYTES} bytes is in ${from}.`] };
  const withIasl = isInstalled('iasl');
  const figures: Figure[] = [];
  for (const { path, bytes } of large) {
    const rows = rowsFor(bytes.length, withIasl);
    const times = await inScratchFolder((folder) => {
      copyFileSync(path, join(folder, 'table.aml'));
      return measureProcesses(rows, options, folder);
    });
    for (const [index, { time, ratio }] of times.entries()) {
      const { name } = rows[index] as ProcessRow;
      const compared = index === 0 ? {} : besidePeer('iasl -d', ratio, 1);
      figures.push({ name, unit: 'ns', value: time, bytes: bytes.length, ...compared });
    }
  }
  const missing = 'iasl -d is not measured: iasl not found; apt-get install acpica-tools.';
  return { figures, notes: withIasl ? [] : [missing] };
}
