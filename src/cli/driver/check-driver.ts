import { DiagnosticError, errorAt } from '../../base/index.js';
import { narrowAccessors } from '../../check/driver-rules/access-width.js';
import type { ForeignProbe } from '../../check/driver-rules/foreign-probe.js';
import { accessorProbe, differingAccessors, movedAccessorProbe } from '../../check/driver-rules/header-accessors.js';
import { headerConstants } from '../../check/driver-rules/header-constants.js';
import { addressExpression, type HeaderNames, readHeaderNames } from '../../check/driver-rules/header-names.js';
import { ADDRESS_FUNCTION, type HeaderProbe, probeOfPlatform } from '../../check/driver-rules/header-probe.js';
import { readHeader } from '../../check/driver-rules/read-header.js';
import type { DriverFacts, RuleFilter } from '../../check/index.js';
import { HEADER_ACCESSOR, HEADER_COMPILE, HEADER_RUN, HEADER_UNCHECKED } from '../../check/rules/caller-rules.js';
import { isAsked } from '../../check/rules/rules.js';
import type { CutOff } from '../../check/subject/driver-facts.js';
import { generateCHeader } from '../../drivers/index.js';
import { automaticBase, MOST_BUSES } from '../../platform/layout.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import type { CheckedRow } from '../commands/check/check-report.js';
import type { Io } from '../io.js';
import { type Input, readHeaderInput, readInput } from '../read/read-input.js';
import { usageError } from '../read/usage-error.js';
import type { Window } from '../read/window.js';
import { type CompilerOptions, chosenCompiler } from './compile.js';
import { preprocessHeader, probeForeignDriver, probeOwnDriver } from './probe-driver.js';

/** What the command line says of a driver. */
export interface DriverArgs {
  readonly driver: string | undefined;
  readonly platform: string | undefined;
  readonly 'run-driver': boolean;
  readonly 'driver-map': string | undefined;
  readonly 'address-function': string | undefined;
  readonly include: readonly string[];
  readonly define: readonly string[];
  readonly cc: string | undefined;
}

/** A driver, as far as it was looked at: before tables are compared with it. */
export interface ReadDriver {
  /** Undefined for the one that the platform gives. */
  readonly facts: DriverFacts | undefined;
  readonly rows: readonly CheckedRow[];
  readonly findings: readonly Diagnostic[];
}

/** What a driver that compiles is asked for: the addresses that it computes. */
const HEADER_ADDRESS = { code: 'VCFG_HEADER_ADDRESS', family: 'driver' } as const;
const ASKED = [HEADER_ADDRESS, HEADER_COMPILE, HEADER_ACCESSOR, HEADER_RUN, HEADER_UNCHECKED] as const;

const NO_NAMES: HeaderNames = { constants: [], accessors: [], isForeign: true };

/** What the header calls things, if somebody says so. */
async function readNames(args: DriverArgs, io: Io): Promise<HeaderNames | undefined> {
  const { 'driver-map': map, 'address-function': address } = args;
  if (map === undefined && address === undefined) return undefined;
  if (args.driver === undefined) {
    const option = map === undefined ? '--address-function' : '--driver-map';
    throw usageError(`${option} is given without --driver.`, 'Give the header with --driver.');
  }
  let names = NO_NAMES;
  if (map !== undefined) {
    const { file, bytes } = await readInput(map, io, 'Give a YAML file: see docs/drivers.md.');
    const read = readHeaderNames(new TextDecoder().decode(bytes), file);
    if (read.diagnostics.length > 0) throw new DiagnosticError(read.diagnostics);
    names = read.names;
  }
  if (address === undefined) return names;
  try {
    return { ...names, address: addressExpression(address) };
  } catch (error) {
    throw usageError(`--address-function: ${(error as Error).message}.`, 'Give its name, or a call of it.');
  }
}

/** A driver that was asked for by name and could not be looked at has not been found good. */
function noCompiler(file: string, compiler: string): Diagnostic {
  const cure = 'Install one (apt-get install gcc), name it with --cc, or leave --driver out.';
  const message = `The driver was not checked: there is no C compiler (${compiler}) on PATH.`;
  return errorAt('COMMAND_NO_COMPILER', { file }, message, cure);
}

const readText = ({ constants: { size } }: DriverFacts) => `${size} ${size === 1 ? 'constant' : 'constants'} read`;

/** The header that the platform gives, made as the given one was. */
function ownHeader(platform: Platform, facts: DriverFacts, text: string): string | undefined {
  const guard = /^#ifndef ([A-Za-z]\w*)\r?\n#define \1\r?$/m.exec(text)?.[1];
  const namespace = /^#ifdef __cplusplus\r?\nnamespace (\w+(?: \{ namespace \w+)*) \{\r?$/m.exec(text)?.[1];
  try {
    return generateCHeader(platform, {
      ...(facts.prefix !== 'VCFG' && { prefix: facts.prefix }),
      ...(guard !== undefined && { includeGuard: guard }),
      ...(namespace !== undefined && { namespace: namespace.split(' { namespace ').join('::') }),
    });
  } catch {
    // A platform or prefix that no header can be made for: then this one is not ours either.
    return undefined;
  }
}

