import { describe, expect, it } from 'vitest';
import { asl, buffer, checkResources, decodeResources, uuid } from '../../../src/aml/index.js';
import { generateDsdt } from '../../../src/firmware/index.js';
import type { Platform } from '../../../src/vocab/index.js';
import { type AcpicaValue, evaluateInAcpica } from '../../support/acpica-values.js';
import { needs } from '../../support/oracles.js';
import { readExample } from '../examples.js';
import { tableOf } from './dsm-probe.js';

/** What paths give in a platform's DSDT, without a complaint. */
async function evaluate(platform: Platform, ...paths: readonly string[]): Promise<(AcpicaValue | undefined)[]> {
  const evaluations = await evaluateInAcpica([generateDsdt(platform)], paths);
  expect(evaluations.flatMap(({ complaints }) => complaints)).toEqual([]);
  return evaluations.map(({ value }) => value);
}

const hex = (value: number | bigint) => `0x${value.toString(16)}`;

/** A `_CRS` in short: kind and range of each descriptor, and whether the range is handed on. */
function resourcesIn(template: AcpicaValue | undefined): string[] {
  const { descriptors, diagnostics } = decodeResources(template as Uint8Array);
  expect([...diagnostics, ...checkResources(descriptors)]).toEqual([]);
  return descriptors.map((descriptor) => {
    const usage = 'usage' in descriptor && descriptor.usage === 'ResourceProducer' ? ' handed on' : '';
    if (descriptor.kind === 'Memory32Fixed')
      return `Memory32Fixed ${hex(descriptor.base)}..${hex(descriptor.base + descriptor.length - 1)}`;
    if (descriptor.kind === 'IO') return `IO ${hex(descriptor.min)}..${hex(descriptor.min + descriptor.length - 1)}`;
    return 'min' in descriptor
      ? `${descriptor.kind} ${hex(descriptor.min)}..${hex(descriptor.max)}${usage}`
      : descriptor.kind;
  });
}

const FROM_4_GIB = 1n << 32n;

