import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFolder } from '../support/shared-material.js';
import { mutate } from './mutations.js';
import { allowance, COST_LIMITS, measureMemory, probe } from './probe.js';
import { createRandom, type Random } from './random.js';
import { runFault } from './run-aml.js';
import { collectSeeds } from './seeds.js';
import { shrink } from './shrink.js';

/** Inputs broken at random between two of which memory is measured: that takes two garbage collections. */
const MEMORY_EVERY = 500;
/** Larger inputs are cut, so that the small ones, which break as well, come in their thousands. */
const USUAL_BYTES = 20_000;
/** Inputs of which one is loaded and run as well. */
const RUN_EVERY = 3;
const folder = join(projectFolder, 'fixtures/fuzz');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('Usage: npm run fuzz -- [--seconds N] [--seed S], N above 0 and S an integer');
  process.exit(2);
}

const random = createRandom(seed);
const seeds = collectSeeds(seed);
console.log(`seed ${seed}: ${seeds.map(({ name, inputs }) => `${inputs.length} ${name}`).join(', ')}`);

const pick = <T>(from: readonly T[], by: Random): T => from[by.below(from.length)] as T;

function nextInput(): Uint8Array {
  const input = mutate(pick(pick(seeds, random).inputs, random), random, pick(pick(seeds, random).inputs, random));
  if (input.length <= USUAL_BYTES || random.below(20) === 0) return input;
  const start = random.below(input.length - USUAL_BYTES);
  return input.slice(start, start + USUAL_BYTES);
}

const started = performance.now();
const found = new Map<string, string>();
let inputs = 0;
let inputBytes = 0;
let slowest = 0;
let largest = 0;
let spoken = started;

/** What of a fault is the same for other inputs that show it. */
const kindOf = (fault: string) => fault.replaceAll(/\d+/g, 'N').split('\n').slice(0, 3).join(' ');

/** Writes what shows a fault that was not seen before, made small, for a test to replay. */
function keep(bytes: Uint8Array, fault: string): void {
  const kind = kindOf(fault);
  if (found.has(kind)) return;
  const costs = /^(?:takes|keeps|runs)/.test(fault);
  const again = fault.startsWith('run ') ? runFault : (shorter: Uint8Array) => probe(shorter).fault;
  const small = costs ? bytes : shrink(bytes, (shorter) => kindOf(again(shorter) ?? '') === kind);
  const name = `${createHash('sha256').update(small).digest('hex').slice(0, 12)}.aml`;
  found.set(kind, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), small);
  appendFileSync(
    join(folder, 'PROVENANCE.md'),
    `| ${name} | seed ${seed}, input ${inputs} | ${kind.replaceAll('|', '/')} |\n`,
  );
  console.log(`${name} (${small.length} bytes of ${bytes.length}, input ${inputs}): ${fault}`);
}

for (const { name, inputs: whole } of seeds) {
  for (const bytes of whole) {
    attempt(bytes);
    if (name === 'repeated' || name === 'hostile') weigh(bytes);
  }
}
while (performance.now() - started < seconds * 1000) {
  const bytes = nextInput();
  attempt(bytes);
  if (inputs % MEMORY_EVERY === 0) weigh(bytes);
  if (process.stderr.isTTY && performance.now() - spoken > 500) {
    spoken = performance.now();
    process.stderr.write(`\r${inputs} inputs, ${found.size} found`);
  }
}

/** The processor time of a run also grows with what else the machine does: slow is what is slow three times more. */
function confirmSlow(bytes: Uint8Array): string | undefined {
  let fault: string | undefined;
  for (let tries = 0; tries < 3; tries++) {
    fault = probe(bytes).fault;
    if (fault === undefined) break;
  }
  return fault;
}

function attempt(bytes: Uint8Array): void {
  inputs++;
  inputBytes += bytes.length;
  const { fault, milliseconds } = probe(bytes);
  const confirmed = fault?.startsWith('takes') ? confirmSlow(bytes) : fault;
  if (confirmed !== undefined) keep(bytes, confirmed);
  if (inputs % RUN_EVERY === 0 && bytes.length <= USUAL_BYTES) {
    const wrong = runFault(bytes);
    if (wrong !== undefined) keep(bytes, wrong);
  }
  slowest = Math.max(slowest, milliseconds / allowance(bytes));
}

function weigh(bytes: Uint8Array): void {
  const kept = (measureMemory(bytes) ?? 0) / allowance(bytes);
  largest = Math.max(largest, kept);
  if (kept > COST_LIMITS.bytes) keep(bytes, `keeps ${kept} bytes of memory`);
}

const spent = (performance.now() - started) / 1000;
if (process.stderr.isTTY) process.stderr.write('\r');
console.log(
  `${inputs} inputs of ${Math.round(inputBytes / inputs)} bytes in ${spent.toFixed(1)} s, ${Math.round(inputs / spent)} a second`,
);
console.log(`slowest ${slowest.toFixed(0)} ms, most memory kept ${(largest / 1e6).toFixed(1)} MB, an input of 100 KB`);
console.log(found.size === 0 ? 'nothing found' : `found ${found.size}: ${[...found.values()].join(' ')}`);
process.exitCode = found.size === 0 ? 0 : 1;
