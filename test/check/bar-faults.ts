import { asl, resource, resourceTemplate } from '../../src/aml/index.js';
import type { CheckSetOptions } from '../../src/check/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { encodeMcfg } from '../../src/tables/index.js';
import type { Fault } from './fault-rows.js';
import { BASE, FaultyMachine, platformInput } from './faulty-machine.js';

type Resources = Parameters<typeof resourceTemplate>[0];
type Bars = readonly object[];

const RANGE = { minType: 'MinFixed', maxType: 'MaxFixed' } as const;
const PRODUCED = { ...RANGE, usage: 'ResourceProducer' } as const;
const last = (base: bigint, length: bigint) => base + length - 1n;

const buses = (min: number, max: number) => resource.wordBusNumber({ ...PRODUCED, min, max });
export const ports = (min: number, length: number) => resource.wordIo({ ...PRODUCED, min, max: min + length - 1 });
export const memory = (min: bigint, length: bigint, more: object = {}) =>
  resource.qwordMemory({ ...PRODUCED, min, max: last(min, length), ...more });
export const PREFETCHABLE = { caching: 'Prefetchable' };
const CONSUMED = { usage: 'ResourceConsumer' };

const platformOf = (sens: Bars, motr: Bars = []) =>
  platformFromObject({
    ...platformInput,
    functions: platformInput.functions.map((each) =>
      each.name === 'SENS' ? { ...each, bars: sens } : each.name === 'MOTR' ? { ...each, bars: motr } : each,
    ),
  });

/** The generated machine checked with BARs of SENS (00:04.2) and of MOTR (01:05.0, below the bridge RP00). */
export const withBars = (sens: Bars, motr: Bars = [], options: CheckSetOptions = {}): FaultyMachine =>
  new FaultyMachine().give({ platform: platformOf(sens, motr), ...options }, false);

/** The same with another _CRS. */
export const handing = (resources: Resources, sens: Bars, motr: Bars = []): FaultyMachine =>
  withBars(sens, motr).replace('\\_SB.PC00._CRS', () => [
    asl.Name('_CRS', resourceTemplate([buses(0, 7), ...resources])),
  ]);

const MIB = 1n << 20n;
/** A place in the platform's own 32-bit window. */
export const LOW = 0xd000_0000n;
const placed = (base: bigint, more: object = {}) => [{ index: 0, size: '64 KiB', base: Number(base), ...more }];

const mcfg = (base: bigint, machine: FaultyMachine) => {
  const bytes = encodeMcfg(
    { revision: 1, oemId: 'VCFG', oemTableId: 'VCFGMCFG', oemRevision: 1, creatorId: 'VCFG', creatorRevision: 1 },
    [{ base, segment: 0, firstBus: 0, lastBus: 7 }],
  );
  machine.set('mcfg.aml', bytes);
  return machine;
};

