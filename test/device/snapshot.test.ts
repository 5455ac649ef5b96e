import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPciAddress, fromHex } from '../../src/base/index.js';
import { type Json, Machine } from '../../src/device/index.js';
import { effort } from '../support/effort.js';
import { BarFunction, THREE_BARS } from './pci/bar-function.js';
import { describeFunction, describePlatform, SENSOR } from './sample-platform.js';

const NIC = describeFunction({ address: { bus: 0, device: 1, function: 0 }, name: 'NIC0' });
const GPU = describeFunction({ address: { bus: 0, device: 3, function: 0 }, name: 'GPU0', profile: 'vfio' });
const PLATFORM = describePlatform([NIC, GPU, SENSOR]);

function build(platform = PLATFORM): Machine {
  return new Machine(platform, {
    create: (description, log) => (description.name === 'NIC0' ? new BarFunction('NIC0', log, THREE_BARS) : undefined),
  });
}

/** A machine that has something in every part of its state. */
function used(): Machine {
  const machine = build();
  machine.memory.write(0xf_fff0n, fromHex('0102030405060708090a0b0c0d0e0f10'.repeat(2)));
  machine.memory.write32(0x1_0004_0000n, 0xdead_beef);
  machine.memory.write32(0x1_0004_1010n, 0xcafe_f00d);
  machine.vfio('GPU0').notify(0x80);
  machine.memory.write32(0x1_0003_0000n, 0);
  machine.memory.write32(0x1_0003_1000n, 77);
  machine.ioBus.write(0xcf8n, fromHex('10080080'));
  machine.ioBus.write(0xcfcn, fromHex('00000010'));
  return machine;
}

const copy = (json: Json) => JSON.parse(JSON.stringify(json));

