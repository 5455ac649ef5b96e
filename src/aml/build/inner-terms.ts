import { refuseArgument, requireArray } from '../../base/index.js';
import { type OperandKind, opcodeRow } from '../grammar/opcodes.js';
import { requireTerm, requireTerms } from '../grammar/required.js';
import { type FieldElement, type Term, withOperands } from '../grammar/term.js';

/** What an operand of each kind holds of terms; `list` and `fields` hold several. */
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

/** The terms that a term holds directly, in the order of their bytes: its operands, the arguments of a call, its body. */
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
 * Terms with some of them replaced, each by any number of others: none removes it, and itself among them inserts.
 * Works at any depth of term lists. What holds no replaced term is shared with the input, and encodes to its old bytes.
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

/** The terms that a Device, Method, If or other holder of a TermList holds; undefined for any other term. */
export function bodyOf(term: Term): readonly Term[] | undefined {
  requireTerm(term, 'bodyOf: term');
  const list = listIndex(term);
  return list < 0 ? undefined : (term.operands[list] as readonly Term[]);
}

/** A term that holds a TermList, such as a Device or a Method, with another one. Throws a TypeError for any other term. */
export function withBody<T extends Term>(term: T, body: readonly Term[]): T {
  requireTerm(term, 'withBody: term');
  requireTerms(body, 'withBody: body');
  const list = listIndex(term);
  if (list < 0) throw new TypeError(`${term.op} holds no list of terms`);
  const operands = [...(term.operands as readonly unknown[])];
  operands[list] = body;
  return withOperands(term, operands);
}
