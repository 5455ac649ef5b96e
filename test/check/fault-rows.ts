import { asl, eisaId, type Op, resource, resourceTemplate, type Term } from '../../src/aml/index.js';
import { encodeMcfg } from '../../src/tables/index.js';
import type { DiagnosticCode } from '../../src/vocab/index.js';
import { BASE, FaultyMachine, MOTR, platform, refield, regionAt, SENS } from './faulty-machine.js';

/** A single mistake made to a generated machine, and the rule that is there for it. */
export interface Fault {
  readonly name: string;
  readonly make: () => FaultyMachine;
  readonly code: DiagnosticCode;
  /** What else is true of the machine with this mistake, and why that cannot be told apart. */
  readonly also?: readonly DiagnosticCode[];
  /** What a message has to say. */
  readonly says?: RegExp;
  /** The constant of the header that it is compared with. */
  readonly other?: string;
}

const machine = (split?: 'one' | 'crosvm') => new FaultyMachine(split);
const vcfg = (put: (term: Op<'Name'>) => readonly Term[]) => machine().replace<Op<'Name'>>('\\VCFG', put);
const based = (value: bigint | number | Term) => vcfg(() => [asl.Name('VCFG', value as bigint)]);
const region = (path: string, offset: number | bigint, length = 4096) =>
  machine().replace<Op<'OperationRegion'>>(path, (term) => [regionAt(term.operands[0], offset, length)]);
const regionOf = (path: string, address: Term | bigint) =>
  machine().replace<Op<'OperationRegion'>>(path, (term) => [
    asl.OperationRegion(term.operands[0], 'SystemMemory', address as bigint, 4096),
  ]);
const looseRegion = (address: Parameters<typeof asl.OperationRegion>[2]) =>
  asl.OperationRegion('BACK', 'SystemMemory', address, 4096);
/** The Field that declares a unit, with its units changed. */
const field = (path: string, change: Parameters<typeof refield>[1], flags?: number) =>
  machine().replace<Op<'Field'>>(path, (term) => [refield(term, change, flags)]);
const moved = (name: string, lowBit: number, bits?: number) =>
  ((units) =>
    units.map((unit) => (unit.name === name ? { ...unit, lowBit, bits: bits ?? unit.bits } : unit))) as Parameters<
    typeof refield
  >[1];
const same = ((units) => units) as Parameters<typeof refield>[1];
const extra = (name: string, lowBit: number, bits: number) =>
  machine().addAfter(`${SENS}.CTRL`, [
    refield(asl.Field('VREG', { access: 'DWordAcc' }, []), () => [{ name, lowBit, bits }]),
  ]);
const header = (from: string | RegExp, to: string) => machine().changeHeader(from, to);
const board = (...ranges: readonly (readonly [bigint, bigint])[]) =>
  machine().replace<Op<'Name'>>('\\_SB.MB00._CRS', () => [
    asl.Name(
      '_CRS',
      resourceTemplate([
        resource.memory32Fixed({
          access: 'ReadWrite',
          base: Number(platform.ecam.base),
          length: Number(platform.ecam.lengthBytes),
        }),
        ...ranges.map(([base, length]) => memory(base, length, 'ResourceConsumer')),
      ]),
    ),
  ]);
const memory = (base: bigint, length: bigint, usage: 'ResourceConsumer' | 'ResourceProducer') =>
  resource.qwordMemory({ usage, minType: 'MinFixed', maxType: 'MaxFixed', min: base, max: base + length - 1n });
const mcfg = (base: bigint, lastBus: number, firstBus = 0) => {
  const faulty = machine();
  const bytes = encodeMcfg(
    { revision: 1, oemId: 'VCFG', oemTableId: 'VCFGMCFG', oemRevision: 1, creatorId: 'VCFG', creatorRevision: 1 },
    [{ base, segment: 0, firstBus, lastBus }],
  );
  faulty.set('mcfg.aml', bytes);
  return faulty;
};
const busNumbers = (min: number, max: number) =>
  resource.wordBusNumber({ usage: 'ResourceProducer', min, max, length: Math.max(max - min + 1, 0) });
const bridgeOf = (...buses: readonly (readonly [min: number, max: number])[]) =>
  machine().replace('\\_SB.PC00._CRS', () => [
    asl.Name('_CRS', resourceTemplate(buses.map(([min, max]) => busNumbers(min, max)))),
  ]);
const secondBridge = (...buses: readonly (readonly [min: number, max: number])[]) =>
  asl.Device('\\_SB.PC80', [
    asl.Name('_HID', eisaId('PNP0A08')),
    asl.Name('_CRS', resourceTemplate(buses.map(([min, max]) => busNumbers(min, max)))),
  ]);
const mapped = (kind: 'ram' | 'device', label: string, base: bigint, lengthBytes: bigint) =>
  machine().give({ platform, memoryMap: [{ kind, label, base, lengthBytes, place: { file: 'map', line: 3 } }] });

/** Offsets of the pages, typed from the layout. */
const SENS_TRAPPED = (4 << 16) | (2 << 13);
const SENS_SHARED = SENS_TRAPPED | (1 << 12);
const MOTR_TRAPPED = (1 << 21) | (5 << 16);
const MIB2 = 0x20_0000n;