describe('a snapshot of a machine', () => {
  it('puts a rebuilt machine where the other was', () => {
    const first = used();
    const second = build();
    second.memory.write32(0x20_0000n, 0xffff_ffff);
    second.memory.write32(0x1_0004_1800n, 0xffff_ffff);
    expect(second.restore(copy(first.snapshot()))).toEqual([]);
    expect(second.snapshot()).toEqual(first.snapshot());
    expect(second.memory.read32(0x1_0004_0000n)).toBe(0xdead_beef);
    expect(second.memory.read32(0x1_0004_1010n)).toBe(0xcafe_f00d);
    expect(second.memory.read32(0x10_0000n)).toBe(0x0403_0201);
    expect([second.memory.read32(0x1_0003_0008n), second.memory.read32(0x1_0003_0008n)]).toEqual([0x80, 0]);
    expect(second.vfio('GPU0').isLowPower).toBe(true);
    expect(second.mmioBus.ranges.map(({ base }) => base)).toEqual(first.mmioBus.ranges.map(({ base }) => base));
    const data = new Uint8Array(1);
    second.mmioBus.read(0x1000_0000n, data);
    expect(data[0]).toBe(1);
  });

  it('keeps who holds a range that two functions claim', () => {
    const first = used();
    const other = { ...NIC, address: { ...NIC.address, device: 2 }, name: 'NIC0' };
    const bars = [{ index: 0, kind: 'mem32', address: 0xc000_0000n, sizeBytes: 0x1000n } as const];
    const plug = (machine: Machine) =>
      machine.root.addFunction(other.address, new BarFunction('NIC1', machine.log, bars));
    plug(first);
    first.root.configSpaceWrite(NIC.address, 4, 0, fromHex('000000c0'));
    expect(first.log.countOf('PCI_RANGE_LOST')).toBe(1);
    const second = build();
    plug(second);
    expect(second.restore(copy(first.snapshot()))).toEqual([]);
    expect(second.snapshot()).toEqual(first.snapshot());
    expect(second.mmioBus.deviceAt(0xc000_0000n)?.debugLabel()).toBe('NIC1');
  });

  it('sleeps and wakes any number of times', () => {
    const machine = used();
    const before = machine.snapshot();
    for (const step of ['sleep', 'sleep', 'wake', 'wake', 'wake'] as const) machine[step]();
    expect(machine.snapshot()).toEqual(before);
  });

  it('names the functions that are missing and those that are too many', () => {
    const saved = copy(build(describePlatform([NIC, GPU])).snapshot());
    const messages = (platform: Parameters<typeof build>[0], snapshot: unknown) =>
      build(platform)
        .restore(snapshot)
        .map(({ message }) => message);
    expect(messages(describePlatform([NIC]), saved)).toEqual([
      `The machine does not have these functions of the snapshot; add them first: ${formatPciAddress(GPU.address)}.`,
    ]);
    expect(messages(describePlatform([NIC, GPU, SENSOR]), saved)).toEqual([
      `The snapshot does not have these functions of the machine; remove them first: ${formatPciAddress(SENSOR.address)}.`,
    ]);
    expect(messages(describePlatform([NIC, GPU]), swap(saved, ['functions', 1], saved.functions[0]))).toEqual([
      `The snapshot does not have these functions of the machine; remove them first: ${formatPciAddress(GPU.address)}.`,
    ]);
  });

  /** What is done to a good snapshot, and the code of the first finding. */
  const faults: readonly (readonly [string, (snapshot: ReturnType<typeof copy>) => unknown, string])[] = [
    ['not an object', () => 'x', 'SNAPSHOT_VALUE'],
    ['null', () => null, 'SNAPSHOT_VALUE'],
    ['an array', () => [], 'SNAPSHOT_VALUE'],
    ['another version', (it) => ({ ...it, version: 2 }), 'SNAPSHOT_VERSION'],
    ['no version', ({ version: _, ...rest }) => rest, 'SNAPSHOT_VALUE'],
    ['another format', (it) => ({ ...it, format: 'qemu' }), 'SNAPSHOT_FOREIGN'],
    [
      'another platform',
      () => copy(new Machine(describePlatform([NIC, GPU, SENSOR], 2)).snapshot()),
      'SNAPSHOT_FOREIGN',
    ],
    ['other functions', () => copy(build(describePlatform([NIC, GPU])).snapshot()), 'SNAPSHOT_FOREIGN'],
    [
      'a function of another name',
      (it) => swap(it, ['functions', 1, 'state', 'device'], 'GPU1 00:03.0'),
      'SNAPSHOT_FOREIGN',
    ],
    ['a key too many', (it) => ({ ...it, more: 1 }), 'SNAPSHOT_VALUE'],
    ['register bits 0', (it) => swap(it, ['windows', 'virtualConfig', 'register_bit_num'], 0), 'SNAPSHOT_VALUE'],
    [
      'a register past 32 bits',
      (it) => swap(it, ['functions', 2, 'state', 'registers', 'CTRL'], 2 ** 32),
      'SNAPSHOT_VALUE',
    ],
    ['a fraction', (it) => swap(it, ['functions', 2, 'state', 'registers', 'CTRL'], 0.5), 'SNAPSHOT_VALUE'],
    ['a page of no hex', (it) => swap(it, ['functions', 1, 'state', 'shared'], 'zz'), 'SNAPSHOT_VALUE'],
    ['a page too long', (it) => swap(it, ['functions', 1, 'state', 'shared'], '00'.repeat(4097)), 'SNAPSHOT_VALUE'],
    ['a shared page too many', (it) => swap(it, ['functions', 2, 'state', 'shared'], null), 'SNAPSHOT_FOREIGN'],
    [
      '63 header registers',
      (it) => swap(it, ['functions', 0, 'state', 'configuration', 'registers'], Array(63).fill(0)),
      'SNAPSHOT_VALUE',
    ],
    [
      'a BAR of 3 bytes',
      (it) => swap(it, ['functions', 0, 'state', 'configuration', 'bar_configs', 0, 'size'], '0x3'),
      'SNAPSHOT_VALUE',
    ],
    [
      'a BAR less',
      (it) => swap(it, ['functions', 0, 'state', 'configuration', 'bar_configs', 0], null),
      'SNAPSHOT_VALUE',
    ],
    [
      'a range over the window',
      (it) => swap(it, ['functions', 0, 'ranges', 0, 'base'], '0x100000000'),
      'SNAPSHOT_VALUE',
    ],
    ['an empty range', (it) => swap(it, ['functions', 0, 'ranges', 0, 'length'], '0x0'), 'SNAPSHOT_VALUE'],
    ['RAM past its end', (it) => swap(it, ['memory', 0, 0, 'offset'], '0x1000000'), 'SNAPSHOT_VALUE'],
    ['RAM within a chunk', (it) => swap(it, ['memory', 0, 0, 'offset'], '0x1'), 'SNAPSHOT_VALUE'],
    ['RAM out of order', (it) => swap(it, ['memory', 0, 1, 'offset'], '0x0'), 'SNAPSHOT_VALUE'],
    ['two PCI roots', (it) => swap(it, ['windows', 'configIo', 'pci_root', 'pcie_cfg_mmio'], '0x0'), 'SNAPSHOT_VALUE'],
    ['ranges out of order', (it) => swap(it, ['functions', 0, 'ranges', 1, 'base'], '0x0'), 'SNAPSHOT_VALUE'],
    ['a config address of text', (it) => swap(it, ['windows', 'configIo', 'config_address'], '1'), 'SNAPSHOT_VALUE'],
  ];
  for (const [what, change, code] of faults) {
    it(`is refused whole: ${what}`, () => {
      const machine = used();
      const before = copy(machine.snapshot());
      const changed = change(copy(used().snapshot()));
      const checked = machine.checkSnapshot(changed);
      expect(checked.map((finding) => finding.code)).toContain(code);
      expect(machine.restore(changed)).toEqual(checked);
      expect(copy(machine.snapshot())).toEqual(before);
    });
  }

  it('is refused or restored exactly, whatever one value in it becomes', () => {
    const machine = used();
    const good = copy(machine.snapshot());
    const places = leaves(good);
    const value = fc.constantFrom(
      null,
      -1,
      0,
      1,
      0.5,
      2 ** 32,
      1e300,
      '',
      '0x0',
      '0xzz',
      'ff',
      true,
      [],
      {},
      undefined,
    );
    fc.assert(
      fc.property(fc.nat(places.length - 1), value, (index, replacement) => {
        const changed = copy(swap(copy(good), places[index] as (string | number)[], replacement) as Json);
        const findings = machine.restore(changed);
        const after = copy(machine.snapshot());
        const wanted = JSON.stringify(findings.length === 0 ? normal(changed, good) : good);
        expect(JSON.stringify(after) === wanted).toBe(true);
        expect(machine.restore(copy(good))).toEqual([]);
      }),
      { numRuns: effort(80, 300) },
    );
  });

  it('is refused when it is cut off anywhere', () => {
    const machine = used();
    const text = JSON.stringify(machine.snapshot());
    fc.assert(
      fc.property(fc.nat(text.length - 1), (end) => {
        expect(machine.restoreText(text.slice(0, end)).map(({ code }) => code)).toEqual(['SNAPSHOT_SYNTAX']);
      }),
    );
    expect(machine.restoreText(text)).toEqual([]);
    expect(machine.snapshotText()).toBe(text);
  });
});

/** Changes the value at a path of keys, and gives the whole. */
function swap<T>(whole: T, path: readonly (string | number)[], value: unknown): T {
  const last = path.at(-1) as string | number;
  const holder = path.slice(0, -1).reduce((at: unknown, key) => (at as Record<string | number, unknown>)[key], whole);
  (holder as Record<string | number, unknown>)[last] = value;
  return whole;
}

/** The paths of all values that are no objects or arrays. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, item]) =>
    leaves(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A restored snapshot saved again: hex without the zeros at its end, chunks of zeros as they come. */
function normal(changed: unknown, good: unknown): unknown {
  if (typeof changed === 'string' && typeof good === 'string' && /^[0-9a-f]*$/.test(changed))
    return changed.replace(/(?:00)+$/, '');
  if (typeof changed !== 'object' || changed === null || typeof good !== 'object' || good === null) return changed;
  const entries = Object.entries(changed).map(([key, item]) => [
    key,
    normal(item, (good as Record<string, unknown>)[key]),
  ]);
  return Array.isArray(changed) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}
