import type { Body } from './body.js';

/** Which operand of a Method its body is. */
const BODY_OPERAND = 2;

/**
 * The operands of a Method whose body becomes terms when it is first read. The place of the body in the array is empty,
 * so that reading it comes to the getter below, once: a getter of each array itself would make it a hash table.
 */
class PostponedOperands extends Array<unknown> {
  /** What is derived from it, as by `map`, is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  readonly #body: Body;
  #decode: ((body: Body) => void) | undefined;

  constructor(body: Body, decode: (body: Body) => void) {
    super(BODY_OPERAND + 1);
    this[0] = body.holder[0];
    this[1] = body.holder[1];
    this.#body = body;
    this.#decode = decode;
  }

  get [BODY_OPERAND](): unknown {
    this.#decode?.(this.#body);
    this.#decode = undefined;
    const value = this.#body.holder[BODY_OPERAND];
    Object.defineProperty(this, BODY_OPERAND, { value, writable: true, enumerable: true, configurable: true });
    return value;
  }

  /** The body, if nobody has read it. */
  static unread(operands: PostponedOperands): Body | undefined {
    return operands.#decode === undefined ? undefined : operands.#body;
  }
}

/** Operands for the Method of a body, which `decode` leaves in `body.holder` when it is wanted. */
export function postponedOperands(body: Body, decode: (body: Body) => void): readonly unknown[] {
  return new PostponedOperands(body, decode);
}

/** The body of operands that nobody has read; undefined for one that was read, and for any other operands. */
export function unreadBody(operands: readonly unknown[]): Body | undefined {
  return operands instanceof PostponedOperands ? PostponedOperands.unread(operands) : undefined;
}
