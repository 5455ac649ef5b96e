import { errorAt } from '../base/index.js';
import type { Diagnostic, DiagnosticCode } from '../vocab/index.js';
import { type CompiledRow, DATA, KIND, NAME_LEAD, OBJECT, rowAt, STATEMENT, segmentAt } from './decode-tables.js';
import { resolveGuesses } from './guess-calls.js';
import { createNamespace, findNode, type NamespaceNode, openNode } from './namespace.js';
import { PREFIX } from './opcodes.js';
import type { FieldElement, Op, Term } from './term.js';

export interface DecodeOptions {
  /** First byte of the terms; 0 if not given. Offsets in terms and findings count from the start of `bytes`. */
  readonly offset?: number;
  /** Names known beforehand, of other tables; what this one declares is added. */
  readonly namespace?: NamespaceNode;
  /** `skip` leaves each method's body as one Raw term. */
  readonly methodBodies?: 'decode' | 'skip';
  /** Terms within terms; what is deeper stays Raw. */
  readonly depthLimit?: number;
  /** Bytes decoded again to find how many arguments unknown methods take; past it they are taken to have none. */
  readonly guessBudgetBytes?: number;
}

/** A callee that no table given declares, and the number of arguments that makes its calls read best. */
export interface GuessedCall {
  readonly name: string;
  readonly argumentCount: number;
}

export interface DecodedAml {
  readonly terms: readonly Term[];
  readonly namespace: NamespaceNode;
  readonly guesses: readonly GuessedCall[];
  /** Empty if every byte was understood and nothing had to be guessed. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A run of terms that is decoded as one: the table's own level, or a method's body. */
export interface Body {
  readonly start: number;
  readonly end: number;
  readonly scope: NamespaceNode;
  /** Receives the terms each time the body is decoded. */
  readonly accept: (terms: readonly Term[]) => void;
  /** How unlikely the last decoding looked; 0 is best. */
  implausibility: number;
  /** Names called in it that nothing declares. */
  unknown: Set<string>;
  diagnostics: Diagnostic[];
}

export const DECODE_LIMITS = { depth: 400, guessBudgetBytes: 1 << 21, diagnostics: 100 } as const;

/** Thrown and caught inside the decoder only: it carries no stack trace, since hostile tables cause many. */
class DecodeFault {
  readonly code: DiagnosticCode;
  readonly at: number;
  readonly message: string;
  readonly cure: string;

  constructor(code: DiagnosticCode, at: number, message: string, cure: string) {
    this.code = code;
    this.at = at;
    this.message = message;
    this.cure = cure;
  }
}

const CUT_OFF = 'Was the table cut off, or a length edited without the bytes it covers?';
const EMPTY: readonly never[] = Object.freeze([]);
/** How the term being decoded will be used; decides whether a name may be a call. */
const USE = { statement: 0, argument: 1, name: 2, superName: 3 } as const;
type Use = (typeof USE)[keyof typeof USE];

/** Implausibility of bytes that cannot be decoded at all, beside 1 for a value that stands as a statement. */
const UNDECODABLE = 100;

export class Decoder {
  readonly #bytes: Uint8Array;
  readonly #depthLimit: number;
  readonly #methodBodies: 'decode' | 'skip';
  readonly namespace: NamespaceNode;
  readonly bodies: Body[] = [];
  /** Argument counts chosen for callees that nothing declares. */
  readonly guesses = new Map<string, number>();
  #at = 0;
  #depth = 0;
  #scope: NamespaceNode;
  #body: Body;
  /** Names that stood for values before anything declared them, with the scope they were used in. */
  #early: { scope: NamespaceNode; name: string }[] = [];
  /** Terms of lists that are not complete yet, the innermost list on top. */
  readonly #stack: Term[] = [];
  #nameForm = false;
  #lengthWidth = 0;

  constructor(bytes: Uint8Array, options: DecodeOptions) {
    this.#bytes = bytes;
    this.#depthLimit = options.depthLimit ?? DECODE_LIMITS.depth;
    this.#methodBodies = options.methodBodies ?? 'decode';
    this.namespace = options.namespace ?? createNamespace();
    this.#scope = this.namespace;
    this.#body = this.#newBody(options.offset ?? 0, bytes.length, this.namespace, () => {});
  }

