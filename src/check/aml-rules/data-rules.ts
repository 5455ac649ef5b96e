import { displayName, evaluateConstant, integerValue, type Op, type Term } from '../../aml/index.js';
import { MOST_U64 } from '../../base/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import type { PlacedRegion } from '../subject/placed-regions.js';
import { bufferLengths } from './facts/buffer-lengths.js';
import { createdFields } from './facts/created-fields.js';
import { surveyOf, type Visit } from './facts/survey.js';
import { findingAt } from './finding.js';

const whereOf = ({ site }: Visit): string => site.method?.path ?? site.scope;

/** What a Package says of its own length, where that is a constant. */
function countOf(term: Op<'Package' | 'VarPackage'>): number | undefined {
  const [count] = term.operands;
  if (typeof count === 'number') return count;
  const value = integerValue(count);
  return value === undefined ? undefined : Number(value);
}

function* packages(subject: CheckedMachine): Generator<readonly [Visit, number, number]> {
  const survey = surveyOf(subject);
  for (const visit of [...survey.visits('Package'), ...survey.visits('VarPackage')]) {
    const count = countOf(visit.term);
    if (count !== undefined) yield [visit, count, visit.term.operands[1].length];
  }
}

function* surplusElements(subject: CheckedMachine): Generator<Finding> {
  for (const [visit, count, elements] of packages(subject)) {
    if (count >= elements) continue;
    const cut = elements > 255 && count === elements % 256 ? ' The count was cut to a byte: write a VarPackage.' : '';
    const message = `The Package has ${elements} elements, but its count says ${count}: the rest is dropped.${cut}`;
    yield findingAt(visit.site.table, visit.term, whereOf(visit), message);
  }
}

function* missingElements(subject: CheckedMachine): Generator<Finding> {
  for (const [visit, count, elements] of packages(subject)) {
    if (count <= elements || elements === 0) continue;
    const message = `The Package’s count says ${count} elements, but it has ${elements}: the others are uninitialized.`;
    yield findingAt(visit.site.table, visit.term, whereOf(visit), message);
  }
}

function* shortBuffers(subject: CheckedMachine): Generator<Finding> {
  for (const visit of surveyOf(subject).visits('Buffer')) {
    const [size, bytes] = visit.term.operands;
    const value = integerValue(size);
    if (value === undefined || value >= BigInt(bytes.length)) continue;
    const message = `The Buffer’s size is ${value} bytes, but it is initialized with ${bytes.length}.`;
    yield findingAt(visit.site.table, visit.term, whereOf(visit), message);
  }
}

/** Integers that a DSDT of revision 0 or 1 cuts. */
function* cutIntegers(subject: CheckedMachine): Generator<Finding> {
  if (subject.integerBits === 64) return;
  for (const visit of surveyOf(subject).visits('QWord')) {
    const [value] = visit.term.operands;
    const seen = BigInt.asUintN(32, value);
    // Ones is all bits of an integer, however many it has.
    if (seen === value || value === MOST_U64) continue;
    const message = `The constant is 0x${value.toString(16)}, but the OS sees 0x${seen.toString(16)}: with this DSDT's revision, integers have 32 bits.`;
    yield findingAt(visit.site.table, visit.term, whereOf(visit), message);
  }
}

function* pastBuffers(subject: CheckedMachine): Generator<Finding> {
  const bufferOf = bufferLengths(subject);
  for (const field of createdFields(subject)) {
    const { name, lowBit, bits } = field;
    const { term, site } = field.visit;
    if (bits === 0) {
      const message = `${displayName(name)} is created with a length of 0 bits.`;
      yield findingAt(site.table, term, whereOf(field.visit), message);
      continue;
    }
    if (lowBit === undefined || bits === undefined) continue;
    const buffer = bufferOf(field);
    const end = lowBit + bits;
    if (buffer === undefined || end <= buffer.lengthBytes * 8) continue;
    const bytes = `${buffer.lengthBytes} bytes${buffer.isText ? ', its NUL among them' : ''}`;
    const message = `${displayName(name)} ends at bit ${end} of ${buffer.what}, which has ${buffer.lengthBytes * 8} (${bytes}).`;
    const other = buffer.other === undefined ? {} : { other: buffer.other };
    yield findingAt(site.table, term, whereOf(field.visit), message, other);
  }
}

/**
 * SMBus, IPMI and GenericSerialBus: a unit's offset is a command there, and ACPICA does not compare it with the region's
 * length. ACPI 6.5 §5.5.2.4.6; ACPICA exfldio.c
 */
const PROTOCOL_SPACES = new Set([4, 7, 9]);

/** The length of a region where it is written as a constant: a Name may hold another value when the OS reads it. */
function fixedLength(region: PlacedRegion | undefined): bigint | undefined {
  const term = region?.declared.term;
  return term?.op === 'OperationRegion' ? evaluateConstant(term.operands[3]) : undefined;
}

/** Bytes of each access type, AnyAcc as one. */
const ACCESS_BYTES = [1, 1, 2, 4, 8];

function* pastRegions(subject: CheckedMachine): Generator<Finding> {
  for (const { declared, path, region, lowBit, bits } of subject.fields) {
    const lengthBytes = fixedLength(region);
    if (region === undefined || lengthBytes === undefined || PROTOCOL_SPACES.has(region.space)) continue;
    const end = lowBit + bits;
    if (BigInt(end) <= lengthBytes * 8n) continue;
    const message = `It ends at bit ${end} of ${displayName(region.path)}, which has ${lengthBytes * 8n} (${lengthBytes} bytes).`;
    yield findingAt(declared.table, declared.term, path, message, { other: placeOf(region.declared) });
  }
}

