import type { AmlReader } from '../decode/aml-reader.js';
import { putKey } from '../encode/put-bytes.js';
import type { TermChecks } from '../encode/term-checks.js';
import { FIELD_ELEMENTS, type FieldElementRow } from '../grammar/field-elements.js';
import { putBits } from '../grammar/pkg-length.js';
import type { FieldElement, Term, TermArg } from '../grammar/term.js';
import { CODE, LENGTH_SHIFT, NEXT, RECORD, type Tape } from './tape.js';

/** What reading elements needs from the decoder. */
interface ElementSource {
  readonly reader: AmlReader;
  readonly tape: Tape;
  /** The Buffer or the name of a ConnectField. */
  connection(end: number): void;
  /** Called with the key of each NamedField's name. */
  declareField(key: number): void;
}

/** The rows in their order, and the code of each one's records. */
export const ELEMENT_ROWS: readonly FieldElementRow[] = FIELD_ELEMENTS;
const NAMED = FIELD_ELEMENTS.findIndex(({ kind }) => kind === 'NamedField');
const elementsByCode: (number | undefined)[] = [];
for (const [index, { code }] of FIELD_ELEMENTS.entries()) if (code !== undefined) elementsByCode[code] = index;

/** The code of each kind's records. */
export const ELEMENT = Object.fromEntries(
  FIELD_ELEMENTS.map(({ kind }, index) => [kind, CODE.FieldElement + index]),
) as Readonly<Record<FieldElement['kind'], number>>;

/** Which row of FIELD_ELEMENTS a record is of; negative for any other record. */
export const elementRow = (code: number): number => code - CODE.FieldElement;

/**
 * Reads the elements up to `end`. A byte that begins no element is taken for the first of a NameSeg. ACPI 6.5 §20.2.5.2
 */
export function decodeFieldList(source: ElementSource, end: number): void {
  const { reader, tape } = source;
  while (reader.at < end) {
    const start = reader.at;
    const index = elementsByCode[reader.u8(start)] ?? NAMED;
    const row = ELEMENT_ROWS[index] as FieldElementRow;
    if (row.code !== undefined) reader.at++;
    let head = CODE.FieldElement + index;
    let value = 0;
    let bits = -1;
    let shift = 0;
    for (const operand of row.operands) {
      switch (operand) {
        case 'NameSeg':
          value = reader.segment(end);
          break;
        case 'BitLength':
          bits = reader.packageLength(end);
          head |= reader.lengthWidth << LENGTH_SHIFT;
          break;
        case 'ByteData':
          value |= reader.u8(reader.take(1, end)) << shift;
          shift += 8;
      }
    }
    const record = tape.add(head, value, start);
    if (bits >= 0) tape.words[record * RECORD + NEXT] = bits;
    if (index === NAMED) source.declareField(value);
    if (row.operands[0] === 'Connection') {
      source.connection(end);
      tape.close(record);
    }
  }
}

/** The elements in records from `first` up to `end`; `connection` makes the term of a record. */
export function elementsAt(
  tape: Tape,
  first: number,
  end: number,
  connection: (record: number) => TermArg,
): readonly FieldElement[] {
  const elements: FieldElement[] = [];
  for (let record = first; record < end; ) {
    const { kind } = FIELD_ELEMENTS[elementRow(tape.code(record))] as (typeof FIELD_ELEMENTS)[number];
    const value = tape.value(record);
    switch (kind) {
      case 'NamedField': {
        const [name, bits, lengthWidth] = [tape.name(record), tape.next(record), tape.lengthWidth(record)];
        elements.push({ kind, name, bits, lengthWidth });
        break;
      }
      case 'ReservedField':
        elements.push({ kind, bits: tape.next(record), lengthWidth: tape.lengthWidth(record) });
        break;
      case 'AccessField':
        elements.push({ kind, access: value & 0xff, attribute: value >>> 8 });
        break;
      case 'ExtendedAccessField':
        elements.push({ kind, access: value & 0xff, attribute: (value >>> 8) & 0xff, length: value >>> 16 });
        break;
      case 'ConnectField':
        elements.push({ kind, connection: connection(record + 1) });
        record = tape.next(record);
        continue;
    }
    record++;
  }
  return elements;
}

/** What recording elements needs from the recorder. */
interface ElementSink {
  readonly tape: Tape;
  readonly checks: TermChecks;
  term(term: Term): void;
}

/** Puts field elements on a tape. */
export function recordElements(sink: ElementSink, elements: readonly FieldElement[]): void {
  const { tape } = sink;
  for (const element of elements) {
    switch (element.kind) {
      case 'NamedField':
        addBits(sink, ELEMENT.NamedField, sink.checks.segment(element.name), element);
        break;
      case 'ReservedField':
        addBits(sink, ELEMENT.ReservedField, 0, element);
        break;
      case 'AccessField':
        tape.add(ELEMENT.AccessField, bytesOf(sink, element.access, element.attribute, 0), -1);
        break;
      case 'ExtendedAccessField':
        tape.add(ELEMENT.ExtendedAccessField, bytesOf(sink, element.access, element.attribute, element.length), -1);
        break;
      case 'ConnectField': {
        const record = tape.add(ELEMENT.ConnectField, 0, -1);
        sink.term(element.connection);
        tape.close(record);
        break;
      }
      default:
        element satisfies never;
    }
  }
}

function addBits(
  { tape, checks }: ElementSink,
  code: number,
  value: number,
  { bits, lengthWidth }: { readonly bits: number; readonly lengthWidth: number },
): void {
  const record = tape.add(code | (checks.lengthWidth(lengthWidth) << LENGTH_SHIFT), value, -1);
  tape.words[record * RECORD + NEXT] = checks.bits(bits);
}

function bytesOf({ checks }: ElementSink, access: number, attribute: number, length: number): number {
  return (
    checks.elementByte(access, 'access type') |
    (checks.elementByte(attribute, 'attribute') << 8) |
    (checks.elementByte(length, 'access length') << 16)
  );
}

/**
 * Writes a field element, without the contents of a ConnectField. `value`: its name's key, or its bytes, the first
 * lowest.
 */
export function putElement(
  bytes: Uint8Array,
  before: number,
  { code, operands }: FieldElementRow,
  value: number,
  bits: number,
  hadWidth: number,
): number {
  let at = before;
  for (let index = operands.length - 1; index >= 0; index--) {
    switch (operands[index]) {
      case 'NameSeg':
        at = putKey(bytes, at, value);
        break;
      case 'BitLength':
        at = putBits(bytes, at, bits, hadWidth);
        break;
      case 'ByteData':
        bytes[--at] = value >>> (8 * index);
    }
  }
  if (code !== undefined) bytes[--at] = code;
  return at;
}
