import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAml, encodeAml } from '../../src/aml/index.js';
import { printAsl } from '../../src/asl/print/print-asl.js';
import { decodeSdtHeader, SDT_HEADER_BYTES } from '../../src/tables/index.js';
import { isInstalled } from '../setup/installed.mjs';
import { inScratchFolder, run } from '../support/oracles.js';
import { atLeastRate, type BenchOptions, type Figure, type GroupResult, type Spread, spreadOf } from './figure.js';
import { measure } from './measure.js';
import { type RealTables, realTables } from './real-tables.js';

/** MB/s over all tables. */
const TARGETS = { decode: 25, encode: 60, print: 6 } as const;
const IASL_ROUNDS = 3;

/** Nanoseconds that iasl takes for all tables, a process each: it is not made for more. */
function measureIasl(name: string, options: BenchOptions, tables: RealTables['tables']): Promise<Spread> {
  options.onRow(name);
  return inScratchFolder((folder) => {
    for (const table of tables) writeFileSync(join(folder, table.name), table.bytes);
    const samples = Array.from({ length: IASL_ROUNDS }, () => {
      const start = performance.now();
      for (const table of tables) run('iasl', ['-d', table.name], { cwd: folder });
      return (performance.now() - start) * 1e6;
    });
    return spreadOf(samples);
  });
}

/** `npm run bench -- aml`: real tables to the tape and to terms, to bytes again, and to text. */
export async function benchAml(options: BenchOptions): Promise<GroupResult> {
  const { from, tables } = realTables();
  const bytes = tables.reduce((sum, table) => sum + table.bytes.length - SDT_HEADER_BYTES, 0);
  const decodeTable = (table: RealTables['tables'][number]) => decodeAml(table.bytes, { offset: SDT_HEADER_BYTES });
  const figures: Figure[] = [];
  const row = async (name: string, target: number | undefined, work: () => void) => {
    const figure: Figure = { name, unit: 'ns', ...(await measure(name, options, work)), bytes };
    figures.push(target === undefined ? figure : { ...figure, target: atLeastRate(bytes, figure.value, target) });
  };
  await row('decode', TARGETS.decode, () => {
    for (const table of tables) decodeTable(table);
  });
  await row('decode, all terms made', undefined, () => {
    for (const table of tables) decodeTable(table).terms;
  });
  await row('decode, terms but those of bodies made', undefined, () => {
    for (const table of tables) decodeAml(table.bytes, { offset: SDT_HEADER_BYTES, methodBodies: 'lazy' }).terms;
  });
  await row('decode, method bodies left out', undefined, () => {
    for (const table of tables) decodeAml(table.bytes, { offset: SDT_HEADER_BYTES, methodBodies: 'skip' });
  });
  // Made only now: what is kept makes collecting what is not dearer.
  const decoded = tables.map(decodeTable);
  const headers = tables.map((table) => decodeSdtHeader(table.bytes));
  const print = (aml: (typeof decoded)[number], index: number) => {
    const header = headers[index];
    printAsl(aml, header === undefined ? {} : { header });
  };
  await row('encode, exact', TARGETS.encode, () => {
    for (const aml of decoded) encodeAml(aml);
  });
  await row('encode, canonical', undefined, () => {
    for (const aml of decoded) encodeAml(aml, { form: 'canonical' });
  });
  await row('print', TARGETS.print, () => decoded.forEach(print));
  await row('decode and print', undefined, () => {
    for (const [index, table] of tables.entries()) print(decodeTable(table), index);
  });
  const terms = decoded.map((aml) => aml.terms);
  await row('encode, exact, from terms', undefined, () => {
    for (const each of terms) encodeAml(each);
  });

  const notes = [
    `From ${from}: ${tables.length} of DSDT and SSDT, ${bytes} bytes of AML. What is decoded for a row is dropped table by table.`,
    'Decoding gives the tape that encoding and printing go by. Terms are made of it when somebody looks at them: the two rows below.',
  ];
  if (!isInstalled('iasl')) {
    notes.push('iasl -d is not measured: iasl not found; apt-get install acpica-tools.');
    return { figures, notes };
  }
  const name = 'iasl -d, a process a table';
  const iasl = await measureIasl(name, options, tables);
  const beside = (value: Spread) => ({ peer: 'iasl -d', ratio: value.median / iasl.median });
  const compared = figures.map((figure) =>
    /print/.test(figure.name) ? { ...figure, beside: beside(figure.value) } : figure,
  );
  return { figures: [...compared, { name, unit: 'ns', value: iasl, bytes }], notes };
}
