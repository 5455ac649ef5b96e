import { KIND, type KindNumber } from '../../aml/grammar/compiled-rows.js';
import { pkgLengthWidth } from '../../aml/grammar/pkg-length.js';
import { CODE, NEXT, RECORD, ROW, VALUE } from '../../aml/tape/tape.js';
import { word } from './asl-writer.js';
import { printBytes, printMacro } from './buffers.js';
import { hexText, printNumber, printString } from './constants.js';
import type { Form } from './forms.js';
import { integerAt, isPlain, isWordConstant, opAt } from './operands.js';
import { type PrintRow, printRowOf } from './rows.js';
import type { PrintState } from './state.js';

/** Binds tighter than any operator. */
export const ATOM = 20;

const OPEN = word(' (');
const COMMA = word(', ');
const BRACKET = word(' [');
const NOTHING = word(' ()');
const PACKAGE = word('Package (');
const BUFFER = word('Buffer (');
const EMPTY_LIST = word(') {}');
const LIST_HEAD = word(')\n');
const LIST_BEGIN = word('{\n');
const LIST_NEXT = word(',\n');
const NEW_LINE = 0x0a;
const LEFT = 0x28;
const RIGHT = 0x29;
const ZERO = 0x30;
const RIGHT_BRACKET = 0x5d;
const RIGHT_BRACE = 0x7d;

type Print = (state: PrintState, record: number, row: PrintRow, least: number) => void;

function printOrdinal({ out, words }: PrintState, record: number, row: PrintRow): void {
  out.word(row.name);
  out.character(ZERO + (words[record * RECORD + VALUE] as number));
}

function printWord({ out }: PrintState, _record: number, row: PrintRow): void {
  out.word(row.name);
}

/** An operator between two operands, unless the operation has a target. */
function printBinary(state: PrintState, record: number, row: PrintRow, least: number): void {
  const { tape } = state;
  const first = record + 1;
  const target = tape.next(tape.next(first));
  if (state.symbols && tape.code(target) === CODE.Null) printOperation(state, first, row, least);
  else printCall(state, record, row);
}

function printDivide(state: PrintState, record: number, row: PrintRow, least: number): void {
  const { tape } = state;
  const first = record + 1;
  const remainder = tape.next(tape.next(first));
  const quotient = tape.next(remainder);
  const alone = tape.code(remainder) === CODE.Null && tape.code(quotient) === CODE.Null;
  if (state.symbols && alone) printOperation(state, first, row, least);
  else printCall(state, record, row);
}

function printNot(state: PrintState, record: number, row: PrintRow, least: number): void {
  const { tape } = state;
  const first = record + 1;
  if (state.symbols && tape.code(tape.next(first)) === CODE.Null) printUnary(state, first, row, least);
  else printCall(state, record, row);
}

function printLogical(state: PrintState, record: number, row: PrintRow, least: number): void {
  if (state.symbols) printOperation(state, record + 1, row, least);
  else printCall(state, record, row);
}

function printLogicalNot(state: PrintState, record: number, row: PrintRow, least: number): void {
  if (state.symbols) printUnary(state, record + 1, row, least);
  else printCall(state, record, row);
}

function printIndex(state: PrintState, record: number, row: PrintRow): void {
  const { tape, out } = state;
  const first = record + 1;
  const index = tape.next(first);
  if (!state.symbols || tape.code(tape.next(index)) !== CODE.Null || !isPlain(tape, first)) {
    printCall(state, record, row);
    return;
  }
  printExpression(state, first, ATOM);
  out.word(BRACKET);
  printValue(state, index, 0);
  out.character(RIGHT_BRACKET);
}

function printPostfix(state: PrintState, record: number, row: PrintRow): void {
  if (!state.symbols || !isPlain(state.tape, record + 1)) {
    printCall(state, record, row);
    return;
  }
  printExpression(state, record + 1, ATOM);
  state.out.word(row.symbol);
}

function printTimer({ out }: PrintState, _record: number, row: PrintRow): void {
  out.word(row.name);
  out.word(NOTHING);
}

const BY_FORM: Readonly<Record<Form, Print>> = {
  word: printWord,
  timer: printTimer,
  number: printNumber,
  string: printString,
  ordinal: printOrdinal,
  buffer: printBuffer,
  package: printPackage,
  call: printCall,
  block: printCall,
  else: printCall,
  method: printCall,
  fields: printCall,
  binary: printBinary,
  divide: printDivide,
  not: printNot,
  logical: printLogical,
  logicalNot: printLogicalNot,
  postfix: printPostfix,
  store: printCall,
  index: printIndex,
  external: printCall,
};

const printers: Print[] = [];

/** A term used as a value or as a place, in parentheses if its operator binds less tightly than `least`. */
export function printExpression(state: PrintState, record: number, least: number): void {
  const code = (state.words[record * RECORD] as number) & 0xff;
  (printers[code] as Print)(state, record, printRowOf(code), least);
}

