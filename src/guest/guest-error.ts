import type { Diagnostic } from '../vocab/index.js';

/** A fault in what a guest was given. Carries every finding, not only the first. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(sentenceOf).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** What, where, cure and code of a finding, in one line. */
function sentenceOf({ place, message, cure, code }: Diagnostic): string {
  const where = place.path === undefined ? '' : `${place.path}: `;
  return `${where}${message} ${cure} [${code}]`;
}

/** A GuestError of one finding. */
export function guestError(code: Diagnostic['code'], path: string, message: string, cure: string): GuestError {
  return new GuestError([{ code, severity: 'error', place: { path }, message, cure }]);
}
