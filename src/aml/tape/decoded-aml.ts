import { refuseArgument } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { GuessedCall } from '../decode/guess-calls.js';
import type { Term } from '../grammar/term.js';
import type { NamespaceNode } from '../namespace/namespace.js';
import { TermMaker } from './make-terms.js';
import type { Tape } from './tape.js';

/** A definition block's AML, decoded. */
export interface DecodedAml {
  /** Made when first read. To encode or print them unchanged, pass this whole object instead, which is faster. */
  readonly terms: readonly Term[];
  readonly namespace: NamespaceNode;
  /** Undeclared names used as values, and the argument count guessed for each; 0 for those taken to be objects. */
  readonly guesses: readonly GuessedCall[];
  /**
   * Errors for bytes that could not be decoded and are kept as they are. Notes where
   * the argument count of a call was guessed: a wrong guess loses nothing.
   */
  readonly diagnostics: readonly Diagnostic[];
}

/** Decoded AML as a tape, whose first record contains all terms. */
export class TapedAml implements DecodedAml {
  declare readonly terms: readonly Term[];
  readonly namespace: NamespaceNode;
  readonly guesses: readonly GuessedCall[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #tape: Tape;

  constructor(tape: Tape, { namespace, guesses, diagnostics }: Omit<DecodedAml, 'terms'>, lazyBodies: boolean) {
    this.#tape = tape;
    this.namespace = namespace;
    this.guesses = guesses;
    this.diagnostics = diagnostics;
    let terms: readonly Term[] | undefined;
    const get = () => {
      terms ??= new TermMaker(tape, lazyBodies).list(1, tape.next(0));
      return terms;
    };
    // An own property, so that a copy of the object has the terms, which are encoded and printed like any others.
    Object.defineProperty(this, 'terms', { get, enumerable: true });
  }

  static tapeOf(aml: object): Tape | undefined {
    return #tape in aml ? aml.#tape : undefined;
  }
}

/** The tape of decoded AML; undefined for terms. */
export function tapeOf(aml: Iterable<Term> | DecodedAml): Tape | undefined {
  return TapedAml.tapeOf(aml);
}

/** The terms themselves, decoded or not. */
export function termsOf(aml: Iterable<Term> | DecodedAml): Iterable<Term> {
  return 'terms' in aml ? aml.terms : aml;
}

/** Throws a TypeError for what is neither decoded AML nor something that gives terms. */
export function requireAml(value: unknown, what: string): void {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    // Asked first: reading `terms` of decoded AML would make them.
    if (TapedAml.tapeOf(value) !== undefined) return;
    if (Symbol.iterator in value || ('terms' in value && Array.isArray(value.terms))) return;
  }
  refuseArgument(
    what,
    value,
    value instanceof Uint8Array ? 'terms or decoded AML: decode bytes first' : 'terms or decoded AML',
  );
}
