import {
  asl,
  buffer,
  eisaId,
  encodeResources,
  fieldUnits,
  resource,
  resourceTemplate,
  type Term,
} from '../../../src/aml/index.js';
import type { MemoryKind } from '../../../src/check/subject/memory-map.js';
import { changed, dsdt, mcfg, oldDsdt, type RuleFixture, ssdt } from './table-bytes.js';

const { Local, Arg } = asl;
const method = (name: string, body: readonly Term[], options = {}) =>
  asl.Method(name, { serialized: true, ...options }, body);
const device = (name: string, objects: readonly Term[]) => asl.Device(name, [asl.Name('_ADR', 0), ...objects]);
const bridge = (objects: readonly Term[]) =>
  asl.Device('\\_SB.PC00', [asl.Name('_HID', eisaId('PNP0A08')), ...objects]);
const board = (objects: readonly Term[]) => asl.Device('\\_SB.MB00', [asl.Name('_HID', eisaId('PNP0C02')), ...objects]);
const fieldOf = (lengthBytes: number | Term, bits: number, access: 'AnyAcc' | 'DWordAcc') => [
  asl.OperationRegion('REG0', 'SystemMemory', 0x1000, lengthBytes as number),
  asl.Field('REG0', { access }, fieldUnits([{ name: 'FLD0', lowBit: 0, bits }])),
];
const fieldIn = (space: 'SystemIO' | 'GenericSerialBus') => [
  asl.OperationRegion('REG0', space, 0, 1),
  asl.Field('REG0', { access: 'ByteAcc' }, fieldUnits([{ name: 'FLD0', lowBit: 0, bits: 16 }])),
];
const port = (name: string, objects: readonly Term[]) =>
  asl.Device(name, [asl.Name('_HID', eisaId('PNP0501')), asl.Name('_UID', asl.String('COM')), ...objects]);
const routing = (...entry: (Term | number)[]) => bridge([asl.Name('_PRT', asl.Package([asl.Package(entry as never)]))]);
const route = (slot: number, pin: number) => asl.Package([(slot << 16) | 0xffff, pin, 0, 16]);
const memory = (base: number, length: number) => resource.memory32Fixed({ access: 'ReadWrite', base, length });
const range = (min: number, max: number, length: number) => resource.dwordMemory({ ...FIXED, min, max, length });
const FIXED = {
  usage: 'ResourceProducer',
  decode: 'PosDecode',
  minType: 'MinFixed',
  maxType: 'MaxFixed',
  caching: 'NonCacheable',
  access: 'ReadWrite',
} as const;
const ECAM = { base: 0xf400_0000n, segment: 0, firstBus: 0, lastBus: 63 };

const memoryRange = (kind: MemoryKind) => ({
  base: 0x4000_0000n,
  lengthBytes: 0x4000_0000n,
  kind,
  label: kind,
  place: {},
});
const TEXT = asl.Name('TEXT', asl.String('abcd'));
/** A field of a byte in a Buffer of two that Local0 holds, at a byte that Local1 holds. */
const heldField = (between: readonly Term[], index: number) =>
  method(
    'MTHD',
    [
      asl.Store(buffer(Uint8Array.of(1, 2)), Local(0)),
      asl.Store(index, Local(1)),
      ...between,
      asl.CreateByteField(Local(0), Local(1), 'FLD0'),
    ],
    { args: 1 },
  );

const REGISTER = buffer(Uint8Array.of(0x82, 0x0c, 0, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x79, 0));
const CSTATE = asl.Package([REGISTER, 1, 1, 1000]);
/** Entries of a _CPC after its count and its revision. */
const cpc = (count: number) => Array.from({ length: count }, (_, index) => (index % 2 === 0 ? index : REGISTER));