/** A term of which only the value is used. */
export function printValue(state: PrintState, record: number, least: number): void {
  const code = (state.words[record * RECORD] as number) & 0xff;
  const row = printRowOf(code);
  (printers[code] as Print)(state, record, row, least);
  if (row.noValue !== undefined) state.unsayable(record, row.noValue);
}

/** An operator between the operand at a record and the one after it. */
export function printOperation(state: PrintState, first: number, row: PrintRow, least: number): void {
  const { out } = state;
  const { precedence } = row;
  if (precedence < least) out.character(LEFT);
  printValue(state, first, precedence);
  out.word(row.operator);
  printValue(state, state.tape.next(first), precedence + 1);
  if (precedence < least) out.character(RIGHT);
}

/** An operator before its only operand. */
export function printUnary(state: PrintState, operand: number, row: PrintRow, least: number): void {
  const { out } = state;
  if (row.precedence < least) out.character(LEFT);
  out.word(row.symbol);
  printValue(state, operand, ATOM);
  if (row.precedence < least) out.character(RIGHT);
}

/** `Add (a, b, target)`, or the name alone of what has no operands. */
export function printCall(state: PrintState, record: number, row: PrintRow): void {
  const { out } = state;
  out.word(row.call);
  printOperands(state, record, row, row.kinds.length);
  out.character(RIGHT);
  noteRefusal(state, record, row);
}

function noteRefusal(state: PrintState, record: number, { refusal }: PrintRow): void {
  const why = refusal === undefined ? undefined : refusal(state.tape, record);
  if (why !== undefined) state.unsayable(record, why);
}

/** The number of operands, up to `count`, without empty targets at the end. */
function operandsWritten({ tape }: PrintState, record: number, { kinds }: PrintRow, count: number): number {
  if (kinds[count - 1] !== KIND.Target) return count;
  let written = 0;
  let at = record + 1;
  for (let index = 0; index < count; index++, at = tape.next(at))
    if (kinds[index] !== KIND.Target || tape.code(at) !== CODE.Null) written = index + 1;
  return written;
}

/** Prints the first `count` operands, without empty targets at the end. Returns the record after them. */
export function printOperands(state: PrintState, record: number, row: PrintRow, count: number): number {
  const { tape, out, words } = state;
  const written = operandsWritten(state, record, row, count);
  let at = record + 1;
  let wide = false;
  for (let index = 0; index < written; index++) {
    if (index > 0) out.word(COMMA);
    const kind = row.kinds[index] as KindNumber;
    (OPERANDS[kind] as PrintOperand)(state, at, record, row, index);
    if (kind === KIND.NameString) wide ||= tape.isWideName(at);
    at = words[at * RECORD + NEXT] as number;
  }
  if (wide) state.wide('name', tape.start(record));
  return at;
}

type PrintOperand = (state: PrintState, operand: number, record: number, row: PrintRow, index: number) => void;

function printValueOperand(state: PrintState, operand: number): void {
  printValue(state, operand, 0);
}

/** By KIND. Lists that fill a package to its end are printed with the package, not here. */
const OPERANDS: PrintOperand[] = Object.values(KIND).map(() => () => undefined);
OPERANDS[KIND.TermArg] = printValueOperand;
OPERANDS[KIND.Data] = printValueOperand;
OPERANDS[KIND.SuperName] = (state, operand, record, row) =>
  printPlace(state, operand, row, state.tape.code(record) !== ROW.CopyObject);
OPERANDS[KIND.Target] = (state, operand, _record, row) => {
  if (state.tape.code(operand) !== CODE.Null) printPlace(state, operand, row, true);
};
OPERANDS[KIND.Reference] = (state, operand, _record, row) => printPlace(state, operand, row, false);
OPERANDS[KIND.NameString] = (state, operand, record, row, index) => {
  // A declared name is known already; the name of a bank or data register is a field unit.
  state.names.use(operand, row.hasSecondField && index === 1 ? 'FieldUnitObj' : row.usedAs, 0);
  state.putName(operand, state.tape.start(record));
};
OPERANDS[KIND.ByteData] = ({ tape, out }, operand, _record, row, index) => {
  const value = tape.value(operand);
  const known = row.words === undefined ? undefined : row.words[index];
  const text = known === undefined ? undefined : known[value];
  if (text === undefined) out.hex(value, 2);
  else out.word(text);
};
OPERANDS[KIND.WordData] = ({ tape, out }, operand) => out.hex(tape.value(operand), 4);
OPERANDS[KIND.DWordData] = ({ tape, out }, operand) => out.hex(tape.value(operand), 8);

/** A place. A name there is a call only if it has arguments, or is a method that returns a reference. */
function printPlace(state: PrintState, place: number, row: PrintRow, mayBeCall: boolean): void {
  const { tape } = state;
  if (mayBeCall || tape.code(place) !== CODE.Path || tape.next(place) !== place + 1) {
    printTarget(state, place, 0);
    return;
  }
  state.names.use(place, row.usedAs, 0);
  state.putPathName(place);
}

