import { expect, test } from 'vitest';
import { platformFromObject } from '../../../src/platform/index.js';

function arraysOf(contents: object, groups = {}) {
  const platform = platformFromObject({ groups, functions: [{ address: '00:04.0', name: 'SENS', ...contents }] });
  return platform.functions[0]?.arrays;
}

test('a platform says which of its registers are elements of arrays', () => {
  const registers = [
    { name: 'STAT', index: 0 },
    { name: 'CH', index: 2, count: 3, stride: 2 },
    { name: 'LEVL', longName: 'level', index: 10, count: 1 },
  ];
  expect(arraysOf({ registers })).toEqual([
    { name: 'CH', index: 2, counts: [3], strides: [2], elements: ['CH0', 'CH1', 'CH2'] },
    { name: 'LEVL', longName: 'level', index: 10, counts: [1], strides: [1], elements: [expect.stringMatching(/^L/)] },
  ]);
  expect(arraysOf({ registers: [{ name: 'STAT', index: 0 }] })).toBeUndefined();
});

test('arrays in groups have an index for each, the last of which counts up first', () => {
  const groups = {
    channel: { registers: [{ name: 'V', index: 0, count: 2 }], instances: [{ group: 'pair', name: 'P', index: 4 }] },
    pair: { registers: [{ name: 'A', index: 0 }] },
  };
  const instances = [{ group: 'channel', name: 'C', index: 16, count: 3, stride: 8 }];
  expect(arraysOf({ instances }, groups)).toEqual([
    {
      name: 'CV',
      index: 16,
      counts: [3, 2],
      strides: [8, 1],
      elements: ['C0V0', 'C0V1', 'C1V0', 'C1V1', 'C2V0', 'C2V1'],
      longName: 'c_v',
    },
    { name: 'CPA', longName: 'c_p_a', index: 20, counts: [3], strides: [8], elements: ['C0PA', 'C1PA', 'C2PA'] },
  ]);
});

test('an array of 64-bit registers is three: of both dwords, and of the registers', () => {
  const registers = [{ name: 'T', index: 4, width: 64, count: 2, stride: 4 }];
  expect(arraysOf({ registers })).toEqual([
    { name: 'TL', longName: 't_low', index: 4, counts: [2], strides: [4], elements: ['T0L', 'T1L'] },
    { name: 'T', index: 4, counts: [2], strides: [4], elements: ['T0', 'T1'], isWide: true },
    { name: 'TH', longName: 't_high', index: 5, counts: [2], strides: [4], elements: ['T0H', 'T1H'] },
  ]);
});
