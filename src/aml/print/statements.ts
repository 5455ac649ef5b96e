import { ACCESS_TYPES, LOCK_RULES, UPDATE_RULES } from '../keywords.js';
import type { Op, Term } from '../term.js';
import {
  ATOM,
  noteLength,
  printArguments,
  printCall,
  printExpression,
  printOperands,
  printOperation,
  printRaw,
  printTarget,
  printValue,
} from './expressions.js';
import { externalText } from './externals.js';
import { printFieldElements } from './fields.js';
import { isStrayValue, type PrintRow, printRowOf, takesTarget } from './rows.js';
import type { PrintState } from './state.js';
import { HEX8 } from './text.js';

/** Terms in braces, one a line and one step further in. */
function printBlock(state: PrintState, terms: readonly Term[]): void {
  state.putMargin();
  state.put('{\n');
  state.level++;
  printTerms(state, terms);
  state.level--;
  state.putMargin();
  state.put('}\n');
}

export function printTerms(state: PrintState, terms: readonly Term[]): void {
  for (let index = 0; index < terms.length; index++) {
    const term = terms[index] as Term;
    const row = printRowOf(term.op);
    if (index > 0 && row?.setOff === true) state.put('\n');
    printMargin(state, term);
    if (row !== undefined) {
      printStatement(state, term, row, terms[index - 1]);
      continue;
    }
    if (term.op === 'Path') index += printCallStatement(state, term, terms, index);
    else if (term.op === 'Raw') printRaw(state, term);
    else state.unsayable(term, 'A missing target stands as a statement.');
    state.put('\n');
  }
}

function printMargin(state: PrintState, term: Term): void {
  state.putMargin();
  if (state.offsets && term.start >= 0) state.put(`/* ${term.start.toString(16).padStart(4, '0')} */ `);
}

/**
 * A call, and with it the values that stand behind it as statements: a callee that takes more arguments than was known
 * here leaves them so, and as arguments they are the same bytes. Returns how many terms it took beside the call.
 */
function printCallStatement(state: PrintState, call: Op<'Path'>, terms: readonly Term[], index: number): number {
  const [name, args] = call.operands;
  let stray = index + 1;
  while (stray < terms.length && isStrayValue(printRowOf((terms[stray] as Term).op))) stray++;
  const all = stray === index + 1 ? args : [...args, ...terms.slice(index + 1, stray)];
  state.names.use(name, 'MethodObj', all.length);
  state.putName(name, call.start);
  if (call.nameForms !== 0) state.wide('name', call.start);
  printArguments(state, all);
  return stray - index - 1;
}

function printStatement(state: PrintState, term: Term, row: PrintRow, before: Term | undefined): void {
  switch (row.form) {
    case 'block':
    case 'method':
    case 'fields':
      noteLength(state, term, row.code > 0xff ? 2 : 1);
      printDeclaration(state, term, row);
      return;
    case 'else':
      printElse(state, term as Op<'Else'>, before);
      return;
    case 'external':
      state.put(externalText(term as Op<'External'>));
      state.wide('external', term.start);
      break;
    default:
      if (isStrayValue(row)) state.unsayable(term, `${row.op} stands as a statement, and is none in ASL.`);
      else if (row.op === 'Name') printNameDeclaration(state, term, row);
      else if (!state.symbols || !printAssignment(state, term, row)) printExpression(state, term, 0);
  }
  state.put('\n');
}

/** An operation with a target as `target = …`; true if it was printed. */
function printAssignment(state: PrintState, term: Term, row: PrintRow): boolean {
  const operands = term.operands as readonly Term[];
  switch (row.form) {
    case 'store': {
      const [value, place] = operands as [Term, Term];
      if (place.op === 'Null' || takesTarget(value.op)) return false;
      printTarget(state, place, ATOM);
      state.put(' = ');
      printValue(state, value, 0);
      return true;
    }
    case 'binary':
      return assign(state, operands[2] as Term, operands, row);
    case 'divide':
      return operands[2]?.op === 'Null' && assign(state, operands[3] as Term, operands, row);
    case 'not':
      return assign(state, operands[1] as Term, operands, row);
    default:
      return false;
  }
}

