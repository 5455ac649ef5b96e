import { DiagnosticError, errorAt } from '../../../base/index.js';
import type {
  CheckInput,
  CheckReport,
  CheckSetOptions,
  DriverFacts,
  MemoryRange,
  RuleFilter,
  SetLimits,
  SubjectTable,
} from '../../../check/index.js';
import { WINDOW_DECODE } from '../../../check/rules/caller-rules.js';
import { checkRead, checkSet, excessOf, type ReadSet, readSet } from '../../../check/rules/check-set.js';
import { RULE_FAMILIES } from '../../../check/rules/rule.js';
import { isAsked, RULE_WORDS } from '../../../check/rules/rules.js';
import { nearestWord } from '../../../platform/read/nearest-word.js';
import { decodeDataTable } from '../../../tables/index.js';
import type { Diagnostic, Severity } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import { type DriverArgs, driverFindings, readDriver } from '../../driver/check-driver.js';
import type { Io } from '../../io.js';
import { readBuses, readSize } from '../../read/argument-values.js';
import { readInput } from '../../read/read-input.js';
import { usageError } from '../../read/usage-error.js';
import { readWindow, type Window } from '../../read/window.js';
import { findingsIn, type MachineTables, readMachineTables } from '../../tables/read-tables.js';
import { spreadWork } from '../../tables/spread-work.js';
import { startProgress } from '../../write/progress.js';
import { counted } from '../../write/report.js';
import { type CheckedRow, type CheckResult, type Part, REPORT_WRITERS } from './check-report.js';
import { startWindow } from './check-window.js';

interface CheckArgs extends DriverArgs {
  readonly table: readonly string[];
  readonly platform: string | undefined;
  readonly 'memory-map': string | undefined;
  readonly base: string | undefined;
  readonly buses: string | undefined;
  readonly rule: readonly string[];
  readonly limit: readonly string[];
  readonly each: boolean;
  readonly 'fail-on': string | undefined;
  readonly format: string | undefined;
  readonly exhaustive: boolean;
  readonly evaluate: boolean;
  readonly json: boolean;
}

function requireRuleWord(word: string): string {
  if (RULE_WORDS.has(word)) return word;
  const meant = nearestWord(word, [...RULE_WORDS]);
  const cure = meant === undefined ? 'docs/check-rules.md lists all codes and families.' : `Did you mean ${meant}?`;
  throw usageError(`"${word}" is not a rule or a family of rules.`, cure);
}

/** The rules that `--rule` selects: codes and families; a word with `-` before it excludes its rules. */
function readRuleWords(words: readonly string[]): RuleFilter {
  const only = words.filter((word) => !word.startsWith('-')).map(requireRuleWord);
  const except = words.filter((word) => word.startsWith('-')).map((word) => requireRuleWord(word.slice(1)));
  return { ...(only.length > 0 && { only }), ...(except.length > 0 && { except }) };
}

/** Words of `--rule` that were meant after a comma, and were read as tables. */
function refuseSpacedRules({ rule, table }: CheckArgs, { files }: Io): void {
  const spaced = table.filter((word) => RULE_WORDS.has(word) && files.kindOf(word) === undefined);
  if (rule.length === 0 || spaced.length === 0) return;
  const what =
    spaced.length === 1
      ? 'is a rule or a family of rules, and there is'
      : 'are rules or families of rules, and there are';
  const message = `${spaced.join(', ')} ${what} no such ${spaced.length === 1 ? 'table' : 'tables'}.`;
  throw usageError(message, `Separate several with commas: --rule ${[...rule, ...spaced].join(',')}.`);
}

const MOST_LIMIT = 2 ** 32;

/** The limits that `--limit` raises: `tables=1000`, `bytes=64 MiB`. */
function readLimits(words: readonly string[]): Partial<SetLimits> {
  const limits: { tables?: number; bytes?: number } = {};
  for (const word of words) {
    const [, name, text = ''] = /^(tables|bytes)=(.+)$/s.exec(word) ?? [];
    if (name !== 'tables' && name !== 'bytes') {
      throw usageError(`"${word}" is not a limit.`, 'Write --limit tables=1000 or --limit "bytes=64 MiB".');
    }
    limits[name] = readSize(`--limit ${name}`, text, MOST_LIMIT);
  }
  return limits;
}

const NOTHING: Part = { rows: [], findings: [] };

