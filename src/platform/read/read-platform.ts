import { comparePciAddress, DiagnosticError, requireObject, requireText } from '../../base/index.js';
import type { Diagnostic, FunctionDescription, Platform } from '../../vocab/index.js';
import { checkBarRoom } from '../bars/check-bar-room.js';
import { placeBars } from '../bars/place-bars.js';
import { checkEvents } from '../checks/check-events.js';
import { ContentsCache, checkFunction } from '../checks/check-function.js';
import { checkHost } from '../checks/check-host.js';
import { checkLayout } from '../checks/check-layout.js';
import { checkRegisterRows } from '../checks/check-register-row.js';
import { checkStructure } from '../checks/check-structure.js';
import { checkTopology } from '../checks/check-topology.js';
import { expandFunctions } from '../expand/expand-functions.js';
import { RegisterExpansion } from '../expand/expand-registers.js';
import { knownKeys } from '../schema/schema.js';
import { longNameFault } from '../schema/schema-leaves.js';
import { type Findings, findingsWithoutText } from './findings.js';
import { type FileIdentifier, type IncludeReader, type ReadFiles, readFiles } from './include-files.js';
import { DEFAULT_PLATFORM_LIMITS, type PlatformLimits } from './yaml-source.js';

export interface ReadPlatformOptions {
  /** Name of the file, for places. */
  readonly file?: string;
  /** Limits that differ from {@link DEFAULT_PLATFORM_LIMITS}. */
  readonly limits?: Partial<PlatformLimits>;
  /** Gives the text of the files that this one includes. Default: none is read, and each is a finding. */
  readonly readInclude?: IncludeReader;
  /** Tells whether two paths lead to one file, which is then read once. Default: only equal paths do. */
  readonly identifyFile?: FileIdentifier;
  /**
   * Whether the machine has tables of its own. The windows of its host bridge are then in those, and `windows` of the file
   * may be too small for the windows of PCI-to-PCI bridges. Default: whether the file gives `host`.
   */
  readonly hasOwnTables?: boolean;
}

export interface PlatformResult {
  /** Undefined if one of the diagnostics is an error. */
  readonly platform: Platform | undefined;
  /** All findings, including warnings, from the top of the file down. */
  readonly diagnostics: readonly Diagnostic[];
  /** Names of the files that were read: the platform file, if it has a name, and those it includes. */
  readonly files: readonly string[];
}

/** `isPartial`: a file could not be read, so what is not in the value may be there. */
/** Groups and templates have names of the form that those who use them can write. */
function checkKeys(key: 'groups' | 'templates', named: object, findings: Findings): void {
  for (const name of Object.keys(named)) {
    const fault = longNameFault(name);
    if (fault === undefined) continue;
    const message = `The name of a ${key === 'groups' ? 'group' : 'template'} ${fault.what}.`;
    findings.add('PLATFORM_BAD_NAME', [key, name], message, fault.cure, { ofKey: true });
  }
}

