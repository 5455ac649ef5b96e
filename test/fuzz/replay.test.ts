import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { effort } from '../support/effort.js';
import { projectFolder } from '../support/shared-material.js';
import { mutate } from './mutations.js';
import { findFault } from './probe.js';
import { createRandom } from './random.js';
import { runFault } from './run-aml.js';
import { collectSeeds } from './seeds.js';
import { shrink } from './shrink.js';
import { countDecoding, excessOf } from './steps.js';

const folder = join(projectFolder, 'fixtures/fuzz');
/** What is wrong with an input: its effects, and its cost in steps. Not in time, since a busy machine takes longer. */
const faultOf = (bytes: Uint8Array) => findFault(bytes) ?? excessOf(bytes, countDecoding(bytes));

it('inputs that once broke the decoder break it no more', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.aml'));
  const faults = names.map((name) => [name, faultOf(new Uint8Array(readFileSync(join(folder, name))))]);
  expect(faults.filter(([, fault]) => fault !== undefined)).toEqual([]);
});

it('inputs that once broke the decoder or the interpreter are loaded and run with nothing but diagnostics', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.aml'));
  const faults = names.map((name) => [name, runFault(new Uint8Array(readFileSync(join(folder, name))))]);
  expect(faults.filter(([, fault]) => fault?.startsWith('run '))).toEqual([]);
});

const inputs = collectSeeds(1, effort(30_000, 100_000))
  .filter(({ name }) => name !== 'corpus')
  .flatMap((seed) => seed.inputs);
const small = inputs.filter((bytes) => bytes.length < 10_000);

describe('inputs broken at random', () => {
  it('as they were, break nothing', () => {
    expect(inputs.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('break nothing', () => {
    const random = createRandom(7);
    const pick = () => small[random.below(small.length)] as Uint8Array;
    for (let count = 0; count < effort(300, 3000); count++)
      expect(faultOf(mutate(pick(), random, pick()))).toBeUndefined();
  });
});

it('inputs broken at random are loaded and run with nothing but diagnostics', () => {
  const random = createRandom(11);
  const pick = () => small[random.below(small.length)] as Uint8Array;
  for (let count = 0; count < effort(150, 3000); count++) {
    const fault = runFault(mutate(pick(), random, pick()));
    expect(fault?.startsWith('run ') ? fault : undefined).toBeUndefined();
  }
});

describe('the fuzzer', () => {
  it('breaks the same for the same seed, and differently for another', () => {
    const bytes = new Uint8Array(100).fill(0x70);
    const broken = (seed: number) => mutate(bytes, createRandom(seed), bytes);
    expect(broken(1)).toEqual(broken(1));
    expect(new Set([1, 2, 3, 4, 5, 6].map((seed) => broken(seed).join())).size).toBeGreaterThan(3);
    expect(bytes).toEqual(new Uint8Array(100).fill(0x70));
  });

  it('makes what it found as small as it can', () => {
    const bytes = new Uint8Array(1000);
    bytes[333] = 1;
    bytes[777] = 2;
    expect(shrink(bytes, (some) => some.includes(1) && some.includes(2))).toEqual(Uint8Array.of(1, 2));
  });
});
