import { AmlReader } from './aml-reader.js';
import { type Body, createBody, NO_DIAGNOSTICS, NOTHING_UNKNOWN } from './body.js';
import { type CompiledRow, KIND, type KindNumber, rowAt, rowOf, SHAPE, STATEMENT } from './compiled-rows.js';
import { declareObject, declareScope, noteArgumentCount } from './declare.js';
import { CUT_OFF, DecodeFault, misplaced, tooDeep, tooFarDown, unknownOpcode } from './decode-fault.js';
import { decodeFieldList } from './field-list.js';
import { type LoneName, NAME_LEAD, SEGMENT_LEAD } from './name-bytes.js';
import { MAX_NAME_SEGS } from './name-string.js';
import { findNode, type NamespaceNode } from './namespace.js';
import { PREFIX } from './opcodes.js';
import { EMPTY, room, SMALL_NUMBERS } from './operands.js';
import { argumentCost, COST, orderCost, statementCost } from './plausibility.js';
import { afterPackage, noteFault } from './recover.js';
import { type Term, termAt } from './term.js';
import { TermStack } from './term-stack.js';

export interface DecoderOptions {
  /** First byte of the terms. */
  readonly offset: number;
  readonly namespace: NamespaceNode;
  readonly methodBodies: 'decode' | 'lazy' | 'skip';
  readonly depthLimit: number;
  /** Findings that are kept of one body. */
  readonly diagnosticsLimit: number;
}

/** How the term being decoded will be used; decides whether a name may be a call. */
const USE = { statement: 0, argument: 1, name: 2, superName: 3 } as const;
type Use = (typeof USE)[keyof typeof USE];

/** What a decoding on trial makes of names, missing places and bytes: see {@link CompiledRow.standIn}. */
const PATH_STAND_IN = termAt('Path', EMPTY, -1, -1, 0, 0);
const NULL_STAND_IN = termAt('Null', EMPTY, -1, -1, 0, 0);
const NO_OPERANDS: unknown[] = [];

/** Thrown where a decoding is given up. */
const ABANDONED: unique symbol = Symbol('abandoned');

/** Bytes of AML that decode in the time of what real tables have little of, and hostile ones little else. */
const COST_BYTES = { unknownName: 48, fault: 160 } as const;

/**
 * What a body is decoded for: to make its terms; on trial, to tell how plausible it is, what names it does not know and
 * what is wrong with it; to explore, the same up to the first name that nothing declares and nothing is guessed of.
 */
export type Purpose = 'make' | 'try' | 'explore';

/** Decodes the terms of one body at a time. */
export class TermDecoder {
  readonly reader: AmlReader;
  /** The table's own level, and the bodies of the methods met in it since. */
  readonly bodies: Body[] = [];
  /** Argument counts chosen for callees that nothing declares. */
  readonly guesses = new Map<string, number>();
  /** What decoding has cost so far, in bytes of plain AML: see {@link COST_BYTES}. */
  spentBytes = 0;
  readonly #options: DecoderOptions;
  #depth = 0;
  #scope: NamespaceNode;
  #body: Body;
  /** Implausibility at which the body is given up. */
  #patience = Number.POSITIVE_INFINITY;
  /** Whether decoding is only to tell how plausible a body is: its terms are not made, and others stand in for them. */
  #onTrial = false;
  /** Whether the last term with several operands stored its result somewhere. */
  #stores = false;
  /** The last name that was a term, and whether it had arguments. */
  #name = '';
  #isCall = false;
  /** Whether a name without a guess ends the decoding, and the name that did. */
  #exploring = false;
  unguessed: string | undefined;
  /** Names that stood for values at the table's level before anything declared them, with the scope they were used in. */
  early: { scope: NamespaceNode; name: string }[] = [];
  readonly #stack = new TermStack();

