import { ELEMENT } from '../decode/field-list.js';
import type { TermChecks } from '../encode/term-checks.js';
import type { FieldElement, Term } from '../grammar/term.js';
import { LENGTH_SHIFT, NEXT, RECORD, type Tape } from './tape.js';

/** What recording elements asks of the recorder. */
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
