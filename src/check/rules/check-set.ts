import { declarations } from '../../aml/index.js';
import { inFile } from '../../base/index.js';
import { type DecodedAmlTable, decodeTables } from '../../firmware/decode-table.js';
import { packPciAddress } from '../../platform/config-address.js';
import { type AcpiTable, DSDT_64_BIT_REVISION, decodeDataTable, holdsAml, readTable } from '../../tables/index.js';
import type { Diagnostic, DiagnosticCode, Place, Platform } from '../../vocab/index.js';
import { evaluatedNames } from '../running/evaluated-names.js';
import { PROOF_RULES } from '../running/running-rules.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import type { DriverFacts } from '../subject/driver-facts.js';
import { machineNames } from '../subject/machine-names.js';
import type { MemoryRange } from '../subject/memory-map.js';
import { placeFields, placeRegions } from '../subject/placed-regions.js';
import type { SubjectTable } from '../subject/subject-table.js';
import { windowPlace } from '../subject/window-place.js';
import { soundAllocations } from '../table-rules/mcfg-rules.js';
import { VCFG_NAME_RULES } from '../vcfg-rules/name-rules.js';
import { diagnosticOf, type Finding, type Rule, type RuleFamily } from './rule.js';
import { isAsked, RULES, type RuleFilter } from './rules.js';
import { overLimits, SET_LIMITS, type SetLimits } from './set-limits.js';

/** A file of one machine: a table, header included. */
export interface CheckInput {
  /** Named in findings. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface CheckSetOptions {
  /** What the tables are compared with. */
  readonly platform?: Platform;
  /** What `\VCFG` should be (default: the platform's base). */
  readonly base?: bigint;
  /** Buses that the window should have (default: the platform's). */
  readonly buses?: number;
  /** What else is in the guest's address space. */
  readonly memoryMap?: readonly MemoryRange[];
  readonly driver?: DriverFacts;
  readonly rules?: RuleFilter;
  /** False if the tables are not in the order in which an OS loads them, as far as the caller can tell; true by default. */
  readonly loadOrderKnown?: boolean;
  /** False: no AML is run, and rules end at constants. Default: true. */
  readonly evaluate?: boolean;
  /** How large a set may be; {@link SET_LIMITS} where not given. */
  readonly limits?: Partial<SetLimits>;
}

export interface CheckReport {
  /** Every table that could be read, as given. */
  readonly tables: readonly SubjectTable[];
  /** Empty if everything agrees. In the order of the rules, and for one rule in the order of the tables. */
  readonly findings: readonly Diagnostic[];
}

interface Readable extends AcpiTable {
  readonly file: string;
}

function decodeAll(readable: readonly Readable[], loaded: readonly Readable[]): Map<Readable, SubjectTable> {
  const alone = readable.filter((table) => holdsAml(table.header) && !loaded.includes(table));
  const decoded = new Map(decodeTables(loaded).map((each, index) => [loaded[index], each]));
  for (const table of alone) decoded.set(table, decodeTables([table])[0] as DecodedAmlTable);
  return new Map(
    readable.map((table) => {
      const aml = decoded.get(table);
      const terms = aml?.terms ?? [];
      return [table, { ...table, decoded: aml, terms, declarations: declarations(terms) }];
    }),
  );
}

/** The part of a {@link CheckedMachine} that comes from the tables alone. */
export type ReadSet = Pick<
  CheckedMachine,
  'tables' | 'loaded' | 'dsdt' | 'reading' | 'integerBits' | 'names' | 'regions' | 'fields' | 'ecam'
>;

/** Reads the tables of one machine, decodes them together and places what they name. Never throws on bad bytes. */
export function readSet(inputs: readonly CheckInput[], { evaluate }: Pick<CheckSetOptions, 'evaluate'> = {}): ReadSet {
  requireInputs(inputs);
  const reading: Diagnostic[] = [];
  const readable: Readable[] = [];
  for (const { file, bytes } of inputs) {
    const { table, diagnostics } = readTable(bytes);
    reading.push(...inFile(file, diagnostics));
    if (table !== undefined) readable.push({ file, ...table });
  }
  const first = readable.find(({ header }) => header.signature === 'DSDT');
  const others = readable.filter(({ header }) => holdsAml(header) && header.signature !== 'DSDT');
  const order = first === undefined ? others : [first, ...others];
  const tables = decodeAll(readable, order);
  const loaded = order.map((table) => tables.get(table) as SubjectTable);
  for (const table of tables.values()) {
    const found = table.decoded?.diagnostics ?? decodeDataTable(table)?.diagnostics ?? [];
    reading.push(...inFile(table.file, found).filter(({ severity }) => severity !== 'note'));
  }
  const integerBits = first !== undefined && first.header.revision < DSDT_64_BIT_REVISION ? 32 : 64;
  const names = machineNames(loaded, evaluate === false ? undefined : evaluatedNames(loaded));
  const regions = placeRegions(names, integerBits);
  const ecam = readable.filter(({ header }) => header.signature === 'MCFG').flatMap(soundAllocations);
  return {
    tables: [...tables.values()],
    loaded,
    dsdt: first && tables.get(first),
    reading,
    integerBits,
    names,
    regions,
    fields: placeFields(names, regions),
    ecam,
  };
}

