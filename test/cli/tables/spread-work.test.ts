import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl, encodeAml } from '../../../src/aml/index.js';
import { JOBS } from '../../../src/cli/commands/table-jobs.js';
import type { WorkThreads } from '../../../src/cli/io.js';
import { spreadWork } from '../../../src/cli/tables/spread-work.js';
import { encodeTable } from '../../../src/tables/index.js';
import { someOf } from '../../support/effort.js';
import { inScratchFolder } from '../../support/oracles.js';
import { type FakeWorld, Q35, Q35_DSDT, type Ran, vcfg } from '../fake-io.js';

/** Threads that do their jobs here, late and in no order, on copies of what they are given. */
function fakeThreads(count: number, canDo: (jobs: number) => boolean = () => true) {
  const started: string[] = [];
  let jobs = 0;
  let ended = 0;
  const startThreads: NonNullable<FakeWorld['startThreads']> = (name, settings) => {
    started.push(name);
    const works = Array.from({ length: count }, () => JOBS[name](structuredClone(settings)));
    return {
      count,
      async run(thread, job) {
        const copy = structuredClone(job);
        const mine = ++jobs;
        for (let turns = (mine % 3) * 5; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
        if (!canDo(mine)) return undefined;
        return structuredClone((await works[thread])?.(copy));
      },
      end: () => {
        ended++;
      },
    };
  };
  return { startThreads, started, jobs: () => jobs, ended: () => ended };
}

const MEBIBYTE = 1 << 20;
const IDENTITY = {
  revision: 2,
  oemId: 'VCFG',
  oemTableId: 'TEST',
  oemRevision: 1,
  creatorId: 'VCFG',
  creatorRevision: 1,
};

/** Tables of one machine, or of many, a megabyte in all, with one that is cut off and one that is no table. */
function writeTables(folder: string, machines: 'one' | 'many'): void {
  mkdirSync(folder);
  for (let index = 0; index < 20; index++) {
    const name = `D${String(index).padStart(3, '0')}`;
    const device = asl.Device(name, [asl.Name('_ADR', index), asl.Name('OTHR', asl.path('\\D000._ADR'))]);
    const filling = asl.Name(`B${name.slice(1)}`, asl.Buffer(MEBIBYTE / 16, new Uint8Array(MEBIBYTE / 16)));
    const signature = machines === 'one' && index > 0 ? 'SSDT' : 'DSDT';
    const bytes = encodeTable({ ...IDENTITY, signature }, encodeAml([device, filling]));
    writeFileSync(join(folder, `t${index}.aml`), bytes);
  }
  writeFileSync(join(folder, 't5-cut.aml'), readFileSync(Q35_DSDT).subarray(0, 3000));
  writeFileSync(join(folder, 't7-none.aml'), 'no table');
  writeFileSync(join(folder, 't9-facp.aml'), readFileSync(join(Q35, 'facp.aml')));
}

/** A run in few words: its outputs have megabytes, whose differences nobody waits for. */
function said({ code, stdout, stderr }: Ran): object {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const lines = (text: string) => text.split('\n').length;
  return { code, stdout: [hash(stdout), lines(stdout)], stderr: [hash(stderr), lines(stderr), stderr.slice(0, 500)] };
}

describe('many tables on several cores', () => {
  const RUNS = [
    ['verify', 'many', []],
    ['verify', 'one', ['--json']],
    ['show', 'one', ['--json']],
    ['show', 'many', []],
    ['disassemble', 'one', []],
    ['disassemble', 'many', ['--json', '--offsets']],
    ['check', 'many', ['--each', '--json']],
    ['check', 'many', ['--each']],
  ] as const;
  it.each(someOf(RUNS, 2))('%s of %s says the same in the same order (%j)', async (command, machines, words) => {
    await inScratchFolder(async (scratch) => {
      const folder = join(scratch, 'tables');
      writeTables(folder, machines);
      const argv = [command, folder, ...words];
      const alone = said(await vcfg(argv));
      const threads = fakeThreads(2);
      expect(said(await vcfg(argv, threads))).toEqual(alone);
      expect({ started: threads.started, ended: threads.ended() }).toEqual({ started: [command], ended: 1 });
      expect(threads.jobs()).toBeGreaterThan(4);
      // Threads that die, or run out of memory over some jobs.
      expect(
        said(
          await vcfg(
            argv,
            fakeThreads(2, (jobs) => jobs % 2 === 0),
          ),
        ),
      ).toEqual(alone);
    });
  });

  it('starts no thread for a few tables, nor for small ones', async () => {
    await inScratchFolder(async (scratch) => {
      const threads = fakeThreads(1);
      await vcfg(['show', Q35_DSDT], threads);
      for (let index = 0; index < 20; index++) writeFileSync(join(scratch, `${index}.aml`), readFileSync(Q35_DSDT));
      await vcfg(['verify', scratch], threads);
      expect(threads.started).toEqual([]);
    });
  });
});

describe('spread work', () => {
  const big = {
    bytesOf: () => 1 << 17,
    jobOf: (items: readonly number[]) => items,
    name: 'show',
    settings: 0,
  } as const;
  const items = Array.from({ length: 100 }, (_, index) => index);

  const work = (threads: WorkThreads, taken: number[], doHere = (item: number) => item * 2) =>
    spreadWork<number, readonly number[], number>({
      ...big,
      io: { startThreads: () => threads } as never,
      items,
      doHere,
      take: async (result) => {
        taken.push(result);
      },
    });

  it('keeps few results while the first is awaited', async () => {
    let release: (value: number[]) => void = () => undefined;
    let given = 0;
    const run: WorkThreads['run'] = async (_, job) => {
      const doubled = (job as number[]).map((item) => item * 2);
      return ++given === 1 ? new Promise<number[]>((resolve) => (release = () => resolve(doubled))) : doubled;
    };
    const taken: number[] = [];
    const whole = work({ count: 1, run, end: () => undefined }, taken);
    for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual([]);
    expect(given).toBeLessThanOrEqual(8);
    release([]);
    await whole;
    expect(taken).toEqual(items.map((item) => item * 2));
  });

  it('throws what is wrong with the work, and ends the threads', async () => {
    let ended = 0;
    const threads: WorkThreads = { count: 1, run: async () => undefined, end: () => ended++ };
    const fault = (item: number) => {
      if (item === 50) throw new TypeError('a fault');
      return item;
    };
    await expect(work(threads, [], fault)).rejects.toThrow('a fault');
    expect(ended).toBe(1);
  });
});
