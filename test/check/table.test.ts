import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asl, decodeAml, encodeAml, fieldUnits, type Op, replaceTerms, type Term } from '../../src/aml/index.js';
import { checksum } from '../../src/base/index.js';
import { checkTable, checkTableBase } from '../../src/check/index.js';
import { generateDsdt } from '../../src/firmware/index.js';
import { platformFromObject, requirePlatform } from '../../src/platform/index.js';
import { encodeTable, requireTable } from '../../src/tables/index.js';
import { effort, someOf } from '../support/effort.js';
import { platformFileArbitrary } from '../support/platform-arbitrary.js';
import { projectFolder } from '../support/shared-material.js';

const platform = requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8'));
const table = generateDsdt(platform);

/** The table with its terms changed by hand. */
function edited(change: (terms: readonly Term[]) => readonly Term[], revision?: number): Uint8Array {
  const { header, bytes } = requireTable(table);
  const body = encodeAml(change(decodeAml(bytes, { offset: 36 }).terms));
  if (revision === undefined) return encodeTable(header, body);
  const made = encodeTable({ ...header, signature: 'SSDT' }, body);
  made.set(new TextEncoder().encode('DSDT'));
  made[8] = revision;
  made[9] = 0;
  made[9] = checksum(made);
  return made;
}

/** Every term in the table's devices, with the list it stands in left out. */
function find<Name extends Term['op']>(terms: readonly Term[], op: Name, named: string): Op<Name> {
  for (const term of terms) {
    if (term.op === op && (term.operands as readonly unknown[])[0] === named) return term as Op<Name>;
    if (term.op === 'Device') {
      const found = findOrNothing(term.operands[1], op, named);
      if (found) return found;
    }
  }
  throw new Error(`no ${op} ${named}`);
}

function findOrNothing<Name extends Term['op']>(terms: readonly Term[], op: Name, named: string): Op<Name> | undefined {
  try {
    return find(terms, op, named);
  } catch {
    return undefined;
  }
}

const swap = (pick: (terms: readonly Term[]) => Term, put: (found: Term) => readonly Term[]) =>
  edited((terms) => {
    const found = pick(terms);
    return replaceTerms(terms, new Map([[found, put(found)]]));
  });

const sens = (terms: readonly Term[]) => find(terms, 'Device', 'PE20').operands[1];
const trappedField = (terms: readonly Term[]) => find(sens(terms), 'Field', 'VREG');
const sharedField = (terms: readonly Term[]) => find(sens(terms), 'Field', 'SHAM');
const region = (terms: readonly Term[], name: string) => find(sens(terms), 'OperationRegion', name);
const regionAt = (offset: number, length = 4096) =>
  asl.OperationRegion('VREG', 'SystemMemory', asl.Add(asl.path('VCFG'), offset), length);
const registersWith = (
  change: (unit: { name: string; lowBit: number; bits: number }) => typeof unit,
  access: 'DWordAcc' | 'ByteAcc' = 'DWordAcc',
) =>
  swap(trappedField, () => [
    asl.Field(
      'VREG',
      { access },
      fieldUnits(
        (platform.functions.find(({ name }) => name === 'SENS')?.registers ?? []).map(({ name, index }) =>
          change({ name, lowBit: index * 32, bits: 32 }),
        ),
      ),
    ),
  ]);

