import { displayName, integerValue, joinPath, type Op, type Term } from '../../aml/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { callsOf, DECLARES, type MethodFacts, madeNames, type Register, surveyOf, type Visit } from './facts/survey.js';
import { findingAt, listed } from './finding.js';

/** Operations that let another thread into the interpreter while a method is half-way. ACPI 6.5 §5.5.2.4 */
const WAITS = ['Sleep', 'Acquire', 'Wait'] as const;

/** Of each method, the last place where it can be left for another thread, itself or in what it calls. */
function lastWaits(subject: CheckedMachine): ReadonlyMap<MethodFacts, number> {
  const survey = surveyOf(subject);
  const last = new Map<MethodFacts, number>();
  const byTerm = new Map(survey.methods.map((method) => [method.term, method]));
  const note = (method: MethodFacts, at: number) => last.set(method, Math.max(at, last.get(method) ?? -1));
  for (const op of WAITS)
    for (const { term, site } of survey.visits(op)) if (site.method !== undefined) note(site.method, term.start);
  const callers = new Map<MethodFacts, [caller: MethodFacts, at: number][]>();
  for (const { visit, called } of callsOf(subject)) {
    const [caller, callee] = [visit.site.method, byTerm.get(called.term as Op<'Method'>)];
    if (caller === undefined || callee === undefined) continue;
    const same = callers.get(callee);
    if (same === undefined) callers.set(callee, [[caller, visit.term.start]]);
    else same.push([caller, visit.term.start]);
  }
  const open = [...last.keys()];
  for (let method = open.pop(); method !== undefined; method = open.pop()) {
    for (const [caller, at] of callers.get(method) ?? []) {
      if (!last.has(caller)) open.push(caller);
      note(caller, at);
    }
  }
  return last;
}

/** Methods that acquire a mutex before they make their first name, so that others wait outside. */
function guarded(subject: CheckedMachine): ReadonlySet<MethodFacts> {
  const found = new Set<MethodFacts>();
  for (const { term, site } of surveyOf(subject).visits('Acquire')) {
    const first = site.method?.makes[0];
    if (site.method !== undefined && first !== undefined && term.start < first.start) found.add(site.method);
  }
  return found;
}

function* notSerialized(subject: CheckedMachine): Generator<Finding> {
  const waits = lastWaits(subject);
  const locked = guarded(subject);
  for (const method of surveyOf(subject).methods) {
    const { path, term, table, serialized, makes } = method;
    const [first] = makes;
    if (serialized || first === undefined) continue;
    const names = listed(makes.flatMap(madeNames).map(displayName));
    const waitsThen = (waits.get(method) ?? -1) > first.start && !locked.has(method);
    const when = waitsThen ? ' After that it can wait, which lets a second caller in.' : '';
    const message = `It is not Serialized but makes ${names === '' ? 'named objects' : names}.${when}`;
    yield findingAt(table, term, path, message);
  }
}

/** Methods that make a named object and call themselves: the inner run makes it again. */
function* recursive(subject: CheckedMachine): Generator<Finding> {
  const seen = new Set<MethodFacts>();
  /** What each such method makes first, whatever happens: its body is searched once, however often it calls itself. */
  const firstMade = new Map<MethodFacts, Term | undefined>();
  for (const { visit, called } of callsOf(subject)) {
    const { term, site } = visit;
    const { method } = site;
    if (method === undefined || called.term !== method.term || seen.has(method)) continue;
    if (!firstMade.has(method))
      firstMade.set(
        method,
        method.term.operands[2].find(({ op }) => DECLARES.has(op)),
      );
    const made = firstMade.get(method);
    if (made === undefined || made.start > term.start) continue;
    seen.add(method);
    const names = listed(madeNames(made).map(displayName));
    yield findingAt(site.table, term, method.path, `It calls itself here, after creating ${names}.`);
  }
}

