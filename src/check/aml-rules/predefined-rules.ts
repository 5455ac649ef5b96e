import { predefinedArguments } from '../../aml/grammar/name-string.js';
import { bodyOf, integerValue, type Term } from '../../aml/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import { HOW_EVALUATED } from '../running/evaluated-names.js';
import { evaluatedObjects } from '../running/evaluated-objects.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import type { SubjectTable } from '../subject/subject-table.js';
import { predefinedObjects } from './facts/devices.js';
import { isPackage, type PackageTerm } from './facts/fixed-objects.js';
import { flowOf } from './facts/flow.js';
import { type PackageShape, packageShape, predefinedKinds } from './facts/predefined-names.js';
import { type MethodFacts, surveyOf } from './facts/survey.js';
import { findingAt } from './finding.js';

const KIND_OF: Readonly<Record<string, string>> = {
  Zero: 'I',
  One: 'I',
  Ones: 'I',
  Byte: 'I',
  Word: 'I',
  DWord: 'I',
  QWord: 'I',
  Revision: 'I',
  String: 'S',
  Buffer: 'B',
  Package: 'P',
  VarPackage: 'P',
};
const WORDS: Readonly<Record<string, string>> = {
  I: 'an Integer',
  S: 'a String',
  B: 'a Buffer',
  P: 'a Package',
  R: 'a reference',
};

const spell = (kinds: string): string => [...kinds].map((kind) => WORDS[kind]).join(' or ');

/** Whether a constant is of a wanted kind; what is no constant may be anything. A 0 stands for what is not there. */
function fits(term: Term, wanted: string): boolean {
  const kind = KIND_OF[term.op];
  return kind === undefined || wanted.includes('D') || wanted.includes(kind) || (wanted === 'R' && kind === 'S');
}

interface Given {
  readonly term: Term;
  readonly table: SubjectTable;
  readonly path: string;
  /** Where a value was evaluated: the object, since the value is in no table. */
  readonly at?: Term;
}

/** What a predefined name is for certain: its Name’s data, or constants that its method returns. */
function* givenBy(subject: CheckedMachine): Generator<Given> {
  for (const { term, table, path } of predefinedObjects(subject)) {
    if (term.op === 'Name') yield { term: term.operands[1], table, path };
  }
  for (const { term, site } of surveyOf(subject).visits('Return')) {
    const path = site.method?.path;
    if (path?.at(-4) === '_') yield { term: term.operands[0], table: site.table, path };
  }
  for (const { term, declared } of evaluatedObjects(subject))
    yield { term, table: declared.table, path: declared.path, at: declared.term };
}

/** A 0 in place of a Buffer or Package says that there is nothing to tell; Linux repairs a _PLD. ACPICA nsrepair.c */
function isTolerated(name: string, term: Term): boolean {
  return integerValue(term) === 0n || (name === '_PLD' && term.op === 'Buffer');
}

function* wrongTypes(subject: CheckedMachine): Generator<Finding> {
  for (const { term, table, path, at } of givenBy(subject)) {
    const name = path.slice(-4);
    const kinds = predefinedKinds(name);
    if (kinds === undefined || kinds.includes('N') || fits(term, kinds)) continue;
    const found = WORDS[KIND_OF[term.op] as string];
    const message = `${name} gives ${found} ${at === undefined ? 'here' : `(${HOW_EVALUATED})`}, but has to give ${spell(kinds)}.`;
    yield findingAt(table, at ?? term, path, message, isTolerated(name, term) ? { severity: 'note' } : {});
  }
}

/** A name that has to be a method, because it takes arguments or is there to be run, made by Name. */
function* noMethods(subject: CheckedMachine): Generator<Finding> {
  for (const { term, table, path } of predefinedObjects(subject)) {
    const name = path.slice(-4);
    if (term.op !== 'Name' || predefinedKinds(name) === undefined) continue;
    const count = predefinedArguments(name) ?? 0;
    if (count === 0 && predefinedKinds(name) !== 'N') continue;
    const why =
      count === 0 ? 'the OS runs it' : `the OS calls it with ${count === 1 ? '1 argument' : `${count} arguments`}`;
    yield findingAt(table, term, path, `${name} is declared by Name, but ${why}.`);
  }
}

