import { describe, expect, it } from 'vitest';
import { readVectors } from '../support/shared-material.js';
import { differs, outcomeLine, Tally } from './outcome.js';
import { RECORDINGS } from './recordings.js';

/** What every recorded run gives. A change here is a change of behaviour towards a guest. */
const LINES: readonly (readonly [string, string])[] = [
  ['bus_trace.json', '4000 rows, 4000 equal'],
  [
    'device_trace.json',
    '10377 rows, 9277 equal, 1100 deviate (narrow-read 511, kept-on-error 526, bridge-children 63)',
  ],
  ['mfd_mapping.json', '440 rows, 18 equal, 422 deviate (unmapped-on-removal)'],
  ['snapshots.json', '15 rows, 12 equal, 3 deviate (unchecked-restore 1, wrapped-offset 2)'],
  ['vfio_vcfg_trace.json', '600 rows, 595 equal, 5 deviate (failed-dsm)'],
];

describe('recorded runs of crosvm', () => {
  for (const [file, line] of LINES) {
    it(`${file}: ${line}`, (context) => {
      const outcome = readVectors(context, file, RECORDINGS[file] as (typeof RECORDINGS)[string]);
      expect(outcome.wrong.slice(0, 5)).toEqual([]);
      expect(outcomeLine(file, outcome)).toBe(`${file}: ${line}`);
    });
  }

  it('has a row for every recording', () => {
    expect(LINES.map(([file]) => file)).toEqual(Object.keys(RECORDINGS));
  });

  it('sees a recording that was changed', (context) => {
    const change = (file: string, from: string, to: string) =>
      readVectors(context, file, (text) => {
        expect(text).toContain(from);
        return (RECORDINGS[file] as (typeof RECORDINGS)[string])(text.replace(from, to));
      }).wrong.length;
    expect(change('bus_trace.json', '"out":"0405060700010203"', '"out":"0405060700010204"')).toBe(1);
    expect(change('device_trace.json', '"out":"0080a5a5"', '"out":"0080a5a6"')).toBe(1);
    expect(change('device_trace.json', '["vw","00:01.0",0,286331153]', '["vw","00:01.0",1,286331153]')).toBe(1);
    expect(change('vfio_vcfg_trace.json', '"value":366146106,', '"value":366146107,')).toBe(1);
    expect(change('mfd_mapping.json', '"mappings":["0xf4015000"]', '"mappings":["0xf4014000"]')).toBe(1);
    expect(change('snapshots.json', '305627270', '305627271')).toBeGreaterThan(0);
  });
});

describe('an outcome', () => {
  it('is one line', () => {
    const tally = new Tally();
    tally.add([]);
    tally.add([], 'narrow-read');
    expect(outcomeLine('f.json', tally.outcome)).toBe('f.json: 2 rows, 1 equal, 1 deviate (narrow-read)');
    tally.add(differs('value', 1, 2));
    expect(outcomeLine('f.json', tally.outcome)).toBe('f.json: 3 rows, 1 equal, 1 deviate (narrow-read), 1 WRONG');
    expect(tally.outcome.wrong).toEqual([{ row: 2, what: 'value: 1, recorded 2' }]);
  });
});