/** Faults of VCFG itself and of its window. */
export const VCFG_FAULTS: readonly Fault[] = [
  { name: 'no VCFG', make: () => vcfg(() => []), code: 'VCFG_MISSING', says: /2 places use it|places use it/ },
  { name: 'a text', make: () => based(asl.String('0x230000000')), code: 'VCFG_NOT_INTEGER' },
  {
    name: 'a method that returns it',
    make: () => vcfg(() => [asl.Method('VCFG', {}, [asl.Return(asl.integer(BASE))])]),
    code: 'VCFG_NOT_INTEGER',
    says: /declared by Method/,
  },
  {
    name: 'VCFG below \\_SB',
    make: () => vcfg(() => [asl.Scope('\\_SB', [asl.Name('VCFG', BASE)])]),
    code: 'VCFG_NOT_AT_ROOT',
  },
  {
    name: 'another VCFG that regions see first',
    make: () => machine().addAfter(`${SENS}._ADR`, [asl.Name('VCFG', BASE)]),
    code: 'VCFG_NOT_AT_ROOT',
    says: /the name means this one/,
  },
  {
    name: 'VCFG twice in the DSDT',
    make: () => machine().append('dsdt.aml', [asl.Name('\\VCFG', BASE + MIB2)]),
    code: 'VCFG_DUPLICATE',
  },
  {
    name: 'VCFG in an SSDT too',
    make: () => machine().append('ssdt.aml', [asl.Name('\\VCFG', BASE)]),
    code: 'VCFG_DUPLICATE',
    says: /the first is in dsdt.aml at 0x24/,
  },
  {
    name: 'VCFG in an SSDT alone',
    make: () => vcfg(() => []).edit('ssdt.aml', (terms) => [asl.Name('\\VCFG', BASE), ...terms]),
    code: 'VCFG_IN_SSDT',
  },
  {
    name: 'VCFG in an If',
    make: () => vcfg((term) => [asl.If(asl.Call('\\_OSI', asl.String('Linux')), [term])]),
    code: 'VCFG_CONDITIONAL',
  },
  {
    name: 'VCFG after what uses it',
    make: () => machine('one').edit('dsdt.aml', (terms) => [...terms.slice(1), terms[0] as Term]),
    code: 'VCFG_USED_EARLY',
    says: /AE_NOT_FOUND/,
  },
  { name: 'a placeholder of 0', make: () => based(0), code: 'VCFG_ZERO' },
  {
    name: 'VCFG in the tables of a guest without a window',
    make: () => machine().give({ platform: { ...platform, vcfg: { ...platform.vcfg, absent: true } } }),
    code: 'VCFG_LEFTOVER',
    says: /VCFG is 0x\w+, but the platform has no window/,
  },
  {
    name: 'a base 4 KiB too high',
    make: () => based(BASE + 4096n),
    code: 'VCFG_UNALIGNED',
    also: ['VCFG_BASE'],
    says: /nearest|no multiple/,
  },
  {
    name: 'a base cut to 32 bits',
    make: () => based(BASE & 0xffff_ffffn),
    code: 'VCFG_BASE',
    says: /keeps 32 bits of it: the upper half, 0x2, is lost/,
  },
  {
    name: 'a base with its bytes reversed',
    make: () => based(0x0000_0030_0200_0000n),
    code: 'VCFG_BASE',
    says: /endianness/,
  },
  { name: 'a base 2 MiB too high', make: () => based(BASE + MIB2), code: 'VCFG_BASE', says: /bit 21 differs/ },
  {
    name: 'a DSDT of revision 1',
    make: () => machine().poke('dsdt.aml', 8, 1),
    code: 'VCFG_TRUNCATED',
    also: ['TABLE_REVISION'],
    says: /the OS sees 0x30000000/,
  },
  {
    name: 'a window that ends over 32 bits in a DSDT of revision 1',
    make: () => based(0xffe0_0000n).poke('dsdt.aml', 8, 1).give({ base: 0xffe0_0000n, buses: 8 }, false),
    code: 'VCFG_TRUNCATED',
    also: ['TABLE_REVISION', 'VCFG_NOT_RESERVED'],
    says: /ends at 0x100dfffff/,
  },
  {
    name: 'RAM where the window is',
    make: () => mapped('ram', 'System RAM', 0x1_0000_0000n, BASE - 0x1_0000_0000n + 4096n),
    code: 'VCFG_OVERLAPS_RAM',
    says: /"System RAM" of the memory map at 0x100000000/,
  },
  {
    name: 'ECAM where the window is',
    make: () => mcfg(BASE + MIB2, 7),
    code: 'VCFG_OVERLAPS_ECAM',
    also: ['VCFG_ECAM_BASE', 'TABLE_MCFG_ALIGNMENT'],
  },
  {
    name: 'a bridge that hands the window out',
    make: () =>
      machine().replace('\\_SB.PC00._CRS', () => [
        asl.Name('_CRS', resourceTemplate([busNumbers(0, 7), memory(BASE, 0x1000_0000n, 'ResourceProducer')])),
      ]),
    code: 'VCFG_OVERLAPS_CRS',
  },
  {
    name: 'a device in the window',
    make: () =>
      machine().append('dsdt.aml', [
        asl.Device('\\_SB.HPET', [
          asl.Name('_HID', eisaId('PNP0103')),
          asl.Name('_CRS', resourceTemplate([memory(BASE + 0x1000n, 0x400n, 'ResourceConsumer')])),
        ]),
      ]),
    code: 'VCFG_OVERLAPS_OTHER',
  },
  {
    name: 'a device of the memory map in the window',
    make: () => mapped('device', 'PCI Bus 0000:00', BASE, 0x1000_0000n),
    code: 'VCFG_OVERLAPS_OTHER',
  },
  {
    name: 'a base that no address line reaches',
    make: () => based(1n << 52n).give({}, false),
    code: 'VCFG_PAST_ADDRESS_BITS',
    also: ['VCFG_NOT_RESERVED'],
  },
  {
    name: 'nothing that reserves the window',
    make: () => board(),
    code: 'VCFG_NOT_RESERVED',
    says: /is not reserved/,
  },
  {
    name: 'half of the window reserved',
    make: () => board([BASE, MIB2]),
    code: 'VCFG_NOT_RESERVED',
    says: /reserved only up to 0x2301fffff/,
  },
  {
    name: 'a window of too few buses',
    make: () => machine().give({ buses: 1 }, false),
    code: 'VCFG_BUS_OUTSIDE',
    also: ['VCFG_BUSES_TOO_MANY'],
    says: /on bus 1 \(01:05.0\), but the window of 1 bus ends at 0x2301fffff/,
  },
  {
    name: 'a region below a bridge of an unknown bus, on a bus that no window has',
    make: () =>
      machine()
        .append('dsdt.aml', [
          asl.Device('\\_SB.PC00.BRDG', [
            asl.Name('_ADR', 0x001d_0000),
            asl.Device('PE10', [asl.Name('_ADR', 0x0002_0000), regionAt('VREG', (512n << 21n) | (2n << 16n))]),
          ]),
        ])
        .give({}),
    code: 'VCFG_BUS_OUTSIDE',
    says: /on bus 512, .* A window has at most 256 buses, so the offset is wrong\./,
  },
  {
    name: 'a function without regions on a bus too many',
    make: () =>
      machine().addAfter(`${MOTR}._ADR`, [
        asl.Device('\\_SB.PC00.PC09', [
          asl.Name('_ADR', 0x001d_0000),
          asl.Device('PE10', [asl.Name('_ADR', 0x0002_0000)]),
        ]),
      ]),
    code: 'VCFG_BUS_OUTSIDE',
    says: /PC09\.PE10\): It is 09:02\.0, on bus 9, but the window of 8 buses ends with bus 7/,
  },
  {
    name: 'a bridge of more buses',
    make: () => bridgeOf([0, 0x3f]),
    code: 'VCFG_BUSES_TOO_MANY',
    says: /\\_SB.PC00 hands out buses 0x00..0x3f, but the window of 8 buses ends with bus 0x07\./,
  },
  {
    name: 'a bridge that does not say which buses it has',
    make: () => bridgeOf(),
    code: 'VCFG_BUSES_TOO_MANY',
    says: /does not list its buses, so Linux assumes buses 0x00..0xff, but the window/,
  },
  {
    name: 'an MCFG of more buses',
    make: () => mcfg(platform.ecam.base, 8),
    code: 'VCFG_BUSES_TOO_MANY',
    also: ['AML_ECAM_NOT_RESERVED', 'TABLE_MCFG_ALIGNMENT'],
    says: /mcfg\.aml\+0x0037: warning: MCFG has configuration space for buses 0x00..0x08, but the platform's ECAM window of 8 buses/,
  },
  {
    name: 'a number of buses, and a bridge of more',
    make: () => machine().give({ base: BASE, buses: 4 }, false),
    code: 'VCFG_BUSES_TOO_MANY',
    says: /buses 0x00..0x07, but the window of 4 buses ends with bus 0x03\. Generate the tables again, or give --buses 8 if/,
  },
  {
    name: 'a bridge of fewer buses',
    make: () => bridgeOf([0, 3]),
    code: 'VCFG_BUSES_TOO_FEW',
    says: /warning: \\_SB.PC00 hands out only buses 0x00..0x03, but the window of 8 buses also has buses 0x04..0x07\. [^T]/,
  },
  {
    name: 'a bridge without the bus of a function',
    make: () => bridgeOf([0, 0]),
    code: 'VCFG_BUSES_TOO_FEW',
    says: /PC00._CRS\): \\_SB.PC00 .*The platform has MOTR at 01:05.0, on one of the missing buses/,
  },
  {
    name: 'a bridge with a hole among its buses',
    make: () => bridgeOf([0, 0], [3, 7]),
    code: 'VCFG_BUSES_TOO_FEW',
    says: /hands out only buses 0x00, 0x03..0x07, .* also has buses 0x01..0x02\. The platform has MOTR at 01:05.0/,
  },
  {
    name: 'a hole between the buses of two bridges',
    make: () => bridgeOf([0, 1]).append('dsdt.aml', [secondBridge([4, 7])]),
    code: 'VCFG_BUSES_TOO_FEW',
    says: /The host bridges hand out only buses 0x00..0x01, 0x04..0x07, but the window of 8 buses also has buses 0x02..0x03\. Generate the tables again, or lower vcfg\.buses/,
  },
  {
    name: 'a second bridge of more buses',
    make: () => bridgeOf([0, 3]).append('dsdt.aml', [secondBridge([4, 0x3f])]),
    code: 'VCFG_BUSES_TOO_MANY',
    says: /\\_SB.PC80 hands out buses 0x04..0x3f, but the window of 8 buses ends with bus 0x07\..* raise vcfg\.buses in the platform file/,
  },
  {
    name: 'a number of buses, and a bridge with a hole',
    make: () => bridgeOf([0, 1], [0x3f, 0x3f]).give({ base: BASE, buses: 64 }, false),
    code: 'VCFG_BUSES_TOO_FEW',
    also: ['VCFG_NOT_RESERVED'],
    says: /only buses 0x00..0x01, 0x3f, .* also has buses 0x02..0x3e\. Generate the tables again, or give --buses 2 if/,
  },
  {
    name: 'a bridge whose buses end before they begin',
    make: () => bridgeOf([10, 5]),
    code: 'VCFG_BUSES_TOO_MANY',
    also: ['AML_RESOURCE_VALUE'],
    says: /\\_SB.PC00 does not list its buses, so Linux assumes buses 0x00..0xff/,
  },
  {
    name: 'an MCFG of fewer buses',
    make: () => mcfg(platform.ecam.base, 3),
    code: 'VCFG_BUSES_TOO_FEW',
    says: /mcfg\.aml\+0x0037: warning: .*only buses 0x00..0x03, .* or lower ecam\.buses/,
  },
  {
    name: 'an MCFG of another place',
    make: () => mcfg(0xe000_0000n, 7),
    code: 'VCFG_ECAM_BASE',
    also: ['AML_ECAM_NOT_RESERVED', 'AML_ECAM_IN_BRIDGE'],
    says: /mcfg\.aml\+0x002c: MCFG has configuration space at 0xe0000000, the platform at 0x[0-9a-f]+\./,
  },
  {
    name: 'an MCFG without bus 0',
    make: () => mcfg(platform.ecam.base, 7, 1),
    code: 'VCFG_BUSES_TOO_FEW',
    says: /only buses 0x01..0x07.*The platform has GPU0 at 00:03.0/,
  },
];