  constructor(bytes: Uint8Array, options: DecoderOptions) {
    this.reader = new AmlReader(bytes);
    this.#options = options;
    this.#scope = options.namespace;
    this.#body = createBody(bytes, options.offset, bytes.length, options.namespace, [EMPTY]);
    this.bodies.push(this.#body);
  }

  /**
   * Decodes one body anew, with the namespace and the guesses as they are now. False, with the old terms kept, if it
   * comes to be as implausible as `patience` says.
   */
  decode(body: Body, purpose: Purpose, patience = Number.POSITIVE_INFINITY): boolean {
    this.#body = body;
    this.#patience = patience;
    this.reader.at = body.start;
    this.#depth = 0;
    this.#scope = body.scope;
    this.#stack.top = 0;
    this.#onTrial = purpose !== 'make';
    this.#exploring = purpose === 'explore';
    this.unguessed = undefined;
    body.tried = this.#onTrial;
    body.implausibility = 0;
    body.unknown = NOTHING_UNKNOWN;
    body.diagnostics = NO_DIAGNOSTICS;
    try {
      const terms = this.#termList(body.end);
      if (!this.#onTrial) body.holder[body.holder.length - 1] = terms;
      return true;
    } catch (thrown) {
      if (thrown !== ABANDONED) throw thrown;
      return false;
    } finally {
      this.spentBytes += this.reader.at - body.start + COST_BYTES.unknownName * body.unknown.size;
    }
  }

  #blame(cost: number): void {
    const { implausibility } = this.#body;
    this.#body.implausibility = implausibility + cost;
    if (implausibility + cost >= this.#patience) throw ABANDONED;
  }

  #termList(end: number): readonly Term[] {
    const stack = this.#stack;
    const { reader } = this;
    const base = this.#stack.top;
    const scope = this.#scope;
    const depth = this.#depth;
    while (reader.at < end) {
      const start = reader.at;
      const mark = stack.top;
      try {
        const term = this.#term(end, USE.statement);
        const cost = orderCost(mark > base ? stack.latest : undefined, term);
        if (cost > 0) this.#blame(cost);
        stack.push(term);
      } catch (fault) {
        if (!(fault instanceof DecodeFault)) throw fault;
        this.spentBytes += COST_BYTES.fault;
        this.#blame(COST.undecodable);
        const stop = afterPackage(reader, start, end);
        noteFault(this.#body, fault, stop - start, this.#scope, this.#options.diagnosticsLimit);
        stack.top = mark;
        this.#scope = scope;
        this.#depth = depth;
        stack.push(termAt('Raw', [reader.bytes.subarray(start, stop)], start, stop, 0, 0));
        reader.at = stop;
      }
    }
    return this.#taken(base);
  }

  /** The terms that were pushed since a mark; on trial there are only stand-ins, which nobody wants. */
  #taken(mark: number): readonly Term[] {
    return this.#stack.take(mark, !this.#onTrial);
  }

  #term(end: number, use: Use): Term {
    const { reader } = this;
    const start = reader.at;
    if (start >= end)
      throw new DecodeFault('AML_TRUNCATED', start, 'A term is wanted where its package ends.', CUT_OFF);
    if (NAME_LEAD[reader.bytes[start] as number] === 1) return this.#path(end, use);
    const row = rowAt(reader.bytes, start, end);
    if (row === undefined) throw unknownOpcode(reader.bytes, start);
    if (row.use === STATEMENT && use !== USE.statement) throw misplaced(row.op, start);
    if (use === USE.superName && !row.isPlace) this.#blame(COST.valueAsPlace);
    reader.at = start + row.width;
    let term: Term;
    if (row.shape === SHAPE.bare) {
      term = this.#onTrial ? row.standIn : termAt(row.op, EMPTY, start, reader.at, 0, 0);
    } else if (row.shape === SHAPE.ordinal) {
      const operands = SMALL_NUMBERS[reader.u8(reader.at - 1) - row.lowCode] as readonly unknown[];
      term = this.#onTrial ? row.standIn : termAt(row.op, operands, start, reader.at, 0, 0);
    } else if (row.shape === SHAPE.byte) {
      const operands = SMALL_NUMBERS[reader.u8(reader.take(1, end))] as readonly unknown[];
      term = this.#onTrial ? row.standIn : termAt(row.op, operands, start, reader.at, 0, 0);
    } else if (this.#onTrial && row.declares === undefined) {
      term = this.#tryOperands(row, start, end);
    } else {
      term = this.#withOperands(row, start, end);
    }
    if (use === USE.statement && row.use !== STATEMENT) {
      const cost = statementCost(row, this.#stores);
      if (cost > 0) this.#blame(cost);
    }
    return term;
  }

  #enter(start: number): void {
    const { depthLimit } = this.#options;
    if (++this.#depth > depthLimit) throw tooDeep(start, depthLimit);
  }

  #withOperands(row: CompiledRow, start: number, end: number): Term {
    const { reader } = this;
    const { kinds } = row;
    this.#enter(start);
    let limit = end;
    let lengthWidth = 0;
    if (row.package) {
      limit = reader.packageEnd(end);
      lengthWidth = reader.lengthWidth;
    }
    const scope = this.#scope;
    const operands = room(kinds.length);
    let nameForms = 0;
    let stores = false;
    for (let index = 0; index < kinds.length; index++) {
      const kind = kinds[index] as KindNumber;
      const operand = this.#operand(kind, row, limit, operands);
      operands[index] = operand;
      if (kind === KIND.Target && (operand as Term).op !== 'Null') stores = true;
      if (reader.wideName) {
        nameForms |= 1 << index;
        reader.wideName = false;
      }
    }
    this.#scope = scope;
    if (row.declares !== undefined) declareObject(scope, row, operands);
    this.#depth--;
    this.#stores = stores;
    const term = termAt(row.op, operands, start, reader.at, lengthWidth, nameForms);
    if (row.declares === 'method') {
      const body = this.bodies[this.bodies.length - 1] as Body;
      if (body.holder === operands) body.method = term;
    }
    return term;
  }

