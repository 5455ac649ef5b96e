import { describe, expect, it } from 'vitest';
import { accessBits, leftByRead, leftByWrite, seenByRead } from '../../../src/device/functions/register-access.js';
import { Machine } from '../../../src/device/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import type { Access } from '../../../src/vocab/index.js';

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

describe('a register whose bits do not all answer alike', () => {
  const fields = (access: Access | undefined) => [
    { name: 'LOW', bits: '7..0', ...(access && { access }) },
    { name: 'MID', bits: '15..8' },
  ];
  /** What is described; what is held and written; what a read sees and leaves; what the write leaves of what was held. */
  const rows: readonly [what: string, row: object, number, number, seen: number, left: number, written: number][] = [
    [
      'a field that a 1 clears',
      { fields: fields('w1c') },
      0x1234_56f1,
      0xabcd_ef0f,
      0x1234_56f1,
      0x1234_56f1,
      0xabcd_eff0,
    ],
    [
      'a field that a 1 sets',
      { fields: fields('w1s') },
      0x1234_56f0,
      0xabcd_ef0f,
      0x1234_56f0,
      0x1234_56f0,
      0xabcd_efff,
    ],
    [
      'a field that is read only',
      { fields: fields('ro') },
      0x1234_56f1,
      0xabcd_ef0f,
      0x1234_56f1,
      0x1234_56f1,
      0xabcd_eff1,
    ],
    [
      'a field that is write only',
      { fields: fields('wo') },
      0x9234_56f1,
      0xabcd_ef0f,
      0x9234_5600,
      0x9234_56f1,
      0xabcd_ef0f,
    ],
    [
      'a field that reading clears',
      { fields: fields('rc') },
      0x9234_56f1,
      0xabcd_ef0f,
      0x9234_56f1,
      0x9234_5600,
      0xabcd_eff1,
    ],
    [
      'a key that is right',
      { key: { bits: '31..24', value: 0x9a } },
      0x0034_56f1,
      0x9acd_ef0f,
      0x0034_56f1,
      0x0034_56f1,
      0x00cd_ef0f,
    ],
    [
      'a key that is wrong by its highest bit',
      { key: { bits: '31..24', value: 0x9a } },
      0x0034_56f1,
      0x1acd_ef0f,
      0x0034_56f1,
      0x0034_56f1,
      0x0034_56f1,
    ],
    [
      'a key that is wrong by its lowest bit',
      { key: { bits: '31..24', value: 0x9a } },
      0x0034_56f1,
      0x9bcd_ef0f,
      0x0034_56f1,
      0x0034_56f1,
      0x0034_56f1,
    ],
    [
      'a mask that enables some bits',
      { writeMask: '31..16' },
      0x0000_5555,
      0x8f01_abce,
      0x0000_5555,
      0x0000_5555,
      0x0000_db54,
    ],
    ['a mask that enables none', { writeMask: '31..16' }, 0x5555, 0x0000_abcd, 0x5555, 0x5555, 0x5555],
  ];

  it.each(rows)('with %s', (_, row, held, value, seen, left, written) => {
    const registers = [{ name: 'CTRL', index: 3, ...row }];
    const platform = platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers }] });
    const machine = new Machine(platform);
    const address = machine.vcfgBase + 0x4_000cn;
    const device = machine.registers('SENS');
    device.set('CTRL', held);
    expect(machine.memory.read32(address)).toBe(seen);
    expect(device.get('CTRL')).toBe(left);
    device.set('CTRL', held);
    machine.memory.write32(address, value);
    expect(device.get('CTRL')).toBe(written);
  });
});
