import { DiagnosticError, errorAt, MOST_U64 } from '../../base/index.js';
import type { DiagnosticCode } from '../../vocab/index.js';
import { type CompiledRow, rowOf } from '../grammar/compiled-rows.js';
import { keyOfText } from '../grammar/name-bytes.js';
import { displayName, MAX_ARGUMENTS, normalizeName, padNameSeg } from '../grammar/name-string.js';
import { MAX_PKG_LENGTH } from '../grammar/pkg-length.js';
import type { Path, Term } from '../grammar/term.js';

/** Deepest nesting by default: deeper than what decodes, shallow enough for a worker's stack. */
const DEPTH_LIMIT = 900;

/** Refuses what AML cannot express while terms are walked, with the path of the declaration around it. */
export class TermChecks {
  readonly #depthLimit: number;
  #depth = 0;
  /** The declarations around the current term, outermost first. */
  readonly #holders: Term[] = [];
  #held = 0;

  constructor(depthLimit = DEPTH_LIMIT) {
    this.#depthLimit = depthLimit;
  }

  /**
   * Runs a walk over terms. Replaces the engine's TypeError for an operand of a wrong JavaScript type with one of ours.
   */
  guarded<Result>(go: () => Result): Result {
    try {
      return go();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const holder = this.#path === '' ? 'A term' : this.#path;
      throw new TypeError(
        `${holder} has an operand of a wrong type; it must be the term, list, text, number or bytes that its operation takes.`,
      );
    }
  }

  /** Called before the operands of a term. */
  enter(row: CompiledRow, term: Term): void {
    if (++this.#depth > this.#depthLimit) this.#refuseDepth();
    if (row.nameOperand >= 0) this.#holders[this.#held++] = term;
  }

  /** Called after them. */
  leave(row: CompiledRow): void {
    this.#depth--;
    if (row.nameOperand >= 0) this.#held--;
  }

  /** Called before the arguments of a call, if there are any. */
  enterCall({ operands: [name, args] }: Path): void {
    if (args.length > MAX_ARGUMENTS) {
      this.refuse(
        'AML_VALUE_RANGE',
        `${displayName(name)} is called with ${args.length} arguments; the most is ${MAX_ARGUMENTS}.`,
        'Pass several values as one Package.',
      );
    }
    if (++this.#depth > this.#depthLimit) this.#refuseDepth();
  }

  leaveCall(): void {
    this.#depth--;
  }

  /** Checks a numeric operand. */
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
      'AML integers have at most 64 bits.',
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

  /** A name other than a single NameSeg, all segments padded. */
  name(text: string): string {
    return this.#checked(text, normalizeName);
  }

  /** The key of a NamedField's name. */
  segment(name: string): number {
    const key = keyOfText(name);
    return key >= 0 ? key : keyOfText(this.#checked(name, padNameSeg));
  }

  /** Reports a bad name with the path of the term that holds it. */
  #checked(text: string, normalize: (text: string) => string): string {
    try {
      return normalize(text);
    } catch (error) {
      const [found] = error instanceof DiagnosticError ? error.diagnostics : [];
      if (found === undefined) throw error;
      return this.refuse(found.code, found.message, found.cure);
    }
  }

  /** The bytes that a PkgLength, or the width of a field element, occupies; 0 for as few as it takes. */
  lengthWidth(width: number | undefined): number {
    if (width === undefined) return 0;
    if (width >>> 0 === width && width <= 4) return width;
    return this.refuse(
      'AML_VALUE_RANGE',
      `A lengthWidth is ${width}, outside 0..4.`,
      'Give 0 for a term that was not decoded.',
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

  /** Checks a byte of a field element. */
  elementByte(value: number, what: string): number {
    if (value >>> 0 === value && value <= 0xff) return value;
    return this.refuse('AML_VALUE_RANGE', `A field element's ${what} is ${value}, outside 0..0xff.`, 'Give one byte.');
  }

  unknownOperation(op: string): never {
    return this.refuse('AML_UNKNOWN_OPCODE', `"${op}" is not an AML operation.`, 'Use a name of the opcode table.');
  }

  /** Refuses a package that is longer than its length can express. */
  tooLong(bodyBytes: number): never {
    return refuseLength(bodyBytes, this.#path);
  }

  #refuseDepth(): never {
    return this.refuse(
      'AML_TOO_DEEP',
      `Terms are nested more than ${this.#depthLimit} deep.`,
      'Move the inner terms into a method of their own.',
    );
  }

  refuse(code: DiagnosticCode, message: string, cure: string): never {
    throw new DiagnosticError([errorAt(code, { path: this.#path }, message, cure)]);
  }

  get #path(): string {
    return this.#holders.slice(0, this.#held).reduce((outer, holder) => {
      const operand = (holder.operands as readonly unknown[])[rowOf(holder.op)?.nameOperand ?? 0];
      return innerPath(outer, String(operand));
    }, '');
  }
}

/** The path of a declaration inside another one, for messages. */
export function innerPath(outer: string, name: string): string {
  const shown = displayName(name);
  return outer === '' || shown.startsWith('\\') ? shown : `${outer}.${shown}`;
}

export function refuseLength(bodyBytes: number, path: string): never {
  throw new DiagnosticError([
    errorAt(
      'AML_TOO_LONG',
      { path },
      `A package has ${bodyBytes} bytes; its length can express at most ${MAX_PKG_LENGTH}.`,
      'Split it.',
    ),
  ]);
}
