import { DiagnosticError, errorAt, requireText } from '../../base/index.js';
import type { DiagnosticCode } from '../../vocab/index.js';
import { displayName } from '../grammar/name-string.js';
import { requireTerm, requireTerms } from '../grammar/required.js';
import type { Term } from '../grammar/term.js';
import { findDeclaration, findHolder } from '../namespace/declarations.js';
import { bodyOf, replaceTerms, withBody } from './inner-terms.js';

/**
 * Where an edit happens: the absolute path of an object, which selects the term that declares it, as `findDeclaration`
 * does; or the term itself, at any depth. An edit reuses the terms that it does not touch,
 * but creates the terms around the edit again: for the next edit, take terms from the result, not from its input.
 */
export type Site = string | Term;

/**
 * Inserts terms before one. Throws a DiagnosticError if nothing declares the path, or before an Else, which
 * must follow its If; a RangeError for a term that is not in the lists.
 */
export function insertBefore(terms: readonly Term[], site: Site, inserted: readonly Term[]): readonly Term[] {
  requireTerms(inserted, 'insertBefore: inserted');
  const { term } = locate(terms, site);
  if (term.op === 'Else') refuse(term, 'AML_UNEXPECTED_TERM', 'An Else must follow its If.', 'Insert before the If.');
  return replaceTerms(terms, new Map([[term, [...inserted, term]]]));
}

/** Inserts terms after one. Throws as {@link insertBefore} does, and between an If and its Else. */
export function insertAfter(terms: readonly Term[], site: Site, inserted: readonly Term[]): readonly Term[] {
  requireTerms(inserted, 'insertAfter: inserted');
  const { term, hasElse } = locate(terms, site);
  if (hasElse) refuse(term, 'AML_UNEXPECTED_TERM', 'This If has an Else, which follows it.', 'Insert after the Else.');
  return replaceTerms(terms, new Map([[term, [term, ...inserted]]]));
}

/**
 * Removes a term. Of a path that is declared several times, one declaration is removed. Throws as {@link insertBefore}
 * does, for an If that has an Else, and for a unit of a Field, which is not a term.
 */
export function removeAt(terms: readonly Term[], site: Site): readonly Term[] {
  const { term, hasElse, isUnit } = locate(terms, site);
  if (hasElse) refuse(term, 'AML_UNEXPECTED_TERM', 'This If has an Else.', 'Remove the Else first.');
  if (isUnit) {
    const message = `${pathOf(site)} is a unit of a ${term.op}: without its bits, the units after it would move.`;
    refuse(site, 'AML_UNEXPECTED_TERM', message, `Replace the ${term.op} with one that reserves these bits.`);
  }
  return replaceTerms(terms, new Map([[term, []]]));
}

/**
 * Appends terms to the body of a Device, Method, Scope or other holder of a path; of several Scopes, to the
 * last. `\` is the end of the table. Throws a DiagnosticError if no term at that path holds others.
 */
export function appendTo(terms: readonly Term[], path: string, appended: readonly Term[]): readonly Term[] {
  requireTerms(terms, 'edit: terms');
  requireText(path, 'appendTo: path');
  requireTerms(appended, 'appendTo: appended');
  if (path === '\\') return [...terms, ...appended];
  const holder = findHolder(terms, path);
  const body = holder && bodyOf(holder);
  if (body === undefined) {
    const declared = findDeclaration(terms, path);
    if (declared === undefined)
      refuseMissing(path, `Does another table declare it? Then append Scope (${path}) to \\ instead.`);
    const message = `${pathOf(path)} is declared by a ${declared.term.op}, which cannot contain terms.`;
    return refuse(path, 'AML_UNEXPECTED_TERM', message, 'Append to the Device, Scope or Method around it.');
  }
  return replaceTerms(terms, new Map([[holder as Term, [withBody(holder as Term, [...body, ...appended])]]]));
}

interface Located {
  readonly term: Term;
  /** It is an If, and its Else follows. */
  readonly hasElse: boolean;
  /** The path names a unit of a Field, which declares others too. */
  readonly isUnit: boolean;
}

function locate(terms: readonly Term[], site: Site): Located {
  requireTerms(terms, 'edit: terms');
  if (typeof site !== 'string') requireTerm(site, 'edit: site');
  const declared = typeof site === 'string' ? findDeclaration(terms, site) : undefined;
  const term = typeof site === 'string' ? declared?.term : site;
  if (term === undefined) return refuseMissing(site as string, 'declarations (terms) lists what there is.');
  const siblings = siblingsOf(terms, term);
  if (siblings === undefined) {
    throw new RangeError(
      `this ${term.op} is in none of the lists of these terms; an earlier edit makes the terms around it anew`,
    );
  }
  const next = siblings[siblings.indexOf(term) + 1];
  return { term, hasElse: term.op === 'If' && next?.op === 'Else', isUnit: declared?.element !== undefined };
}

/** The list that contains a term. */
function siblingsOf(terms: readonly Term[], wanted: Term): readonly Term[] | undefined {
  if (terms.includes(wanted)) return terms;
  for (const term of terms) {
    const found = siblingsOf(bodyOf(term) ?? [], wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

const pathOf = (site: Site): string => (typeof site === 'string' ? displayName(site) : site.op);

function refuseMissing(path: string, cure: string): never {
  return refuse(path, 'AML_NOT_FOUND', `Nothing here declares ${displayName(path)}.`, cure);
}

function refuse(site: Site, code: DiagnosticCode, message: string, cure: string): never {
  const place =
    typeof site === 'string' ? { path: displayName(site) } : site.start < 0 ? {} : { offsetBytes: site.start };
  throw new DiagnosticError([errorAt(code, place, message, cure)]);
}
