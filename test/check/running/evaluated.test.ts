import { describe, expect, it } from 'vitest';
import { asl, eisaId, encodeAml, fieldUnits, resource, resourceTemplate, type Term } from '../../../src/aml/index.js';
import { type CheckSetOptions, checkSet } from '../../../src/check/index.js';
import { encodeMcfg, encodeTable } from '../../../src/tables/index.js';
import { REGION_FAULTS } from '../fault-rows.js';
import type { FaultyMachine } from '../faulty-machine.js';

const IDENTITY = { oemId: 'TEST', oemTableId: 'TEST', oemRevision: 1, creatorId: 'TEST', creatorRevision: 1 };
const dsdt = (terms: readonly Term[], revision = 2) => ({
  file: 'dsdt.aml',
  bytes: encodeTable({ ...IDENTITY, signature: 'DSDT', revision }, encodeAml(terms)),
});
const MCFG = {
  file: 'mcfg.aml',
  bytes: encodeMcfg({ ...IDENTITY, revision: 1 }, [{ base: 0xe000_0000n, segment: 0, firstBus: 0, lastBus: 255 }]),
};

/** Rules that a DSDT of a few devices has nothing to do with. */
const OPTIONS: CheckSetOptions = { rules: { only: ['aml'], except: ['AML_ECAM_NOT_RESERVED'] } };

function found(terms: readonly Term[], options: CheckSetOptions = {}) {
  return checkSet([dsdt(terms), MCFG], { ...OPTIONS, ...options }).findings;
}

const codes = (terms: readonly Term[], options: CheckSetOptions = {}) => found(terms, options).map(({ code }) => code);

const HOW = 'evaluated with _OSI true from "Windows 2000" to "Windows 2019"';

const template = (min: number, max: number) =>
  resourceTemplate([
    resource.dwordMemory({ usage: 'ResourceProducer', minType: 'MinFixed', maxType: 'MaxFixed', min, max }),
  ]);

/** A host bridge whose _CRS is a method with these statements. */
const bridge = (body: readonly Term[], more: readonly Term[] = []) =>
  asl.Device('\\_SB.PCI0', [
    asl.Name('_HID', eisaId('PNP0A08')),
    asl.Name('_UID', 0),
    asl.Name('LOWB', template(0x8000_0000, 0xdfff_ffff)),
    asl.Name('ALLB', template(0x8000_0000, 0xfcff_ffff)),
    ...more,
    asl.Method('_CRS', { args: 0, serialized: true }, [...body] as Parameters<typeof asl.Method>[2]),
  ]);

const osi = (name: string) => asl.Call('\\_OSI', asl.String(name));
const low = () => asl.Return(asl.path('LOWB'));
const all = () => asl.Return(asl.path('ALLB'));

