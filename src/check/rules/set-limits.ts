import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';

/** What one set of tables may come to. */
export interface SetLimits {
  readonly tables: number;
  /** Of all tables together. */
  readonly bytes: number;
}

/** The largest machines known have some 60 tables of 3 MiB in all. Terms take up to a hundred times a table's bytes. */
export const SET_LIMITS: SetLimits = { tables: 512, bytes: 8 << 20 };

/** A finding for a set that is over its limits, and is therefore not checked. */
export function overLimits(inputs: readonly { readonly bytes: Uint8Array }[], limits: SetLimits): Diagnostic[] {
  const bytes = inputs.reduce((sum, each) => sum + each.bytes.length, 0);
  if (inputs.length <= limits.tables && bytes <= limits.bytes) return [];
  const message =
    `The set has ${inputs.length} tables of ${bytes} bytes in all, and was not checked: one machine's set may have ` +
    `${limits.tables} tables of ${limits.bytes} bytes in all.`;
  const cure =
    "Check one machine's tables at a time, or each table by itself with --each. --limit tables=N or bytes=SIZE (limits, in the library) raises the limit.";
  return [errorAt('CHECK_SET_LIMIT', {}, message, cure)];
}
