import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asl, decodeAml, encodeAml, makeTerm } from '../../../src/aml/index.js';
import { diffMachines } from '../../../src/check/diff/diff-machines.js';
import { formatDiff } from '../../../src/check/diff/format-diff.js';
import { generateTableSet } from '../../../src/firmware/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { readTable, replaceTableBody, SDT_HEADER_BYTES } from '../../../src/tables/index.js';
import { platformFileArbitrary } from '../../support/platform-arbitrary.js';
import { readCorpus } from '../../support/shared-material.js';
import { machine, machineTerms, PARTS, tableOf } from './machine.js';

const NOTHING = { same: true, tables: [], objects: [], moves: [] };

describe('a difference of what is generated', () => {
  const SENSOR = {
    address: '00:04.0',
    name: 'SENS',
    label: 'Hub',
    registers: [
      { name: 'CTRL', index: 0 },
      { name: 'STAT', index: 1 },
    ],
  };
  const set = (functions: object[], more: object = {}) => {
    const { aml } = generateTableSet(platformFromObject({ functions, ...more }));
    return aml.map(({ name, bytes }) => ({ file: name, bytes }));
  };
  const [ctrl, stat] = SENSOR.registers;
  const rows: [what: string, functions: object[], changes: string[]][] = [
    ['a register moved', [{ ...SENSOR, registers: [ctrl, { ...stat, index: 2 }] }], ['~ \\_SB.PC00.PE20.STAT bits']],
    [
      'a register renamed',
      [{ ...SENSOR, registers: [ctrl, { ...stat, name: 'STUS' }] }],
      ['~ \\_SB.PC00.PE20.STUS name'],
    ],
    [
      'a register more',
      [{ ...SENSOR, registers: [ctrl, stat, { name: 'MASK', index: 5 }] }],
      ['+ \\_SB.PC00.PE20.MASK'],
    ],
    ['a label', [{ ...SENSOR, label: 'Hut' }], ['~ \\_SB.PC00.PE20._STR byte 0x4']],
    ['a function more', [SENSOR, { address: '00:05.0', name: 'NEXT' }], ['+ \\_SB.PC00.PE28']],
    ['another place', [{ ...SENSOR, address: '00:05.0' }], ['- \\_SB.PC00.PE20', '+ \\_SB.PC00.PE28']],
  ];
  it.each(rows)('is that alone: %s', (_what, functions, changes) => {
    const { objects, moves, tables } = diffMachines(set([SENSOR]), set(functions));
    const marks = { added: '+', removed: '-', renamed: '~', changed: '~' };
    const lines = objects.map(({ kind, path, details }) =>
      [marks[kind], path, ...details.map(({ aspect }) => aspect)].join(' '),
    );
    expect({ lines, moves, tables }).toEqual({ lines: changes, moves: [], tables: [] });
  });
});

