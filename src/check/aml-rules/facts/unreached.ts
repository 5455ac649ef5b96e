import { opcodeRow } from '../../../aml/grammar/opcodes.js';
import { childTerms, integerValue, joinPath, type Op, type OperandKind, type Term } from '../../../aml/index.js';
import { MOST_U64 } from '../../../base/index.js';
import type { CheckedMachine } from '../../subject/checked-machine.js';
import { perSubject } from '../../subject/per-subject.js';
import type { SubjectTable } from '../../subject/subject-table.js';
import { hasElse } from './flow.js';
import { type KnownNames, knownNames } from './known-names.js';
import { type Survey, surveyOf, type Visit } from './survey.js';

/** True and False as AML has them. ACPI 6.5 §19.2.5 */
const TRUE = MOST_U64;
const FALSE = 0n;
const truth = (value: boolean): bigint => (value ? TRUE : FALSE);

/** Operators of two operands, both known. ACPI 6.5 §19.6 */
const BINARY: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  LAnd: (a, b) => truth(a !== 0n && b !== 0n),
  LOr: (a, b) => truth(a !== 0n || b !== 0n),
  LEqual: (a, b) => truth(a === b),
  LNotEqual: (a, b) => truth(a !== b),
  LGreater: (a, b) => truth(a > b),
  LGreaterEqual: (a, b) => truth(a >= b),
  LLess: (a, b) => truth(a < b),
  LLessEqual: (a, b) => truth(a <= b),
  And: (a, b) => a & b,
  Or: (a, b) => a | b,
  Xor: (a, b) => a ^ b,
};

/** What one operand makes of the result, whatever the other is. */
const DECIDES: Readonly<Record<string, (known: bigint) => bigint | undefined>> = {
  LAnd: (known) => (known === 0n ? FALSE : undefined),
  And: (known) => (known === 0n ? 0n : undefined),
  LOr: (known) => (known !== 0n ? TRUE : undefined),
};

/** Operands through which something is written. */
const WRITABLE: ReadonlySet<OperandKind> = new Set<OperandKind>(['SuperName', 'Reference', 'Target']);
/** Operations that only look at such an operand. */
const LOOKS = new Set<string>(['SizeOf', 'ObjectType']);
/** How deep expressions and calls in them are followed. */
const MOST_DEPTH = 64;
/** Values that are kept at once: the Locals, the Args, and some named objects. */
const MOST_VALUES = 32;

/** Values that are known at one place of a run: of Locals and Args by their key, of named objects by their path. */
type Values = Map<string, bigint>;

/** A run of a table's bytes, its end not included. */
type Run = readonly [start: number, end: number];

class Walk {
  readonly #names: KnownNames;
  readonly #dead = new Map<SubjectTable, Run[]>();
  /** Locals and Args that a list writes to, and whether it writes to named objects. */
  readonly #written = new WeakMap<Term, ReadonlySet<string>>();
  /** What methods give that only return an expression; undefined while one is looked at too. */
  readonly #given = new Map<Term, bigint | undefined>();
  #table: SubjectTable | undefined;

