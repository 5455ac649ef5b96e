import { displayName, joinPath, type Op, type Term } from '../../aml/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import { devicesOf, predefinedObjects } from './facts/devices.js';
import { predefinedKinds } from './facts/predefined-names.js';
import { surveyOf } from './facts/survey.js';
import { findingAt, listed } from './finding.js';

/** An object that is of no use without others beside it; of a list in brackets any one is enough. */
const NEEDS: readonly (readonly [name: string, needed: readonly string[], section: string])[] = [
  ['_PCT', ['_PSS'], '8.4.5.1'],
  ['_PSS', ['_PCT'], '8.4.5.2'],
  ['_PPC', ['_PSS'], '8.4.5.3'],
  ['_PSD', ['_PSS|_CPC'], '8.4.5.5'],
  ['_PTC', ['_TSS'], '8.4.4.1'],
  ['_TSS', ['_PTC'], '8.4.4.2'],
  ['_TPC', ['_TSS'], '8.4.4.3'],
  ['_TSD', ['_TSS'], '8.4.4.4'],
  ['_CSD', ['_CST|_LPI'], '8.4.1.2'],
  ['_PS1', ['_PS0'], '7.3'],
  ['_PS2', ['_PS0'], '7.3'],
  ['_PS3', ['_PS0'], '7.3'],
  ['_PR1', ['_PR0'], '7.3'],
  ['_PR2', ['_PR0'], '7.3'],
  ['_PR3', ['_PR0'], '7.3'],
  ['_SRS', ['_CRS'], '6.2.16'],
  ['_PRS', ['_CRS'], '6.2.12'],
  ['_BIF', ['_BST'], '10.2.2'],
  ['_BIX', ['_BST'], '10.2.2'],
  ['_BST', ['_BIF|_BIX'], '10.2.2'],
  ['_BTP', ['_BIF|_BIX'], '10.2.2'],
  ['_BCM', ['_BCL'], 'B.5.3'],
  ['_BQC', ['_BCL'], 'B.5.4'],
  ['_BCL', ['_BCM'], 'B.5.2'],
  ['_FIF', ['_FPS', '_FSL', '_FST'], '11.3.1'],
  ['_FPS', ['_FIF', '_FSL', '_FST'], '11.3.1'],
  ['_FSL', ['_FIF', '_FPS', '_FST'], '11.3.1'],
  ['_STM', ['_GTM'], '9.8.2.1'],
  ['_GTM', ['_STM'], '9.8.2.1'],
];

const needsOf = new Map(NEEDS.map(([name, needed, section]) => [name, { needed, section }]));

/** What a named object of a kind needs in it. */
const CONTENTS: Readonly<Partial<Record<string, readonly [needed: readonly string[], section: string]>>> = {
  PowerResource: [['_ON_', '_OFF', '_STA'], '7.2'],
  ThermalZone: [['_TMP'], '11.4.21'],
};

/** Of what is needed beside an object, what no table has there. */
function absent(subject: CheckedMachine, holder: string, needed: readonly string[]): readonly string[] {
  return needed.filter((each) => each.split('|').every((name) => subject.names.at(`${holder}.${name}`).length === 0));
}

const spelledOr = (name: string): string => name.split('|').map(displayName).join(' or ');

const PROCESSOR = /^_(?:PSS|TSS|PPC|TPC)$/;

/** Names of predefined objects whose partners are missing, each group of one holder once. */
function* withoutPartners(subject: CheckedMachine): Generator<Finding> {
  // An SSDT alone may add to what another table has.
  if (subject.dsdt === undefined && subject.tables.length === 1) return;
  const devices = devicesOf(subject);
  const told = new Set<string>();
  for (const declared of predefinedObjects(subject)) {
    const name = declared.path.slice(-4);
    const needs = needsOf.get(name);
    const holder = declared.path.slice(0, -5);
    if (needs === undefined || declared.inMethod || !(devices.has(holder) || isHeld(subject, holder))) continue;
    // A PCI device with _PSS speaks for processors that are elsewhere.
    if (PROCESSOR.test(name) && devices.get(holder)?.objects.has('_ADR')) continue;
    const missing = absent(subject, holder, needs.needed).filter((each) => !told.has(`${holder} ${each}`));
    if (missing.length === 0) continue;
    for (const each of missing) told.add(`${holder} ${each}`);
    const message = `${displayName(holder)} has ${displayName(name)} but not ${listed(missing.map(spelledOr))} (ACPI 6.5 §${needs.section}).`;
    yield { place: placeOf(declared), message };
  }
  for (const op of ['PowerResource', 'ThermalZone'] as const) {
    for (const { term, site } of surveyOf(subject).visits(op)) {
      const [needed, section] = CONTENTS[op] as NonNullable<(typeof CONTENTS)[string]>;
      const holder = pathOf(site.scope, term);
      const missing = absent(subject, holder, needed);
      if (missing.length === 0 || site.method !== undefined) continue;
      const message = `${displayName(holder)} is a ${op} without ${listed(missing.map(spelledOr))} (ACPI 6.5 §${section}).`;
      yield findingAt(site.table, term, holder, message);
    }
  }
}

const isHeld = ({ names }: CheckedMachine, path: string): boolean =>
  names.at(path).some(({ term }) => term.op === 'Processor');

function pathOf(scope: string, term: Op<'PowerResource' | 'ThermalZone'>): string {
  return joinPath(scope, term.operands[0]);
}

/** Methods that the OS runs for what they do, and that return more than a constant. */
function* unwantedReturns(subject: CheckedMachine): Generator<Finding> {
  const told = new Set<unknown>();
  for (const { term, site } of surveyOf(subject).visits('Return')) {
    const { method } = site;
    if (method === undefined || told.has(method)) continue;
    const name = method.path.slice(-4);
    const [value] = term.operands;
    if (predefinedKinds(name) !== 'N' || !UNREAD.test(name) || isNothing(value)) continue;
    told.add(method);
    yield findingAt(site.table, term, method.path, `${displayName(name)} returns a value here, but the OS ignores it.`);
  }
}

/** What compilers write for a Return without a value. */
const isNothing = ({ op }: Term): boolean => op === 'Zero' || op === 'Null';

/** Names whose methods have nothing to return in any version. ACPI 6.5 §6.3.3, §6.2.3, §7.2, §7.3 */
const UNREAD = /^_(?:EJ[0-4]|DIS|ON_|OFF|PS[0-3]|INI|IRC|PSW|DSW|L..|E[0-9A-F].|Q..)$/;

/** What is wrong with predefined objects that belong together, and with what they return. */
export const PARTNER_RULES: readonly Rule[] = [
  {
    code: 'AML_PARTNER_MISSING',
    family: 'aml',
    severity: 'note',
    what: 'A device has a predefined object, but not the others that it is used with, such as _PSS without _PCT, or a power resource without _OFF.',
    why: 'The OS ignores the whole group: the processor has no performance states, the battery is not shown, or the device is never powered off.',
    cure: 'Declare what is missing, or remove the rest of the group.',
    source: 'ACPI 6.5, the sections that the finding names',
    find: withoutPartners,
  },
  {
    code: 'AML_RETURN_UNWANTED',
    family: 'aml',
    severity: 'note',
    what: 'A predefined method that is only run, such as _EJ0 or _ON, returns a value.',
    why: 'The OS ignores the value, so an error that it reports is lost. Linux warns if it runs with acpi=strict.',
    cure: 'End the method without a value; report success or failure through _STA or _OST.',
    source: 'ACPI 6.5 §5.6.8; iasl warning 3104',
    find: unwantedReturns,
  },
];
