import { expect, it } from 'vitest';
import { AcpiNamespace, type RegionHandler, SimulatedMemory } from '../../src/interpreter/index.js';
import { type AcpicaAccess, accessesInAcpica } from '../support/acpica-values.js';
import { needs } from '../support/oracles.js';
import { compileAsl, evaluateHere, readCases } from './asl-cases.js';

/** Memory that notes every access. */
function recorder(): { handler: RegionHandler; accesses: AcpicaAccess[] } {
  const memory = new SimulatedMemory();
  const accesses: AcpicaAccess[] = [];
  return {
    accesses,
    handler: {
      read(address, widthBytes) {
        const value = memory.read(address, widthBytes);
        accesses.push(['read', address, widthBytes, BigInt(value)]);
        return value;
      },
      write(address, widthBytes, value) {
        accesses.push(['write', address, widthBytes, BigInt(value)]);
        memory.write(address, widthBytes, value);
      },
    },
  };
}

const PATHS_COMPARED = 24;

it('makes the accesses that ACPICA makes: width, order, address and value', async (context) => {
  needs(context, 'iasl', 'acpiexec');
  const file = readCases().find((each) => each.file === 'fields.asl');
  if (file === undefined) throw new Error('fixtures/interpreter/fields.asl is missing.');
  const table = await compileAsl(file.asl);
  const paths = [...file.expected.keys()];
  const step = Math.floor(paths.length / PATHS_COMPARED);
  const compared = paths.filter((_, at) => at % step === 0).map((path) => `\\${path}`);
  const theirs = await Promise.all(compared.map((path) => accessesInAcpica([table], path)));
  let count = 0;
  for (const [at, path] of compared.entries()) {
    const { handler, accesses } = recorder();
    const acpi = AcpiNamespace.load([table], { regions: { SystemMemory: handler } });
    evaluateHere(acpi, path);
    // ACPICA prints bits above the access too, which it does not write.
    const expected = theirs[at]?.map(([kind, address, width, value]) => {
      return [kind, address, width, BigInt.asUintN(8 * width, value)];
    });
    expect(accesses, path).toEqual(expected);
    count += accesses.length;
  }
  expect(count).toBeGreaterThan(100);
});
