import { displayName, joinPath } from '../../aml/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import { type Declared, placeOf } from '../subject/machine-names.js';
import type { Subject } from '../subject/subject.js';
import { copiesOf } from '../table-rules/container-rules.js';
import { roundsOf } from './facts/loop-rounds.js';
import { madeNames } from './facts/made-names.js';
import { surveyOf } from './facts/survey.js';
import { findingAt, listed } from './finding.js';
import { MISSING_NAMES } from './missing-names.js';

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
  MISSING_NAMES,
];
