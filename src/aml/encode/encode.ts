import { requireAml, requireWord } from '../grammar/required.js';
import type { Term } from '../grammar/term.js';
import { canonicalTape } from '../tape/canonical-tape.js';
import { type DecodedAml, tapeOf, termsOf } from '../tape/decoded-aml.js';
import { recordTerms } from '../tape/record-terms.js';
import { encodeTerms } from './encode-terms.js';
import { writeTape } from './write-tape.js';

export interface EncodeOptions {
  /**
   * `exact` writes every length, name and constant as wide as it was decoded; `canonical` as `iasl -oa` would: see
   * {@link canonicalTape}. Lengths and names that were built have no width of their own, and are the same in both.
   */
  readonly form?: 'exact' | 'canonical';
  /** Terms within terms before encoding is refused. What was decoded is not: see the decoder's. */
  readonly depthLimit?: number;
}

/**
 * The bytes of terms one after the other, without a table header; of decoded AML without making its terms. Throws a
 * DiagnosticError on what AML cannot hold.
 */
export function encodeAml(aml: Iterable<Term> | DecodedAml, options: EncodeOptions = {}): Uint8Array {
  requireAml(aml, 'encodeAml');
  requireWord(options.form, ['exact', 'canonical'], "encodeAml's form");
  const canonical = options.form === 'canonical';
  const decoded = tapeOf(aml);
  if (decoded !== undefined) return writeTape(canonical ? canonicalTape(decoded) : decoded, 1, decoded.next(0));
  const terms = termsOf(aml);
  if (!canonical) return encodeTerms(terms, options.depthLimit);
  const tape = recordTerms(terms, options.depthLimit);
  return writeTape(canonicalTape(tape), 0, tape.count);
}
