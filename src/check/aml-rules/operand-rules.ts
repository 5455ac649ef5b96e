import { displayName, evaluateConstant, type Path, type Term } from '../../aml/index.js';
import type { Place } from '../../vocab/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import { perSubject } from '../subject/per-subject.js';
import { type FixedObject, fixedObjects, indexableLength, isPackage } from './facts/fixed-objects.js';
import { flowAt } from './facts/flow.js';
import { type HeldLocals, heldLocals, withHeld } from './facts/held-locals.js';
import { callsOf, type MethodFacts, surveyOf, type Visit } from './facts/survey.js';
import { unreachedIn } from './facts/unreached.js';
import { findingAt } from './finding.js';

/** An access by index, and the operands that hold what is indexed and the index. */
interface Indexing {
  readonly visit: Visit;
  readonly source: Term;
  readonly index: Term;
}

const indexings = perSubject((subject): readonly Indexing[] => {
  const survey = surveyOf(subject);
  return [
    ...survey
      .visits('Index')
      .map((visit) => ({ visit, source: visit.term.operands[0], index: visit.term.operands[1] })),
    ...survey
      .visits('Match')
      .map((visit) => ({ visit, source: visit.term.operands[0], index: visit.term.operands[5] })),
  ];
});

const UNIT: Readonly<Record<string, string>> = { Buffer: 'bytes', String: 'characters' };

/** Why an index does not fit, and where the object is declared; undefined if it fits, or may. */
function misfit(object: FixedObject, index: bigint): readonly [message: string, other: Place | undefined] | undefined {
  const length = indexableLength(object.term);
  // A Buffer without length takes that of what is stored to it.
  if (length === undefined || index < BigInt(length) || (length === 0 && object.term.op === 'Buffer')) return undefined;
  const unit = UNIT[object.term.op] ?? 'elements';
  const valid = length === 0 ? 'none is valid' : `0 to ${length - 1} are valid`;
  return [
    `index ${index} of ${object.what}, which has ${length} ${unit}: ${valid}`,
    object.declared && placeOf(object.declared),
  ];
}

const isLocal = ({ op }: Term): boolean => op === 'Local';
/** Whether a Local is in a term: itself, or an operand of arithmetic. */
const hasLocal = (term: Term): boolean =>
  isLocal(term) || (term.op !== 'Path' && (term.operands as readonly Partial<Term>[]).some(({ op }) => op === 'Local'));

/** The same accesses, with Locals replaced by what they hold for certain. */
const heldIndexings = perSubject((subject): readonly Indexing[] => {
  const through = new Map<MethodFacts, Set<Term>>();
  for (const { visit, source, index } of indexings(subject)) {
    const { method } = visit.site;
    if (method === undefined || !(isLocal(source) || hasLocal(index))) continue;
    const wanted = through.get(method) ?? new Set();
    through.set(method, wanted.add(visit.term));
  }
  const held = new Map([...through].flatMap(([{ term }, wanted]) => [...heldLocals(term, wanted)]));
  return indexings(subject).map((indexing) => {
    const known = held.get(indexing.visit.term);
    if (known === undefined) return indexing;
    const [source, index] = [withHeld(indexing.source, known), withHeld(indexing.index, known)];
    return { ...indexing, source: source ?? indexing.source, index: index ?? indexing.index };
  });
});

/** What a method demands of one of its arguments, because it indexes with it whenever it runs. */
interface Demand {
  readonly argument: number;
  /** The method that does the indexing. */
  readonly by: string;
  /** Why an argument does not fit. */
  readonly refuses: (given: Term, scope: string) => ReturnType<typeof misfit>;
}

/** Demands of one method that are followed to its callers; more are left out. */
const MOST_DEMANDS = 16;

/** Where a method may already have returned: after the first statement that can. */
const mayHaveReturned = perSubject((subject): ReadonlyMap<MethodFacts, number> => {
  const ends = new Map<MethodFacts, number>();
  for (const method of surveyOf(subject).methods) {
    const body = method.term.operands[2];
    const at = body.findIndex((_, index) => flowAt(body, index).returns && body[index]?.op !== 'Return');
    const end = body[at];
    ends.set(method, end === undefined ? Number.POSITIVE_INFINITY : end.start);
  }
  return ends;
});

