import { displayName, integerValue, type Term } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import { HOW_EVALUATED } from '../running/evaluated-names.js';
import { evaluatedObjects } from '../running/evaluated-objects.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import type { SubjectTable } from '../subject/subject-table.js';
import { predefinedObjects } from './facts/devices.js';
import { isPackage, type PackageTerm } from './facts/fixed-objects.js';
import { surveyOf } from './facts/survey.js';
import { findingAt } from './finding.js';

/** A Package that a _PRT is or returns. */
interface Routing {
  readonly table: SubjectTable;
  readonly term: PackageTerm;
  readonly path: string;
  /** The scope in which its names are looked for. */
  readonly scope: string;
  /** Where it was evaluated: the _PRT, since its Package is in no table. */
  readonly at?: Term;
}

/** The routing tables of the PCI buses, where they are constants or named ones that a _PRT returns. ACPI 6.5 §6.2.13 */
function* routings(subject: CheckedMachine): Generator<Routing> {
  for (const { term, table, path, scope } of predefinedObjects(subject)) {
    if (term.op === 'Name' && path.endsWith('_PRT') && isPackage(term.operands[1]))
      yield { table, term: term.operands[1], path, scope };
  }
  const seen = new Set<Term>();
  const read = new Set<string>();
  for (const { term, site } of surveyOf(subject).visits('Return')) {
    if (site.method === undefined || !site.method.path.endsWith('_PRT')) continue;
    const [value] = term.operands;
    const named = value.op === 'Path' ? subject.names.find(value.operands[0], site.scope) : undefined;
    const returned = named?.term.op === 'Name' ? named.term.operands[1] : value;
    if (!isPackage(returned) || seen.has(returned)) continue;
    seen.add(returned);
    const table = named?.table ?? site.table;
    read.add(site.method.path);
    yield { table, term: returned, path: site.method.path, scope: named?.scope ?? site.scope };
  }
  for (const { term, declared } of evaluatedObjects(subject)) {
    const { table, path, scope } = declared;
    if (path.endsWith('_PRT') && isPackage(term) && !read.has(path))
      yield { table, term, path, scope, at: declared.term };
  }
}

/** How a table became known, for the end of a sentence. */
const howOf = ({ at }: Routing) => (at === undefined ? '' : ` (${HOW_EVALUATED})`);

const ANY_FUNCTION = 0xffffn;
const LAST_PIN = 3n;

/** What is wrong with one entry; undefined if nothing is. */
function wrongEntry(entry: Term): string | undefined {
  if (!isPackage(entry)) return entry.op === 'Path' ? undefined : `is ${entry.op}, where a Package is wanted`;
  const elements = entry.operands[1];
  if (elements.length !== 4) return `has ${elements.length} elements, where 4 are wanted`;
  const [address, pin, source, index] = elements as readonly [Term, Term, Term, Term];
  const [slot, number] = [integerValue(address), integerValue(pin)];
  if (slot !== undefined && (slot & 0xffffn) !== ANY_FUNCTION)
    return `has the address ${formatHex(slot, 8)}, whose low 16 bits have to be 0xffff: all functions of the device`;
  if (slot !== undefined && slot >> 16n > 31n) return `has the address ${formatHex(slot, 8)}, and a bus has 32 devices`;
  if (number !== undefined && number > LAST_PIN) return `has the pin ${number}, and INTA to INTD are 0 to 3`;
  if (source.op === 'String') return `names its link as a String, "${source.operands[0]}"`;
  if (index.op === 'Path' && integerValue(source) !== undefined) return 'has its source index and its source swapped';
  const gsi = integerValue(source);
  if (gsi !== undefined && gsi !== 0n) return `has ${gsi} as its source, where a link device or 0 is wanted`;
  return undefined;
}

function* wrongEntries(subject: CheckedMachine): Generator<Finding> {
  for (const routing of routings(subject)) {
    const { table, term, path, at } = routing;
    for (const [number, entry] of term.operands[1].entries()) {
      const wrong = wrongEntry(entry);
      if (wrong === undefined) continue;
      // Nobody asks for such a pin: the entry is only superfluous.
      const severity = wrong.startsWith('has the pin') ? 'warning' : 'error';
      yield findingAt(table, at ?? entry, path, `Entry ${number} ${wrong}${howOf(routing)}.`, { severity });
    }
  }
}

function* sameEntries(subject: CheckedMachine): Generator<Finding> {
  for (const routing of routings(subject)) {
    const { table, term, path, at } = routing;
    const first = new Map<string, number>();
    for (const [number, entry] of term.operands[1].entries()) {
      if (!isPackage(entry)) continue;
      const [slot, pin] = entry.operands[1].map((element) => integerValue(element));
      if (slot === undefined || pin === undefined) continue;
      const key = `${slot} ${pin}`;
      const before = first.get(key);
      if (before === undefined) {
        first.set(key, number);
        continue;
      }
      const message = `Entry ${number} is for device ${slot >> 16n}, pin ${pin}, as entry ${before} is${howOf(routing)}.`;
      yield findingAt(table, at ?? entry, path, message);
    }
  }
}

/** What an entry names for its link device, that is something else. */
function* wrongLinks(subject: CheckedMachine): Generator<Finding> {
  for (const routing of routings(subject)) {
    const { table, term, path, scope, at } = routing;
    for (const [number, entry] of term.operands[1].entries()) {
      const source = isPackage(entry) ? entry.operands[1][2] : undefined;
      if (source?.op !== 'Path') continue;
      const link = subject.names.find(source.operands[0], scope);
      if (link === undefined || link.term.op === 'Device' || link.term.op === 'Alias') continue;
      const message = `Entry ${number} names ${displayName(link.path)} as its link device, but it is declared by ${link.term.op}${howOf(routing)}.`;
      yield findingAt(table, at ?? entry, path, message);
    }
  }
}

/** What is wrong with the routing of PCI interrupts. */
export const ROUTING_RULES: readonly Rule[] = [
  {
    code: 'AML_PRT_ENTRY',
    family: 'aml',
    severity: 'error',
    what: 'An entry of a _PRT does not consist of an address for all functions, a pin from 0 to 3, a link device or 0, and an index.',
    why: 'Linux ignores the entry or the whole _PRT, and the function has no interrupt.',
    cure: 'Write Package (4) {0xDDDDFFFF, pin, LNKA, 0}, or {0xDDDDFFFF, pin, 0, GSI}.',
    source: 'ACPI 6.5 §6.2.13; Linux drivers/acpi/pci_irq.c',
    find: wrongEntries,
  },
  {
    code: 'AML_PRT_TWICE',
    family: 'aml',
    severity: 'warning',
    what: 'A _PRT has two entries for the same device and pin.',
    why: 'The first one is used. If the second was intended, interrupts arrive on a line that nobody handles.',
    cure: 'Remove one.',
    source: 'ACPI 6.5 §6.2.13; Linux drivers/acpi/pci_irq.c',
    find: sameEntries,
  },
  {
    code: 'AML_PRT_LINK',
    family: 'aml',
    severity: 'error',
    what: 'An entry of a _PRT names a link device that is not a Device.',
    why: 'The OS finds no _CRS and _SRS there, and the function has no interrupt.',
    cure: 'Name a Device with _HID PNP0C0F, or write 0 and the interrupt’s number.',
    source: 'ACPI 6.5 §6.2.13',
    find: wrongLinks,
  },
];
