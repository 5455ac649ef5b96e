import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asl,
  decodeAml,
  encodeAml,
  findDeclaration,
  normalizeName,
  type Op,
  replaceTerms,
  type Term,
} from '../../../src/aml/index.js';
import { formatDiagnostic } from '../../../src/base/index.js';
import { checkSet, type RuleFilter } from '../../../src/check/index.js';
import { subjectOf } from '../../../src/check/rules/check-set.js';
import { bitsAfterWrite } from '../../../src/check/running/bits-after-write.js';
import { PROOF_RULES } from '../../../src/check/running/running-rules.js';
import { stageOf } from '../../../src/check/running/stage.js';
import { writerName } from '../../../src/firmware/dsdt/field-updates.js';
import { generateDsdt } from '../../../src/firmware/index.js';
import { openFunctionIn } from '../../../src/guest/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { replaceTableBody, requireTable, SDT_HEADER_BYTES } from '../../../src/tables/index.js';
import type { Platform, RegisterDescription } from '../../../src/vocab/index.js';
import { ruledPlatform } from '../../drivers/ruled-platform.js';
import { refield } from '../faulty-machine.js';

/** Registers whose bits do not all answer alike: written through AML, they have to hold what the platform says. */

const ONLY_PROOF: RuleFilter = { only: PROOF_RULES.map(({ code }) => code) };
const DEVICE = '\\_SB.PC00.PE20';

const stageFor = (platform: Platform) =>
  stageOf(subjectOf([{ file: 'dsdt.aml', bytes: generateDsdt(platform) }], { platform }));

/** What only running finds in a platform's DSDT, with one object of it changed. */
function proofOf(platform: Platform, path: string, change: (term: Term) => Term): readonly string[] {
  const bytes = generateDsdt(platform);
  const { terms } = decodeAml(bytes, { offset: SDT_HEADER_BYTES });
  const term = findDeclaration(terms, normalizeName(path))?.term as Term;
  const changed = replaceTerms(terms, new Map([[term, [change(term)]]]));
  const table = replaceTableBody(requireTable(bytes), encodeAml(changed));
  return checkSet([{ file: 'dsdt.aml', bytes: table }], { platform, rules: ONLY_PROOF }).findings.map(formatDiagnostic);
}