/** `place = a + b`, or `a += b` if the place is a. */
function assign(state: PrintState, place: Term, operands: readonly Term[], row: PrintRow): boolean {
  if (place.op === 'Null') return false;
  printTarget(state, place, ATOM);
  if (row.form !== 'not' && isSamePlace(operands[0] as Term, place)) {
    state.put(row.assignment);
    printValue(state, operands[1] as Term, 0);
  } else {
    state.put(' = ');
    printOperation(state, operands, row, 0);
  }
  return true;
}

/** True for two terms that are written alike and may be written once for both. */
function isSamePlace(one: Term, other: Term): boolean {
  switch (one.op) {
    case 'Local':
    case 'Arg':
      return one.op === other.op && one.operands[0] === other.operands[0];
    case 'Path':
      return (
        other.op === 'Path' &&
        one.operands[0] === other.operands[0] &&
        one.operands[1].length === 0 &&
        other.operands[1].length === 0
      );
    default:
      return false;
  }
}

/** Names whose dwords are EISA identifiers. ACPI 6.5 §6.1.2, §6.1.5 */
function holdsIdentifiers(name: string): boolean {
  return name.endsWith('_HID') || name.endsWith('_CID');
}

function printNameDeclaration(state: PrintState, term: Term, row: PrintRow): void {
  state.identifiers = holdsIdentifiers((term as Op<'Name'>).operands[0]);
  printCall(state, term, row);
  state.identifiers = false;
}

/** A term that holds a list, its name and other operands in parentheses before it. */
function printDeclaration(state: PrintState, term: Term, row: PrintRow): void {
  const operands = term.operands as readonly unknown[];
  const last = operands.length - 1;
  state.put(row.op);
  state.put(' (');
  if (row.form === 'method') {
    printMethod(state, term as Op<'Method'>);
    return;
  }
  if (row.form === 'fields') {
    printOperands(state, term, row, last - 1);
    printFieldFlags(state, term, operands[last - 1] as number);
    printFieldElements(state, term as Op<'Field' | 'IndexField' | 'BankField'>);
    return;
  }
  printOperands(state, term, row, last);
  state.put(')\n');
  const inside = () => printBlock(state, operands[last] as readonly Term[]);
  if (row.declares === 'scope') state.names.within(operands[0] as string, inside);
  else inside();
}

function printMethod(state: PrintState, term: Op<'Method'>): void {
  const [name, flags, body] = term.operands;
  state.putName(name, term.start);
  state.put(`, ${flags & 7}, ${(flags & 8) === 0 ? 'NotSerialized' : 'Serialized'}`);
  if (flags >>> 4 !== 0) state.put(`, ${flags >>> 4}`);
  state.put(')\n');
  if (term.nameForms !== 0) state.wide('name', term.start);
  state.identifiers = holdsIdentifiers(name);
  state.names.within(name, () => printBlock(state, body));
  state.identifiers = false;
}

/** ACPI 6.5 §20.2.5.2 (FieldFlags) */
function printFieldFlags(state: PrintState, term: Term, flags: number): void {
  const access = ACCESS_TYPES[flags & 0x0f];
  const update = UPDATE_RULES[(flags >>> 5) & 3];
  state.put(`, ${access ?? 'AnyAcc'}, ${LOCK_RULES[(flags >>> 4) & 1]}, ${update ?? 'Preserve'})`);
  if (access === undefined || update === undefined || flags > 0x7f)
    state.unsayable(term, `The flags of its fields are ${HEX8[flags]}, of which some are reserved.`);
  state.put('\n');
}

/** An Else; what holds nothing but another If is an ElseIf. */
function printElse(state: PrintState, term: Op<'Else'>, before: Term | undefined): void {
  noteLength(state, term, 1);
  const [terms] = term.operands;
  const inner = terms[0];
  if (before?.op !== 'If') {
    state.unsayable(term, 'An Else follows no If.');
    state.put('\n');
  }
  if (inner?.op !== 'If' || terms.length > 2 || (terms.length === 2 && terms[1]?.op !== 'Else')) {
    state.put('Else\n');
    printBlock(state, terms);
    return;
  }
  noteLength(state, inner, 1);
  state.put('ElseIf (');
  printValue(state, inner.operands[0], 0);
  state.put(')\n');
  printBlock(state, inner.operands[1]);
  const rest = terms[1];
  if (rest === undefined) return;
  printMargin(state, rest);
  printElse(state, rest as Op<'Else'>, inner);
}
