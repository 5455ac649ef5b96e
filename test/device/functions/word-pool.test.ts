import { describe, expect, it } from 'vitest';
import { WordPool } from '../../../src/device/functions/word-pool.js';

describe('WordPool', () => {
  it('gives zeros that nobody else has, however many are asked for', () => {
    const pool = new WordPool();
    const counts = [1, 0, 4096, 4097, 100_000, 3, ...Array<number>(200).fill(500)];
    const arrays = counts.map((count) => pool.takeArray(count));
    for (const [index, array] of arrays.entries()) {
      expect(array.every((word) => word === 0)).toBe(true);
      array.fill(index + 1);
    }
    for (const [index, array] of arrays.entries()) {
      expect(array.length).toBe(counts[index]);
      expect(array.every((word) => word === index + 1)).toBe(true);
    }
  });

  it('puts small ones side by side', () => {
    const pool = new WordPool();
    const [first, second] = [pool.take(3), pool.take(5)];
    expect(second.chunk).toBe(first.chunk);
    expect(second.start - first.start).toBe(3);
  });
});
