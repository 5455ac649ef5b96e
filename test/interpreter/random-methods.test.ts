import { expect, it } from 'vitest';
import { AcpiNamespace } from '../../src/interpreter/index.js';
import { effort } from '../support/effort.js';
import { needs } from '../support/oracles.js';
import { evaluateHere, evaluateInAcpiexec } from './asl-cases.js';
import { randomTable } from './random-methods.js';

/** Methods in one process of acpiexec, which takes 12 ms for each of them. */
const BATCH = effort(100, 200);
/** Always the same methods, a batch or in the long form thousands; VCFG_RANDOM_METHODS=5000 compares that many new ones. */
const wanted = Number(process.env.VCFG_RANDOM_METHODS ?? 0);
const batches = wanted > 0 ? Math.ceil(wanted / BATCH) : effort(1, 15);
const firstSeed = wanted > 0 ? Date.now() % 1_000_000 : 1;

it.concurrent.for(Array.from({ length: batches }, (_, index) => firstSeed + index))(
  'random methods of seed %d give what acpiexec gives',
  async (seed, context) => {
    needs(context, 'acpiexec');
    const { table, paths } = randomTable(seed, BATCH, seed % 4 === 0 ? 1 : 2);
    const acpi = AcpiNamespace.load([table], { simulateRegions: true });
    const theirs = await evaluateInAcpiexec(table, paths);
    const ours = paths.map((path) => evaluateHere(acpi, `\\${path}`));
    const rows = (values: readonly string[]) => paths.map((path, at) => `${path} ${values[at]}`);
    expect(rows(ours)).toEqual(rows(theirs));
  },
);
