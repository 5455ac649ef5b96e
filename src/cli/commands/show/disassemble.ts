import { basename, extname, join } from 'node:path';
import type { DecodedAml } from '../../../aml/index.js';
import { printAsl } from '../../../asl/print/print-asl.js';
import { DiagnosticError, errorAt, inFile } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import type { Diagnostic } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { usageError } from '../../read/usage-error.js';
import { type EachTable, eachTable, noAml, saySummary, type TableWork } from '../../tables/each-table.js';
import { findingsOf, type LoadedTable } from '../../tables/machines.js';
import { findTables, hasHeader, isByName, signatureOf, type TableInput } from '../../tables/read-tables.js';
import { report } from '../../write/report.js';
import { writeOutput } from '../../write/write-file.js';

interface DisassembleArgs {
  readonly table: readonly string[];
  readonly external: readonly string[];
  readonly output: string | undefined;
  readonly legacy: boolean;
  readonly offsets: boolean;
  readonly json: boolean;
}

/** Without the NULs with which iasl fills it up; blanks are part of the text. */
const trimmed = (text: string) => text.replace(/\0+$/, '');

/** How tables are printed. */
type Style = Pick<DisassembleArgs, 'legacy' | 'offsets'>;

function aslOf(
  decoded: DecodedAml,
  { table: { header } }: LoadedTable,
  { legacy, offsets }: Style,
): ReturnType<typeof printAsl> {
  return printAsl(decoded, {
    style: legacy ? 'legacy' : '2.0',
    offsets,
    header: { ...header, oemId: trimmed(header.oemId), oemTableId: trimmed(header.oemTableId) },
  });
}

/** A finding for folders and texts whose tables are all of data, which have no ASL of the kind that is printed. */
function noneHoldsAml(words: readonly string[], tables: number): Diagnostic {
  const message = tables === 1 ? 'The one table here holds no AML.' : `None of the ${tables} tables here holds AML.`;
  return errorAt('COMMAND_NOT_AML', { file: words.join(' ') }, message, 'Give a DSDT or an SSDT.');
}

/** Names for files in one folder: the table's own with `.dsl`, told apart by a number where two are the same but for case. */
function distinctNames(): (table: TableInput) => string {
  /** By name in lower case, the last number given out with it. */
  const taken = new Map<string, number>();
  return ({ path, part }) => {
    const own = path === '-' ? 'stdin' : basename(path, extname(path));
    const stem = part === undefined ? own : `${own}-${part}`;
    const key = stem.toLowerCase();
    let count = taken.get(key) ?? 1;
    let name = stem;
    while (taken.has(name.toLowerCase())) name = `${stem}-${++count}`;
    taken.set(name.toLowerCase(), 1);
    taken.set(key, count);
    return `${name}.dsl`;
  };
}

interface Disassembled {
  readonly text: string;
  readonly findings: readonly Diagnostic[];
}

/** A table as text; undefined for one that holds no AML. */
export const disassembleTable: TableWork<Disassembled | undefined, Style> = ({ input, load }, style) => {
  const loaded = hasHeader(input) ? load() : undefined;
  if (loaded?.decoded === undefined) {
    if (isByName(input)) throw new DiagnosticError([noAml(input.file, signatureOf(input))]);
    return undefined;
  }
  const { text, diagnostics } = aslOf(loaded.decoded, loaded, style);
  return { text, findings: [...findingsOf(loaded), ...inFile(loaded.file, diagnostics)] };
};

/** `vcfg disassemble`: tables as ASL that iasl compiles. */
export async function runDisassemble(args: DisassembleArgs, io: Io): Promise<number> {
  const { output, json } = args;
  if (json && output !== undefined) throw usageError('--json and -o are both given.', 'JSON goes to standard output.');
  const paths = findTables(args.table, io);
  const nameOf = distinctNames();
  const isSeveral = paths.length > 1 || (output !== undefined && io.files.kindOf(output) === 'folder');
  /** Where there may be more than one text, the output is a folder. */
  const isFolder = ({ part }: TableInput) =>
    output !== undefined && output !== '-' && (isSeveral || part !== undefined);
  const rows: { file: string; asl: string }[] = [];
  let without = 0;
  const take: EachTable<Disassembled | undefined, Style>['take'] = async (disassembled, input, shown) => {
    if (disassembled === undefined) {
      without++;
      return undefined;
    }
    const { text, findings } = disassembled;
    await report(shown, findings);
    if (json) rows.push({ file: input.file, asl: text });
    else if (isFolder(input)) writeOutput(join(output as string, nameOf(input)), text, shown);
    else writeOutput(output ?? '-', text, shown);
    return findings.every(({ severity }) => severity !== 'error');
  };
  const settings: Style = { legacy: args.legacy, offsets: args.offsets };
  const work = { name: 'disassemble', work: disassembleTable, settings } as const;
  const run = await eachTable(paths, { io, external: args.external, ...work, take });
  if (json) io.stdout.write(`${toJson({ tables: rows }, 2)}\n`);
  if (run.tables === 0) throw new DiagnosticError([noneHoldsAml(args.table, without)]);
  saySummary(run, io);
  return run.bad === 0 ? EXIT.done : EXIT.findings;
}
