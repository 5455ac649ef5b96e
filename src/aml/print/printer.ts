import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { findNode, type NamespaceNode, openNode } from '../namespace.js';
import { OPCODES, type OpcodeRow, type OperandKind } from '../opcodes.js';
import type { Op, Term } from '../term.js';
import { printBuffer } from './buffers.js';
import { printFieldElements } from './fields.js';
import { FORMS, type Form, PRECEDENCE } from './form.js';
import { ACCESS_TYPES, LOCK_RULES, OPERAND_WORDS, UPDATE_RULES } from './keywords.js';
import { HEX8, hexText, nameText, stringText } from './text.js';

interface PrintRow extends OpcodeRow {
  readonly form: Form;
  /** How tightly its symbol binds; 0 if it has none. */
  readonly precedence: number;
  readonly words: Readonly<Record<number, readonly (string | undefined)[]>> | undefined;
}

const rows: ReadonlyMap<string, PrintRow> = new Map(
  OPCODES.map((row: OpcodeRow) => [
    row.op,
    {
      ...row,
      form: FORMS[row.op as keyof typeof FORMS],
      precedence: row.symbol === undefined ? 0 : (PRECEDENCE[row.symbol] ?? 0),
      words: OPERAND_WORDS[row.op as keyof typeof FORMS],
    },
  ]),
);

/** Binds tighter than any operator. */
const ATOM = 20;

/** Operators whose target iasl takes from a Store around them, were it written with an equals sign. */
const TAKES_TARGET: ReadonlySet<string> = new Set(
  OPCODES.filter((row) => ['binary', 'divide', 'not'].includes(FORMS[row.op])).map((row) => row.op),
);

const SPACES: readonly string[] = Array.from({ length: 64 }, (_, depth) => ' '.repeat(4 * depth));

export interface PrinterOptions {
  readonly style: '2.0' | 'legacy';
  readonly offsets: boolean;
  readonly namespace: NamespaceNode;
}

/** Writes terms as ASL, piece by piece. Holds the text so far, how deep it is in blocks, and the scope it is in. */
export class Printer {
  readonly #symbols: boolean;
  readonly #offsets: boolean;
  #scope: NamespaceNode;
  #depth = 0;
  text = '';
  readonly diagnostics: Diagnostic[] = [];

  constructor(options: PrinterOptions) {
    this.#symbols = options.style === '2.0';
    this.#offsets = options.offsets;
    this.#scope = options.namespace;
  }

  put(piece: string): void {
    this.text += piece;
  }

