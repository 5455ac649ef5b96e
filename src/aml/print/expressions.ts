import type { OperandKind } from '../opcodes.js';
import { pkgLengthWidth } from '../pkg-length.js';
import { integerValue, type Op, type Term } from '../term.js';
import { eisaIdText } from '../values.js';
import { printBytes, printMacro } from './buffers.js';
import type { UsedAs } from './names.js';
import { REFUSALS, refusedAsValue } from './refusals.js';
import { isStrayValue, type PrintRow, printRowOf } from './rows.js';
import type { PrintState } from './state.js';
import { HEX8, hexText, isPlainText, stringText } from './text.js';

/** Binds tighter than any operator. */
export const ATOM = 20;

/** A term used as a value or as a place, in parentheses if its operator binds less tightly than `least`. */
export function printExpression(state: PrintState, term: Term, least: number): void {
  const row = printRowOf(term.op);
  if (row === undefined) {
    if (term.op === 'Path') printPath(state, term);
    else if (term.op === 'Raw') printRaw(state, term);
    else state.unsayable(term, 'A target is missing where ASL wants one.');
    return;
  }
  const operands = term.operands as readonly unknown[];
  switch (row.form) {
    case 'word':
    case 'timer':
      break;
    case 'number':
      printNumber(state, term);
      return;
    case 'string':
      printString(state, term as Op<'String'>);
      return;
    case 'ordinal':
      state.put(row.op);
      state.put(String(operands[0]));
      return;
    case 'buffer':
      printBuffer(state, term as Op<'Buffer'>);
      return;
    case 'package':
      printPackage(state, term as Op<'Package' | 'VarPackage'>);
      return;
    default:
      if (state.symbols && printSymbol(state, operands as readonly Term[], row, least)) return;
  }
  printCall(state, term, row);
}

/** A term where only its value is wanted. */
export function printValue(state: PrintState, term: Term, least: number): void {
  printExpression(state, term, least);
  const refusal = refusedAsValue(term.op);
  if (refusal !== undefined) state.unsayable(term, refusal);
}

/** An operation as its operator, if it has one and needs no target. */
function printSymbol(state: PrintState, operands: readonly Term[], row: PrintRow, least: number): boolean {
  switch (row.form) {
    case 'binary':
    case 'divide':
    case 'not':
      if (operands.some((operand, index) => row.operands[index] === 'Target' && operand.op !== 'Null')) return false;
      break;
    case 'logical':
    case 'logicalNot':
      break;
    case 'index':
      if (operands[2]?.op !== 'Null' || !isPlain(operands[0] as Term)) return false;
      printExpression(state, operands[0] as Term, ATOM);
      state.put(' [');
      printValue(state, operands[1] as Term, 0);
      state.put(']');
      return true;
    case 'postfix':
      if (!isPlain(operands[0] as Term)) return false;
      printExpression(state, operands[0] as Term, ATOM);
      state.put(row.symbol as string);
      return true;
    default:
      return false;
  }
  printOperation(state, operands, row, least);
  return true;
}

/** An operator between its operands, or before its one. */
export function printOperation(state: PrintState, operands: readonly Term[], row: PrintRow, least: number): void {
  const { precedence } = row;
  if (precedence < least) state.put('(');
  if (row.form === 'not' || row.form === 'logicalNot') {
    state.put(row.symbol as string);
    printValue(state, operands[0] as Term, ATOM);
  } else {
    printValue(state, operands[0] as Term, precedence);
    state.put(row.operator);
    printValue(state, operands[1] as Term, precedence + 1);
  }
  if (precedence < least) state.put(')');
}

/** What an operator may stand behind as it is: a name without arguments, a local or an argument. */
function isPlain(term: Term): boolean {
  return term.op === 'Local' || term.op === 'Arg' || (term.op === 'Path' && term.operands[1].length === 0);
}

/** `Add (a, b, target)`, or the name alone of what has no operands. */
export function printCall(state: PrintState, term: Term, row: PrintRow): void {
  if (row.operands.length === 0) {
    state.put(row.op);
    if (row.form === 'timer') state.put(' ()');
    return;
  }
  state.put(row.op);
  state.put(' (');
  printOperands(state, term, row, row.operands.length);
  state.put(')');
  const refusal = row.refusal?.(term.operands as never);
  if (refusal !== undefined) state.unsayable(term, refusal);
}

