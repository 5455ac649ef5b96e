import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asl,
  decodeAml,
  encodeAml,
  fieldFlags,
  fieldUnits,
  makeTerm,
  resource,
  resourceTemplate,
  type Term,
} from '../../src/aml/index.js';
import { diffMachines } from '../../src/check/diff/diff-machines.js';
import { formatDiff } from '../../src/check/diff/format-diff.js';
import { generateTableSet } from '../../src/firmware/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { encodeMcfg, readTable, replaceTableBody, SDT_HEADER_BYTES } from '../../src/tables/index.js';
import { platformFileArbitrary } from '../support/platform-arbitrary.js';
import { readCorpus } from '../support/shared-material.js';
import { IDENTITY, type MachineParts, machine, machineTerms, PARTS, tableOf } from './diff-machine.js';

const NOTHING = { same: true, tables: [], objects: [], moves: [] };
const SENS = '\\_SB.SENS';

/** One change each: what is different, and the one object that is said to differ, with what about it. */
const ROWS: [what: string, parts: Partial<MachineParts>, path: string, aspects: string[]][] = [
  ['a value', { uid: asl.integer(2) }, `${SENS}._UID`, ['value: 0x1 → 0x2']],
  ['a type', { uid: asl.String('1') }, `${SENS}._UID`, ['type: Integer 0x1 → String "1"']],
  ['a reference', { uid: asl.path('FLAG') }, `${SENS}._UID`, ['type: Integer 0x1 → Reference FLAG']],
  [
    'an element',
    { package: [1, asl.String('two'), asl.Package([3, 5])] },
    `${SENS}.PACK`,
    ['element [2][1]: 0x04 → 0x05'],
  ],
  ['one element more', { package: [...PARTS.package, 9] }, `${SENS}.PACK`, ['element [3]: - → 0x09']],
  ['a byte', { bytes: [1, 2, 7, 4] }, `${SENS}.BUFF`, ['byte 0x2: 0x01, 0x02, 0x03, 0x04 → 0x01, 0x02, 0x07, 0x04']],
  ['an address', { offset: 0x2_0000 }, `${SENS}.VREG`, ['address: 0x100040000 → 0x100020000']],
  ['a length', { length: 0x2000 }, `${SENS}.VREG`, ['length: 4096 bytes → 8192 bytes']],
  ['a unit moved', { gap: 32 }, `${SENS}.STAT`, ['bits: bits 32..63 at 0x100040004 → bits 64..95 at 0x100040008']],
  ['a width', { width: 16 }, `${SENS}.STAT`, ['bits: bits 32..63 at 0x100040004 → bits 32..47 at 0x100040004']],
  ['arguments', { args: 2 }, `${SENS}.READ`, ['arguments: 1 argument → 2 arguments']],
  ['serialization', { serialized: false }, `${SENS}.READ`, ['serialization: Serialized → NotSerialized']],
  ['a sync level', { level: 3 }, '\\MUTX', ['synchronization level: 0x2 → 0x3']],
  ['a target', { target: '\\MUTX' }, '\\SENA', ['target: \\_SB.SENS → \\MUTX']],
  ['a conditional value', { conditional: 6 }, '\\COND', ['value: 0x5 → 0x6']],
  [
    'a condition',
    { predicate: asl.LEqual(asl.path('VCFG'), 1) },
    '\\COND',
    ['condition: only if VCFG == Zero → only if VCFG == One'],
  ],
  ['what runs at load', { atLoad: [asl.Store(2, '\\FLAG')] }, '\\', ['statement 1: \\FLAG = One → \\FLAG = 0x02']],
];

/** The details of a change, a line each. */
const said = (details: readonly { aspect: string; before: string | undefined; after: string | undefined }[]) =>
  details.map(({ aspect, before, after }) => `${aspect}: ${before ?? '-'} → ${after ?? '-'}`);

