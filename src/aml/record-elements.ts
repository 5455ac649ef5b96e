import { FIELD_ELEMENTS } from './field-elements.js';
import { MAX_PKG_LENGTH } from './pkg-length.js';
import { CODE, LENGTH_SHIFT, NEXT, RECORD, type Tape } from './tape.js';
import type { FieldElement, Term } from './term.js';

/** What recording elements asks of the recorder. */
interface ElementSink {
  readonly tape: Tape;
  term(term: Term): void;
  segment(name: string): number;
  require(value: number, most: number, message: string, cure: string): void;
}

/** The code of each kind's records. */
const ELEMENT = Object.fromEntries(
  FIELD_ELEMENTS.map(({ kind }, index) => [kind, CODE.FieldElement + index]),
) as Readonly<Record<FieldElement['kind'], number>>;

/** Puts field elements on a tape. */
export function recordElements(sink: ElementSink, elements: readonly FieldElement[]): void {
  const { tape } = sink;
  for (const element of elements) {
    switch (element.kind) {
      case 'NamedField':
        addBits(sink, ELEMENT.NamedField, sink.segment(element.name), element);
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
  sink: ElementSink,
  code: number,
  value: number,
  { bits, lengthWidth }: { readonly bits: number; readonly lengthWidth: number },
): void {
  const { tape } = sink;
  if (!(bits >= 0 && bits <= MAX_PKG_LENGTH && Number.isInteger(bits)))
    sink.require(
      bits,
      MAX_PKG_LENGTH,
      `A field of ${bits} bits is outside 0..${MAX_PKG_LENGTH}.`,
      'Give its width in bits.',
    );
  const record = tape.add(code | (lengthWidth << LENGTH_SHIFT), value, -1);
  tape.words[record * RECORD + NEXT] = bits;
}

function bytesOf(sink: ElementSink, access: number, attribute: number, length: number): number {
  requireByte(sink, access, 'access type');
  requireByte(sink, attribute, 'attribute');
  requireByte(sink, length, 'access length');
  return access | (attribute << 8) | (length << 16);
}

function requireByte(sink: ElementSink, value: number, what: string): void {
  sink.require(value, 0xff, `A field element's ${what} is ${value}, outside 0..0xff.`, 'Give one byte.');
}