/** The first `count` operands, without missing targets at their end. */
export function printOperands(state: PrintState, term: Term, row: PrintRow, count: number): void {
  const operands = term.operands as readonly unknown[];
  let last = count;
  while (last > 0 && row.operands[last - 1] === 'Target' && (operands[last - 1] as Term).op === 'Null') last--;
  for (let index = 0; index < last; index++) {
    if (index > 0) state.put(', ');
    printOperand(state, term, row, index);
  }
  if (term.nameForms !== 0) state.wide('name', term.start);
}

function printOperand(state: PrintState, term: Term, row: PrintRow, index: number): void {
  const kind = row.operands[index] as OperandKind;
  const operand = (term.operands as readonly unknown[])[index];
  switch (kind) {
    case 'TermArg':
    case 'Data':
      printValue(state, operand as Term, 0);
      return;
    case 'SuperName':
    case 'Target':
    case 'Reference':
      printPlace(state, operand as Term, kind, row);
      return;
    case 'NameString':
      printName(state, term, row, index);
      return;
    case 'ByteData':
      state.put(row.words?.[index]?.[operand as number] ?? (HEX8[operand as number] as string));
      return;
    case 'WordData':
      state.put(hexText(operand as number, 2));
      return;
    case 'DWordData':
      state.put(hexText(operand as number, 4));
  }
}

/** A place; a name there is called only with arguments, or as the result that a method gives. */
function printPlace(state: PrintState, place: Term, kind: OperandKind, row: PrintRow): void {
  if (place.op === 'Null' && kind === 'Target') return;
  const mayBeCall = kind !== 'Reference' && row.op !== 'CopyObject';
  if (place.op !== 'Path' || mayBeCall || place.operands[1].length > 0) {
    printTarget(state, place, 0);
    return;
  }
  const [name] = place.operands;
  state.names.use(name, USED_AS[row.op] ?? 'UnknownObj');
  state.putName(name, place.start);
  if (place.nameForms !== 0) state.wide('name', place.start);
}

/** A place that may be an expression; one that gives no reference is none to iasl. */
export function printTarget(state: PrintState, place: Term, least: number): void {
  printExpression(state, place, least);
  const role = printRowOf(place.op)?.role;
  if (role === 'expression' || role === 'data')
    state.unsayable(place, `${place.op} stands where ASL wants a place to store into.`);
}

/** What a name is that is the first operand of these, if another table declares it. */
const USED_AS: { readonly [op: string]: UsedAs } = {
  Scope: 'DeviceObj',
  Field: 'OpRegionObj',
  BankField: 'OpRegionObj',
  IndexField: 'FieldUnitObj',
  Acquire: 'MutexObj',
  Release: 'MutexObj',
};

/** A NameString: one that is used, or one that is declared, which is then known already. */
function printName(state: PrintState, term: Term, row: PrintRow, index: number): void {
  const name = (term.operands as readonly unknown[])[index] as string;
  const bankOrData = row.declares === 'fields' && index === 1;
  state.names.use(name, bankOrData ? 'FieldUnitObj' : (USED_AS[row.op] ?? 'UnknownObj'));
  state.putName(name, term.start);
}

function printPath(state: PrintState, path: Op<'Path'>): void {
  const [name, args] = path.operands;
  const isMethod = state.names.use(name, args.length > 0 ? 'MethodObj' : 'UnknownObj', args.length);
  state.putName(name, path.start);
  if (path.nameForms !== 0) state.wide('name', path.start);
  if (isMethod || args.length > 0) printArguments(state, args);
}

export function printArguments(state: PrintState, args: readonly Term[]): void {
  state.put(' (');
  for (let index = 0; index < args.length; index++) {
    if (index > 0) state.put(', ');
    printValue(state, args[index] as Term, 0);
  }
  state.put(')');
}

