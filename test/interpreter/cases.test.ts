import { describe, expect, it } from 'vitest';
import { AcpiNamespace } from '../../src/interpreter/index.js';
import { effort, someOf } from '../support/effort.js';
import { needs } from '../support/oracles.js';
import { compileAsl, evaluateHere, evaluateInAcpiexec, readCases } from './asl-cases.js';

const files = readCases();
/** The files that are also run by ACPICA. */
const COMPARED = new Set(someOf(files, 3));

describe.concurrent('the cases in ASL', () => {
  it('are at least 400', () => {
    expect(files.reduce((sum, { expected }) => sum + expected.size, 0)).toBeGreaterThan(400);
  });

  it.for(files)('$file: $name', async (file, context) => {
    needs(context, 'iasl', 'acpiexec');
    const table = await compileAsl(file.asl);
    const acpi = AcpiNamespace.load([table], { simulateRegions: true });
    const paths = [...file.expected.keys()];
    expect(Object.fromEntries(paths.map((path) => [path, evaluateHere(acpi, `\\${path}`)]))).toEqual(
      Object.fromEntries(file.expected),
    );
    if (!COMPARED.has(file)) return;
    const compared = paths.slice(0, effort(200, paths.length));
    const theirs = await evaluateInAcpiexec(table, compared);
    expect(Object.fromEntries(compared.map((path, index) => [path, theirs[index]]))).toEqual(
      Object.fromEntries([...file.expected].slice(0, compared.length)),
    );
  });
});
