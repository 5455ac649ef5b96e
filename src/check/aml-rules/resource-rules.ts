import {
  checkResources,
  type DecodedResources,
  decodeResources,
  displayName,
  encodeResources,
  integerValue,
  joinPath,
  type Op,
  type ResourceDescriptor,
  type Term,
} from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import type { DiagnosticCode } from '../../vocab/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { ecamWindows } from '../subject/occupied-memory.js';
import { perSubject } from '../subject/per-subject.js';
import { placeIn, type SubjectTable } from '../subject/subject-table.js';
import { createdFields } from './facts/created-fields.js';
import { surveyOf } from './facts/survey.js';

/** A Buffer that is a resource template, and whose it is. */
interface Template {
  readonly table: SubjectTable;
  /** The method that stores it to a Local, where code can fill it in. */
  readonly storedIn: Term | undefined;
  readonly term: Op<'Buffer'>;
  /** The object that holds or returns it. */
  readonly path: string;
  readonly decoded: DecodedResources;
}

/** Predefined names whose value is a resource template. ACPI 6.5 §6.2 */
const RESOURCE_NAMES = /^_(?:CRS|PRS|DMA|AEI)$/;

/** An EndTag, and its checksum: how templates end. ACPI 6.5 §6.4.2.9 */
const END_TAG = 0x79;

/** Every Buffer of the tables that is a template: the value of such a name, whatever it holds, or one that is sound to its EndTag. */
const templatesOf = perSubject((subject): readonly Template[] => {
  const templates: Template[] = [];
  for (const { term, site, parent } of surveyOf(subject).visits('Buffer')) {
    const [size, bytes] = term.operands;
    const within = site.method?.path ?? site.scope;
    const path = parent?.op === 'Name' ? joinPath(site.scope, parent.operands[0]) : within;
    const named = RESOURCE_NAMES.test(path.slice(-4)) && (parent?.op === 'Name' || parent?.op === 'Return');
    if (!named && bytes.at(-2) !== END_TAG) continue;
    if (bytes.length === 0 || integerValue(size) === undefined) continue;
    const decoded = decodeResources(bytes);
    if (!named && (decoded.diagnostics.length > 0 || decoded.descriptors.length < 2)) continue;
    const storedIn = parent?.op === 'Store' ? site.method?.term : undefined;
    templates.push({ table: site.table, storedIn, term, path, decoded });
  }
  return templates;
});

/** Runs of a template's bytes that code fills in. */
interface Edited {
  readonly first: number;
  readonly end: number;
}

/** What code fills in of each object, by path; a field whose place is not constant may be anywhere. */
function editedIn(subject: CheckedMachine): Map<string, Edited[]> {
  const edited = new Map<string, Edited[]>();
  for (const { visit, source, lowBit, bits } of createdFields(subject)) {
    const declared = source.op === 'Path' ? subject.names.find(source.operands[0], visit.site.scope) : undefined;
    if (declared === undefined) continue;
    const open = lowBit === undefined || bits === undefined;
    const run = open
      ? { first: 0, end: Infinity }
      : { first: Math.floor(lowBit / 8), end: Math.ceil((lowBit + bits) / 8) };
    const same = edited.get(declared.path);
    if (same === undefined) edited.set(declared.path, [run]);
    else same.push(run);
  }
  return edited;
}

/** Methods that make fields in what a Local or an Arg holds. */
function methodsThatEditLocals(subject: CheckedMachine): ReadonlySet<Term | undefined> {
  const editors = createdFields(subject).filter(({ source }) => source.op === 'Local' || source.op === 'Arg');
  return new Set(editors.flatMap(({ visit }) => visit.site.method?.term ?? []));
}

/** The address below which a range ends, if it begins at or above that. */
function cutOffAt(descriptor: ResourceDescriptor): bigint | undefined {
  if (!('min' in descriptor)) return undefined;
  const end = BigInt(descriptor.max) + 1n;
  return BigInt(descriptor.min) >= end ? end : undefined;
}

/**
 * Whether an OS leaves an address space descriptor out. Linux drops one that ends before it begins, and takes wrong lengths,
 * granularities and flags (acpi_dev_resource_len_valid). One without a length is not in use.
 */
function isDropped(descriptor: ResourceDescriptor): boolean {
  if (!('granularity' in descriptor)) return false;
  return BigInt(descriptor.length) !== 0n && BigInt(descriptor.min) > BigInt(descriptor.max);
}

const cutCure = (base: bigint): string =>
  `It is cut off where the ECAM window begins, at ${formatHex(base)}: begin it below that, or remove it.`;

/** What takes a named template as a whole, and may fill it in out of sight: a call, a Local, a reference, Index. */
const TAKERS = new Set(['Path', 'Store', 'CopyObject', 'RefOf', 'Index']);

/** Paths of the objects that code takes as a whole, of those whose last segment is given. */
function takenAway(subject: CheckedMachine, segments: ReadonlySet<string>): Set<string> {
  const taken = new Set<string>();
  for (const { term, site, parent } of surveyOf(subject).visits('Path')) {
    const [name] = term.operands;
    if (parent === undefined || !TAKERS.has(parent.op) || !segments.has(name.slice(-4))) continue;
    const declared = subject.names.find(name, site.scope);
    if (declared !== undefined) taken.add(declared.path);
  }
  return taken;
}

/** The offset of a template's bytes in its table. */
const bytesAt = ({ term }: Template): number => (term.start < 0 ? -1 : term.end - term.operands[1].length);