function* unsetArguments(subject: CheckedMachine): Generator<Finding> {
  for (const { path, table, argumentCount, args, guessed } of surveyOf(subject).methods) {
    for (const [number, register] of args) {
      const read = unset(register);
      if (guessed || number < argumentCount || read === undefined) continue;
      const count = argumentCount === 1 ? '1 argument' : `${argumentCount} arguments`;
      yield findingAt(table, read, path, `Arg${number} is read, but the method is declared with ${count}.`);
    }
  }
}

function* unsetLocals(subject: CheckedMachine): Generator<Finding> {
  for (const { path, table, locals, guessed } of surveyOf(subject).methods) {
    for (const [number, register] of locals) {
      const read = unset(register);
      if (guessed || read === undefined) continue;
      const set = register.stored ? 'it is set only further down' : 'nothing in the method sets it';
      const message = `Local${number} is read, but ${set}.`;
      yield findingAt(table, read, path, message, isIdleStore(register) ? { severity: 'note' } : {});
    }
  }
}

/** Store (Local0, Local0), which people write where a method has nothing to do. */
function isIdleStore({ readFirst, readBy }: Register): boolean {
  if (readFirst?.op !== 'Local' || readBy?.op !== 'Store') return false;
  const [, target] = readBy.operands;
  return target.op === 'Local' && target.operands[0] === readFirst.operands[0];
}

/** The read of a Local or Arg that comes before any store, if there is one for certain. */
function unset({ readFirst, inLoop, stored }: Register): Term | undefined {
  return inLoop && stored ? undefined : readFirst;
}

/** Mutex levels have four bits; the rest of the byte is lost. */
function* mutexLevels(subject: CheckedMachine): Generator<Finding> {
  for (const { term, site } of surveyOf(subject).visits('Mutex')) {
    const [name, flags] = term.operands;
    if (flags <= 15) continue;
    const path = joinPath(site.scope, name);
    yield findingAt(
      site.table,
      term,
      path,
      `Its sync level byte is ${flags}; the OS uses only the low four bits, ${flags & 15}.`,
    );
  }
}

/** What is acquired in a list, in order, while something of a higher level is held. Lists within it are looked at by themselves. */
function* mutexOrder(subject: CheckedMachine): Generator<Finding> {
  for (const { terms, site } of surveyOf(subject).blocks) {
    if (!terms.some(acquiredBy)) continue;
    const held: { readonly level: number; readonly path: string }[] = [];
    if (site.method !== undefined && site.method.syncLevel > 0 && site.method.serialized)
      held.push({ level: site.method.syncLevel, path: site.method.path });
    for (const term of terms) {
      const acquired = acquiredBy(term);
      const object = acquired?.operands[0] ?? (term.op === 'Release' ? term.operands[0] : undefined);
      if (object?.op !== 'Path') continue;
      const mutex = subject.names.find(object.operands[0], site.scope);
      if (mutex?.term.op !== 'Mutex') continue;
      const at = held.findIndex(({ path }) => path === mutex.path);
      if (acquired === undefined) {
        if (at >= 0) held.splice(at, 1);
        continue;
      }
      const level = mutex.term.operands[1] & 15;
      const above = held.find((each) => each.level > level && each.path !== mutex.path);
      if (above !== undefined && site.method !== undefined) {
        const message = `It acquires ${displayName(mutex.path)} of sync level ${level} while it holds ${displayName(above.path)} of level ${above.level}.`;
        yield findingAt(site.table, term, site.method.path, message);
      }
      if (at < 0) held.push({ level, path: mutex.path });
    }
  }
}

/** The Acquire that a statement is, or whose result it stores. */
function acquiredBy(term: Term): Op<'Acquire'> | undefined {
  if (term.op === 'Acquire') return term;
  return term.op === 'Store' && term.operands[0].op === 'Acquire' ? term.operands[0] : undefined;
}

const FOREVER = 0xffff;

