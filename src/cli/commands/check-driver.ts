import { errorAt } from '../../base/index.js';
import { ADDRESS_FUNCTION, type HeaderProbe, probeOfPlatform } from '../../check/driver-rules/header-probe.js';
import type { DriverFacts, RuleFilter } from '../../check/index.js';
import { HEADER_COMPILE } from '../../check/rules/caller-rules.js';
import { isAsked } from '../../check/rules/rules.js';
import { generateCHeader } from '../../drivers/index.js';
import { automaticBase, MOST_BUSES } from '../../platform/layout.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Io } from '../io.js';
import type { Input } from '../read/read-input.js';
import type { Window } from '../read/window.js';
import type { CheckedRow } from './check-report.js';
import { COMPILER, probeDriver } from './probe-driver.js';

/** A header that was given: its bytes, and the constants that were read in them. */
export interface GivenDriver {
  readonly input: Input;
  readonly facts: DriverFacts;
}

/** What the check of a driver looked at and found. */
interface DriverPart {
  readonly rows: readonly CheckedRow[];
  readonly findings: readonly Diagnostic[];
}

/** What a driver that compiles is asked for: the addresses that it computes. */
const HEADER_ADDRESS = { code: 'VCFG_HEADER_ADDRESS', family: 'driver' } as const;

/** A driver that was asked for by name and could not be looked at has not been found good. */
function noCompiler(file: string, hasPlatform: boolean): Diagnostic {
  const cure = 'Install one (apt-get install gcc), or leave --driver out.';
  if (hasPlatform) {
    const message = `The driver was not checked: there is no C compiler (${COMPILER}) on PATH.`;
    return errorAt('COMMAND_NO_COMPILER', { file }, message, cure);
  }
  const message = `The driver's constants were read, and what ${ADDRESS_FUNCTION} computes was not looked at: there is no C compiler (${COMPILER}) on PATH.`;
  return { ...errorAt('COMMAND_NO_COMPILER', { file }, message, cure), severity: 'note' };
}

/** What the header is asked for; undefined if it has nothing that could be run. */
function probeFor({ input }: GivenDriver, buses: number): HeaderProbe | undefined {
  const text = new TextDecoder().decode(input.bytes);
  if (!new RegExp(`\\b${ADDRESS_FUNCTION}\\s*\\(`).test(text)) return undefined;
  return { base: automaticBase([]), buses, constants: [] };
}

const readText = ({ constants: { size } }: DriverFacts) => `${size} ${size === 1 ? 'constant' : 'constants'} read`;

/** Whether it was said already, at the constant or of the strides, what the compiled header gets wrong. */
function isKnown({ code: found, place: { path } }: Diagnostic, said: readonly Diagnostic[]): boolean {
  if (found !== HEADER_ADDRESS.code) return false;
  return path === ADDRESS_FUNCTION
    ? said.some(({ code }) => code === 'VCFG_HEADER_STRIDE')
    : said.some(({ place }) => place.path === path);
}

/**
 * What the C driver computes when it is compiled: the one given, else the one that the platform gives. `said` is what
 * was found in the constants that were read of it.
 */
export function checkDriver(
  given: GivenDriver | undefined,
  window: Window | undefined,
  options: { readonly buses?: number | undefined; readonly rules: RuleFilter; readonly said: readonly Diagnostic[] },
  io: Io,
): DriverPart {
  const platform = window?.platform;
  const read = given === undefined ? [] : [{ what: given.input.file, checked: readText(given.facts) }];
  const asked = [HEADER_ADDRESS, HEADER_COMPILE].filter((rule) => isAsked(rule, options.rules));
  const probe = platform ? probeOfPlatform(platform) : given && probeFor(given, options.buses ?? MOST_BUSES);
  if (probe === undefined || asked.length === 0) return { rows: read, findings: [] };
  const header = given?.input ?? {
    file: 'vcfg.h as generated',
    bytes: new TextEncoder().encode(platform && generateCHeader(platform)),
  };
  const { file } = header;
  const result = probeDriver(header, probe, io);
  if (result === undefined) {
    const rows = [{ what: file, checked: `skipped: no C compiler (${COMPILER}) on PATH` }];
    return {
      rows: platform ? rows : read,
      findings: given === undefined ? [] : [noCompiler(file, platform !== undefined)],
    };
  }
  const run = `${result.checked} values, compiled by ${COMPILER} and run`;
  const notRun = platform ? [{ what: file, checked: 'skipped: it does not compile' }] : read;
  const ofDriver = options.said.filter(({ place }) => given !== undefined && place.file === file);
  const findings = result.diagnostics
    .filter((found) => asked.some(({ code }) => code === found.code) && !isKnown(found, ofDriver))
    // Without a platform a header may be of any make: it is asked for what it happens to have.
    .map(
      (found): Diagnostic => (platform || found.code !== HEADER_COMPILE.code ? found : { ...found, severity: 'note' }),
    );
  return { rows: result.checked > 0 ? [{ what: file, checked: run }] : notRun, findings };
}
