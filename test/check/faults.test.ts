import { describe, expect, it } from 'vitest';
import type { Op } from '../../src/aml/index.js';
import { formatDiagnostic } from '../../src/base/index.js';
import { checkSet, foundByCaller, RULES, type RuleFilter } from '../../src/check/index.js';
import { PROOF_RULES } from '../../src/check/running/running-rules.js';
import { type FirmwareTablesOptions, generateTableSet } from '../../src/firmware/index.js';
import type { PciAddress } from '../../src/vocab/index.js';
import { BAR_FAULTS } from './bar-faults.js';
import {
  FAULTS_WITHOUT_PLATFORM,
  type Fault,
  FIELD_FAULTS,
  HEADER_FAULTS,
  REGION_FAULTS,
  VCFG_FAULTS,
} from './fault-rows.js';
import { FaultyMachine, platform, refield, SENS } from './faulty-machine.js';

const MATRIX: readonly (readonly [string, readonly Fault[]])[] = [
  ['VCFG and its window', VCFG_FAULTS],
  ['BARs', BAR_FAULTS],
  ['regions', REGION_FAULTS],
  ['fields and devices', FIELD_FAULTS],
  ["the driver's header", HEADER_FAULTS],
  ['either side, without a platform', FAULTS_WITHOUT_PLATFORM],
];

describe('a generated machine', () => {
  it.each(['one', 'crosvm'] as const)('has no findings, its tables split as %s', (split) => {
    const machine = new FaultyMachine(split);
    for (const [options, withHeader] of [
      [{ platform }, true],
      [{ platform }, false],
      [{}, true],
      [{}, false],
      [{ base: platform.vcfg.base, buses: 8 }, false],
    ] as const) {
      expect(machine.give(options, withHeader).check().map(formatDiagnostic)).toEqual([]);
    }
  });
});

describe('a machine generated otherwise', () => {
  const [gpu, sens] = platform.functions.map(({ address }) => address) as [PciAddress, PciAddress];
  const variants: readonly FirmwareTablesOptions[] = [
    { accesses: 'crosvm' },
    { split: 'crosvm', accesses: 'crosvm' },
    { split: 'crosvm', hotPlug: [gpu, sens] },
    { vcfgWidth: 'fixed' },
  ];
  it.each(variants.map((options) => ({ options })))('has no findings either: $options', ({ options }) => {
    const { aml, hotPlug, data } = generateTableSet(platform, options);
    const tables = [...aml, ...hotPlug, ...data].map(({ name, bytes }) => ({ file: name, bytes }));
    expect(checkSet(tables).findings.map(formatDiagnostic)).toEqual([]);
    expect(checkSet(tables, { platform }).findings.map(formatDiagnostic)).toEqual([]);
  });
});

describe.each(MATRIX)('a single mistake in %s', (_, faults) => {
  it.each(faults)('is found by the rule for it: $name', ({ make, code, also = [], says, other }) => {
    const faulty = make();
    const found = faulty.check();
    const codes = new Set(found.map((each) => each.code));
    expect([...codes].sort(), found.map(formatDiagnostic).join('\n')).toEqual([...new Set([code, ...also])].sort());
    const messages = found.filter((each) => each.code === code).map(formatDiagnostic);
    if (says !== undefined) expect(messages.join('\n')).toMatch(says);
    if (other !== undefined) {
      const line = faulty.header.split('\n').findIndex((text) => text.startsWith(`#define ${other} `)) + 1;
      expect(found.find((each) => each.code === code)?.other).toEqual({ file: 'vcfg.h', line, path: other });
    }
    for (const { place } of found) expect(place.file).toMatch(/^(dsdt|ssdt|mcfg)\.aml$|^vcfg\.h$/);
  });
});

describe('a function on a bus too many', () => {
  it('is said at its regions, where it has some, and not at its Device too', () => {
    const found = new FaultyMachine().give({ buses: 1 }, false).check();
    const paths = found.filter(({ code }) => code === 'VCFG_BUS_OUTSIDE').map(({ place }) => place.path?.slice(-4));
    expect(paths).toEqual(['VREG']);
  });
});

describe('bytes at the front of a DSDT that cannot be decoded', () => {
  it('are reported before the VCFG that may be in them is', () => {
    const found = new FaultyMachine('one').poke('dsdt.aml', 36, 0x02).check();
    expect(found[0]).toMatchObject({ code: 'AML_UNKNOWN_OPCODE', place: { file: 'dsdt.aml', offsetBytes: 36 } });
    const missing = found.find(({ code }) => code === 'VCFG_MISSING');
    expect(missing?.message).toMatch(
      / It may be in the part that could not be decoded: see AML_UNKNOWN_OPCODE at 0x24\.$/,
    );
    expect(missing?.other).toEqual(found[0]?.place);
  });
});

describe('a place on the other side', () => {
  it('is not given where the header says what the platform does not', () => {
    const late = (machine: FaultyMachine) =>
      machine.replace<Op<'Field'>>(`${SENS}.ERRC`, (term) => [
        refield(term, (units) =>
          units.map((unit) => ({ ...unit, lowBit: unit.lowBit + (unit.name === 'ERRC' ? 32 : 0) })),
        ),
      ]);
    const found = late(new FaultyMachine())
      .changeHeader(/(VCFG_SENS_ERRC_OFFSET 0x)\w+u/, '$100044044u')
      .check();
    const [ofField] = found.filter(({ code }) => code === 'VCFG_FIELD_OFFSET');
    expect(found.map(({ code }) => code)).toEqual(['VCFG_FIELD_OFFSET', 'VCFG_HEADER_ADDRESS']);
    expect(ofField?.other).toBeUndefined();
  });
});

describe('a wrong offset of a header by itself', () => {
  it('is said by the rule for headers where the one for fields is not asked', () => {
    const faulty = new FaultyMachine().changeHeader(/(VCFG_SENS_STAT_OFFSET 0x)\w+u/, '$100024004u');
    const codes = (rules: RuleFilter) =>
      faulty
        .give({ rules })
        .check()
        .map(({ code }) => code);
    expect(codes({})).toEqual(['VCFG_FIELD_OFFSET']);
    expect(codes({ only: ['driver'] })).toEqual(['VCFG_HEADER_ADDRESS']);
  });
});

describe('the matrix of faults', () => {
  const faults = MATRIX.flatMap(([, rows]) => rows);

  it('has over forty, each of its own', () => {
    expect(faults.length).toBeGreaterThan(90);
    const names = MATRIX.flatMap(([part, rows]) => rows.map(({ name }) => `${part}: ${name}`));
    expect(new Set(names).size).toBe(faults.length);
  });

  it('has one for every rule of VCFG, fields and the driver', () => {
    const meant = new Set(faults.map(({ code }) => code));
    const rules = RULES.filter(({ family }) => family === 'vcfg' || family === 'field' || family === 'driver');
    expect(
      rules.filter(({ code, find }) => !meant.has(code) && find !== foundByCaller).map(({ code }) => code),
      // The proofs have tests of their own: test/check/running.
    ).toEqual(PROOF_RULES.map(({ code }) => code));
    expect(rules.length).toBeGreaterThan(35);
  });
});