/** Whether a term runs each time that its method does. */
function isAlwaysRun(subject: CheckedMachine, { term, site }: Visit): boolean {
  const { method, conditional, loop } = site;
  if (method === undefined || conditional || loop !== undefined) return false;
  return term.start < (mayHaveReturned(subject).get(method) as number);
}

/** The argument that an operand is, if the method never stores another value there. */
function argumentOf(term: Term, method: MethodFacts): number | undefined {
  if (term.op !== 'Arg' || method.args.get(term.operands[0])?.stored !== false) return undefined;
  return term.operands[0];
}

/** What each method demands of its arguments, by the Method's term: itself, or through what it calls. */
const demandsOf = perSubject((subject): ReadonlyMap<Term, readonly Demand[]> => {
  const fixed = fixedObjects(subject);
  const demands = new Map<Term, Demand[]>();
  const open: [Term, Demand][] = [];
  const add = (method: Term, demand: Demand) => {
    const same = demands.get(method) ?? [];
    demands.set(method, same);
    if (same.length >= MOST_DEMANDS) return;
    same.push(demand);
    open.push([method, demand]);
  };
  for (const { visit, source, index } of heldIndexings(subject)) {
    const { method, scope } = visit.site;
    if (method === undefined || !isAlwaysRun(subject, visit)) continue;
    const by = method.path;
    const [sourceNumber, indexNumber] = [argumentOf(source, method), argumentOf(index, method)];
    const object = fixed(source, scope);
    const value = evaluateConstant(index);
    if (indexNumber !== undefined && object !== undefined) {
      const refuses: Demand['refuses'] = (given) => {
        const asked = evaluateConstant(given);
        return asked === undefined ? undefined : misfit(object, asked);
      };
      add(method.term, { argument: indexNumber, by, refuses });
    } else if (sourceNumber !== undefined && value !== undefined) {
      const refuses: Demand['refuses'] = (given, from) => {
        const passed = fixed(given, from);
        return passed === undefined ? undefined : misfit(passed, value);
      };
      add(method.term, { argument: sourceNumber, by, refuses });
    }
  }
  const callers = new Map<Term, Visit<Path>[]>();
  for (const { visit, called } of callsOf(subject)) {
    if (!isAlwaysRun(subject, visit)) continue;
    const same = callers.get(called.term);
    if (same === undefined) callers.set(called.term, [visit]);
    else same.push(visit);
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [callee, demand] = next;
    for (const { term, site } of callers.get(callee) ?? []) {
      const given = term.operands[1][demand.argument];
      const caller = site.method as MethodFacts;
      const argument = given === undefined ? undefined : argumentOf(given, caller);
      if (argument !== undefined) add(caller.term, { ...demand, argument });
    }
  }
  return demands;
});

/** What the Locals hold at each call that gives one to a method with demands. */
const heldAtCalls = perSubject((subject): ReadonlyMap<Term, HeldLocals> => {
  const demands = demandsOf(subject);
  const through = new Map<MethodFacts, Set<Term>>();
  for (const { visit, called } of callsOf(subject)) {
    const { term, site } = visit;
    const given = (demands.get(called.term) ?? []).map(({ argument }) => term.operands[1][argument]);
    if (site.method === undefined || !given.some((each) => each !== undefined && hasLocal(each))) continue;
    const wanted = through.get(site.method) ?? new Set();
    through.set(site.method, wanted.add(term));
  }
  return new Map([...through].flatMap(([{ term }, wanted]) => [...heldLocals(term, wanted)]));
});