describe('the check of a table against the driver', () => {
  it('is clean for what the generator made', () => {
    expect(checkTable(table, platform)).toEqual([]);
    expect(checkTableBase(table, platform.vcfg.base)).toEqual([]);
  });

  it.each(['\\VCFG', '^^^VCFG'])('is clean for a region at %s', (name) => {
    const region = asl.OperationRegion('VREG', 'SystemMemory', asl.Add(asl.path(name), 0x4_0000), 4096);
    expect(
      checkTable(
        swap(
          (terms) => find(sens(terms), 'OperationRegion', 'VREG'),
          () => [region],
        ),
        platform,
      ),
    ).toEqual([]);
  });

  it('is clean for any platform that the schema allows', () => {
    fc.assert(
      fc.property(platformFileArbitrary(), (file) => {
        const made = platformFromObject(file);
        expect(checkTable(generateDsdt(made), made)).toEqual([]);
      }),
      { numRuns: effort(6, 60) },
    );
  });

  it.each<[string, Uint8Array, string[]]>([
    ['no VCFG', edited((terms) => terms.slice(1)), ['VCFG_MISSING']],
    [
      'another base',
      edited((terms) => [asl.Name('VCFG', platform.vcfg.base + 0x20_0000n), ...terms.slice(1)]),
      ['VCFG_BASE'],
    ],
    [
      'a string for a base',
      edited((terms) => [asl.Name('VCFG', asl.String('x')), ...terms.slice(1)]),
      ['VCFG_NOT_INTEGER'],
    ],
    ['revision 1', edited((terms) => terms, 1), ['VCFG_TRUNCATED']],
    [
      'no device',
      swap(
        (terms) => find(terms, 'Device', 'PE20'),
        () => [],
      ),
      ['VCFG_DEVICE_MISSING'],
    ],
    [
      'another _ADR',
      swap(
        (terms) => find(sens(terms), 'Name', '_ADR'),
        () => [asl.Name('_ADR', 0x5_0000)],
      ),
      ['VCFG_DEVICE_ADR'],
    ],
    [
      "another function's region",
      swap(
        (terms) => region(terms, 'VREG'),
        () => [regionAt(0x5_0000)],
      ),
      ['VCFG_REGION_OFFSET'],
    ],
    [
      'half a region',
      swap(
        (terms) => region(terms, 'VREG'),
        () => [regionAt(0x4_0000, 2048)],
      ),
      ['VCFG_REGION_LENGTH'],
    ],
    [
      'no region',
      swap(
        (terms) => region(terms, 'VREG'),
        () => [],
      ),
      ['VCFG_REGION_MISSING'],
    ],
    ['no shared fields', swap(sharedField, () => []), ['VCFG_FIELD_MISSING']],
    [
      'a register four bytes on',
      registersWith((unit) => ({ ...unit, lowBit: unit.name === 'ERRC' ? unit.lowBit + 32 : unit.lowBit })),
      ['VCFG_FIELD_OFFSET'],
    ],
    [
      'a register of 16 bits',
      registersWith((unit) => ({ ...unit, bits: unit.name === 'ERRC' ? 16 : 32 })),
      ['VCFG_FIELD_WIDTH'],
    ],
    ['bytewise access', registersWith((unit) => unit, 'ByteAcc'), ['VCFG_FIELD_ACCESS']],
  ])('finds %s', (_, bytes, codes) => {
    expect([...new Set(checkTable(bytes, platform).map(({ code }) => code))]).toEqual(codes);
  });

  it('names both addresses, the function and the bits between them', () => {
    const [found] = checkTable(
      swap(
        (terms) => region(terms, 'VREG'),
        () => [regionAt(0x2_0000)],
      ),
      platform,
      { file: 'dsdt.aml' },
    );
    expect(found?.place).toMatchObject({ file: 'dsdt.aml', path: '\\_SB.PC00.PE20.VREG' });
    expect(found?.message).toBe(
      "AML says 0x230020000, the driver 0x230040000 for SENS's trapped page at 00:04.0: bits 17 and 18 differ, so AML " +
        "uses ECAM's shifts (device << 15) and not VCFG's (device << 16). What AML has there is the trapped page of 00:02.0.",
    );
  });

  it('turns red for a change of any byte of an offset, a width or the base', () => {
    const { terms } = decodeAml(requireTable(table).bytes, { offset: 36 });
    const offsets = [terms[0] as Term, ...['VREG', 'SHAM'].map((name) => region(terms, name))];
    const sites = offsets.flatMap((term) => {
      const constant = term.op === 'Name' ? term.operands[1] : (term as Op<'OperationRegion'>).operands[2];
      const inner = constant.op === 'Add' ? constant.operands[1] : constant;
      return Array.from({ length: inner.end - inner.start - 1 }, (_, index) => inner.start + 1 + index);
    });
    expect(sites.length).toBe(8 + 4 + 4);
    for (const site of sites) {
      for (const bit of someOf([0, 1, 2, 3, 4, 5, 6, 7], 8)) {
        const changed = table.slice();
        changed[site] = (changed[site] as number) ^ (1 << bit);
        changed[9] = 0;
        changed[9] = checksum(changed);
        const found = checkTable(changed, platform);
        expect(found.length, `byte ${site} bit ${bit}`).toBeGreaterThan(0);
        const message = found.map((each) => each.message).join(' ');
        expect(message, `byte ${site} bit ${bit}`).toMatch(/0x[0-9a-f]+.*0x[0-9a-f]+/);
      }
    }
  });
});
