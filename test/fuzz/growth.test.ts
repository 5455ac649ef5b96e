import { describe, expect, it } from 'vitest';
import { encodeAml } from '../../src/aml/index.js';
import { printAsl } from '../../src/asl/index.js';
import { effort, someOf } from '../support/effort.js';
import { DECODE_SHAPES } from './shapes.js';
import { countDecoding, excessOf } from './steps.js';

const KB = 1000;
const SMALL = effort(30, 100) * KB;
const LARGE = 4 * SMALL;
/** Four times the bytes may cost four times the steps, and a little for what does not divide evenly. */
const MOST_GROWTH = 4.4;

/** What is counted of an input, and what decoding it costs too much. */
function measure(bytes: Uint8Array): { readonly counts: Readonly<Record<string, number>>; readonly excess: unknown } {
  const steps = countDecoding(bytes);
  const characters = printAsl(steps.decoded).text.length;
  const counts = { records: steps.records, characters, encoded: encodeAml(steps.decoded).length };
  return { counts, excess: excessOf(bytes, steps) };
}

describe('steps grow with the bytes and not faster', () => {
  it.each(someOf(Object.entries(DECODE_SHAPES), 3))('%s', (_, make) => {
    const [small, large] = [make(SMALL), make(LARGE)].map(measure);
    // What decoding costs has no constant rate, since guessing begins or not: it stays below a line.
    expect([small?.excess, large?.excess]).toEqual([undefined, undefined]);
    for (const [what, count] of Object.entries(large?.counts ?? {}))
      expect.soft(count / Math.max(small?.counts[what] ?? 0, 10 * KB), what).toBeLessThan(MOST_GROWTH);
  });
});