describe('fields of a register whose bits differ', () => {
  const platform = ruledPlatform();
  const registerOf = (name: string): RegisterDescription => {
    const found = platform.functions[0]?.registers.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no register ${name}`);
    return found;
  };

  it('are written as the platform says by the tables that are generated', () => {
    const bytes = generateDsdt(platform);
    const { findings } = checkSet([{ file: 'dsdt.aml', bytes }], { platform, rules: ONLY_PROOF });
    expect(findings.map(formatDiagnostic)).toEqual([]);
    const tried = stageFor(platform)?.trials.flatMap(({ left, path }) => (left ? [[left.field, path] as const] : []));
    const fields = (names: readonly string[]) => names.filter((name) => !tried?.some(([field]) => field === name));
    expect(fields('EN RATE PEND TRIG GO LATE KF KG HW HV OF ZF E2 D1 D2'.split(' '))).toEqual([]);
    const method = normalizeName(`${DEVICE}.${writerName(registerOf('STAT'), false)}`);
    expect(tried?.filter(([, path]) => path === method).map(([field]) => field)).toContain('RATE');
  });

  /** A method that writes the register's whole dword with what `value` makes of its arguments. */
  const method = (name: string, value: Parameters<typeof asl.Store>[0]) =>
    asl.Method(writerName(registerOf(name), false), { args: 2, serialized: true }, [asl.Store(value, asl.path(name))]);

  it.each<[string, string, Parameters<typeof asl.Store>[0], RegExp]>([
    [
      'every bit written back as it was read',
      'STAT',
      asl.Or(asl.And(asl.path('STAT'), asl.Not(asl.Arg(0))), asl.And(asl.Arg(1), asl.Arg(0))),
      /for EN leaves 0x[0-9a-f_]+ in the register; 0x[0-9a-f_]+ is right, so bits 0x[0-9a-f_]+ are wrong/,
    ],
    ['the other bits lost', 'STAT', asl.And(asl.Arg(1), asl.Arg(0)), /AML that writes 0x1 for EN leaves/],
    ['the key left out', 'LOCK', asl.And(asl.Arg(1), asl.Arg(0)), /for KF leaves/],
    ['the write mask left out', 'GATE', asl.And(asl.Arg(1), asl.Arg(0)), /for HW leaves/],
  ])('are found when their method goes wrong: %s', (_, name, value, message) => {
    const path = `${DEVICE}.${writerName(registerOf(name), false)}`;
    const found = proofOf(platform, path, () => method(name, value));
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(/VCFG_RUN_FIELD/);
    expect(found[0]).toMatch(message);
  });

  it.each([
    ['OF', 0],
    ['ZF', 0],
  ])('are found when the update rule of %s is Preserve', (name, rule) => {
    const found = proofOf(platform, `${DEVICE}.${name}`, (term) =>
      refield(term as Op<'Field'>, (units) => units, 3 | (rule << 5)),
    );
    expect(found.join('\n')).toMatch(
      new RegExp(`VCFG_RUN_FIELD[^]*for ${name} leaves|for ${name} leaves[^]*VCFG_RUN_FIELD`),
    );
  });
});

const ACCESSES = ['rw', 'ro', 'wo', 'w1c', 'w1s', 'rc'] as const;

/** A register with random fields, gaps between them, and perhaps a key, a write mask or a rule for the gaps. */
const registers = fc.record({
  access: fc.constantFrom(...ACCESSES),
  fields: fc.array(
    fc.record({ access: fc.constantFrom(...ACCESSES), width: fc.integer({ min: 1, max: 3 }), gap: fc.nat(1) }),
    { minLength: 2, maxLength: 4 },
  ),
  more: fc.constantFrom(
    {},
    { reserved: 'zero' },
    { reserved: 'one' },
    { reserved: 'preserve' },
    { key: { bits: '31..24', value: 0x5a } },
    { writeMask: '31..16' },
  ),
});

const bitsText = (low: number, width: number) => (width === 1 ? `${low}` : `${low + width - 1}..${low}`);

describe('any register whose bits differ', () => {
  it('holds what the platform says, written by AML and by a driver', () => {
    let tried = 0;
    fc.assert(
      fc.property(registers, ({ access, fields, more }) => {
        // A key or a mask of a register that nothing can write is refused.
        fc.pre([access, ...fields.map((each) => each.access)].some((each) => each !== 'ro' && each !== 'rc'));
        let low = 0;
        const written = fields.map(({ access: own, width, gap }, index) => {
          low += gap;
          const bits = bitsText(low, width);
          low += width;
          return { name: `F${index}`, bits, access: own };
        });
        const row = { name: 'REG', index: 3, access, fields: written, ...more };
        const platform = platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers: [row] }] });
        const bytes = generateDsdt(platform);
        const { findings } = checkSet([{ file: 'dsdt.aml', bytes }], { platform, rules: ONLY_PROOF });
        expect(findings.map(formatDiagnostic)).toEqual([]);
        const stage = stageFor(platform);
        const [description] = platform.functions;
        if (stage === undefined || description === undefined) throw new Error('nothing to prove');
        const driver = openFunctionIn(stage.window, description as never) as unknown as {
          writeFields(register: string, values: Readonly<Record<string, number>>): void;
        };
        for (const { left, prepare, written: value } of stage.trials) {
          if (left === undefined) continue;
          prepare(stage.driverSide);
          const { lowBit } = description.registers[0]?.fields.find(({ name }) => name === left.field) ?? { lowBit: 0 };
          try {
            driver.writeFields('REG', { [left.field]: Number(value) / (left.mask === undefined ? 1 : 2 ** lowBit) });
          } catch (error) {
            // A driver refuses what only a read that clears bits could keep.
            expect(`${error}`).toMatch(/clears bits/);
            continue;
          }
          tried++;
          expect((left.of(stage.driverSide) & left.wanted.known) >>> 0).toBe(left.wanted.value);
        }
      }),
      { numRuns: 40 },
    );
    expect(tried).toBeGreaterThan(20);
  });

  it.each<[string, Partial<RegisterDescription>, number, number]>([
    ['keeps rw bits', { access: 'rw' }, 0xf0f0_f0f5, 0xffff_ffff],
    ['clears what cannot be read', { access: 'wo' }, 0x5, 0xffff_ffff],
    ['leaves bits that a 1 clears', { access: 'w1c' }, 0xf0f0_f0f5, 0xffff_ffff],
    ['gives reserved bits ones', { access: 'rw', reserved: 'one' }, 0xffff_fff5, 0xffff_ffff],
    ['gives reserved bits zeros', { access: 'rw', reserved: 'zero' }, 0x5, 0xffff_ffff],
    [
      'does not know what a key holds',
      { access: 'rw', key: { lowBit: 24, widthBits: 8, value: 1 } },
      0x00f0_f0f5,
      0x00ff_ffff,
    ],
    [
      'leaves bits that no mask enables',
      { access: 'rw', reserved: 'one', writeMask: { lowBit: 16, widthBits: 16 } },
      0xf0f5,
      0xffff,
    ],
  ])('%s beside the field', (_, more, value, known) => {
    const field = { name: 'FLD_', lowBit: 0, widthBits: 4, access: 'rw' as const };
    const register = { name: 'REG_', index: 0, access: 'rw' as const, reset: 0, fields: [field], ...more };
    expect(bitsAfterWrite(register, field, 5, 0xf0f0_f0f0)).toEqual({ value, known });
  });
});
