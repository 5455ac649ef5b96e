import { describe, expect, it } from 'vitest';
import { asl, fieldUnits, type Term } from '../../src/aml/index.js';
import { diffMachines } from '../../src/check/diff/diff-machines.js';
import { formatDiff } from '../../src/check/diff/format-diff.js';
import { said, tableOf } from './diff-machine.js';

/** What is in the device of a machine, and what stands beside it. */
const machineOf = (inside: readonly Term[], beside: readonly Term[] = [], device = 'SENS') => [
  tableOf([asl.Name('VCFG', 0x1_0000_0000n), asl.Device(`\\_SB.${device}`, inside), ...beside]),
];

/** A region, a unit of it and a method that reads it, under these names. */
const parts = (region: string, unit: string, method: string): Term[] => [
  asl.OperationRegion(region, 'SystemMemory', asl.Add(asl.path('\\VCFG'), 0x4_0000), 4096),
  asl.Field(region, { access: 'DWordAcc' }, fieldUnits([{ name: unit, lowBit: 32, bits: 32 }])),
  asl.Method(method, {}, [asl.Return(asl.path(unit))]),
];

const changes = (before: ReturnType<typeof machineOf>, after: ReturnType<typeof machineOf>) =>
  diffMachines(before, after).objects.map(({ kind, path, below, details }) => [kind, path, below, ...said(details)]);

const names = (...rows: readonly (readonly [name: string, value: number])[]) =>
  machineOf(rows.map(([name, value]) => asl.Name(name, value)));

describe('an object under another name', () => {
  it('is renamed, and what names it is as it was', () => {
    const before = machineOf(parts('VREG', 'STAT', 'READ'), [
      asl.Method('\\OUTS', {}, [asl.Store(asl.path('\\_SB.SENS.STAT'), asl.Local(0))]),
    ]);
    const after = machineOf(parts('REGV', 'STUS', 'READ'), [
      asl.Method('\\OUTS', {}, [asl.Store(asl.path('\\_SB.SENS.STUS'), asl.Local(0))]),
    ]);
    expect(changes(before, after)).toEqual([
      ['renamed', '\\_SB.SENS.REGV', 0, 'name: VREG → REGV'],
      ['renamed', '\\_SB.SENS.STUS', 0, 'name: STAT → STUS'],
    ]);
  });

  it('takes all below it with it', () => {
    const inside = [...parts('VREG', 'STAT', 'READ'), asl.Device('SUB0', [asl.Name('_UID', 1)])];
    const [before, after] = [machineOf(inside), machineOf(inside, [], 'HUB0')];
    expect(changes(before, after)).toEqual([['renamed', '\\_SB.HUB0', 5, 'name: SENS → HUB0']]);
    expect(formatDiff(diffMachines(before, after))).toEqual([
      '~ \\_SB.HUB0  Device, and 5 objects below it  (dsdt.aml+0x0032, dsdt.aml+0x0032)',
      '    name: SENS → HUB0',
      '1 change: 1 renamed',
    ]);
  });

  it('has its code that runs at load compared', () => {
    const at = (device: string, value: number) =>
      machineOf([asl.Name('FLAG', 0), asl.Store(value, 'FLAG')], [], device);
    expect(changes(at('SENS', 1), at('HUB0', 1))).toEqual([['renamed', '\\_SB.HUB0', 1, 'name: SENS → HUB0']]);
    expect(changes(at('SENS', 1), at('HUB0', 2))).toEqual([
      ['renamed', '\\_SB.HUB0', 1, 'name: SENS → HUB0'],
      ['changed', '\\_SB.HUB0', 0, 'statement 1: FLAG = One → FLAG = 0x02'],
    ]);
  });

  const rows: readonly [what: string, ReturnType<typeof machineOf>, ReturnType<typeof machineOf>, string[]][] = [
    ['has another value', names(['ONE0', 1]), names(['TWO0', 2]), ['removed ONE0', 'added TWO0']],
    [
      'may be either of two',
      names(['ONE0', 1]),
      names(['TWO0', 1], ['TWO1', 1]),
      ['removed ONE0', 'added TWO0', 'added TWO1'],
    ],
    [
      'may have been either of two',
      names(['ONE0', 1], ['ONE1', 1]),
      names(['TWO0', 1]),
      ['removed ONE0', 'removed ONE1', 'added TWO0'],
    ],
    ['has a name that ACPI gives a meaning', names(['_UID', 1]), names(['_STA', 1]), ['added _STA', 'removed _UID']],
    [
      'has something else below it',
      machineOf([asl.Device('ONE0', [asl.Name('_UID', 1)])]),
      machineOf([asl.Device('TWO0', [asl.Name('_UID', 2)])]),
      ['removed ONE0', 'added TWO0'],
    ],
    [
      'is in another scope',
      machineOf([asl.Device('SUB0', []), asl.Name('ONE0', 1)]),
      machineOf([asl.Device('SUB0', [asl.Name('TWO0', 1)])]),
      ['removed ONE0', 'added TWO0'],
    ],
  ];
  it.each(rows)('is not said to be renamed if it %s', (_what, before, after, wanted) => {
    const { objects } = diffMachines(before, after);
    expect(objects.map(({ kind, path }) => `${kind} ${path.slice(-4)}`)).toEqual(wanted);
  });

  it('is told apart from others like it by what is left once those are known', () => {
    const list = (region: string, units: readonly string[]) =>
      machineOf([
        asl.OperationRegion(region, 'SystemMemory', 0x1000, 64),
        asl.Field(
          region,
          { access: 'DWordAcc' },
          fieldUnits(units.map((name, index) => ({ name, lowBit: index * 32, bits: 32 }))),
        ),
      ]);
    const letters = ['A', 'B', 'C', 'D'];
    const found = changes(
      list(
        'OLDR',
        letters.map((each) => `OL${each}0`),
      ),
      list(
        'NEWR',
        letters.map((each) => `NE${each}0`),
      ),
    );
    expect(found.map(([kind]) => kind)).toEqual(Array(5).fill('renamed'));
  });

  it('is looked for no longer than people wait', () => {
    const many = (letter: string) =>
      machineOf(
        Array.from({ length: 1500 }, (_, index) =>
          asl.Name(`${letter}${index.toString(36).toUpperCase().padStart(3, '0')}`, 1),
        ),
      );
    const start = performance.now();
    const { objects } = diffMachines(many('A'), many('B'));
    expect(objects).toHaveLength(3000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
