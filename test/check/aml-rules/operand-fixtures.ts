import { asl, buffer, eisaId, fieldUnits, resource, resourceTemplate, type Term } from '../../../src/aml/index.js';
import { dsdt, fadt, mcfg, type RuleFixture } from './table-bytes.js';

const { Local, Arg } = asl;
const method = (name: string, body: readonly Term[], options = {}) => asl.Method(name, options, body);
const one = { args: 1 };
const PACK = asl.Name('PACK', asl.Package([1, 2, 3]));
const at = (source: string, index: Parameters<typeof asl.Index>[1]) =>
  asl.Return(asl.DerefOf(asl.Index(asl.path(source), index)));
const TAKE = method('TAKE', [at('PACK', Arg(0))], one);

const pcc = (lengthBytes: number) =>
  dsdt([
    asl.OperationRegion('PCCR', 10, 2, lengthBytes),
    asl.Field('PCCR', { access: 'ByteAcc' }, fieldUnits([{ name: 'DATA', lowBit: 128, bits: 128 }])),
  ]);

/** A host bridge whose _CRS fills the range of its template. */
const bridge = (base: number) =>
  dsdt([
    asl.Name('BASE', base),
    asl.Device('\\_SB.PCI0', [
      asl.Name('_HID', eisaId('PNP0A08')),
      method('_CRS', [
        asl.Name('BUF0', resourceTemplate([resource.memory32Fixed({ base: 0, length: 0 })])),
        asl.CreateDWordField(asl.path('BUF0'), 4, 'FRST'),
        asl.CreateDWordField(asl.path('BUF0'), 8, 'SIZE'),
        asl.Store(asl.path('BASE'), 'FRST'),
        asl.Store(asl.Subtract(asl.Add(asl.path('FRST'), 0x1000_0000), asl.path('FRST')), 'SIZE'),
        asl.Return(asl.path('BUF0')),
      ]),
    ]),
  ]);
const WINDOW = mcfg({ base: 0xe000_0000n, segment: 0, firstBus: 0, lastBus: 255 });