describe('the resources of the machine', () => {
  /** `_CRS` of the host bridge, then of the device that reserves what belongs to no bus. */
  const ROWS: readonly (readonly [what: string, platform: () => Platform, bridge: string[], motherboard: string[]])[] =
    [
      [
        'with defaults',
        () => readExample('minimal'),
        [
          'WordBusNumber 0x0..0x3f handed on',
          'IO 0xcf8..0xcff',
          'WordIO 0x0..0xcf7 handed on',
          'WordIO 0xd00..0xffff handed on',
          'DWordMemory 0xd0000000..0xf3ffffff handed on',
          'QWordMemory 0x140000000..0x3fffffffffff handed on',
          'EndTag',
        ],
        ['Memory32Fixed 0xf4000000..0xf7ffffff', 'QWordMemory 0x100000000..0x107ffffff', 'IO 0x600..0x647', 'EndTag'],
      ],
      [
        'with all given',
        () => readExample('passthrough'),
        [
          'WordBusNumber 0x0..0x1f handed on',
          'IO 0xcf8..0xcff',
          'WordIO 0x1000..0xffff handed on',
          'DWordMemory 0xe2000000..0xf1ffffff handed on',
          'QWordMemory 0x2000000000..0x2fffffffff handed on',
          'EndTag',
        ],
        [
          'Memory32Fixed 0xe0000000..0xe1ffffff',
          'QWordMemory 0x1000000000..0x1003ffffff',
          'IO 0xb000..0xb047',
          'EndTag',
        ],
      ],
      [
        'with both windows elsewhere, and no room for devices',
        () => ({
          ...readExample('minimal'),
          vcfg: { base: 0xc000_0000n, buses: 8, lengthBytes: 8 << 21 },
          ecam: { base: FROM_4_GIB, buses: 8, lengthBytes: 8n << 20n },
          windows: { io: [] },
        }),
        ['WordBusNumber 0x0..0x7 handed on', 'IO 0xcf8..0xcff', 'EndTag'],
        ['QWordMemory 0x100000000..0x1007fffff', 'Memory32Fixed 0xc0000000..0xc0ffffff', 'IO 0x600..0x647', 'EndTag'],
      ],
      [
        'with a window up to 4 GiB',
        () => ({ ...readExample('minimal'), vcfg: { base: FROM_4_GIB - (1n << 21n), buses: 1, lengthBytes: 1 << 21 } }),
        [
          'WordBusNumber 0x0..0x0 handed on',
          'IO 0xcf8..0xcff',
          'WordIO 0x0..0xcf7 handed on',
          'WordIO 0xd00..0xffff handed on',
          'DWordMemory 0xd0000000..0xf3ffffff handed on',
          'QWordMemory 0x140000000..0x3fffffffffff handed on',
          'EndTag',
        ],
        ['Memory32Fixed 0xf4000000..0xf7ffffff', 'Memory32Fixed 0xffe00000..0xffffffff', 'IO 0x600..0x647', 'EndTag'],
      ],
    ];

  it.for(ROWS)('%s', async ([, platform, bridge, motherboard], context) => {
    needs(context, 'acpiexec');
    const [ofBridge, ofMotherboard] = await evaluate(platform(), '\\_SB.PC00._CRS', '\\_SB.MB00._CRS');
    expect(resourcesIn(ofBridge)).toEqual(bridge);
    expect(resourcesIn(ofMotherboard)).toEqual(motherboard);
  });

  it('are those of devices with these names', async (context) => {
    needs(context, 'acpiexec');
    const names = ['_HID', '_CID', '_SEG', '_BBN', '_UID'].map((name) => `\\_SB.PC00.${name}`);
    const values = await evaluate(readExample('minimal'), ...names, '\\_SB.MB00._HID', '\\_S1', '\\_S5');
    // PNP0A08, PNP0A03 and PNP0C02 as ACPI packs them.
    expect(values).toEqual([0x080a_d041n, 0x030a_d041n, 0n, 0n, 0n, 0x020c_d041n, [1n, 1n, 0n, 0n], [0n, 0n, 0n, 0n]]);
    const [adr] = await evaluateInAcpica([generateDsdt(readExample('minimal'))], ['\\_SB.PC00._ADR']);
    expect(adr?.value).toBeUndefined();
  });
});

describe('the interrupts of a bus', () => {
  /** Entries of a `_PRT` as `device.pin` to interrupt; every entry has a whole device and no link device. */
  function routesOf(table: AcpicaValue | undefined): Map<string, number> {
    const entries = table as readonly (readonly [bigint, bigint, bigint, bigint])[];
    const routes = entries.map(([address, pin, source, interrupt]) => {
      expect([address & 0xffffn, source]).toEqual([0xffffn, 0n]);
      return [`${address >> 16n}.${pin}`, Number(interrupt)] as const;
    });
    expect(new Map(routes).size).toBe(routes.length);
    return new Map(routes);
  }

  it('turn with the device, and below a bridge with its pins', async (context) => {
    needs(context, 'acpiexec');
    const platform = readExample('passthrough');
    const [root, below, belowThat] = await evaluate(
      platform,
      '\\_SB.PC00._PRT',
      '\\_SB.PC00.PC01._PRT',
      '\\_SB.PC00.PC01.PC02._PRT',
    );
    const routes = [root, below, belowThat].map(routesOf);
    expect(routes.map(({ size }) => size)).toEqual([128, 128, 128]);
    // Five interrupts from 20 up: pin p of device d on bus 0 has number (d + p) % 5.
    expect(['0.0', '0.3', '1.0', '2.3', '28.0', '28.3', '31.3'].map((key) => routes[0]?.get(key))).toEqual([
      20, 23, 21, 20, 23, 21, 24,
    ]);
    // The bridge is device 28: its pins have 23, 24, 20, 21. A device's pin p is the bridge's pin (d + p) % 4.
    expect(['0.0', '0.1', '0.2', '0.3', '1.0', '1.3', '5.2'].map((key) => routes[1]?.get(key))).toEqual([
      23, 24, 20, 21, 24, 23, 21,
    ]);
    // The next bridge is device 0 below it, and hands the same on.
    expect(routes[2]).toEqual(routes[1]);
  });

  it('is one table for all bridges whose pins are wired alike', () => {
    const bridges = Array.from({ length: 16 }, (_, index) => ({
      address: { bus: 0, device: index + 1, function: 0 },
      name: `B${index}`,
      registers: [],
      shared: [],
      ids: { vendor: 1, device: 1, classCode: 0x06_0400 },
      bridge: { secondary: index + 1, subordinate: index + 1 },
    }));
    const lengthWith = (functions: Platform['functions']) =>
      generateDsdt({ ...readExample('minimal'), functions }).length;
    const [one, four, sixteen] = [1, 4, 16].map((count) => lengthWith(bridges.slice(0, count))) as [
      number,
      number,
      number,
    ];
    expect(four - one).toBeGreaterThan(3 * 1000);
    expect(sixteen - four).toBeLessThan(12 * 60);
  });
});

