import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/base/index.js';
import { barAround, hiddenFunctions, qemuDevices } from '../../src/live/qemu/devices.js';
import { encodeOptionRom } from '../../src/live/qemu/option-rom.js';
import { platformFromObject } from '../../src/platform/index.js';

const BAR = { base: 0x8000_0000n, lengthBytes: 128n << 20n };
const registers = [{ name: 'CTRL', index: 0 }];

/** A bridge on bus 0, one behind it that the file lists first, and a function behind each. */
const nested = platformFromObject({
  vcfg: { base: '0x8000_0000', buses: 64 },
  functions: [
    { address: '07:1f.2', name: 'DEEP', registers },
    { address: '05:03.0', name: 'RP01', bridge: { secondary: 7 } },
    { address: '00:1c.0', name: 'RP00', bridge: { secondary: 5, subordinate: 9 } },
    { address: '05:00.0', name: 'MOTR', registers },
    { address: '00:11.0', name: 'SENS', registers },
    { address: '00:1f.3', name: 'SMBU', registers },
  ],
});

describe('the devices of QEMU', () => {
  test('have the bridges of the platform, each before what is behind it, with its bus numbers', () => {
    const { words, served, writes } = qemuDevices(nested, BAR, [], 3);
    expect(words.filter((word) => word !== '-device')).toEqual([
      'x-pci-proxy-dev,id=p0,fd=3,bus=pcie.0,addr=1.0,multifunction=on',
      'pci-bridge,id=b224,chassis_nr=1,shpc=off,bus=pcie.0,addr=1c.0,multifunction=on',
      'pci-bridge,id=b1304,chassis_nr=2,shpc=off,bus=b224,addr=3.0,multifunction=on',
      'x-pci-proxy-dev,id=p1,fd=4,bus=pcie.0,addr=11.0,multifunction=on',
      'x-pci-proxy-dev,id=p2,fd=5,bus=b224,addr=0.0,multifunction=on',
      'x-pci-proxy-dev,id=p3,fd=6,bus=b1304,addr=1f.2,multifunction=on',
    ]);
    expect(served.map(({ name }) => name)).toEqual(['SENS', 'MOTR', 'DEEP']);
    expect(writes.slice(0, 2)).toMatchObject([
      { bus: 0, device: 0x1c, function: 0, offsetBytes: 0x18, value: 0x09_05_00 },
      { bus: 5, device: 3, function: 0, offsetBytes: 0x18, value: 0x07_07_05 },
    ]);
  });

  test('leave out what they cannot have, with a note that names it', () => {
    const [note, ...others] = hiddenFunctions(nested);
    expect(others).toEqual([]);
    expect(note).toMatchObject({ code: 'LIVE_BACK_END', severity: 'note' });
    expect(note?.message).toMatch(/^SMBU at 00:1f\.3: QEMU has a function of its own there/);
  });

  test('have eight shared pages in a slot', () => {
    const shared = Array.from({ length: 10 }, (_, packed) => ({ packed, path: `/page${packed}`, lengthBytes: 4096 }));
    const { pages, words } = qemuDevices(nested, BAR, shared, 3);
    expect(pages[7]).toEqual({ packed: 7, place: { device: 2, function: 7 } });
    expect(pages[8]).toEqual({ packed: 8, place: { device: 3, function: 0 } });
    expect(words).toContain('ivshmem-plain,memdev=s8,bus=pcie.0,addr=3.0,multifunction=on');
    const many = Array.from({ length: 8 * 28 }, (_, packed) => ({ packed, path: '/page', lengthBytes: 4096 }));
    expect(() => qemuDevices(nested, BAR, many, 3)).toThrow(/free slot.*\[LIVE_WINDOW_PLACE\]/);
  });

  test.each([
    [0x8000_0000n, 128n << 20n, 0x8000_0000n, 128n << 20n],
    [0x8020_0000n, 6n << 20n, 0x8000_0000n, 8n << 20n],
    [0x8880_0000n, 512n << 20n, undefined, undefined],
  ])('put a window at 0x%x into a BAR', (base, lengthBytes, barBase, barBytes) => {
    const expected = barBase === undefined ? undefined : { base: barBase, lengthBytes: barBytes };
    expect(barAround({ base, lengthBytes })).toEqual(expected);
  });
});

test('an option ROM has a header, code, a row for each write, and a sum of 0', () => {
  const rom = encodeOptionRom(
    [
      { bus: 0, device: 0x1c, function: 0, offsetBytes: 0x18, value: 0x090500 },
      { bus: 5, device: 3, function: 1, offsetBytes: 0x10, value: 0x8000_0000 },
    ],
    BAR,
  );
  expect(rom.length).toBe(512);
  expect(rom.reduce((sum, byte) => (sum + byte) & 0xff, 0)).toBe(0);
  expect(toHex(rom.subarray(0, 5))).toBe('55aa01eb1b');
  const mtrr = '66b90202000066b8000000806631d20f30664166b8000800f866baff0000000f30';
  const code = `66601e0e1ffc${mtrr}be6100b90200baf80c66ad66efbafc0c66ad66efe2f01f6661cb`;
  expect(toHex(rom.subarray(0x20, 0x61))).toBe(code);
  expect(toHex(rom.subarray(0x61, 0x71))).toBe('18e00080000509001019058000000080');
  const many = encodeOptionRom(
    Array.from({ length: 100 }, () => ({ bus: 0, device: 1, function: 0, offsetBytes: 4, value: 2 })),
    BAR,
  );
  expect([many.length, many[2]]).toEqual([1024, 2]);
});
