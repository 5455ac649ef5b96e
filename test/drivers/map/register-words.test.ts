import { expect, test } from 'vitest';
import { generateRegisterReference } from '../../../src/drivers/index.js';
import { ruledPlatform } from '../ruled-platform.js';

const lines = generateRegisterReference(ruledPlatform()).split('\n');

test.each([
  ['| `STAT` |', 'rw, w1c, w1s, ro, wo'],
  ['| `LOCK` |', 'bits 31..24 must be 0x5a in a write'],
  ['| `GATE` |', 'bits 31..16 enable writes of the bits from 0 up'],
  ['| `ONES` |', 'reserved bits are written as 1'],
  ['| `C1CT` |', 'dma1\\_control'],
  ['| `RATE` |', '1 to 10 Hz'],
  ['| `PEND` |', 'w1c'],
  ['| 2 | `timestamp` |', 'the low dword first'],
  ['| 4 | `target` |', 'the high dword first'],
])('the reference says of %s: %s', (row, words) => {
  expect(lines.filter((line) => line.includes(row) && line.includes(words))).toHaveLength(1);
});

test('the reference has the named values of a field', () => {
  expect(lines.filter((line) => line.includes('0 idle, 1 run: Runs.'))).not.toEqual([]);
});
