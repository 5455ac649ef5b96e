import {
  type CompiledRow,
  KIND,
  type KindNumber,
  type LoneKindNumber,
  ROWS,
  rowAt,
  SHAPE,
  STATEMENT_USE,
} from '../grammar/compiled-rows.js';
import { NAME_LEAD, nameTextAt, segmentText } from '../grammar/name-bytes.js';
import { MAX_NAME_SEGS } from '../grammar/name-string.js';
import { PREFIX } from '../grammar/opcodes.js';
import { findLoneNode, findPointedNode, type NamespaceNode } from '../namespace/namespace.js';
import { decodeFieldList } from '../tape/field-list.js';
import { CODE, IN_SOURCE, LENGTH_SHIFT, roomFor, Tape, WIDE_NAME } from '../tape/tape.js';
import { AmlReader } from './aml-reader.js';
import { type Body, createBody, type DecoderOptions, NO_DIAGNOSTICS, NOTHING_UNKNOWN } from './body.js';
import { declareScope, NameOperands, noteArgumentCount } from './declare.js';
import { DecodeFault, misplaced, tooDeep, tooFarDown, tooShort, unknownOpcode } from './decode-fault.js';
import { argumentCost, COST, nameCost, orderCost, statementCost } from './plausibility.js';
import { afterFault, noteFault } from './recover.js';

/** How the term being decoded will be used; decides whether a name may be a call. */
const USE = { statement: 0, argument: 1, name: 2, superName: 3 } as const;
type Use = (typeof USE)[keyof typeof USE];

/** The code of the previous term, if there is none. */
const NONE = -1;

/** Thrown to abandon a decoding. */
const ABANDONED: unique symbol = Symbol('abandoned');

/** Bytes of AML that take as long to decode as each of these events: rare in real tables, frequent in hostile ones. */
const COST_BYTES = { unknownName: 48, fault: 160, level: 2 } as const;
/** Scopes in which a name may be looked up before the search costs extra. */
const USUAL_LEVELS = 16;

/** Typical number of bytes of AML for one record. */
const BYTES_A_RECORD = 2;

/**
 * Why a body is decoded: to keep its terms; as a trial, to find its implausibility, its unknown names and its
 * faults; to explore, the same up to the first name that is neither declared nor guessed.
 */
export type Purpose = 'keep' | 'try' | 'explore';

/** Decodes the terms of one body at a time onto a tape. */
export class TermDecoder {
  readonly reader: AmlReader;
  readonly tape: Tape;
  /** The table's own level, and the bodies of the methods found in it. */
  readonly bodies: Body[] = [];
  /** Argument counts chosen for callees that nothing declares. */
  readonly guesses = new Map<string, number>();
  /** What decoding has cost so far, in bytes of plain AML: see {@link COST_BYTES}. */
  spentBytes = 0;
  readonly #options: DecoderOptions;
  #depth = 0;
  #scope: NamespaceNode;
  #body: Body;
  /** Implausibility at which decoding the body is abandoned. */
  #patience = Number.POSITIVE_INFINITY;
  /** Whether the last term with several operands stored its result somewhere. */
  #stores = false;
  /** What the last name used as a term names, if known, and whether it had arguments. */
  #node: NamespaceNode | undefined;
  #isCall = false;
  readonly #names: NameOperands;
  /** Whether a name without a guess ends the decoding, and the name that did. */
  #exploring = false;
  unguessed: string | undefined;
  /** Names used as values at the table's level before their declaration. */
  early: { scope: NamespaceNode; name: string }[] = [];

  constructor(bytes: Uint8Array, options: DecoderOptions) {
    this.reader = new AmlReader(bytes);
    this.#names = new NameOperands(bytes);
    this.tape = new Tape(bytes, roomFor(16 + Math.ceil(bytes.length / BYTES_A_RECORD)));
    this.#options = options;
    this.#scope = options.namespace;
    this.#body = createBody(options.offset, bytes.length, options.namespace, NONE);
    this.bodies.push(this.#body);
  }

  /**
   * Decodes one body again with the current namespace and guesses. Returns false and keeps the old terms if its
   * implausibility reaches `patience`.
   */
  decode(body: Body, purpose: Purpose, patience = Number.POSITIVE_INFINITY): boolean {
    const { tape, reader } = this;
    const terms = tape.count;
    this.#body = body;
    this.#patience = patience;
    reader.at = body.start;
    this.#depth = 0;
    this.#scope = body.scope;
    this.#exploring = purpose === 'explore';
    this.unguessed = undefined;
    body.tried = purpose !== 'keep';
    body.implausibility = 0;
    body.unknown = NOTHING_UNKNOWN;
    body.diagnostics = NO_DIAGNOSTICS;
    let complete = false;
    try {
      tape.add(CODE.Terms, 0, body.start);
      if (body.record === NONE) this.#passHeader();
      this.#termList(body.end);
      complete = true;
      return true;
    } catch (thrown) {
      if (thrown !== ABANDONED) throw thrown;
      return false;
    } finally {
      this.spentBytes += reader.at - body.start + COST_BYTES.unknownName * body.unknown.size;
      if (complete && purpose === 'keep') {
        tape.close(terms);
        tape.add(CODE.End, 0, body.end);
        if (body.record !== NONE) tape.setValue(body.record, terms);
      } else {
        tape.count = terms;
      }
    }
  }

  #passHeader(): void {
    const { headerBytes } = this.#options;
    if (headerBytes === 0) return;
    this.tape.add(CODE.Raw, IN_SOURCE, this.reader.at);
    this.reader.at += headerBytes;
  }

