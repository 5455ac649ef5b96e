import { formatDiagnostic } from '../../base/index.js';
import type { Diagnostic, Severity } from '../../vocab/index.js';
import type { Io, Output } from '../io.js';

export const SEVERITY_COLORS = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<
  Severity,
  string
>;

/** Whether words on an output may have colour. https://no-color.org */
export function wantsColor(io: Io, output: Output): boolean {
  return output.isTerminal && (io.env.NO_COLOR ?? '') === '' && io.env.TERM !== 'dumb';
}

export interface ReportOptions {
  /** Errors are called so, as in what vcfg check prints. Otherwise only warnings and notes have a label. */
  readonly labelsErrors?: boolean;
}

/** Says findings on standard error, a line each. */
export async function report(io: Io, diagnostics: readonly Diagnostic[], options: ReportOptions = {}): Promise<void> {
  if (diagnostics.length === 0) return;
  const lineOf = (found: Diagnostic) =>
    formatDiagnostic(
      options.labelsErrors && found.severity === 'error' ? { ...found, message: `error: ${found.message}` } : found,
    );
  if (!wantsColor(io, io.stderr)) {
    for (const found of diagnostics) io.stderr.write(`${lineOf(found)}\n`);
    return;
  }
  const { default: picocolors } = await import('picocolors');
  const colors = picocolors.createColors(true);
  for (const found of diagnostics) {
    const code = `[${found.code}]`;
    const line = lineOf(found);
    io.stderr.write(`${line.slice(0, -code.length)}${colors[SEVERITY_COLORS[found.severity]](code)}\n`);
  }
}

/** A count with its noun: `1 write`, `2 writes`. */
export const counted = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

/** Says in words what is not a finding, on standard error. */
export function say(io: Io, line: string): void {
  io.stderr.write(`${line}\n`);
}
