import { checkSet, checkWindow, RULES, type RuleFamily, sarifLog } from '../../check/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { GivenTable } from '../analysis/loaded-tables.js';
import { readOpenPlatform } from '../open/platform-files.js';
import type { PlatformFile } from '../state/session.js';
import { serveCalls } from './calls.js';

/** Runs the rules of the check, and the proof of the window. */

/** The version of the package; the build puts it in. */
declare const PACKAGE_VERSION: string;

export interface CheckQuestion {
  readonly tables: readonly GivenTable[];
  readonly platform: PlatformFile | undefined;
}

/** What a rule is about, in the words of its row. */
export interface RuleText {
  readonly code: string;
  readonly family: RuleFamily;
  readonly what: string;
  readonly why: string;
  readonly cure: string;
  readonly source: string;
}

export interface CheckAnswer {
  readonly findings: readonly Diagnostic[];
  /** The rules that found something. */
  readonly rules: readonly RuleText[];
  readonly milliseconds: number;
}

function check({ tables, platform: file }: CheckQuestion): CheckAnswer {
  const start = performance.now();
  const read = file && readOpenPlatform(file);
  const compared = tables.length === 0 ? [] : checkSet(tables, read?.platform && { platform: read.platform }).findings;
  const findings = [...(read?.diagnostics ?? []), ...compared];
  const codes = new Set(findings.map(({ code }) => code));
  const rules = RULES.filter(({ code }) => codes.has(code)).map(({ find: _, severity: __, ...text }) => text);
  return { findings, rules, milliseconds: performance.now() - start };
}

function sarif({ findings, about }: { findings: readonly Diagnostic[]; about: string | undefined }): string {
  return JSON.stringify(
    sarifLog(findings, { version: PACKAGE_VERSION, ...(about !== undefined && { about }) }),
    undefined,
    2,
  );
}

/** How far the proof is: addresses compared, of all. */
export interface ProofNews {
  readonly done: number;
  readonly total: number;
}

function prove({ base, buses }: { base: bigint; buses: number }, tell: (news: unknown) => void) {
  return checkWindow({ base, buses, onProgress: (done, total) => tell({ done, total } satisfies ProofNews) });
}

const handlers = { check, sarif, prove };
export type CheckCalls = typeof handlers;

serveCalls(handlers);