  /** The white space that a line begins with. */
  get margin(): string {
    return SPACES[this.#depth] ?? ' '.repeat(4 * this.#depth);
  }

  /** Terms in braces, one a line and one step further in. */
  block(terms: readonly Term[]): void {
    this.put(`${this.margin}{\n`);
    this.#depth++;
    this.terms(terms);
    this.#depth--;
    this.put(`${this.margin}}\n`);
  }

  /** Lines of something else than terms, one step further in. */
  indented(write: () => void): void {
    this.#depth++;
    write();
    this.#depth--;
  }

  terms(terms: readonly Term[]): void {
    for (let index = 0; index < terms.length; index++) {
      const term = terms[index] as Term;
      if (index > 0 && rows.get(term.op)?.role === 'declaration' && rows.get(term.op)?.package === true) this.put('\n');
      this.#statement(term, terms[index - 1]);
    }
  }

  #statement(term: Term, before: Term | undefined): void {
    this.put(this.margin);
    if (this.#offsets && term.start >= 0) this.put(`/* ${term.start.toString(16).padStart(4, '0')} */ `);
    const row = rows.get(term.op);
    if (row === undefined) {
      if (term.op === 'Raw') {
        this.#raw(term);
        this.put('\n');
      } else if (term.op === 'Path') {
        this.#call(term);
        this.put('\n');
      } else {
        this.#unsayable(term, 'A missing target stands as a statement.');
        this.put('\n');
      }
      return;
    }
    const { form } = row;
    if (form === 'block' || form === 'method' || form === 'fields' || form === 'else') {
      this.#blockStatement(term, row, before);
      return;
    }
    if (form === 'external') this.#unsayable(term, 'An External stands elsewhere than in the block that iasl makes.');
    else this.#line(term, row);
    this.put('\n');
  }

  #line(term: Term, row: PrintRow): void {
    const operands = term.operands as readonly unknown[];
    if (this.#symbols) {
      switch (row.form) {
        case 'store':
          if (this.#storeLine(term as Op<'Store'>)) return;
          break;
        case 'binary':
          if (this.#assigned(operands[2] as Term, term, row)) return;
          break;
        case 'divide':
          if ((operands[2] as Term).op === 'Null' && this.#assigned(operands[3] as Term, term, row)) return;
          break;
        case 'not':
          if (this.#assigned(operands[1] as Term, term, row)) return;
          break;
        case 'postfix':
          this.expression(operands[0] as Term, ATOM);
          this.put(row.symbol as string);
          return;
      }
    }
    this.#callForm(term, row);
  }

  /** `place = value`, unless iasl would move the place into the value, or refuse it. */
  #storeLine(term: Op<'Store'>): boolean {
    const [value, place] = term.operands;
    if (place.op === 'Null' || TAKES_TARGET.has(value.op)) return false;
    this.expression(place, ATOM);
    this.put(' = ');
    this.expression(value, 0);
    return true;
  }

  /** `place = a + b`, or `a += b` if the place is a. */
  #assigned(place: Term, term: Term, row: PrintRow): boolean {
    if (place.op === 'Null') return false;
    const operands = term.operands as readonly Term[];
    if (row.form !== 'not' && isSamePlace(operands[0] as Term, place)) {
      this.expression(place, ATOM);
      this.put(` ${row.symbol}= `);
      this.expression(operands[1] as Term, 0);
      return true;
    }
    this.expression(place, ATOM);
    this.put(' = ');
    this.#operation(operands, row, 0);
    return true;
  }

  /** An operator between its operands, or before its one. */
  #operation(operands: readonly Term[], row: PrintRow, least: number): void {
    const { precedence } = row;
    const parentheses = precedence < least;
    if (parentheses) this.put('(');
    if (row.form === 'not' || row.form === 'logicalNot') {
      this.put(row.symbol as string);
      this.expression(operands[0] as Term, ATOM);
    } else {
      this.expression(operands[0] as Term, precedence);
      this.put(` ${row.symbol} `);
      this.expression(operands[1] as Term, precedence + 1);
    }
    if (parentheses) this.put(')');
  }

  /** A term used as a value or as a place, in parentheses if it binds less tightly than `least`. */
  expression(term: Term, least: number): void {
    const row = rows.get(term.op);
    if (row === undefined) {
      if (term.op === 'Path') this.#path(term);
      else if (term.op === 'Raw') this.#raw(term);
      else this.#unsayable(term, 'A target is missing where ASL wants one.');
      return;
    }
    const operands = term.operands as readonly unknown[];
    switch (row.form) {
      case 'word':
        this.put(row.op === 'Timer' ? 'Timer ()' : row.op);
        return;
      case 'number':
        this.#number(term);
        return;
      case 'string':
        this.put(stringText(operands[0] as string));
        return;
      case 'ordinal':
        this.put(row.op + String(operands[0]));
        return;
      case 'buffer':
        printBuffer(this, term as Op<'Buffer'>);
        return;
      case 'package':
        this.#package(term as Op<'Package'>, row);
        return;
    }
    if (this.#symbols) {
      switch (row.form) {
        case 'binary':
          if ((operands[2] as Term).op !== 'Null') break;
          this.#operation(operands as readonly Term[], row, least);
          return;
        case 'divide':
          if ((operands[2] as Term).op !== 'Null' || (operands[3] as Term).op !== 'Null') break;
          this.#operation(operands as readonly Term[], row, least);
          return;
        case 'not':
          if ((operands[1] as Term).op !== 'Null') break;
          this.#operation(operands as readonly Term[], row, least);
          return;
        case 'logical':
        case 'logicalNot':
          this.#operation(operands as readonly Term[], row, least);
          return;
        case 'index':
          if ((operands[2] as Term).op !== 'Null' || !isPlace(operands[0] as Term)) break;
          this.expression(operands[0] as Term, ATOM);
          this.put(' [');
          this.expression(operands[1] as Term, 0);
          this.put(']');
          return;
        case 'postfix':
          this.expression(operands[0] as Term, ATOM);
          this.put(row.symbol as string);
          return;
      }
    }
    this.#callForm(term, row);
  }

  /** `Add (a, b, target)`, its last operands left out if they are missing targets. */
  #callForm(term: Term, row: PrintRow): void {
    if (row.operands.length === 0) {
      this.put(row.op === 'Timer' ? 'Timer ()' : row.op);
      return;
    }
    if (row.form === 'block') {
      this.#unsayable(term, `${row.op} stands where a value is wanted.`);
      return;
    }
    this.put(row.op);
    this.put(' (');
    this.#operands(term, row, row.operands.length);
    this.put(')');
  }

