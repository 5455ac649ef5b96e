import { expect, it } from 'vitest';
import { checkSet } from '../../src/check/index.js';
import { generateTableSet } from '../../src/firmware/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { replaceTableBody, requireTable, SDT_HEADER_BYTES } from '../../src/tables/index.js';

it('says what is wrong with tables of data, and takes the platform’s ECAM where MCFG tells none', () => {
  const platform = platformFromObject({ functions: [] });
  const { aml, data } = generateTableSet(platform);
  const inputs = [...aml, ...data].map(({ name, bytes }) => ({ file: name, bytes }));
  const codes = (cutTo: number | undefined) =>
    checkSet(
      inputs.map(({ file, bytes }) => {
        if (file !== 'mcfg' || cutTo === undefined) return { file, bytes };
        const table = requireTable(bytes);
        return { file, bytes: replaceTableBody(table, table.bytes.subarray(SDT_HEADER_BYTES).slice(0, cutTo)) };
      }),
      { platform },
    ).findings.map(({ code, place }) => [code, place.file]);
  expect(codes(undefined)).toEqual([]);
  expect(codes(3)).toEqual([['TABLE_TOO_SHORT', 'mcfg']]);
  expect(codes(12)).toEqual([['TABLE_STRUCTURE', 'mcfg']]);
});
