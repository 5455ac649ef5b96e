import { describe, expect, it } from 'vitest';
import { asl, buffer, fieldUnits, makeTerm, type Term } from '../../../src/aml/index.js';
import { diffMachines } from '../../../src/check/diff/diff-machines.js';
import { formatDiff } from '../../../src/check/diff/format-diff.js';
import { effort } from '../../support/effort.js';
import { said, tableOf } from './machine.js';

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

  const wide = makeTerm('QWord', [5n]);
  const unit = (name: string, lengthWidth: number) =>
    asl.Field('\\REG0', { access: 'DWordAcc' }, [{ kind: 'NamedField', name, bits: 32, lengthWidth }]);
  const kinds: [what: string, before: Term, after: Term][] = [
    ['a wider integer', asl.Name('ONE0', 5), asl.Name('TWO0', wide)],
    [
      'a package of either opcode',
      asl.Name('ONE0', asl.Package([1, 2])),
      asl.Name('TWO0', makeTerm('VarPackage', [makeTerm('Byte', [2]), [asl.integer(1), makeTerm('Word', [2])]])),
    ],
    ['a buffer', asl.Name('ONE0', buffer(Uint8Array.of(1, 2))), asl.Name('TWO0', buffer(Uint8Array.of(1, 2)))],
    ['a unit of a wider length', unit('ONE0', 1), unit('TWO0', 2)],
    [
      'a region whose address is computed',
      asl.OperationRegion('ONE0', 'SystemMemory', asl.Add(asl.path('\\VCFG'), 4096), 64),
      asl.OperationRegion('TWO0', 'SystemMemory', 0x1_0000_1000n, 64),
    ],
    [
      'a method that calls itself and is spelled otherwise',
      asl.Method('ONE0', {}, [asl.If(asl.path('\\VCFG'), [asl.Return(asl.path('ONE0'))])]),
      asl.Method('TWO0', {}, [asl.If(asl.path('^VCFG'), [asl.Return(asl.path('\\TWO0'))])]),
    ],
    ['an alias', asl.Alias('VCFG', 'ONE0'), asl.Alias('\\VCFG', 'TWO0')],
  ];
  it.each(kinds)('is found where it is written another way: %s', (_what, before, after) => {
    const base = [asl.Name('VCFG', 0x1_0000_0000n), asl.OperationRegion('REG0', 'SystemMemory', 0, 64)];
    const { objects } = diffMachines([tableOf([...base, before])], [tableOf([...base, after])]);
    expect(objects.map(({ kind, path }) => [kind, path])).toEqual([['renamed', '\\TWO0']]);
  });

  describe('whose new name was there already', () => {
    /** A device with code that runs at load, and what stands before it. */
    const tables = (device: string, first: readonly Term[] = []) => [
      tableOf([
        asl.Name('DDDD', 0),
        ...first,
        asl.Device(device, [asl.Name('AAAA', 1), asl.If(asl.path('AAAA'), [asl.Store(2, '\\DDDD')])]),
      ]),
    ];
    const elsewhere = asl.Scope('\\YYYY', [asl.If(asl.path('\\DDDD'), [asl.Store(1, '\\DDDD')])]);
    const lines = (before: ReturnType<typeof tables>, after: ReturnType<typeof tables>) =>
      diffMachines(before, after).objects.map(({ kind, path, type }) => `${kind} ${path} ${type}`);

    it('is another, and code that went is told', () => {
      expect(lines(tables('XXXX', [elsewhere]), tables('YYYY'))).toEqual(
        expect.arrayContaining(['removed \\XXXX Device', 'added \\YYYY Device', 'changed \\YYYY Code']),
      );
      expect(lines(tables('YYYY'), tables('XXXX', [elsewhere]))).toEqual(
        expect.arrayContaining(['removed \\YYYY Device', 'added \\XXXX Device', 'changed \\YYYY Code']),
      );
    });

    it('is another too if only an External says so', () => {
      const external = [asl.External('\\YYYY.INSI', 0, 0)];
      expect(lines(tables('XXXX', external), tables('YYYY'))).not.toContain('renamed \\YYYY Device');
      expect(lines(tables('YYYY'), tables('XXXX', external))).not.toContain('renamed \\XXXX Device');
    });

    it('is the same if that is opened under the old name and then under the new one', () => {
      const opened = (device: string) => [
        ...tables(device, [asl.External(`\\${device}`, 6, 0)]),
        tableOf([asl.Scope(`\\${device}`, [asl.Store(1, '\\DDDD')])], { signature: 'SSDT' }, 'ssdt.aml'),
      ];
      expect(lines(opened('XXXX'), opened('YYYY'))).toEqual(['renamed \\YYYY Device']);
    });
  });
});

describe('many objects under other names', () => {
  const nameAt = (letter: string, index: number) => `${letter}${index.toString(36).toUpperCase().padStart(3, '0')}`;
  const many = (letter: string, count: number, make: (name: string, index: number) => Term) => [
    tableOf(Array.from({ length: count }, (_, index) => make(nameAt(letter, index), index))),
  ];
  const kindsOf = ({ objects }: ReturnType<typeof diffMachines>) => {
    const counts: Record<string, number> = {};
    for (const { kind } of objects) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  };
  const compared = (before: ReturnType<typeof many>, after: ReturnType<typeof many>) => {
    const diff = diffMachines(before, after);
    return { diff, kinds: kindsOf(diff) };
  };

  it('are told apart by their values', () => {
    const value = (name: string, index: number) => asl.Name(name, index + 2);
    const count = effort(3000, 10_000);
    const { diff, kinds } = compared(many('A', count, value), many('B', count, value));
    expect({ kinds, reading: diff.reading }).toEqual({ kinds: { renamed: count }, reading: [] });
  });

  it('are soon found to be none for each other if they are all alike', () => {
    const same = (name: string) => asl.Name(name, 1);
    const { diff, kinds } = compared(many('A', 5000, same), many('B', 5000, same));
    expect({ kinds, reading: diff.reading }).toEqual({ kinds: { added: 5000, removed: 5000 }, reading: [] });
  });

  it('are told apart by the last statement of a long method', () => {
    const body = Array.from({ length: 300 }, () => asl.Store(1, asl.Local(0)));
    const method = (name: string, index: number) => asl.Method(name, {}, [...body, asl.Return(index)]);
    const { diff, kinds } = compared(many('A', 140, method), many('B', 140, method));
    expect({ kinds, reading: diff.reading }).toEqual({ kinds: { renamed: 140 }, reading: [] });
  });

  it('are left as gone and come if telling takes too long, and that is said; a few others are found', () => {
    const body = Array.from({ length: 300 }, () => asl.Store(1, asl.Local(0)));
    const set = (letter: string) => [
      tableOf(
        Array.from({ length: 80 }, (_, index) => [
          // Each returns an object that may be any of the other side's.
          asl.Name(`${letter}N${10 + index}`, 1),
          asl.Method(`${letter}M${10 + index}`, {}, [...body, asl.Return(asl.path(`${letter}N${10 + index}`))]),
        ])
          .flat()
          .concat(asl.Name(`${letter}ONE`, 5)),
      ),
    ];
    const { diff, kinds } = compared(set('A'), set('B'));
    expect(kinds).toEqual({ renamed: 1, removed: 160, added: 160 });
    expect(diff.reading).toMatchObject([
      { code: 'DIFF_RENAMES_LIMIT', severity: 'note', place: { file: 'dsdt.aml', path: '\\AM10' } },
    ]);
  });
});
