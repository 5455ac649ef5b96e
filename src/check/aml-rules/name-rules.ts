import { bodyOf, displayName, joinPath, type Term } from '../../aml/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type Declared, placeOf } from '../subject/machine-names.js';
import type { SubjectTable } from '../subject/subject-table.js';
import { copiesOf } from '../table-rules/container-rules.js';
import { roundsOf } from './facts/loop-rounds.js';
import { madeNames, surveyOf } from './facts/survey.js';
import { findingAt, listed } from './finding.js';
import { MISSING_NAMES } from './missing-names.js';

const isCertain = ({ conditional, inMethod }: Declared): boolean => !conditional && !inMethod;

/** An object that is made where another of its path exists. */
interface Double {
  readonly declared: Declared;
  readonly before: Declared;
}

/** Every declaration of a path that another has made before, both for certain, at the tables' level or in one method. */
function doubles({ names, loaded }: CheckedMachine): Double[] {
  const first = new Map<string, Declared>();
  // That a table is there twice is said once, of the table.
  const copies = copiesOf(loaded);
  /** The last refused object of each table: the OS skips it with everything in it. */
  const refused = new Map<SubjectTable, Term>();
  const found: Double[] = [];
  for (const declared of names.all) {
    const { conditional, table, term, path, scope, inMethod } = declared;
    if (conditional || copies.has(table) || term.start < (refused.get(table)?.end ?? 0)) continue;
    // Two methods need not both run.
    const key = inMethod ? `${path} ${scope}` : path;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, declared);
      continue;
    }
    if (bodyOf(term) !== undefined) refused.set(table, term);
    found.push({ declared, before });
  }
  return found;
}

/** One finding for each object that is made twice; the units of one Field count as one. */
function* madeTwice(subject: CheckedMachine): Generator<Finding> {
  const found = doubles(subject);
  const units = new Map<Term, string[]>();
  for (const { declared } of found) {
    const same = units.get(declared.term);
    if (same === undefined) units.set(declared.term, [declared.path]);
    else same.push(declared.path);
  }
  for (const { declared, before } of found) {
    const [first, ...others] = units.get(declared.term) ?? [];
    if (declared.path !== first) continue;
    units.delete(declared.term);
    const names = others.length === 0 ? '' : ` The same holds for ${listed(others.map((path) => path.slice(-4)))}.`;
    const where = before.table === declared.table ? 'further up' : `in ${before.table.file}`;
    const what = before.element === undefined ? before.term.op : `a unit of ${before.term.op}`;
    yield {
      place: placeOf(declared),
      message: `${displayName(declared.path)} is made here and already ${where}, by ${what}.${names}`,
      other: placeOf(before),
    };
  }
}

function* madeInLoops(subject: CheckedMachine): Generator<Finding> {
  for (const { term, site } of surveyOf(subject).visits('While')) {
    if (site.method === undefined) continue;
    for (const made of roundsOf(term)) {
      const names = listed(madeNames(made).map(displayName));
      const message = `${made.op} makes ${names} in a While that can reach it again.`;
      yield findingAt(site.table, made, site.method.path, message);
    }
  }
}

/** Names used in a method before the method itself makes them, where nothing else has that name. */
function* usedEarly(subject: CheckedMachine): Generator<Finding> {
  const { names } = subject;
  const seen = new Set<string>();
  for (const { term, site, parent } of surveyOf(subject).visits('Path')) {
    const [name] = term.operands;
    const { method } = site;
    if (method === undefined || method.makes.length === 0 || name.length !== 4 || site.loop !== undefined) continue;
    if (parent?.op === 'CondRefOf') continue;
    const path = joinPath(site.scope, name);
    const [first] = names.at(path);
    if (first?.table !== site.table || first.term.start <= term.start || seen.has(path)) continue;
    if (names.find(name, outside(site.scope)) !== undefined) continue;
    seen.add(path);
    yield findingAt(
      site.table,
      term,
      path,
      `${displayName(name)} is used here, and ${first.term.op} makes it further down in the method.`,
      { other: placeOf(first) },
    );
  }
}