describe('no difference', () => {
  const spread = (): ReturnType<typeof machine> => {
    const [vcfg, flag, mutex, device, ...rest] = machineTerms();
    const [name, list] = (device as ReturnType<typeof asl.Device>).operands;
    return [
      tableOf([vcfg, flag, asl.Device(name, [])].map((term) => term as NonNullable<typeof term>)),
      tableOf(
        [
          asl.Scope(
            name,
            [...list].reverse().sort((a, b) => (a.op === 'Field' ? 1 : 0) - (b.op === 'Field' ? 1 : 0)),
          ),
          ...rest,
          mutex as NonNullable<typeof mutex>,
        ],
        { signature: 'SSDT', oemTableId: 'MORE' },
        'ssdt.aml',
      ),
    ];
  };

  it('is made by the order of tables', () => {
    const ssdt = (oemTableId: string) => tableOf([], { signature: 'SSDT', oemTableId, oemRevision: oemTableId.length });
    const [one, other] = [ssdt('A'), ssdt('BB')];
    expect(diffMachines([...machine(), one, other], [other, ...machine(), one])).toMatchObject(NOTHING);
  });

  it('is made by the order of objects, or by the table in which they stand', () => {
    expect(diffMachines(machine(), spread())).toMatchObject({ objects: [], moves: [], tables: [{ kind: 'added' }] });
  });

  it('is made by how integers, names and lengths are encoded, or by Externals', () => {
    const wide = makeTerm('DWord', [1]);
    const more = [makeTerm('Name', ['LONG', asl.Package([1, 2])])];
    const wideMore = [makeTerm('Name', ['LONG', asl.VarPackage(2, [asl.integer(1), asl.integer(2)])])];
    const body = [
      asl.Store(asl.Arg(0), asl.Local(0)),
      asl.If(asl.LEqual(asl.Local(0), wide), [
        asl.Store(asl.Local(0), '\\_SB.SENS.STAT'),
        asl.Return(makeTerm('Byte', [0])),
      ]),
      asl.Return(asl.path('^STAT')),
    ];
    const external = makeTerm('External', ['\\ELSE', 1, 0]);
    const other = [tableOf([external, ...machineTerms({ body, uid: wide, more: wideMore })])];
    expect(diffMachines(machine({ more }), other)).toMatchObject(NOTHING);
  });

  it('is there between any generated set and itself', () => {
    fc.assert(
      fc.property(platformFileArbitrary({ mostFunctions: 4 }), (file) => {
        const { aml, data } = generateTableSet(platformFromObject(file));
        const set = [...aml, ...data].map(({ name, bytes }) => ({ file: name, bytes }));
        expect(diffMachines(set, set)).toMatchObject(NOTHING);
      }),
      { numRuns: 15 },
    );
  });

  it('is there between a real table and itself, encoded as iasl would', (context) => {
    const tables = readCorpus(context).filter(({ bytes }, index) => bytes.length < 20_000 && index % 2 === 0);
    expect(tables.length).toBeGreaterThan(20);
    for (const { name, bytes } of tables) {
      const { table } = readTable(bytes);
      if (table === undefined) continue;
      const { terms } = decodeAml(table.bytes, { offset: SDT_HEADER_BYTES });
      const again = replaceTableBody(table, encodeAml(terms, { form: 'canonical' }));
      expect([name, diffMachines([{ file: 'a', bytes }], [{ file: 'a', bytes: again }])]).toMatchObject([
        name,
        NOTHING,
      ]);
    }
  });
});

describe('the text of a difference', () => {
  it('says what, where on both sides, and how much in all', () => {
    const parts = { uid: asl.integer(2), body: [asl.Return(0)], base: 0x2_0000_0000n, more: [asl.Name('_STA', 0)] };
    const text = formatDiff(diffMachines(machine(), machine(parts))).join('\n');
    expect(text).toBe(
      String.raw`~ \VCFG  Integer  (dsdt.aml+0x0024, dsdt.aml+0x0024)
    value: 0x100000000 → 0x200000000
~ \_SB.SENS.READ  Method  (dsdt.aml+0x009c, dsdt.aml+0x009d)
    statement 1:
      - Local0 = Arg0
      + Return (Zero)
+ \_SB.SENS._STA  Integer 0x0  (dsdt.aml+0x00a6)
~ \_SB.SENS._UID  Integer  (dsdt.aml+0x004d, dsdt.aml+0x004d)
    value: 0x1 → 0x2
  Regions that these changes move:
    \_SB.SENS.VREG  0x100040000 → 0x200040000
4 changes: 1 added, 3 changed`,
    );
    expect(formatDiff(diffMachines(machine(), machine()))).toEqual([]);
  });

  it('escape control characters of tables, and of their names', () => {
    const foreign = { oemTableId: 'A\x1b[2J', file: '\x9b.aml' };
    const ssdt = tableOf([], { signature: 'SSDT', oemTableId: foreign.oemTableId }, foreign.file);
    const [uid, other] = [asl.String('\x1b[1m'), asl.String('\x7f')];
    const diff = diffMachines(machine({ uid }), [...machine({ uid: other }), ssdt]);
    const text = formatDiff(diff).join('\n');
    expect(text).toContain(String.raw`table SSDT "A\x1b[2J"  (\x9b.aml)`);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('give units past 2^32 bits their addresses', () => {
    const reserved = Array.from(
      { length: 17 },
      () => ({ kind: 'ReservedField', bits: 2 ** 28 - 8, lengthWidth: 0 }) as const,
    );
    const unit = (bits: number) => [
      asl.Field('VREG', { access: 'ByteAcc' }, [
        ...reserved,
        { kind: 'NamedField', name: 'FAR_', bits, lengthWidth: 0 },
      ]),
    ];
    const [change] = diffMachines(machine({ more: unit(8) }), machine({ more: unit(16) })).objects;
    const address = PARTS.base + BigInt(PARTS.offset) + (17n * (2n ** 28n - 8n)) / 8n;
    expect(change?.details[0]?.before).toMatch(new RegExp(` at 0x${address.toString(16)}$`));
  });
});
