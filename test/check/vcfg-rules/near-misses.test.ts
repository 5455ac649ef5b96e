import { describe, expect, it } from 'vitest';
import { asl, eisaId, type Op, resource, resourceTemplate, type Term } from '../../../src/aml/index.js';
import { formatDiagnostic } from '../../../src/base/index.js';
import { encodeMcfg } from '../../../src/tables/index.js';
import type { DiagnosticCode } from '../../../src/vocab/index.js';
import { BASE, FaultyMachine, MOTR, platform, refield, regionAt, SENS } from '../faulty-machine.js';

const machine = () => new FaultyMachine();
const SENS_TRAPPED = (4 << 16) | (2 << 13);
const map = (kind: 'ram' | 'reserved' | 'device', base: bigint, lengthBytes: bigint) => ({
  kind,
  label: kind,
  base,
  lengthBytes,
  place: { file: 'map', line: 1 },
});
const field = (name: string, lowBit: number, bits: number): Term =>
  refield(asl.Field('VREG', { access: 'DWordAcc' }, []), () => [{ name, lowBit, bits }]);

const crs = (term: Term) => machine().replace('\\_SB.PC00._CRS', () => [term]);
const busNumbers = (min: number, max: number) =>
  resourceTemplate([resource.wordBusNumber({ usage: 'ResourceProducer', min, max })]);
const bridge = (segment: number, resources: Op<'Buffer'>, more: readonly Term[] = []): Term =>
  asl.Device('\\_SB.PC80', [
    asl.Name('_HID', eisaId('PNP0A08')),
    asl.Name('_SEG', segment),
    asl.Name('_CRS', resources),
    ...more,
  ]);

