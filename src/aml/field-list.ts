import type { AmlReader } from './aml-reader.js';
import type { BackWriter } from './back-writer.js';
import { FIELD_ELEMENTS } from './field-elements.js';
import type { FieldElement, Term, TermArg } from './term.js';

type Kind = FieldElement['kind'];
type Element<K extends Kind> = Extract<FieldElement, { kind: K }>;

/** What reading elements asks of the decoder. */
interface ElementSource {
  readonly reader: AmlReader;
  /** The Buffer or the name of a ConnectField. */
  connection(end: number): Term;
  /** Told of each NamedField's name. */
  declareField(name: string): void;
}

/** What writing elements asks of the encoder. */
interface ElementSink {
  readonly out: BackWriter;
  connection(term: Term): void;
  segment(name: string): void;
  byte(value: number, what: string): void;
  bitLength(bits: number, decodedWidth: number): void;
}

/** Both directions of one kind of element, without the byte that it begins with. Written from its end to its start. */
interface ElementCoder<K extends Kind> {
  decode(source: ElementSource, end: number): Element<K>;
  encode(sink: ElementSink, element: Element<K>): void;
}

const CODERS: { readonly [K in Kind]: ElementCoder<K> } = {
  NamedField: {
    decode(source, end) {
      const { reader } = source;
      const name = reader.segment(end);
      const bits = reader.packageLength(end);
      source.declareField(name);
      return { kind: 'NamedField', name, bits, lengthWidth: reader.lengthWidth };
    },
    encode(sink, { name, bits, lengthWidth }) {
      sink.bitLength(bits, lengthWidth);
      sink.segment(name);
    },
  },
  ReservedField: {
    decode({ reader }, end) {
      const bits = reader.packageLength(end);
      return { kind: 'ReservedField', bits, lengthWidth: reader.lengthWidth };
    },
    encode(sink, { bits, lengthWidth }) {
      sink.bitLength(bits, lengthWidth);
    },
  },
  AccessField: {
    decode({ reader }, end) {
      const at = reader.take(2, end);
      return { kind: 'AccessField', access: reader.u8(at), attribute: reader.u8(at + 1) };
    },
    encode(sink, { access, attribute }) {
      sink.byte(attribute, 'attribute');
      sink.byte(access, 'access type');
    },
  },
  ConnectField: {
    decode: (source, end) => ({ kind: 'ConnectField', connection: source.connection(end) as TermArg }),
    encode(sink, { connection }) {
      sink.connection(connection);
    },
  },
  ExtendedAccessField: {
    decode({ reader }, end) {
      const at = reader.take(3, end);
      const [access, attribute, length] = [reader.u8(at), reader.u8(at + 1), reader.u8(at + 2)];
      return { kind: 'ExtendedAccessField', access, attribute, length };
    },
    encode(sink, { access, attribute, length }) {
      sink.byte(length, 'access length');
      sink.byte(attribute, 'attribute');
      sink.byte(access, 'access type');
    },
  },
};

const codes = new Map<Kind, number | undefined>(FIELD_ELEMENTS.map((row) => [row.kind, row.code]));
const kindsByCode: (Kind | undefined)[] = [];
for (const { kind, code } of FIELD_ELEMENTS) if (code !== undefined) kindsByCode[code] = kind;

/** Reads the elements up to `end`. A byte that begins no element is taken for the first of a NameSeg. ACPI 6.5 §20.2.5.2 */
export function decodeFieldList(source: ElementSource, end: number): FieldElement[] {
  const { reader } = source;
  const elements: FieldElement[] = [];
  while (reader.at < end) {
    const kind = kindsByCode[reader.u8(reader.at)];
    if (kind !== undefined) reader.at++;
    elements.push(CODERS[kind ?? 'NamedField'].decode(source, end));
  }
  return elements;
}

/** Writes elements, the last first. */
export function encodeFieldList(sink: ElementSink, elements: readonly FieldElement[]): void {
  for (let index = elements.length - 1; index >= 0; index--) {
    const element = elements[index] as FieldElement;
    (CODERS[element.kind] as ElementCoder<Kind>).encode(sink, element);
    const code = codes.get(element.kind);
    if (code !== undefined) sink.out.u8(code);
  }
}
