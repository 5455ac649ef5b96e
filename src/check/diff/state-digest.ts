import { opcodeRow } from '../../aml/grammar/opcodes.js';
import { integerValue, type Term } from '../../aml/index.js';
import type { ObjectState } from './object-state.js';
import { meaning, ones, scopeInside, type TermSide } from './same-term.js';

/** FNV-1a, of 32 bits. */
class Hash {
  value = 0x811c9dc5;

  byte(byte: number): void {
    this.value = Math.imul(this.value ^ byte, 0x01000193);
  }

  text(text: string): void {
    for (let at = 0; at < text.length; at++) this.byte(text.charCodeAt(at));
    this.byte(-1);
  }
}

/**
 * Makes numbers of states that two sides have in common wherever the states would be the same after some renaming: names
 * of what may be renamed are left out. Two states of one number need not be the same.
 */
export class StateDigest {
  readonly #side: TermSide;
  readonly #isMovable: (path: string) => boolean;

  constructor(side: TermSide, isMovable: (path: string) => boolean) {
    this.#side = side;
    this.#isMovable = isMovable;
  }

  of(states: readonly ObjectState[]): number {
    const hash = new Hash();
    for (const { type, aspects } of states) {
      hash.text(type);
      for (const { name, statements, term, value, text } of aspects) {
        hash.text(name);
        if (statements !== undefined) this.#list(statements.list, statements.scope, hash);
        // With both, one of them alone may make two properties equal.
        else if (term === undefined) hash.text(value === undefined ? text() : `${value}`);
        else if (value === undefined && name !== 'address' && name !== 'length')
          this.#term(term.term, term.scope, hash);
      }
    }
    return hash.value;
  }

  #name(name: string, scope: string, hash: Hash): void {
    const path = meaning(name, scope, this.#side);
    hash.text(this.#isMovable(path) ? '' : path);
  }

  #list(terms: readonly Term[], scope: string, hash: Hash): void {
    hash.byte(terms.length);
    for (const term of terms) this.#term(term, scope, hash);
  }

  #term(term: Term, scope: string, hash: Hash): void {
    const value = integerValue(term, ones(this.#side));
    if (value !== undefined) {
      hash.text(`${value}`);
      return;
    }
    if (term.op === 'Package' || term.op === 'VarPackage') {
      // The size is left out: it may be a constant of either opcode.
      this.#list(term.operands[1], scope, hash);
      return;
    }
    hash.text(term.op);
    const kinds = opcodeRow(term.op)?.operands ?? [];
    for (const [index, operand] of (term.operands as readonly unknown[]).entries()) {
      const isName = kinds[index] === 'NameString' || (term.op === 'Path' && index === 0);
      if (isName) this.#name(operand as string, scope, hash);
      else this.#operand(operand, kinds[index] === 'TermList' ? scopeInside(term, scope) : scope, hash);
    }
  }

  #operand(operand: unknown, scope: string, hash: Hash): void {
    if (operand instanceof Uint8Array) for (const byte of operand) hash.byte(byte);
    else if (Array.isArray(operand)) for (const each of operand) this.#operand(each, scope, hash);
    else if (typeof operand !== 'object' || operand === null) hash.text(`${operand}`);
    else if ('op' in operand) this.#term(operand as Term, scope, hash);
    // The width of a field element's length does not count.
    else
      for (const [key, value] of Object.entries(operand)) if (key !== 'lengthWidth') this.#operand(value, scope, hash);
  }
}
