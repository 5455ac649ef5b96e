import { DiagnosticError, errorAt, requireText } from '../../base/index.js';
import type { DiagnosticCode } from '../../vocab/index.js';
import { displayName } from '../grammar/name-string.js';
import { requireTerm, requireTerms } from '../grammar/required.js';
import type { Term } from '../grammar/term.js';
import { findDeclaration, findHolder } from '../namespace/declarations.js';
import { bodyOf, replaceTerms, withBody } from './inner-terms.js';

/**
 * Where an edit happens: the absolute path of an object, which means the term that declares it as `findDeclaration`
 * finds it; or a term itself, at any depth of the term lists. An edit leaves terms that it does not touch as they are,
 * but makes those around it anew: take a term for the next edit from the result, not from what was edited before.
 */
export type Site = string | Term;

/**
 * Terms with others in front of one. Throws a DiagnosticError if nothing declares the path, or before an Else, which
 * has to follow its If; a RangeError for a term that is not there.
 */
export function insertBefore(terms: readonly Term[], site: Site, inserted: readonly Term[]): readonly Term[] {
  requireTerms(inserted, 'insertBefore: inserted');
  const { term } = locate(terms, site);
  if (term.op === 'Else') refuse(term, 'AML_UNEXPECTED_TERM', 'An Else has to follow its If.', 'Insert before the If.');
  return replaceTerms(terms, new Map([[term, [...inserted, term]]]));
}

/** Terms with others behind one. Throws as {@link insertBefore} does, and between an If and its Else. */
export function insertAfter(terms: readonly Term[], site: Site, inserted: readonly Term[]): readonly Term[] {
  requireTerms(inserted, 'insertAfter: inserted');
  const { term, hasElse } = locate(terms, site);
  if (hasElse) refuse(term, 'AML_UNEXPECTED_TERM', 'This If has an Else, which follows it.', 'Insert after the Else.');
  return replaceTerms(terms, new Map([[term, [term, ...inserted]]]));
}

/**
 * Terms without one. A path that is declared several times loses one declaration. Throws as {@link insertBefore} does,
 * for an If that has an Else, and for a unit of a Field, which is no term.
 */
export function removeAt(terms: readonly Term[], site: Site): readonly Term[] {
  const { term, hasElse, isUnit } = locate(terms, site);
  if (hasElse) refuse(term, 'AML_UNEXPECTED_TERM', 'This If has an Else.', 'Remove the Else first.');
  if (isUnit) {
    const message = `${pathOf(site)} is a unit of a ${term.op}, and its bits lie before those of the next.`;
    refuse(site, 'AML_UNEXPECTED_TERM', message, `Replace the ${term.op} by one that reserves these bits.`);
  }
  return replaceTerms(terms, new Map([[term, []]]));
}

/**
 * Terms with others at the end of what a Device, Method, Scope or other holder of a path holds; of several Scopes, the
 * last. `\` is the end of the table. Throws a DiagnosticError if no term there holds others.
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
      refuseMissing(path, `Is it another table's? Then append Scope (${path}) to \\ instead.`);
    const message = `${pathOf(path)} is made by ${declared.term.op}, which holds no other terms.`;
    return refuse(path, 'AML_UNEXPECTED_TERM', message, 'Append to the Device, Scope or Method around it.');
  }
  return replaceTerms(terms, new Map([[holder as Term, [withBody(holder as Term, [...body, ...appended])]]]));
}

interface Located {
  readonly term: Term;
  /** An Else follows that belongs to it. */
  readonly hasElse: boolean;
  /** The path is that of a unit which the term declares among others. */
  readonly isUnit: boolean;
}

function locate(terms: readonly Term[], site: Site): Located {
  requireTerms(terms, 'edit: terms');
  if (typeof site !== 'string') requireTerm(site, 'edit: site');
  const declared = typeof site === 'string' ? findDeclaration(terms, site) : undefined;
  const term = typeof site === 'string' ? declared?.term : site;
  if (term === undefined) return refuseMissing(site as string, 'See what there is with declarations (terms).');
  const siblings = siblingsOf(terms, term);
  if (siblings === undefined) {
    throw new RangeError(
      `this ${term.op} is in none of the lists of these terms; an earlier edit makes the terms around it anew`,
    );
  }
  const next = siblings[siblings.indexOf(term) + 1];
  return { term, hasElse: term.op === 'If' && next?.op === 'Else', isUnit: declared?.element !== undefined };
}

/** The list that a term stands in. */
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