function placed(template: Template, offsetBytes: number | undefined, message: string, cure?: string): Finding {
  const start = bytesAt(template);
  const at = start < 0 ? start : start + (offsetBytes ?? 0);
  return {
    place: placeIn(template.table, at, displayName(template.path)),
    message,
    ...(cure === undefined ? {} : { cure }),
  };
}

function* saidOf(subject: CheckedMachine, code: DiagnosticCode): Generator<Finding> {
  for (const template of templatesOf(subject)) {
    for (const found of template.decoded.diagnostics) {
      if (found.code === code) yield placed(template, found.place.offsetBytes, found.message, found.cure);
    }
  }
}

/** Whether there is something about a descriptor that can be wrong: it has a range, or begins or ends a choice. */
function isJudged(descriptor: ResourceDescriptor): boolean {
  return 'min' in descriptor || descriptor.kind.includes('Dependent');
}

function* wrongValues(subject: CheckedMachine): Generator<Finding> {
  const wrong = templatesOf(subject).flatMap((template) => {
    const { descriptors } = template.decoded;
    const findings = descriptors.some(isJudged) ? checkResources(descriptors) : [];
    return findings.length === 0 ? [] : [{ template, descriptors, findings }];
  });
  if (wrong.length === 0) return;
  const edited = editedIn(subject);
  const editors = methodsThatEditLocals(subject);
  const windowBases = new Set(ecamWindows(subject).map(({ base }) => base));
  const taken = takenAway(subject, new Set(wrong.map(({ template }) => template.path.slice(-4))));
  for (const { template, descriptors, findings } of wrong) {
    if (taken.has(template.path) || editors.has(template.storedIn)) continue;
    const runs = edited.get(template.path) ?? [];
    const starts = [0];
    for (const descriptor of descriptors) starts.push((starts.at(-1) as number) + encodeResources([descriptor]).length);
    for (const { place, message, cure } of findings) {
      const from = place.offsetBytes ?? 0;
      const to = starts.find((start) => start > from) ?? from;
      // What a method fills in says nothing before.
      if (runs.some(({ first, end }) => first < to && end > from)) continue;
      const descriptor = descriptors[starts.indexOf(from)];
      const cutAt = descriptor === undefined ? undefined : cutOffAt(descriptor);
      const isCut = cutAt !== undefined && windowBases.has(cutAt);
      const finding = placed(template, from, message, isCut ? cutCure(cutAt) : cure);
      yield descriptor !== undefined && isDropped(descriptor) ? { ...finding, severity: 'error' } : finding;
    }
  }
}

/** What is wrong with resource templates. */
export const RESOURCE_RULES: readonly Rule[] = [
  {
    code: 'AML_RESOURCE_VALUE',
    family: 'aml',
    severity: 'warning',
    what: 'A resource descriptor contradicts itself: min is above max (an error if it has a length, as Linux then drops it), the length is not max - min + 1, flags fix what the length leaves open, or dependent functions are out of order.',
    why: 'The OS uses a range that was not intended, or ignores the descriptor, and a bridge loses its window.',
    cure: 'Make min, max, length, granularity and the flags agree.',
    source: 'ACPI 6.5 §6.4.3.5; iasl errors 6043 to 6050; Linux: acpi_dev_resource_len_valid',
    find: wrongValues,
  },
  {
    code: 'AML_RESOURCE_END',
    family: 'aml',
    severity: 'error',
    what: 'A _CRS, _PRS, _DMA or _AEI has no EndTag, or bytes after it.',
    why: 'Without an EndTag the OS refuses the whole template with AE_AML_NO_RESOURCE_END_TAG; bytes after it are never read.',
    cure: 'End it with 79 00.',
    source: 'ACPI 6.5 §6.4.2.9',
    find: (subject) => saidOf(subject, 'AML_RESOURCE_END'),
  },
  {
    code: 'AML_RESOURCE_TRUNCATED',
    family: 'aml',
    severity: 'error',
    what: 'A descriptor of a _CRS, _PRS, _DMA or _AEI ends past the end of the buffer.',
    why: 'The OS refuses the whole template with AE_AML_INVALID_RESOURCE_TYPE or AE_AML_BAD_RESOURCE_LENGTH.',
    cure: 'Correct the descriptor’s length, or give the buffer its missing bytes.',
    source: 'ACPI 6.5 §6.4',
    find: (subject) => saidOf(subject, 'AML_RESOURCE_TRUNCATED'),
  },
  {
    code: 'AML_RESOURCE_UNKNOWN',
    family: 'aml',
    severity: 'error',
    what: 'A _CRS, _PRS, _DMA or _AEI has a descriptor of a type that does not exist.',
    why: 'The OS refuses the whole template with AE_AML_INVALID_RESOURCE_TYPE.',
    cure: 'Check which descriptor was intended. If the length of the one before is wrong, everything after it is misread.',
    source: 'ACPI 6.5 §6.4.1',
    find: (subject) => saidOf(subject, 'AML_RESOURCE_UNKNOWN'),
  },
  {
    code: 'AML_RESOURCE_LAYOUT',
    family: 'aml',
    severity: 'error',
    what: 'A descriptor of a _CRS, _PRS, _DMA or _AEI does not have the layout of its type.',
    why: 'The OS follows wrong offsets and lengths in it, or refuses the template.',
    cure: 'Write the descriptor as its section of the specification says.',
    source: 'ACPI 6.5 §6.4',
    find: (subject) => saidOf(subject, 'AML_RESOURCE_LAYOUT'),
  },
];
