import { expect, test } from 'vitest';
import { checkSet } from '../../src/check/index.js';
import { Machine } from '../../src/device/index.js';
import { generateTableSet } from '../../src/firmware/index.js';
import { platformFromObject } from '../../src/platform/index.js';

const functions = [
  {
    address: '00:04.0',
    name: 'SENS',
    registers: [{ name: 'CTRL', index: 0, reset: 5 }],
    shared: [{ name: 'RING', offset: 0, bytes: 64 }],
  },
];
const without = platformFromObject({ vcfg: 'none', functions });
const withWindow = platformFromObject({ functions });
const PLACE = 4n << 16n;

test('the device core has no window', () => {
  const [none, some] = [new Machine(without), new Machine(withWindow)];
  const { base } = without.vcfg;
  expect([none, some].map(({ memory }) => memory.read32(base + PLACE))).toEqual([0, 5]);
  for (const page of [0n, 0x1000n]) none.memory.write32(base + PLACE + page, 1);
  expect(none.registers('SENS').get('CTRL')).toBe(5);
  expect(none.mmioBus.ranges.some((range) => range.base === base)).toBe(false);
  expect(none.memory.read32(without.ecam.base + (4n << 15n))).toBe(0x0005_1b36);
  expect(none.restoreText(none.snapshotText())).toEqual([]);
  expect(some.restoreText(none.snapshotText()).map(({ code }) => code)).toContain('SNAPSHOT_FOREIGN');
});

test('a VCFG that is left in a table is a finding, unless it is 0', () => {
  const of = (platform: typeof without) => [{ file: 'dsdt.aml', bytes: generateTableSet(platform).whole() }];
  const codes = (tables: ReturnType<typeof of>) =>
    checkSet(tables, { platform: without }).findings.map(({ code }) => code);
  expect(codes(of(without))).toEqual([]);
  expect(codes(of(withWindow))).toContain('VCFG_LEFTOVER');
  const zero = { ...withWindow, functions: [], vcfg: { ...withWindow.vcfg, base: 0n } };
  expect(codes(of(zero))).not.toContain('VCFG_LEFTOVER');
  expect(checkSet(of(withWindow), { platform: withWindow }).findings).toEqual([]);
});