  constructor(subject: CheckedMachine) {
    this.#names = knownNames(subject);
    for (const table of subject.loaded) {
      this.#table = table;
      this.#run(table.terms, '\\', new Map(), false);
    }
    for (const runs of this.#dead.values()) runs.sort(([a], [b]) => a - b);
  }

  /** Whether a byte of a table is in code that is never run. */
  isDead(table: SubjectTable, offsetBytes: number): boolean {
    const runs = this.#dead.get(table) ?? [];
    let [low, high] = [0, runs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((runs[middle] as Run)[1] > offsetBytes) high = middle;
      else low = middle + 1;
    }
    const run = runs[low];
    return run !== undefined && run[0] <= offsetBytes;
  }

  #kill(terms: readonly Term[], from = 0): void {
    const [first, last] = [terms[from], terms.at(-1)];
    if (first === undefined || last === undefined || this.#table === undefined) return;
    const runs = this.#dead.get(this.#table);
    if (runs === undefined) this.#dead.set(this.#table, [[first.start, last.end]]);
    else runs.push([first.start, last.end]);
  }

  /** Follows a list; false if what stands after it is never run. */
  #run(terms: readonly Term[], scope: string, values: Values, inMethod: boolean): boolean {
    for (let index = 0; index < terms.length; index++) {
      const term = terms[index] as Term;
      let falls = true;
      if (term.op === 'If') {
        const otherwise = hasElse(terms, index) ? (terms[++index] as Op<'Else'>).operands[0] : [];
        falls = this.#if(term, otherwise, scope, values, inMethod);
      } else if (term.op === 'While') this.#while(term, scope, values, inMethod);
      else if (term.op === 'Return' || term.op === 'Break' || term.op === 'Continue') falls = false;
      else if (term.op === 'Method') this.#run(term.operands[2], joinPath(scope, term.operands[0]), new Map(), true);
      else if (opcodeRow(term.op)?.declares === 'scope')
        this.#run(
          term.operands.at(-1) as readonly Term[],
          joinPath(scope, term.operands[0] as string),
          values,
          inMethod,
        );
      else this.#statement(term, scope, values, inMethod);
      if (falls) continue;
      this.#kill(terms, index + 1);
      return false;
    }
    return true;
  }

  #if(term: Op<'If'>, otherwise: readonly Term[], scope: string, values: Values, inMethod: boolean): boolean {
    const [predicate, body] = term.operands;
    const value = this.#value(predicate, scope, values, inMethod);
    this.#forget(predicate, scope, values);
    if (value !== undefined) {
      this.#kill(value === 0n ? body : otherwise);
      return this.#run(value === 0n ? otherwise : body, scope, values, inMethod);
    }
    const [taken, not] = [new Map(values), new Map(values)];
    const falls = [this.#run(body, scope, taken, inMethod), this.#run(otherwise, scope, not, inMethod)];
    const ends = [taken, not].filter((_, side) => falls[side]);
    values.clear();
    const [first, second] = ends;
    for (const [key, known] of first ?? [])
      if (second === undefined || second.get(key) === known) values.set(key, known);
    return first !== undefined;
  }

  #while(term: Op<'While'>, scope: string, values: Values, inMethod: boolean): void {
    const [predicate, body] = term.operands;
    for (const key of this.#writtenBy(term)) values.delete(key);
    for (const key of values.keys()) if (key.startsWith('\\')) values.delete(key);
    if (this.#value(predicate, scope, values, inMethod) === 0n) this.#kill(body);
    else this.#run(body, scope, new Map(values), inMethod);
  }

  #statement(term: Term, scope: string, values: Values, inMethod: boolean): void {
    const [source, target] = term.op === 'Store' || term.op === 'CopyObject' ? term.operands : [];
    const value = source === undefined ? undefined : this.#value(source, scope, values, inMethod);
    this.#forget(term, scope, values);
    const key = target === undefined ? undefined : this.#keyOf(target, scope);
    if (value !== undefined && key !== undefined && values.size < MOST_VALUES) values.set(key, value);
  }

  #keyOf(term: Term, scope: string): string | undefined {
    if (term.op === 'Local' || term.op === 'Arg') return `${term.op}${term.operands[0]}`;
    return term.op === 'Path' ? this.#names.declared(term.operands[0], scope)?.path : undefined;
  }

  /** Takes out what an expression writes to. */
  #forget(term: Term, scope: string, values: Values): void {
    if (values.size === 0) return;
    const kinds = LOOKS.has(term.op) ? [] : (opcodeRow(term.op)?.operands ?? []);
    for (const [index, kind] of kinds.entries()) {
      const key = WRITABLE.has(kind) ? this.#keyOf(term.operands[index] as Term, scope) : undefined;
      if (key !== undefined) values.delete(key);
    }
    for (const child of childTerms(term)) this.#forget(child, scope, values);
  }

  /** Locals and Args that a term writes to anywhere in it; each term is looked at once. */
  #writtenBy(term: Term): ReadonlySet<string> {
    const found = this.#written.get(term);
    if (found !== undefined) return found;
    const written = new Set<string>();
    const kinds = LOOKS.has(term.op) ? [] : (opcodeRow(term.op)?.operands ?? []);
    for (const [index, kind] of kinds.entries()) {
      const operand = WRITABLE.has(kind) ? (term.operands[index] as Term) : undefined;
      if (operand?.op === 'Local' || operand?.op === 'Arg') written.add(`${operand.op}${operand.operands[0]}`);
    }
    for (const child of childTerms(term)) for (const key of this.#writtenBy(child)) written.add(key);
    this.#written.set(term, written);
    return written;
  }

  /** The value of an expression, with every CondRefOf answered as these tables answer it; undefined if it is not known. */
  #value(term: Term, scope: string, values: Values, inMethod: boolean, depth = 0): bigint | undefined {
    const plain = integerValue(term);
    if (plain !== undefined || depth > MOST_DEPTH) return plain;
    const next = (each: Term) => this.#value(each, scope, values, inMethod, depth + 1);
    switch (term.op) {
      case 'Local':
      case 'Arg':
        return values.get(`${term.op}${term.operands[0]}`);
      case 'CondRefOf':
        return this.#isThere(term, scope, inMethod);
      case 'LNot': {
        const value = next(term.operands[0]);
        return value === undefined ? undefined : truth(value === 0n);
      }
      case 'Store':
        return next(term.operands[0]);
      case 'Path':
        return this.#named(term, scope, values, depth);
      default: {
        const operate = BINARY[term.op];
        if (operate === undefined) return undefined;
        const [a, b] = [next(term.operands[0] as Term), next(term.operands[1] as Term)];
        if (a !== undefined && b !== undefined) return operate(a, b);
        const one = a ?? b;
        return one === undefined ? undefined : DECIDES[term.op]?.(one);
      }
    }
  }

  /** A name is absent if no table has it. It is there for certain if a table has made it by the time that a method runs. */
  #isThere({ operands: [object] }: Op<'CondRefOf'>, scope: string, inMethod: boolean): bigint | undefined {
    if (object.op !== 'Path') return undefined;
    const [name] = object.operands;
    if (!this.#names.finds(name, scope)) return FALSE;
    const declared = this.#names.declared(name, scope);
    return inMethod && declared !== undefined && !declared.conditional && !declared.inMethod ? TRUE : undefined;
  }

  /** The value of a named object that was just stored, or of a method that only returns whether something exists. */
  #named({ operands: [name, args] }: Op<'Path'>, scope: string, values: Values, depth: number): bigint | undefined {
    const declared = this.#names.declared(name, scope);
    if (declared === undefined) return undefined;
    const { path, term } = declared;
    if (term.op !== 'Method') return values.get(path);
    const [only, ...others] = term.operands[2];
    if (args.length > 0 || only?.op !== 'Return' || others.length > 0) return undefined;
    if (this.#given.has(term)) return this.#given.get(term);
    this.#given.set(term, undefined);
    const value = this.#value(only.operands[0], path, new Map(), true, depth + 1);
    this.#given.set(term, value);
    return value;
  }
}