/** What looks like a mistake and is none; or is one of which only this may be said. */
const ROWS: readonly (readonly [string, () => FaultyMachine, (readonly DiagnosticCode[])?])[] = [
  [
    'a region that begins within its page, its fields where they belong',
    () =>
      machine()
        .replace<Op<'OperationRegion'>>(`${MOTR}.VREG`, () => [regionAt('VREG', (1 << 21) | (5 << 16) | 0xffc, 4)])
        .replace<Op<'Field'>>(`${MOTR}.HALT`, (term) => [
          refield(term, (units) => units.filter(({ name }) => name === 'HALT').map((unit) => ({ ...unit, lowBit: 0 }))),
        ])
        .addAfter(`${MOTR}.HALT`, [
          regionAt('VRE0', (1 << 21) | (5 << 16)),
          asl.Field('VRE0', { access: 'DWordAcc' }, [{ kind: 'NamedField', name: 'SPED', bits: 32, lengthWidth: 0 }]),
        ]),
  ],
  [
    'a region at a constant address that is right',
    () =>
      machine().replace<Op<'OperationRegion'>>(`${SENS}.VREG`, () => [
        asl.OperationRegion('VREG', 'SystemMemory', BASE + BigInt(SENS_TRAPPED), 4096),
      ]),
  ],
  [
    'an offset by another Name',
    () =>
      machine()
        .replace<Op<'OperationRegion'>>(`${SENS}.VREG`, () => [
          asl.Name('OFFS', SENS_TRAPPED),
          asl.OperationRegion('VREG', 'SystemMemory', asl.Add(asl.path('OFFS'), asl.path('\\VCFG')), 4096),
        ])
        .give({ platform }),
  ],
  [
    'an offset by OR, which of an aligned base is a sum too',
    () =>
      machine().replace<Op<'OperationRegion'>>(`${SENS}.VREG`, () => [
        asl.OperationRegion('VREG', 'SystemMemory', asl.Or(asl.path('VCFG'), SENS_TRAPPED), 4096),
      ]),
  ],
  [
    'the whole window as one region outside of any device',
    () => machine().append('dsdt.aml', [regionAt('WIND', 0, platform.vcfg.lengthBytes)]),
  ],
  [
    'a region that a method makes of what it is called with',
    () =>
      machine().append('dsdt.aml', [
        asl.Method('\\PEEK', { args: 1, serialized: true }, [
          asl.OperationRegion('ONER', 'SystemMemory', asl.Add(asl.path('\\VCFG'), asl.Arg(0)), 4),
          asl.Field('ONER', { access: 'DWordAcc' }, [{ kind: 'NamedField', name: 'ONEF', bits: 32, lengthWidth: 0 }]),
          asl.Return(asl.path('ONEF')),
        ]),
      ]),
  ],
  [
    'two registers as one field, which is slow and no more',
    () =>
      machine()
        .addAfter(`${SENS}.CTRL`, [field('BOTH', 20 * 32, 64)])
        .give({}),
    ['VCFG_FIELD_CROSSES'],
  ],
  [
    'a second name for the same bits',
    () =>
      machine()
        .addAfter(`${SENS}.CTRL`, [field('CTR2', 0, 32)])
        .give({}),
  ],
  [
    'a field within a register',
    () =>
      machine()
        .addAfter(`${SENS}.CTRL`, [field('LOWB', 20 * 32 + 3, 2), field('WHOL', 20 * 32, 32)])
        .give({}),
  ],
  [
    'a short region that no field is behind',
    () =>
      machine()
        .replace<Op<'OperationRegion'>>(`${SENS}.VREG`, () => [regionAt('VREG', SENS_TRAPPED, 256)])
        .give({ platform }),
    ['VCFG_REGION_LENGTH'],
  ],
  ['the platform’s base given again', () => machine().give({ platform, base: BASE, buses: 8 })],
  [
    'RAM that ends where the window begins',
    () => machine().give({ platform, memoryMap: [map('ram', 0x1_0000_0000n, BASE - 0x1_0000_0000n)] }),
  ],
  [
    'a driver that has taken a page of the window',
    () => machine().give({ platform, memoryMap: [map('device', BASE + 0x4_0000n, 0x1000n)] }),
  ],
  [
    'a window that the memory map alone reserves, as crosvm does',
    () =>
      machine()
        .replace<Op<'Name'>>('\\_SB.MB00._CRS', () => [
          asl.Name(
            '_CRS',
            resourceTemplate([
              resource.memory32Fixed({
                access: 'ReadWrite',
                base: Number(platform.ecam.base),
                length: Number(platform.ecam.lengthBytes),
              }),
            ]),
          ),
        ])
        .give({ platform, memoryMap: [map('reserved', BASE, BigInt(platform.vcfg.lengthBytes))] }),
  ],
  ['a bridge whose _CRS is made when the tables run', () => crs(asl.Method('_CRS', {}, [asl.Return(asl.Local(0))]))],
  [
    'a second bridge for the rest of the buses',
    () => crs(asl.Name('_CRS', busNumbers(0, 3))).append('dsdt.aml', [bridge(0, busNumbers(4, 7))]),
  ],
  [
    'a second bridge whose buses only running the tables tells',
    () =>
      crs(asl.Name('_CRS', busNumbers(0, 3))).append('dsdt.aml', [
        asl.Device('\\_SB.PC80', [
          asl.Name('_HID', eisaId('PNP0A08')),
          asl.Method('_CRS', {}, [asl.Return(asl.Local(0))]),
        ]),
      ]),
  ],
  ['a bridge of another segment', () => machine().append('dsdt.aml', [bridge(1, busNumbers(0, 255))])],
  [
    'a function of another segment',
    () =>
      machine()
        .append('dsdt.aml', [
          bridge(1, busNumbers(0xc0, 0xff), [
            asl.Name('_BBN', 0xc0),
            asl.Device('PE10', [asl.Name('_ADR', 0x0002_0000)]),
          ]),
        ])
        .give({}),
  ],
  [
    'a function on a bus of the second of two runs in MCFG',
    () => {
      const faulty = machine().append('dsdt.aml', [
        bridge(0, busNumbers(8, 15), [asl.Name('_BBN', 8), asl.Device('PE10', [asl.Name('_ADR', 0x0002_0000)])]),
      ]);
      const { base } = platform.ecam;
      const whole = encodeMcfg(
        { revision: 1, oemId: 'VCFG', oemTableId: 'VCFGMCFG', oemRevision: 1, creatorId: 'VCFG', creatorRevision: 1 },
        [
          { base, segment: 0, firstBus: 0, lastBus: 7 },
          { base, segment: 0, firstBus: 8, lastBus: 15 },
        ],
      );
      faulty.set('mcfg.aml', whole);
      return faulty.give({}, false);
    },
    ['VCFG_NOT_RESERVED'],
  ],
  [
    'more buses in MCFG than in a window that is given without a platform, where the bridge has as many as that',
    () => crs(asl.Name('_CRS', busNumbers(0, 3))).give({ base: BASE, buses: 4 }, false),
  ],
  ['a revision-1 SSDT beside a DSDT of revision 6', () => machine().poke('ssdt.aml', 8, 1)],
  ['no DSDT among the tables', () => withoutDsdt(), ['VCFG_MISSING']],
  [
    'a header of offsets alone',
    () =>
      machine()
        .changeHeader(/#define VCFG_(SENS|MOTR)_\w+_(INDEX|BYTES|START) .*\n/g, '')
        .give({}),
  ],
  ['no header', () => machine().give({ platform }, false)],
  [
    'constants of the header as expressions',
    () =>
      machine()
        .changeHeader('VCFG_DEVICE_BYTES 65536u', 'VCFG_DEVICE_BYTES (1u << 16)')
        .changeHeader('VCFG_FUNCTION_BYTES 8192u', 'VCFG_FUNCTION_BYTES (VCFG_PAGES * VCFG_PAGE_BYTES)')
        .changeHeader('VCFG_BUS_BYTES 2097152u', 'VCFG_BUS_BYTES ((uint32_t)VCFG_DEVICES * VCFG_DEVICE_BYTES)'),
  ],
];

function withoutDsdt(): FaultyMachine {
  const faulty = machine().give({}, false);
  faulty.remove('dsdt.aml');
  return faulty;
}

describe('what is no mistake', () => {
  it.each(ROWS.map(([name, make, codes = []]) => ({ name, make, codes })))('$name', ({ make, codes }) => {
    const found = make()
      .check()
      .filter(({ code }) => code.startsWith('VCFG_'));
    expect(
      found.map(({ code }) => code),
      found.map(formatDiagnostic).join('\n'),
    ).toEqual(codes);
    if (codes.length > 0) expect(found.every(({ severity }) => severity === 'warning')).toBe(true);
  });
});
