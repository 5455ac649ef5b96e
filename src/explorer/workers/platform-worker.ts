import { printAsl } from '../../asl/index.js';
import { DiagnosticError } from '../../base/index.js';
import { diffMachines, type SetDiff } from '../../check/index.js';
import { generateCHeader, generateRustModule, generateTypeScriptDriver } from '../../drivers/index.js';
import { decodeTable, generateTableSet } from '../../firmware/index.js';
import { acpiPaths, type PlatformResult, packPciAddress, platformJsonSchema } from '../../platform/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import type { GivenTable } from '../analysis/loaded-tables.js';
import { type GatherQuestion, gatherPlatform, readOpenPlatform } from '../open/platform-files.js';
import { type MadeFiles, madeFiles } from '../platform/made-files.js';
import type { PlatformFile } from '../state/session.js';
import { serveCalls } from './calls.js';

/** Reads platforms, and generates from them what `vcfg generate` does. */

export interface PlatformAnswer {
  /** Undefined if something is wrong with the text. */
  readonly platform: Platform | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** ACPI paths of the functions, in the platform's order. */
  readonly paths: readonly string[];
}

/** The latest readings, by files and texts: each key asks for the findings and for what is generated, and for the opened text. */
const readings = new Map<string, PlatformResult>();
const MOST_READINGS = 3;

const keyOf = (file: PlatformFile) =>
  [file, ...(file.includes ?? [])].flatMap((each) => [each.file, each.text]).join('\0');

function keep(key: string, reading: PlatformResult): PlatformResult {
  readings.delete(key);
  readings.set(key, reading);
  const [oldest] = readings.keys();
  if (readings.size > MOST_READINGS && oldest !== undefined) readings.delete(oldest);
  return reading;
}

function reading(file: PlatformFile): PlatformResult {
  const key = keyOf(file);
  return keep(key, readings.get(key) ?? readOpenPlatform(file));
}

const gather = (question: GatherQuestion) =>
  gatherPlatform(question, (platform, found) => keep(keyOf(platform), found));

function read(file: PlatformFile): PlatformAnswer {
  const { platform, diagnostics } = reading(file);
  return { platform, diagnostics, paths: platform === undefined ? [] : pathsOf(platform) };
}

function pathsOf(platform: Platform): readonly string[] {
  const paths = acpiPaths(platform);
  return platform.functions.map((each) => paths.get(packPciAddress(each.address)) ?? '');
}

/** What is shown beside the editor. */
export type Artefact = 'asl' | 'hex' | 'c' | 'rust' | 'typescript' | 'changes';

export interface Generated {
  readonly artefact: Artefact;
  /** Empty for `hex` and `changes`. */
  readonly text: string;
  readonly bytes: Uint8Array | undefined;
  readonly changes: SetDiff | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly milliseconds: number;
}

interface GenerateQuestion {
  readonly file: PlatformFile;
  readonly artefact: Artefact;
  /** The text as it was opened, for `changes`. */
  readonly opened: string;
}

const generated = new WeakMap<Platform, Uint8Array>();

function dsdtOf(platform: Platform): Uint8Array {
  const bytes = generated.get(platform) ?? generateTableSet(platform).whole();
  generated.set(platform, bytes);
  return bytes;
}

function changesOf(opened: PlatformFile, platform: Platform): SetDiff | undefined {
  const before = reading(opened).platform;
  if (before === undefined) return undefined;
  const side = (of: Platform) => [{ file: 'dsdt.aml', bytes: dsdtOf(of) }];
  return diffMachines(side(before), side(platform));
}

function generate({ file, artefact, opened }: GenerateQuestion): Generated {
  const start = performance.now();
  const answer = (found: Partial<Generated>): Generated => ({
    artefact,
    text: '',
    bytes: undefined,
    changes: undefined,
    diagnostics: [],
    ...found,
    milliseconds: performance.now() - start,
  });
  const { platform, diagnostics } = reading(file);
  if (platform === undefined) return answer({ diagnostics });
  try {
    if (artefact === 'c') return answer({ text: generateCHeader(platform) });
    if (artefact === 'rust') return answer({ text: generateRustModule(platform) });
    if (artefact === 'typescript') return answer({ text: generateTypeScriptDriver(platform) });
    if (artefact === 'changes') return answer({ changes: changesOf({ ...file, text: opened }, platform) });
    const bytes = dsdtOf(platform);
    if (artefact === 'hex') return answer({ bytes });
    return answer({ bytes, text: printAsl(decodeTable(bytes), { externals: 'declare' }).text });
  } catch (error) {
    if (error instanceof DiagnosticError) return answer({ diagnostics: error.diagnostics });
    throw error;
  }
}

/** Every file that the platform becomes. */
function files({ file, tables }: { file: PlatformFile; tables: readonly GivenTable[] }): MadeFiles {
  const { platform, diagnostics } = reading(file);
  return platform === undefined ? { files: [], diagnostics } : madeFiles(platform, tables);
}

/** The DSDT that is generated from a platform, to look at in the other panes. */
function dsdt(file: PlatformFile): Uint8Array | undefined {
  const { platform } = reading(file);
  return platform && dsdtOf(platform);
}

const schema = () => platformJsonSchema();

const handlers = { gather, read, generate, files, dsdt, schema };
export type PlatformCalls = typeof handlers;

serveCalls(handlers);
