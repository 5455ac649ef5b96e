import { DiagnosticError, formatHex } from '../../../base/index.js';
import type { CheckInput } from '../../../check/index.js';
import type { Evaluate, ExistingTable, TableSet } from '../../../firmware/index.js';
import { isBaseOpen, unfitBase } from '../../../firmware/onto/place-functions.js';
import type { Diagnostic, Platform } from '../../../vocab/index.js';
import type { Io } from '../../io.js';
import { readMachineTables } from '../../tables/read-tables.js';

/** The tables of a machine that `--onto` names, and those among them that hold AML. */
export interface Onto {
  readonly inputs: readonly CheckInput[];
  readonly tables: readonly ExistingTable[];
  readonly evaluate: Evaluate;
}

/** Evaluates objects of a set of tables, in a sandbox, where hardware does not matter. */
export async function evaluatorOf(inputs: readonly CheckInput[]): Promise<Evaluate> {
  const { subjectOf } = await import('../../../check/rules/check-set.js');
  const { names } = subjectOf(inputs);
  return (path) => {
    const value = names.evaluated?.at(path)?.value;
    return typeof value === 'bigint' || typeof value === 'string' || value instanceof Uint8Array ? value : undefined;
  };
}

/** Reads the tables that `--onto` names. Throws a DiagnosticError if one cannot be read. */
export async function readOnto(words: readonly string[], io: Io): Promise<Onto> {
  const { tables: inputs, diagnostics } = await readMachineTables(words, io);
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  const { decodeTables } = await import('../../../firmware/index.js');
  const { holdsAml, requireTable } = await import('../../../tables/index.js');
  const read = inputs.map(({ file, bytes }) => ({ file, table: requireTable(bytes, file) }));
  const aml = read.filter(({ table }) => holdsAml(table.header));
  const isFirst = ({ table }: (typeof read)[number]) => table.header.signature === 'DSDT';
  // An OS loads the DSDT first.
  const order = [...aml.filter(isFirst), ...aml.filter((each) => !isFirst(each))];
  const decoded = decodeTables(order.map(({ table }) => table));
  const tables = order.map(({ file }, index) => ({ file, decoded: decoded[index] as ExistingTable['decoded'] }));
  return { inputs, tables, evaluate: await evaluatorOf(inputs) };
}

async function findingsBeside({ platform, aml, hotPlug }: TableSet, { inputs }: Onto): Promise<readonly Diagnostic[]> {
  const { checkBeside } = await import('../../../check/rules/check-beside.js');
  const added = [...aml, ...hotPlug].map(({ name, bytes }) => ({ file: `${name}.aml`, bytes }));
  return checkBeside(inputs, added, platform);
}

/** Where a window may go: multiples of these from 8 GiB up are rarely given to anything. */
const FIRST_CANDIDATE_BITS = 33;

/** Bases for a window that was left open, the one that the platform has first; none that is in the platform's own way. */
function* candidates(platform: Platform): Generator<bigint> {
  const { vcfg, addressBits } = platform;
  yield vcfg.base;
  if (!isBaseOpen(platform)) return;
  for (let bits = FIRST_CANDIDATE_BITS; bits < addressBits; bits++) {
    const base = 1n << BigInt(bits);
    if (unfitBase(base, platform) === undefined) yield base;
  }
}

const IN_THE_WAY = /^VCFG_OVERLAPS_/;

/**
 * Generates for a machine that has tables, at the first base at which nothing of them is in the way of the window; at the
 * platform's own if there is none, or if the file gives one. What is wrong then is among the diagnostics. `file` is the
 * platform file as the cures name it.
 */
export async function generateOnto(
  platform: Platform,
  onto: Onto,
  file: string,
  generate: (platform: Platform) => Promise<TableSet>,
): Promise<TableSet> {
  const { curedBeside } = await import('./onto-cures.js');
  let first: TableSet | undefined;
  for (const base of candidates(platform)) {
    const made = await generate({ ...platform, vcfg: { ...platform.vcfg, base } });
    const found = await findingsBeside(made, onto);
    const isMoved = made.platform.vcfg.base !== platform.vcfg.base;
    const cured = curedBeside(found, { onto, platform: made.platform, file, isMoved });
    const set = { ...made, diagnostics: [...made.diagnostics, ...cured] };
    first ??= set;
    if (found.some(({ code }) => IN_THE_WAY.test(code))) continue;
    return base === platform.vcfg.base ? set : { ...set, diagnostics: [...set.diagnostics, moved(platform, base)] };
  }
  return first as TableSet;
}

function moved({ vcfg }: Platform, base: bigint): Diagnostic {
  return {
    code: 'FIRMWARE_BASE_MOVED',
    severity: 'warning',
    place: { path: '\\VCFG' },
    message: `The window is at ${formatHex(base)}: the tables use ${formatHex(vcfg.base)}, which base: auto gives without them.`,
    cure: `Write base: ${formatHex(base)} in the platform file, so that the device answers there too.`,
  };
}
