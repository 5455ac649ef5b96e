import type { Diagnostic } from '../vocab/index.js';
import type { Body } from './body.js';
import { Decoder } from './decoder.js';
import { type GuessedCall, guessCalls, noteGuesses } from './guess-calls.js';
import { createNamespace, type NamespaceNode } from './namespace.js';
import { postponedOperands } from './postponed-body.js';
import { replaceOperands, type Term } from './term.js';

export type { GuessedCall } from './guess-calls.js';

export interface DecodeOptions {
  /** First byte of the terms; 0 if not given. Offsets in terms and findings count from the start of `bytes`. */
  readonly offset?: number;
  /** Names known beforehand, of other tables; what this one declares is added. */
  readonly namespace?: NamespaceNode;
  /**
   * `decode` if not given. `lazy` reads the bodies of methods for names and faults, and makes their terms when they are
   * first looked at, from the bytes and with the namespace given, which have to be the same then. `skip` leaves each as one
   * Raw term.
   */
  readonly methodBodies?: 'decode' | 'lazy' | 'skip';
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
  const methodBodies = options.methodBodies ?? 'decode';
  const decoder = new Decoder(bytes, {
    offset: options.offset ?? 0,
    namespace,
    methodBodies,
    depthLimit: options.depthLimit ?? DECODE_LIMITS.depth,
    diagnosticsLimit: DECODE_LIMITS.diagnostics,
  });
  const guesses = guessCalls(
    decoder,
    options.guessBudgetBytes ??
      Math.max(DECODE_LIMITS.guessBudgetBytes, DECODE_LIMITS.guessBudgetPasses * bytes.length),
    methodBodies === 'lazy',
  );
  const faults = decoder.bodies.flatMap((body) => body.diagnostics).slice(0, DECODE_LIMITS.diagnostics);
  const notes = noteGuesses(guesses, DECODE_LIMITS.diagnostics);
  if (methodBodies === 'lazy') {
    const [, ...bodies] = decoder.bodies;
    const decode = (body: Body) => decoder.decodeBody(body);
    for (const body of bodies) replaceOperands(body.method as Term, postponedOperands(body, decode));
  }
  return { terms: decoder.terms, namespace, guesses, diagnostics: [...faults, ...notes] };
}