function tableRow({ file, header, decoded, declarations }: SubjectTable): CheckedRow {
  // As vcfg show counts them: what methods make when they run is not there yet.
  const count = declarations.filter(({ inMethod }) => !inMethod).length;
  const objects = decoded === undefined ? '' : `, ${counted(count, 'object')}`;
  return { what: file, checked: `${header.signature}, ${header.length} bytes${objects}` };
}

interface TablesPart extends Part {
  /** Whether a table holds AML, or there is none to hold any. */
  readonly hasAml: boolean;
  /** Whether one holds data that rules are about. */
  readonly hasData: boolean;
}

/** Checks a set of tables. Of a report only what is shown is kept: its terms take far more. */
function checkOne(set: readonly CheckInput[], options: CheckSetOptions): TablesPart {
  return partOf(checkSet(set, options));
}

function partOf(report: CheckReport): TablesPart {
  return {
    rows: report.tables.map(tableRow),
    findings: report.findings,
    hasAml: report.tables.some(({ decoded }) => decoded !== undefined),
    hasData: report.tables.some((table) => decodeDataTable(table) !== undefined),
  };
}

/** What a thread does with tables that are checked each for itself. */
export function checkJobs(options: unknown): (job: unknown) => readonly TablesPart[] {
  return (job) => (job as readonly CheckInput[]).map((table) => checkOne([table], options as CheckSetOptions));
}

/** Tables, and the machine that they make; no machine for `--each` and for a set beyond the limits. */
interface ReadTables extends MachineTables {
  readonly set: ReadSet | undefined;
}

const NO_TABLES: ReadTables = { tables: [], diagnostics: [], loadOrderKnown: true, set: undefined };

async function readTables({ table, evaluate, each, limit }: CheckArgs, io: Io): Promise<ReadTables> {
  if (table.length === 0) return NO_TABLES;
  const read = await readMachineTables(table, io, true);
  const isOne = !each && excessOf(read.tables, { limits: readLimits(limit) }).length === 0;
  return { ...read, set: isOne ? readSet(read.tables, { evaluate }) : undefined };
}

/** The tables of one machine, or each for itself: on all cores if there are many. */
async function checkTables(
  { tables, set }: ReadTables,
  isEach: boolean,
  options: CheckSetOptions,
  io: Io,
): Promise<TablesPart> {
  if (!isEach) return set === undefined ? checkOne(tables, options) : partOf(checkRead(set, options));
  const rows: CheckedRow[] = [];
  // What is wrong with a driver by itself is found with every table anew.
  const findings = new Map<string, Diagnostic>();
  let hasAml = false;
  let hasData = false;
  const progress = startProgress(io, 'Tables');
  await spreadWork<CheckInput, readonly CheckInput[], TablesPart>({
    io,
    name: 'check',
    settings: options,
    items: tables,
    bytesOf: ({ bytes }) => bytes.length,
    jobOf: (batch) => batch,
    doHere: (table) => checkOne([table], options),
    take: async (part) => {
      rows.push(...part.rows);
      hasAml ||= part.hasAml;
      hasData ||= part.hasData;
      for (const found of part.findings) findings.set(JSON.stringify(found), found);
      progress.step(rows.length, tables.length);
    },
  });
  progress.finish();
  return { rows, findings: [...findings.values()], hasAml, hasData };
}

/** That no table given can hold `VCFG`. */
function noTableHoldsAml(words: readonly string[]): Diagnostic {
  const message = 'None of these tables contains AML, so VCFG was not looked for.';
  return errorAt('COMMAND_NOT_AML', { file: words.join(' ') }, message, 'Give a DSDT, with its SSDTs.');
}

/** What everything is checked against; undefined if the tables, and perhaps a driver, are all that is given. */
async function readWanted(args: CheckArgs, io: Io, meanwhile: () => Promise<void>): Promise<Window | undefined> {
  if (args.driver !== undefined && args.platform === undefined && args.table.length === 0) {
    throw usageError('--driver is given without --platform or tables.', 'Give something to compare the header with.');
  }
  if (args['memory-map'] !== undefined && args.table.length === 0) {
    throw usageError('--memory-map is given without tables.', 'Give the tables of the same machine.');
  }
  if (args.base !== undefined || args.platform !== undefined) return readWindow(args, io, meanwhile);
  if (args.table.length > 0) return undefined;
  throw usageError('Nothing is given to check.', 'Give tables, --platform, or --base for the window alone.');
}

async function readMap(path: string, io: Io): Promise<readonly MemoryRange[]> {
  const { file, bytes } = await readInput(path, io, 'Take /proc/iomem as root, or dmesg | grep BIOS-e820.');
  const { readMemoryMap } = await import('../../../check/subject/memory-map.js');
  const { ranges, diagnostics } = readMemoryMap(new TextDecoder().decode(bytes), { file });
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  return ranges;
}

