import type { Diagnostic, Place } from '../vocab/index.js';

/** A place as `file:line:column`, `file+0x0000` or a path, in the order a reader looks for them. */
function formatPlace(place: Place): string {
  let text = place.file ?? '';
  if (place.line !== undefined) text += `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
  if (place.offsetBytes !== undefined) text += `+0x${place.offsetBytes.toString(16).padStart(4, '0')}`;
  if (place.path !== undefined && place.path !== '') text += text === '' ? place.path : ` (${place.path})`;
  return text;
}

/** One finding as one line: what, where, cure, code. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const place = formatPlace(diagnostic.place);
  const head = place === '' ? '' : `${place}: `;
  const severity = diagnostic.severity === 'error' ? '' : `${diagnostic.severity}: `;
  return `${head}${severity}${diagnostic.message} ${diagnostic.cure} [${diagnostic.code}]`;
}

/** Bad data at an edge where no result can be given. Carries every finding, not only the first. */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** The usual finding: an error. */
export function errorAt(code: Diagnostic['code'], place: Place, message: string, cure: string): Diagnostic {
  return { code, severity: 'error', place, message, cure };
}

/** The same findings, said of a file that the code that made them did not know. */
export function inFile(file: string, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((found) =>
    found.place.file === undefined ? { ...found, place: { file, ...found.place } } : found,
  );
}