const PCI = '33db4d5b-1ff7-401c-9657-7441c03dd766';
const OTHER = 'e5c937d0-3553-4d7a-9117-ea4d19c3434d';

describe('_OSC', () => {
  /** UUID, revision and dwords given; then the dwords that come back. */
  const ROWS: readonly (readonly [
    what: string,
    uuid: string,
    revision: number,
    given: number[],
    expected: number[],
  ])[] = [
    ['grants what it has', PCI, 1, [0, 0x1f, 0x1d], [0, 0x1f, 0x1d]],
    ['grants a part', PCI, 1, [0, 0x1f, 0x10], [0, 0x1f, 0x10]],
    ['takes the rest out, and says so', PCI, 1, [0, 0x1f, 0x3f], [0x10, 0x1f, 0x1d]],
    ['answers a query alike', PCI, 1, [1, 0x1f, 0x3f], [0x11, 0x1f, 0x1d]],
    ['grants nothing of what it has not', PCI, 1, [0, 0, 0xffff_ffe2], [0x10, 0, 0]],
    ['does not know another revision', PCI, 2, [0, 0x1f, 0x3f], [0x08, 0x1f, 0x3f]],
    ['does not know another UUID', OTHER, 1, [0, 0x1f, 0x3f], [0x04, 0x1f, 0x3f]],
    ['does not know another UUID in a query', OTHER, 1, [1, 0x1f, 0x3f], [0x05, 0x1f, 0x3f]],
    ['fails without control', PCI, 1, [0, 0x1f], [0x02, 0x1f]],
    ['leaves more dwords alone', PCI, 1, [0, 0x1f, 0x3f, 0x55], [0x10, 0x1f, 0x1d, 0x55]],
    ['gives nothing back as nothing', PCI, 1, [], []],
  ];

  const dwords = (values: readonly number[]) => new Uint8Array(Uint32Array.from(values).buffer);

  it('answers each OS', async (context) => {
    needs(context, 'acpiexec');
    const probe = tableOf(
      'SSDT',
      ROWS.map(([, id, revision, given], index) =>
        asl.Method(`\\OSC${String.fromCharCode(65 + index)}`, { serialized: true }, [
          asl.Store(buffer(dwords(given)), asl.Local(0)),
          asl.Return(asl.Call('\\_SB.PC00._OSC', uuid(id), revision, given.length, asl.Local(0))),
        ]),
      ),
    );
    const paths = ROWS.map((_, index) => `\\OSC${String.fromCharCode(65 + index)}`);
    const evaluations = await evaluateInAcpica([generateDsdt(readExample('minimal')), probe], paths);
    expect(evaluations.map(({ value }, index) => [ROWS[index]?.[0], value])).toEqual(
      ROWS.map(([what, , , , expected]) => [what, dwords(expected)]),
    );
    expect(evaluations.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});