  /** What {@link Decoder.#withOperands} does for a term that declares nothing, without making it. */
  #tryOperands(row: CompiledRow, start: number, end: number): Term {
    const { kinds } = row;
    this.#enter(start);
    const limit = row.package ? this.reader.packageEnd(end) : end;
    let stores = false;
    for (let index = 0; index < kinds.length; index++) {
      const kind = kinds[index] as KindNumber;
      const operand = this.#operand(kind, row, limit, NO_OPERANDS);
      if (kind === KIND.Target && (operand as Term).op !== 'Null') stores = true;
    }
    this.reader.wideName = false;
    this.#depth--;
    this.#stores = stores;
    return row.standIn;
  }

  /** One operand. `before` holds those in front of it. */
  #operand(kind: KindNumber, row: CompiledRow, limit: number, before: unknown[]): unknown {
    const { reader } = this;
    switch (kind) {
      case KIND.TermArg:
        return this.#term(limit, USE.argument);
      case KIND.Data:
        return this.#term(limit, USE.name);
      case KIND.SuperName:
      case KIND.Target:
        return this.#superName(limit, USE.superName);
      case KIND.Reference:
        return this.#superName(limit, USE.name);
      case KIND.NameString: {
        const name = reader.name(limit);
        if (row.declares === 'scope' || row.declares === 'method') {
          this.#scope = declareScope(this.#scope, row, name);
          if (this.#scope.depth > MAX_NAME_SEGS) throw tooFarDown(reader.at, MAX_NAME_SEGS);
        }
        return name;
      }
      case KIND.ByteData: {
        const value = reader.u8(reader.take(1, limit));
        if (row.declares === 'method') noteArgumentCount(this.#scope, value & 7);
        return value;
      }
      case KIND.WordData:
        return reader.u16(reader.take(2, limit));
      case KIND.DWordData:
        return reader.u32(reader.take(4, limit));
      case KIND.QWordData:
        return reader.u64(reader.take(8, limit));
      case KIND.Ordinal:
        return reader.u8(reader.at - 1) - row.lowCode;
      case KIND.AsciiString:
        return reader.string(limit);
      case KIND.TermList:
        return row.declares === 'method' ? this.#methodBody(limit, before) : this.#termList(limit);
      case KIND.FieldList:
        return decodeFieldList(this, limit);
      case KIND.Elements: {
        const base = this.#stack.top;
        while (reader.at < limit) this.#stack.push(this.#term(limit, USE.name));
        return this.#taken(base);
      }
      case KIND.ByteList: {
        const at = reader.at;
        reader.at = limit;
        return this.#onTrial ? EMPTY : reader.bytes.subarray(at, limit);
      }
      default:
        return kind satisfies never;
    }
  }

  /** A name used as a term, with its arguments if it is the call of a method. */
  #path(end: number, use: Use): Term {
    const { reader } = this;
    const start = reader.at;
    let lone: LoneName | undefined;
    let name: string;
    let nameForms = 0;
    if (SEGMENT_LEAD[reader.bytes[start] as number] === 1) {
      lone = reader.loneName(end);
      name = lone[0];
    } else {
      name = reader.name(end);
      if (reader.wideName) nameForms = 1;
      reader.wideName = false;
    }
    const count = use === USE.name ? 0 : this.#argumentCount(name, use, start);
    const args = count === 0 ? EMPTY : this.#callArguments(count, end, name);
    this.#name = name;
    this.#isCall = count > 0;
    if (this.#onTrial) return PATH_STAND_IN;
    return termAt('Path', count === 0 && lone !== undefined ? lone : [name, args], start, reader.at, 0, nameForms);
  }

  #callArguments(count: number, end: number, name: string): readonly Term[] {
    this.#enter(this.reader.at);
    const guessed = this.guesses.size > 0 && this.guesses.has(name);
    const base = this.#stack.top;
    for (let index = 0; index < count; index++) {
      const argument = this.#term(end, USE.argument);
      if (guessed)
        this.#blame(argument.op === 'Path' ? this.#pathCost() : argumentCost(rowOf(argument.op), this.#stores));
      this.#stack.push(argument);
    }
    this.#depth--;
    return this.#taken(base);
  }

  /** The cost of the last name as the argument of a method whose argument count is guessed. */
  #pathCost(): number {
    const node = findNode(this.#scope, this.#name);
    if (node === undefined || node.kind === 'placeholder')
      return this.#isCall ? COST.callAsArgument : COST.nameAsArgument;
    return node.kind === 'method' ? COST.callAsArgument : 0;
  }

  /** How many arguments follow a name. */
  #argumentCount(name: string, use: Use, start: number): number {
    const node = findNode(this.#scope, name);
    if (node !== undefined && node.kind !== 'placeholder') {
      if (use === USE.statement && node.kind === 'object') this.#blame(COST.idleValue);
      return node.argumentCount;
    }
    if (use === USE.superName || name.length < 4) return 0;
    const body = this.#body;
    if (body === this.bodies[0]) this.early.push({ scope: this.#scope, name });
    if (body.unknown === NOTHING_UNKNOWN) body.unknown = new Map();
    if (!body.unknown.has(name)) body.unknown.set(name, start);
    const guess = this.guesses.get(name);
    if (guess === undefined && this.#exploring) {
      this.unguessed = name;
      throw ABANDONED;
    }
    if (use === USE.statement && (guess ?? 0) === 0) this.#blame(COST.idleName);
    return guess ?? 0;
  }

  #superName(limit: number, use: Use): Term {
    const { reader } = this;
    const start = reader.at;
    if (start < limit && reader.bytes[start] === PREFIX.nullName) {
      reader.at = start + 1;
      return this.#onTrial ? NULL_STAND_IN : termAt('Null', EMPTY, start, start + 1, 0, 0);
    }
    return this.#term(limit, use);
  }

  /** A method's body: at the table's level it waits until all names are known, within another body it is decoded at once. */
  #methodBody(end: number, holder: unknown[]): readonly Term[] {
    const { reader } = this;
    if (this.#body !== this.bodies[0]) return this.#termList(end);
    const start = reader.at;
    reader.at = end;
    if (this.#options.methodBodies !== 'skip')
      this.bodies.push(createBody(reader.bytes, start, end, this.#scope, holder));
    else if (start < end) return [termAt('Raw', [reader.bytes.subarray(start, end)], start, end, 0, 0)];
    return EMPTY;
  }

  /** What a ConnectField names or holds. */
  connection(end: number): Term {
    return this.#term(end, USE.name);
  }

  /** A NamedField makes its name an object. */
  declareField(name: string): void {
    const node = this.#scope.child(name);
    if (node.kind === 'placeholder') node.kind = 'object';
  }
}