  #blame(cost: number): void {
    const { implausibility } = this.#body;
    this.#body.implausibility = implausibility + cost;
    if (implausibility + cost >= this.#patience) throw ABANDONED;
  }

  #termList(end: number): void {
    const { reader, tape } = this;
    const scope = this.#scope;
    const depth = this.#depth;
    let before = NONE;
    while (reader.at < end) {
      const start = reader.at;
      const mark = tape.count;
      try {
        const code = this.#term(end, USE.statement);
        const cost = orderCost(before, code);
        if (cost > 0) this.#blame(cost);
        before = code;
      } catch (fault) {
        if (!(fault instanceof DecodeFault)) throw fault;
        this.spentBytes += COST_BYTES.fault;
        const stop = afterFault(reader, start, end, fault);
        this.#blame(COST.undecodable + COST.lostByte * (stop - start));
        const place = { body: this.#body, scope: this.#scope, start, stop };
        noteFault(reader, fault, place, this.#options.diagnosticsLimit);
        tape.count = mark;
        this.#scope = scope;
        this.#depth = depth;
        before = CODE.Raw;
        tape.add(CODE.Raw, IN_SOURCE, start);
        reader.at = stop;
      }
    }
  }

  /** Decodes a term and returns the code of its record. */
  #term(end: number, use: Use): number {
    const { reader } = this;
    const start = reader.at;
    if (start >= end)
      throw new DecodeFault('AML_TRUNCATED', start, 'An operand is missing.', tooShort(reader.bytes, end));
    if (NAME_LEAD[reader.bytes[start] as number] === 1) return this.#path(end, use);
    const row = rowAt(reader.bytes, start, end);
    if (row === undefined) throw unknownOpcode(reader.bytes, start);
    if (row.use === STATEMENT_USE && use !== USE.statement) throw misplaced(row.op, start, use === USE.name);
    if (use === USE.superName && !row.isPlace) this.#blame(COST.valueAsPlace);
    reader.at = start + row.width;
    if (row.shape === SHAPE.general) this.#withOperands(row, start, end);
    else this.tape.add(row.code, this.#ownValue(row, end), start);
    if (use === USE.statement && row.use !== STATEMENT_USE) {
      const cost = statementCost(row, this.#stores);
      if (cost > 0) this.#blame(cost);
    }
    return row.code;
  }

  /** The value of a term that consists of one value or none. */
  #ownValue({ shape, lowCode }: CompiledRow, end: number): number {
    const { reader } = this;
    switch (shape) {
      case SHAPE.ordinal:
        return reader.u8(reader.at - 1) - lowCode;
      case SHAPE.byte:
        return reader.u8(reader.take(1, end));
      case SHAPE.word:
        return reader.u16(reader.take(2, end));
      case SHAPE.dword:
        return reader.u32(reader.take(4, end)) | 0;
      case SHAPE.qword:
        reader.take(8, end);
        return IN_SOURCE;
      case SHAPE.string:
        reader.passString(end);
        return IN_SOURCE;
      default:
        return 0;
    }
  }

  #enter(start: number): void {
    const { depthLimit } = this.#options;
    if (++this.#depth > depthLimit) throw tooDeep(start, depthLimit);
  }

  #withOperands(row: CompiledRow, start: number, end: number): void {
    const { reader, tape } = this;
    const { kinds } = row;
    this.#enter(start);
    let limit = end;
    let record: number;
    if (row.package) {
      limit = reader.packageEnd(end);
      record = tape.add(row.code | (reader.lengthWidth << LENGTH_SHIFT), limit, start);
    } else {
      record = tape.add(row.code, 0, start);
    }
    const scope = this.#scope;
    let stores = false;
    for (let index = 0; index < kinds.length; index++) {
      const kind = kinds[index] as KindNumber;
      if (kind === KIND.TermArg) this.#term(limit, USE.argument);
      else if (kind !== KIND.Target) this.#operand(kind, row, limit);
      else if (this.#superName(limit, USE.superName) !== CODE.Null) stores = true;
    }
    this.#scope = scope;
    if (row.declares !== undefined) this.#names.declare(row.declares, scope, reader.at);
    this.#depth--;
    this.#stores = stores;
    tape.close(record);
  }

  #operand(kind: Exclude<KindNumber, typeof KIND.TermArg | typeof KIND.Target>, row: CompiledRow, limit: number): void {
    const { reader, tape } = this;
    const start = reader.at;
    switch (kind) {
      case KIND.Data:
        this.#term(limit, USE.name);
        return;
      case KIND.SuperName:
        this.#superName(limit, USE.superName);
        return;
      case KIND.Reference:
        this.#superName(limit, USE.name);
        return;
      case KIND.NameString: {
        const key = reader.name(limit);
        tape.add(reader.wideName ? CODE.NameString | WIDE_NAME : CODE.NameString, key, start);
        this.#names.note(start, key);
        if (row.declares === 'scope' || row.declares === 'method') {
          this.#scope = this.#names.open(this.#scope);
          declareScope(this.#scope, row);
          if (this.#scope.depth > MAX_NAME_SEGS) throw tooFarDown(reader.at, MAX_NAME_SEGS);
        }
        return;
      }
      case KIND.ByteData: {
        const value = reader.u8(reader.take(1, limit));
        tape.add(CODE.ByteData, value, start);
        if (row.declares === 'method') noteArgumentCount(this.#scope, value & 7);
        return;
      }
      case KIND.WordData:
        tape.add(CODE.WordData, reader.u16(reader.take(2, limit)), start);
        return;
      case KIND.DWordData:
        tape.add(CODE.DWordData, reader.u32(reader.take(4, limit)) | 0, start);
        return;
      case KIND.TermList:
        if (row.declares === 'method') this.#methodBody(limit);
        else this.#termList(limit);
        return;
      case KIND.FieldList:
        decodeFieldList(this, limit);
        return;
      case KIND.Elements:
        while (reader.at < limit) this.#term(limit, USE.name);
        return;
      case KIND.ByteList:
        tape.add(CODE.ByteList, IN_SOURCE, start);
        reader.at = limit;
        return;
      default:
        kind satisfies LoneKindNumber;
    }
  }

  /** A name used as a term, with its arguments if it is a method call. */
  #path(end: number, use: Use): number {
    const { reader, tape } = this;
    const start = reader.at;
    const key = reader.name(end);
    const record = tape.add(reader.wideName ? CODE.Path | WIDE_NAME : CODE.Path, key, start);
    if (use === USE.name) return CODE.Path;
    const node = key === IN_SOURCE ? findPointedNode(this.#scope, reader.bytes, start) : findLoneNode(this.#scope, key);
    const levels = this.#scope.depth - (node?.parent?.depth ?? 0);
    if (levels > USUAL_LEVELS) this.spentBytes += COST_BYTES.level * (levels - USUAL_LEVELS);
    let count: number;
    if (node === undefined || node.kind === 'placeholder') {
      count = this.#guessedCount(key === IN_SOURCE ? nameTextAt(reader.bytes, start) : segmentText(key), use, start);
    } else {
      if (use === USE.statement && node.kind === 'object') this.#blame(COST.idleValue);
      count = node.argumentCount;
    }
    if (count > 0) {
      this.#arguments(count, end, node);
      tape.close(record);
    }
    this.#node = node;
    this.#isCall = count > 0;
    return CODE.Path;
  }

  #arguments(count: number, end: number, callee: NamespaceNode | undefined): void {
    this.#enter(this.reader.at);
    const guessed = callee === undefined || callee.kind === 'placeholder';
    for (let index = 0; index < count; index++) {
      const code = this.#term(end, USE.argument);
      if (guessed)
        this.#blame(code === CODE.Path ? nameCost(this.#node, this.#isCall) : argumentCost(ROWS[code], this.#stores));
    }
    this.#depth--;
  }

  /** How many arguments follow an undeclared name. */
  #guessedCount(name: string, use: Use, start: number): number {
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

  #superName(limit: number, use: Use): number {
    const { reader } = this;
    const start = reader.at;
    if (start >= limit || reader.bytes[start] !== PREFIX.nullName) return this.#term(limit, use);
    reader.at = start + 1;
    this.tape.add(CODE.Null, 0, start);
    return CODE.Null;
  }

  /**
   * A method's body. At the table's level it is decoded later, when all names are known; within another body, at once.
   */
  #methodBody(end: number): void {
    const { reader, tape } = this;
    if (this.#body !== this.bodies[0]) {
      this.#termList(end);
      return;
    }
    const start = reader.at;
    reader.at = end;
    if (this.#options.bodies) {
      const record = tape.add(CODE.Body, 0, start);
      this.bodies.push(createBody(start, end, this.#scope, record));
    } else if (start < end) {
      tape.add(CODE.Raw, IN_SOURCE, start);
    }
  }

  /** The name or the Buffer of a ConnectField. */
  connection(end: number): void {
    this.#term(end, USE.name);
  }

  /** A NamedField declares its name as an object. */
  declareField(key: number): void {
    const node = this.#scope.child(key);
    if (node.kind === 'placeholder') node.kind = 'object';
  }
}