/** Adds what the tables are compared with. */
function machineOf(set: ReadSet, options: CheckSetOptions): CheckedMachine {
  const { names, integerBits, ecam, regions } = set;
  const { platform, base, buses } = options;
  return {
    ...set,
    window: windowPlace(names, integerBits, { platform, base, buses, ecam, regions }),
    platform,
    memoryMap: options.memoryMap ?? [],
    driver: options.driver,
    loadOrderKnown: options.loadOrderKnown ?? true,
    evaluates: options.evaluate ?? true,
  };
}

/** Like {@link readSet}, but with what the tables are compared with. */
export function subjectOf(inputs: readonly CheckInput[], options: CheckSetOptions = {}): CheckedMachine {
  return machineOf(readSet(inputs, options), options);
}

/** Throws a TypeError for anything but a list of inputs. */
export function requireInputs(inputs: unknown): void {
  const isInput = (each: unknown) =>
    typeof (each as CheckInput | null)?.file === 'string' && (each as CheckInput).bytes instanceof Uint8Array;
  if (!(inputs instanceof Uint8Array) && Array.isArray(inputs) && inputs.every(isInput)) return;
  const what =
    inputs instanceof Uint8Array
      ? 'a Uint8Array'
      : Array.isArray(inputs)
        ? 'a list with something else'
        : typeof inputs;
  throw new TypeError(`Tables are given as a list of { file: string, bytes: Uint8Array }, not as ${what}.`);
}

/** Rules that know one side only: their findings are left out where a finding of another rule explains them. */
const ONE_SIDED: ReadonlySet<RuleFamily> = new Set(['aml', 'driver']);

const keyOf = ({ file, offsetBytes, path }: Place) => `${file} ${offsetBytes} ${path}`;

interface Found {
  readonly rule: Rule;
  readonly finding: Finding;
}

const PROVED: ReadonlySet<Rule> = new Set(RULES.filter(({ code }) => PROOF_RULES.some((rule) => rule.code === code)));
const ABOUT_BASE: ReadonlySet<DiagnosticCode> = new Set(VCFG_NAME_RULES.map(({ code }) => code));

/** Whether rules that read the tables have reported what running them shows: the function, or the base of all. */
function provenAlready(found: readonly Found[]): (proof: Finding) => boolean {
  const read = found.filter(({ rule }) => (rule.family === 'vcfg' || rule.family === 'field') && !PROVED.has(rule));
  if (read.some(({ rule }) => ABOUT_BASE.has(rule.code))) return () => true;
  const functions = new Set(
    read.flatMap(({ finding }) => (finding.function ? [packPciAddress(finding.function)] : [])),
  );
  const isReported = (address: Finding['function']) => address !== undefined && functions.has(packPciAddress(address));
  return (proof) => isReported(proof.function);
}

/**
 * What the rules that are asked for find, in their order. Where a rule that knows the window has reported a problem, the
 * general rules for AML and for headers do not report it again.
 */
export function ruleFindings(subject: CheckedMachine, filter: RuleFilter = {}): Diagnostic[] {
  // Without a window, the rules about it do not apply, except the one that finds a window left over.
  const hasWindow = !subject.platform?.vcfg.absent;
  const isMeant = ({ family, code }: Rule) =>
    hasWindow || code === 'VCFG_LEFTOVER' || (family !== 'vcfg' && family !== 'field');
  const found = RULES.filter((rule) => isAsked(rule, filter) && isMeant(rule)).flatMap((rule) =>
    Array.from(rule.find(subject), (finding) => ({ rule, finding })),
  );
  const explained = new Set(found.flatMap(({ finding }) => (finding.explains ?? []).map(keyOf)));
  const isKnown = provenAlready(found);
  return found
    .filter(({ rule, finding }) => !ONE_SIDED.has(rule.family) || !explained.has(keyOf(finding.place)))
    .filter(({ rule, finding }) => !PROVED.has(rule) || !isKnown(finding))
    .map(({ rule, finding }) => diagnosticOf(rule, finding));
}

/** Findings of reading that no rule repeats. */
function unruled(reading: readonly Diagnostic[]): Diagnostic[] {
  const ruled = new Set(RULES.map(({ code }) => code));
  return reading.filter(({ code }) => !ruled.has(code));
}

/**
 * Checks the tables of one machine by every rule: by themselves, against a platform or a base, against what else is
 * in the guest's memory, and against a driver's header, as far as they are given. Give a DSDT together with its SSDTs, so
 * that names of one are found in the others. Input that is not a table is a finding.
 */
export function checkSet(inputs: readonly CheckInput[], options: CheckSetOptions = {}): CheckReport {
  requireInputs(inputs);
  const excess = excessOf(inputs, options);
  return excess.length > 0 ? { tables: [], findings: excess } : checkRead(readSet(inputs, options), options);
}

/** The limits that a set exceeds. One that exceeds any is not read. */
export function excessOf(inputs: readonly CheckInput[], { limits }: Pick<CheckSetOptions, 'limits'>): Diagnostic[] {
  return overLimits(inputs, { ...SET_LIMITS, ...limits });
}

/** Like {@link checkSet}, for a set that was read with the same `evaluate`. */
export function checkRead(set: ReadSet, options: CheckSetOptions): CheckReport {
  const subject = machineOf(set, options);
  return { tables: set.tables, findings: [...unruled(set.reading), ...ruleFindings(subject, options.rules)] };
}
