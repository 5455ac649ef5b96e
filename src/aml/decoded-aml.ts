import type { Diagnostic } from '../vocab/index.js';
import type { GuessedCall } from './guess-calls.js';
import { TermMaker } from './make-terms.js';
import type { NamespaceNode } from './namespace.js';
import type { Tape } from './tape.js';
import type { Term } from './term.js';

/** A definition block's AML, decoded. */
export interface DecodedAml {
  /** Made when they are first looked at. To encode or print them as they are, give the whole of this instead. */
  readonly terms: readonly Term[];
  readonly namespace: NamespaceNode;
  /** Names that stand for values and that nothing declares, those taken for objects included. */
  readonly guesses: readonly GuessedCall[];
  /**
   * Errors where bytes could not be understood and are kept as they are; there are none if every byte was. Notes where
   * the argument count of a call was guessed, which may be wrong but loses nothing.
   */
  readonly diagnostics: readonly Diagnostic[];
}

/** What was decoded, as records of which the first holds all terms. */
export class TapedAml implements DecodedAml {
  readonly tape: Tape;
  readonly namespace: NamespaceNode;
  readonly guesses: readonly GuessedCall[];
  readonly diagnostics: readonly Diagnostic[];
  readonly #lazyBodies: boolean;
  #terms: readonly Term[] | undefined;

  constructor(tape: Tape, { namespace, guesses, diagnostics }: Omit<DecodedAml, 'terms'>, lazyBodies: boolean) {
    this.tape = tape;
    this.namespace = namespace;
    this.guesses = guesses;
    this.diagnostics = diagnostics;
    this.#lazyBodies = lazyBodies;
  }

  get terms(): readonly Term[] {
    this.#terms ??= new TermMaker(this.tape, this.#lazyBodies).list(1, this.tape.next(0));
    return this.#terms;
  }
}

/** The tape of decoded AML; undefined for terms. */
export function tapeOf(aml: Iterable<Term> | DecodedAml): Tape | undefined {
  return aml instanceof TapedAml ? aml.tape : undefined;
}

/** The terms themselves, decoded or not. */
export function termsOf(aml: Iterable<Term> | DecodedAml): Iterable<Term> {
  return 'terms' in aml ? aml.terms : aml;
}
