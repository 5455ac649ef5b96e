import { expect, it } from 'vitest';
import { asl, encodeAml, type Term } from '../../../src/aml/index.js';
import { diffMachines } from '../../../src/check/diff/diff-machines.js';
import { encodeTable } from '../../../src/tables/index.js';

const IDENTITY = { revision: 2, oemId: 'T', oemTableId: 'T', oemRevision: 1, creatorId: 'T', creatorRevision: 1 };

/** `\FOO0`, and a method of `\DEV0` that returns FOO0, which is another one if `inner` holds it. */
function machineWith(inner: readonly Term[]) {
  const method = asl.Method('MTHD', {}, [asl.Return(asl.path('FOO0'))]);
  const terms = [asl.Name('FOO0', 1), asl.Device('\\DEV0', [...inner, method])];
  return [{ file: 'dsdt', bytes: encodeTable({ signature: 'DSDT', ...IDENTITY }, encodeAml(terms)) }];
}

it('finds a method changed whose names are spelt as before and mean another object', () => {
  const { objects } = diffMachines(machineWith([asl.Name('FOO0', 2)]), machineWith([]));
  expect(objects.map(({ path }) => path).sort()).toEqual(['\\DEV0.FOO0', '\\DEV0.MTHD']);
});
