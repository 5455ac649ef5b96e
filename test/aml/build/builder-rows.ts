import {
  asl,
  buffer,
  type DescriptorInput,
  decodeAml,
  eisaId,
  encodeResources,
  fieldUnits,
  integer,
  path,
  type ResourceDescriptor,
  resource,
  resourceTemplate,
  type Term,
  uuid,
} from '../../../src/aml/index.js';
import { encodeFacs, encodeMcfg, encodeRsdp, encodeTable } from '../../../src/tables/index.js';

/** Recorded rows, by their description, and what makes the same bytes from the parts of it that the pattern captures. */
type BuilderRow = readonly [description: RegExp, build: (...captured: string[]) => Term | Uint8Array];
type BetterRow = readonly [description: RegExp, build: () => Term, ourHex: string, reason: string];

const { Arg, Local } = asl;
const ops = (...pairs: readonly (readonly [description: string, term: Term])[]): BuilderRow[] =>
  pairs.map(([description, term]) => [new RegExp(`^${description}$`), () => term]);

/** An address space of a bridge, which passes all of it on. */
const BRIDGE = { usage: 'ResourceProducer', minType: 'MinFixed', maxType: 'MaxFixed' } as const;
const one = (descriptor: ResourceDescriptor) => encodeResources([descriptor]);
const memory = (flags: Pick<DescriptorInput<'DWordMemory'>, 'caching' | 'access'>, min = 0x1000, max = 0x1fff) =>
  resource.dwordMemory({ ...BRIDGE, ...flags, min, max });
const busNumbers = (max: number) => resource.wordBusNumber({ ...BRIDGE, min: 0, max });
const configPorts = resource.io({ min: 0xcf8, max: 0xcf8, alignment: 1, length: 8 });
const comPorts = resource.io({ min: 0x3f8, max: 0x3f8, alignment: 0, length: 8 });
const comInterrupt = resource.interrupt({ mode: 'Edge', polarity: 'ActiveHigh', interrupts: [4] });

/** What the recorded code calls access and update rules, and regions, in ASL's words. */
const ACCESS = {
  Any: 'AnyAcc',
  Byte: 'ByteAcc',
  Word: 'WordAcc',
  DWord: 'DWordAcc',
  QWord: 'QWordAcc',
  Buffer: 'BufferAcc',
} as const;
const UPDATE = { Preserve: 'Preserve', WriteAsOnes: 'WriteAsOnes', WriteAsZeroes: 'WriteAsZeros' } as const;
const SPACE_WORDS: Readonly<Record<string, 'PCI_Config'>> = { PCIConfig: 'PCI_Config' };

const CROSVM = { oemId: 'CROSVM', oemRevision: 1, creatorId: 'CROS', creatorRevision: 0, revision: 1 } as const;
/** A table of that many bytes, header included, which begins with some and goes on with zeros. */
const table = (length: number, ...first: readonly number[]) => {
  const body = new Uint8Array(length - 36);
  body.set(first);
  return encodeTable({ ...CROSVM, signature: 'TEST', oemTableId: 'TESTTEST' }, body);
};
const WRITTEN = [0x78, 0x56, 0x34, 0x12] as const;
const APPENDED = [...WRITTEN, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11] as const;

