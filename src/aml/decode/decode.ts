import { createNamespace, type NamespaceNode } from '../namespace/namespace.js';
import { type DecodedAml, TapedAml } from '../tape/decoded-aml.js';
import { Decoder } from './decoder.js';
import { guessCalls, noteGuesses } from './guess-calls.js';

export type { DecodedAml } from '../tape/decoded-aml.js';
export type { GuessedCall } from './guess-calls.js';

export interface DecodeOptions {
  /** First byte of the terms; 0 if not given. Offsets in terms and findings count from the start of `bytes`. */
  readonly offset?: number;
  /** Names known beforehand, of other tables; what this one declares is added. */
  readonly namespace?: NamespaceNode;
  /**
   * `decode` if not given. With `lazy` the terms of each method's body are made when it is first looked at. `skip` leaves
   * each body as one Raw term.
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
  // A copy, since terms are made from it when they are looked at, and plain bytes, which are read quicker than a Buffer's.
  const decoder = new Decoder(new Uint8Array(bytes), {
    offset: options.offset ?? 0,
    namespace,
    bodies: methodBodies !== 'skip',
    depthLimit: options.depthLimit ?? DECODE_LIMITS.depth,
    diagnosticsLimit: DECODE_LIMITS.diagnostics,
  });
  const guesses = guessCalls(
    decoder,
    options.guessBudgetBytes ??
      Math.max(DECODE_LIMITS.guessBudgetBytes, DECODE_LIMITS.guessBudgetPasses * bytes.length),
  );
  const faults = decoder.bodies.flatMap((body) => body.diagnostics).slice(0, DECODE_LIMITS.diagnostics);
  const diagnostics = [...faults, ...noteGuesses(guesses, DECODE_LIMITS.diagnostics)];
  decoder.tape.trim();
  return new TapedAml(decoder.tape, { namespace, guesses, diagnostics }, methodBodies === 'lazy');
}
