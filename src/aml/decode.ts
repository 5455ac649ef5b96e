import type { Diagnostic } from '../vocab/index.js';
import { Decoder } from './decoder.js';
import { type GuessedCall, guessCalls, noteGuesses } from './guess-calls.js';
import { createNamespace, type NamespaceNode } from './namespace.js';
import type { Term } from './term.js';

export type { GuessedCall } from './guess-calls.js';

export interface DecodeOptions {
  /** First byte of the terms; 0 if not given. Offsets in terms and findings count from the start of `bytes`. */
  readonly offset?: number;
  /** Names known beforehand, of other tables; what this one declares is added. */
  readonly namespace?: NamespaceNode;
  /** `skip` leaves each method's body as one Raw term. */
  readonly methodBodies?: 'decode' | 'skip';
  /** Terms within terms; what is deeper stays Raw. */
  readonly depthLimit?: number;
  /**
   * Bytes decoded again to find how many arguments unknown methods take; past it the best found is kept. If not given,
   * 1 MiB or ten times the length, whichever is more.
   */
  readonly guessBudgetBytes?: number;
}

export interface DecodedAml {
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

const DECODE_LIMITS = {
  depth: 400,
  guessBudgetBytes: 1 << 20,
  guessBudgetPasses: 10,
  diagnostics: 100,
} as const;

/**
 * Decodes a definition block's terms. Never throws on bad bytes: what cannot be understood stays as Raw terms, so that
 * encoding gives the same bytes again, and is said in a diagnostic.
 */
export function decodeAml(bytes: Uint8Array, options: DecodeOptions = {}): DecodedAml {
  const namespace = options.namespace ?? createNamespace();
  const decoder = new Decoder(bytes, {
    offset: options.offset ?? 0,
    namespace,
    methodBodies: options.methodBodies ?? 'decode',
    depthLimit: options.depthLimit ?? DECODE_LIMITS.depth,
    diagnosticsLimit: DECODE_LIMITS.diagnostics,
  });
  const guesses = guessCalls(
    decoder,
    options.guessBudgetBytes ??
      Math.max(DECODE_LIMITS.guessBudgetBytes, DECODE_LIMITS.guessBudgetPasses * bytes.length),
  );
  const faults = decoder.bodies.flatMap((body) => body.diagnostics).slice(0, DECODE_LIMITS.diagnostics);
  const notes = noteGuesses(guesses, DECODE_LIMITS.diagnostics);
  return { terms: decoder.terms, namespace, guesses, diagnostics: [...faults, ...notes] };
}