/** Faults of regions. */
export const REGION_FAULTS: readonly Fault[] = [
  {
    name: "ECAM's shift of the device",
    make: () => region(`${SENS}.VREG`, (4 << 15) | (2 << 13)),
    code: 'VCFG_REGION_OFFSET',
    says: /ECAM's shifts \(device << 15\)/,
  },
  {
    name: "ECAM's shift of the function",
    make: () => region(`${SENS}.VREG`, (4 << 16) | (2 << 12)),
    code: 'VCFG_REGION_OFFSET',
    says: /ECAM's shifts \(function << 12\)/,
  },
  {
    name: "ECAM's shift of the bus",
    make: () => region(`${MOTR}.VREG`, (1 << 20) | (5 << 16)),
    code: 'VCFG_REGION_OFFSET',
    says: /ECAM's shifts \(bus << 20\)/,
  },
  {
    name: "all of ECAM's shifts",
    make: () => region(`${MOTR}.VREG`, (1 << 20) | (5 << 15)),
    code: 'VCFG_REGION_OFFSET',
    says: /ECAM's shifts \(bus << 20, device << 15\)/,
  },
  {
    name: "CAM's shifts",
    make: () => region(`${SENS}.VREG`, (4 << 11) | (2 << 8)),
    code: 'VCFG_REGION_OFFSET',
    says: /CAM's shifts/,
  },
  {
    name: 'device and function exchanged',
    make: () => region(`${SENS}.VREG`, (2 << 16) | (4 << 13)),
    code: 'VCFG_REGION_OFFSET',
    says: /device and function the wrong way round/,
  },
  {
    name: 'bus and device exchanged',
    make: () => region(`${MOTR}.VREG`, (5 << 21) | (1 << 16)),
    code: 'VCFG_REGION_OFFSET',
    says: /bus and device the wrong way round/,
  },
  {
    name: 'the next device',
    make: () => region(`${SENS}.VREG`, SENS_TRAPPED + 0x1_0000),
    code: 'VCFG_REGION_OFFSET',
    says: /the trapped page of 00:05.2/,
  },
  {
    name: "another function of the platform's",
    make: () => region(`${SENS}.VREG`, 3 << 16),
    code: 'VCFG_REGION_OFFSET',
    says: /What AML has there is GPU0's trapped page at 00:03.0/,
    other: 'VCFG_SENS_CTRL_OFFSET',
  },
  {
    name: 'bus 0 for bus 1',
    make: () => region(`${MOTR}.VREG`, MOTR_TRAPPED & 0x1f_ffff),
    code: 'VCFG_REGION_OFFSET',
  },
  {
    name: 'the offset with its bytes reversed',
    make: () => region(`${SENS}.VREG`, 0x0040_0400),
    code: 'VCFG_REGION_OFFSET',
    says: /endianness/,
  },
  {
    name: 'the offset without VCFG',
    make: () => regionOf(`${SENS}.VREG`, BigInt(SENS_TRAPPED)),
    code: 'VCFG_REGION_OFFSET',
    says: /that address is not in the window/,
  },
  {
    name: 'VCFG twice',
    make: () => regionOf(`${SENS}.VREG`, asl.Add(asl.path('VCFG'), asl.Add(asl.path('VCFG'), SENS_TRAPPED))),
    code: 'VCFG_REGION_OFFSET',
  },
  {
    name: 'VCFG minus the offset',
    make: () => regionOf(`${SENS}.VREG`, asl.Subtract(asl.path('VCFG'), SENS_TRAPPED)),
    code: 'VCFG_REGION_OFFSET',
    says: /before the window/,
  },
  {
    name: 'VCFG minus a page, in no device',
    make: () => machine().append('dsdt.aml', [looseRegion(asl.Subtract(asl.path('VCFG'), 0x1000))]),
    code: 'VCFG_REGION_OFFSET',
    says: /AML says 0x22ffff000, 0x1000 bytes before the window, which begins at 0x230000000/,
  },
  {
    name: 'a region after the window, in no device',
    make: () => machine().append('dsdt.aml', [regionAt('BACK', 8 * 0x20_0000)]),
    code: 'VCFG_REGION_OFFSET',
    says: /AML says 0x231000000, after the window of 8 buses, which ends at 0x230ffffff/,
  },
  {
    name: 'a region far after any window, in no device',
    make: () => machine().append('dsdt.aml', [regionAt('BACK', 1n << 41n)]),
    code: 'VCFG_REGION_OFFSET',
    says: /AML says 0x20230000000, after the window of 8 buses/,
  },
  {
    name: 'a region after the window, in a device',
    make: () => region(`${SENS}.VREG`, 0x0900_0000),
    code: 'VCFG_REGION_OFFSET',
    says: /the driver 0x230044000 for .* What AML has there is after the window of 8 buses/,
  },
  {
    name: 'the window as one region that is longer',
    make: () => machine().append('dsdt.aml', [regionAt('WIND', 0, 0x200_0000)]),
    code: 'VCFG_REGION_LENGTH',
    says: /Its 33554432 bytes reach up to 0x231ffffff, but the window of 8 buses ends at 0x230ffffff/,
  },
  {
    name: 'a region that reaches past the last address',
    make: () =>
      machine().append('dsdt.aml', [
        asl.OperationRegion('WIND', 'SystemMemory', asl.Add(asl.path('VCFG'), 0xff_ff00), 0xffff_ffff_ffff_ffffn),
      ]),
    code: 'VCFG_REGION_LENGTH',
    says: /bytes reach past the last 64-bit address, but the window of 8 buses ends at 0x230ffffff/,
  },
  {
    name: 'a region a register late',
    make: () => region(`${SENS}.VREG`, SENS_TRAPPED + 4),
    code: 'VCFG_REGION_OFFSET',
    says: /register 1/,
  },
  {
    name: 'a region a byte late',
    make: () => region(`${SENS}.VREG`, SENS_TRAPPED + 1),
    code: 'VCFG_REGION_UNALIGNED',
    says: /reads return 0/,
  },
  {
    name: 'registers over the shared page',
    make: () => region(`${SENS}.VREG`, SENS_SHARED),
    code: 'VCFG_PAGE_SWAPPED',
    says: /bit 12 differs/,
  },
  {
    name: 'shared memory over the trapped page',
    make: () => region(`${SENS}.SHAM`, SENS_TRAPPED),
    code: 'VCFG_PAGE_SWAPPED',
    says: /Each access there leaves the guest/,
    other: 'VCFG_SENS_HEAD_OFFSET',
  },
  {
    name: 'a region of ports',
    make: () =>
      machine().replace<Op<'OperationRegion'>>(`${SENS}.VREG`, ({ operands: [name, , address, length] }) => [
        asl.OperationRegion(name, 'SystemIO', address, length),
      ]),
    code: 'VCFG_REGION_SPACE',
    says: /SystemIO/,
  },
  { name: 'half a page', make: () => region(`${SENS}.VREG`, SENS_TRAPPED, 2048), code: 'VCFG_REGION_LENGTH' },
  {
    name: 'a length in registers',
    make: () => region(`${SENS}.SHAM`, SENS_SHARED, 1024),
    code: 'VCFG_REGION_LENGTH',
    says: /RING lie past that/,
  },
  {
    name: 'both pages in one region',
    make: () => region(`${SENS}.VREG`, SENS_TRAPPED, 8192),
    code: 'VCFG_REGION_LENGTH',
    says: /reaches into the shared page/,
  },
  {
    name: 'an address that a method gives',
    make: () => regionOf(`${SENS}.VREG`, asl.Add(asl.path('VCFG'), asl.Call('\\_OSI', asl.String('Linux')))),
    code: 'VCFG_REGION_UNKNOWN',
  },
  {
    name: 'no region',
    make: () => machine().replace(`${MOTR}.VREG`, () => []),
    code: 'VCFG_REGION_MISSING',
    other: 'VCFG_MOTR_SPED_OFFSET',
  },
];

