import { refuseArgument, requireArray } from '../../base/index.js';
import { type OperandKind, opcodeRow } from '../grammar/opcodes.js';
import { requireTerm, requireTerms } from '../grammar/required.js';
import { type FieldElement, type Term, withOperands } from '../grammar/term.js';

/** How an operand of each kind contains terms: one, a list of them, or those in field elements. */
const HOLDS: { readonly [K in OperandKind]?: 'term' | 'list' | 'fields' } = {
  TermArg: 'term',
  Data: 'term',
  SuperName: 'term',
  Reference: 'term',
  Target: 'term',
  TermList: 'list',
  Elements: 'list',
  FieldList: 'fields',
};

/** The terms directly inside a term, in the order of their bytes: operands, arguments of a call, body. */
export function* childTerms(term: Term): Generator<Term> {
  requireTerm(term, 'childTerms: term');
  if (term.op === 'Path') {
    requireArray(term.operands[1], 'childTerms: arguments of the Path');
    yield* term.operands[1];
    return;
  }
  const kinds = opcodeRow(term.op)?.operands ?? [];
  for (const [index, kind] of kinds.entries()) {
    const holds = HOLDS[kind];
    if (holds === undefined) continue;
    const operand: unknown = term.operands[index];
    if (holds === 'term') yield operand as Term;
    else if (holds === 'list') yield* operand as readonly Term[];
    else
      for (const element of operand as readonly FieldElement[]) if ('connection' in element) yield element.connection;
  }
}

/**
 * Replaces terms, each with any number of others: an empty list removes it, a list that includes the term itself inserts.
 * Works at any depth of term lists. Terms without a replaced term inside are reused, and encode to the same bytes as
 * before.
 */
export function replaceTerms(
  terms: readonly Term[],
  replacements: ReadonlyMap<Term, readonly Term[]>,
): readonly Term[] {
  requireArray(terms, 'replaceTerms: terms', 'an array of terms');
  if (typeof replacements?.get !== 'function')
    refuseArgument('replaceTerms: replacements', replacements, 'a Map of terms to arrays of terms');
  let changed: Term[] | undefined;
  for (const [index, term] of terms.entries()) {
    const replacement = replacements.get(term) ?? [replaceWithin(term, replacements)];
    if (changed === undefined && replacement.length === 1 && replacement[0] === term) continue;
    changed ??= terms.slice(0, index);
    for (const each of replacement) changed.push(each);
  }
  return changed ?? terms;
}

function replaceWithin(term: Term, replacements: ReadonlyMap<Term, readonly Term[]>): Term {
  const before = bodyOf(term);
  if (before === undefined) return term;
  const after = replaceTerms(before, replacements);
  return after === before ? term : withBody(term, after);
}

const listIndex = (term: Term): number => opcodeRow(term.op)?.operands.indexOf('TermList') ?? -1;

/** The body of a Device, Method, If or other term with a TermList; undefined for any other term. */
export function bodyOf(term: Term): readonly Term[] | undefined {
  requireTerm(term, 'bodyOf: term');
  const list = listIndex(term);
  return list < 0 ? undefined : (term.operands[list] as readonly Term[]);
}

/** A Device, Method or other term with a TermList, with another body. Throws a TypeError for any other term. */
export function withBody<T extends Term>(term: T, body: readonly Term[]): T {
  requireTerm(term, 'withBody: term');
  requireTerms(body, 'withBody: body');
  const list = listIndex(term);
  if (list < 0) throw new TypeError(`${term.op} has no body: its operation does not take a list of terms.`);
  const operands = [...(term.operands as readonly unknown[])];
  operands[list] = body;
  return withOperands(term, operands);
}