/** A place that may be an expression. iasl only accepts expressions that give a reference. */
export function printTarget(state: PrintState, place: number, least: number): void {
  printExpression(state, place, least);
  const { tape } = state;
  if (!printRowOf(tape.code(place)).isPlace)
    state.unsayable(place, `${opAt(tape, place)} is used as a place to store into; ASL does not allow that.`);
}

function printPath(state: PrintState, path: number): void {
  const first = path + 1;
  const end = state.words[path * RECORD + NEXT] as number;
  if (first === end) {
    const isMethod = state.names.use(path, 'UnknownObj', 0);
    state.putPathName(path);
    if (isMethod) state.out.word(NOTHING);
    return;
  }
  state.names.use(path, 'MethodObj', countTerms(state, first, end));
  state.putPathName(path);
  printArguments(state, first, end);
}

/** The number of terms from one record up to another. */
export function countTerms(state: PrintState, first: number, end: number): number {
  let count = 0;
  for (let record = first; record < end; record = state.shown(state.tape.next(record))) count++;
  return count;
}

/** The values from one record up to another, in parentheses. */
export function printArguments(state: PrintState, first: number, end: number): void {
  const { tape, out } = state;
  out.word(OPEN);
  for (let argument = first; argument < end; argument = state.shown(tape.next(argument))) {
    if (argument > first) out.word(COMMA);
    printValue(state, argument, 0);
  }
  out.character(RIGHT);
}

function printBuffer(state: PrintState, buffer: number, row: PrintRow): void {
  const { tape, out } = state;
  noteLength(state, buffer, row);
  const size = buffer + 1;
  const bytes = tape.bytes(tape.next(size));
  if (printMacro(state, size, bytes)) return;
  out.word(BUFFER);
  printValue(state, size, 0);
  out.character(RIGHT);
  printBytes(state, buffer, bytes);
  noteRefusal(state, buffer, row);
}

function printPackage(state: PrintState, record: number, row: PrintRow): void {
  const { tape, out } = state;
  noteLength(state, record, row);
  out.word(PACKAGE);
  const first = tape.next(record + 1);
  const end = tape.next(record);
  if (tape.code(record) === ROW.Package) out.hex(tape.value(record + 1), 2);
  else printPackageSize(state, record, first, end);
  if (first === end) {
    out.word(EMPTY_LIST);
    return;
  }
  out.word(LIST_HEAD);
  state.putMargin();
  out.word(LIST_BEGIN);
  state.level++;
  for (let element = first; element < end; ) {
    state.putMargin();
    if (tape.code(element) === CODE.Path) printPlace(state, element, row, false);
    else printExpression(state, element, 0);
    element = tape.next(element);
    if (element < end) out.word(LIST_NEXT);
    else out.character(NEW_LINE);
  }
  state.level--;
  state.putMargin();
  out.character(RIGHT_BRACE);
}

/**
 * iasl writes constant sizes up to 255 with the other opcode, and replaces Zero, One and Ones with the number of
 * elements.
 */
function printPackageSize(state: PrintState, record: number, first: number, end: number): void {
  const { tape } = state;
  const size = record + 1;
  if (isWordConstant(tape, size)) {
    const count = countTerms(state, first, end);
    if (integerAt(tape, size) !== BigInt(count))
      state.unsayable(
        record,
        `The size of a package of ${count} elements is ${opAt(tape, size)}; iasl writes a different size.`,
      );
    else state.wide('package', tape.start(record));
  } else {
    const code = tape.code(size);
    const isOther = code === ROW.Word || code === ROW.Local || code === ROW.Arg;
    if (printRowOf(code).isStrayValue && !isOther) state.wide('package', tape.start(record));
  }
  printValue(state, size, 0);
}

/** Counts a PkgLength of another width than iasl writes. */
export function noteLength(state: PrintState, record: number, row: PrintRow): void {
  const { tape } = state;
  const width = tape.lengthWidth(record);
  if (width === 0) return;
  const start = tape.start(record);
  if (width !== pkgLengthWidth(tape.value(record) - start - row.opcodeBytes - width)) state.wide('length', start);
}

/** How many of the bytes that could not be decoded are shown. */
const MOST_SHOWN = 64;

/** Bytes that are not AML: prints a comment and reports a finding. */
export function printRaw(state: PrintState, record: number): void {
  const bytes = state.tape.bytes(record);
  const shown = Array.from(bytes.subarray(0, MOST_SHOWN), (byte) => hexText(byte, 1).slice(2)).join(' ');
  const more = bytes.length > MOST_SHOWN ? ' ...' : '';
  state.unsayable(record, `${bytes.length} bytes could not be decoded: ${shown}${more}`);
}

function printNull(state: PrintState, record: number): void {
  state.unsayable(record, 'The target is missing; in ASL it is not optional here.');
}

for (let code = 0; code < CODE.Path; code++) printers.push(BY_FORM[printRowOf(code).form as Form]);
printers.push(printPath, printNull, printRaw);