/** Endings of constants, where no platform says which there are. */
const CONSTANT =
  /^VCFG_\w+_(?:OFFSET|INDEX|MASK|SHIFT|RESET|BYTES|START|BUS|DEVICE|FUNCTION|ACCESS|FIRST|(?:COUNT|STRIDE)\d?)$|^VCFG_(?:BASE_EXPECTED|BUSES)$/;

const NO_ACCESSORS = { accessors: [], cases: [] };

/** What a header of any make is asked for: what it has. */
function foreignProbe(
  facts: DriverFacts,
  platform: Platform | undefined,
  names: HeaderNames | undefined,
  buses: number,
): ForeignProbe {
  const wanted = platform && new Set(headerConstants(platform).map(({ name }) => name));
  const own = facts.functions.get(ADDRESS_FUNCTION)?.name;
  const address = names?.address ?? (own === undefined ? undefined : addressExpression(own));
  return {
    base: platform?.vcfg.base ?? automaticBase([]),
    buses: platform?.vcfg.buses ?? buses,
    constants: [...facts.constants.keys()].filter((name) => (wanted ? wanted.has(name) : CONSTANT.test(name))),
    address,
    accessors: platform ? accessorProbe(platform, facts) : NO_ACCESSORS,
    moved: platform ? movedAccessorProbe(platform, facts) : NO_ACCESSORS,
  };
}

/** The constants as a compiler gives them, where it did. */
function withValues(
  facts: DriverFacts,
  names: readonly string[],
  values: readonly (bigint | undefined)[],
  scaleOf: (name: string) => bigint,
): DriverFacts {
  const constants = new Map(facts.constants);
  for (const [index, name] of names.entries()) {
    const [given, value] = [constants.get(name), values[index]];
    if (given !== undefined && value !== undefined) constants.set(name, { ...given, value: value / scaleOf(name) });
  }
  return { ...facts, constants };
}

/** Lines are those of the header itself; what it includes has none. */
function withLinesOf(facts: DriverFacts, own: DriverFacts): DriverFacts {
  const lineOf = (found: { readonly line?: number } | undefined) =>
    found?.line === undefined ? {} : { line: found.line };
  const constants = new Map(
    [...facts.constants].map(([name, { line: _, ...rest }]) => [name, { ...rest, ...lineOf(own.constants.get(name)) }]),
  );
  const functions = new Map(
    [...facts.functions].map(([name, { line: _, ...rest }]) => [name, { ...rest, ...lineOf(own.functions.get(name)) }]),
  );
  return { ...facts, constants, functions };
}

const RUN_CURE = 'Add --run-driver to compile the header and run its functions, in a sandbox if there is one.';
const CUT_OFF: Readonly<Record<CutOff['what'], string>> = {
  condition: 'no #endif ends the condition that begins here',
  brace: 'nothing closes the brace that is opened here',
  parenthesis: 'nothing closes the parenthesis that is opened here',
  comment: 'nothing ends the comment that begins here',
  string: 'nothing ends the string on this line',
};
const MOST_FINDINGS = 8;

/** What is found in a header that is read and not run. */
function readFindings(facts: DriverFacts, platform: Platform | undefined, ours: string | undefined): Diagnostic[] {
  const { file, functions, cutOff } = facts;
  const findings: Diagnostic[] = [];
  if (cutOff !== undefined) {
    const message = `The header is cut off: ${CUT_OFF[cutOff.what]}.`;
    findings.push(errorAt(HEADER_COMPILE.code, { file, line: cutOff.line }, message, 'Copy or generate it again.'));
  }
  if (platform !== undefined) findings.push(...narrowAccessors(platform, facts));
  const differing =
    platform && ours !== undefined ? [...differingAccessors(platform, facts, readHeader(ours, 'vcfg.h'))] : [];
  for (const { place } of differing.slice(0, MOST_FINDINGS)) {
    const message = `${place.path} differs from the generated accessor; only running it shows what it does.`;
    findings.push({ ...errorAt(HEADER_ACCESSOR.code, place, message, RUN_CURE), severity: 'warning' });
  }
  const more = differing.length - MOST_FINDINGS;
  if (more > 0) {
    const message = `${more} more accessors differ from the generated ones.`;
    findings.push({ ...errorAt(HEADER_ACCESSOR.code, { file }, message, RUN_CURE), severity: 'warning' });
  }
  if (functions.size > 0) {
    const count = functions.size === 1 ? 'its function does' : `its ${functions.size} functions do`;
    const message = `The header was read, but neither compiled nor run, so what ${count} is unknown.`;
    findings.push({ ...errorAt(HEADER_UNCHECKED.code, { file }, message, RUN_CURE), severity: 'note' });
  }
  return findings;
}