describe('a _CRS that only running tells', () => {
  it('is compared with the ECAM window, and the finding says how it was evaluated', () => {
    const terms = [bridge([asl.If(osi('Windows 2015'), [all()]), low()])];
    const [finding, ...others] = found(terms);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'AML_ECAM_IN_BRIDGE', place: { path: '\\_SB.PCI0._CRS' } });
    expect(finding?.message).toBe(
      `The ECAM window 0xe0000000..0xefffffff overlaps 0x80000000..0xfcffffff, which \\_SB.PCI0 hands out to BARs (DWordMemory) (its _CRS ${HOW}).`,
    );
    expect(codes(terms, { evaluate: false })).toEqual([]);
  });

  it.each<[string, Term[]]>([
    ['a condition of _OSI that is false', [bridge([asl.If(osi('Linux'), [all()]), low()])]],
    [
      'a condition that hardware decides',
      [
        asl.OperationRegion('HWRG', 'SystemIO', 0x400, 4),
        asl.Field('HWRG', { access: 'DWordAcc' }, fieldUnits([{ name: 'HWFL', lowBit: 0, bits: 32 }])),
        bridge([asl.If(asl.LEqual(asl.path('HWFL'), 0), [all()]), low()]),
      ],
    ],
    [
      'a condition that initialization decides',
      [
        asl.Name('OSYS', 0),
        bridge(
          [asl.If(asl.LEqual(asl.path('OSYS'), 0), [all()]), low()],
          [asl.Method('_INI', { args: 0 }, [asl.Store(5, asl.path('\\OSYS'))])],
        ),
      ],
    ],
    ['a loop without an end', [bridge([asl.While(1, [asl.Noop()]), all()])]],
    ['a method that calls itself', [bridge([asl.Store(asl.Call('_CRS'), asl.Local(0)), all()])]],
    ['a method that fails', [bridge([asl.Store(asl.Divide(1, 0, asl.Local(0), asl.Local(1)), asl.Local(2)), all()])]],
  ])('says nothing of %s', (_, terms) => {
    expect(codes(terms).filter((code) => code === 'AML_ECAM_IN_BRIDGE')).toEqual([]);
  });

  it('is followed through loops, calls and fields', () => {
    const terms = [
      asl.Method('\\GROW', { args: 1 }, [asl.Return(asl.Add(asl.Arg(0), 0x1000_0000))]),
      bridge([
        asl.CreateDWordField(asl.path('LOWB'), 14, 'LAST'),
        asl.CreateDWordField(asl.path('LOWB'), 22, 'LENG'),
        asl.Store(0, asl.Local(0)),
        asl.While(asl.LLess(asl.Local(0), 2), [
          asl.Store(asl.Call('\\GROW', asl.path('LAST')), asl.path('LAST')),
          asl.Store(asl.Call('\\GROW', asl.path('LENG')), asl.path('LENG')),
          asl.Increment(asl.Local(0)),
        ]),
        low(),
      ]),
    ];
    expect(found(terms).map(({ message }) => message)).toEqual([
      expect.stringContaining('overlaps 0x80000000..0xffffffff, which'),
    ]);
    expect(codes(terms, { evaluate: false })).toEqual([]);
  });

  it('is compared with RAM and with the VCFG window', () => {
    const terms = [asl.Name('VCFG', 0xf000_0000n), bridge([asl.If(osi('Windows 2015'), [all()]), low()])];
    const memoryMap = [{ base: 0x9000_0000n, lengthBytes: 0x1000n, kind: 'ram', label: 'ram', place: {} }] as const;
    const options = { memoryMap, base: 0xf000_0000n, buses: 2, rules: { except: ['table', 'VCFG_NOT_RESERVED'] } };
    const seen = found(terms, options).filter(({ message }) => message.includes(HOW));
    expect(seen.map(({ code }) => code).sort()).toEqual([
      'AML_BRIDGE_IN_RAM',
      'AML_ECAM_IN_BRIDGE',
      'VCFG_OVERLAPS_CRS',
    ]);
  });
});

const device = (name: string, uid: Term, status?: Term[]) =>
  asl.Device(`\\_SB.${name}`, [
    asl.Name('_HID', eisaId('PNP0501')),
    asl.Method('_UID', { args: 0 }, [
      asl.If(osi('Windows 2015'), [asl.Return(uid as Parameters<typeof asl.Return>[0])]),
      asl.Return(9),
    ]),
    ...(status === undefined ? [] : [asl.Method('_STA', { args: 0 }, [...status] as Parameters<typeof asl.Method>[2])]),
  ]);
const gives = (value: number) => [asl.If(osi('Windows 2015'), [asl.Return(value)]), asl.Return(3)];
const one = () => asl.One();

describe('identities that only running tells', () => {
  it.each<[string, Term[], string[]]>([
    ['two methods that give one _UID', [device('COM1', one()), device('COM2', one())], ['AML_UID_TWICE']],
    ['one of another _UID', [device('COM1', one()), device('COM2', asl.Zero())], []],
    ['both there by _STA', [device('COM1', one(), gives(0xf)), device('COM2', one(), gives(0xf))], ['AML_UID_TWICE']],
    ['one absent by _STA', [device('COM1', one(), gives(0xf)), device('COM2', one(), gives(0))], []],
  ])('are compared: %s', (_, terms, expected) => {
    expect(codes(terms)).toEqual(expected);
    expect(codes(terms, { evaluate: false })).toEqual([]);
    for (const { message } of found(terms)) expect(message).toContain(HOW);
  });
});

