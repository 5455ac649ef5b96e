import { describe, expect, it } from 'vitest';
import { checksum } from '../../../src/base/index.js';
import { checkSet, findCauses, formatReport } from '../../../src/check/index.js';
import { generateTableSet } from '../../../src/firmware/index.js';
import { platform } from '../faulty-machine.js';

/** The generated tables with names of four letters replaced wherever they occur, as another firmware has them. */
function renamed(names: Readonly<Record<string, string>>) {
  const { aml, data } = generateTableSet(platform, { split: 'one' });
  return [...aml, ...data].map(({ name, bytes }) => {
    let text = String.fromCharCode(...bytes);
    for (const [from, to] of Object.entries(names)) text = text.replaceAll(from, to);
    const made = Uint8Array.from(text, (character) => character.charCodeAt(0));
    made[9] = 0;
    made[9] = checksum(made);
    return { file: `${name}.aml`, bytes: made };
  });
}

const codes = (tables: ReturnType<typeof renamed>) => checkSet(tables, { platform }).findings.map(({ code }) => code);

describe('devices of the platform', () => {
  it.each<[string, Record<string, string>]>([
    ['as generated', {}],
    ['below a host bridge of another name', { PC00: 'PCI0' }],
    ['of other names', { PE18: 'GFX0', PE22: 'SENS', PE28: 'MOTR' }],
    ['below a bridge of another name', { PC01: 'BRG1' }],
    ['with none of the generated names', { PC00: 'PCI0', PE18: 'GFX0', PE22: 'SENS', PC01: 'BRG1', PE28: 'MOTR' }],
  ])('are found by their addresses: %s', (_, names) => {
    expect(codes(renamed(names))).toEqual([]);
  });

  it('are compared under the names that the tables have', () => {
    const tables = renamed({ PC00: 'PCI0', PE22: 'SENS', STAT: 'STTS' });
    const found = checkSet(tables, { platform }).findings;
    expect(found.map(({ code, place }) => [code, place.path])).toContainEqual([
      'VCFG_FIELD_NAME',
      '\\_SB.PCI0.SENS.STTS',
    ]);
    expect(found.some(({ code }) => code === 'VCFG_DEVICE_MISSING')).toBe(false);
  });

  it('are missing if no table has the address', () => {
    // _ADR 0x00040002 becomes 0x00060002.
    const tables = renamed({ '\x0c\x02\x00\x04\x00': '\x0c\x02\x00\x06\x00', PE22: 'SENS' });
    expect(codes(tables)).toContain('VCFG_DEVICE_MISSING');
  });
});

describe('what to fix first', () => {
  const tables = renamed({ VCFG: 'XCFG', 'STAT\x20': 'STTS\x20' });
  const { findings } = checkSet(tables, { platform });

  it('comes before its consequences', () => {
    const { causes, consequences } = findCauses(findings);
    expect(causes[0]?.code).toBe('VCFG_MISSING');
    const all = findings.filter(({ severity }) => severity !== 'note');
    expect(causes.reduce((sum, each) => sum + each.findings.length, consequences)).toBe(all.length);
  });

  it('opens the report of a platform, in five lines at most, and no other report', () => {
    const lines = formatReport(findings, { platform, columns: 80 });
    expect(lines[0]).toBe('What to fix, in this order:');
    const numbered = lines.filter((line) => /^ {2}\d\. /.test(line));
    expect(numbered.length).toBeLessThanOrEqual(5);
    expect(lines.every((line) => line.length <= 80 || !line.startsWith('  1'))).toBe(true);
    expect(formatReport(findings)[0]).not.toBe(lines[0]);
  });

  it('is left out where there is only one finding', () => {
    expect(formatReport(findings.slice(0, 1), { platform })[0]).not.toBe('What to fix, in this order:');
  });
});