function* pastTheEnd(subject: CheckedMachine): Generator<Finding> {
  const fixed = fixedObjects(subject);
  const isUnreached = unreachedIn(subject);
  for (const { visit, source, index } of heldIndexings(subject)) {
    const { term, site } = visit;
    const object = fixed(source, site.scope);
    const value = evaluateConstant(index);
    const wrong = object === undefined || value === undefined ? undefined : misfit(object, value);
    if (wrong === undefined || isUnreached(visit)) continue;
    const [what, other] = wrong;
    yield findingAt(site.table, term, site.method?.path ?? site.scope, `It takes ${what}.`, other && { other });
  }
  const demands = demandsOf(subject);
  for (const { visit, called } of callsOf(subject)) {
    const { term, site } = visit;
    if (subject.names.at(called.path).length > 1) continue;
    for (const { argument, by, refuses } of demands.get(called.term) ?? []) {
      const operand = term.operands[1][argument];
      const held = heldAtCalls(subject).get(term);
      const given = operand && held ? withHeld(operand, held) : operand;
      const wrong = given === undefined ? undefined : refuses(given, site.scope);
      if (wrong === undefined || isUnreached(visit)) continue;
      const [what, other] = wrong;
      const message = `With this Arg${argument}, ${displayName(by)} takes ${what}.`;
      yield findingAt(site.table, term, site.method?.path ?? site.scope, message, other && { other });
      break;
    }
  }
}

/** Operations that only take an Integer, String or Buffer, and how many of their first operands. ACPI 6.5 §19.6 */
const COMPUTES: readonly (readonly [op: Term['op'], operands: number])[] = [
  ...(
    [
      'Add',
      'Subtract',
      'Multiply',
      'Divide',
      'Mod',
      'And',
      'NAnd',
      'Or',
      'NOr',
      'Xor',
      'ShiftLeft',
      'ShiftRight',
    ] as const
  ).map((op) => [op, 2] as const),
  ...(['LAnd', 'LOr', 'LEqual', 'LNotEqual', 'LGreater', 'LLess', 'LGreaterEqual', 'LLessEqual'] as const).map(
    (op) => [op, 2] as const,
  ),
  ...(['Not', 'LNot', 'FindSetLeftBit', 'FindSetRightBit', 'FromBCD', 'ToBCD', 'Increment', 'Decrement'] as const).map(
    (op) => [op, 1] as const,
  ),
  ...(
    ['ToInteger', 'ToBuffer', 'ToString', 'ToHexString', 'ToDecimalString', 'Sleep', 'Stall', 'If', 'While'] as const
  ).map((op) => [op, 1] as const),
  ['Mid', 3],
];

/** Operations on objects of one kind, with what makes it. */
const OF_ONE_KIND: readonly (readonly [op: Term['op'], maker: string])[] = [
  ['Acquire', 'Mutex'],
  ['Release', 'Mutex'],
  ['Wait', 'Event'],
  ['Signal', 'Event'],
  ['Reset', 'Event'],
];

const kindOf = ({ term }: FixedObject): string => (isPackage(term) ? 'Package' : term.op);
const DATA = new Set(['Zero', 'One', 'Ones', 'Byte', 'Word', 'DWord', 'QWord', 'Revision', 'String', 'Buffer']);
const spelled = (kind: string): string => (/^[AEIO]/.test(kind) ? `an ${kind}` : `a ${kind}`);