function describePlatform(
  value: unknown,
  findings: Findings,
  { isPartial, hasOwnTables }: { readonly isPartial: boolean; readonly hasOwnTables: boolean | undefined },
): Platform | undefined {
  const structure = checkStructure(value, findings);
  if (!structure) return undefined;
  const { input, original } = structure;
  const incomplete = isPartial ? new Set(knownKeys([])) : structure.incomplete;
  const whole = findings.translated(original);
  const { functions: written, findings: placed } = expandFunctions(input, incomplete, whole);
  const layout = checkLayout(input, incomplete, placed);
  const host = checkHost(input, layout, incomplete, placed);
  const groups = input.groups ?? {};
  for (const key of ['groups', 'templates'] as const) checkKeys(key, input[key] ?? {}, whole);
  for (const [name, group] of Object.entries(groups)) checkRegisterRows(group, ['groups', name], placed);
  for (const [name, part] of Object.entries(input.templates ?? {}))
    checkRegisterRows(part, ['templates', name], placed);
  const expansion = new RegisterExpansion(groups, !incomplete.has('groups'), placed);
  const contents = new ContentsCache();
  const checked = written.map((described, index) =>
    checkFunction(described, ['functions', index], contents, expansion, placed),
  );
  const complete = {
    functions: !incomplete.has('functions'),
    windows: !incomplete.has('vcfg') && !incomplete.has('ecam'),
  };
  const bridges = checkTopology(written, input.host, layout, complete, placed);
  const events = checkEvents(written, placed);
  // If one of these keys could not be read, a BAR may seem to have no place.
  const areWindowsKnown = ['windows', 'vcfg', 'ecam', 'memory'].every((key) => !incomplete.has(key));
  const { bars, haveRoom } = areWindowsKnown ? placeBars(checked, host.windows, placed) : { bars: [], haveRoom: false };
  const functions = checked.map(({ bars: _, ...described }, index): FunctionDescription => {
    const own = bars[index] ?? [];
    const bridge = bridges[index];
    const gpe = events[index];
    return {
      ...described,
      ...(own.length > 0 && { bars: own }),
      ...(bridge && { bridge }),
      ...(gpe === undefined ? {} : { gpe }),
    };
  });
  const inOrder = functions.toSorted((a, b) => comparePciAddress(a.address, b.address));
  const { device, host: bridgePath } = input;
  if (haveRoom && complete.functions && !(hasOwnTables ?? bridgePath !== undefined)) {
    const paths = new Map(checked.flatMap((each, at) => each.bars.map(({ path }, index) => [bars[at]?.[index], path])));
    checkBarRoom(inOrder, host.windows, (bar) => paths.get(bar) ?? [], placed);
  }
  return {
    ...layout,
    ...host,
    ...(bridgePath !== undefined && { host: bridgePath }),
    ...(device !== undefined && { device }),
    functions: inOrder,
  };
}

function resultOf({ value, findings, incomplete, files }: ReadFiles, hasOwnTables?: boolean): PlatformResult {
  const how = { isPartial: incomplete, hasOwnTables };
  const platform = value === undefined ? undefined : describePlatform(value, findings, how);
  return { platform: findings.hasErrors ? undefined : platform, diagnostics: findings.sorted(), files };
}

/** Reads a platform file. Reports all faults, each with line, column and cure; does not throw on a bad file. */
export function readPlatform(text: string, options: ReadPlatformOptions = {}): PlatformResult {
  requireText(text, 'readPlatform: text');
  requireObject(options, 'readPlatform: options');
  const limits = { ...DEFAULT_PLATFORM_LIMITS, ...options.limits };
  return resultOf(readFiles(text, options.file, limits, options), options.hasOwnTables);
}

/**
 * Like {@link readPlatform}, for the contents of a platform file as an object. Integers may be numbers or bigints. It
 * cannot include files.
 */
export function checkPlatform(value: unknown): PlatformResult {
  const findings = findingsWithoutText();
  if (typeof value === 'object' && value !== null && 'include' in value) {
    const message = 'An object cannot include files.';
    findings.add('PLATFORM_INCLUDE_UNREAD', ['include'], message, 'Put their contents into it, or use readPlatform.');
  }
  return resultOf({ value: value ?? null, findings, incomplete: false, files: [] });
}

function platformOrThrow({ platform, diagnostics }: PlatformResult): Platform {
  if (platform === undefined) throw new DiagnosticError(diagnostics);
  return platform;
}

/**
 * Like {@link readPlatform}, but returns the platform itself. Throws a DiagnosticError with all findings if there is
 * an error.
 */
export function requirePlatform(text: string, options: ReadPlatformOptions = {}): Platform {
  return platformOrThrow(readPlatform(text, options));
}

/**
 * Like {@link checkPlatform}, but returns the platform itself. Throws a DiagnosticError with all findings if there
 * is an error.
 */
export function platformFromObject(value: unknown): Platform {
  return platformOrThrow(checkPlatform(value));
}
