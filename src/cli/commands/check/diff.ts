import { DiagnosticError } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { diffMachines } from '../../../check/diff/diff-machines.js';
import { formatDiff } from '../../../check/diff/format-diff.js';
import type { CheckInput, DiffPainter, SetDiff } from '../../../check/index.js';
import { decodeText } from '../../../tables/index.js';
import { tableInText } from '../../../tables/text/tables-in-file.js';
import { textKindOf } from '../../../tables/text/text-kind.js';
import type { Platform } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { STANDARD } from '../../read/inputs.js';
import { readInput, tablesOfInput } from '../../read/read-input.js';
import { usageError } from '../../read/usage-error.js';
import { hasHeader, readMachineTables, signatureOf } from '../../tables/read-tables.js';
import { report, wantsColor } from '../../write/report.js';

interface DiffArgs {
  readonly before: string;
  readonly after: string;
  readonly json: boolean;
}

/** One side of a comparison: tables, or a platform to make them from. */
type Side = { readonly tables: readonly CheckInput[] } | { readonly platform: Platform; readonly file: string };

/** A file is read before it is known for a table or a platform; anything else can hold tables alone. */
async function readSide(word: string, io: Io): Promise<Side> {
  if (word !== STANDARD && io.files.kindOf(word) !== 'file') {
    const { tables, diagnostics } = await readMachineTables([word], io);
    if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
    return { tables };
  }
  const input = await readInput(word, io);
  const text = decodeText(input.bytes);
  const isPlatform = text !== undefined && textKindOf(new TextEncoder().encode(text)) === 'yaml';
  if (isPlatform && tableInText(input.bytes) === undefined) {
    const { parsePlatform } = await import('../../read/load-platform.js');
    return { platform: await parsePlatform({ file: input.file, text }, io), file: input.file };
  }
  const { inputs, diagnostics } = tablesOfInput(input);
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  return { tables: inputs.filter(hasHeader) };
}

/** What `vcfg generate` makes of a platform: its AML, and of the other tables those that there is something to compare with. */
async function tablesOf(side: Side, other: Side): Promise<readonly CheckInput[]> {
  if ('tables' in side) return side.tables;
  const { generateTableSet } = await import('../../../firmware/index.js');
  const { aml, data } = generateTableSet(side.platform);
  const wanted = 'tables' in other ? new Set(other.tables.map(signatureOf)) : undefined;
  return [...aml, ...data.filter((table) => wanted === undefined || wanted.has(signatureOf(table)))].map(
    ({ name, bytes }) => ({ file: `${side.file}#${name}`, bytes }),
  );
}

async function painter(io: Io): Promise<DiffPainter | undefined> {
  if (!wantsColor(io, io.stdout)) return undefined;
  const { default: picocolors } = await import('picocolors');
  const { green, red, yellow } = picocolors.createColors(true);
  return { added: green, removed: red, changed: yellow };
}

/** Whether a table of either side was none at all, so that nothing of it was compared. */
function isPartial({ reading }: SetDiff): boolean {
  return reading.some(
    ({ code }) => code === 'TABLE_TRUNCATED' || code === 'TABLE_LENGTH' || code === 'TABLE_SIGNATURE',
  );
}

/** `vcfg diff`: what changed between two tables, two sets of tables, or tables and what a platform makes. */
export async function runDiff(args: DiffArgs, io: Io): Promise<number> {
  if (args.before === STANDARD && args.after === STANDARD) {
    throw usageError('Both sides are standard input.', 'Give a file for one of them.');
  }
  const [before, after] = [await readSide(args.before, io), await readSide(args.after, io)];
  const [left, right] = [await tablesOf(before, after), await tablesOf(after, before)];
  const identities = 'tables' in before === 'tables' in after;
  const diff = diffMachines(left, right, { identities });
  await report(io, diff.reading);
  if (args.json) io.stdout.write(`${toJson({ before: args.before, after: args.after, ...diff }, 2)}\n`);
  else if (!isPartial(diff)) for (const line of formatDiff(diff, await painter(io))) io.stdout.write(`${line}\n`);
  return diff.same && !isPartial(diff) ? EXIT.done : EXIT.findings;
}
