import { printAsl } from '../../asl/index.js';
import { DiagnosticError } from '../../base/index.js';
import { diffMachines, type SetDiff } from '../../check/index.js';
import { generateCHeader, generateRustModule, generateTypeScriptDriver } from '../../drivers/index.js';
import { decodeTable, generateTableSet } from '../../firmware/index.js';
import { acpiPaths, packPciAddress, platformJsonSchema, readPlatform } from '../../platform/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
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

function read({ file, text }: PlatformFile): PlatformAnswer {
  const { platform, diagnostics } = readPlatform(text, { file });
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

const dsdtOf = (platform: Platform): Uint8Array => generateTableSet(platform).whole();

function changesOf(opened: string, platform: Platform): SetDiff | undefined {
  const before = readPlatform(opened).platform;
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
  const { platform, diagnostics } = readPlatform(file.text, { file: file.file });
  if (platform === undefined) return answer({ diagnostics });
  try {
    if (artefact === 'c') return answer({ text: generateCHeader(platform) });
    if (artefact === 'rust') return answer({ text: generateRustModule(platform) });
    if (artefact === 'typescript') return answer({ text: generateTypeScriptDriver(platform) });
    if (artefact === 'changes') return answer({ changes: changesOf(opened, platform) });
    const bytes = dsdtOf(platform);
    if (artefact === 'hex') return answer({ bytes });
    return answer({ bytes, text: printAsl(decodeTable(bytes), { externals: 'declare' }).text });
  } catch (error) {
    if (error instanceof DiagnosticError) return answer({ diagnostics: error.diagnostics });
    throw error;
  }
}

/** The DSDT that is generated from a platform, to look at in the other panes. */
function dsdt(file: PlatformFile): Uint8Array | undefined {
  const { platform } = readPlatform(file.text, { file: file.file });
  return platform && dsdtOf(platform);
}

const schema = () => platformJsonSchema();

const handlers = { read, generate, dsdt, schema };
export type PlatformCalls = typeof handlers;

serveCalls(handlers);
