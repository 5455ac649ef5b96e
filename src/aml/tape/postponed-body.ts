import type { Term } from '../grammar/term.js';

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

  readonly #make: () => readonly Term[];

  constructor(name: unknown, flags: unknown, make: () => readonly Term[]) {
    super(BODY_OPERAND + 1);
    this[0] = name;
    this[1] = flags;
    this.#make = make;
  }

  get [BODY_OPERAND](): unknown {
    const value = this.#make();
    Object.defineProperty(this, BODY_OPERAND, { value, writable: true, enumerable: true, configurable: true });
    return value;
  }
}

/** Operands for a Method whose body `make` gives when it is wanted. */
export function postponedOperands(name: unknown, flags: unknown, make: () => readonly Term[]): readonly unknown[] {
  return new PostponedOperands(name, flags, make);
}
