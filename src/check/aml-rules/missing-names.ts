import { displayName, joinPath, lookUp } from '../../aml/index.js';
import { isLoneName } from '../../aml/namespace/namespace.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type KnownNames, knownNames, parentOf } from './facts/known-names.js';
import { surveyOf, type Visit } from './facts/survey.js';
import { unreachedIn } from './facts/unreached.js';
import { findingAt } from './finding.js';

/** Tables that point at others: with one of them, the set looks like all of a machine. */
const POINTERS = new Set(['FACP', 'XSDT', 'RSDT']);

/** A handler of a general-purpose event. The OS runs it, whatever other methods have asked before. */
const HANDLER = /^\\_GPE\._[LE]..$/;

const isInHandler = ({ site }: Visit): boolean => site.method !== undefined && HANDLER.test(site.method.path);

/**
 * Missing names that code asks CondRefOf for, by each path that they can mean, with their missing parents. Of each, the
 * methods that ask: another method may run only after one of them, or test a flag that it left.
 */
function askedNames(subject: CheckedMachine, names: KnownNames): ReadonlyMap<string, ReadonlySet<unknown>> {
  const asked = new Map<string, Set<unknown>>();
  const ask = (path: string, method: unknown) => {
    const methods = asked.get(path);
    if (methods === undefined) asked.set(path, new Set([method]));
    else methods.add(method);
  };
  for (const { term, site } of surveyOf(subject).visits('CondRefOf')) {
    const [object] = term.operands;
    if (object.op !== 'Path' || names.finds(object.operands[0], site.scope)) continue;
    for (const path of names.meant(object.operands[0], site.scope))
      for (let at = path; at !== '\\' && !names.has(at); at = parentOf(at)) ask(at, site.method);
  }
  return asked;
}

/** Uses of one thing that no table declares. */
interface Missing {
  /** The name of the thing: its path, or its segment alone where it could be in several scopes. */
  readonly what: string;
  readonly uses: Use[];
}

/** A name that some code uses, and where. */
interface Use {
  readonly name: string;
  readonly visit: Visit;
}

/** Tells whether the absence of a name that some code uses is provided for elsewhere, by the paths that it can mean. */
function providedFor(subject: CheckedMachine, names: KnownNames): (visit: Visit, paths: readonly string[]) => boolean {
  const asked = askedNames(subject, names);
  if (asked.size === 0) return () => false;
  return (visit, paths) => {
    if (isInHandler(visit)) return false;
    for (const path of paths) {
      for (let at = path; at !== '\\' && !names.has(at); at = parentOf(at)) {
        const methods = asked.get(at);
        // A method that asks by itself is judged by the way that it takes.
        if (methods !== undefined && !methods.has(visit.site.method)) return true;
      }
    }
    return false;
  };
}

/** What no table declares and some code uses, each thing once, in the order of their first uses. */
function missingThings(subject: CheckedMachine, uses: Iterable<Use>): readonly Missing[] {
  const names = knownNames(subject);
  const isUnreached = unreachedIn(subject);
  const isProvided = providedFor(subject, names);
  const things = new Map<string, Missing>();
  for (const use of uses) {
    const { name, visit } = use;
    if (visit.parent?.op === 'CondRefOf' || names.finds(name, visit.site.scope) || isUnreached(visit)) continue;
    const paths = names.meant(name, visit.site.scope);
    if (isProvided(visit, paths)) continue;
    const [only, ...others] = paths.map(names.highestMissing);
    const key = others.length === 0 ? (only as string) : (paths.find((path) => things.has(path)) ?? name);
    const same = things.get(key);
    if (same === undefined) things.set(key, { what: others.length === 0 ? key : name, uses: [use] });
    else same.uses.push(use);
  }
  return [...things.values()];
}

/** An element of a Package that is not found stays empty; any other use ends what runs. ACPICA dspkginit.c */
const isElement = ({ parent }: Visit): boolean => parent?.op === 'Package' || parent?.op === 'VarPackage';

function* missing(subject: CheckedMachine): Generator<Finding> {
  const { tables, dsdt } = subject;
  if (dsdt === undefined) return;
  if (tables.length < 2) {
    yield* missingInHandlers(subject);
    return;
  }
  const whole = tables.some(({ header }) => POINTERS.has(header.signature));
  const survey = surveyOf(subject);
  const uses = (['Scope', 'Path'] as const).flatMap((op) =>
    survey.visits(op).map((visit): Use => ({ name: visit.term.operands[0], visit })),
  );
  for (const { what, uses: all } of missingThings(subject, uses)) {
    const fatal = all.find(({ visit }) => visit.site.method === undefined && !isElement(visit));
    const first = fatal ?? (all[0] as Use);
    const { visit } = first;
    yield findingAt(visit.site.table, visit.term, visit.site.scope, sentence(what, first, all.length, tables.length), {
      severity: !whole ? 'note' : fatal === undefined ? 'warning' : 'error',
    });
  }
}

function sentence(what: string, { name, visit }: Use, uses: number, tables: number): string {
  const path = isLoneName(name) ? name : joinPath(visit.site.scope, name);
  const [used, absent] = [displayName(path), displayName(what)];
  const which = path === what || isLoneName(name) ? 'it' : absent;
  const when = visit.site.method === undefined ? 'when the table is loaded' : 'when this runs';
  const others = uses === 1 ? '' : ` ${uses - 1} more ${uses === 2 ? 'use needs' : 'uses need'} ${absent}.`;
  return `${used} is used here, but none of the ${tables} tables given declares ${which}: the OS does not find it ${when}.${others}`;
}

/**
 * What handlers of events notify, in a DSDT that is given alone. Any other name may well be in an SSDT, but nobody
 * notices a notification that fails.
 */
function* missingInHandlers(subject: CheckedMachine): Generator<Finding> {
  const survey = surveyOf(subject);
  const externals = survey.visits('External');
  const elsewhere = new Map(externals.map((visit) => [joinPath(visit.site.scope, visit.term.operands[0]), visit]));
  const uses = survey.visits('Notify').flatMap((visit): Use[] => {
    const [target] = visit.term.operands;
    return target.op === 'Path' && isInHandler(visit) ? [{ name: target.operands[0], visit }] : [];
  });
  for (const { uses: all } of missingThings(subject, uses)) {
    const { name, visit } = all[0] as Use;
    const { term, site } = visit;
    if (lookUp(elsewhere, site.scope, name) !== undefined) continue;
    const handler = site.method?.path as string;
    yield findingAt(
      site.table,
      term,
      handler,
      `${displayName(handler)} notifies ${displayName(name)}, which this table does not declare. If no SSDT declares it either, the event ends in AE_NOT_FOUND and no driver is told.`,
      {
        severity: 'note',
        cure: 'Check the SSDTs together with this table. If none of them declares it, notify the Device that is meant.',
      },
    );
  }
}

/** Names that are used and nowhere declared. */
export const MISSING_NAMES: Rule = {
  code: 'AML_NAME_MISSING',
  family: 'aml',
  severity: 'warning',
  what: 'Code that can run uses a name that no table of the machine declares. One finding for each missing object, counting its uses. Checked if a DSDT is given with other tables; for a DSDT alone, only in what event handlers notify. An error if a table uses the name while loading; a note if neither a FADT nor an XSDT shows that the set is complete.',
  why: 'The use causes AE_NOT_FOUND: while a table is loaded, that part of it is skipped; a running method is aborted.',
  cure: 'Check all tables of the machine together. If none of them declares the name, declare it, or use it only after CondRefOf has found it.',
  source: 'ACPI 6.5 §5.3',
  find: missing,
};
