import { ACCESS_TYPES, LOCK_RULES, UPDATE_RULES } from '../../aml/grammar/keywords.js';
import { keyOfText } from '../../aml/grammar/name-bytes.js';
import { CODE, isLoneKey, NEXT, RECORD, ROW, type Tape } from '../../aml/tape/tape.js';
import { word } from './asl-writer.js';
import { hexText } from './constants.js';
import {
  ATOM,
  countTerms,
  noteLength,
  printArguments,
  printCall,
  printExpression,
  printOperands,
  printOperation,
  printRaw,
  printTarget,
  printUnary,
  printValue,
} from './expressions.js';
import { putExternal } from './externals.js';
import { printFieldElements } from './fields.js';
import type { Form } from './forms.js';
import { isBareName, operandAt } from './operands.js';
import { PRINT_ROWS, type PrintRow, printRowOf } from './rows.js';
import type { PrintState } from './state.js';

const BEGIN = word('{\n');
const END = word('}\n');
const COMMA = word(', ');
const HEAD_END = word(')\n');
const EQUALS = word(' = ');
const ELSE = word('Else\n');
const ELSE_IF = word('ElseIf (');
const SERIALIZED = word(', Serialized');
const NOT_SERIALIZED = word(', NotSerialized');
const NEW_LINE = 0x0a;
const HID = keyOfText('_HID');
const CID = keyOfText('_CID');

/**
 * Prints the statement of a record to the end of its line; `before` is the record of the one before it, -1 if it is the
 * first.
 */
type PrintStatement = (state: PrintState, record: number, row: PrintRow, before: number) => void;

/** Terms in braces, one a line and one step further in. */
function printBlock(state: PrintState, first: number, end: number): void {
  state.putMargin();
  state.out.word(BEGIN);
  state.level++;
  printTerms(state, first, end);
  state.level--;
  state.putMargin();
  state.out.word(END);
}

/** The terms from a record up to another one, one a line. */
export function printTerms(state: PrintState, first: number, end: number): void {
  const { out, words, lastHidden } = state;
  let before = -1;
  let record = state.shown(first);
  while (record < end) {
    const code = (words[record * RECORD] as number) & 0xff;
    const row = printRowOf(code);
    if (before >= 0 && row.isSetOff) out.character(NEW_LINE);
    printMargin(state, record);
    let next = words[record * RECORD + NEXT] as number;
    if (next <= lastHidden) next = state.shown(next);
    if (code === CODE.Path) next = printCallStatement(state, record, next, end);
    else (printers[code] as PrintStatement)(state, record, row, before);
    before = record;
    record = next;
  }
}

function printMargin(state: PrintState, record: number): void {
  state.putMargin();
  if (!state.offsets) return;
  const start = state.tape.start(record);
  if (start >= 0) state.out.put(`/* ${start.toString(16).padStart(4, '0')} */ `);
}

/**
 * A call, together with the values after it that are decoded as statements: if the callee takes more arguments than was
 * known, they are arguments, and as such compile to the same bytes. Returns the record after them.
 */
function printCallStatement(state: PrintState, call: number, next: number, end: number): number {
  const { tape, out } = state;
  let stray = next;
  while (stray < end && printRowOf(tape.code(stray)).isStrayValue) stray = state.shown(tape.next(stray));
  // The arguments and the stray values follow one another.
  const first = state.shown(call + 1);
  state.names.use(call, 'MethodObj', countTerms(state, first, stray));
  state.putPathName(call);
  printArguments(state, first, stray);
  out.character(NEW_LINE);
  return stray;
}

function printPlain(state: PrintState, record: number): void {
  printExpression(state, record, 0);
  state.out.character(NEW_LINE);
}

function printStray(state: PrintState, record: number, row: PrintRow): void {
  state.unsayable(record, `${row.op} is used as a statement; ASL does not allow that.`);
  state.out.character(NEW_LINE);
}

