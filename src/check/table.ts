import type { Diagnostic, Platform } from '../vocab/index.js';
import { type CheckSetOptions, ruleFindings, subjectOf } from './rules/check-set.js';
import { VCFG_NAME_RULES } from './vcfg-rules/name-rules.js';

export interface TableCheckOptions {
  /** Named in findings. */
  readonly file?: string;
}

/** One table by itself: whether it can be read, and what it says about the window. */
function checkAlone(
  bytes: Uint8Array,
  { file }: TableCheckOptions,
  options: CheckSetOptions,
  only: readonly string[],
): readonly Diagnostic[] {
  const subject = subjectOf([{ file: file ?? '', bytes }], options);
  const findings = [...subject.reading, ...ruleFindings(subject, { only })];
  if (file !== undefined) return findings;
  return findings.map(({ place: { file: _, ...place }, ...found }) => ({ ...found, place }));
}

/**
 * Compares one table with the driver's addresses: `\VCFG`, and for every function of the platform its _ADR, its regions,
 * and every register, field and shared run by name, place and width. The addresses are the guest library's. Returns an
 * empty list if the two agree. {@link checkSet} checks several tables, by every rule.
 */
export function checkTable(
  bytes: Uint8Array,
  platform: Platform,
  options: TableCheckOptions = {},
): readonly Diagnostic[] {
  return checkAlone(bytes, options, { platform }, ['vcfg', 'field']);
}

/** Compares only a table's `\VCFG`, with a base. */
export function checkTableBase(
  bytes: Uint8Array,
  base: bigint,
  options: TableCheckOptions = {},
): readonly Diagnostic[] {
  return checkAlone(
    bytes,
    options,
    { base },
    VCFG_NAME_RULES.map(({ code }) => code),
  );
}