/** A number in the digits of its width; iasl gives it the fewest bytes that hold it. */
function printNumber(state: PrintState, term: Term): void {
  switch (term.op) {
    case 'Byte':
      state.put(HEX8[term.operands[0]] as string);
      return;
    case 'Word':
      if (term.operands[0] <= 0xff) state.wide('constant', term.start);
      state.put(hexText(term.operands[0], 2));
      return;
    case 'DWord': {
      const [value] = term.operands;
      if (value <= 0xffff) state.wide('constant', term.start);
      const identifier = state.identifiers ? eisaIdText(value) : undefined;
      state.put(identifier === undefined ? hexText(value, 4) : `EisaId ("${identifier}")`);
      return;
    }
    case 'QWord':
      if (term.operands[0] <= 0xffff_ffffn) state.wide('constant', term.start);
      state.put(`0x${term.operands[0].toString(16).toUpperCase().padStart(16, '0')}`);
  }
}

/** A PNP or ACPI identifier. ACPI 6.5 §6.1.5 */
const IDENTIFIER = /^[A-Z]{3}[0-9A-F]{4}$|^[A-Z0-9]{4}[0-9A-F]{4}$/;

function printString(state: PrintState, term: Op<'String'>): void {
  const [value] = term.operands;
  state.put(stringText(value));
  if (state.identifiers && !IDENTIFIER.test(value)) state.badIdentifiers = true;
  if (isPlainText(value)) return;
  for (let at = 0; at < value.length; at++) {
    if (value.charCodeAt(at) > 0x7f) {
      state.unsayable(
        term,
        `A string has the byte ${HEX8[value.charCodeAt(at) & 0xff]}, and iasl drops those past 0x7F.`,
      );
      return;
    }
  }
}

function printBuffer(state: PrintState, buffer: Op<'Buffer'>): void {
  noteLength(state, buffer, 1);
  if (printMacro(state, buffer)) return;
  state.put('Buffer (');
  printValue(state, buffer.operands[0], 0);
  state.put(')');
  printBytes(state, buffer.operands[1]);
  const refusal = REFUSALS.Buffer?.(buffer.operands);
  if (refusal !== undefined) state.unsayable(buffer, refusal);
}

function printPackage(state: PrintState, term: Op<'Package' | 'VarPackage'>): void {
  noteLength(state, term, 1);
  state.put('Package (');
  if (term.op === 'Package') state.put(HEX8[term.operands[0]] as string);
  else printPackageSize(state, term);
  const elements = term.operands[1];
  if (elements.length === 0) {
    state.put(') {}');
    return;
  }
  state.put(')\n');
  state.putMargin();
  state.put('{\n');
  state.level++;
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index] as Term;
    state.putMargin();
    if (element.op === 'Path') printPlace(state, element, 'Reference', PACKAGE);
    else printExpression(state, element, 0);
    state.put(index + 1 < elements.length ? ',\n' : '\n');
  }
  state.level--;
  state.putMargin();
  state.put('}');
}

/** Sizes up to 255 have another opcode, if they are constants. Of Zero, One and Ones iasl takes the count of elements instead. */
function printPackageSize(state: PrintState, term: Op<'VarPackage'>): void {
  const [size, elements] = term.operands;
  const isWord = size.op === 'Zero' || size.op === 'One' || size.op === 'Ones';
  if (isWord && integerValue(size) !== BigInt(elements.length))
    state.unsayable(
      term,
      `A package of ${elements.length} elements has ${size.op} for its size, and iasl writes another.`,
    );
  else if (isStrayValue(printRowOf(size.op)) && size.op !== 'Word' && size.op !== 'Local' && size.op !== 'Arg')
    state.wide('package', term.start);
  printValue(state, size, 0);
}

const PACKAGE = printRowOf('Package') as PrintRow;

/** Counts a PkgLength that is not as wide as iasl's would be. */
export function noteLength(state: PrintState, term: Term, opcodeBytes: number): void {
  const { lengthWidth, start, end } = term;
  if (lengthWidth !== 0 && lengthWidth !== pkgLengthWidth(end - start - opcodeBytes - lengthWidth))
    state.wide('length', start);
}

/** Bytes that are no AML: a comment, and a finding. */
export function printRaw(state: PrintState, term: Op<'Raw'>): void {
  const [bytes] = term.operands;
  const shown = Array.from(bytes.subarray(0, 64), (byte) => (HEX8[byte] as string).slice(2)).join(' ');
  const more = bytes.length > 64 ? ' ...' : '';
  state.unsayable(term, `${bytes.length} bytes could not be decoded: ${shown}${more}`);
}