/** Names that took fewer arguments before, which firmware still has. */
const VARYING: Readonly<Record<string, readonly number[]>> = { _SCP: [1, 3] };

function* wrongArguments(subject: CheckedMachine): Generator<Finding> {
  for (const { path, term, table, argumentCount } of surveyOf(subject).methods) {
    const name = path.slice(-4);
    if (predefinedKinds(name) === undefined) continue;
    const wanted = VARYING[name] ?? [predefinedArguments(name) ?? 0];
    if (wanted.includes(argumentCount)) continue;
    const message = `${name} is declared with ${argumentCount} arguments, but the OS passes ${wanted.join(' or ')}.`;
    yield findingAt(table, term, path, message);
  }
}

function mustReturn({ path, term }: MethodFacts): boolean {
  const kinds = predefinedKinds(path.slice(-4));
  return kinds !== undefined && !kinds.includes('N') && !flowOf(term.operands[2]).unknown;
}

function* withoutReturn(subject: CheckedMachine): Generator<Finding> {
  for (const method of surveyOf(subject).methods) {
    const { path, term, table } = method;
    const flow = flowOf(bodyOf(term) as readonly Term[]);
    if (!flow.falls || !mustReturn(method)) continue;
    const name = path.slice(-4);
    const kinds = predefinedKinds(name) as string;
    const wanted = kinds === 'D' ? 'a value' : spell(kinds);
    if (flow.returns) {
      const message = `${name} has to give ${wanted}, but one path through it ends without Return.`;
      yield findingAt(table, term, path, message, { severity: 'note' });
      continue;
    }
    // The OS runs it for what it does: nobody reads its value.
    const severity = name === '_WAK' ? 'note' : 'warning';
    yield findingAt(table, term, path, `${name} has to return ${wanted}, but nothing in it returns one.`, { severity });
  }
}

/** What a Package has in a wrong place: the element, and what is wrong; undefined if it is as its shape says. */
function wrongIn(given: PackageTerm, shape: PackageShape): readonly [Term, string] | undefined {
  const [count, elements] = given.operands;
  const head = shape.head ?? [];
  // What is filled in while the table runs is shorter than its count says, or empty.
  if (elements.length === 0 || elements.length < Number(count)) return undefined;
  const least = head.length - (shape.optional ?? 0);
  if (elements.length < least) return [given, `has ${elements.length} of ${least} required elements`];
  if (shape.most !== undefined && elements.length > shape.most) {
    return [elements[shape.most] as Term, `has ${elements.length} elements, and may have ${shape.most}`];
  }
  for (const [index, element] of elements.entries()) {
    const wanted = head[index] ?? (shape.rows === undefined ? shape.rest : 'P');
    if (wanted === undefined) return undefined;
    if (!fits(element, wanted)) {
      const found = WORDS[KIND_OF[element.op] as string];
      return [element, `has ${found} as element ${index}, which must be ${spell(wanted)}`];
    }
    if (index < head.length || shape.rows === undefined || !isPackage(element)) continue;
    const wrong = wrongIn(element, shape.rows);
    if (wrong !== undefined) return [wrong[0], `element ${index} ${wrong[1]}`];
  }
  return wrongCount(elements, shape);
}

/** A Package that counts its elements, and has others. */
function wrongCount(elements: readonly Term[], { counts }: PackageShape): readonly [Term, string] | undefined {
  const [first] = elements;
  const count = first && integerValue(first);
  if (first === undefined || count === undefined || counts === undefined) return undefined;
  const actual = counts === 'rows' ? elements.length - 1 : elements.length;
  if (count === BigInt(actual)) return undefined;
  const what = counts === 'rows' ? 'rows after it' : 'elements in all';
  return [first, `has the count ${count} as element 0, and there are ${actual} ${what}`];
}

