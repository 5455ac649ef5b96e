import { expect, it } from 'vitest';
import { checkSet } from '../../src/check/index.js';
import { generateTableSet } from '../../src/firmware/index.js';
import type { FunctionDescription } from '../../src/vocab/index.js';
import { effort } from '../support/effort.js';
import { widePlatform } from '../support/wide-platform.js';

function tablesOf(count: number) {
  const platform = widePlatform(count);
  const { aml, data } = generateTableSet(platform, { split: 'crosvm' });
  return { platform, inputs: [...aml, ...data].map(({ name, bytes }) => ({ file: `${name}.aml`, bytes })) };
}

it.each([1, 100, effort(1000, 4000)])('finds nothing in the tables of %i functions over 256 buses', (count) => {
  const { platform, inputs } = tablesOf(count);
  expect(checkSet(inputs, { platform }).findings).toEqual([]);
});

it.each([1, 100])('finds the one byte that is wrong among the tables of %i functions', (count) => {
  const { platform, inputs } = tablesOf(count);
  const { address } = platform.functions.at(-1) as FunctionDescription;
  // The DWord that the SSDT adds to VCFG for the shared page of the last function, moved by half a page.
  const offset = address.bus * 0x20_0000 + address.device * 0x1_0000 + address.function * 0x2000 + 0x1000;
  const added = Uint8Array.of(0x0c, offset, offset >>> 8, offset >>> 16, offset >>> 24);
  const wrong = inputs.map(({ file, bytes }) => {
    if (file !== 'ssdt.aml') return { file, bytes };
    const changed = Buffer.from(bytes);
    const at = changed.indexOf(added) + 2;
    changed[at] = (changed[at] as number) + 8;
    changed[9] = (changed[9] as number) - 8;
    return { file, bytes: new Uint8Array(changed) };
  });
  const { findings } = checkSet(wrong, { platform });
  expect(findings.map(({ code, function: found }) => [code, found])).toEqual([['VCFG_REGION_OFFSET', address]]);
});