/** Faults of BARs that do not fit the host bridge of the tables. */
export const BAR_FAULTS: readonly Fault[] = [
  {
    name: 'a BAR below what the bridge hands out',
    make: () => handing([memory(LOW + MIB, MIB)], placed(LOW)),
    code: 'VCFG_BAR_OUTSIDE_CRS',
    says: /dsdt\.aml\+0x[0-9a-f]+ \(\\_SB\.PC00\._CRS\): warning: BAR 0 of SENS, at 0xd0000000\.\.0xd000ffff, is in no memory range that \\_SB\.PC00 hands out\. Move/,
  },
  {
    name: 'a BAR that ends past what the bridge hands out',
    make: () => handing([memory(LOW, 0x8000n), memory(LOW + MIB, MIB)], placed(LOW)),
    code: 'VCFG_BAR_OUTSIDE_CRS',
  },
  {
    name: 'a BAR of ports outside',
    make: () => handing([ports(0x2000, 0x1000)], [{ index: 0, size: 32, kind: 'io', base: 0x1000 }]),
    code: 'VCFG_BAR_OUTSIDE_CRS',
    says: /is in no port range that/,
  },
  {
    name: 'a BAR in what only prefetchable BARs get',
    make: () => handing([memory(LOW, MIB, PREFETCHABLE), memory(LOW + MIB, MIB)], placed(LOW)),
    code: 'VCFG_BAR_OUTSIDE_CRS',
    says: /in 0xd0000000\.\.0xd00fffff, which \\_SB\.PC00 hands out to prefetchable BARs, and it is not one/,
  },
  {
    name: 'a BAR in what the bridge uses itself',
    make: () => handing([memory(LOW, MIB, CONSUMED), memory(LOW + MIB, MIB)], placed(LOW)),
    code: 'VCFG_BAR_OUTSIDE_CRS',
    says: /which \\_SB\.PC00 uses itself \(ResourceConsumer\) and does not hand out/,
  },
  {
    name: 'a BAR over the ECAM window of MCFG',
    make: () => mcfg(LOW, withBars(placed(LOW + MIB))),
    code: 'VCFG_BAR_OVERLAPS',
    also: ['VCFG_ECAM_BASE', 'AML_ECAM_NOT_RESERVED', 'AML_ECAM_IN_BRIDGE'],
    says: /mcfg\.aml\S*: BAR 0 of SENS, at 0xd0100000\.\.0xd010ffff, overlaps the ECAM window at 0xd0000000\.\.0xd07fffff\./,
  },
  {
    name: "a BAR over the tables' window",
    make: () =>
      withBars(placed(BASE + 0x4000_0000n, { kind: 'mem64' })).replace('\\VCFG', () => [
        asl.Name('VCFG', BASE + 0x4000_0000n),
      ]),
    code: 'VCFG_BAR_OVERLAPS',
    also: ['VCFG_BASE'],
    says: /dsdt\.aml\S* \(\\VCFG\): BAR 0 of SENS, at 0x270000000\.\.0x27000ffff, overlaps the window at 0x/,
  },
  {
    name: 'a BAR that is larger than the range',
    make: () => handing([memory(LOW, MIB)], [{ index: 0, size: '2 MiB' }]),
    code: 'VCFG_BAR_NO_ROOM',
    says: /\(\\_SB\.PC00\._CRS\): \\_SB\.PC00 has no room for BAR 0 of SENS, 0x200000 bytes of memory below 4 GiB\. It hands out memory 0xd0000000\.\.0xd00fffff\. Enlarge/,
  },
  {
    name: 'two BARs that together are larger than the range',
    make: () =>
      handing(
        [memory(LOW, MIB + 0x8000n)],
        [
          { index: 0, size: '1 MiB' },
          { index: 1, size: '64 KiB' },
        ],
      ),
    code: 'VCFG_BAR_NO_ROOM',
    says: /no room for BAR 1 of SENS, 0x10000 bytes/,
  },
  {
    name: 'a range that is large enough but begins between multiples of the size',
    make: () => handing([memory(LOW + 0x8_0000n, MIB)], [{ index: 0, size: '1 MiB' }]),
    code: 'VCFG_BAR_NO_ROOM',
  },
  {
    name: 'a 32-bit BAR where all memory is above 4 GiB',
    make: () => handing([memory(1n << 40n, 1n << 30n)], [{ index: 0, size: 4096 }]),
    code: 'VCFG_BAR_NO_ROOM',
    says: /0x1000 bytes of memory below 4 GiB\. It hands out memory 0x10000000000\.\.0x1003fffffff\./,
  },
  {
    name: 'a plain BAR where all memory is prefetchable',
    make: () => handing([memory(LOW, MIB, PREFETCHABLE)], [{ index: 0, size: 4096 }]),
    code: 'VCFG_BAR_NO_ROOM',
    says: /It hands out memory 0xd0000000\.\.0xd00fffff \(prefetchable\)\./,
  },
  {
    name: 'BARs where the bridge hands nothing out',
    make: () =>
      handing(
        [ports(0x1000, 16)],
        [
          { index: 0, size: 4096 },
          { index: 1, size: 4096 },
        ],
      ),
    code: 'VCFG_BAR_NO_ROOM',
    says: /BAR 0 of SENS, 0x1000 bytes of memory below 4 GiB, nor for 1 more\. It hands out no memory\./,
  },
  {
    name: 'more ports than there are',
    make: () => handing([ports(0x1000, 16)], [{ index: 0, size: 32, kind: 'io' }]),
    code: 'VCFG_BAR_NO_ROOM',
    says: /BAR 0 of SENS, 0x20 ports\. It hands out ports 0x1000\.\.0x100f\./,
  },
  {
    name: 'a BAR below a bridge, whose window is a whole MiB',
    make: () => handing([memory(LOW, MIB)], [{ index: 0, size: 4096 }], [{ index: 0, size: 4096 }]),
    code: 'VCFG_BAR_NO_ROOM',
    says: /no room for BAR 0 of SENS/,
  },
  {
    name: 'a 64-bit BAR below a bridge that is not prefetchable, and no memory below 4 GiB',
    make: () => handing([memory(1n << 40n, 1n << 30n)], [], [{ index: 0, size: 4096, kind: 'mem64' }]),
    code: 'VCFG_BAR_NO_ROOM',
    says: /no room for the memory window of the bridge RP00, 0x100000 bytes of memory below 4 GiB/,
  },
  {
    name: 'a range across 4 GiB of which too little is below',
    make: () => handing([memory((1n << 32n) - MIB, 4n * MIB)], [{ index: 0, size: '2 MiB' }]),
    code: 'VCFG_BAR_NO_ROOM',
    also: ['AML_BRIDGE_IN_RAM'],
  },
  {
    name: 'a BAR with a base in the middle of what another needs',
    make: () => handing([memory(LOW, MIB)], [...placed(LOW + 0x8_0000n), { index: 1, size: '1 MiB' }]),
    code: 'VCFG_BAR_NO_ROOM',
    says: /no room for BAR 1 of SENS/,
  },
];
