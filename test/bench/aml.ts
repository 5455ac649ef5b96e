import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAml, encodeAml } from '../../src/aml/index.js';
import { printAsl } from '../../src/asl/print/print-asl.js';
import { decodeSdtHeader, SDT_HEADER_BYTES } from '../../src/tables/index.js';
import { isInstalled } from '../setup/installed.mjs';
import { inScratchFolder } from '../support/oracles.js';
import { atLeastRate, type BenchOptions, besidePeer, type Figure, type GroupResult } from './figure.js';
import { measure } from './measure.js';
import { asProcess } from './processes.js';
import { type RealTables, realTables, tablesNote } from './real-tables.js';
import { inProcess, type TurnsTaken, takeTurns, timesOf } from './turns.js';

/** MB/s over all tables. */
const TARGETS = { decode: 25, encode: 60, print: 6 } as const;
/** iasl over every table of the folder, a process a table: it is not made for more. */
const IASL = 'for table in *.aml; do iasl -d -p out "$table" || exit; done';

/** `npm run bench -- aml`: real tables to the tape and to terms, to bytes again, and to text. */
export async function benchAml(options: BenchOptions): Promise<GroupResult> {
  const real = realTables();
  const { tables } = real;
  const bytes = tables.reduce((sum, table) => sum + table.bytes.length - SDT_HEADER_BYTES, 0);
  const decodeTable = (table: RealTables['tables'][number]) => decodeAml(table.bytes, { offset: SDT_HEADER_BYTES });
  const figures: Figure[] = [];
  const row = async (name: string, target: number | undefined, work: () => void) => {
    const figure: Figure = { name, unit: 'ns', ...(await measure(name, options, work)), bytes };
    figures.push(target === undefined ? figure : { ...figure, target: atLeastRate(bytes, figure, target) });
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
  const decodeAndPrint = () => {
    for (const [index, table] of tables.entries()) print(decodeTable(table), index);
  };
  if (isInstalled('iasl')) figures.push(...(await besideIasl(decodeAndPrint, tables, bytes, options)));
  else await row('decode and print', undefined, decodeAndPrint);
  const terms = decoded.map((aml) => aml.terms);
  await row('encode, exact, from terms', undefined, () => {
    for (const each of terms) encodeAml(each);
  });

  const notes = [
    `${tablesNote(real)} What is decoded for a row is dropped table by table.`,
    'Decoding gives the tape that encoding and printing go by. Terms are made of it when somebody looks at them: the two rows below.',
  ];
  if (!isInstalled('iasl')) notes.push('iasl -d is not measured: iasl not found; apt-get install acpica-tools.');
  return { figures, notes };
}

/** Decoding and printing in process and iasl -d, in turn. */
function besideIasl(
  work: () => void,
  tables: RealTables['tables'],
  bytes: number,
  options: BenchOptions,
): Promise<Figure[]> {
  return inScratchFolder(async (folder) => {
    for (const [index, table] of tables.entries()) writeFileSync(join(folder, `${index}.aml`), table.bytes);
    const iasl = { name: 'iasl -d, a process a table', program: 'sh', args: ['-c', IASL] };
    const ours = inProcess('decode and print', work);
    const taken = await takeTurns([asProcess(iasl, folder), ours], options);
    const [theirs, own] = taken as [TurnsTaken, TurnsTaken];
    return [
      { name: ours.name, unit: 'ns', ...timesOf(own), bytes, ...besidePeer('iasl -d', own.ratio) },
      { name: iasl.name, unit: 'ns', ...timesOf(theirs), bytes },
    ];
  });
}