  /** Decodes everything; the table's own level first, so that method bodies know every name that it declares. */
  decode(): readonly Term[] {
    let terms: readonly Term[] = EMPTY;
    const table = this.#newBody(this.#body.start, this.#body.end, this.namespace, (decoded) => {
      terms = decoded;
    });
    this.bodies.push(table);
    this.decodeBody(table);
    const called = this.#early.some(({ scope, name }) => (findNode(scope, name)?.argumentCount ?? 0) > 0);
    if (called) this.decodeBody(table);
    for (let index = 1; index < this.bodies.length; index++) this.decodeBody(this.bodies[index] as Body);
    return terms;
  }

  /** Decodes one body anew, with the namespace and the guesses as they are now. */
  decodeBody(body: Body): void {
    if (body === this.bodies[0]) this.bodies.length = 1;
    else body.scope.children.clear();
    this.#body = body;
    this.#at = body.start;
    this.#depth = 0;
    this.#scope = body.scope;
    body.implausibility = 0;
    body.unknown = new Set();
    body.diagnostics = [];
    body.accept(this.#termList(body.end));
  }

  #newBody(start: number, end: number, scope: NamespaceNode, accept: Body['accept']): Body {
    return { start, end, scope, accept, implausibility: 0, unknown: new Set(), diagnostics: [] };
  }

  #termList(end: number): Term[] {
    const stack = this.#stack;
    const base = stack.length;
    let afterIf = false;
    while (this.#at < end) {
      const start = this.#at;
      const scope = this.#scope;
      const depth = this.#depth;
      const mark = stack.length;
      try {
        const term = this.#term(end, USE.statement);
        if (term.op === 'Else' && !afterIf) this.#body.implausibility += 1;
        afterIf = term.op === 'If';
        stack.push(term);
      } catch (fault) {
        if (!(fault instanceof DecodeFault)) throw fault;
        stack.length = mark;
        this.#scope = scope;
        this.#depth = depth;
        const stop = this.#afterPackage(start, end);
        this.#report(fault, stop - start);
        this.#body.implausibility += UNDECODABLE;
        stack.push(this.#make('Raw', [this.#bytes.subarray(start, stop)], start, stop, 0, 0));
        this.#at = stop;
        afterIf = false;
      }
    }
    return this.#unstack(base);
  }

  /** Takes the terms above a mark off the stack, as an array no larger than it has to be. */
  #unstack(base: number): Term[] {
    const terms = this.#stack.slice(base);
    this.#stack.length = base;
    return terms;
  }

  /** Where decoding can go on after a term that failed: behind its package if it has a sound one, else at the end. */
  #afterPackage(start: number, end: number): number {
    const row = rowAt(this.#bytes, start, end);
    if (row?.package !== true) return end;
    try {
      this.#at = start + row.width;
      return this.#packageEnd(end);
    } catch {
      return end;
    }
  }

  #report(fault: DecodeFault, lostBytes: number): void {
    const { diagnostics } = this.#body;
    if (diagnostics.length >= DECODE_LIMITS.diagnostics) return;
    const place = { offsetBytes: fault.at, path: this.#scope.path() };
    const kept = ` ${lostBytes} bytes are kept as they are.`;
    diagnostics.push(errorAt(fault.code, place, fault.message + kept, fault.cure));
  }

  #term(end: number, use: Use): Term {
    const start = this.#at;
    if (start >= end)
      throw new DecodeFault('AML_TRUNCATED', start, 'A term is wanted where its package ends.', CUT_OFF);
    const byte = this.#bytes[start] as number;
    if (NAME_LEAD[byte] === 1) return this.#path(end, use);
    const row = rowAt(this.#bytes, start, end);
    if (row === undefined) {
      const code = byte === PREFIX.extended ? `0x5b 0x${this.#hex(start + 1)}` : `0x${this.#hex(start)}`;
      throw new DecodeFault(
        'AML_UNKNOWN_OPCODE',
        start,
        `${code} is no AML opcode.`,
        'Was the table cut off, or is this a patch meant for another table?',
      );
    }
    if (row.use === STATEMENT) {
      if (use !== USE.statement) {
        throw new DecodeFault(
          'AML_UNEXPECTED_TERM',
          start,
          `${row.op} stands where a value is wanted.`,
          'Is the method called before it declared with more arguments elsewhere? Give that table too.',
        );
      }
    } else if (use === USE.statement && (row.use === DATA || row.use === OBJECT)) {
      this.#body.implausibility += 1;
    }
    this.#at = start + row.width;
    const { kinds } = row;
    if (kinds.length === 0) return this.#make(row.op, EMPTY, start, this.#at, 0, 0);
    if (++this.#depth > this.#depthLimit) {
      throw new DecodeFault(
        'AML_TOO_DEEP',
        start,
        `Terms are nested over ${this.#depthLimit} deep.`,
        'No compiler writes that; raise depthLimit if it is meant.',
      );
    }
    let limit = end;
    let lengthWidth = 0;
    if (row.package) {
      limit = this.#packageEnd(end);
      lengthWidth = this.#lengthWidth;
    }
    const scope = this.#scope;
    const operands: unknown[] = new Array(kinds.length);
    let nameForms = 0;
    for (let index = 0; index < kinds.length; index++) {
      operands[index] = this.#operand(kinds[index] as number, row, limit, start, operands, index);
      if (this.#nameForm) {
        nameForms |= 1 << index;
        this.#nameForm = false;
      }
    }
    this.#scope = scope;
    this.#depth--;
    return this.#make(row.op, operands, start, this.#at, lengthWidth, nameForms);
  }

  #operand(
    kind: number,
    row: CompiledRow,
    limit: number,
    start: number,
    before: readonly unknown[],
    index: number,
  ): unknown {
    switch (kind) {
      case KIND.TermArg:
        return this.#term(limit, USE.argument);
      case KIND.Data:
        return this.#term(limit, USE.name);
      case KIND.SuperName:
      case KIND.Target:
      case KIND.Reference:
        return this.#superName(limit, kind === KIND.Reference ? USE.name : USE.superName);
      case KIND.NameString: {
        const name = this.#name(limit);
        if (row.nameOperand === index) this.#declare(row, name, before);
        return name;
      }
      case KIND.ByteData:
        return this.#number(row, 1, limit, before, index);
      case KIND.WordData:
        return this.#number(row, 2, limit, before, index);
      case KIND.DWordData:
        return this.#number(row, 4, limit, before, index);
      case KIND.QWordData: {
        const at = this.#take(8, limit);
        return BigInt(this.#u32(at)) | (BigInt(this.#u32(at + 4)) << 32n);
      }
      case KIND.Ordinal:
        return (this.#bytes[start + row.width - 1] as number) - row.lowCode;
      case KIND.AsciiString:
        return this.#string(limit);
      case KIND.TermList:
        return row.declares === 'method' ? this.#methodBody(limit) : this.#termList(limit);
      case KIND.FieldList:
        return this.#fieldList(limit);
      case KIND.Elements: {
        const base = this.#stack.length;
        while (this.#at < limit) this.#stack.push(this.#term(limit, USE.name));
        return this.#unstack(base);
      }
      default: {
        const rest = this.#bytes.subarray(this.#at, limit);
        this.#at = limit;
        return rest;
      }
    }
  }

  #make(
    op: string,
    operands: readonly unknown[],
    start: number,
    end: number,
    lengthWidth: number,
    nameForms: number,
  ): Term {
    return { op, operands, start, end, lengthWidth, nameForms } as unknown as Term;
  }

  /** A name used as a term, with its arguments if it is the call of a method. */
  #path(end: number, use: Use): Term {
    const start = this.#at;
    const name = this.#name(end);
    const nameForms = this.#nameForm ? 1 : 0;
    this.#nameForm = false;
    const count = use === USE.name ? 0 : this.#argumentCount(name, use);
    if (count === 0) return this.#make('Path', [name, EMPTY], start, this.#at, 0, nameForms);
    if (++this.#depth > this.#depthLimit) {
      throw new DecodeFault(
        'AML_TOO_DEEP',
        start,
        `Calls are nested over ${this.#depthLimit} deep.`,
        'Raise depthLimit if it is meant.',
      );
    }
    const args: Term[] = new Array(count);
    for (let index = 0; index < count; index++) args[index] = this.#term(end, USE.argument);
    this.#depth--;
    return this.#make('Path', [name, args], start, this.#at, 0, nameForms);
  }

  #argumentCount(name: string, use: Use): number {
    const node = findNode(this.#scope, name);
    if (node !== undefined && node.kind !== 'placeholder') return node.argumentCount;
    if (use === USE.superName || name.length < 4) return 0;
    if (this.#body === this.bodies[0]) this.#early.push({ scope: this.#scope, name });
    this.#body.unknown.add(name);
    return this.guesses.get(name) ?? 0;
  }

  #superName(limit: number, use: Use): Term {
    const start = this.#at;
    if (start < limit && this.#bytes[start] === PREFIX.nullName) {
      this.#at = start + 1;
      return this.#make('Null', EMPTY, start, start + 1, 0, 0);
    }
    return this.#term(limit, use);
  }

  #declare(row: CompiledRow, name: string, before: readonly unknown[]): void {
    if (row.declares === undefined) return;
    if (row.declares === 'fields') return;
    const node = openNode(this.#scope, name);
    switch (row.declares) {
      case 'scope':
        if (node.kind === 'placeholder') node.kind = row.op === 'Scope' ? 'unknown' : 'object';
        this.#scope = node;
        return;
      case 'method':
        if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'method';
        this.#scope = node;
        return;
      case 'alias':
        node.kind = 'object';
        node.alias = findNode(this.#scope, before[0] as string);
        if (node.alias === node) node.alias = undefined;
        return;
      case 'external':
        if (node.kind === 'placeholder') node.kind = 'unknown';
        this.#external = node;
        return;
      default:
        if (node.kind === 'placeholder' || node.kind === 'unknown') node.kind = 'object';
    }
  }

  #external: NamespaceNode | undefined;

  /** A number of 1, 2 or 4 bytes; those that say how many arguments a method takes are noted in the namespace. */
  #number(row: CompiledRow, width: number, limit: number, before: readonly unknown[], index: number): number {
    const at = this.#take(width, limit);
    const value =
      width === 1
        ? (this.#bytes[at] as number)
        : width === 2
          ? (this.#bytes[at] as number) | ((this.#bytes[at + 1] as number) << 8)
          : this.#u32(at);
    if (row.declares === 'method' && this.#scope.kind === 'method') {
      if (this.#scope.argumentCount === 0) this.#scope.argumentCount = value & 7;
    } else if (row.declares === 'external' && index === 2 && this.#external?.kind === 'unknown') {
      if (before[1] === EXTERNAL_METHOD && value <= 7) {
        this.#external.kind = 'method';
        this.#external.argumentCount = value;
      }
    }
    return value;
  }

  #methodBody(end: number): readonly Term[] {
    const start = this.#at;
    const scope = this.#scope;
    const skipped = this.#methodBodies === 'skip';
    if (this.#body !== this.bodies[0]) return this.#termList(end);
    const terms: Term[] = [];
    this.#at = end;
    if (skipped) {
      if (start < end) terms.push(this.#make('Raw', [this.#bytes.subarray(start, end)], start, end, 0, 0));
    } else {
      this.bodies.push(
        this.#newBody(start, end, scope, (decoded) => {
          terms.length = 0;
          for (const term of decoded) terms.push(term);
        }),
      );
    }
    return terms;
  }

  #fieldList(end: number): FieldElement[] {
    const bytes = this.#bytes;
    const elements: FieldElement[] = [];
    while (this.#at < end) {
      switch (bytes[this.#at]) {
        case 0x00: {
          this.#at++;
          const bits = this.#packageLength(end);
          elements.push({ kind: 'ReservedField', bits, lengthWidth: this.#lengthWidth });
          break;
        }
        case 0x01: {
          const at = this.#take(3, end);
          elements.push({ kind: 'AccessField', access: bytes[at + 1] as number, attribute: bytes[at + 2] as number });
          break;
        }
        case 0x02:
          this.#at++;
          elements.push({ kind: 'ConnectField', connection: this.#term(end, USE.name) as Op<'Buffer'> });
          break;
        case 0x03: {
          const at = this.#take(4, end);
          elements.push({
            kind: 'ExtendedAccessField',
            access: bytes[at + 1] as number,
            attribute: bytes[at + 2] as number,
            length: bytes[at + 3] as number,
          });
          break;
        }
        default: {
          const name = this.#segment(end);
          const bits = this.#packageLength(end);
          elements.push({ kind: 'NamedField', name, bits, lengthWidth: this.#lengthWidth });
          const node = this.#scope.child(name);
          if (node.kind === 'placeholder') node.kind = 'object';
        }
      }
    }
    return elements;
  }

  #name(end: number): string {
    const bytes = this.#bytes;
    let prefix = '';
    if (bytes[this.#at] === PREFIX.root) {
      prefix = '\\';
      this.#at++;
    } else {
      while (bytes[this.#at] === PREFIX.parent && this.#at < end) {
        prefix += '^';
        this.#at++;
      }
    }
    const lead = this.#at < end ? (bytes[this.#at] as number) : -1;
    if (lead === PREFIX.nullName) {
      this.#at++;
      return prefix;
    }
    if (lead === PREFIX.dual) {
      this.#at++;
      return `${prefix}${this.#segment(end)}.${this.#segment(end)}`;
    }
    if (lead !== PREFIX.multi) return prefix === '' ? this.#segment(end) : prefix + this.#segment(end);
    const count = bytes[this.#take(2, end) + 1] as number;
    if (count === 0)
      throw new DecodeFault('AML_BAD_NAME', this.#at - 1, 'A name of several segments has a count of 0.', CUT_OFF);
    let name = prefix + this.#segment(end);
    for (let index = 1; index < count; index++) name += `.${this.#segment(end)}`;
    if (count < 3) this.#nameForm = true;
    return name;
  }

  #segment(end: number): string {
    const at = this.#take(4, end);
    const segment = segmentAt(this.#bytes, at);
    if (segment !== undefined) return segment;
    const hex = [0, 1, 2, 3].map((index) => this.#hex(at + index)).join(' ');
    throw new DecodeFault(
      'AML_BAD_NAME',
      at,
      `${hex} is no NameSeg.`,
      'A NameSeg is four of A-Z, 0-9 and _, and does not begin with a digit.',
    );
  }

  #string(end: number): string {
    const stop = this.#bytes.indexOf(0, this.#at);
    if (stop < 0 || stop >= end) {
      throw new DecodeFault(
        'AML_UNTERMINATED_STRING',
        this.#at,
        'A string has no NUL before its package ends.',
        CUT_OFF,
      );
    }
    let text = '';
    for (let at = this.#at; at < stop; at++) text += String.fromCharCode(this.#bytes[at] as number);
    this.#at = stop + 1;
    return text;
  }

  /** Reads a PkgLength and gives the offset behind its package. */
  #packageEnd(end: number): number {
    const start = this.#at;
    const length = this.#packageLength(end);
    if (length >= this.#lengthWidth && start + length <= end) return start + length;
    const why =
      length < this.#lengthWidth ? 'is shorter than itself' : `ends ${start + length - end} bytes past what holds it`;
    throw new DecodeFault('AML_PKG_LENGTH', start, `A package of ${length} bytes ${why}.`, CUT_OFF);
  }

  /** Reads a PkgLength's value and notes how many bytes it was written in. ACPI 6.5 §20.2.4 */
  #packageLength(end: number): number {
    const at = this.#take(1, end);
    const lead = this.#bytes[at] as number;
    const more = lead >>> 6;
    this.#lengthWidth = more + 1;
    if (more === 0) return lead;
    if ((lead & 0x30) !== 0)
      throw new DecodeFault('AML_PKG_LENGTH', at, 'A PkgLength has its reserved bits 4 and 5 set.', CUT_OFF);
    this.#take(more, end);
    let length = lead & 0x0f;
    for (let index = 0; index < more; index++) length |= (this.#bytes[at + 1 + index] as number) << (4 + 8 * index);
    return length;
  }

  #take(length: number, end: number): number {
    const at = this.#at;
    if (at + length > end) {
      throw new DecodeFault('AML_TRUNCATED', at, `${length} bytes are wanted where ${end - at} are left.`, CUT_OFF);
    }
    this.#at = at + length;
    return at;
  }

  #u32(at: number): number {
    const bytes = this.#bytes;
    return (
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0
    );
  }

  #hex(at: number): string {
    return (this.#bytes[at] ?? 0).toString(16).padStart(2, '0');
  }
}

/** ObjectType of a method in an External. ACPI 6.5 §19.6.46 */
const EXTERNAL_METHOD = 8;

/**
 * Decodes a definition block's terms. Never throws on bad bytes: what cannot be understood stays as Raw terms, so that
 * encoding gives the same bytes again, and is said in a diagnostic.
 */
export function decodeAml(bytes: Uint8Array, options: DecodeOptions = {}): DecodedAml {
  const decoder = new Decoder(bytes, options);
  const terms = decoder.decode();
  const guesses = resolveGuesses(decoder, options.guessBudgetBytes ?? DECODE_LIMITS.guessBudgetBytes);
  const diagnostics = decoder.bodies.flatMap((body) => body.diagnostics).slice(0, DECODE_LIMITS.diagnostics);
  return { terms, namespace: decoder.namespace, guesses, diagnostics };
}