/** Compiles and runs what a header of any make computes. */
function runForeign(
  input: Input,
  own: DriverFacts,
  options: DriverOptions,
  names: HeaderNames | undefined,
  io: Io,
): ReadDriver {
  const { compiler, platform, buses } = options;
  const { file } = input;
  const command = compiler.command.join(' ');
  const row = (checked: string) => [{ what: file, checked: `${readText(own)}; ${checked}` }];
  const preprocessed = preprocessHeader(input, compiler, io);
  if (preprocessed === undefined) {
    const findings = [noCompiler(file, command)];
    return { facts: own, rows: row(`skipped: no C compiler (${command}) on PATH`), findings };
  }
  if ('failed' in preprocessed) {
    return { facts: own, rows: row('not run: it does not compile'), findings: [preprocessed.failed] };
  }
  const facts = withLinesOf(readHeader(preprocessed.text, file, names), own);
  const probe = foreignProbe(facts, platform, names, buses);
  const probed = probeForeignDriver(input, facts, probe, compiler, io);
  if (probed === undefined) return { facts, rows: row('not run'), findings: [noCompiler(file, command)] };
  const scales = new Map(names?.constants.map(({ generated, scale }) => [generated, scale]));
  const scaleOf = (name: string) => scales.get(name) ?? 1n;
  const known = probed.check ? withValues(facts, probe.constants, probed.check.constants, scaleOf) : facts;
  const narrow = platform ? narrowAccessors(platform, facts) : [];
  const found = new Set(probed.diagnostics.map(({ place }) => place.path));
  const findings = [...probed.diagnostics, ...narrow.filter(({ place }) => !found.has(place.path))];
  return { facts: known, rows: row(probed.done), findings };
}

interface DriverOptions {
  readonly compiler: CompilerOptions;
  readonly platform: Platform | undefined;
  readonly buses: number;
}

function runOwn(
  input: Input,
  probe: HeaderProbe,
  facts: DriverFacts | undefined,
  options: DriverOptions,
  io: Io,
): ReadDriver {
  const { compiler } = options;
  const { file } = input;
  const probed = probeOwnDriver(input, probe, compiler, io);
  const command = compiler.command.join(' ');
  if (probed === undefined) {
    const rows = [{ what: file, checked: `skipped: no C compiler (${command}) on PATH` }];
    return { facts, rows, findings: facts === undefined ? [] : [noCompiler(file, command)] };
  }
  return { facts, rows: [{ what: file, checked: probed.done }], findings: probed.diagnostics };
}

/**
 * Reads the C driver: the one given, else the one that the platform gives. One that is byte for byte what the platform gives
 * is compiled and run. Any other is somebody's code: it is run only if that was asked for.
 */
export async function readDriver(
  args: DriverArgs,
  window: Window | undefined,
  options: { readonly buses?: number | undefined; readonly rules: RuleFilter },
  io: Io,
): Promise<ReadDriver | undefined> {
  const platform = window?.platform;
  const names = await readNames(args, io);
  const input = args.driver === undefined ? undefined : await readHeaderInput(args.driver, args.platform, io);
  if (input === undefined && platform === undefined) return undefined;
  const asked = ASKED.filter((rule) => isAsked(rule, options.rules));
  const compiler = {
    command: chosenCompiler(args.cc, io.env),
    includeFolders: args.include,
    defines: args.define,
  };
  const all = { compiler, platform, buses: options.buses ?? MOST_BUSES };
  const only = (read: ReadDriver): ReadDriver => ({
    ...read,
    findings: read.findings.filter(
      ({ code }) => !ASKED.some((rule) => rule.code === code) || asked.some((rule) => rule.code === code),
    ),
  });
  if (input === undefined) {
    if (platform === undefined || asked.length === 0) return undefined;
    const own = { file: 'vcfg.h as generated', bytes: new TextEncoder().encode(generateCHeader(platform)) };
    return only(runOwn(own, probeOfPlatform(platform), undefined, all, io));
  }
  const text = new TextDecoder().decode(input.bytes);
  const facts = readHeader(text, input.file, names);
  const ours = platform && ownHeader(platform, facts, text);
  const read = [{ what: input.file, checked: readText(facts) }];
  if (asked.length === 0) return { facts, rows: read, findings: [] };
  if (platform !== undefined && names === undefined && ours === text) {
    return only(runOwn(input, probeOfPlatform(platform, facts.prefix), facts, all, io));
  }
  if (args['run-driver']) return only(runForeign(input, facts, all, names, io));
  const findings = readFindings(facts, platform, ours);
  return only({ facts, rows: [{ what: input.file, checked: `${readText(facts)}; not compiled, not run` }], findings });
}

/** Whether it was said already, at the constant or of the strides, what the compiled header gets wrong. */
function isKnown({ code: found, place: { path } }: Diagnostic, said: readonly Diagnostic[]): boolean {
  if (found !== HEADER_ADDRESS.code) return false;
  return path === ADDRESS_FUNCTION
    ? said.some(({ code }) => code === 'VCFG_HEADER_STRIDE')
    : said.some(({ place }) => place.path === path);
}

/** What was found in the driver itself, without what was said of its constants already. */
export function driverFindings({ facts, findings }: ReadDriver, said: readonly Diagnostic[]): readonly Diagnostic[] {
  const ofDriver = said.filter(({ place }) => facts !== undefined && place.file === facts.file);
  return findings.filter((found) => !isKnown(found, ofDriver));
}