function printRawStatement(state: PrintState, record: number): void {
  printRaw(state, record);
  state.out.character(NEW_LINE);
}

function printMissing(state: PrintState, record: number): void {
  state.unsayable(record, 'An empty target is used as a statement.');
  state.out.character(NEW_LINE);
}

/** `target = value`. */
function printStore(state: PrintState, record: number): void {
  const { tape, out } = state;
  const value = record + 1;
  const place = tape.next(value);
  if (!state.symbols || tape.code(place) === CODE.Null || printRowOf(tape.code(value)).takesTarget) {
    printPlain(state, record);
    return;
  }
  printTarget(state, place, ATOM);
  out.word(EQUALS);
  printValue(state, value, 0);
  out.character(NEW_LINE);
}

function printBinary(state: PrintState, record: number, row: PrintRow): void {
  printAssignment(state, record, row, operandAt(state.tape, record, 2));
}

function printDivide(state: PrintState, record: number, row: PrintRow): void {
  const { tape } = state;
  const remainder = operandAt(tape, record, 2);
  if (tape.code(remainder) === CODE.Null) printAssignment(state, record, row, tape.next(remainder));
  else printPlain(state, record);
}

/** `place = a + b`, or `a += b` if the place is a. */
function printAssignment(state: PrintState, record: number, row: PrintRow, place: number): void {
  const { tape, out } = state;
  if (!state.symbols || tape.code(place) === CODE.Null) {
    printPlain(state, record);
    return;
  }
  const first = record + 1;
  printTarget(state, place, ATOM);
  if (isSamePlace(tape, first, place)) {
    out.word(row.assignment);
    printValue(state, tape.next(first), 0);
  } else {
    out.word(EQUALS);
    printOperation(state, first, row, 0);
  }
  out.character(NEW_LINE);
}

/** `place = ~a`. */
function printNot(state: PrintState, record: number, row: PrintRow): void {
  const { tape, out } = state;
  const place = operandAt(tape, record, 1);
  if (!state.symbols || tape.code(place) === CODE.Null) {
    printPlain(state, record);
    return;
  }
  printTarget(state, place, ATOM);
  out.word(EQUALS);
  printUnary(state, record + 1, row, 0);
  out.character(NEW_LINE);
}

/** Whether two terms have the same text, which may then be written once for both. */
function isSamePlace(tape: Tape, one: number, other: number): boolean {
  const code = tape.code(one);
  if (code !== tape.code(other)) return false;
  const value = tape.value(one);
  if (code === ROW.Local || code === ROW.Arg) return value === tape.value(other);
  if (!isBareName(tape, one) || !isBareName(tape, other)) return false;
  if (isLoneKey(value)) return value === tape.value(other);
  return tape.name(one) === tape.name(other);
}

/** Names whose dwords are EISA identifiers. ACPI 6.5 §6.1.2, §6.1.5 */
function holdsIdentifiers(tape: Tape, name: number): boolean {
  const value = tape.value(name);
  if (isLoneKey(value)) return value === HID || value === CID;
  const text = tape.name(name);
  return text.endsWith('_HID') || text.endsWith('_CID');
}

function printName(state: PrintState, record: number, row: PrintRow): void {
  state.identifiers = holdsIdentifiers(state.tape, record + 1);
  printCall(state, record, row);
  state.identifiers = false;
  state.out.character(NEW_LINE);
}

function printExternal(state: PrintState, record: number): void {
  const { tape, out } = state;
  putExternal(out, tape, record);
  state.wide('external', tape.start(record));
  out.character(NEW_LINE);
}

/** A term with a body, its other operands in parentheses before it. */
function printHolder(state: PrintState, record: number, row: PrintRow): void {
  const { tape, out } = state;
  noteLength(state, record, row);
  out.word(row.call);
  const first = printOperands(state, record, row, row.kinds.length - 1);
  out.word(HEAD_END);
  if (row.isScope) state.names.enter(record + 1);
  printBlock(state, first, tape.next(record));
  if (row.isScope) state.names.leave();
}

