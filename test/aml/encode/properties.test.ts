import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAml } from '../../../src/aml/decode/decode.js';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import { writeTape } from '../../../src/aml/encode/write-tape.js';
import { OPCODES } from '../../../src/aml/grammar/opcodes.js';
import { recordTerms } from '../../../src/aml/tape/record-terms.js';
import { arbitraryNamespace, arbitraryTerm, arbitraryTerms } from '../../support/aml-arbitrary.js';
import { effort } from '../../support/effort.js';
import { type Shape, shapeOf, termOf } from '../../support/term-shape.js';

function expectRoundTrip(shapes: readonly Shape[]): void {
  const built = shapes.map(termOf);
  const bytes = encodeAml(built);
  const tape = recordTerms(built);
  expect(writeTape(tape, 0, tape.count)).toEqual(bytes);
  const { terms, diagnostics } = decodeAml(bytes, { namespace: arbitraryNamespace() });
  expect(diagnostics).toEqual([]);
  expect(terms.map(shapeOf)).toEqual(shapes);
  expect(encodeAml(terms)).toEqual(bytes);
  const canonical = encodeAml(terms, { form: 'canonical' });
  expect(canonical.length).toBeLessThanOrEqual(bytes.length);
  const again = decodeAml(canonical, { namespace: arbitraryNamespace() });
  expect(encodeAml(again.terms)).toEqual(canonical);
  expect(encodeAml(again.terms, { form: 'canonical' })).toEqual(canonical);
}

describe('any terms', () => {
  it('come back from their bytes', () => {
    fc.assert(
      fc.property(arbitraryTerms(), (shapes) => {
        expectRoundTrip(shapes);
      }),
      { numRuns: effort(150, 400) },
    );
  });

  it.each(OPCODES.map((row) => row.op))('%s comes back from its bytes', (op) => {
    fc.assert(
      fc.property(arbitraryTerm(op), (shape) => {
        expectRoundTrip([shape]);
      }),
      { numRuns: 15 },
    );
  });

  it('lie behind one another without a gap', () => {
    fc.assert(
      fc.property(arbitraryTerms(2), (shapes) => {
        const bytes = encodeAml(shapes.map(termOf));
        const { terms } = decodeAml(bytes, { namespace: arbitraryNamespace() });
        expect(terms.map((term) => term.start)).toEqual([0, ...terms.map((term) => term.end)].slice(0, terms.length));
        expect(terms.at(-1)?.end ?? 0).toBe(bytes.length);
      }),
    );
  });
});

describe('any bytes', () => {
  it('come back from their terms', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(encodeAml(decodeAml(bytes).terms)).toEqual(bytes);
      }),
      { numRuns: effort(300, 1000) },
    );
  });
});
