import { displayName, joinPath } from '../../aml/index.js';
import { type Declared, placeOf } from '../machine-names.js';
import type { Finding, Rule } from '../rule.js';
import type { Subject } from '../subject.js';
import { findingAt, listed } from './finding.js';
import { roundsOf } from './loop-rounds.js';
import { madeNames } from './made-names.js';
import { surveyOf, type Visit } from './survey.js';
import { copiesOf } from './table-rules.js';

const isCertain = ({ conditional, inMethod }: Declared): boolean => !conditional && !inMethod;

/** Every declaration of a path that another has made before, both for certain, at the tables' level or in one method. */
function* madeTwice({ names, loaded }: Subject): Generator<Finding> {
  const first = new Map<string, Declared>();
  // That a table is there twice is said once, of the table.
  const copies = copiesOf(loaded);
  for (const declared of names.all) {
    if (declared.conditional || copies.has(declared.table)) continue;
    const before = first.get(declared.path);
    if (before === undefined || before.inMethod !== declared.inMethod) {
      if (before === undefined) first.set(declared.path, declared);
      continue;
    }
    const where = before.table === declared.table ? 'further up' : `in ${before.table.file}`;
    const what = before.element === undefined ? before.term.op : `a ${before.term.op}'s unit`;
    yield {
      place: placeOf(declared),
      message: `${displayName(declared.path)} is made here and already ${where}, by ${what}.`,
      other: placeOf(before),
    };
  }
}

function* madeInLoops(subject: Subject): Generator<Finding> {
  for (const { term, site } of surveyOf(subject).visits('While')) {
    if (site.method === undefined) continue;
    for (const made of roundsOf(term)) {
      const names = listed(madeNames(made).map(displayName));
      const message = `${made.op} makes ${names} in a While that can come round to it again.`;
      yield findingAt(site.table, made, site.method.path, message);
    }
  }
}