describe('packages that only running tells', () => {
  const entry = (address: number, pin: number, source: number, gsi: number) => asl.Package([address, pin, source, gsi]);

  it.each<[string, Term[], string, RegExp]>([
    [
      'an address of one function',
      [entry(0x1_0000, 0, 0, 16)],
      'AML_PRT_ENTRY',
      /Entry 0 has the address 0x00010000, /,
    ],
    [
      'a pin twice',
      [entry(0x1_ffff, 0, 0, 16), entry(0x1_ffff, 0, 0, 17)],
      'AML_PRT_TWICE',
      /Entry 1 is for device 1, /,
    ],
  ])('are checked in a _PRT: %s', (_, entries, code, message) => {
    const rows = entries as Parameters<typeof asl.Package>[0];
    const terms = [
      bridge(
        [low()],
        [asl.Method('_PRT', { args: 0 }, [asl.Store(asl.Package(rows), asl.Local(0)), asl.Return(asl.Local(0))])],
      ),
    ];
    const [finding] = found(terms);
    expect(finding).toMatchObject({ code, place: { path: '\\_SB.PCI0._PRT' } });
    expect(finding?.message).toMatch(message);
    expect(finding?.message).toContain(HOW);
    expect(codes(terms, { evaluate: false })).toEqual([]);
  });

  it('are checked in a sleep state', () => {
    const terms = [
      asl.Method('\\_S5', { args: 0 }, [asl.Store(asl.Package([5]), asl.Local(0)), asl.Return(asl.Local(0))]),
    ];
    expect(found(terms).map(({ message }) => message)).toEqual([expect.stringContaining(`_S5_ (${HOW})`)]);
    expect(codes(terms, { evaluate: false })).toEqual([]);
  });

  it.each<[string, readonly Term[]]>([
    ['_INI', [asl.Method('\\_INI', { args: 0 }, [asl.Store(1, asl.path('\\FLAG'))])]],
    [
      '_REG',
      [
        asl.Method('\\_REG', { args: 2 }, [asl.Store(1, asl.path('\\FLAG'))]),
        asl.OperationRegion('\\RGN0', 'SystemMemory', 0, 4),
      ],
    ],
    [
      '_STA',
      [asl.Device('\\_SB.DEV0', [asl.Method('_STA', { args: 0 }, [asl.Store(1, asl.path('\\FLAG')), asl.Return(0)])])],
    ],
  ])('are left unknown where %s changes them', (_, initializing) => {
    const terms = [
      asl.Name('\\FLAG', 0),
      asl.Method('\\_S5', { args: 0 }, [
        asl.Store(5, asl.Local(0)),
        asl.If(asl.path('\\FLAG'), [asl.Return(asl.Package([5]))]),
        asl.Return(asl.Local(0)),
      ]),
    ];
    expect(found(terms).map(({ message }) => message)).toContain(
      `_S5_ gives an Integer (${HOW}), but has to give a Package.`,
    );
    expect(found([...terms, ...initializing]).filter(({ message }) => message.includes(HOW))).toEqual([]);
  });

  it('are checked for their type', () => {
    const terms = [asl.Method('\\_S5', { args: 0 }, [asl.Store(5, asl.Local(0)), asl.Return(asl.Local(0))])];
    expect(found(terms).map(({ message }) => message)).toEqual([
      `_S5_ gives an Integer (${HOW}), but has to give a Package.`,
    ]);
  });
});

it('a region whose address a method gives: what it gives is said', () => {
  const faulty = REGION_FAULTS.find(({ name }) => name === 'an address that a method gives')?.make() as FaultyMachine;
  const [finding] = faulty.check();
  expect(finding?.code).toBe('VCFG_REGION_UNKNOWN');
  expect(finding?.message).toContain(`only when the table runs: 0x230000000, ${HOW}; `);
});
