import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl } from '../../../src/aml/index.js';
import { subjectOf } from '../../../src/check/rules/check-set.js';
import { diagnosticOf, type Rule } from '../../../src/check/rules/rule.js';
import { RULES as ALL_RULES, MOST_FINDINGS } from '../../../src/check/rules/rules.js';
import { requirePlatform } from '../../../src/platform/index.js';
import type { Diagnostic } from '../../../src/vocab/index.js';
import { projectFolder } from '../../support/shared-material.js';
import { DATA_FIXTURES } from '../table-rules/data-fixtures.js';
import { GUARD_FIXTURES } from './guard-fixtures.js';
import { NAME_FIXTURES } from './name-fixtures.js';
import { OBJECT_FIXTURES } from './object-fixtures.js';
import { OPERAND_FIXTURES } from './operand-fixtures.js';
import { dsdt, type RuleFixture } from './table-bytes.js';

const FIXTURES = [...NAME_FIXTURES, ...GUARD_FIXTURES, ...OBJECT_FIXTURES, ...OPERAND_FIXTURES];
const RULES = ALL_RULES.filter(({ family }) => family === 'table' || family === 'aml');
const TABLE_RULES = RULES.filter(({ family }) => family === 'table');

const ruleOf = (code: string): Rule => {
  const rule = RULES.find((each) => each.code === code);
  if (rule === undefined) throw new RangeError(`no rule has the code ${code}`);
  return rule;
};

function findingsOf(rule: Rule, inputs: RuleFixture['wrong'], options: RuleFixture['options'] = {}): Diagnostic[] {
  return [...rule.find(subjectOf(inputs, options))].map((found) => diagnosticOf(rule, found));
}

describe('rules over tables and AML', () => {
  it('have a row of fixtures each', () => {
    expect(new Set([...FIXTURES, ...DATA_FIXTURES].map(({ code }) => code))).toEqual(
      new Set(RULES.map(({ code }) => code)),
    );
  });

  it.each(FIXTURES.map((row) => [[row.code, row.of].filter(Boolean).join(' '), row] as const))('%s', (_, row) => {
    const rule = ruleOf(row.code);
    const found = findingsOf(rule, row.wrong, row.options);
    expect(found.map(({ message }) => message)).toEqual(
      Array.from({ length: row.count ?? 1 }, () => expect.stringContaining(row.says)),
    );
    expect(found.map(({ place }) => place.file)).not.toContain(undefined);
    if (row.path !== undefined) expect(found[0]?.place.path).toBe(row.path);
    for (const { severity } of found) expect(severity).toBe(row.severity ?? rule.severity);
    expect(findingsOf(rule, row.right, row.options)).toEqual([]);
  });

  it('say nothing else of what is right, unless it is left out on purpose', () => {
    const others = FIXTURES.flatMap(({ code, right, options, also = [] }) => {
      // What each rule looks up in the tables is found once for all of them.
      const subject = subjectOf(right, options);
      return RULES.filter(
        (rule) => rule.code !== code && rule.severity === 'error' && !also.includes(rule.code),
      ).flatMap((rule) => [...rule.find(subject)].map((found) => `${code}: ${rule.code} ${found.message}`));
    });
    expect(others).toEqual([]);
  });

  it('call a DSDT that is there twice a second DSDT, and nothing else', () => {
    const codes = TABLE_RULES.flatMap((rule) => findingsOf(rule, [dsdt([]), dsdt([])]).map(({ code }) => code));
    expect(codes).toEqual(['TABLE_DUPLICATE_DSDT']);
  });

  it('take what the memory map reserves for reserved', () => {
    const rule = ruleOf('AML_ECAM_NOT_RESERVED');
    const wrong = OBJECT_FIXTURES.find((row) => row.code === rule.code)?.wrong ?? [];
    const range = { base: 0xf400_0000n, lengthBytes: 0x400_0000n, label: 'reserved', place: {} };
    expect(findingsOf(rule, wrong, { memoryMap: [{ ...range, kind: 'reserved' }] })).toEqual([]);
    expect(findingsOf(rule, wrong, { memoryMap: [{ ...range, kind: 'device' }] })).toHaveLength(1);
  });

  it('take the RAM of the platform for RAM', () => {
    const fixture = readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8');
    const ram = { base: 0x4000_0000n, lengthBytes: 0x4000_0000n };
    const platform = { ...requirePlatform(fixture), memory: [ram] };
    for (const code of ['AML_ECAM_IN_RAM', 'AML_BRIDGE_IN_RAM']) {
      const { wrong, right } = OBJECT_FIXTURES.find((row) => row.code === code) as RuleFixture;
      const [found] = findingsOf(ruleOf(code), wrong, { platform });
      expect(found?.message).toContain("0x40000000..0x7fffffff, the platform's RAM.");
      expect(findingsOf(ruleOf(code), right, { platform })).toEqual([]);
    }
    const ecam = { ...platform.ecam, base: ram.base };
    expect(findingsOf(ruleOf('AML_ECAM_IN_RAM'), [dsdt([])], { platform: { ...platform, ecam } })).toHaveLength(1);
  });

  it('give no more findings than anybody reads', () => {
    const many = Array.from({ length: MOST_FINDINGS + 5 }, () => asl.Name('SAME', 1));
    const found = findingsOf(ruleOf('AML_NAME_TWICE'), [dsdt(many)]);
    expect(found).toHaveLength(MOST_FINDINGS);
    expect(found.at(-1)?.message).toMatch(/ 4 more like it are left out\.$/);
  });

  it('give no more of them in any family', () => {
    const region = asl.OperationRegion('OPR', 'SystemMemory', asl.Add(asl.path('VCFG'), 0x1000_0000), 0x1000);
    const many = Array.from({ length: MOST_FINDINGS + 5 }, () => region);
    const rule = ALL_RULES.find(({ code }) => code === 'VCFG_REGION_OFFSET') as Rule;
    const fixture = readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8');
    const platform = requirePlatform(fixture);
    const found = findingsOf(rule, [dsdt([asl.Name('VCFG', platform.vcfg.base), ...many])], { platform });
    expect(found).toHaveLength(MOST_FINDINGS);
    expect(found.at(-1)?.message).toMatch(/ 5 more like it are left out\.$/);
  });

  it('are written as sentences', () => {
    for (const { code, what, why, cure, source } of RULES) {
      for (const text of [what, why, cure]) expect(text, code).toMatch(/^[^a-z].*[.}]$/s);
      expect(source, code).not.toBe('');
    }
  });
});
