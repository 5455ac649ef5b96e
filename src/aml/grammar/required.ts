import { refuseArgument, requireArray, requireObject } from '../../base/index.js';

/** Throws a TypeError for what is not a list of terms. */
export function requireTerms(value: unknown, what: string): void {
  const isDecoded = typeof value === 'object' && value !== null && !Array.isArray(value) && 'terms' in value;
  requireArray(value, what, isDecoded ? 'an array of terms: give the terms of decoded AML' : 'an array of terms');
  for (const [index, term] of (value as readonly unknown[]).entries()) requireTerm(term, `${what}[${index}]`);
}

/** Throws a TypeError for what is not a term. What its operands are is checked where it is encoded. */
export function requireTerm(value: unknown, what: string): void {
  requireObject(value, what, 'a term');
  const { op, operands } = value as { readonly op?: unknown; readonly operands?: unknown };
  if (typeof op !== 'string' || !Array.isArray(operands)) refuseArgument(what, value, 'a term, with op and operands');
}
