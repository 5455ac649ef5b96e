import { displayName, joinPath, lookUp } from '../../aml/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { Subject } from '../subject/subject.js';
import { surveyOf, type Visit } from './facts/survey.js';
import { findingAt } from './finding.js';

/** Whether the tables look like all of a machine: what points at them is given too. */
const POINTERS = new Set(['FACP', 'XSDT', 'RSDT']);

/** What ACPI itself defines. ACPI 6.5 §5.3.1, §5.7 */
const PREDEFINED = new Set([
  '\\',
  '\\_SB_',
  '\\_GPE',
  '\\_PR_',
  '\\_TZ_',
  '\\_SI_',
  '\\_GL_',
  '\\_REV',
  '\\_OS_',
  '\\_OSI',
]);

/** A handler of a general-purpose event: the OS runs it, whatever other methods have asked before. */
const HANDLER = /^\\_GPE\._[LE]..$/;

/** The handler that something stands in; undefined for anything else. */
const handlerOf = ({ site }: Visit): string | undefined =>
  site.method !== undefined && HANDLER.test(site.method.path) ? site.method.path : undefined;

const NONE: ReadonlySet<string> = new Set();

/** Names whose absence is provided for by CondRefOf: in any code, or in one handler. The code is walked once. */
function askedNames(subject: Subject): (handler?: string) => ReadonlySet<string> {
  const asked = new Map<string | undefined, Set<string>>();
  const ask = (handler: string | undefined, name: string) => {
    const names = asked.get(handler);
    if (names === undefined) asked.set(handler, new Set([name]));
    else names.add(name);
  };
  for (const visit of surveyOf(subject).visits('CondRefOf')) {
    const [object] = visit.term.operands;
    if (object.op !== 'Path') continue;
    const [name] = object.operands;
    const path = joinPath(visit.site.scope, name);
    for (const handler of new Set([undefined, handlerOf(visit)])) {
      ask(handler, path);
      if (name.length === 4) ask(handler, name);
    }
  }
  return (handler) => asked.get(handler) ?? NONE;
}

function isProvided(asked: ReadonlySet<string>, name: string, path: string): boolean {
  if (asked.size === 0) return false;
  if (asked.has(name)) return true;
  for (let at = path; at.length > 1; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) if (asked.has(at)) return true;
  return false;
}

/** A name that some code uses, and where. */
type Use = readonly [name: string, visit: Visit];

/** Uses of names that no table declares, each name once; what only might be missing is left out. */
function* unknownUses({ names }: Subject, uses: Iterable<Use>, askedIn: (handler?: string) => ReadonlySet<string>) {
  const seen = new Set<string>();
  for (const [name, visit] of uses) {
    const { site, parent } = visit;
    if (name === '' || parent?.op === 'CondRefOf' || names.find(name, site.scope) !== undefined) continue;
    const path = joinPath(site.scope, name);
    const key = name.length === 4 ? name : path;
    if (seen.has(key) || PREDEFINED.has(name.length === 4 ? `\\${name}` : path) || isOpened(path, names)) continue;
    if (isProvided(askedIn(handlerOf(visit)), name, path)) continue;
    seen.add(key);
    yield { name, path, visit };
  }
}

function* missing(subject: Subject): Generator<Finding> {
  const { tables, dsdt } = subject;
  if (dsdt === undefined) return;
  if (tables.length < 2) {
    yield* missingInHandlers(subject);
    return;
  }
  const whole = tables.some(({ header }) => POINTERS.has(header.signature));
  const survey = surveyOf(subject);
  const uses: Iterable<Use> = [
    ...survey.visits('Scope').map((visit) => [visit.term.operands[0], visit] as const),
    ...survey.visits('Path').map((visit) => [visit.term.operands[0], visit] as const),
  ];
  for (const { name, visit } of unknownUses(subject, uses, askedNames(subject))) {
    const { term, site } = visit;
    const from = site.method === undefined ? 'when the table is loaded' : 'when that runs';
    const severity = whole ? (site.method === undefined ? 'error' : 'warning') : 'note';
    yield findingAt(
      site.table,
      term,
      site.scope,
      `${displayName(name)} is named here, and none of the ${tables.length} tables given declares it, so that the OS does not find it ${from}.`,
      { severity },
    );
  }
}

/**
 * What handlers of events notify, in a DSDT that is given alone: any other name may well be an SSDT's, but of a
 * notification that fails nobody hears.
 */
function* missingInHandlers(subject: Subject): Generator<Finding> {
  const survey = surveyOf(subject);
  const externals = survey.visits('External');
  const elsewhere = new Map(externals.map((visit) => [joinPath(visit.site.scope, visit.term.operands[0]), visit]));
  const uses = survey.visits('Notify').flatMap((visit): Use[] => {
    const [target] = visit.term.operands;
    return target.op === 'Path' && handlerOf(visit) !== undefined ? [[target.operands[0], visit]] : [];
  });
  for (const { name, visit } of unknownUses(subject, uses, askedNames(subject))) {
    const { term, site } = visit;
    if (lookUp(elsewhere, site.scope, name) !== undefined) continue;
    const handler = handlerOf(visit) as string;
    yield findingAt(
      site.table,
      term,
      handler,
      `${displayName(handler)} notifies ${displayName(name)}, which this table does not declare: if no SSDT does either, the event ends in AE_NOT_FOUND and no driver hears of it.`,
      {
        severity: 'note',
        cure: 'Give the SSDTs too, so that they are looked at; if none of them has it, name the Device that is meant.',
      },
    );
  }
}

/** A path that ends in `^` alone, or in a scope that is there because something is declared in it. */
function isOpened(path: string, names: Subject['names']): boolean {
  return path === '\\' || names.at(path).length > 0;
}

/** Names that are used and nowhere declared. */
export const MISSING_NAMES: Rule = {
  code: 'AML_NAME_MISSING',
  family: 'aml',
  severity: 'warning',
  what: 'A name is used that no table of the machine declares. Looked for where a DSDT and other tables are given; of a DSDT alone, in what handlers of events notify. An error at the level of a table, a note where neither FADT nor XSDT shows that the set is whole.',
  why: 'The use gives AE_NOT_FOUND: at the level of a table loading skips that part, in a method the method is aborted.',
  cure: 'Give all tables of the machine; if it is not among them, declare it, or ask CondRefOf before using it.',
  source: 'ACPI 6.5 §5.3',
  find: missing,
};
