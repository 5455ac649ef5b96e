import type { Diagnostic } from '../../vocab/index.js';
import type { GuessedCall } from '../decode/guess-calls.js';
import type { Term } from '../grammar/term.js';
import type { NamespaceNode } from '../namespace/namespace.js';
import { TermMaker } from './make-terms.js';
import type { Tape } from './tape.js';

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
    // A property of its own: a copy of all properties has the terms then, which are encoded and printed as any others.
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
