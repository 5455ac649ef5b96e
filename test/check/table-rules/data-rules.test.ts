import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/index.js';
import { checkSet, RULES } from '../../../src/check/index.js';
import { generateTableSet } from '../../../src/firmware/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { projectFolder } from '../../support/shared-material.js';
import { DATA_FIXTURES, type DataFixture } from './data-fixtures.js';

const asked = { rules: { only: ['table'] } };
const findingsOf = (inputs: DataFixture['wrong']) => checkSet(inputs, asked).findings;

describe('rules over tables of data', () => {
  it.each(DATA_FIXTURES.map((row) => [`${row.code} ${row.of}`.trim(), row] as const))('%s', (_, row) => {
    const found = findingsOf(row.wrong).filter(({ code }) => code === row.code);
    expect(found.map(({ place }) => [place.file, place.offsetBytes])).toEqual(row.at);
    expect(found[0]?.message).toContain(row.says);
    const rule = RULES.find(({ code }) => code === row.code);
    expect(found.map(({ severity }) => severity)).toEqual(row.at.map(() => row.severity ?? rule?.severity));
    for (const input of row.right.some(({ file }) => file !== row.right[0]?.file)
      ? [row.right]
      : row.right.map((one) => [one])) {
      const again = findingsOf(input).filter(({ code }) => code === row.code);
      expect(again.map(formatDiagnostic)).toEqual([]);
    }
  });

  it.each(['c03-fadt-pmtmr', 'c27-fadt-mismatch', 'c04-mcfg-long', 'c06-mcfg-21'])(
    'find what is wrong with %s',
    (name) => {
      const expected: Record<string, readonly (readonly [string, number])[]> = {
        'c03-fadt-pmtmr': [['TABLE_FADT_WIDTH', 0xd1]],
        'c27-fadt-mismatch': [['TABLE_FADT_TWIN', 0x8c]],
        'c04-mcfg-long': [['TABLE_MCFG_ENTRY', 0x3c]],
        'c06-mcfg-21': [['TABLE_MCFG_ENTRY', 0x2c]],
      };
      const inputs = [name, 'board-dsdt'].map((file) => ({
        file,
        bytes: new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/faults', `${file}.aml`))),
      }));
      const { findings } = checkSet(inputs);
      const errors = findings.filter(({ code, severity }) => severity === 'error' && code.startsWith('TABLE_'));
      expect(errors.map(({ code, place }) => [code, place.offsetBytes])).toEqual(expected[name]);
      // A window that is not one is not asked of: neither whether it is reserved, nor whether a bridge hands it out.
      const windows = findings.filter(({ code }) => code.startsWith('AML_ECAM')).map(({ message }) => message);
      for (const message of windows) expect(message).toContain('0xe0000000..0xefffffff');
      expect(windows.length).toBe(name === 'c04-mcfg-long' ? 2 : 0);
    },
  );

  it.each([1, 4, 255, 300])('find nothing in what is generated for %i processors', (cpus) => {
    const { aml, data } = generateTableSet(platformFromObject({ functions: [], cpus }));
    const inputs = [...aml, ...data].map(({ name, bytes }) => ({ file: name, bytes }));
    expect(findingsOf(inputs).map(formatDiagnostic)).toEqual([]);
  });
});