/** All that tables are compared with. */
async function readOptions(
  args: CheckArgs,
  window: Window | undefined,
  header: DriverFacts | undefined,
  io: Io,
): Promise<CheckSetOptions> {
  const map = args['memory-map'];
  return {
    ...(window !== undefined && { base: window.base }),
    ...(window?.platform && { platform: window.platform }),
    ...(args.buses !== undefined && { buses: readBuses(args.buses) }),
    ...(map !== undefined && { memoryMap: await readMap(map, io) }),
    ...(header !== undefined && { driver: header }),
    evaluate: args.evaluate,
    limits: readLimits(args.limit),
  };
}

/** Families of rules that look at tables. */
const OF_TABLES = RULE_FAMILIES.filter((family) => family !== 'driver');

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** Whether a finding is as severe as what makes the command fail. */
function fails({ severity }: Diagnostic, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

function readFormat({ format, json }: CheckArgs): string {
  if (json && format !== undefined && format !== 'json') {
    throw usageError(`--json and --format ${format} are both given.`, 'Give one of them.');
  }
  return json ? 'json' : (format ?? 'text');
}

async function checkGiven(
  args: CheckArgs,
  window: Window | undefined,
  rules: RuleFilter,
  tables: () => Promise<ReadTables>,
  io: Io,
): Promise<Part[]> {
  const platform = window?.platform;
  const isWhole = window !== undefined && (platform !== undefined || args.table.length === 0);
  const wantsWindow = isWhole && args.exhaustive && isAsked(WINDOW_DECODE, rules);
  const finishWindow = wantsWindow ? startWindow(window, io) : async () => NOTHING;
  const buses = args.buses === undefined ? undefined : readBuses(args.buses);
  const driver = await readDriver(args, window, { buses, rules }, io);
  const facts = driver?.facts;
  const options = await readOptions(args, window, facts, io);
  const read = await tables();
  const parts: Part[] = [];
  if (args.table.length > 0 || facts !== undefined) {
    // Without tables, nothing that they lack is missing.
    const asked = args.table.length > 0 ? rules : { ...rules, except: [...(rules.except ?? []), ...OF_TABLES] };
    const all = { ...options, loadOrderKnown: read.loadOrderKnown, rules: asked };
    const part = await checkTables(read, args.each && args.table.length > 0, all, io);
    const findings = [...read.diagnostics, ...part.findings];
    // Where something was found, it says why none holds AML. Without a base, a table of data is worth checking alone.
    const isChecked = part.hasAml || (part.hasData && window === undefined);
    const isSilent = findings.length === 0 && !isChecked && args.table.length > 0;
    parts.push({ rows: part.rows, findings: isSilent ? [noTableHoldsAml(args.table)] : findings });
  }
  // Last, since a thread has compared addresses meanwhile; reported first.
  parts.unshift(await finishWindow());
  if (driver === undefined) return parts;
  const said = parts.flatMap(({ findings }) => findings);
  return [...parts, { rows: driver.rows, findings: driverFindings(driver, said) }];
}

/** What was found, in reading what is given too. */
async function findAll(args: CheckArgs, rules: RuleFilter, io: Io): Promise<CheckResult> {
  const about = args.platform ?? args.table[0];
  let early: Promise<ReadTables> | undefined;
  const tables = () => (early ??= readTables(args, io));
  try {
    // Errors of the platform come first. Those of the tables are thrown when `tables` is called again.
    const window = await readWanted(args, io, () =>
      tables().then(
        () => {},
        () => {},
      ),
    );
    const parts = await checkGiven(args, window, rules, tables, io);
    const findings = parts.flatMap((part) => part.findings);
    return { rows: parts.flatMap((part) => part.rows), findings, platform: window?.platform, about };
  } catch (error) {
    return { rows: [], findings: findingsIn(error), platform: undefined, about };
  }
}

/** `vcfg check`: whatever is given, against everything else that is given. */
export async function runCheck(args: CheckArgs, io: Io): Promise<number> {
  const write = REPORT_WRITERS[readFormat(args)];
  refuseSpacedRules(args, io);
  readLimits(args.limit);
  const result = await findAll(args, readRuleWords(args.rule), io);
  await write?.(result, io);
  const least = (args['fail-on'] ?? 'warning') as Severity;
  return result.findings.some((found) => fails(found, least)) ? EXIT.findings : EXIT.done;
}