const DWORD = 3;

/** Faults of fields and devices. */
export const FIELD_FAULTS: readonly Fault[] = [
  { name: 'ByteAcc', make: () => field(`${SENS}.CTRL`, same, 1), code: 'VCFG_FIELD_ACCESS', says: /1 byte at a time/ },
  { name: 'WordAcc', make: () => field(`${SENS}.CTRL`, same, 2), code: 'VCFG_FIELD_ACCESS', says: /2 bytes/ },
  {
    name: 'QWordAcc',
    make: () => field(`${SENS}.CTRL`, same, 4),
    code: 'VCFG_FIELD_ACCESS',
    says: /8 bytes.*return 0/,
  },
  { name: 'AnyAcc', make: () => field(`${SENS}.CTRL`, same, 0), code: 'VCFG_FIELD_ACCESS', says: /in Linux/ },
  { name: 'BufferAcc', make: () => field(`${SENS}.CTRL`, same, 5), code: 'VCFG_FIELD_ACCESS' },
  {
    name: 'an AccessAs in between',
    make: () =>
      machine().replace<Op<'Field'>>(`${SENS}.CTRL`, ({ operands: [name, , elements] }) => [
        asl.Field(name, { access: 'DWordAcc' }, [{ kind: 'AccessField', access: 1, attribute: 0 }, ...elements]),
      ]),
    code: 'VCFG_FIELD_ACCESS',
    says: /ByteAcc/,
  },
  {
    name: 'a register counted in bytes',
    make: () => field(`${MOTR}.HALT`, moved('HALT', 1023 * 8)),
    code: 'VCFG_FIELD_OFFSET',
    says: /AML counts the register in bytes/,
  },
  {
    name: 'an index that was an offset',
    make: () => field(`${SENS}.ERRC`, moved('ERRC', 16 * 4 * 32)),
    code: 'VCFG_FIELD_OFFSET',
    says: /takes the register's byte offset for its index/,
  },
  {
    name: 'a field of a register that was counted in bytes',
    make: () => field(`${SENS}.LOST`, moved('LOST', 2 * 8 + 8)),
    code: 'VCFG_FIELD_OFFSET',
  },
  { name: 'the next register', make: () => field(`${SENS}.ERRC`, moved('ERRC', 17 * 32)), code: 'VCFG_FIELD_OFFSET' },
  {
    name: 'half a register late',
    make: () => field(`${SENS}.ERRC`, moved('ERRC', 16 * 32 + 16)),
    code: 'VCFG_FIELD_OFFSET',
    says: /AML says 0x230044042, the driver 0x230044040/,
    other: 'VCFG_SENS_ERRC_OFFSET',
  },
  {
    name: 'a bit late',
    make: () => field(`${SENS}.RATE`, moved('RATE', 5)),
    code: 'VCFG_FIELD_OFFSET',
    says: /1 bit apart/,
    other: 'VCFG_SENS_CTRL_RATE_MASK',
  },
  {
    name: 'two registers exchanged',
    make: () =>
      field(`${SENS}.CTRL`, (units) =>
        units.map((unit) => ({ ...unit, name: { CTRL: 'STAT', STAT: 'CTRL' }[unit.name] ?? unit.name })),
      ),
    code: 'VCFG_FIELD_OFFSET',
  },
  {
    name: 'a run of the shared page elsewhere',
    make: () => field(`${SENS}.RING`, moved('RING', 0x400 * 8)),
    code: 'VCFG_FIELD_OFFSET',
    other: 'VCFG_SENS_RING_OFFSET',
  },
  { name: 'half a register', make: () => field(`${SENS}.ERRC`, moved('ERRC', 16 * 32, 16)), code: 'VCFG_FIELD_WIDTH' },
  { name: 'a wider field', make: () => field(`${SENS}.RATE`, moved('RATE', 4, 5)), code: 'VCFG_FIELD_WIDTH' },
  {
    name: 'a shorter run',
    make: () => field(`${SENS}.RING`, moved('RING', 0x800 * 8, 1024)),
    code: 'VCFG_FIELD_WIDTH',
  },
  {
    name: 'another name',
    make: () =>
      field(`${SENS}.STAT`, (units) => units.map((unit) => (unit.name === 'STAT' ? { ...unit, name: 'STTS' } : unit))),
    code: 'VCFG_FIELD_NAME',
    says: /AML calls it STTS; the platform calls it STAT/,
    other: 'VCFG_SENS_STAT_OFFSET',
  },
  {
    name: 'a register without a field',
    make: () => field(`${SENS}.STAT`, (units) => units.filter(({ name }) => name !== 'STAT')),
    code: 'VCFG_FIELD_MISSING',
    says: /STAT at 0x230044004/,
    other: 'VCFG_SENS_STAT_OFFSET',
  },
  {
    name: 'no fields of a page',
    make: () => machine().replace(`${MOTR}.SPED`, () => []),
    code: 'VCFG_FIELD_MISSING',
    says: /SPED, HALT/,
  },
  {
    name: 'no SSDT',
    make: () => {
      const faulty = machine();
      faulty.remove('ssdt.aml');
      return faulty;
    },
    code: 'VCFG_FIELD_MISSING',
    says: /no table has a field there\. If an SSDT has the fields, give it too/,
  },
  { name: 'a register too many', make: () => extra('MORE', 20 * 32, 32), code: 'VCFG_FIELD_UNKNOWN' },
  {
    name: 'a field over two registers',
    make: () => extra('WIDE', 20 * 32 + 24, 16),
    code: 'VCFG_FIELD_CROSSES',
    also: ['VCFG_FIELD_UNKNOWN'],
    says: /span 2 registers/,
  },
  {
    name: 'a field over another',
    make: () =>
      extra('OVER', 4 * 32 + 6, 4)
        .give({})
        .addAfter(`${SENS}.CTRL`, [
          refield(asl.Field('VREG', { access: 'DWordAcc' }, []), () => [{ name: 'OVR2', lowBit: 4 * 32 + 8, bits: 4 }]),
        ]),
    code: 'VCFG_FIELD_OVERLAP',
    says: /ends 2 bits after that/,
  },
  {
    name: 'a field past the page',
    make: () => extra('LAST', 1024 * 32, 32),
    code: 'VCFG_FIELD_PAST_PAGE',
    also: ['VCFG_FIELD_UNKNOWN'],
  },
  {
    name: 'Preserve where ones clear',
    make: () => field(`${SENS}.DONE`, same, DWORD),
    code: 'VCFG_FIELD_UPDATE',
    says: /clears every other bit/,
  },
  {
    name: 'WriteAsZeros where bits are kept',
    make: () => field(`${SENS}.ENBL`, same, DWORD | (2 << 5)),
    code: 'VCFG_FIELD_UPDATE',
    says: /changes the bits beside it/,
  },
  {
    name: 'no device',
    make: () => machine('one').replace(SENS, () => []),
    code: 'VCFG_DEVICE_MISSING',
  },
  {
    name: "the next device's _ADR",
    make: () => machine().replace(`${SENS}._ADR`, () => [asl.Name('_ADR', 0x5_0002)]),
    code: 'VCFG_DEVICE_ADR',
  },
  {
    name: 'an _ADR with device and function exchanged',
    make: () => machine().replace(`${SENS}._ADR`, () => [asl.Name('_ADR', 0x2_0004)]),
    code: 'VCFG_DEVICE_ADR',
    says: /swapped/,
  },
  {
    name: 'an _ADR as devfn',
    make: () => machine().replace(`${SENS}._ADR`, () => [asl.Name('_ADR', (4 << 3) | 2)]),
    code: 'VCFG_DEVICE_ADR',
    says: /device << 3/,
  },
];

