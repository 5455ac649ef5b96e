import { createNamespace } from '../namespace/namespace.js';
import { type DecodedAml, type DecodeOptions, decodeAml } from './decode.js';

/** The bytes of one table, and where its terms begin. */
export interface AmlSource {
  readonly bytes: Uint8Array;
  /** First byte of the terms; 0 if not given. */
  readonly offset?: number;
}

/**
 * Decodes tables of one machine, so that each knows what the others declare: first the declarations of all, then the
 * terms of each, in one namespace. What no table declares is guessed in each by itself. Give the DSDT first.
 */
export function decodeTogether(
  sources: readonly AmlSource[],
  options: Omit<DecodeOptions, 'offset' | 'methodBodies'> = {},
): DecodedAml[] {
  const namespace = options.namespace ?? createNamespace();
  for (const { bytes, offset = 0 } of sources)
    decodeAml(bytes, { ...options, namespace, offset, methodBodies: 'skip', guessBudgetBytes: 0 });
  return sources.map(({ bytes, offset = 0 }) => decodeAml(bytes, { ...options, namespace, offset }));
}
