import type { Diagnostic, Place } from '../vocab/index.js';
import { requireObject } from './check-arguments.js';

/**
 * A text from a file in a form that is safe for a terminal: control characters (C0, DEL, C1), which could move the cursor
 * or hide other text, are escaped, as in `\x1b`.
 */
export function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: These are what is looked for.
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A place as `file:line:column`, `file+0x0000` or a path, in the order a reader looks for them. */
function formatPlace(place: Place): string {
  let text = place.file ?? '';
  if (place.line !== undefined) text += `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
  if (place.offsetBytes !== undefined) text += `+0x${place.offsetBytes.toString(16).padStart(4, '0')}`;
  if (place.path !== undefined && place.path !== '') text += text === '' ? place.path : ` (${place.path})`;
  return text;
}

/** One finding as one line: what, where, cure, code; control characters escaped. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  requireObject(diagnostic, 'The diagnostic');
  requireObject(diagnostic.place, 'The place of the diagnostic');
  const place = formatPlace(diagnostic.place);
  const head = place === '' ? '' : `${place}: `;
  const severity = diagnostic.severity === 'error' ? '' : `${diagnostic.severity}: `;
  return escapeControls(`${head}${severity}${diagnostic.message} ${diagnostic.cure} [${diagnostic.code}]`);
}

/** Bad data, where there is no result to return. Carries every finding, not only the first. */
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

/** The same findings with a file in their places, unless they already have one. */
export function inFile(file: string, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((found) =>
    found.place.file === undefined ? { ...found, place: { file, ...found.place } } : found,
  );
}