export const BUILDER_ROWS: readonly BuilderRow[] = [
  // Names
  [/^path 1 seg$/, () => path('ABCD')],
  [/^root path 1 seg$/, () => path('\\ABCD')],
  [/^path 2 seg \(DualNamePrefix\)$/, () => path('_SB.PC00')],
  [/^path 3 seg \(MultiNamePrefix\)$/, () => path('_SB.PC00.PE08')],
  [/^root path 4 seg$/, () => path('\\_SB.PC00.PC01.PE08')],
  [/^255 segs$/, () => path(new Array(255).fill('ABCD').join('.'))],
  [/^field name$/, () => path('PFPM')],

  // Integers, strings, names of them
  ...ops(['ZeroOp', asl.Zero()], ['OneOp', asl.One()], ['OnesOp', asl.Ones()]),
  [/^(?:Byte|Word|DWord|QWord|Usize) (0x[0-9a-f]+)$/, (value = '') => integer(BigInt(value))],
  [/^string$/, () => asl.String('HELLO')],
  [/^empty string$/, () => asl.String('')],
  [/^String type$/, () => asl.String('ACPI0010')],
  [/^Name byte$/, () => asl.Name('_UID', 5)],
  [/^Name with path$/, () => asl.Name('_SB.PC00._UID', 0x1234)],
  [/^Name string$/, () => asl.Name('_HID', asl.String('ACPI0010'))],
  [/^EISAName ([A-Z@]{3}[0-9A-F]{4})$/, (id = '') => eisaId(id)],
  [/^Uuid ([0-9A-Fa-f-]{36})$/, (text = '') => uuid(text)],

  // Packages and buffers
  [/^empty package$/, () => asl.Package([])],
  [/^package of 4$/, () => asl.Package([1, 1, 0, 0])],
  [/^nested package$/, () => asl.Package([asl.Package([0, 1]), asl.String('x')])],
  [/^package of name$/, () => asl.Package([path('PRIC')])],
  [/^package of 255$/, () => asl.Package(new Array(255).fill(0))],
  [/^VarPackage\(Local1\)$/, () => asl.VarPackage(Local(1), [])],
  [/^VarPackage\(const\)$/, () => asl.VarPackage(300, [])],
  [/^BufferTerm\(16384\)$/, () => buffer(new Uint8Array(0), 16384)],
  [/^BufferTerm\(Local0\)$/, () => asl.Buffer(Local(0), new Uint8Array(0))],
  [/^BufferData$/, () => buffer(Uint8Array.of(1, 2, 3))],
  [/^BufferData empty$/, () => buffer(new Uint8Array(0))],
  [/^BufferData 1 byte$/, () => buffer(Uint8Array.of(0x55))],
  [/^BufferData (\d+) bytes of 0xa5$/, (count) => buffer(new Uint8Array(Number(count)).fill(0xa5))],

  // Resources
  [/^empty resource template$/, () => resourceTemplate([])],
  [/^Memory32Fixed rw$/, () => one(resource.memory32Fixed({ base: 0xe800_0000, length: 0x1000_0000 }))],
  [/^Memory32Fixed ro$/, () => one(resource.memory32Fixed({ access: 'ReadOnly', base: 0, length: 0xffff_ffff }))],
  [
    /^template Memory32Fixed$/,
    () => resourceTemplate([resource.memory32Fixed({ base: 0xe800_0000, length: 0x1000_0000 })]),
  ],
  [/^WordBusNumber 0\.\.(\d+)$/, (last) => one(busNumbers(Number(last)))],
  [/^WordIO$/, () => one(resource.wordIo({ ...BRIDGE, min: 0xcf8, max: 0xcff }))],
  [/^DWordIO$/, () => one(resource.dwordIo({ ...BRIDGE, min: 0, max: 0xcf7 }))],
  [/^QWordIO$/, () => one(resource.qwordIo({ ...BRIDGE, min: 0n, max: 0xcf7n }))],
  [/^DWordMemory NC rw$/, () => one(memory({}, 0xc000_0000, 0xfebf_ffff))],
  [/^DWordMemory C ro$/, () => one(memory({ caching: 'Cacheable', access: 'ReadOnly' }))],
  [/^DWordMemory WC$/, () => one(memory({ caching: 'WriteCombining' }))],
  [/^DWordMemory PF$/, () => one(memory({ caching: 'Prefetchable' }))],
  [
    /^QWordMemory$/,
    () => one(resource.qwordMemory({ ...BRIDGE, caching: 'Cacheable', min: 0x8_0000_0000n, max: 0xf_ffff_ffffn })),
  ],
  [/^IO$/, () => one(comPorts)],
  [/^IO cf8$/, () => one(configPorts)],
  [/^Interrupt edge\/high\/exclusive$/, () => one(comInterrupt)],
  [
    /^Interrupt level\/low\/shared$/,
    () =>
      one(
        resource.interrupt({
          usage: 'ResourceProducer',
          mode: 'Level',
          polarity: 'ActiveLow',
          sharing: 'Shared',
          interrupts: [0x1234_5678],
        }),
      ),
  ],
  [
    /^template PCI root _CRS$/,
    () =>
      resourceTemplate([
        busNumbers(63),
        configPorts,
        memory({}, 0xd000_0000, 0xf7ff_ffff),
        resource.qwordMemory({ ...BRIDGE, min: 0x1_0800_0000n, max: 0x3f_ffff_ffffn }),
      ]),
  ],
  [
    /^COM1 device$/,
    () =>
      asl.Device('_SB.COM1', [
        asl.Name('_HID', eisaId('PNP0501')),
        asl.Name('_CRS', resourceTemplate([comInterrupt, comPorts])),
      ]),
  ],

  // Named objects
  [/^empty device$/, () => asl.Device('ABCD', [])],
  [/^scope$/, () => asl.Scope('_SB.MBRD', [asl.Name('_UID', 0)])],
  [
    /^Scope::raw$/,
    () => asl.Scope('_SB.PC00.PE08', decodeAml(Uint8Array.of(0x08, 0x41, 0x42, 0x43, 0x44, 0x00)).terms),
  ],
  [
    /^Method args=([0-7]) serialized=(true|false)$/,
    (args, serialized) =>
      asl.Method('METH', { args: Number(args), serialized: serialized === 'true' }, [asl.Return(0)]),
  ],
  [
    /^Field (\w+) (Lock|NoLock) (\w+)$/,
    (access, lock, update) =>
      asl.Field(
        'PRST',
        {
          access: ACCESS[access as keyof typeof ACCESS],
          lock: lock === 'Lock',
          update: UPDATE[update as keyof typeof UPDATE],
        },
        fieldUnits([
          { name: 'CPEN', lowBit: 32, bits: 1 },
          { name: 'CJEN', lowBit: 33, bits: 63 },
        ]),
      ),
  ],
  [/^empty field list$/, () => asl.Field('PRST', { access: 'AnyAcc' }, [])],
  [
    /^OpRegion with Add\(VCFG\)$/,
    () => asl.OperationRegion('VREG', 'SystemMemory', asl.Add(path('VCFG'), 0x1_0000), 0x1000),
  ],
  [/^OpRegion (\w+)$/, (space = '') => asl.OperationRegion('REGN', SPACE_WORDS[space] ?? (space as 'IPMI'), 0xcd8, 12)],
  ...ops(
    ['Mutex', asl.Mutex('MLCK', 0)],
    ['Mutex level 15', asl.Mutex('_SB.MLCK', 15)],
    ['PowerResource', asl.PowerResource('PRIC', 0, 0, [])],
    ['PowerResource level 5 order 0x1234', asl.PowerResource('_SB.PRIC', 5, 0x1234, [asl.Name('_STA', 1)])],
    ['CreateDWordField', asl.CreateDWordField(Local(0), 0, 'BFTP')],
    ['CreateQWordField', asl.CreateQWordField(Local(0), Local(5), 'OUDT')],
    ['CreateField', asl.CreateField(Local(0), 64, asl.Multiply(Local(1), 8), 'BFDT')],
  ),

  // Statements and expressions
  [/^Arg\(([0-6])\)$/, (index) => Arg(Number(index))],
  [/^Local\(([0-7])\)$/, (index) => Local(Number(index))],
  ...ops(
    ['If', asl.If(asl.LEqual(Arg(0), 1), [asl.Return(1)])],
    ['If empty body', asl.If(1, [])],
    ['Else', asl.Else([asl.Return(0)])],
    ['Else empty', asl.Else([])],
    ['While', asl.While(asl.LLess(Local(0), 8), [asl.Add(Local(0), 1, Local(0))])],
    ['Equal', asl.LEqual(Arg(0), Local(1))],
    ['LessThan', asl.LLess(Arg(0), Local(1))],
    ['GreaterThan', asl.LGreater(Arg(0), Local(1))],
    ['NotEqual', asl.LNotEqual(Arg(0), Local(1))],
    ['GreaterEqual', asl.LGreaterEqual(Arg(0), Local(1))],
    ['LessEqual', asl.LLessEqual(Arg(0), Local(1))],
    ['Store\\(name=Local0, value=Arg1\\): value first in the bytes', asl.Store(Arg(1), Local(0))],
    ['Store to field', asl.Store(0, 'PDSM')],
    ['Acquire', asl.Acquire('MLCK', 0xffff)],
    ['Release', asl.Release('MLCK')],
    ['Notify', asl.Notify('\\_SB.PC00.PE08', Local(0))],
    ['ObjectType', asl.ObjectType(Arg(3))],
    ['SizeOf', asl.SizeOf(Arg(3))],
    ['Return', asl.Return(Local(2))],
    ['DeRefOf', asl.DerefOf(asl.Index(Arg(3), Local(2)))],
    ['Add\\(target, a, b\\): a, b, target in the bytes', asl.Add(Arg(0), 4, Local(5))],
    ['Concat', asl.Concatenate(Arg(0), Arg(1), Local(5))],
    ['Subtract', asl.Subtract(Arg(0), Arg(1), Local(5))],
    ['Multiply', asl.Multiply(Local(5), 8)],
    ['ShiftLeft', asl.ShiftLeft(Local(5), 8)],
    ['ShiftRight', asl.ShiftRight(Local(5), 8)],
    ['And', asl.And(Local(6), 7, Local(7))],
    ['Nand', asl.NAnd(Local(6), 7, Local(7))],
    ['Or', asl.Or(Local(6), 7, Local(7))],
    ['Nor', asl.NOr(Local(6), 7, Local(7))],
    ['Xor', asl.Xor(Local(6), 7, Local(7))],
    ['ConcatRes', asl.ConcatenateResTemplate(Arg(0), Arg(1))],
    ['Mod', asl.Mod(Arg(0), Arg(1))],
    ['Index', asl.Index(Arg(3), Local(2))],
    ['ToString', asl.ToString(path('RTDT'), asl.Ones())],
    ['ToBuffer', asl.ToBuffer(Arg(0), Local(0))],
    ['ToInteger', asl.ToInteger(path('RTTP'))],
    ['Mid', asl.Mid(path('RTDT'), Local(3), 4)],
    ['MethodCall', asl.Call('TEST', Arg(0), 1)],
    ['MethodCall no args', asl.Call('\\_SB.TEST')],
  ),

  // Tables
  [/^SDT::new\(TEST, length (36|40|60)\)$/, (length) => table(Number(length))],
  [/^SDT::new\(TEST,40\)\+write\(36, 0x12345678u32\)$/, () => table(40, ...WRITTEN)],
  [/^\.\.\. \+ append\(0x1122334455667788u64\)$/, () => table(48, ...APPENDED)],
  [/^\.\.\. \+ append_slice\(\[1,2,3\]\)$/, () => table(51, ...APPENDED, 1, 2, 3)],
  [
    /^MCFG base (0x[0-9a-f]+) max_bus (\d+) /,
    (base = '', lastBus) =>
      encodeMcfg({ ...CROSVM, oemTableId: 'CROSVMDT' }, [
        { base: BigInt(base), segment: 0, firstBus: 0, lastBus: Number(lastBus) },
      ]),
  ],
  [/^RSDP::new\(CROSVM, 0xa0000\)$/, () => encodeRsdp({ oemId: 'CROSVM', xsdt: 0xa_0000n })],
  [/^FACS::new\(\)$/, () => encodeFacs()],
];

/** Where the recorded code fails on what AML can say, or takes one thing for another; ours are the bytes given. */
export const BETTER_ROWS: readonly BetterRow[] = [
  [
    /^parent prefix is not understood$/,
    () => path('^ABC'),
    '5e4142435f',
    'the ^ was taken for the first character of a NameSeg; it is a prefix of one, which is padded',
  ],
  [
    /^3-char segment panics$/,
    () => path('ABC'),
    '4142435f',
    'a short NameSeg is padded with _, as ASL has it. ACPI 6.5 §20.2.2',
  ],
  [
    /^lone backslash panics$/,
    () => asl.Scope('\\', []),
    '10035c00',
    'the root alone is a NameString: RootChar NullName. ACPI 6.5 §20.2.2',
  ],
];
