import { describe, expect, it } from 'vitest';
import { asl, buffer, encodeAml, fieldUnits, resource, resourceTemplate, type Term } from '../../src/aml/index.js';
import { encodeMadt, encodeMcfg, encodeTable, encodeXsdt } from '../../src/tables/index.js';
import { someOf } from '../support/effort.js';
import { startCounting } from '../support/step-count.js';
import { DECODE_SHAPES, seg, termsOf } from './shapes.js';

// Imported once counting has begun: else only calls are counted, and no rounds of loops.
const countSteps = await startCounting();
const { checkSet, diffMachines } = await import('../../src/check/index.js');
const { subjectOf } = await import('../../src/check/rules/check-set.js');
const { printAsl } = await import('../../src/asl/index.js');

const IDENTITY = {
  revision: 2,
  oemId: 'VCFG',
  oemTableId: 'GROWTH',
  oemRevision: 1,
  creatorId: 'VCFG',
  creatorRevision: 1,
};
const dsdt = (body: Uint8Array): Uint8Array => encodeTable({ ...IDENTITY, signature: 'DSDT' }, body);

const { Local, Arg } = asl;
const method = (name: string, body: readonly Term[], options = {}) => asl.Method(name, options, body);
const device = (name: string, ...terms: readonly Term[]) => asl.Device(name, terms);
/** One term around a list that grows. */
const within = (wrap: (terms: readonly Term[]) => Term, unit: (index: number) => Term) => (size: number) => {
  const each = encodeAml([unit(0)]).length;
  return encodeAml([wrap(Array.from({ length: Math.ceil(size / each) }, (_, index) => unit(index)))]);
};
const inMethod = (unit: (index: number) => Term) => within((terms) => method('MTHD', terms), unit);
const inBridge = (unit: (index: number) => Term) =>
  within((terms) => device('\\_SB.PC00', asl.Name('_HID', asl.String('PNP0A08')), ...terms), unit);
const hex2 = (index: number) => (index % 256).toString(16).toUpperCase().padStart(2, '0');