function printMethod(state: PrintState, record: number, row: PrintRow): void {
  const { tape, out } = state;
  noteLength(state, record, row);
  const name = record + 1;
  const flags = tape.value(record + 2);
  out.word(row.call);
  state.putName(name, tape.start(record));
  out.word(COMMA);
  out.decimal(flags & 7);
  out.word((flags & 8) === 0 ? NOT_SERIALIZED : SERIALIZED);
  if (flags >>> 4 !== 0) out.put(`, ${flags >>> 4}`);
  out.word(HEAD_END);
  if (tape.isWideName(name)) state.wide('name', tape.start(record));
  state.identifiers = holdsIdentifiers(tape, name);
  const [first, end] = tape.list(record + 3, tape.next(record));
  state.names.enter(name);
  printBlock(state, first, end);
  state.names.leave();
  state.identifiers = false;
}

/** ACPI 6.5 §20.2.5.2 (FieldFlags) */
function printFields(state: PrintState, record: number, row: PrintRow): void {
  const { tape, out } = state;
  noteLength(state, record, row);
  out.word(row.call);
  const flags = tape.value(printOperands(state, record, row, row.kinds.length - 2));
  const access = ACCESS_TYPES[flags & 0x0f];
  const update = UPDATE_RULES[(flags >>> 5) & 3];
  out.put(`, ${access ?? 'AnyAcc'}, ${LOCK_RULES[(flags >>> 4) & 1]}, ${update ?? 'Preserve'})`);
  if (access === undefined || update === undefined || flags > 0x7f)
    state.unsayable(record, `The field flags are ${hexText(flags, 1)}, which sets reserved bits.`);
  out.character(NEW_LINE);
  printFieldElements(state, record);
}

/** An Else. One that contains only another If is printed as ElseIf. */
function printElse(state: PrintState, record: number, row: PrintRow, before: number): void {
  const { tape, out } = state;
  noteLength(state, record, row);
  if (before < 0 || tape.code(before) !== ROW.If) {
    state.unsayable(record, 'An Else does not follow an If.');
    out.character(NEW_LINE);
  }
  const inner = record + 1;
  const end = tape.next(record);
  if (!isElseIf(tape, inner, end)) {
    out.word(ELSE);
    printBlock(state, inner, end);
    return;
  }
  const rest = tape.next(inner);
  const condition = inner + 1;
  noteLength(state, inner, printRowOf(ROW.If));
  out.word(ELSE_IF);
  printValue(state, condition, 0);
  out.word(HEAD_END);
  printBlock(state, tape.next(condition), rest);
  if (rest === end) return;
  printMargin(state, rest);
  printElse(state, rest, row, inner);
}

/** An If, and its Else if there is one. */
function isElseIf(tape: Tape, first: number, end: number): boolean {
  if (first === end || tape.code(first) !== ROW.If) return false;
  const rest = tape.next(first);
  return rest === end || (tape.code(rest) === ROW.Else && tape.next(rest) === end);
}

const BY_FORM: { readonly [Each in Form]?: PrintStatement } = {
  block: printHolder,
  method: printMethod,
  fields: printFields,
  else: printElse,
  external: printExternal,
  store: printStore,
  binary: printBinary,
  divide: printDivide,
  not: printNot,
};

function printerOf(row: PrintRow): PrintStatement {
  if (row.isStrayValue) return printStray;
  if (row.op === 'Name') return printName;
  return (row.form === undefined ? undefined : BY_FORM[row.form]) ?? printPlain;
}

/** By code. */
const printers: readonly PrintStatement[] = [
  ...PRINT_ROWS.slice(0, CODE.Path).map(printerOf),
  // A call is printed with what follows it.
  printPlain,
  printMissing,
  printRawStatement,
];