/** Rows about operands of operations, and about predefined objects that belong together. */
export const OPERAND_FIXTURES: readonly RuleFixture[] = [
  {
    code: 'AML_INDEX_RANGE',
    wrong: [dsdt([PACK, method('MTHD', [at('PACK', 3)])])],
    right: [dsdt([PACK, method('MTHD', [at('PACK', 2)])])],
    path: '\\MTHD',
    says: 'It takes index 3 of \\PACK, which has 3 elements: 0 to 2 are valid.',
  },
  {
    code: 'AML_INDEX_RANGE',
    of: 'of a Buffer, and not of one that is replaced',
    wrong: [dsdt([asl.Name('BYTE', buffer(Uint8Array.of(1, 2, 3, 4))), method('MTHD', [at('BYTE', 4)])])],
    right: [
      dsdt([
        asl.Name('BYTE', buffer(Uint8Array.of(1, 2, 3, 4))),
        method('MTHD', [asl.CopyObject(Arg(0), 'BYTE'), at('BYTE', 4)], one),
        method('MTH2', [asl.If(asl.CondRefOf('\\GONE'), [at('BYTE', 9)])]),
      ]),
    ],
    says: 'It takes index 4 of \\BYTE, which has 4 bytes',
  },
  {
    code: 'AML_INDEX_RANGE',
    of: 'that a Local holds',
    wrong: [
      dsdt([
        PACK,
        method('MTH1', [asl.Store(3, Local(0)), at('PACK', Local(0))]),
        method('MTH2', [asl.Store(1, Local(0)), asl.Store(Local(0), Local(1)), at('PACK', asl.Add(Local(1), 2))]),
        method('MTH3', [asl.Store(2, Local(0)), asl.Increment(Local(0)), at('PACK', Local(0))]),
        method('MTH4', [asl.Store(1, Local(0)), asl.ShiftLeft(Local(0), 2, Local(3)), at('PACK', Local(3))]),
        method('MTH5', [
          asl.Store(asl.path('PACK'), Local(4)),
          asl.Store(asl.DerefOf(asl.Index(Local(4), 7)), Local(5)),
        ]),
        method('MTH6', [asl.Store(9, Local(0)), asl.If(asl.DerefOf(asl.Index(asl.path('PACK'), Local(0))), [])]),
        method('MTH7', [asl.Store(8, Local(0)), asl.Call('TAKE', Local(0))]),
        TAKE,
      ]),
    ],
    count: 7,
    right: [
      dsdt([
        PACK,
        method('MTH1', [asl.Store(2, Local(0)), at('PACK', Local(0))]),
        method('MTH2', [asl.Store(3, Local(0)), asl.Store(Arg(0), Local(0)), at('PACK', Local(0))], one),
        method('MTH3', [asl.Store(3, Local(0)), asl.If(Arg(0), [asl.Store(1, Local(0))]), at('PACK', Local(0))], one),
        method('MTH4', [
          asl.Store(0, Local(0)),
          asl.While(asl.LLess(Local(0), 3), [
            asl.Store(asl.DerefOf(asl.Index(asl.path('PACK'), Local(0))), Local(1)),
            asl.Increment(Local(0)),
          ]),
        ]),
        method('MTH5', [asl.Store(3, Local(0)), asl.Store(asl.RefOf(Local(0)), Local(1)), at('PACK', Local(0))]),
        method('MTH6', [
          asl.Store(3, Local(0)),
          asl.Store(asl.DerefOf(asl.Index(asl.path('PACK'), asl.Decrement(Local(0)))), Local(2)),
        ]),
      ]),
    ],
    says: 'of \\PACK, which has 3 elements',
  },
  {
    code: 'AML_INDEX_RANGE',
    of: 'that a caller gives, directly or through another method',
    wrong: [
      dsdt([
        PACK,
        TAKE,
        method('PASS', [asl.Return(asl.Call('TAKE', Arg(0)))], one),
        method('MTHD', [asl.Call('PASS', 7)]),
      ]),
    ],
    right: [
      dsdt([
        PACK,
        method('TAKE', [asl.If(asl.LGreater(Arg(0), 2), [asl.Return(0)]), at('PACK', Arg(0))], one),
        method('MTHD', [asl.Call('TAKE', 7)]),
      ]),
    ],
    says: 'With this Arg0, \\TAKE takes index 7 of \\PACK',
  },
  {
    code: 'AML_INDEX_RANGE',
    of: 'into what a caller gives',
    wrong: [
      dsdt([
        PACK,
        method('FOUR', [asl.Return(asl.DerefOf(asl.Index(Arg(0), 3)))], one),
        method('MTHD', [asl.Call('FOUR', asl.path('PACK'))]),
      ]),
    ],
    right: [
      dsdt([
        PACK,
        method('FOUR', [asl.Return(asl.DerefOf(asl.Index(Arg(0), 2)))], one),
        method('MTHD', [asl.Call('FOUR', asl.path('PACK'))]),
      ]),
    ],
    says: 'With this Arg0, \\FOUR takes index 3 of \\PACK',
  },
  {
    code: 'AML_OPERAND_TYPE',
    wrong: [dsdt([PACK, method('MTHD', [asl.Return(asl.ToHexString(asl.path('PACK')))])])],
    right: [dsdt([PACK, method('MTHD', [asl.Return(asl.ToHexString(asl.SizeOf('PACK')))])])],
    path: '\\MTHD',
    says: 'ToHexString is given \\PACK, a Package, but takes an Integer, String or Buffer.',
  },
  {
    code: 'AML_OPERAND_TYPE',
    of: 'in arithmetic on a Device',
    wrong: [dsdt([asl.Device('DEV0', []), method('MTHD', [asl.Return(asl.Add(asl.path('DEV0'), 1))])])],
    right: [dsdt([asl.Device('DEV0', []), method('MTHD', [asl.Return(asl.Concatenate(asl.path('DEV0'), 1))])])],
    says: 'Add is given \\DEV0, a Device',
  },
  {
    code: 'AML_OPERAND_TYPE',
    of: 'where a Mutex belongs',
    wrong: [dsdt([asl.Name('DATA', 1), method('MTHD', [asl.Release('DATA')])])],
    right: [dsdt([asl.Mutex('DATA', 1), method('MTHD', [asl.Release('DATA'), asl.Store(Local(0), Local(1))])])],
    says: 'Release is given \\DATA, which holds data, but takes a Mutex.',
    also: ['AML_LOCAL_UNSET'],
  },
  {
    code: 'AML_STRAY_VALUE',
    wrong: [dsdt(Uint8Array.of(0x08, 0x53, 0x53, 0x31, 0x5f, 0x01, 0x01, 0x00))],
    right: [dsdt(Uint8Array.of(0x08, 0x53, 0x53, 0x31, 0x5f, 0x01))],
    says: 'One is here as a statement, which does nothing. 1 more value follows it.',
  },
  {
    code: 'AML_PARTNER_MISSING',
    wrong: [dsdt([asl.Device('CPU0', [asl.Name('_HID', eisaId('PNP0C0B')), asl.Name('_PPC', 0)])])],
    right: [
      dsdt([
        asl.Device('CPU0', [
          asl.Name('_HID', eisaId('PNP0C0B')),
          asl.Name('_PPC', 0),
          asl.Name('_PSS', asl.Package([])),
          asl.Name('_PCT', asl.Package([])),
        ]),
      ]),
    ],
    path: '\\CPU0._PPC',
    says: '\\CPU0 has _PPC but not _PSS',
  },
  {
    code: 'AML_PARTNER_MISSING',
    of: 'in a power resource',
    wrong: [dsdt([asl.PowerResource('PWR0', 0, 0, [method('_STA', [asl.Return(1)]), method('_ON', [])])])],
    right: [
      dsdt([asl.PowerResource('PWR0', 0, 0, [method('_STA', [asl.Return(1)]), method('_ON', []), method('_OFF', [])])]),
    ],
    says: '\\PWR0 is a PowerResource without _OFF',
  },
  {
    code: 'AML_RETURN_UNWANTED',
    wrong: [dsdt([asl.Device('DEV0', [asl.Name('_ADR', 0), method('_EJ0', [asl.Return(1)], one)])])],
    right: [dsdt([asl.Device('DEV0', [asl.Name('_ADR', 0), method('_EJ0', [asl.Return(0)], one)])])],
    path: '\\DEV0._EJ0',
    says: '_EJ0 returns a value here, but the OS ignores it.',
  },
  {
    code: 'AML_HANDLER_LOST',
    wrong: [dsdt([method('\\_GPE._L01', [asl.Notify('\\_SB.GONE', 1)])]), fadt()],
    right: [
      dsdt([
        asl.Device('\\_SB.HERE', []),
        method('\\_GPE._L01', [asl.Notify('\\_SB.GONE', 1), asl.Notify('\\_SB.HERE', 1)]),
        method('\\_GPE._L02', [asl.If(asl.CondRefOf('\\_SB.GONE'), [asl.Notify('\\_SB.GONE', 1)])]),
      ]),
      fadt(),
    ],
    path: '\\_GPE._L01',
    says: '\\_GPE._L01 only uses \\_SB.GONE, which none of the 2 tables given declares.',
  },
  {
    code: 'AML_FIELD_RANGE',
    of: 'in a PCC region',
    wrong: [pcc(16)],
    right: [pcc(32)],
    says: 'It ends at bit 256 of \\PCCR',
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    of: 'of one value for two sleep registers',
    wrong: [dsdt([asl.Name('_S5', asl.Package([5]))])],
    right: [dsdt([asl.Name('_S5', asl.Package([5, 5]))])],
    says: 'it has 1 of 2 required elements',
  },
  {
    code: 'AML_ECAM_IN_BRIDGE',
    of: 'whose range a method fills in',
    wrong: [bridge(0xe000_0000), WINDOW],
    right: [bridge(0xd000_0000), WINDOW],
    says: 'overlaps 0xe0000000..0xefffffff',
    also: ['AML_ECAM_NOT_RESERVED'],
  },
];