const offset = (value: number) => `VCFG_SENS_STAT_OFFSET 0x${value.toString(16).padStart(8, '0')}u`;
const STAT = /VCFG_SENS_STAT_OFFSET 0x[0-9a-f]+u/;

/** Faults of the driver's header. */
export const HEADER_FAULTS: readonly Fault[] = [
  {
    name: "ECAM's bytes of a device",
    make: () => header('VCFG_DEVICE_BYTES 65536u', 'VCFG_DEVICE_BYTES 32768u'),
    code: 'VCFG_HEADER_STRIDE',
  },
  {
    name: "ECAM's bytes of a bus",
    make: () => header('VCFG_BUS_BYTES 2097152u', 'VCFG_BUS_BYTES 1048576u'),
    code: 'VCFG_HEADER_STRIDE',
  },
  {
    name: "ECAM's bytes of a function",
    make: () => header('VCFG_FUNCTION_BYTES 8192u', 'VCFG_FUNCTION_BYTES 4096u'),
    code: 'VCFG_HEADER_STRIDE',
  },
  {
    name: 'registers of a byte',
    make: () => header('VCFG_REGISTER_BYTES 4u', 'VCFG_REGISTER_BYTES 1u'),
    code: 'VCFG_HEADER_STRIDE',
  },
  {
    name: "an offset with ECAM's shifts",
    make: () => header(STAT, offset((4 << 15) | (2 << 12) | 4)),
    code: 'VCFG_HEADER_ADDRESS',
    says: /the driver uses ECAM's shifts \(device << 15, function << 12\)/,
  },
  {
    name: 'an offset with the page bit',
    make: () => header(STAT, offset(SENS_SHARED | 4)),
    code: 'VCFG_HEADER_ADDRESS',
    says: /the driver sets the page bit/,
  },
  {
    name: 'an offset in bytes',
    make: () => header(STAT, offset(SENS_TRAPPED | 1)),
    code: 'VCFG_HEADER_ADDRESS',
    says: /counts the register in bytes/,
  },
  {
    name: 'another index',
    make: () => header('VCFG_SENS_ERRC_INDEX 16u', 'VCFG_SENS_ERRC_INDEX 64u'),
    code: 'VCFG_HEADER_ADDRESS',
  },
  {
    name: 'another device',
    make: () => header('VCFG_SENS_DEVICE 4u', 'VCFG_SENS_DEVICE 5u'),
    code: 'VCFG_HEADER_ADDRESS',
  },
  {
    name: 'a run without the page bit',
    make: () => header(/VCFG_SENS_RING_OFFSET 0x[0-9a-f]+u/, `VCFG_SENS_RING_OFFSET ${SENS_TRAPPED + 0x800}`),
    code: 'VCFG_HEADER_ADDRESS',
    says: /leaves the page bit out/,
  },
  {
    name: 'a narrower mask',
    make: () => header('VCFG_SENS_CTRL_RATE_MASK 0x000000f0u', 'VCFG_SENS_CTRL_RATE_MASK 0x00000070u'),
    code: 'VCFG_HEADER_VALUE',
  },
  {
    name: 'another shift',
    make: () => header('VCFG_SENS_CTRL_RATE_SHIFT 4u', 'VCFG_SENS_CTRL_RATE_SHIFT 5u'),
    code: 'VCFG_HEADER_VALUE',
  },
  {
    name: 'another reset value',
    make: () => header('VCFG_SENS_CTRL_RESET 0x00000001u', 'VCFG_SENS_CTRL_RESET 0x01000000u'),
    code: 'VCFG_HEADER_VALUE',
    says: /endianness/,
  },
  {
    name: 'another access',
    make: () => header('VCFG_SENS_STAT_ACCESS VCFG_ACCESS_RO', 'VCFG_SENS_STAT_ACCESS VCFG_ACCESS_RW'),
    code: 'VCFG_HEADER_VALUE',
  },
  {
    name: 'a shorter run',
    make: () => header('VCFG_SENS_RING_BYTES 2048u', 'VCFG_SENS_RING_BYTES 512u'),
    code: 'VCFG_HEADER_VALUE',
  },
  { name: 'more buses', make: () => header('VCFG_BUSES 8u', 'VCFG_BUSES 16u'), code: 'VCFG_HEADER_VALUE' },
  {
    name: 'a base of 32 bits',
    make: () => header('VCFG_BASE_EXPECTED 0x230000000ull', 'VCFG_BASE_EXPECTED 0x30000000ull'),
    code: 'VCFG_HEADER_BASE',
    says: /keeps 32 bits/,
  },
  {
    name: 'a constant that is gone',
    make: () => header(/#define VCFG_SENS_STAT_OFFSET.*\n/, ''),
    code: 'VCFG_HEADER_MISSING',
  },
  {
    name: 'a header of something else',
    make: () => machine().changeHeader(/[\s\S]+/, '#define REG_STAT 4\n'),
    code: 'VCFG_HEADER_MISSING',
    says: /none of the \d+ expected constants/,
  },
  {
    name: 'a constant that calls',
    make: () => header(STAT, 'VCFG_SENS_STAT_OFFSET offset_of(STAT)'),
    code: 'VCFG_HEADER_UNREAD',
  },
];

/** All that says of a constant which register it is, but for the offset; and what says how long a run is. */
const INDEX = /#define VCFG_(SENS|MOTR)_\w+_INDEX .*\n/g;
const LENGTH = /#define VCFG_(SENS|MOTR)_\w+_(BYTES|START) .*\n/g;

const without = (faulty: FaultyMachine) => faulty.give({});

/** Faults that are found without a platform: the tables by themselves, or beside a header. */
export const FAULTS_WITHOUT_PLATFORM: readonly Fault[] = [
  {
    name: "ECAM's shifts in AML",
    make: () => region(`${SENS}.VREG`, (4 << 15) | (2 << 12)).give({}, false),
    code: 'VCFG_REGION_OFFSET',
    says: /but the trapped page of 00:04.2 is at 0x230044000: .*device << 15, function << 12/,
  },
  {
    name: 'registers over the shared page',
    make: () => region(`${SENS}.VREG`, SENS_SHARED).give({}, false),
    code: 'VCFG_PAGE_SWAPPED',
  },
  { name: 'ByteAcc', make: () => field(`${SENS}.CTRL`, same, 1).give({}, false), code: 'VCFG_FIELD_ACCESS' },
  {
    name: 'both pages in one region',
    make: () => region(`${SENS}.VREG`, SENS_TRAPPED, 8192).give({}, false),
    code: 'VCFG_REGION_LENGTH',
  },
  {
    name: "a header with ECAM's shifts",
    make: () => without(header(STAT, offset((4 << 15) | (2 << 13) | 4))),
    code: 'VCFG_FIELD_OFFSET',
    says: /AML says 0x230044004, the driver 0x230024004: bits 17 and 18 differ, so the driver uses ECAM's shifts \(device << 15\)/,
  },
  {
    name: 'an offset of the next register, of a register without an index',
    make: () => without(header(STAT, offset(SENS_TRAPPED | 8)).changeHeader(INDEX, '')),
    code: 'VCFG_FIELD_OFFSET',
    says: /AML says 0x230044004, the driver 0x230044008/,
    other: 'VCFG_SENS_STAT_OFFSET',
  },
  {
    name: "an offset with ECAM's shifts, of a register without an index",
    make: () => without(header(STAT, offset((4 << 15) | (2 << 12) | 4)).changeHeader(INDEX, '')),
    code: 'VCFG_FIELD_OFFSET',
    says: /the driver uses ECAM's shifts \(device << 15, function << 12\)/,
    other: 'VCFG_SENS_STAT_OFFSET',
  },
  {
    name: 'an offset with the page bit, of the first register, without an index',
    make: () =>
      without(
        header(/VCFG_MOTR_SPED_OFFSET 0x\w+u/, `VCFG_MOTR_SPED_OFFSET ${MOTR_TRAPPED | 4096}u`).changeHeader(INDEX, ''),
      ),
    code: 'VCFG_FIELD_OFFSET',
    says: /the driver sets the page bit/,
    other: 'VCFG_MOTR_SPED_OFFSET',
  },
  {
    name: 'a run elsewhere, without a length',
    make: () =>
      without(
        header(/VCFG_SENS_RING_OFFSET 0x\w+u/, `VCFG_SENS_RING_OFFSET ${SENS_SHARED | 0x400}u`).changeHeader(
          LENGTH,
          '',
        ),
      ),
    code: 'VCFG_FIELD_OFFSET',
    other: 'VCFG_SENS_RING_OFFSET',
  },
  {
    name: 'a register of another name',
    make: () => without(machine().changeHeader(/VCFG_SENS_STAT_(OFFSET|INDEX)/g, 'VCFG_SENS_STTS_$1')),
    code: 'VCFG_FIELD_NAME',
    says: /AML calls it STAT; the driver calls it STTS/,
  },
  {
    name: 'a narrower field',
    make: () => without(header('VCFG_SENS_CTRL_RATE_MASK 0x000000f0u', 'VCFG_SENS_CTRL_RATE_MASK 0x00000070u')),
    code: 'VCFG_FIELD_WIDTH',
  },
  {
    name: 'a header for another base',
    make: () => without(header('VCFG_BASE_EXPECTED 0x230000000ull', 'VCFG_BASE_EXPECTED 0x30000000ull')),
    code: 'VCFG_HEADER_BASE',
    says: /and \\VCFG has it at 0x230000000/,
  },
  {
    name: 'device and function of the header exchanged',
    make: () =>
      without(
        header('VCFG_SENS_DEVICE 4u', 'VCFG_SENS_DEVICE 2u').changeHeader(
          'VCFG_SENS_FUNCTION 2u',
          'VCFG_SENS_FUNCTION 4u',
        ),
      ),
    code: 'VCFG_HEADER_FUNCTION',
    also: ['VCFG_HEADER_ADDRESS'],
    says: /the other way round/,
  },
];
