import { describe, expect, it } from 'vitest';
import { accessBits, leftByRead, leftByWrite, seenByRead } from '../../../src/device/functions/register-access.js';

const HELD = 0xf0f0_0001;
const WRITTEN = 0xff00_0003;

describe('access of a register', () => {
  /** access; what a read of HELD sees and leaves; what a write of WRITTEN leaves of it. */
  const rows = [
    ['rw', HELD, HELD, WRITTEN],
    ['ro', HELD, HELD, HELD],
    ['wo', 0, HELD, WRITTEN],
    ['w1c', HELD, HELD, 0x00f0_0000],
    ['w1s', HELD, HELD, 0xfff0_0003],
    ['rc', HELD, 0, HELD],
  ] as const;
  for (const [access, seen, left, written] of rows)
    it(`${access}, values unsigned`, () => {
      const bits = accessBits(access);
      expect(bits).not.toBe(0);
      expect([seenByRead(bits, HELD), leftByRead(bits, HELD), leftByWrite(bits, HELD, WRITTEN)]).toEqual([
        seen,
        left,
        written,
      ]);
    });
});
