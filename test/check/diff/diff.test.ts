import { describe, expect, it } from 'vitest';
import { asl, fieldFlags, fieldUnits, resource, resourceTemplate, type Term } from '../../../src/aml/index.js';
import { diffMachines } from '../../../src/check/diff/diff-machines.js';
import { encodeMcfg } from '../../../src/tables/index.js';
import { IDENTITY, type MachineParts, machine, machineTerms, PARTS, said, tableOf } from './machine.js';

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

  it('is the size of a buffer whose bytes are the same', () => {
    const sized = (size: number, inner: number) => [
      asl.Name('SIZE', asl.Buffer(size, Uint8Array.of(1, 2, 3))),
      asl.Name('LIST', asl.Package([asl.Buffer(inner, Uint8Array.of(1, 2, 3))])),
    ];
    const { objects } = diffMachines(machine({ more: sized(0x10, 3) }), machine({ more: sized(0x20, 4) }));
    expect(objects.map((change) => [change.path, said(change.details)])).toEqual([
      [`${SENS}.LIST`, ['element [0], size: 0x03 → 0x04']],
      [`${SENS}.SIZE`, ['size: 0x10 → 0x20']],
    ]);
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