function* wrongPackages(subject: CheckedMachine): Generator<Finding> {
  for (const { term, table, path, at } of givenBy(subject)) {
    const name = path.slice(-4);
    const shape = packageShape(name);
    if (shape === undefined || !isPackage(term)) continue;
    const wrong = wrongIn(term, shape);
    if (wrong !== undefined)
      yield findingAt(
        table,
        at ?? wrong[0],
        path,
        `The Package of ${name}${at === undefined ? '' : ` (${HOW_EVALUATED})`}: it ${wrong[1]}.`.replace(
          'it element',
          'element',
        ),
      );
  }
}

const PRESENT = 1n;
const ENABLED = 2n;

function* statusBits(subject: CheckedMachine): Generator<Finding> {
  for (const { term, table, path } of givenBy(subject)) {
    if (!path.endsWith('_STA')) continue;
    const value =
      term.op === 'Byte' || term.op === 'Word' || term.op === 'DWord' ? BigInt(term.operands[0]) : undefined;
    if (value === undefined || (value & PRESENT) !== 0n || (value & ENABLED) === 0n) continue;
    const message = `_STA gives 0x${value.toString(16)}: enabled (bit 1) but not present (bit 0).`;
    yield findingAt(table, term, path, message);
  }
}

/** What is wrong with objects whose name the specification reserves. */
export const PREDEFINED_RULES: readonly Rule[] = [
  {
    code: 'AML_PREDEFINED_TYPE',
    family: 'aml',
    severity: 'error',
    what: 'A predefined name, such as _STA or _CRS, gives a constant of a type that the specification does not allow. A note for a 0 instead of a Buffer or Package, and for a _PLD that is a Buffer.',
    why: 'The OS refuses the value (AE_AML_OPERAND_TYPE or AE_TYPE) and ignores what it says.',
    cure: 'Return the required type; see the name’s section in the specification.',
    source: 'ACPI 6.5 §5.6.8; iasl error 6105',
    find: wrongTypes,
  },
  {
    code: 'AML_PREDEFINED_NOT_METHOD',
    family: 'aml',
    severity: 'error',
    what: 'A predefined name that the OS runs, such as _ON or _DSM, is declared by Name instead of Method.',
    why: 'The OS reads a value, and nothing is run.',
    cure: 'Make it a Method.',
    source: 'ACPI 6.5 §5.6.8',
    find: noMethods,
  },
  {
    code: 'AML_PREDEFINED_ARGUMENTS',
    family: 'aml',
    severity: 'warning',
    what: 'A predefined method is declared with more or fewer arguments than the OS passes.',
    why: 'The OS passes the number that the specification gives. A method that declares more is aborted when it reads a missing one; if it declares fewer, the rest are dropped.',
    cure: 'Declare it with the number that the specification gives.',
    source: 'ACPI 6.5 §5.6.8; iasl warnings 3101 and 3102',
    find: wrongArguments,
  },
  {
    code: 'AML_RETURN_MISSING',
    family: 'aml',
    severity: 'warning',
    what: 'A predefined method that has to return a value returns none. A note if that is so on only some paths.',
    why: 'The OS gets no value; Linux by default uses whatever was computed last.',
    cure: 'End it with a Return of the right value, such as 0x0F for _STA or Buffer (1) {0} for _DSM.',
    source: 'ACPI 6.5 §5.6.8; iasl warnings 3107 and 3115',
    find: withoutReturn,
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    family: 'aml',
    severity: 'warning',
    what: 'The Package of a predefined name has too few elements, or one of a wrong type.',
    why: 'The OS refuses the whole Package, or mistakes one element for another.',
    cure: 'Give the elements in the order of the name’s section in the specification.',
    source: 'ACPI 6.5 §5.6.8; iasl errors 6105 and 6106',
    find: wrongPackages,
  },
  {
    code: 'AML_STATUS_BITS',
    family: 'aml',
    severity: 'warning',
    what: '_STA says that a device is enabled but not present.',
    why: 'The OS treats the device as absent.',
    cure: 'Set bit 0 with bit 1: 0x0F for a device that is there, 0 for one that is not.',
    source: 'ACPI 6.5 §6.3.7',
    find: statusBits,
  },
];
