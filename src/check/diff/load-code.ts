import { opcodeRow } from '../../aml/grammar/opcodes.js';
import { bodyOf, makeTerm, type Term, type TermArg, withBody } from '../../aml/index.js';
import type { SubjectTable } from '../subject/subject-table.js';
import { type ScopedTerm, scopeInside } from './same-term.js';

/** A statement that runs while a table is loaded. */
export interface LoadStatement extends ScopedTerm {
  readonly table: SubjectTable;
}

/** The code outside of methods, by its scope, in the order in which the OS runs it. */
type LoadCode = ReadonlyMap<string, readonly LoadStatement[]>;

interface Walk {
  /** Told of each declaration within an If or a While, with all that must hold for it to be made. */
  readonly onConditional: (term: Term, condition: ScopedTerm) => void;
  readonly onStatement: (term: Term, scope: string) => void;
}

function not(predicate: TermArg): TermArg {
  return makeTerm('LNot', [predicate]);
}

function both(outer: ScopedTerm | undefined, inner: TermArg, scope: string): ScopedTerm {
  return { term: outer === undefined ? inner : makeTerm('LAnd', [outer.term as TermArg, inner]), scope };
}

function onlyIf(condition: ScopedTerm | undefined, statement: Term): Term {
  return condition === undefined ? statement : makeTerm('If', [condition.term as TermArg, [statement]]);
}

/** A statement without what it declares, which is compared by itself; undefined if it does nothing else. */
function withoutDeclarations(term: Term): Term | undefined {
  const body = bodyOf(term);
  if (body === undefined) return term;
  const rest = body.flatMap((each) =>
    opcodeRow(each.op)?.role === 'declaration' ? [] : (withoutDeclarations(each) ?? []),
  );
  if (rest.length === 0 && body.length > 0) return undefined;
  return withBody(term, rest);
}

function walk(
  terms: readonly Term[],
  scope: string,
  condition: ScopedTerm | undefined,
  told: Walk,
  isInner: boolean,
): void {
  let before: TermArg | undefined;
  for (const term of terms) {
    const row = opcodeRow(term.op);
    const body = bodyOf(term);
    if (row?.role === 'declaration') {
      if (condition !== undefined) told.onConditional(term, condition);
      if (body !== undefined && row.declares !== 'method') walk(body, scopeInside(term, scope), condition, told, false);
    } else {
      const rest = isInner ? undefined : withoutDeclarations(term);
      if (rest !== undefined) told.onStatement(onlyIf(condition, rest), scope);
      if (body !== undefined) {
        const predicate = term.op === 'Else' ? before && not(before) : (term.operands[0] as TermArg);
        walk(body, scope, predicate === undefined ? condition : both(condition, predicate, scope), told, true);
      }
    }
    before = term.op === 'If' ? term.operands[0] : undefined;
  }
}

/** For each declaration in an If, an Else or a While: the conditions under which it is made. */
export function loadConditions(tables: readonly SubjectTable[]): ReadonlyMap<Term, ScopedTerm> {
  const conditions = new Map<Term, ScopedTerm>();
  const onConditional = (term: Term, condition: ScopedTerm) => void conditions.set(term, condition);
  for (const { terms } of tables) walk(terms, '\\', undefined, { onConditional, onStatement: () => {} }, false);
  return conditions;
}

export function loadCode(tables: readonly SubjectTable[]): LoadCode {
  const code = new Map<string, LoadStatement[]>();
  for (const table of tables) {
    const onStatement = (term: Term, scope: string) => {
      const statement = { term, scope, table };
      const same = code.get(scope);
      if (same) same.push(statement);
      else code.set(scope, [statement]);
    };
    walk(table.terms, '\\', undefined, { onConditional: () => {}, onStatement }, false);
  }
  return code;
}