/** What rules look at, again and again. */
const CHECK_SHAPES: Readonly<Record<string, (size: number) => Uint8Array>> = {
  'Methods that call the next': termsOf((index) => method(seg(index), [asl.Call(seg(index + 1))])),
  'Methods that call the one before': termsOf((index) => method(seg(index), [asl.Call(seg(Math.max(index - 1, 0)))])),
  'Methods that call themselves': termsOf((index) => method(seg(index), [asl.Call(seg(index))])),
  'Methods that call one': termsOf((index) => method(seg(index), [asl.Call(seg(0))])),
  'one Method that calls many': inMethod((index) => asl.Call(seg(index))),
  'Methods that pass an argument on': termsOf((index) =>
    asl.Method(seg(index), { args: 1 }, [asl.Return(asl.Call(seg(index + 1), Arg(0)))]),
  ),
  'Methods that index by their argument': termsOf((index) =>
    asl.Method(seg(index), { args: 1 }, [asl.Return(asl.DerefOf(asl.Index(asl.path('PACK'), Arg(0))))]),
  ),
  'one name declared again and again': termsOf(() => asl.Name('SAME', 1)),
  'one Device opened again and again': termsOf(() => asl.Scope('\\_SB', [])),
  'names in a While': within(
    (terms) => method('MTHD', [asl.While(asl.path('COND'), terms)]),
    (index) => asl.Name(seg(index), 1),
  ),
  'guards of names': inMethod((index) => asl.If(asl.CondRefOf(seg(index)), [asl.Store(1, asl.path(seg(index)))])),
  'guards within guards': (size) =>
    encodeAml([
      method('MTHD', [
        Array.from({ length: Math.min(size / 16, 380) }, (_, index) => index).reduceRight<Term>(
          (inner, index) => asl.If(asl.CondRefOf(seg(index)), [inner]),
          asl.Store(1, asl.path('GONE')),
        ),
      ]),
    ]),
  'uses of a missing name': inMethod(() => asl.Store(1, asl.path('\\GONE.NAME'))),
  'uses of many missing names': inMethod((index) => asl.Store(1, asl.path(`\\GONE.${seg(index)}`))),
  'Notifies of missing devices': inMethod((index) => asl.Notify(asl.path(seg(index)), 1)),
  'GPE handlers': within(
    (terms) => asl.Scope('\\_GPE', terms),
    (index) => method(`_L${hex2(index)}`, [asl.Notify(asl.path('\\GONE'), 1)]),
  ),
  'handlers of queries': termsOf((index) => method(`_Q${hex2(index)}`, [])),
  'Acquires and Releases': inMethod((index) => (index % 2 ? asl.Release('MTX0') : asl.Acquire('MTX0', 0xffff))),
  Mutexes: termsOf((index) => asl.Mutex(seg(index), index % 16)),
  'Locals stored and read': inMethod((index) => asl.Store(Local(index % 8), Local((index + 1) % 8))),
  'Locals counted up and used as an index': inMethod((index) =>
    index % 2 ? asl.Increment(Local(0)) : asl.Store(asl.DerefOf(asl.Index(asl.path('PACK'), Local(0))), Local(1)),
  ),
  'a sum of sums in a Local': inMethod(() => asl.Add(Local(0), 1, Local(0))),
  'fields made in a buffer': inMethod((index) => asl.CreateDWordField(Local(0), index, seg(index))),
  'fields made in a named buffer': termsOf((index) => asl.CreateDWordField(asl.path('BUFF'), index, seg(index))),
  'Returns after Returns': inMethod(() => asl.Return(1)),
  'empty Ifs': inMethod(() => asl.If(asl.path('COND'), [])),
  'Ifs of a constant': inMethod(() => asl.If(1, [asl.Noop()])),
  Whiles: inMethod(() => asl.While(1, [])),
  Breaks: inMethod(() => asl.Break()),
  'Sleeps and Stalls': inMethod((index) => (index % 2 ? asl.Stall(255) : asl.Sleep(1))),
  'Packages of Packages': termsOf((index) =>
    asl.Name(seg(index), asl.Package([asl.Package([1, 2]), asl.Package([3])])),
  ),
  'a _PRT': inBridge((index) =>
    asl.Name(index === 0 ? '_PRT' : seg(index), asl.Package([asl.Package([0xffff, 0, 0, 16])])),
  ),
  'Devices with one _ADR': inBridge((index) => device(seg(index), asl.Name('_ADR', 0))),
  'Devices with one _HID and _UID': inBridge((index) =>
    device(seg(index), asl.Name('_HID', asl.String('TEST0001')), asl.Name('_UID', 1)),
  ),
  'Devices without a name': inBridge((index) => device(seg(index), asl.Name('_STA', 15))),
  'Devices with a _CRS': inBridge((index) =>
    device(
      seg(index),
      asl.Name('_HID', asl.String('TEST0001')),
      asl.Name('_CRS', resourceTemplate([resource.memory32Fixed({ base: 0x1000 * index, length: 0x1000 })])),
    ),
  ),
  'predefined objects': inBridge((index) =>
    device(seg(index), asl.Name('_PSS', asl.Package([])), asl.Name('_S5_', asl.Package([1]))),
  ),
  Processors: termsOf((index) => asl.Processor(seg(index), index % 256, 0, 0, [])),
  'regions at one place': termsOf((index) => asl.OperationRegion(seg(index), 0, 0x1_0000_0000, 0x1000)),
  'regions one after the other': termsOf((index) =>
    asl.OperationRegion(seg(index), 0, 0x1_0000_0000 + index * 0x1000, 0x1000),
  ),
  'regions with fields': termsOf((index) =>
    index % 2
      ? asl.Field(seg(index - 1), { access: 'DWordAcc' }, fieldUnits([{ name: seg(index), lowBit: 0, bits: 32 }]))
      : asl.OperationRegion(seg(index), 0, 0x1000 * index, 4),
  ),
  'one VCFG after the other': termsOf((index) => asl.Name('VCFG', index)),
  'Buffers and Strings': termsOf((index) =>
    asl.Name(seg(index), index % 2 ? buffer(Uint8Array.of(1, 2, 3)) : asl.String('text')),
  ),
  'stray values': termsOf(() => ({ op: 'One', operands: [] }) as unknown as Term),
};

