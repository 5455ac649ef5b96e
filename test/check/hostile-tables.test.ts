import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asl, type Op } from '../../src/aml/index.js';
import { formatDiagnostic } from '../../src/base/index.js';
import { checkSet, readHeader } from '../../src/check/index.js';
import { generateTableSet } from '../../src/firmware/index.js';
import { effort } from '../support/effort.js';
import { FaultyMachine, platform, refield, regionAt, SENS } from './faulty-machine.js';

const { aml, data } = generateTableSet(platform, { split: 'crosvm' });
const FILES = [...aml, ...data].map(({ name, bytes }) => ({ file: `${name}.aml`, bytes }));
const driver = readHeader(
  '#define VCFG_SENS_BUS 300\n#define VCFG_SENS_DEVICE 4\n#define VCFG_SENS_FUNCTION 0\n',
  'vcfg.h',
);

/** What is said of bytes that cannot be taken for a table. */
const REFUSALS = ['TABLE_TRUNCATED', 'TABLE_SIGNATURE', 'TABLE_LENGTH'];

/** A table, a byte of it by its place from 0 to 1, and what stands there instead. */
const change = fc.record({
  table: fc.nat(FILES.length - 1),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});
const platforms = fc.constantFrom(
  {},
  { platform },
  { platform, driver },
  { driver },
  { base: 2n ** 64n - 1n, buses: 256 },
);

describe('the check of damaged tables', () => {
  it('never throws, and says where each finding is', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), platforms, (changes, options) => {
        const tables = FILES.map(({ file, bytes }) => ({ file, bytes: Uint8Array.from(bytes) }));
        for (const { table, at, bytes } of changes) {
          const into = (tables[table] as (typeof tables)[0]).bytes;
          into.set(
            bytes.subarray(0, into.length),
            Math.floor(at * (into.length - Math.min(bytes.length, into.length))),
          );
        }
        const { findings } = checkSet(tables, options);
        expect(findings.length).toBeGreaterThan(0);
        for (const found of findings) {
          expect(found.place.file, formatDiagnostic(found)).toBeDefined();
          expect(formatDiagnostic(found)).toMatch(/\[[A-Z_]+\]$/);
        }
      }),
      { numRuns: effort(25, 60) },
    );
  });

  it('never throws for what is no table at all', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 3 }), platforms, (files, options) => {
        const { tables, findings } = checkSet(
          files.map((bytes, index) => ({ file: `${index}`, bytes })),
          options,
        );
        const refused = findings.filter(({ code }) => REFUSALS.includes(code));
        expect(refused.length).toBe(files.length - tables.length);
      }),
    );
  });

  it('never throws for a field behind the last page of the last bus', () => {
    const last = (255 << 21) | (31 << 16) | (7 << 13) | (1 << 12);
    const found = new FaultyMachine()
      .give({})
      .replace('\\_SB.PC00._BBN', () => [asl.Name('_BBN', 255)])
      .replace(`${SENS}._ADR`, () => [asl.Name('_ADR', 0x1f_0007)])
      .replace(`${SENS}.SHAM`, () => [regionAt('SHAM', last)])
      .replace<Op<'Field'>>(`${SENS}.RING`, (term) => [
        refield(term, (units) => units.map((unit) => (unit.name === 'RING' ? { ...unit, lowBit: 4096 * 8 } : unit))),
      ])
      .changeHeader('VCFG_SENS_BUS 0u', 'VCFG_SENS_BUS 255u')
      .changeHeader('VCFG_SENS_DEVICE 4u', 'VCFG_SENS_DEVICE 31u')
      .changeHeader('VCFG_SENS_FUNCTION 2u', 'VCFG_SENS_FUNCTION 7u')
      .check();
    const codes = found.filter(({ place }) => place.path === `${SENS}.RING`).map(({ code }) => code);
    expect(codes).toEqual(['VCFG_FIELD_OFFSET', 'VCFG_FIELD_PAST_PAGE']);
  });
});
