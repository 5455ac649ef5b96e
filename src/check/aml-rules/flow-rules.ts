import { displayName, type Term } from '../../aml/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type Declared, placeOf } from '../subject/machine-names.js';
import { certainty, flowOf, unreachableIn } from './facts/flow.js';
import { callsOf, surveyOf } from './facts/survey.js';
import { findingAt } from './finding.js';

/** What a compiler leaves behind a Return by itself. */
const HARMLESS = new Set(['Noop', 'Else', 'External']);

function* unreachable(subject: CheckedMachine): Generator<Finding> {
  for (const { terms, site } of surveyOf(subject).blocks) {
    if (site.method === undefined || site.method.guessed) continue;
    const dead = unreachableIn(terms).filter(({ op }) => !HARMLESS.has(op));
    const [first] = dead;
    if (first === undefined || onlyReturns(dead) || flowOf(terms).unknown) continue;
    const released = dead.find(({ op }) => op === 'Release');
    const lost = released === undefined ? '' : ' A Release is among them, so that the mutex stays held.';
    const message = `This ${first.op} and everything after it is never reached: the statement before it always leaves.${lost}`;
    yield findingAt(
      site.table,
      first,
      site.method.path,
      message,
      released === undefined ? {} : { severity: 'warning' },
    );
  }
}

/** A Return behind a Return, or a Break behind one, as compilers of Switch and careful people write them. */
function onlyReturns(terms: readonly Term[]): boolean {
  return terms.every(({ op }) => op === 'Return' || op === 'Break');
}

function* endless(subject: CheckedMachine): Generator<Finding> {
  for (const { term, site } of surveyOf(subject).visits('While')) {
    const [predicate, body] = term.operands;
    const flow = flowOf(body);
    if (flow.unknown || certainty(predicate) !== true || flow.breaks || flow.returns) continue;
    const path = site.method?.path ?? site.scope;
    // An empty loop stops the machine on purpose, as assertions do.
    const severity = body.length === 0 ? 'warning' : 'error';
    yield findingAt(
      site.table,
      term,
      path,
      'The condition of this While is constant, and nothing inside leaves the loop.',
      {
        severity,
      },
    );
  }
}

function* outsideOfLoops(subject: CheckedMachine): Generator<Finding> {
  const survey = surveyOf(subject);
  for (const { term, site } of [...survey.visits('Break'), ...survey.visits('Continue')]) {
    if (site.loop !== undefined || site.method?.guessed) continue;
    yield findingAt(site.table, term, site.method?.path ?? site.scope, `${term.op} is not inside a While.`);
  }
}

/** Whether a method can reach its end and never returns a value. */
function returnsNothing({ term }: Declared): boolean {
  if (term.op !== 'Method') return false;
  const flow = flowOf(term.operands[2]);
  return !flow.returns && !flow.unknown && flow.falls;
}

function* valueOfNothing(subject: CheckedMachine): Generator<Finding> {
  for (const { visit, called } of callsOf(subject)) {
    const { term, site, role } = visit;
    if (role !== 'TermArg' || !returnsNothing(called) || subject.names.at(called.path).length > 1) continue;
    const path = site.method?.path ?? site.scope;
    const message = `The value of ${displayName(term.operands[0])} is used here, but the method returns none.`;
    yield findingAt(site.table, term, path, message, { other: placeOf(called) });
  }
}

/** What is wrong with the way in which methods run. */
export const FLOW_RULES: readonly Rule[] = [
  {
    code: 'AML_UNREACHABLE',
    family: 'aml',
    severity: 'note',
    what: 'Statements follow a Return, Break or Continue that is always reached. A warning if a Release is among them.',
    why: 'They never run. If they include a Release, the mutex stays held until the thread’s outermost method ends.',
    cure: 'Move them before it, or remove them.',
    source: 'iasl warning 3134',
    find: unreachable,
  },
  {
    code: 'AML_ENDLESS_LOOP',
    family: 'aml',
    severity: 'error',
    what: 'A While has a constant condition, and no Break or Return. A warning if its body is empty, as in an assertion.',
    why: 'It runs until the OS stops it: Linux after 30 seconds, with AE_AML_LOOP_TIMEOUT.',
    cure: 'Give it a condition that changes, and limit the number of iterations.',
    source: 'ACPI 6.5 §19.6 (While); ACPICA dscontrol.c',
    find: endless,
  },
  {
    code: 'AML_OUTSIDE_LOOP',
    family: 'aml',
    severity: 'error',
    what: 'Break or Continue is not inside a While.',
    why: 'There is no loop to leave: ACPICA gives AE_AML_NO_WHILE and aborts the method.',
    cure: 'Use Return, or put an If around the statements to skip.',
    source: 'ACPI 6.5 §19.6 (Break, Continue)',
    find: outsideOfLoops,
  },
  {
    code: 'AML_VALUE_OF_NOTHING',
    family: 'aml',
    severity: 'note',
    what: 'The value of a method is used, but the method never returns one.',
    why: 'This causes AE_AML_NO_RETURN_VALUE; Linux uses whatever the method computed last, unless it runs with acpi=strict.',
    cure: 'Return a value from every path of the method.',
    source: 'ACPI 6.5 §19.6 (Return); iasl error 6080',
    find: valueOfNothing,
  },
];
