import { describe, expect, it } from 'vitest';
import { importRegisters } from '../../../src/platform/imports/index.js';
import { HOSTILE, R, svd } from './hostile.js';

/**
 * Milliseconds of processor time that any of these may take, whatever else the machine does. The longest takes 4000 on
 * an idle machine: it uses up all of the `items` that are read.
 */
const MOST_MILLISECONDS = 15_000;

describe('a hostile register description', () => {
  it.each(HOSTILE.map(([what, text, code]) => [what, text, code] as const))(
    '%s: findings, and soon',
    { timeout: 20 * MOST_MILLISECONDS },
    async (_, text, code) => {
      const start = process.cpuUsage();
      const { text: made, diagnostics, leftOut } = await importRegisters(text, { file: 'x' });
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1000).toBeLessThan(MOST_MILLISECONDS);
      if (code !== undefined) expect(diagnostics.map(({ code: found }) => found)).toContain(code);
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