/** How a method is called. */
interface Callers {
  /** Calls and other uses in code that may run. */
  live: number;
  /** Some call is in code that never runs. */
  dead: boolean;
}

/** What the OS runs by itself, by its name. ACPI 6.5 §5.6.8 */
const isPredefined = ({ operands: [name] }: Op<'Method'>): boolean => name.at(-4) === '_';

/** Methods that are called, but only from code that never runs. */
function deadMethods(survey: Survey, names: KnownNames, walk: Walk): ReadonlySet<Term> {
  const callers = new Map<Term, Callers>();
  /** Methods that each method uses where it may run. */
  const uses = new Map<Term, Term[]>();
  for (const { term, site } of survey.visits('Path')) {
    const callee = names.declared(term.operands[0], site.scope)?.term;
    const caller = site.method?.term;
    if (callee?.op !== 'Method' || callee === caller || isPredefined(callee)) continue;
    const known = callers.get(callee) ?? { live: 0, dead: false };
    callers.set(callee, known);
    if (walk.isDead(site.table, term.start)) {
      known.dead = true;
      continue;
    }
    known.live++;
    if (caller === undefined) continue;
    const same = uses.get(caller);
    if (same === undefined) uses.set(caller, [callee]);
    else same.push(callee);
  }
  const dead = new Set<Term>();
  const open = [...callers].flatMap(([method, { live, dead }]) => (dead && live === 0 ? [method] : []));
  for (let method = open.pop(); method !== undefined; method = open.pop()) {
    dead.add(method);
    for (const callee of uses.get(method) ?? []) {
      const known = callers.get(callee) as Callers;
      if (--known.live === 0) open.push(callee);
    }
  }
  return dead;
}

/**
 * Whether a term is in code that never runs with these tables: what only runs if CondRefOf finds a name that no table
 * has, what comes after a Return in its absence, and methods that only such code calls. As an interpreter would decide
 * it, as far as that follows from constants; whatever depends on more may run.
 */
export const unreachedIn = perSubject((subject) => {
  const walk = new Walk(subject);
  const dead = deadMethods(surveyOf(subject), knownNames(subject), walk);
  return ({ term, site }: Pick<Visit, 'term' | 'site'>): boolean =>
    walk.isDead(site.table, term.start) || (site.method !== undefined && dead.has(site.method.term));
});