function* wrongOperands(subject: CheckedMachine): Generator<Finding> {
  const survey = surveyOf(subject);
  const fixed = fixedObjects(subject);
  const isUnreached = unreachedIn(subject);
  const judge = function* (
    visit: Visit,
    operand: Term,
    fits: (kind: string) => boolean,
    wanted: string,
  ): Generator<Finding> {
    const object = fixed(operand, visit.site.scope);
    if (object === undefined || fits(kindOf(object)) || visit.site.method?.guessed || isUnreached(visit)) return;
    const { site, term } = visit;
    const what = object.declared === undefined ? object.what : `${object.what}, ${spelled(kindOf(object))}`;
    const kind = DATA.has(kindOf(object)) ? `${object.what}, which holds data` : what;
    const other = object.declared === undefined ? {} : { other: placeOf(object.declared) };
    yield findingAt(
      site.table,
      term,
      site.method?.path ?? site.scope,
      `${term.op} is given ${kind}, but takes ${wanted}.`,
      other,
    );
  };
  const isData = (kind: string): boolean => DATA.has(kind);
  for (const [op, count] of COMPUTES) {
    for (const visit of survey.visits(op) as readonly Visit[])
      for (const operand of (visit.term.operands as readonly Term[]).slice(0, count))
        yield* judge(visit, operand, isData, 'an Integer, String or Buffer');
  }
  for (const [op, maker] of OF_ONE_KIND) {
    for (const visit of survey.visits(op) as readonly Visit[])
      yield* judge(visit, visit.term.operands[0] as Term, (kind) => kind === maker, spelled(maker));
  }
  for (const visit of survey.visits('Match'))
    yield* judge(visit, visit.term.operands[0], (kind) => kind === 'Package', 'a Package');
  for (const visit of survey.visits('Index')) {
    const fits = (kind: string) => kind === 'Package' || kind === 'Buffer' || kind === 'String';
    yield* judge(visit, visit.term.operands[0], fits, 'a Package, Buffer or String');
  }
  for (const visit of survey.visits('SizeOf')) {
    const fits = (kind: string) => kind === 'Package' || DATA.has(kind);
    yield* judge(visit, visit.term.operands[0], fits, 'a Package, Buffer or String');
  }
}

/** Statements that are values, at the level of a table: consecutive ones are one finding. */
function* strayValues(subject: CheckedMachine): Generator<Finding> {
  for (const { terms, site } of surveyOf(subject).blocks) {
    // Where calls were guessed, a value may be an argument.
    if (site.method !== undefined || (site.table.decoded?.guesses.length ?? 0) > 0) continue;
    let first: Term | undefined;
    let count = 0;
    for (const term of [...terms, undefined]) {
      if (term !== undefined && (DATA.has(term.op) || isPackage(term))) {
        first ??= term;
        count++;
        continue;
      }
      if (first !== undefined) {
        const many = count === 1 ? '' : ` ${count - 1} more ${count === 2 ? 'value follows' : 'values follow'} it.`;
        const message = `${first.op} is here as a statement, which does nothing.${many}`;
        yield findingAt(site.table, first, site.scope, message);
      }
      [first, count] = [undefined, 0];
    }
  }
}

/** What is wrong with the operands of operations. */
export const OPERAND_RULES: readonly Rule[] = [
  {
    code: 'AML_INDEX_RANGE',
    family: 'aml',
    severity: 'error',
    what: 'A constant index is past the end of a Package, Buffer or String of known length. The index may be written there, held by a Local or passed by a caller.',
    why: 'It gives AE_AML_PACKAGE_LIMIT, AE_AML_BUFFER_LIMIT or AE_AML_STRING_LIMIT, and the method is aborted.',
    cure: 'Correct the index, or make the object large enough.',
    source: 'ACPI 6.5 §19.6 (Index); ACPICA exoparg2.c',
    find: pastTheEnd,
  },
  {
    code: 'AML_OPERAND_TYPE',
    family: 'aml',
    severity: 'error',
    what: 'An operand has the wrong type, such as a Package in arithmetic, or a Name where Acquire expects a Mutex.',
    why: 'It gives AE_AML_OPERAND_TYPE or AE_TYPE, and the method is aborted.',
    cure: 'Use the element, field or object that was intended.',
    source: 'ACPI 6.5 §19.3.5, §19.6; iasl error 6058',
    find: wrongOperands,
  },
  {
    code: 'AML_STRAY_VALUE',
    family: 'aml',
    severity: 'warning',
    what: 'A constant is a statement at the top level of a table, outside methods.',
    why: 'It does nothing, and no ASL compiles to it: the program that wrote the table wrote a term too many, or left out an operand of the term before.',
    cure: 'Check the operands of the term before it, and remove the value.',
    source: 'ACPI 6.5 §20.2.5 (TermObj)',
    find: strayValues,
  },
];