/** Names used in a method before the method itself makes them, where nothing else has that name. */
function* usedEarly(subject: Subject): Generator<Finding> {
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

/** Scopes of the tables' own level that are opened before what declares them. */
function* openedEarly(subject: Subject): Generator<Finding> {
  const { names, loaded } = subject;
  for (const { term, site } of surveyOf(subject).visits('Scope')) {
    if (site.method !== undefined || site.conditional) continue;
    const path = joinPath(site.scope, term.operands[0]);
    const made = names.at(path);
    const [first] = made;
    if (first === undefined || made.length > 1 || !isCertain(first)) continue;
    const [here, there] = [loaded.indexOf(site.table), loaded.indexOf(first.table)];
    if (there < here || (there === here && first.term.start < term.start)) continue;
    const where = first.table === site.table ? 'further down' : `in ${first.table.file}, which is loaded later`;
    yield findingAt(
      site.table,
      term,
      path,
      `Scope opens ${displayName(path)}, and ${first.term.op} makes it ${where}.`,
      { other: placeOf(first) },
    );
  }
}

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

/** Names that some code, or one handler, asks for by CondRefOf: their absence is provided for. */
function provided(subject: Subject, handler?: string): Set<string> {
  const asked = surveyOf(subject).visits('CondRefOf');
  return new Set(
    asked
      .filter((visit) => handler === undefined || handlerOf(visit) === handler)
      .flatMap(({ term: { operands }, site }) => {
        const [object] = operands;
        if (object.op !== 'Path') return [];
        const [name] = object.operands;
        return name.length === 4 ? [name, joinPath(site.scope, name)] : [joinPath(site.scope, name)];
      }),
  );
}

function isProvided(asked: ReadonlySet<string>, name: string, path: string): boolean {
  if (asked.size === 0) return false;
  if (asked.has(name)) return true;
  for (let at = path; at.length > 1; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) if (asked.has(at)) return true;
  return false;
}

function* missing(subject: Subject): Generator<Finding> {
  const { names, tables, dsdt } = subject;
  if (dsdt === undefined || tables.length < 2) return;
  const whole = tables.some(({ header }) => POINTERS.has(header.signature));
  const asked = new Map<string | undefined, Set<string>>();
  const askedIn = (handler: string | undefined) => {
    const found = asked.get(handler) ?? provided(subject, handler);
    asked.set(handler, found);
    return found;
  };
  const survey = surveyOf(subject);
  const seen = new Set<string>();
  const uses: Iterable<readonly [name: string, visit: Visit]> = [
    ...survey.visits('Scope').map((visit) => [visit.term.operands[0], visit] as const),
    ...survey.visits('Path').map((visit) => [visit.term.operands[0], visit] as const),
  ];
  for (const [name, visit] of uses) {
    const { term, site, parent } = visit;
    if (name === '' || parent?.op === 'CondRefOf' || names.find(name, site.scope) !== undefined) continue;
    const path = joinPath(site.scope, name);
    const key = name.length === 4 ? name : path;
    if (seen.has(key) || PREDEFINED.has(name.length === 4 ? `\\${name}` : path) || isOpened(path, names)) continue;
    if (isProvided(askedIn(handlerOf(visit)), name, path)) continue;
    seen.add(key);
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

/** A path that ends in `^` alone, or in a scope that is there because something is declared in it. */
function isOpened(path: string, names: Subject['names']): boolean {
  return path === '\\' || names.at(path).length > 0;
}

/** What is wrong with the names of objects. */
export const NAME_RULES: readonly Rule[] = [
  {
    code: 'AML_NAME_TWICE',
    family: 'aml',
    severity: 'error',
    what: 'An object is made twice under one path, in one table or in two, and neither depends on a condition.',
    why: 'The second gives AE_ALREADY_EXISTS: Linux skips it and all that is in it, older kernels the rest of the table.',
    cure: 'Remove one, rename one, or open the first by Scope and add to it.',
    source: 'ACPI 6.5 §5.3; ACPICA nsaccess.c',
    find: madeTwice,
  },
  {
    code: 'AML_NAME_IN_LOOP',
    family: 'aml',
    severity: 'error',
    what: 'A named object is made inside a While, and the loop can come round to it again.',
    why: 'A method’s objects stay until it ends, so the second round gives AE_ALREADY_EXISTS and the method is aborted. crosvm’s _DSM does so for packages of two elements.',
    cure: 'Make the object before the loop, or use Index, DerefOf and a Local instead of a field that is created anew.',
    source: 'ACPI 6.5 §5.5.2.3; crosvm f1e797a devices/src/pci/vfio_pci.rs',
    find: madeInLoops,
  },
  {
    code: 'AML_NAME_USED_EARLY',
    family: 'aml',
    severity: 'error',
    what: 'A method uses a name that it makes only further down, and nothing outside has that name.',
    why: 'The use gives AE_NOT_FOUND and the method is aborted: names are made when the run reaches them.',
    cure: 'Move the declaration up, before the first use.',
    source: 'ACPI 6.5 §5.5.2.3; iasl error 6142',
    find: usedEarly,
  },
  {
    code: 'AML_SCOPE_EARLY',
    family: 'aml',
    severity: 'error',
    what: 'A Scope at the level of a table opens an object that is made only further down, or in a table loaded later.',
    why: 'Loading runs from the first byte to the last: the Scope gives AE_NOT_FOUND, and all that is in it is lost.',
    cure: 'Move the Scope behind the Device, or into the table that has the Device.',
    source: 'ACPI 6.5 §19.6 (Scope); ACPICA dswload2.c',
    find: openedEarly,
  },
  {
    code: 'AML_NAME_MISSING',
    family: 'aml',
    severity: 'warning',
    what: 'A name is used that no table of the machine declares. Looked for where a DSDT and other tables are given; an error at the level of a table, a note where neither FADT nor XSDT shows that the set is whole.',
    why: 'The use gives AE_NOT_FOUND: at the level of a table loading skips that part, in a method the method is aborted.',
    cure: 'Give all tables of the machine; if it is not among them, declare it, or ask CondRefOf before using it.',
    source: 'ACPI 6.5 §5.3',
    find: missing,
  },
];
