import { describe, expect, it } from 'vitest';
import { Machine, ThreadHost } from '../../../src/device/index.js';
import { createRandom } from '../../fuzz/random.js';
import { describePlatform, SENSOR } from '../sample-platform.js';

const ROUNDS = 20_000;
/** Traps that would keep the host busy for longer than the timer of the test that makes them. */
const MANY = 1_000_000;

/** The state word: idle, request, answer, closed, and what is none of them. */
const REQUEST = 1;
const STATES = [0, REQUEST, REQUEST, REQUEST, 2, 4, -1, 0x7fff_ffff];
/** For the other words: what a request has there, its edges, and nonsense. */
const WORDS = [0, 1, 2, 4, 8, 64, 0xfff, 0x1000, 0x1001, 0x40000, 0x7fff_ffff, -1, -0x8000_0000];

describe('a mailbox full of whatever a guest may write', () => {
  it('never makes the host throw, and never harms another guest', () => {
    const random = createRandom(0x6d61_696c);
    const machine = new Machine(describePlatform([SENSOR]));
    const host = new ThreadHost(machine.memory, { log: machine.log, wake: 'poll' });
    const hostile = host.connect();
    const words = new Int32Array(hostile.mailbox);
    let asked = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let index = 1; index < 16; index++)
        words[index] = WORDS[random.below(WORDS.length)] ?? random.below(2 ** 32);
      words[16 + random.below(words.length - 16)] = random.below(2 ** 32);
      const state = STATES[random.below(STATES.length)] as number;
      words[0] = state;
      if (state === REQUEST) asked++;
      expect(host.poll()).toBe(state === REQUEST ? 1 : 0);
      expect(words[0]).toBe(state === REQUEST ? 2 : state);
      expect(host.counts(hostile.id).direct).toBeGreaterThanOrEqual(0);
    }
    expect(host.counts(hostile.id).exits).toBe(asked);
    expect(machine.log.countOf('THREAD_REQUEST')).toBeGreaterThan(asked / 4);
    expect(machine.log.countOf('DEVICE_FAILED')).toBe(0);
    expect(machine.log.findings.length).toBeLessThanOrEqual(32 * 8);
  });

  it.each([
    ['a length past a page', 4, 0x1001],
    ['a negative length', 4, -1],
    ['a direction that is none', 1, 2],
  ])('answers %s with zeros and a diagnostic', (_what, index, value) => {
    const machine = new Machine(describePlatform([SENSOR]));
    const host = new ThreadHost(machine.memory, { log: machine.log, wake: 'poll' });
    const start = host.connect();
    const words = new Int32Array(start.mailbox);
    words.fill(-1, 16);
    words[4] = 4;
    words[index] = value;
    words[0] = REQUEST;
    expect(host.poll()).toBe(1);
    expect(words.subarray(16).every((word) => word === 0)).toBe(true);
    expect(machine.log.findings.map(({ code }) => code)).toEqual(['THREAD_REQUEST']);
    expect(machine.mmioBus.counts.reads + machine.mmioBus.counts.writes).toBe(0);
  });

  it('takes no count from a guest that is no count', () => {
    const host = new ThreadHost(new Machine(describePlatform([SENSOR])).memory, { wake: 'poll' });
    const start = host.connect();
    const doubles = new Float64Array(start.mailbox, 0, 8);
    for (const [said, taken] of [
      [Number.NaN, 0],
      [-1, 0],
      [0.5, 0],
      [Number.POSITIVE_INFINITY, 0],
      [7, 7],
    ] as const) {
      doubles[4] = said;
      expect(host.counts(start.id).direct).toBe(taken);
    }
  });

  it('lets timers have their turn between the traps of a guest that never stops', async () => {
    const machine = new Machine(describePlatform([SENSOR]));
    const host = new ThreadHost(machine.memory);
    const words = new Int32Array(host.connect().mailbox);
    // The state is a request again before the host looks, as if the guest were endlessly fast.
    const answered = Atomics.compareExchange;
    let answers = 0;
    Atomics.compareExchange = ((array: Int32Array, index: number, expected: number, value: number) => {
      answers++;
      return answers < MANY ? REQUEST : answered(array, index, expected, value);
    }) as typeof answered;
    try {
      words[0] = REQUEST;
      Atomics.notify(words, 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(answers).toBeGreaterThan(256);
      expect(answers).toBeLessThan(MANY);
    } finally {
      Atomics.compareExchange = answered;
      host.close();
    }
  });
});