/** Rows about data, devices, resources, events and tables. */
export const OBJECT_FIXTURES: readonly RuleFixture[] = [
  {
    code: 'AML_PREDEFINED_TYPE',
    wrong: [dsdt([device('DEV0', [asl.Name('_STA', asl.String('on'))])])],
    right: [dsdt([device('DEV0', [asl.Name('_STA', 15)])])],
    path: '\\DEV0._STA',
    says: '_STA gives a String here, but has to give an Integer.',
  },
  {
    code: 'AML_PREDEFINED_TYPE',
    of: 'that a method returns',
    severity: 'note',
    wrong: [
      dsdt([device('DEV0', [method('_CRS', [asl.If(Local(0), [asl.Return(0)]), asl.Return(asl.path('BUF0'))])])]),
    ],
    right: [dsdt([device('DEV0', [method('_CRS', [asl.Return(asl.path('BUF0'))])])])],
    says: '_CRS gives an Integer here, but has to give a Buffer.',
  },
  {
    code: 'AML_PREDEFINED_NOT_METHOD',
    wrong: [dsdt([device('DEV0', [asl.Name('_DSM', 0)])])],
    right: [dsdt([device('DEV0', [method('_DSM', [asl.Return(0)], { args: 4 })])])],
    says: '_DSM is declared by Name, but the OS calls it with 4 arguments.',
  },
  {
    code: 'AML_PREDEFINED_ARGUMENTS',
    wrong: [dsdt([device('DEV0', [method('_OSC', [asl.Return(Arg(3))], { args: 5 })])])],
    right: [
      dsdt([device('DEV0', [method('_OSC', [asl.Return(Arg(3))], { args: 4 }), method('_XYZ', [], { args: 2 })])]),
    ],
    says: '_OSC is declared with 5 arguments, but the OS passes 4.',
  },
  {
    code: 'AML_RETURN_MISSING',
    severity: 'warning',
    wrong: [dsdt([device('DEV0', [method('_STA', [asl.Store(15, Local(0))])])])],
    right: [dsdt([device('DEV0', [method('_STA', [asl.Return(15)]), method('_PS0', [])])])],
    path: '\\DEV0._STA',
    says: '_STA has to return an Integer, but nothing in it returns one.',
  },
  {
    code: 'AML_RETURN_MISSING',
    of: 'on one way',
    severity: 'note',
    wrong: [dsdt([device('DEV0', [method('_DSM', [asl.If(Arg(0), [asl.Return(1)])], { args: 4 })])])],
    right: [
      dsdt([
        device('DEV0', [method('_DSM', [asl.If(Arg(0), [asl.Return(1)]), asl.Else([asl.Return(2)])], { args: 4 })]),
      ]),
    ],
    says: '_DSM has to give a value, but one path through it ends without Return.',
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    wrong: [dsdt([device('DEV0', [asl.Name('_PRW', asl.Package([3]))])])],
    right: [dsdt([device('DEV0', [asl.Name('_PRW', asl.Package([3, 4]))])])],
    path: '\\DEV0._PRW',
    says: 'it has 1 of 2 required elements',
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    of: 'within a package',
    wrong: [dsdt([device('DEV0', [asl.Name('_PSD', asl.Package([asl.Package([5, 0, 0, asl.String('all'), 4])]))])])],
    right: [dsdt([device('DEV0', [asl.Name('_PSD', asl.Package([asl.Package([5, 0, 0, 0xfc, 4])]))])])],
    says: 'element 0 has a String as element 3, which must be an Integer',
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    of: 'that is filled in later',
    wrong: [dsdt([device('DEV0', [asl.Name('_BST', asl.Package([1, 2, 3]))])])],
    right: [dsdt([device('DEV0', [asl.Name('_BST', asl.Package([1], 4))])])],
    says: 'it has 3 of 4 required elements',
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    of: 'that counts its rows, _CST',
    wrong: [dsdt([device('CPU0', [asl.Name('_CST', asl.Package([2, CSTATE]))])])],
    right: [dsdt([device('CPU0', [asl.Name('_CST', asl.Package([1, CSTATE]))])])],
    says: 'the count 2 as element 0, and there are 1 rows after it',
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    of: 'that counts its elements, _CPC',
    wrong: [dsdt([device('CPU0', [asl.Name('_CPC', asl.Package([23, 2, ...cpc(19)]))])])],
    right: [
      dsdt([
        device('CPU0', [asl.Name('_CPC', asl.Package([21, 2, ...cpc(19)]))]),
        device('CPU1', [asl.Name('_CPC', asl.Package([23, 3, ...cpc(21)]))]),
      ]),
    ],
    says: 'the count 23 as element 0, and there are 21 elements in all',
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    of: 'of a register, _CPC',
    wrong: [dsdt([device('CPU0', [asl.Name('_CPC', asl.Package([21, 2, asl.String('reg'), ...cpc(18)]))])])],
    right: [dsdt([device('CPU0', [asl.Name('_CPC', asl.Package([21, 2, ...cpc(19)]))])])],
    says: 'it has a String as element 2, which must be an Integer or a Buffer',
  },
  {
    code: 'AML_PREDEFINED_PACKAGE',
    of: 'that is too long, _PCT and _PSS',
    wrong: [
      dsdt([
        device('CPU0', [asl.Name('_PCT', asl.Package([REGISTER, REGISTER, REGISTER]))]),
        device('CPU1', [asl.Name('_PSS', asl.Package([asl.Package([1, 2, 3, 4, 5, 6, 7])]))]),
        device('BAT0', [asl.Name('_BST', asl.Package([0, 1, 2, 3, 4]))]),
      ]),
    ],
    count: 3,
    right: [
      dsdt([
        device('CPU0', [asl.Name('_PCT', asl.Package([REGISTER, REGISTER]))]),
        device('CPU1', [asl.Name('_PSS', asl.Package([asl.Package([1, 2, 3, 4, 5, 6])]))]),
        device('BAT0', [asl.Name('_BST', asl.Package([0, 1, 2, 3]))]),
      ]),
    ],
    says: 'elements, and may have',
  },
  {
    code: 'AML_STATUS_BITS',
    wrong: [dsdt([device('DEV0', [asl.Name('_STA', 0x0a)])])],
    right: [dsdt([device('DEV0', [asl.Name('_STA', 0x0b)]), device('DEV1', [asl.Name('_STA', 0x08)])])],
    says: '_STA gives 0xa: enabled (bit 1) but not present (bit 0).',
  },
  {
    code: 'AML_PACKAGE_COUNT',
    wrong: [dsdt([asl.Name('PKG0', asl.Package([1, 2, 3], 2))])],
    right: [dsdt([asl.Name('PKG0', asl.Package([1, 2, 3]))])],
    says: 'The Package has 3 elements, but its count says 2: the rest is dropped.',
  },
  {
    code: 'AML_PACKAGE_COUNT',
    of: 'cut to a byte',
    wrong: [
      dsdt([
        asl.Name(
          'PKG0',
          asl.Package(
            Array.from({ length: 258 }, () => 1),
            2,
          ),
        ),
      ]),
    ],
    right: [
      dsdt([
        asl.Name(
          'PKG0',
          asl.VarPackage(
            258,
            Array.from({ length: 258 }, () => 1),
          ),
        ),
      ]),
    ],
    says: 'The count was cut to a byte: write a VarPackage.',
  },
  {
    code: 'AML_PACKAGE_SHORT',
    wrong: [dsdt([asl.Name('PKG0', asl.Package([1, 2], 3))])],
    right: [dsdt([asl.Name('PKG0', asl.Package([], 3))])],
    says: 'The Package’s count says 3 elements, but it has 2: the others are uninitialized.',
  },
  {
    code: 'AML_BUFFER_SIZE',
    wrong: [dsdt([asl.Name('BUF0', buffer(Uint8Array.of(1, 2, 3), 2))])],
    right: [dsdt([asl.Name('BUF0', buffer(Uint8Array.of(1, 2, 3), 4))])],
    says: 'The Buffer’s size is 2 bytes, but it is initialized with 3.',
  },
  {
    code: 'AML_INTEGER_CUT',
    wrong: [oldDsdt([asl.Name('BASE', 0x2_3000_0000n)])],
    right: [dsdt([asl.Name('BASE', 0x2_3000_0000n)])],
    says: "The constant is 0x230000000, but the OS sees 0x30000000: with this DSDT's revision, integers have 32 bits.",
  },
  {
    code: 'AML_INTEGER_CUT',
    of: 'that is no Ones',
    wrong: [oldDsdt([asl.Name('MASK', 0xffff_ffff_ffff_fffen)])],
    right: [oldDsdt([asl.Name('MASK', 0xffff_ffff_ffff_ffffn)])],
    says: "The constant is 0xfffffffffffffffe, but the OS sees 0xfffffffe: with this DSDT's revision, integers have 32 bits.",
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    wrong: [dsdt([asl.Name('BUF0', buffer(new Uint8Array(8))), asl.CreateDWordField(asl.path('BUF0'), 5, 'FLD0')])],
    right: [dsdt([asl.Name('BUF0', buffer(new Uint8Array(8))), asl.CreateDWordField(asl.path('BUF0'), 4, 'FLD0')])],
    says: 'FLD0 ends at bit 72 of \\BUF0, which has 64 (8 bytes).',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of no length',
    wrong: [dsdt([method('MTHD', [asl.CreateField(Arg(0), 0, 0, 'FLD0')], { args: 1 })])],
    right: [dsdt([method('MTHD', [asl.CreateField(Arg(0), 0, Arg(1), 'FLD0')], { args: 2 })])],
    says: 'FLD0 is created with a length of 0 bits.',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of what is copied to',
    wrong: [
      dsdt([
        asl.Name('BUF0', buffer(new Uint8Array(1))),
        method('MTHD', [asl.Store(Arg(0), 'BUF0'), asl.CreateField(asl.path('BUF0'), 0, 9, 'FLD0')], { args: 1 }),
      ]),
    ],
    right: [
      dsdt([
        asl.Name('BUF0', buffer(new Uint8Array(1))),
        method('MTHD', [asl.CopyObject(Arg(0), 'BUF0'), asl.CreateField(asl.path('BUF0'), 0, 9, 'FLD0')], { args: 1 }),
      ]),
    ],
    says: 'FLD0 ends at bit 9 of \\BUF0, which has 8 (1 bytes).',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of a buffer that has no length yet',
    wrong: [dsdt([asl.Name('BUF0', buffer(new Uint8Array(1))), asl.CreateByteField(asl.path('BUF0'), 1, 'FLD0')])],
    right: [dsdt([asl.Name('BUF0', buffer(new Uint8Array())), asl.CreateByteField(asl.path('BUF0'), 1, 'FLD0')])],
    says: 'FLD0 ends at bit 16',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of a Buffer that stands there',
    wrong: [dsdt([method('MTHD', [asl.CreateField(buffer(Uint8Array.of(1, 2)), 0, 17, 'FLD0')])])],
    right: [dsdt([method('MTHD', [asl.CreateField(buffer(Uint8Array.of(1, 2)), 0, 16, 'FLD0')])])],
    says: 'FLD0 ends at bit 17 of the Buffer, which has 16 (2 bytes).',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of a String that stands there',
    wrong: [dsdt([method('MTHD', [asl.CreateField(asl.String('abc'), 0, 33, 'FLD0')])])],
    right: [dsdt([method('MTHD', [asl.CreateField(asl.String('abc'), 0, 32, 'FLD0')])])],
    says: 'FLD0 ends at bit 33 of the String, which has 32 (4 bytes, its NUL among them).',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of a Name that holds a String',
    wrong: [dsdt([TEXT, method('MTHD', [asl.CreateField(asl.path('TEXT'), 0, 41, 'FLD0')])])],
    right: [dsdt([TEXT, method('MTHD', [asl.CreateField(asl.path('TEXT'), 0, 40, 'FLD0')])])],
    says: 'FLD0 ends at bit 41 of \\TEXT, which has 40 (5 bytes, its NUL among them).',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of a Name whose String may be another by then',
    wrong: [dsdt([TEXT, method('MTHD', [asl.CreateByteField(asl.path('TEXT'), 5, 'FLD0')])])],
    right: [
      dsdt([
        TEXT,
        method('MTHD', [asl.Store(asl.String('longer'), 'TEXT'), asl.CreateByteField(asl.path('TEXT'), 5, 'FLD0')]),
      ]),
    ],
    says: 'FLD0 ends at bit 48 of \\TEXT',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of what a Local holds',
    wrong: [dsdt([heldField([], 2)])],
    right: [dsdt([heldField([], 1)])],
    says: 'FLD0 ends at bit 24 of Local0, which has 16 (2 bytes).',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of what a Local holds after an If and a SizeOf',
    wrong: [dsdt([heldField([asl.If(asl.SizeOf(Local(0)), [asl.Store(1, Local(2))])], 2)])],
    right: [dsdt([heldField([asl.If(asl.SizeOf(Local(0)), [asl.Store(Arg(0), Local(0))])], 2)])],
    says: 'FLD0 ends at bit 24 of Local0',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of a Local whose index changes on the way',
    wrong: [dsdt([heldField([], 2)])],
    right: [dsdt([heldField([asl.Subtract(Local(1), 1, Local(1))], 2)])],
    says: 'FLD0 ends at bit 24 of Local0',
  },
  {
    code: 'AML_BUFFER_FIELD_RANGE',
    of: 'of a Local that a loop or a reference may change',
    wrong: [dsdt([heldField([asl.Store(asl.RefOf(Local(2)), Local(3))], 2)])],
    right: [
      dsdt([
        heldField([asl.Store(asl.RefOf(Local(0)), Local(3)), asl.Store(buffer(Uint8Array.of(1)), Local(0))], 2),
        asl.Scope('\\_SB', [heldField([asl.While(Arg(0), [asl.Store(Arg(0), Local(0))])], 2)]),
      ]),
    ],
    says: 'FLD0 ends at bit 24 of Local0',
  },
  {
    code: 'AML_FIELD_RANGE',
    wrong: [dsdt(fieldOf(4, 40, 'AnyAcc'))],
    right: [dsdt(fieldOf(5, 40, 'AnyAcc'))],
    path: '\\FLD0',
    says: 'It ends at bit 40 of \\REG0, which has 32 (4 bytes).',
  },
  {
    code: 'AML_FIELD_RANGE',
    of: 'in a space where offsets are bytes',
    wrong: [dsdt(fieldIn('SystemIO'))],
    right: [dsdt(fieldIn('GenericSerialBus'))],
    says: 'It ends at bit 16 of \\REG0, which has 8 (1 bytes).',
  },
  {
    code: 'AML_FIELD_RANGE',
    of: 'whose length is written there',
    wrong: [dsdt(fieldOf(asl.Add(2, 2), 40, 'AnyAcc'))],
    right: [dsdt([asl.Name('GNVL', 4), ...fieldOf(asl.path('GNVL'), 40, 'AnyAcc')])],
    says: 'It ends at bit 40',
  },
  {
    code: 'AML_FIELD_ACCESS_RANGE',
    wrong: [dsdt(fieldOf(6, 40, 'DWordAcc'))],
    right: [dsdt(fieldOf(8, 40, 'DWordAcc'))],
    says: 'Its accesses of 4 bytes reach byte 8 of \\REG0, which has 6.',
  },
  {
    code: 'AML_REGION_EMPTY',
    wrong: [dsdt([asl.OperationRegion('REG0', 'SystemIO', 0x70, 0)])],
    right: [dsdt([asl.OperationRegion('REG0', 'SystemIO', 0x70, 2)])],
    path: '\\REG0',
    says: 'The region has a length of 0.',
  },
  {
    code: 'AML_HID_AND_ADR',
    wrong: [dsdt([device('DEV0', [asl.Name('_HID', eisaId('PNP0A08'))])])],
    right: [dsdt([device('DEV0', []), asl.Device('DEV1', [asl.Name('_HID', eisaId('PNP0A08'))])])],
    path: '\\DEV0',
    says: '\\DEV0 has both _HID and _ADR.',
  },
  {
    code: 'AML_DEVICE_UNNAMED',
    wrong: [dsdt([asl.Device('DEV0', [asl.Name('_STA', 15)])])],
    right: [dsdt([asl.Device('DEV0', [asl.Name('DATA', 15)])]), ssdt([])],
    says: '\\DEV0 has _STA but neither _HID nor _ADR.',
  },
  {
    code: 'AML_ID_FORM',
    wrong: [dsdt([asl.Device('DEV0', [asl.Name('_HID', asl.String('pnp0c14'))])])],
    right: [
      dsdt([asl.Device('DEV0', [asl.Name('_HID', asl.String('ACPI0010')), asl.Name('_CID', asl.String('gmux'))])]),
    ],
    path: '\\DEV0._HID',
    says: '_HID is "pnp0c14", which is not an identifier: it has lower-case letters.',
  },
  {
    code: 'AML_ID_FORM',
    of: 'packed from lower case',
    wrong: [dsdt([asl.Device('DEV0', [asl.Name('_HID', 0x140c_30c6)])])],
    right: [dsdt([asl.Device('DEV0', [asl.Name('_HID', eisaId('PNP0C14'))])])],
    says: '_HID is 0x140c30c6, which does not encode three letters A to Z. Was it written in lower case?',
  },
  {
    code: 'AML_UID_TWICE',
    wrong: [
      dsdt(
        ['DEV0', 'DEV1'].map((name) => asl.Device(name, [asl.Name('_HID', eisaId('PNP0501')), asl.Name('_UID', 1)])),
      ),
    ],
    right: [
      dsdt(
        ['DEV0', 'DEV1'].map((name, index) =>
          asl.Device(name, [asl.Name('_HID', eisaId('PNP0501')), asl.Name('_UID', index)]),
        ),
      ),
    ],
    path: '\\DEV1',
    says: '\\DEV1 has the _HID PNP0501 and the _UID 1, as \\DEV0 has.',
  },
  {
    code: 'AML_UID_TWICE',
    of: 'of devices that may be absent',
    wrong: [dsdt(['DEV0', 'DEV1', 'DEV2'].map((name) => port(name, [])))],
    right: [dsdt(['DEV0', 'DEV1', 'DEV2'].map((name) => port(name, [asl.Name('_STA', 0)])))],
    says: 'has the _HID PNP0501 and the _UID "COM", as \\DEV0 has.',
    count: 2,
  },
  {
    code: 'AML_ADR_RANGE',
    wrong: [dsdt([bridge([asl.Device('DEV0', [asl.Name('_ADR', 0x4000)])])])],
    right: [dsdt([bridge([asl.Device('DEV0', [asl.Name('_ADR', 0x4_0000)])])])],
    path: '\\_SB.PC00.DEV0',
    says: 'Its _ADR is 0x00004000: device 0, function 16384 of a PCI bus.',
  },
  {
    code: 'AML_ADR_TWICE',
    wrong: [dsdt([bridge([device('DEV0', []), device('DEV1', [])])])],
    right: [dsdt([bridge([device('DEV0', []), device('DEV1', [asl.Name('_STA', 0)])])])],
    says: '\\_SB.PC00.DEV1 has the _ADR 0x00000000, as \\_SB.PC00.DEV0 has.',
  },
  {
    code: 'AML_RESOURCE_VALUE',
    wrong: [dsdt([bridge([asl.Name('_CRS', resourceTemplate([range(0x1000, 0x1fff, 0xfff)]))])])],
    right: [dsdt([bridge([asl.Name('_CRS', resourceTemplate([range(0x1000, 0x1fff, 0x1000)]))])])],
    path: '\\_SB.PC00._CRS',
    says: 'DWordMemory has a length of 0xfff where max - min + 1 is 0x1000.',
  },
  {
    code: 'AML_RESOURCE_VALUE',
    of: 'that Linux drops',
    wrong: [dsdt([bridge([asl.Name('_CRS', resourceTemplate([range(0x2000, 0x1fff, 0x1000)]))])])],
    right: [dsdt([bridge([asl.Name('_CRS', resourceTemplate([range(0x1000, 0x1fff, 0x1000)]))])])],
    severity: 'error',
    says: 'begins at 0x2000 at the least and ends at 0x1fff at the most.',
  },
  {
    code: 'AML_RESOURCE_VALUE',
    of: 'that a method fills in',
    wrong: [
      dsdt([
        asl.Name('BUF0', resourceTemplate([range(0x1000, 0xfff, 0), range(0x1000, 0xfff, 0)])),
        asl.CreateDWordField(asl.path('BUF0'), 10, 'MIN0'),
      ]),
    ],
    right: [
      dsdt([
        asl.Name('BUF0', resourceTemplate([range(0x1000, 0xfff, 0)])),
        asl.CreateDWordField(asl.path('BUF0'), 10, 'MIN0'),
      ]),
    ],
    says: 'DWordMemory begins at 0x1000 at the least and ends at 0xfff at the most.',
  },
  {
    code: 'AML_RESOURCE_VALUE',
    of: 'that a method is given',
    wrong: [
      dsdt([
        asl.Name('BUF0', resourceTemplate([range(0x1000, 0xfff, 0)])),
        method('FILL', [asl.CreateDWordField(Arg(0), 10, 'MIN0')], { args: 1 }),
        method('MTHD', [asl.Return(asl.path('BUF0'))]),
      ]),
    ],
    right: [
      dsdt([
        asl.Name('BUF0', resourceTemplate([range(0x1000, 0xfff, 0)])),
        method('FILL', [asl.CreateDWordField(Arg(0), 10, 'MIN0')], { args: 1 }),
        method('MTHD', [asl.Call('FILL', asl.path('BUF0')), asl.Return(asl.path('BUF0'))]),
      ]),
    ],
    path: '\\BUF0',
    says: 'DWordMemory begins at 0x1000 at the least and ends at 0xfff at the most.',
  },
  {
    code: 'AML_RESOURCE_END',
    wrong: [dsdt([board([asl.Name('_CRS', buffer(encodeResources([memory(0, 4096)])))])])],
    right: [dsdt([board([asl.Name('_CRS', resourceTemplate([memory(0, 4096)]))])])],
    path: '\\_SB.MB00._CRS',
    says: 'The descriptors have no EndTag.',
  },
  {
    code: 'AML_RESOURCE_TRUNCATED',
    wrong: [dsdt([board([asl.Name('_CRS', buffer(encodeResources([memory(0, 4096)]).subarray(0, 8)))])])],
    right: [dsdt([board([asl.Name('DATA', buffer(encodeResources([memory(0, 4096)]).subarray(0, 8)))])])],
    says: 'A descriptor that begins with 0x86 is longer than the 8 bytes that are left.',
  },
  {
    code: 'AML_RESOURCE_UNKNOWN',
    wrong: [dsdt([board([asl.Name('_CRS', buffer(Uint8Array.of(0x59, 0, 0x79, 0)))])])],
    right: [dsdt([board([asl.Name('_CRS', buffer(Uint8Array.of(0x79, 0)))])])],
    says: '59',
  },
  {
    code: 'AML_RESOURCE_LAYOUT',
    wrong: [dsdt([board([asl.Name('_AEI', brokenGpio(true))])])],
    right: [dsdt([board([asl.Name('_AEI', brokenGpio(false))])])],
    says: 'GpioInt',
  },
  {
    code: 'AML_PRT_ENTRY',
    wrong: [dsdt([routing(0x4_0000, 0, 0, 16)])],
    right: [dsdt([routing(0x4_ffff, 0, 0, 16)])],
    path: '\\_SB.PC00._PRT',
    says: 'Entry 0 has the address 0x00040000, whose low 16 bits have to be 0xffff',
  },
  {
    code: 'AML_PRT_ENTRY',
    of: 'of no device',
    wrong: [dsdt([routing(0x20_ffff, 0, 0, 16)])],
    right: [dsdt([routing(0x1f_ffff, 0, 0, 16)])],
    says: 'Entry 0 has the address 0x0020ffff, and a bus has 32 devices.',
  },
  {
    code: 'AML_PRT_ENTRY',
    of: 'that a method returns by name',
    severity: 'warning',
    wrong: [
      dsdt([
        bridge([
          asl.Name('PR00', asl.Package([asl.Package([0x4_ffff, 4, 0, 16])])),
          method('_PRT', [asl.Return(asl.path('PR00'))]),
        ]),
      ]),
    ],
    right: [
      dsdt([
        bridge([
          asl.Name('PR00', asl.Package([asl.Package([0x4_ffff, 3, 0, 16])])),
          method('_PRT', [asl.Return(asl.path('PR00'))]),
        ]),
      ]),
    ],
    says: 'Entry 0 has the pin 4, and INTA to INTD are 0 to 3.',
  },
  {
    code: 'AML_PRT_TWICE',
    wrong: [dsdt([bridge([asl.Name('_PRT', asl.Package([route(1, 0), route(1, 0)]))])])],
    right: [dsdt([bridge([asl.Name('_PRT', asl.Package([route(1, 0), route(1, 1)]))])])],
    says: 'Entry 1 is for device 1, pin 0, as entry 0 is.',
  },
  {
    code: 'AML_PRT_LINK',
    wrong: [dsdt([asl.Name('LNKA', 1), routing(0x4_ffff, 0, asl.path('\\LNKA'), 0)])],
    right: [
      dsdt([asl.Device('LNKA', [asl.Name('_HID', eisaId('PNP0C0F'))]), routing(0x4_ffff, 0, asl.path('\\LNKA'), 0)]),
    ],
    says: 'Entry 0 names \\LNKA as its link device, but it is declared by Name.',
  },
  {
    code: 'AML_NOTIFY_TARGET',
    wrong: [dsdt([asl.Name('DATA', 1), asl.Method('\\_GPE._E01', {}, [asl.Notify('\\DATA', 0)])])],
    right: [dsdt([device('DEV0', []), asl.Method('\\_GPE._E01', {}, [asl.Notify('\\DEV0', 0)])])],
    path: '\\_GPE._E01',
    says: 'The target of Notify is \\DATA, which is declared by Name.',
  },
  {
    code: 'AML_NOTIFY_TARGET',
    of: 'that holds a reference',
    wrong: [dsdt([asl.Mutex('MTX0', 0), asl.Method('\\_GPE._E01', {}, [asl.Notify('\\MTX0', 0)])])],
    right: [
      dsdt([
        asl.Name('DATA', 0),
        asl.Method('\\_GPE._E01', {}, [asl.CopyObject(asl.RefOf('\\_SB'), 'DATA'), asl.Notify('\\DATA', 0)]),
      ]),
    ],
    says: 'The target of Notify is \\MTX0, which is declared by Mutex.',
  },
  {
    code: 'AML_GPE_TWICE',
    wrong: [
      dsdt([
        device('DEV0', []),
        ...['_L02', '_E02'].map((name) => asl.Method(`\\_GPE.${name}`, {}, [asl.Notify('\\DEV0', 0)])),
      ]),
    ],
    right: [
      dsdt([
        device('DEV0', []),
        ...['_L02', '_E03'].map((name) => asl.Method(`\\_GPE.${name}`, {}, [asl.Notify('\\DEV0', 0)])),
      ]),
    ],
    path: '\\_GPE._E02',
    says: 'GPE 0x02 has \\_GPE._E02 and \\_GPE._L02.',
  },
  {
    code: 'AML_GPE_NUMBER',
    wrong: [dsdt([device('DEV0', []), asl.Method('\\_GPE._L0G', {}, [asl.Notify('\\DEV0', 0)])])],
    right: [dsdt([device('DEV0', []), asl.Method('\\_GPE._L0F', {}, [asl.Notify('\\DEV0', 0)])])],
    says: '\\_GPE._L0G looks like the handler of an event, but "0G" is not a hex number.',
  },
  {
    code: 'AML_GPE_IDLE',
    wrong: [dsdt([asl.Method('\\_GPE._L01', {}, [asl.Return(0)])])],
    right: [dsdt([device('DEV0', []), asl.Method('\\_GPE._L01', {}, [asl.Notify('\\DEV0', 0)])])],
    path: '\\_GPE._L01',
    says: '\\_GPE._L01 is run for its event and does nothing.',
  },
  {
    code: 'AML_ECAM_NOT_RESERVED',
    wrong: [dsdt([board([asl.Name('_CRS', resourceTemplate([memory(0xf400_0000, 0x200_0000)]))])]), mcfg(ECAM)],
    right: [
      dsdt([
        board([asl.Name('_CRS', resourceTemplate([memory(0xf400_0000, 0x200_0000), memory(0xf600_0000, 0x200_0000)]))]),
      ]),
      mcfg(ECAM),
    ],
    path: '\\_SB.MB00._CRS',
    says: "The ECAM window 0xf4000000..0xf7ffffff is from 0xf6000000 on not in any PNP0C02 device's _CRS.",
  },
  {
    code: 'AML_ECAM_NOT_RESERVED',
    of: 'where a _CRS has to be run to be known',
    wrong: [dsdt([]), mcfg(ECAM)],
    right: [dsdt([board([method('_CRS', [asl.Return(asl.path('BUF0'))])])]), mcfg(ECAM)],
    says: "is in no PNP0C02 device's _CRS.",
  },
  {
    code: 'AML_ECAM_IN_BRIDGE',
    wrong: [
      dsdt([bridge([asl.Name('_CRS', resourceTemplate([range(0xf000_0000, 0xfbff_ffff, 0xc00_0000)]))])]),
      mcfg(ECAM),
    ],
    right: [
      dsdt([
        bridge([asl.Name('_CRS', resourceTemplate([range(0xf000_0000, 0xf3ff_ffff, 0x400_0000)]))]),
        board([asl.Name('_CRS', resourceTemplate([memory(0xf400_0000, 0x400_0000)]))]),
      ]),
      mcfg(ECAM),
    ],
    path: '\\_SB.PC00._CRS',
    says: 'The ECAM window 0xf4000000..0xf7ffffff overlaps 0xf0000000..0xfbffffff, which \\_SB.PC00 hands out to BARs (DWordMemory).',
  },
  {
    code: 'AML_ECAM_IN_RAM',
    wrong: [mcfg({ ...ECAM, base: 0x7c00_0000n })],
    right: [mcfg({ ...ECAM, base: 0x8000_0000n })],
    options: { memoryMap: [memoryRange('ram'), { ...memoryRange('reserved'), base: 0x8000_0000n }] },
    says: 'The ECAM window 0x7c000000..0x7fffffff overlaps 0x40000000..0x7fffffff, "ram" of the memory map.',
  },
  {
    code: 'AML_ECAM_IN_RAM',
    of: 'that ACPI keeps',
    wrong: [mcfg({ ...ECAM, base: 0x7c00_0000n })],
    right: [mcfg({ ...ECAM, base: 0x3c00_0000n })],
    options: { memoryMap: [memoryRange('acpi')] },
    says: '"acpi" of the memory map.',
  },
  {
    code: 'AML_BRIDGE_IN_RAM',
    wrong: [dsdt([bridge([asl.Name('_CRS', resourceTemplate([range(0x7fff_f000, 0x8000_0fff, 0x2000)]))])])],
    right: [
      dsdt([
        bridge([asl.Name('_CRS', resourceTemplate([range(0x8000_0000, 0x8000_0fff, 0x1000)]))]),
        board([asl.Name('_CRS', resourceTemplate([memory(0x7000_0000, 0x1000)]))]),
      ]),
    ],
    options: { memoryMap: [memoryRange('ram'), { ...memoryRange('reserved'), base: 0x8000_0000n }] },
    path: '\\_SB.PC00._CRS',
    says: '0x7ffff000..0x80000fff (DWordMemory), which \\_SB.PC00 hands out to BARs, overlaps 0x40000000..0x7fffffff, "ram" of the memory map.',
  },
  {
    code: 'TABLE_TRUNCATED',
    wrong: [changed(dsdt([]), (bytes) => bytes.slice(0, 4))],
    right: [dsdt([])],
    says: 'There are 4 bytes; a table begins with a header of 36.',
  },
  {
    code: 'TABLE_SIGNATURE',
    wrong: [changed(dsdt([]), (bytes) => void bytes.set([0x80]))],
    right: [dsdt([])],
    says: 'which is not a table signature',
  },
  {
    code: 'TABLE_LENGTH',
    wrong: [changed(dsdt([asl.Name('DATA', 1)]), (bytes) => bytes.slice(0, -1))],
    right: [dsdt([asl.Name('DATA', 1)])],
    says: 'The header gives the table 42 bytes, and the file has 41.',
  },
  {
    code: 'TABLE_TRAILING_BYTES',
    wrong: [changed(dsdt([]), (bytes) => Uint8Array.of(...bytes, 0))],
    right: [dsdt([])],
    says: 'and 1 more follow',
  },
  {
    code: 'TABLE_CHECKSUM',
    wrong: [changed(dsdt([]), (bytes) => void bytes.set([1], 9))],
    right: [dsdt([])],
    says: 'The checksum is 0x01',
  },
  {
    code: 'TABLE_REVISION',
    severity: 'note',
    wrong: [oldDsdt([])],
    right: [dsdt([]), ssdt([], { revision: 1 })],
    says: 'The DSDT has revision 1',
  },
  {
    code: 'TABLE_DUPLICATE_DSDT',
    wrong: [dsdt([]), { ...dsdt([asl.Name('DATA', 1)]), file: 'other.aml' }],
    right: [dsdt([]), ssdt([asl.Name('DATA', 1)])],
    says: 'It is a DSDT, and dsdt.aml is one already: an OS loads one.',
  },
  {
    code: 'TABLE_TWICE',
    wrong: [dsdt([]), ssdt([]), { ...ssdt([]), file: 'again.aml' }],
    right: [dsdt([]), ssdt([]), { ...ssdt([], { oemTableId: 'OTHER' }), file: 'again.aml' }],
    says: 'It has the same bytes as ssdt.aml.',
  },
  {
    code: 'TABLE_TWICE',
    of: 'without AML',
    wrong: [mcfg(ECAM), mcfg(ECAM)],
    right: [mcfg(ECAM), mcfg({ ...ECAM, segment: 1 })],
    says: 'It has the same bytes as mcfg.aml.',
  },
  {
    code: 'TABLE_OEM_ID',
    wrong: [dsdt([], { oemId: 'VC\x01G' })],
    right: [dsdt([], { oemId: 'VCFG\0\0' })],
    says: 'The OEM ID has the byte 0x01 as character 2.',
  },
];

/** A GpioInt, with an offset in it that leads out of it or not. */
function brokenGpio(broken: boolean): Term & ReturnType<typeof buffer> {
  const bytes = encodeResources([
    resource.gpioInt({
      mode: 'Edge',
      polarity: 'ActiveHigh',
      pinConfig: 'PullNone',
      resourceSource: '\\_SB.GPIO',
      pins: [1],
    }),
    resource.endTag(),
  ]);
  if (broken) bytes.set([0xff, 0xff], 14);
  return buffer(bytes);
}