function* uncheckedAcquire(subject: CheckedMachine): Generator<Finding> {
  for (const { term, site, role } of surveyOf(subject).visits('Acquire')) {
    const [object, timeout] = term.operands;
    if (role !== 'TermList' || timeout === FOREVER) continue;
    const name = object.op === 'Path' ? displayName(object.operands[0]) : 'a mutex';
    const path = site.method?.path ?? site.scope;
    const message = `It waits ${timeout} ms for ${name} but does not check whether it got it.`;
    yield findingAt(site.table, term, path, message);
  }
}

/** ACPI 6.5 §19.6 (Stall) has 100 µs as the most; ACPICA refuses over 255. */
const STALL_MOST = 100n;
const STALL_REFUSED = 255n;

function* longStalls(subject: CheckedMachine): Generator<Finding> {
  for (const { term, site } of surveyOf(subject).visits('Stall')) {
    const time = integerValue(term.operands[0]);
    if (time === undefined || time <= STALL_MOST) continue;
    const path = site.method?.path ?? site.scope;
    const refused = time > STALL_REFUSED;
    const effect = refused ? 'which Linux refuses: the method is aborted' : 'over the 100 that are allowed';
    const message = `It stalls for ${time} µs, ${effect}.`;
    yield findingAt(site.table, term, path, message, refused ? { severity: 'error' } : {});
  }
}

/** Operations whose only effect is what they put into their target. */
const PURE = [
  ...(['Add', 'Subtract', 'Multiply', 'And', 'NAnd', 'Or', 'NOr', 'Xor', 'Not', 'ShiftLeft', 'ShiftRight'] as const),
  ...(['Mod', 'Concatenate', 'FindSetLeftBit', 'FindSetRightBit', 'ToInteger', 'ToBuffer', 'ToHexString'] as const),
  ...(['LAnd', 'LOr', 'LNot', 'LEqual', 'LNotEqual', 'LGreater', 'LLess', 'LGreaterEqual', 'LLessEqual'] as const),
] as const;

const PURE_OPS = new Set<string>(PURE);

/** Whether evaluating an operand does nothing else: constants, Locals, Args, names that are no calls, and pure operations. */
function isIdle(subject: CheckedMachine, term: Term, scope: string): boolean {
  if (term.op === 'Path') {
    const [name, args] = term.operands;
    return args.length === 0 && subject.names.find(name, scope)?.term.op !== 'Method';
  }
  if (term.op === 'Null' || term.op === 'Local' || term.op === 'Arg' || integerValue(term) !== undefined) return true;
  return PURE_OPS.has(term.op) && (term.operands as readonly Term[]).every((each) => isIdle(subject, each, scope));
}

function* withoutEffect(subject: CheckedMachine): Generator<Finding> {
  const survey = surveyOf(subject);
  for (const op of PURE) {
    for (const { term, site, role } of survey.visits(op) as readonly Visit[]) {
      if (role !== 'TermList' || site.method?.guessed || !isIdle(subject, term, site.scope) || isTargeted(term))
        continue;
      const path = site.method?.path ?? site.scope;
      yield findingAt(site.table, term, path, `The result of ${op} is not used.`);
    }
  }
}

/** Whether an operation puts its result somewhere. */
function isTargeted(term: Term): boolean {
  const target = (term.operands as readonly Term[]).at(-1);
  return !term.op.startsWith('L') && target?.op !== 'Null';
}

