import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeAml } from '../../../src/aml/decode/decode.js';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import { OPCODES } from '../../../src/aml/grammar/opcodes.js';
import { printAsl } from '../../../src/asl/print/print-asl.js';
import { toHex } from '../../../src/base/index.js';
import type { Diagnostic } from '../../../src/vocab/index.js';
import { arbitraryNamespace, arbitraryTerm } from '../../support/aml-arbitrary.js';
import { effort } from '../../support/effort.js';
import { inScratchFolder, needs } from '../../support/oracles.js';
import { termOf } from '../../support/term-shape.js';
import { compileAsl } from './compile.js';

/** One term of any operation; each operation is as likely as the next. */
const anyTerm = fc.constantFrom(...OPCODES.map(({ op }) => op)).chain((op) => arbitraryTerm(op));

/** Findings that the canonical form makes up for. It does not for the place and form of Externals. */
const isCanonical = ({ code, message }: Diagnostic) =>
  code === 'AML_WIDTH_NOT_PRINTABLE' && !message.includes('Externals');

/** Each run starts iasl, which takes far longer than everything else here. */
const RUNS = effort(40, 400);

for (const style of ['2.0', 'legacy'] as const) {
  it(`any term, in style ${style}, compiles to its canonical bytes, or leaves a finding`, async (context) => {
    needs(context, 'iasl');
    await inScratchFolder((folder) => {
      fc.assert(
        fc.property(anyTerm, (shape) => {
          const bytes = encodeAml([termOf(shape)]);
          const { terms, namespace } = decodeAml(bytes, { namespace: arbitraryNamespace() });
          const { text, diagnostics } = printAsl(terms, { namespace, style });
          if (diagnostics.some((found) => !isCanonical(found))) return;
          const { body, errors, crashed } = compileAsl(folder, text);
          if (crashed) return;
          const wanted = diagnostics.length === 0 ? bytes : encodeAml(terms, { form: 'canonical' });
          expect(body === undefined ? errors : toHex(body)).toEqual(toHex(wanted));
        }),
        { numRuns: RUNS },
      );
    });
  });
}

it('terms as deep as they decode are printed', () => {
  const depth = 390;
  let hex = '60';
  for (let level = 0; level < depth; level++) hex = `92${hex}`;
  const bytes = Uint8Array.from(`a4${hex}`.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const { text, diagnostics } = printAsl(decodeAml(bytes).terms);
  expect(diagnostics).toEqual([]);
  expect(text).toContain(`${'!('.repeat(depth - 1)}!Local0`);
});
