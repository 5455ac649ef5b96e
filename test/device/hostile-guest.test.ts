import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { runHostileGuest } from './hostile-guest.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Accesses; `VCFG_LONG=1` makes it a million. */
const ACCESSES = process.env.VCFG_LONG ? 1_000_000 : 200_000;

describe('a hostile guest', () => {
  it(`makes ${ACCESSES} accesses: nothing is thrown, none strays, memory stays constant`, () => {
    const heap: number[] = [];
    const { machine, strayed } = runHostileGuest(ACCESSES, 0x1234_5678, () => {
      collectGarbage();
      heap.push(process.memoryUsage().heapUsed);
    });
    expect(strayed.slice(0, 5)).toEqual([]);
    expect(machine.log.countOf('DEVICE_FAILED')).toBe(0);
    const total = machine.log.countOf();
    expect(total).toBeGreaterThan(ACCESSES / 10);
    expect(machine.log.findings.length).toBeLessThan(32 * 30);
    expect(machine.memory.counts.exits).toBeGreaterThan(ACCESSES / 4);
    expect(machine.memory.counts.direct).toBeGreaterThan(ACCESSES / 100);
    const [, second = 0] = heap;
    expect((heap.at(-1) as number) - second).toBeLessThan(4_000_000);
    expect(machine.restore(machine.snapshot())).toEqual([]);
  });
});
