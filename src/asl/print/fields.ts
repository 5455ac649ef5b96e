import { ACCESS_ATTRIBUTES, ACCESS_TYPES, LONG_ACCESS_ATTRIBUTES } from '../../aml/grammar/keywords.js';
import { MAX_PKG_LENGTH, pkgLengthWidth } from '../../aml/grammar/pkg-length.js';
import type { FieldElement } from '../../aml/grammar/term.js';
import { ELEMENT } from '../../aml/tape/field-list.js';
import { CODE } from '../../aml/tape/tape.js';
import { word } from './asl-writer.js';
import { printConnection } from './buffers.js';
import { hexText } from './constants.js';
import { printExpression } from './expressions.js';
import { afterElement, firstElement } from './operands.js';
import type { PrintState } from './state.js';

const BEGIN = word('{\n');
const COMMA = word(', ');
const NEXT = word(',\n');
const END = word('}\n');
const OFFSET = word('Offset (');
const CONNECTION = word('Connection (');
const NEW_LINE = 0x0a;
const RIGHT = 0x29;

/** iasl subtracts the four bytes of the width itself from the 28 bits. */
const MOST_BITS = MAX_PKG_LENGTH - 4;

/** Prints an element of the field of a record, and returns how many bits it takes; `bit` is its first one. */
type PrintElement = (state: PrintState, element: number, field: number, bit: number) => number;

/** The width of an element. */
function bitsOf({ tape }: PrintState, element: number): number {
  return tape.next(element);
}

function printNamed(state: PrintState, element: number, field: number): number {
  const { tape, out } = state;
  const bits = bitsOf(state, element);
  state.putSegment(tape.value(element), tape.start(field));
  out.word(COMMA);
  out.decimal(bits);
  noteWidth(state, element, field);
  return bits;
}

function printReserved(state: PrintState, element: number, field: number, bit: number): number {
  const { out } = state;
  const bits = bitsOf(state, element);
  const end = bit + bits;
  if (end % 8 === 0 && bits > 0) {
    out.word(OFFSET);
    out.put(hexText(end / 8, 1));
    out.character(RIGHT);
  } else {
    out.word(COMMA);
    out.decimal(bits);
  }
  noteWidth(state, element, field);
  return bits;
}

function noteWidth(state: PrintState, element: number, field: number): void {
  const { tape } = state;
  const bits = bitsOf(state, element);
  const width = tape.lengthWidth(element);
  if (width !== 0 && width !== pkgLengthWidth(bits)) state.wide('field', tape.start(field));
  if (bits > MOST_BITS) state.unsayable(field, `The field has ${bits} bits, more than iasl accepts.`);
}

/** `AccessAs`, with the attribute as a keyword if it has one. */
function printAccessAs(state: PrintState, element: number, field: number, word: string, isSayable: boolean): number {
  const value = state.tape.value(element);
  const type = ACCESS_TYPES[value & 0xff];
  state.out.put(`AccessAs (${type ?? 'AnyAcc'}, ${word})`);
  if (type === undefined || !isSayable) {
    const bytes = `${hexText(value & 0xff, 1)} ${hexText((value >>> 8) & 0xff, 1)}`;
    state.unsayable(field, `The access type is ${bytes}, which has no keyword in ASL.`);
  }
  return 0;
}

function printAccess(state: PrintState, element: number, field: number): number {
  const attribute = (state.tape.value(element) >>> 8) & 0xff;
  const known = ACCESS_ATTRIBUTES[attribute] ?? hexText(attribute, 1);
  return printAccessAs(state, element, field, known, LONG_ACCESS_ATTRIBUTES[attribute] === undefined);
}

function printExtendedAccess(state: PrintState, element: number, field: number): number {
  const value = state.tape.value(element);
  const known = LONG_ACCESS_ATTRIBUTES[(value >>> 8) & 0xff];
  const text = `${known ?? 'AttribBytes'} (${hexText((value >>> 16) & 0xff, 1)})`;
  return printAccessAs(state, element, field, text, known !== undefined);
}

function printConnect(state: PrintState, element: number, field: number): number {
  const { tape, out } = state;
  const connection = element + 1;
  out.word(CONNECTION);
  if (tape.code(connection) === CODE.Path) {
    printExpression(state, connection, 0);
  } else {
    const why = printConnection(state, connection, field);
    if (why !== undefined) {
      printExpression(state, connection, 0);
      state.unsayable(field, `The connection has no macro in ASL: ${why}.`);
    }
  }
  out.character(RIGHT);
  return 0;
}

const PRINT: Readonly<Record<FieldElement['kind'], PrintElement>> = {
  NamedField: printNamed,
  ReservedField: printReserved,
  AccessField: printAccess,
  ExtendedAccessField: printExtendedAccess,
  ConnectField: printConnect,
};
const printers: PrintElement[] = [];
for (const [kind, code] of Object.entries(ELEMENT))
  printers[code - CODE.FieldElement] = PRINT[kind as FieldElement['kind']];

/**
 * Field elements in braces, one a line. A gap that ends at a byte is printed as the Offset after it. ACPI 6.5 §19.6.48
 */
export function printFieldElements(state: PrintState, field: number): void {
  const { tape, out } = state;
  const end = tape.next(field);
  state.putMargin();
  out.word(BEGIN);
  let bit = 0;
  for (let element = firstElement(tape, field); element < end; ) {
    out.margin(state.level + 1);
    bit += (printers[tape.code(element) - CODE.FieldElement] as PrintElement)(state, element, field, bit);
    element = afterElement(tape, element);
    if (element < end) out.word(NEXT);
    else out.character(NEW_LINE);
  }
  state.putMargin();
  out.word(END);
}
