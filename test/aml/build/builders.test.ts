import { describe, expect, it, type TestContext } from 'vitest';
import { encodeAml, type Term } from '../../../src/aml/index.js';
import { DiagnosticError, toHex } from '../../../src/base/index.js';
import { readVectors } from '../../support/shared-material.js';
import { REFUSALS } from './builder-refusals.js';
import { BETTER_ROWS, BUILDER_ROWS } from './builder-rows.js';

/** What the recorded code gave for a description: bytes, or a panic. */
interface Recorded {
  readonly desc: string;
  readonly hex?: string;
  readonly panic?: string;
}

const recorded = (context: TestContext) => readVectors<{ vectors: Recorded[] }>(context, 'builders.json').vectors;

const hexOf = (built: Term | Uint8Array) => toHex(built instanceof Uint8Array ? built : encodeAml([built]));

/** The code of the one finding that it throws, or the name of another error; what it gave if it threw nothing. */
function refusal(refuse: () => unknown): unknown {
  try {
    return { accepted: refuse() };
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code).join();
    return (error as Error).name;
  }
}

describe('what the recorded code builds', () => {
  it('is described by one row each, and no row is about nothing', (context) => {
    const patterns = [...BUILDER_ROWS, ...BETTER_ROWS, ...REFUSALS].map(([pattern]) => pattern);
    const unused = new Set(patterns);
    const odd = recorded(context).flatMap(({ desc }) => {
      const matching = patterns.filter((pattern) => pattern.test(desc));
      for (const pattern of matching) unused.delete(pattern);
      return matching.length === 1 ? [] : [{ desc, matching }];
    });
    expect(odd).toEqual([]);
    expect([...unused]).toEqual([]);
  });

  it('comes out the same, better, or as a refusal', (context) => {
    const counts = { 'byte-identical': 0, better: 0, refused: 0 };
    const faults: unknown[] = [];
    for (const { desc, hex = '', panic } of recorded(context)) {
      for (const [pattern, build] of BUILDER_ROWS) {
        const match = pattern.exec(desc);
        if (match === null) continue;
        const ours = hexOf(build(...match.slice(1)));
        if (ours !== hex || panic !== undefined) faults.push({ desc, ours, recorded: panic ?? hex });
        else counts['byte-identical']++;
      }
      for (const [pattern, build, expected, reason] of BETTER_ROWS) {
        if (!pattern.test(desc)) continue;
        const ours = hexOf(build());
        if (ours !== expected || ours === hex) faults.push({ desc, ours, expected, reason });
        else counts.better++;
      }
      for (const [pattern, refuse, how, reason] of REFUSALS) {
        if (!pattern.test(desc)) continue;
        const ours = refusal(() => refuse(hex));
        if (ours !== how) faults.push({ desc, ours, how, reason });
        else counts.refused++;
      }
    }
    expect(faults).toEqual([]);
    expect(counts).toEqual({ 'byte-identical': 237, better: 3, refused: 29 });
  });
});