/** Tables of data whose lists grow. */
const TABLE_SHAPES: Readonly<Record<string, (size: number) => Uint8Array>> = {
  'processors of a MADT': (size) =>
    encodeMadt(IDENTITY, {
      localApicAddress: 0xfee0_0000,
      flags: 1,
      structures: Array.from({ length: size / 16 }, (_, uid) => ({
        kind: 'localX2apic' as const,
        processorUid: uid,
        x2apicId: uid,
        flags: 1,
      })),
    }),
  'NMIs of a MADT': (size) =>
    encodeMadt(IDENTITY, {
      localApicAddress: 0xfee0_0000,
      flags: 1,
      structures: Array.from({ length: size / 12 }, (_, processorUid) => ({
        kind: 'localX2apicNmi' as const,
        processorUid,
        lint: 1,
      })),
    }),
  'windows of an MCFG': (size) =>
    encodeMcfg(
      IDENTITY,
      Array.from({ length: size / 16 }, (_, segment) => ({
        base: 0x1_0000_0000n + BigInt(segment) * 0x10_0000n,
        segment,
        firstBus: 0,
        lastBus: 0,
      })),
    ),
  'entries of an XSDT': (size) =>
    encodeXsdt(
      IDENTITY,
      Array.from({ length: size / 8 }, (_, index) => BigInt(index + 1) * 0x1000n),
    ),
};

const SHAPES: readonly (readonly [string, (size: number) => Uint8Array])[] = [
  ...Object.entries(DECODE_SHAPES).map(([name, make]) => [name, (size: number) => dsdt(make(size))] as const),
  ...Object.entries(CHECK_SHAPES).map(([name, make]) => [name, (size: number) => dsdt(make(size))] as const),
  ...Object.entries(TABLE_SHAPES),
];

const SMALL = 5000;
const LARGE = 4 * SMALL;
/** Four times the bytes may cost four times the steps, and a little for what does not divide evenly. */
const MOST_GROWTH = 5;
/** What any input costs. */
const CONSTANT_STEPS = 20_000;
const growth = (before: number, after: number) => after / Math.max(before, CONSTANT_STEPS);

const WORK: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  check: (bytes) => checkSet([{ file: 'dsdt.aml', bytes }], { base: 0x1_0000_0000n, evaluate: false }),
  'diff and print': (bytes) => {
    const after = new Uint8Array(bytes);
    after[24] = 2;
    diffMachines([{ file: 'a', bytes }], [{ file: 'b', bytes: after }]);
    const [table] = subjectOf([{ file: 'a', bytes }]).loaded;
    return table?.decoded && printAsl(table.decoded);
  },
};

describe('steps of check, diff and print grow with the bytes and not faster', () => {
  it('over at least 68 shapes', () => {
    expect(SHAPES.length).toBeGreaterThanOrEqual(68);
  });

  it.each(someOf(SHAPES, 12))('%s', { timeout: 120_000 }, async (_, make) => {
    const [small, large] = [make(SMALL), make(LARGE)];
    for (const [what, work] of Object.entries(WORK)) {
      const before = await countSteps(() => work(small));
      let after = await countSteps(() => work(large));
      // A busy machine adds to a count. What grows too fast does so in each.
      if (growth(before, after) >= MOST_GROWTH) after = Math.min(after, await countSteps(() => work(large)));
      expect.soft(growth(before, after), `${what}: ${before} and ${after} steps`).toBeLessThan(MOST_GROWTH);
    }
  });
});
