import { describe, expect, it } from 'vitest';
import { decodeAml } from '../../../src/aml/decode/decode.js';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import { opcodeRow } from '../../../src/aml/grammar/opcodes.js';
import { printAsl } from '../../../src/asl/print/print-asl.js';
import { toHex } from '../../../src/base/index.js';
import { ENCODING_ROWS } from '../../aml/encode/encoding-rows.js';
import { effort } from '../../support/effort.js';
import { inScratchFolder, needs } from '../../support/oracles.js';
import { readCorpus } from '../../support/shared-material.js';
import { type Shape, termOf } from '../../support/term-shape.js';
import { compileAsl } from './compile.js';
import { isCanonicalOf, judge } from './judge.js';

/** Tables up to this size are compiled in each run; `node test/setup/print-rate.mjs` takes them all. */
const MOST_BYTES = effort(6_000, 12_000);

/** Operations for which a row of the encoding tests has something that ASL or iasl cannot express. */
const UNSAYABLE = ['Debug', 'External', 'Field', 'LoadTable', 'String'];

const isValue = ([op]: Shape) => ['data', 'object'].includes(opcodeRow(op)?.role ?? '');

describe('printed operations', () => {
  for (const style of ['2.0', 'legacy'] as const) {
    it(`compile to the bytes they were, in style ${style}, or leave a finding`, async (context) => {
      needs(context, 'iasl');
      await inScratchFolder((folder) => {
        const lost = new Set<string>();
        for (const [hex, shapes] of ENCODING_ROWS) {
          const wanted = encodeAml(shapes.map((shape) => termOf(isValue(shape) ? ['Return', shape] : shape)));
          const { text, diagnostics } = printAsl(decodeAml(wanted).terms, { style });
          const { body, errors } = compileAsl(folder, text);
          const same = body !== undefined && toHex(body) === toHex(wanted);
          if (same) continue;
          lost.add((shapes[0] as Shape)[0]);
          if (diagnostics.length === 0)
            expect.soft({ hex, errors, body: body && toHex(body), text }).toBe('the same bytes, or a finding');
        }
        expect([...lost].sort()).toEqual(UNSAYABLE);
      });
    });
  }
});

describe('printed tables of real machines', () => {
  it('compile to the bytes they were, or to the same terms with a finding', async (context) => {
    needs(context, 'iasl');
    const tables = readCorpus(context).filter(({ bytes }) => bytes.length <= MOST_BYTES);
    await inScratchFolder((folder) => {
      const outcomes = tables.map(({ name, bytes }) => ({ name, bytes, ...judge(folder, bytes) }));
      const unexplained = outcomes.filter(({ outcome, causes }) => outcome !== 'identical' && causes.length === 0);
      const different = outcomes.filter(({ outcome }) => outcome === 'different').map(({ name }) => name);
      expect(unexplained).toEqual([]);
      expect(different).toEqual(['lenovo-tc-fc-ssdt-b9b9e5.aml']);
      expect(outcomes.filter(({ outcome }) => outcome === 'identical').length / outcomes.length).toBeGreaterThan(0.3);

      const others = outcomes.filter((outcome) => isCanonicalOf(outcome.bytes, outcome) === false);
      expect(others.map(({ name }) => name)).toEqual([]);
      const narrowed = outcomes.filter((each) => each.outcome === 'equivalent' && isCanonicalOf(each.bytes, each));
      expect(narrowed.length).toBeGreaterThan(5);
    });
  });
});
