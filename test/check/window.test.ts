import { describe, expect, it } from 'vitest';
import { checkWindow, type GuestArithmetic } from '../../src/check/index.js';
import { compareFunctions, windowCheck } from '../../src/check/window.js';
import { registerOffset, splitOffset } from '../../src/guest/index.js';

const DEVICE_BYTES = 0x1_0000;

/** The guest with one stride wrong: that of a device as ECAM has it. */
const ecamStride: GuestArithmetic = {
  splitOffset,
  registerOffset: (bus, device, fn, page, index) =>
    registerOffset(bus, 0, fn, page, index) + device * (DEVICE_BYTES / 2),
};

/** The guest with its way back wrong: the page is not taken off. */
const forgetsPage: GuestArithmetic = {
  registerOffset,
  splitOffset: (offset, into) => Object.assign(splitOffset(offset, into), { page: 0 }),
};

describe('the exhaustive check of a window', () => {
  it('finds both sides in agreement on every register of four buses', () => {
    const seen: number[] = [];
    const { checked, diagnostics } = checkWindow({ buses: 4, onProgress: (done) => seen.push(done) });
    expect(diagnostics).toEqual([]);
    expect(checked).toBe(4 * 256 * 2048);
    expect(seen).toEqual([1, 2, 3, 4].map((bus) => bus * 256 * 2048));
  });

  it.each([
    ['a stride', ecamStride],
    ['the way back', forgetsPage],
  ])('turns red when %s is wrong on one side', (_, guest) => {
    const { diagnostics } = checkWindow({ buses: 1, base: 0x1_0000_0000n, guest });
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['VCFG_WINDOW_DECODE']));
    expect(diagnostics.length).toBeLessThanOrEqual(8);
  });

  it('names both addresses', () => {
    const { diagnostics } = checkWindow({ buses: 1, base: 0x1_0000_0000n, guest: ecamStride });
    expect(diagnostics[0]?.message).toContain('00:01.0 register 0 the guest computes 0x100008000');
    expect(diagnostics[0]?.message).toContain('the host has that register at 0x100010000');
  });

  it.each([0, 257, 1.5])('refuses %s buses', (buses) => {
    expect(() => checkWindow({ buses })).toThrow(RangeError);
  });

  it('gives the same for a window as for its parts, whichever have a fault', () => {
    const base = 0x1_0000_0000n;
    const ranges = [
      { from: 0, to: 100, base },
      { from: 100, to: 256, base },
    ];
    const parts = ranges.map((range) => compareFunctions(range, ecamStride));
    expect(windowCheck(1, parts)).toEqual(checkWindow({ buses: 1, base, guest: ecamStride }));
  });
});
