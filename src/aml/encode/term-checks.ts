import { DiagnosticError, errorAt, MOST_U64 } from '../../base/index.js';
import type { DiagnosticCode } from '../../vocab/index.js';
import { type CompiledRow, rowOf } from '../grammar/compiled-rows.js';
import { keyOfText } from '../grammar/name-bytes.js';
import { displayName, MAX_ARGUMENTS, normalizeName, padNameSeg } from '../grammar/name-string.js';
import { MAX_PKG_LENGTH } from '../grammar/pkg-length.js';
import type { Path, Term } from '../grammar/term.js';

/** Terms within terms: deeper than what decodes, shallow enough for the stack of a worker. */
const DEPTH_LIMIT = 900;

/** What AML cannot hold is refused here, as terms are gone through: with the path of the term that holds it. */
export class TermChecks {
  readonly #depthLimit: number;
  #depth = 0;
  /** The declarations that hold the term that is looked at, outermost first. */
  readonly #holders: Term[] = [];

  constructor(depthLimit = DEPTH_LIMIT) {
    this.#depthLimit = depthLimit;
  }

  /** Does what goes through terms. Throws a TypeError of ours where an operand is of another JavaScript type than its kind. */
  guarded<Result>(go: () => Result): Result {
    try {
      return go();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const holder = this.#path === '' ? 'A term' : this.#path;
      throw new TypeError(
        `${holder} has an operand that is not a term, list, text, number or bytes as its operation takes.`,
      );
    }
  }

  /** Told before the operands of a term. */
  enter(row: CompiledRow, term: Term): void {
    if (++this.#depth > this.#depthLimit) this.#refuseDepth();
    if (row.nameOperand >= 0) this.#holders.push(term);
  }

  /** Told after them. */
  leave(row: CompiledRow): void {
    this.#depth--;
    if (row.nameOperand >= 0) this.#holders.pop();
  }

  /** Told before the arguments of a call, if there are any. */
  enterCall({ operands: [name, args] }: Path): void {
    if (args.length > MAX_ARGUMENTS) {
      this.refuse(
        'AML_VALUE_RANGE',
        `${displayName(name)} is called with ${args.length} arguments, and ${MAX_ARGUMENTS} is the most.`,
        'Pass several values as one Package.',
      );
    }
    if (++this.#depth > this.#depthLimit) this.#refuseDepth();
  }

  leaveCall(): void {
    this.#depth--;
  }

  /** A number that is an operand of a row. */
  within(value: number, most: number, row: CompiledRow, index: number): number {
    if (value >>> 0 === value && value <= most) return value;
    return this.refuse(
      'AML_VALUE_RANGE',
      `${row.op}'s operand ${index + 1} is ${value}, outside 0..0x${most.toString(16)}.`,
      'Give an integer in that range.',
    );
  }

  within64(value: bigint, row: CompiledRow): bigint {
    if (value >= 0n && value <= MOST_U64) return value;
    return this.refuse(
      'AML_VALUE_RANGE',
      `${row.op}'s operand is ${value}, which needs over 64 bits.`,
      'AML integers have 64 bits at the most.',
    );
  }

  /** The text of a String. */
  text(text: string): string {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0 || code > 0xff) {
        this.refuse(
          'AML_BAD_STRING',
          code === 0 ? `A string has a NUL at character ${at}.` : `A string has "${text[at]}" at character ${at}.`,
          'AML strings hold one byte a character and end at the first NUL; put other bytes into a Buffer.',
        );
      }
    }
    return text;
  }

  /** A name that is not a NameSeg alone, in its full form. */
  name(text: string): string {
    return this.#checked(text, normalizeName);
  }

  /** The key of a NamedField's name. */
  segment(name: string): number {
    const key = keyOfText(name);
    return key >= 0 ? key : keyOfText(this.#checked(name, padNameSeg));
  }

  /** What is wrong with a name is said of the term that holds it. */
  #checked(text: string, normalize: (text: string) => string): string {
    try {
      return normalize(text);
    } catch (error) {
      const [found] = error instanceof DiagnosticError ? error.diagnostics : [];
      if (found === undefined) throw error;
      return this.refuse(found.code, found.message, found.cure);
    }
  }

  /** The bytes that a PkgLength, or the width of a field element, was written in; 0 for as many as it takes. */
  lengthWidth(width: number | undefined): number {
    if (width === undefined) return 0;
    if (width >>> 0 === width && width <= 4) return width;
    return this.refuse(
      'AML_VALUE_RANGE',
      `A lengthWidth is ${width}, outside 0..4.`,
      'Give 0 for what was not decoded.',
    );
  }

  /** The width of a field element. */
  bits(bits: number): number {
    if (bits >>> 0 === bits && bits <= MAX_PKG_LENGTH) return bits;
    return this.refuse(
      'AML_VALUE_RANGE',
      `A field of ${bits} bits is outside 0..${MAX_PKG_LENGTH}.`,
      'Give its width in bits.',
    );
  }

  /** Another number of a field element. */
  elementByte(value: number, what: string): number {
    if (value >>> 0 === value && value <= 0xff) return value;
    return this.refuse('AML_VALUE_RANGE', `A field element's ${what} is ${value}, outside 0..0xff.`, 'Give one byte.');
  }

  unknownOperation(op: string): never {
    return this.refuse('AML_UNKNOWN_OPCODE', `"${op}" is no AML operation.`, 'Use a name of the opcode table.');
  }

  /** A package of so many bytes that its length cannot say it. */
  tooLong(bodyBytes: number): never {
    return refuseLength(bodyBytes, this.#path);
  }

  #refuseDepth(): never {
    return this.refuse(
      'AML_TOO_DEEP',
      `Terms are nested over ${this.#depthLimit} deep.`,
      'Put the inner terms into a method of their own.',
    );
  }

  refuse(code: DiagnosticCode, message: string, cure: string): never {
    throw new DiagnosticError([errorAt(code, { path: this.#path }, message, cure)]);
  }

  get #path(): string {
    return this.#holders.reduce((outer, holder) => {
      const operand = (holder.operands as readonly unknown[])[rowOf(holder.op)?.nameOperand ?? 0];
      return innerPath(outer, String(operand));
    }, '');
  }
}

/** Where a declaration is that stands in another one, for messages. */
export function innerPath(outer: string, name: string): string {
  const shown = displayName(name);
  return outer === '' || shown.startsWith('\\') ? shown : `${outer}.${shown}`;
}

export function refuseLength(bodyBytes: number, path: string): never {
  throw new DiagnosticError([
    errorAt(
      'AML_TOO_LONG',
      { path },
      `A package of ${bodyBytes} bytes is over the ${MAX_PKG_LENGTH} that its length can say.`,
      'Split it.',
    ),
  ]);
}
