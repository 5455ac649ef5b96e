import { opcodeRow } from '../../aml/grammar/opcodes.js';
import { withOperands } from '../../aml/grammar/term.js';
import { bodyOf, type FieldElement, joinPath, type Path, type Term } from '../../aml/index.js';

/** How a name is used: to declare an object, to open an existing one, or to refer to one, which is searched upward. */
export type NameUse = 'declares' | 'opens' | 'refers';

/** What becomes of each name in terms, as it is written; the scope is where it is looked up. */
export type NameRewriter = (name: string, scope: string, use: NameUse, term: Term) => string;

const isTerm = (value: unknown): value is Term => typeof value === 'object' && value !== null && 'op' in value;

/** Maps a list; returns the list itself if nothing in it changed. */
function mapped<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let changed = false;
  const all = list.map((item) => {
    const next = change(item);
    changed ||= next !== item;
    return next;
  });
  return changed ? all : list;
}

function rewriteElement(element: FieldElement, scope: string, term: Term, rewrite: NameRewriter): FieldElement {
  if (element.kind === 'NamedField') {
    const name = rewrite(element.name, scope, 'declares', term);
    return name === element.name ? element : { ...element, name };
  }
  if (element.kind !== 'ConnectField') return element;
  const connection = rewriteTerm(element.connection, scope, rewrite);
  return connection === element.connection ? element : { ...element, connection };
}

/** Which operand of a term is the name that it declares. */
const declaredIndex = (declares: string | undefined) => (declares === 'alias' ? 1 : 0);

function rewriteTerm<T extends Term>(term: T, scope: string, rewrite: NameRewriter): T {
  if (term.op === 'Path') {
    const [name, args] = (term as Path).operands;
    const next = rewrite(name, scope, 'refers', term);
    const after = rewriteAll(args, scope, rewrite);
    return next === name && after === args ? term : withOperands(term, [next, after]);
  }
  const row = opcodeRow(term.op);
  if (row === undefined) return term;
  const { declares } = row;
  const names: string[] = [];
  let inside = scope;
  const operands = mapped(term.operands as readonly unknown[], (operand) => {
    if (typeof operand === 'string' && row.operands.includes('NameString')) {
      const isDeclared = declares !== undefined && declares !== 'fields' && names.length === declaredIndex(declares);
      names.push(operand);
      if (isDeclared && declares !== 'alias') inside = joinPath(scope, operand);
      const use = !isDeclared ? 'refers' : declares === 'scope' && term.op === 'Scope' ? 'opens' : 'declares';
      return rewrite(operand, scope, use, term);
    }
    if (isTerm(operand)) return rewriteTerm(operand, scope, rewrite);
    if (!Array.isArray(operand)) return operand;
    return mapped(operand as readonly (Term | FieldElement)[], (item) =>
      isTerm(item) ? rewriteTerm(item, inside, rewrite) : rewriteElement(item, scope, term, rewrite),
    );
  });
  return operands === term.operands ? term : withOperands(term, operands);
}

/**
 * Terms with each name as a function gives it, in the order of their bytes, at any depth: declared names, fields, names in
 * expressions, packages and connections. Scopes are those before the change. Terms without a changed name are reused.
 */
export function rewriteNames(terms: readonly Term[], rewrite: NameRewriter): readonly Term[] {
  return rewriteAll(terms, '\\', rewrite);
}

function rewriteAll<T extends Term>(terms: readonly T[], scope: string, rewrite: NameRewriter): readonly T[] {
  return mapped(terms, (term) => rewriteTerm(term, scope, rewrite));
}

/** Calls back for each term at any depth, with the term around it and the scope of its names. */
export function visitTerms(
  terms: readonly Term[],
  visit: (term: Term, scope: string, around: Term | undefined) => void,
): void {
  const each = (term: Term, scope: string, around: Term | undefined): void => {
    visit(term, scope, around);
    const holds = bodyOf(term) !== undefined && opcodeRow(term.op)?.declares !== undefined;
    const inside = holds ? joinPath(scope, term.operands[0] as string) : scope;
    for (const operand of term.operands as readonly unknown[]) {
      if (isTerm(operand)) each(operand, scope, term);
      else if (Array.isArray(operand)) {
        for (const item of operand as readonly (Term | FieldElement)[]) {
          if (isTerm(item)) each(item, inside, term);
          else if (item.kind === 'ConnectField') each(item.connection, scope, term);
        }
      }
    }
  };
  for (const term of terms) each(term, '\\', undefined);
}
