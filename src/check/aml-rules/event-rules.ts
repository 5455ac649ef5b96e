import { bodyOf, displayName, type Term } from '../../aml/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import { storedTo } from './facts/fixed-objects.js';
import { knownNames } from './facts/known-names.js';
import { type MethodFacts, surveyOf } from './facts/survey.js';
import { unreachedIn } from './facts/unreached.js';
import { findingAt, listed } from './finding.js';

/** What the OS has handlers for. ACPI 6.5 §19.6 (Notify) */
const NOTIFIED = new Set(['Device', 'Processor', 'ThermalZone', 'Alias', 'External']);

/** What may hold a reference to a device while it runs. */
const MAY_REFER = new Set(['Name', 'Method']);

function* wrongTargets(subject: CheckedMachine): Generator<Finding> {
  let stored: ReadonlySet<string> | undefined;
  for (const { term, site } of surveyOf(subject).visits('Notify')) {
    const [target] = term.operands;
    if (target.op !== 'Path') continue;
    const object = subject.names.find(target.operands[0], site.scope);
    if (object === undefined || NOTIFIED.has(object.term.op)) continue;
    stored ??= storedTo(subject);
    const holdsData = object.term.op === 'Name' && object.term.operands[1].op !== 'Path' && !stored.has(object.path);
    if (MAY_REFER.has(object.term.op) && !holdsData) continue;
    const message = `The target of Notify is ${displayName(object.path)}, which is declared by ${object.term.op}.`;
    yield findingAt(site.table, term, site.method?.path ?? site.scope, message, { other: placeOf(object) });
  }
}

/** A handler of a general-purpose event, and its number. */
interface Handler {
  readonly method: MethodFacts;
  readonly number: string;
}

const HANDLER = /^\\_GPE\._([LE])(..)$/;

function handlers(subject: CheckedMachine): Handler[] {
  return surveyOf(subject).methods.flatMap((method) => {
    const [, , number] = HANDLER.exec(method.path) ?? [];
    return number === undefined ? [] : [{ method, number }];
  });
}

function* twoHandlers(subject: CheckedMachine): Generator<Finding> {
  const first = new Map<string, MethodFacts>();
  for (const { method, number } of handlers(subject)) {
    const before = first.get(number);
    if (before === undefined || before.path === method.path || before.conditional || method.conditional) {
      if (before === undefined) first.set(number, method);
      continue;
    }
    const message = `GPE 0x${number} has ${displayName(method.path)} and ${displayName(before.path)}.`;
    const other = { file: before.table.file, offsetBytes: before.term.start, path: displayName(before.path) };
    yield findingAt(method.table, method.term, method.path, message, { other });
  }
}

function* badNumbers(subject: CheckedMachine): Generator<Finding> {
  for (const { method, number } of handlers(subject)) {
    if (/^[0-9A-F]{2}$/.test(number)) continue;
    const message = `${displayName(method.path)} looks like the handler of an event, but "${number}" is not a hex number.`;
    yield findingAt(method.table, method.term, method.path, message);
  }
}

/** Handlers that do nothing at all: they tell nobody, call nothing and store nothing. */
function* idleHandlers(subject: CheckedMachine): Generator<Finding> {
  for (const { method } of handlers(subject)) {
    const body = method.term.operands[2];
    if (body.some((term) => !isIdle(term))) continue;
    const message = `${displayName(method.path)} is run for its event and does nothing.`;
    yield findingAt(method.table, method.term, method.path, message);
  }
}

/** What the OS runs for an event: of a GPE, or of a query of an embedded controller. ACPI 6.5 §5.6.4 */
const EVENT_METHOD = /(?:^\\_GPE\._[LE]|\._Q)[0-9A-F]{2}$/;

/** Handlers of events whose only statements use what no table declares. */
function* lostHandlers(subject: CheckedMachine): Generator<Finding> {
  if (subject.dsdt === undefined || subject.tables.length < 2) return;
  const names = knownNames(subject);
  const isUnreached = unreachedIn(subject);
  for (const method of surveyOf(subject).methods) {
    const { path, term, table, conditional } = method;
    const body = term.operands[2];
    if (conditional || body.length === 0 || !EVENT_METHOD.test(path)) continue;
    const site = { table, scope: path, method, conditional: false, loop: undefined };
    const lost: string[] = [];
    const isLost = (statement: Term): boolean => {
      if (isIdle(statement) || isUnreached({ term: statement, site })) return true;
      if (statement.op === 'If' || statement.op === 'Else') return (bodyOf(statement) ?? []).every(isLost);
      const target = statement.op === 'Notify' ? statement.operands[0] : statement;
      if (target.op !== 'Path' || names.finds(target.operands[0], path)) return false;
      lost.push(displayName(target.operands[0]));
      return true;
    };
    // What asks CondRefOf first is written for machines with and without the object.
    if (!body.every(isLost) || lost.length === 0) continue;
    const message = `${displayName(path)} only uses ${listed([...new Set(lost)])}, which none of the ${subject.tables.length} tables given declares.`;
    yield findingAt(table, term, path, message);
  }
}

function isIdle(term: Term): boolean {
  return term.op === 'Noop' || (term.op === 'Return' && ['Zero', 'One', 'Byte', 'Null'].includes(term.operands[0].op));
}

/** What is wrong with events. */
export const EVENT_RULES: readonly Rule[] = [
  {
    code: 'AML_NOTIFY_TARGET',
    family: 'aml',
    severity: 'error',
    what: 'The target of Notify is not a device, processor or thermal zone.',
    why: 'This causes AE_AML_OPERAND_TYPE: the method is aborted, and no driver is notified.',
    cure: 'Name the Device whose driver should be notified.',
    source: 'ACPI 6.5 §19.6 (Notify); ACPICA exoparg2.c',
    find: wrongTargets,
  },
  {
    code: 'AML_GPE_TWICE',
    family: 'aml',
    severity: 'error',
    what: 'One general-purpose event has both a _Lxx and an _Exx.',
    why: 'An event is either level- or edge-triggered: the OS uses one handler, and the other never runs.',
    cure: 'Keep the one that matches the event, and merge the other into it.',
    source: 'ACPI 6.5 §5.6.4.1; ACPICA evgpeinit.c',
    find: twoHandlers,
  },
  {
    code: 'AML_GPE_NUMBER',
    family: 'aml',
    severity: 'warning',
    what: 'A method in \\_GPE is named like a handler, but _L or _E is not followed by two upper-case hex digits.',
    why: 'The OS ignores it, so the event has no handler.',
    cure: 'Name it _Lxx or _Exx, where xx is the event’s number in hex.',
    source: 'ACPI 6.5 §5.6.4.1',
    find: badNumbers,
  },
  {
    code: 'AML_GPE_IDLE',
    family: 'aml',
    severity: 'note',
    what: 'The handler of a general-purpose event does nothing.',
    why: 'The OS enables the event because of it. If nothing removes the cause, a level-triggered event fires again at once: an interrupt storm.',
    cure: 'Notify a device, or remove the method.',
    source: 'ACPI 6.5 §5.6.4.1',
    find: idleHandlers,
  },
  {
    code: 'AML_HANDLER_LOST',
    family: 'aml',
    severity: 'warning',
    what: 'The handler of a general-purpose event or of an embedded controller’s query only uses objects that no table of the machine declares.',
    why: 'The event is enabled, but its handler ends with AE_NOT_FOUND, and no driver is notified.',
    cure: 'Check all tables of the machine together; if none of them has it, remove the handler.',
    source: 'ACPI 6.5 §5.6.4',
    find: lostHandlers,
  },
];