/** What is wrong with methods as such, and with single operations in them. */
export const METHOD_RULES: readonly Rule[] = [
  {
    code: 'AML_METHOD_NOT_SERIALIZED',
    family: 'aml',
    severity: 'note',
    what: 'A method makes named objects but is not Serialized. The finding says so if the method can also wait after that (Sleep, Acquire or Wait) without holding a mutex.',
    why: 'Each name can exist only once, so a second thread that enters the method gets AE_ALREADY_EXISTS. Linux serializes such methods itself when it loads them; other systems may not.',
    cure: 'Declare it Serialized, or use Locals.',
    source: 'ACPI 6.5 §5.5.2.4, §19.6 (Method); iasl remark 2120',
    find: notSerialized,
  },
  {
    code: 'AML_METHOD_RECURSIVE',
    family: 'aml',
    severity: 'error',
    what: 'A method calls itself after creating a named object.',
    why: 'The inner call creates the object again, which causes AE_ALREADY_EXISTS.',
    cure: 'Use Locals, or create the object outside the method.',
    source: 'ACPI 6.5 §5.5.2.3',
    find: recursive,
  },
  {
    code: 'AML_ARGUMENT_UNSET',
    family: 'aml',
    severity: 'error',
    what: 'A method reads an argument that it does not declare and has not stored to.',
    why: 'Callers pass only as many arguments as are declared, so the read causes AE_AML_UNINITIALIZED_ARG. A generator that writes a count of 8 into three bits declares none.',
    cure: 'Declare the method with as many arguments as it uses, at most 7.',
    source: 'ACPI 6.5 §19.6 (Method), §20.2.5.2',
    find: unsetArguments,
  },
  {
    code: 'AML_LOCAL_UNSET',
    family: 'aml',
    severity: 'warning',
    what: 'A method reads a Local before anything sets it. A note for Store (Local0, Local0), which does nothing.',
    why: 'The read causes AE_AML_UNINITIALIZED_LOCAL; Linux returns 0 unless it runs with acpi=strict.',
    cure: 'Set it first, or use the intended Local.',
    source: 'ACPI 6.5 §19.6 (Localx); iasl error 6066',
    find: unsetLocals,
  },
  {
    code: 'AML_MUTEX_LEVEL',
    family: 'aml',
    severity: 'error',
    what: 'A Mutex has a sync level above 15.',
    why: 'The level has four bits, so the OS sees a different one and orders locks by that.',
    cure: 'Use a level from 0 to 15.',
    source: 'ACPI 6.5 §20.2.5.2 (SyncFlags)',
    find: mutexLevels,
  },
  {
    code: 'AML_MUTEX_ORDER',
    family: 'aml',
    severity: 'error',
    what: 'A Mutex is acquired while a higher sync level is held, by an Acquire or by a Serialized method.',
    why: 'Acquire then causes AE_AML_MUTEX_ORDER, and the method is aborted with the first mutex still held.',
    cure: 'Acquire in ascending order of sync levels, or give both the same level.',
    source: 'ACPI 6.5 §19.6 (Acquire)',
    find: mutexOrder,
  },
  {
    code: 'AML_ACQUIRE_UNCHECKED',
    family: 'aml',
    severity: 'note',
    what: 'Acquire has a timeout, but its result is not checked.',
    why: 'After the timeout the method continues without the lock while another thread holds it, and its Release then fails.',
    cure: 'Return if Acquire returns True, or wait forever (0xFFFF).',
    source: 'ACPI 6.5 §19.6 (Acquire); iasl warning 3130',
    find: uncheckedAcquire,
  },
  {
    code: 'AML_STALL_LONG',
    family: 'aml',
    severity: 'note',
    what: 'Stall is called with more than 100 µs. An error above 255.',
    why: 'The processor is kept busy. Above 255, ACPICA gives AE_AML_OPERAND_VALUE and aborts the method.',
    cure: 'Use Sleep, which takes milliseconds.',
    source: 'ACPI 6.5 §19.6 (Stall); ACPICA exsystem.c',
    find: longStalls,
  },
  {
    code: 'AML_NO_EFFECT',
    family: 'aml',
    severity: 'warning',
    what: 'A computation or a comparison is a statement whose result is not used.',
    why: 'It does nothing. Most often the target was forgotten: And (CAPB, 0xFE) leaves CAPB as it is.',
    cure: 'Give it a target, or remove it.',
    source: 'iasl error 6114',
    find: withoutEffect,
  },
];