describe('a difference of one thing', () => {
  it.each(ROWS)('is that thing: %s', (_what, parts, path, aspects) => {
    const diff = diffMachines(machine(), machine(parts));
    expect(diff.objects.map((change) => [change.kind, change.path, said(change.details)])).toEqual([
      ['changed', path, aspects],
    ]);
    expect(diff).toMatchObject({ same: false, tables: [], moves: [] });
  });

  it('is a text where its end alone differs', () => {
    const text = (end: string) => machine({ uid: asl.String(`${'A'.repeat(50)}${end}`) });
    const [change] = diffMachines(text('1'), text('2')).objects;
    expect(said(change?.details ?? [])).toEqual([`value: "${'A'.repeat(50)}1" → "${'A'.repeat(50)}2"`]);
  });

  it('is the line of a resource template', () => {
    const bytes = (length: number) => {
      const { operands } = resourceTemplate([
        resource.io({ decode: 'Decode16', min: 0x10, max: 0x10, alignment: 1, length: 2 }),
        resource.memory32Fixed({ access: 'ReadWrite', base: 0xfed0_0000, length }),
      ]);
      return [...operands[1]];
    };
    const { objects } = diffMachines(machine({ bytes: bytes(0x1000) }), machine({ bytes: bytes(0x2000) }));
    expect(objects.map(({ path, details }) => [path, said(details)])).toEqual([
      [
        `${SENS}.BUFF`,
        ['byte 0x11: Memory32Fixed (ReadWrite, 0xFED00000, 0x1000) → Memory32Fixed (ReadWrite, 0xFED00000, 0x2000)'],
      ],
    ]);
  });

  it('is the access of every unit of a field', () => {
    const { objects } = diffMachines(machine(), machine({ access: 'ByteAcc' }));
    expect(objects.map(({ path, details }) => [path, said(details)])).toEqual([
      [`${SENS}.CTRL`, ['access: DWordAcc → ByteAcc']],
      [`${SENS}.STAT`, ['access: DWordAcc → ByteAcc']],
    ]);
    const locked = diffMachines(machine(), machine({ lock: true })).objects;
    expect(locked.map(({ details }) => said(details))).toEqual(Array(2).fill(['lock: NoLock → Lock']));
  });

  it('is the value of VCFG, and what moves with it is told apart', () => {
    const { objects, moves } = diffMachines(machine(), machine({ base: 0x2_0000_0000n }));
    expect(objects.map(({ path, details }) => [path, said(details)])).toEqual([
      ['\\VCFG', ['value: 0x100000000 → 0x200000000']],
    ]);
    expect(moves).toEqual([{ path: `${SENS}.VREG`, before: 0x1_0004_0000n, after: 0x2_0004_0000n }]);
  });

  const units = fieldUnits([{ name: 'UNI0', lowBit: 0, bits: 8 }]);
  const accessAs = (attribute: number) => [{ kind: 'AccessField' as const, access: 1, attribute }, ...units];
  const others: [what: string, before: Term, after: Term, path: string, aspect: string][] = [
    [
      'a processor',
      asl.Processor('CPU0', 1, 0x410, 6, []),
      asl.Processor('CPU0', 2, 0x410, 6, []),
      'CPU0',
      'processor: 0x1 → 0x2',
    ],
    [
      'a power resource',
      asl.PowerResource('PWR0', 0, 1, []),
      asl.PowerResource('PWR0', 0, 2, []),
      'PWR0',
      'resource order: 0x1 → 0x2',
    ],
    [
      'a buffer field',
      asl.CreateWordField(asl.path('BUFF'), 0, 'WRD0'),
      asl.CreateWordField(asl.path('BUFF'), 2, 'WRD0'),
      'WRD0',
      'offset: Zero → 0x02',
    ],
    [
      'its width',
      asl.CreateField(asl.path('BUFF'), 0, 3, 'BIT0'),
      asl.CreateField(asl.path('BUFF'), 0, 4, 'BIT0'),
      'BIT0',
      'bits: 0x03 → 0x04',
    ],
    [
      'an index register',
      asl.IndexField('CTRL', 'STAT', { access: 'ByteAcc' }, units),
      asl.IndexField('STAT', 'STAT', { access: 'ByteAcc' }, units),
      'UNI0',
      `index: ${SENS}.CTRL → ${SENS}.STAT`,
    ],
    [
      'a bank',
      asl.BankField('VREG', 'CTRL', 1, fieldFlags({ access: 'ByteAcc' }), units),
      asl.BankField('VREG', 'CTRL', 2, fieldFlags({ access: 'ByteAcc' }), units),
      'UNI0',
      'bank value: One → 0x02',
    ],
    [
      'an attribute',
      asl.Field('VREG', { access: 'ByteAcc' }, accessAs(6)),
      asl.Field('VREG', { access: 'ByteAcc' }, accessAs(8)),
      'UNI0',
      'attribute: 0x6 → 0x8',
    ],
    [
      'a region of a table',
      asl.DataTableRegion('DTR0', asl.String('MCFG'), asl.String(''), asl.String('')),
      asl.DataTableRegion('DTR0', asl.String('FACP'), asl.String(''), asl.String('')),
      'DTR0',
      'signature: "MCFG" → "FACP"',
    ],
  ];
  it.each(others)('is what is said of any object: %s', (_what, before, after, name, aspect) => {
    const { objects } = diffMachines(machine({ more: [before] }), machine({ more: [after] }));
    expect(objects.map((change) => [change.path, said(change.details)])).toEqual([[`${SENS}.${name}`, [aspect]]]);
  });

  it('is what decides whether code runs at load', () => {
    const only = (value: number) => [
      asl.If(asl.LEqual(asl.path('VCFG'), value), [asl.Scope('\\_SB', [asl.Store(1, '\\FLAG')])]),
    ];
    const { objects } = diffMachines(machine({ atLoad: only(1) }), machine({ atLoad: only(2) }));
    expect(objects.map((change) => [change.path, change.type, said(change.details)])).toEqual([
      ['\\_SB', 'Code', ['statement 1: If (VCFG == One) → If (VCFG == 0x02)']],
    ]);
  });

  const [store, check, back] = PARTS.body as [
    (typeof PARTS.body)[0],
    ReturnType<typeof asl.If>,
    (typeof PARTS.body)[0],
  ];
  const inner = (body: Parameters<typeof asl.If>[1]) => [store, asl.If(check.operands[0], body), back];
  const bodies: [what: string, body: MachineParts['body'], aspect: string][] = [
    ['another statement', [store, check, asl.Return(1)], 'statement 3: Return (STAT) → Return (One)'],
    ['one less', [store, check], 'statement 3: Return (STAT) → -'],
    ['one more', [...PARTS.body, asl.Noop()], 'statement 4: - → Noop'],
    [
      'one in a block',
      inner([asl.Store(asl.Local(0), 'STAT'), asl.Return(1)]),
      'statement 2.2: Return (Zero) → Return (One)',
    ],
    ['one less in a block', inner([asl.Store(asl.Local(0), 'STAT')]), 'statement 2.2: Return (Zero) → -'],
    [
      'another predicate',
      [store, asl.If(asl.LEqual(asl.Local(0), 2), check.operands[1]), back],
      'statement 2: If (Local0 == One) → If (Local0 == 0x02)',
    ],
    ['a name of its own', [asl.Name('OWN', 1), ...PARTS.body], 'statement 1: Local0 = Arg0 → Name (OWN, One)'],
  ];
  it.each(bodies)('is the first statement of a method: %s', (_what, body, aspect) => {
    const { objects } = diffMachines(machine(), machine({ body }));
    expect(objects.map((change) => [change.path, said(change.details)])).toEqual([[`${SENS}.READ`, [aspect]]]);
  });

  it('is an object with all below it that came, and the same the other way round', () => {
    const more = [asl.Device('SUB', [asl.Name('_ADR', 1), asl.Device('SUB2', [asl.Name('_UID', 1)])])];
    const [one, other] = [machine(), machine({ more })];
    const row = { path: `${SENS}.SUB`, type: 'Device', what: 'Device', below: 3 };
    expect(diffMachines(one, other).objects).toMatchObject([{ kind: 'added', ...row, after: { file: 'dsdt.aml' } }]);
    expect(diffMachines(other, one).objects).toMatchObject([{ kind: 'removed', ...row, before: { file: 'dsdt.aml' } }]);
  });

  it('is a second declaration of a path', () => {
    const second = asl.If(1, [asl.Name('COND', 7)]);
    const { objects } = diffMachines(machine(), machine({ atLoad: [...PARTS.atLoad, second] }));
    expect(objects).toMatchObject([{ kind: 'added', path: '\\COND', what: 'Integer 0x7, only if One' }]);
  });

  it('is a field of a header', () => {
    const rows: [Partial<typeof IDENTITY>, string, number][] = [
      [{ oemRevision: 2 }, 'oemRevision: 0x1 → 0x2', 0],
      [{ oemTableId: 'OTHER' }, 'oemTableId: "BOARD" → "OTHER"', 0],
      [{ creatorId: 'INTL' }, 'creatorId: "TEST" → "INTL"', 0],
    ];
    for (const [identity, aspect] of rows) {
      const { tables, objects } = diffMachines(machine(), [tableOf(machineTerms(), identity)]);
      expect(tables.map((change) => [change.kind, change.signature, said(change.details)])).toEqual([
        ['changed', 'DSDT', [aspect]],
      ]);
      expect(objects).toEqual([]);
    }
  });

  it('is how wide the integers are, and what that cuts', () => {
    const narrow = tableOf(machineTerms());
    narrow.bytes[8] = 1;
    narrow.bytes[9] = ((narrow.bytes[9] as number) + 1) & 0xff;
    const { tables, objects, moves } = diffMachines([narrow], machine());
    expect(tables.map(({ details }) => said(details))).toEqual([
      ['revision: 1 (integers of 32 bits) → 2 (integers of 64 bits)'],
    ]);
    expect(objects).toEqual([]);
    expect(moves).toEqual([{ path: `${SENS}.VREG`, before: 0x4_0000n, after: 0x1_0004_0000n }]);
  });

  it('is a table, or a byte of one without AML', () => {
    const mcfg = (base: bigint) => ({
      file: 'mcfg.aml',
      bytes: encodeMcfg({ ...IDENTITY }, [{ base, segment: 0, firstBus: 0, lastBus: 63 }]),
    });
    const added = diffMachines(machine(), [...machine(), mcfg(0xe000_0000n)]);
    expect(added.tables).toMatchObject([{ kind: 'added', signature: 'MCFG', details: [] }]);
    const changed = diffMachines([mcfg(0xe000_0000n)], [mcfg(0xe100_0000n)]);
    expect(changed.tables.map(({ details }) => said(details))).toEqual([['byte 0x2f: 0xe0 → 0xe1']]);
  });
});

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
      ['- \\_SB.PC00.PE20.STAT', '+ \\_SB.PC00.PE20.STUS'],
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
    const marks = { added: '+', removed: '-', changed: '~' };
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
