import { describe, expect, it } from 'vitest';
import { someOf } from '../../support/effort.js';
import { startCounting } from '../../support/step-count.js';
import { HOSTILE, R, svd } from './hostile.js';

// Imported once counting has begun: else only calls are counted, and no rounds of loops.
const countSteps = await startCounting();
const { importRegisters } = await import('../../../src/platform/imports/index.js');

/** Steps that any of these may take: 300 for each of the million `items` that are read at most. The longest takes 240. */
const MOST_STEPS = 300_000_000;

describe('a hostile register description', () => {
  it.each(someOf(HOSTILE, 10).map(([what, text, code]) => [what, text, code] as const))(
    '%s: findings, and soon',
    async (_, text, code) => {
      let found: Awaited<ReturnType<typeof importRegisters>> | undefined;
      const steps = await countSteps(async () => {
        found = await importRegisters(text, { file: 'x' });
      });
      expect(steps).toBeLessThan(MOST_STEPS);
      const { text: made, diagnostics, leftOut } = found as NonNullable<typeof found>;
      if (code !== undefined) expect(diagnostics.map((each) => each.code)).toContain(code);
      expect(diagnostics.length + leftOut.length + (made === undefined ? 0 : 1)).toBeGreaterThan(0);
      expect(diagnostics.length).toBeLessThanOrEqual(1300);
      expect(JSON.stringify(diagnostics).length).toBeLessThan(1 << 20);
    },
  );

  it('that includes itself ends', async () => {
    const { diagnostics } = await importRegisters('`include "x"', {
      file: 'x',
      include: () => ({ file: 'x', text: '`include "x"\n`include "x"' }),
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(['IMPORT_RDL_INCLUDE']);
  });

  it.each([
    ['characters', '<device/>', { characters: 5 }],
    ['parts', '<device><a/><b/></device>', { parts: 2 }],
    ['depth', '<device><a><b/></a></device>', { depth: 2 }],
    ['registers', svd(R.repeat(3)), { registers: 2 }],
    ['items', svd(R.repeat(3)), { items: 2 }],
    ['parts of SystemRDL', 'addrmap m {};', { parts: 3 }],
    ['arrayElements', 'addrmap m { reg { field {} f; } r[3]; };', { arrayElements: 2 }],
  ])('goes beyond the limit of %s', async (_, text, limits) => {
    const { diagnostics } = await importRegisters(text, { limits });
    expect(diagnostics.map(({ code }) => code)).toContain(
      'arrayElements' in limits ? 'IMPORT_BAD_ARRAY' : 'IMPORT_TOO_LARGE',
    );
    expect((await importRegisters(text)).diagnostics.map(({ code }) => code)).not.toContain('IMPORT_TOO_LARGE');
  });
});