/** Units that lie in their region while the access that reaches them does not. */
function* accessPastRegions(subject: CheckedMachine): Generator<Finding> {
  const seen = new Set<Term>();
  for (const { declared, path, region, lowBit, bits, access } of subject.fields) {
    const lengthBytes = fixedLength(region);
    if (region === undefined || lengthBytes === undefined || PROTOCOL_SPACES.has(region.space) || bits === 0) continue;
    const width = (ACCESS_BYTES[access] ?? 1) * 8;
    const end = Math.ceil((lowBit + bits) / width) * width;
    const length = Number(lengthBytes) * 8;
    if (end <= length || lowBit + bits > length || seen.has(declared.term)) continue;
    seen.add(declared.term);
    const message = `Its accesses of ${width / 8} bytes reach byte ${end / 8} of ${displayName(region.path)}, which has ${lengthBytes}.`;
    yield findingAt(declared.table, declared.term, path, message, { other: placeOf(region.declared) });
  }
}

function* emptyRegions(subject: CheckedMachine): Generator<Finding> {
  for (const region of subject.regions) {
    const { declared, path } = region;
    if (fixedLength(region) !== 0n) continue;
    yield findingAt(declared.table, declared.term, path, 'The region has a length of 0.');
  }
}

/** What is wrong with packages, buffers, integers, and fields of buffers and regions. */
export const DATA_RULES: readonly Rule[] = [
  {
    code: 'AML_PACKAGE_COUNT',
    family: 'aml',
    severity: 'error',
    what: 'A Package has more elements than its count says.',
    why: 'The OS uses as many as the count says and drops the rest. crosvm and rust-vmm truncate a count of 256 or more to a byte.',
    cure: 'Correct the count; for more than 255 elements, use a VarPackage.',
    source: 'ACPI 6.5 §19.6 (Package), §20.2.5.4; crosvm f1e797a acpi_tables',
    find: surplusElements,
  },
  {
    code: 'AML_PACKAGE_SHORT',
    family: 'aml',
    severity: 'note',
    what: 'A Package has elements, but fewer than its count says.',
    why: 'The others are uninitialized: reading one causes AE_AML_UNINITIALIZED_ELEMENT until something is stored there.',
    cure: 'Give all elements, or the right count.',
    source: 'ACPI 6.5 §19.6 (Package); iasl remark 2063',
    find: missingElements,
  },
  {
    code: 'AML_BUFFER_SIZE',
    family: 'aml',
    severity: 'warning',
    what: 'A Buffer is initialized with more bytes than its size says.',
    why: 'ACPICA uses the larger of the two. Other interpreters use the size and lose the end, such as a resource template’s EndTag.',
    cure: 'Make the size match the bytes.',
    source: 'ACPI 6.5 §19.6 (Buffer), §20.2.5.4',
    find: shortBuffers,
  },
  {
    code: 'AML_INTEGER_CUT',
    family: 'aml',
    severity: 'warning',
    what: 'A constant needs more than 32 bits, and the DSDT’s revision is below 2.',
    why: 'The OS uses only the low half, even in SSDTs of a higher revision.',
    cure: 'Give the DSDT revision 2.',
    source: 'ACPI 6.5 §20.3; Linux, seen running',
    find: cutIntegers,
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    family: 'aml',
    severity: 'error',
    what: 'CreateField or a similar operator goes past the end of its buffer, or has a length of 0.',
    why: 'ACPICA gives AE_AML_BUFFER_LIMIT, or AE_AML_OPERAND_VALUE for a length of 0, and the method is aborted. crosvm’s _DSM does this for empty strings and buffers.',
    cure: 'Enlarge the Buffer or correct the index, which counts bits for CreateField and CreateBitField, and bytes for the others.',
    source: 'ACPI 6.5 §19.6 (CreateField); ACPICA exfield.c',
    find: pastBuffers,
  },
  {
    code: 'AML_FIELD_RANGE',
    family: 'aml',
    severity: 'error',
    what: 'A field unit goes past the end of its region. Not checked for SMBus, IPMI and GenericSerialBus, where an offset is a command.',
    why: 'An access gives AE_AML_REGION_LIMIT and the method is aborted.',
    cure: 'Enlarge the region, or correct the offsets: they count from the region’s start.',
    source: 'ACPI 6.5 §19.6 (Field); iasl error 6031; ACPICA exfldio.c',
    find: pastRegions,
  },
  {
    code: 'AML_FIELD_ACCESS_RANGE',
    family: 'aml',
    severity: 'warning',
    what: 'A field unit is inside its region, but an access of the Field’s width to it reaches past the end.',
    why: 'Strict interpreters give AE_AML_REGION_LIMIT; lenient ones access whatever follows the region.',
    cure: 'Make the region’s length a multiple of the access width, or the access narrower.',
    source: 'ACPI 6.5 §19.6 (Field); iasl errors 6029 and 6030',
    find: accessPastRegions,
  },
  {
    code: 'AML_REGION_EMPTY',
    family: 'aml',
    severity: 'error',
    what: 'An OperationRegion has a length of 0.',
    why: 'Every access gives AE_AML_REGION_LIMIT.',
    cure: 'Give it the length that its fields need.',
    source: 'ACPI 6.5 §19.6 (OperationRegion)',
    find: emptyRegions,
  },
];