  #operands(term: Term, row: PrintRow, count: number): void {
    const operands = term.operands as readonly unknown[];
    let last = count;
    while (last > 0 && row.operands[last - 1] === 'Target' && (operands[last - 1] as Term).op === 'Null') last--;
    for (let index = 0; index < last; index++) {
      if (index > 0) this.put(', ');
      this.#operand(operands[index], row.operands[index] as OperandKind, row, index);
    }
  }

  #operand(operand: unknown, kind: OperandKind, row: PrintRow, index: number): void {
    switch (kind) {
      case 'TermArg':
        this.expression(operand as Term, 0);
        return;
      case 'Data':
        this.expression(operand as Term, 0);
        return;
      case 'SuperName':
      case 'Reference':
        if ((operand as Term).op === 'Path') this.#reference(operand as Op<'Path'>, kind);
        else this.expression(operand as Term, 0);
        return;
      case 'Target':
        if ((operand as Term).op !== 'Null') this.expression(operand as Term, 0);
        return;
      case 'NameString':
        this.name(operand as string);
        return;
      case 'ByteData':
        this.put(row.words?.[index]?.[operand as number] ?? (HEX8[operand as number] as string));
        return;
      case 'WordData':
        this.put(hexText(operand as number, 2));
        return;
      case 'DWordData':
        this.put(hexText(operand as number, 4));
    }
  }

  /** A place is never a call unless it has arguments, or stands where ASL takes a method's result for one. */
  #reference(path: Op<'Path'>, kind: OperandKind): void {
    if (kind === 'SuperName' || path.operands[1].length > 0) this.#path(path);
    else this.name(path.operands[0]);
  }

  name(name: string): void {
    this.put(nameText(name));
  }

  #path(path: Op<'Path'>): void {
    const [name, args] = path.operands;
    if (args.length > 0 || findNode(this.#scope, name)?.kind === 'method') this.#call(path);
    else this.name(name);
  }

  #call(path: Op<'Path'>): void {
    const [name, args] = path.operands;
    this.name(name);
    this.put(' (');
    for (let index = 0; index < args.length; index++) {
      if (index > 0) this.put(', ');
      this.expression(args[index] as Term, 0);
    }
    this.put(')');
  }

  #number(term: Term): void {
    switch (term.op) {
      case 'Byte':
        this.put(HEX8[term.operands[0]] as string);
        return;
      case 'Word':
        this.put(hexText(term.operands[0], 2));
        return;
      case 'DWord':
        this.put(hexText(term.operands[0], 4));
        return;
      case 'QWord':
        this.put(`0x${term.operands[0].toString(16).toUpperCase().padStart(16, '0')}`);
    }
  }

  #package(term: Op<'Package' | 'VarPackage'>, row: PrintRow): void {
    this.put('Package (');
    if (term.op === 'Package') this.put(HEX8[term.operands[0]] as string);
    else this.expression(term.operands[0], 0);
    this.put(')');
    const elements = term.operands[1];
    if (elements.length === 0) {
      this.put(' {}');
      return;
    }
    this.put(`\n${this.margin}{\n`);
    this.#depth++;
    for (let index = 0; index < elements.length; index++) {
      const element = elements[index] as Term;
      this.put(this.margin);
      if (element.op === 'Path') this.name(element.operands[0]);
      else this.expression(element, 0);
      this.put(index + 1 < elements.length ? ',\n' : '\n');
    }
    this.#depth--;
    this.put(`${this.margin}}`);
    void row;
  }

  #blockStatement(term: Term, row: PrintRow, before: Term | undefined): void {
    const operands = term.operands as readonly unknown[];
    const scope = this.#scope;
    if (row.declares === 'scope' || row.declares === 'method') this.#scope = openNode(scope, operands[0] as string);
    const last = operands.length - 1;
    switch (row.form) {
      case 'method':
        this.#methodHead(term as Op<'Method'>);
        break;
      case 'fields':
        this.#fieldsHead(term, row);
        this.put(`${this.margin}{\n`);
        this.#depth++;
        printFieldElements(this, (term as Op<'Field'>).operands[2 + last - 2] as Op<'Field'>['operands'][2]);
        this.#depth--;
        this.put(`${this.margin}}\n`);
        this.#scope = scope;
        return;
      case 'else': {
        const terms = operands[0] as readonly Term[];
        if (before?.op !== 'If') this.#unsayable(term, 'An Else does not follow an If.');
        const inner = terms[0];
        if (inner?.op === 'If' && (terms.length === 1 || (terms.length === 2 && terms[1]?.op === 'Else'))) {
          this.put('ElseIf (');
          this.expression(inner.operands[0], 0);
          this.put(')\n');
          this.block(inner.operands[1]);
          if (terms.length === 2) this.#statement(terms[1] as Term, inner);
          return;
        }
        this.put('Else\n');
        break;
      }
      default:
        this.put(`${row.op} (`);
        this.#operands(term, row, last);
        this.put(')\n');
    }
    this.block(operands[last] as readonly Term[]);
    this.#scope = scope;
  }

  #methodHead(term: Op<'Method'>): void {
    const [name, flags] = term.operands;
    this.put('Method (');
    this.name(name);
    this.put(`, ${flags & 7}, ${(flags & 8) === 0 ? 'NotSerialized' : 'Serialized'}`);
    if (flags >>> 4 !== 0) this.put(`, ${flags >>> 4}`);
    this.put(')\n');
  }

  #fieldsHead(term: Term, row: PrintRow): void {
    const operands = term.operands as readonly unknown[];
    const flagsAt = operands.length - 2;
    const flags = operands[flagsAt] as number;
    this.put(`${row.op} (`);
    this.#operands(term, row, flagsAt);
    const access = ACCESS_TYPES[flags & 0x0f];
    const update = UPDATE_RULES[(flags >>> 5) & 3];
    this.put(`, ${access ?? 'AnyAcc'}, ${LOCK_RULES[(flags >>> 4) & 1]}, ${update ?? 'Preserve'})`);
    if (access === undefined || update === undefined || flags > 0x7f)
      this.#unsayable(term, `A field's flags are ${HEX8[flags]}.`);
    this.put('\n');
  }

  #raw(term: Op<'Raw'>): void {
    const [bytes] = term.operands;
    const shown = Array.from(bytes.subarray(0, 64), (byte) => (HEX8[byte] as string).slice(2)).join(' ');
    this.put(`/* ${bytes.length} bytes that are no AML: ${shown}${bytes.length > 64 ? ' ...' : ''} */`);
    this.#report(term, `${bytes.length} bytes could not be decoded, and stand as a comment only.`);
  }

  /** What ASL has no words for: a comment in the text, and a finding. */
  #unsayable(term: Term, why: string): void {
    this.put(`/* ${why} */`);
    this.#report(term, why);
  }

  #report(term: Term, why: string): void {
    const place = { ...(term.start < 0 ? {} : { offsetBytes: term.start }), path: this.#scope.path() };
    this.diagnostics.push(
      errorAt('AML_NOT_PRINTABLE', place, why, 'The printed text does not compile to the same bytes; keep the table.'),
    );
  }
}

/** True for places that can be written twice and still be evaluated the same: names, locals and arguments. */
function isSamePlace(one: Term, other: Term): boolean {
  if (one.op !== other.op) return false;
  switch (one.op) {
    case 'Local':
    case 'Arg':
      return one.operands[0] === other.operands[0];
    case 'Path': {
      const [name, args] = other.operands as Op<'Path'>['operands'];
      return (
        one.operands[0] === name &&
        one.operands[1].length === 0 &&
        args.length === 0 &&
        one.nameForms === other.nameForms
      );
    }
    default:
      return false;
  }
}

/** What brackets may stand behind. */
function isPlace(term: Term): boolean {
  return term.op === 'Path' || term.op === 'Local' || term.op === 'Arg';
}