/** The scope around another. */
function outside(scope: string): string {
  return joinPath(scope, '^');
}

/** Scopes at the level of the tables that are opened before what declares them. */
function* openedEarly(subject: CheckedMachine): Generator<Finding> {
  const { names, loaded, loadOrderKnown } = subject;
  const order = new Map(loaded.map((table, index) => [table, index]));
  for (const { term, site } of surveyOf(subject).visits('Scope')) {
    if (site.method !== undefined || site.conditional) continue;
    const path = joinPath(site.scope, term.operands[0]);
    const made = names.at(path);
    const [first] = made;
    if (first === undefined || made.length > 1 || !isCertain(first)) continue;
    const [here, there] = [order.get(site.table) as number, order.get(first.table) as number];
    if (there < here || (there === here && first.term.start < term.start)) continue;
    const other = { other: placeOf(first) };
    const [opened, op] = [displayName(path), first.term.op];
    if (there === here) {
      yield findingAt(site.table, term, path, `Scope opens ${opened}, but ${op} makes it further down.`, other);
      continue;
    }
    const isGuess = !loadOrderKnown && first.table !== subject.dsdt;
    const when = isGuess
      ? `: this fails if ${site.table.file} is loaded before it, and the order of the tables is not known`
      : ', which is loaded later';
    const message = `Scope opens ${opened}, but ${op} makes it in ${first.table.file}${when}.`;
    yield findingAt(site.table, term, path, message, {
      ...other,
      ...(isGuess ? { severity: 'note', cure: 'Give the tables in the order in which the OS loads them.' } : {}),
    });
  }
}

/** What is wrong with the names of objects. */
export const NAME_RULES: readonly Rule[] = [
  {
    code: 'AML_NAME_TWICE',
    family: 'aml',
    severity: 'error',
    what: 'Two declarations create an object at the same path, in one table or in two, and neither is conditional.',
    why: 'The second one causes AE_ALREADY_EXISTS: Linux skips it and everything in it; older kernels skip the rest of the table.',
    cure: 'Remove one, rename one, or add to the first with Scope.',
    source: 'ACPI 6.5 §5.3; ACPICA nsaccess.c',
    find: madeTwice,
  },
  {
    code: 'AML_NAME_IN_LOOP',
    family: 'aml',
    severity: 'error',
    what: 'A named object is created inside a While, and the loop can reach it again.',
    why: 'A method’s objects exist until it ends, so the second iteration causes AE_ALREADY_EXISTS and the method is aborted. crosvm’s _DSM does this for packages of two elements.',
    cure: 'Create the object before the loop, or use Index, DerefOf and a Local instead of creating a field each time.',
    source: 'ACPI 6.5 §5.5.2.3; crosvm f1e797a devices/src/pci/vfio_pci.rs',
    find: madeInLoops,
  },
  {
    code: 'AML_NAME_USED_EARLY',
    family: 'aml',
    severity: 'error',
    what: 'A method uses a name before it creates it, and nothing outside has that name.',
    why: 'The use causes AE_NOT_FOUND and the method is aborted: names exist only once execution reaches their declarations.',
    cure: 'Move the declaration up, before the first use.',
    source: 'ACPI 6.5 §5.5.2.3; iasl error 6142',
    find: usedEarly,
  },
  {
    code: 'AML_SCOPE_EARLY',
    family: 'aml',
    severity: 'error',
    what: 'A Scope at the top level of a table opens an object that is created further down, or in a table loaded later.',
    why: 'Tables are loaded from the first byte to the last: the Scope causes AE_NOT_FOUND, and everything in it is lost.',
    cure: 'Move the Scope after the Device, or into the table that has the Device.',
    source: 'ACPI 6.5 §19.6 (Scope); ACPICA dswload2.c',
    find: openedEarly,
  },
  MISSING_NAMES,
];
