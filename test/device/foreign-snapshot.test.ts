import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Json, Machine } from '../../src/device/index.js';
import type { FunctionDescription, Platform, RegisterDescription } from '../../src/vocab/index.js';
import { projectFolder } from '../support/shared-material.js';
import { BarFunction, THREE_BARS } from './pci/bar-function.js';
import { describeFunction, describePlatform, describeRegister } from './sample-platform.js';

/** A snapshot in which any place can be changed. */
type Loose = ReturnType<typeof JSON.parse>;

const copy = (json: Json): Loose => JSON.parse(JSON.stringify(json));
const codesOf = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

const SENS = describeFunction({
  address: { bus: 0, device: 4, function: 0 },
  name: 'SENS',
  registers: [
    { ...describeRegister('CTRL', 0, 'rw', 1), fields: [{ name: 'ENBL', lowBit: 0, widthBits: 1 }] },
    describeRegister('STAT', 1, 'ro'),
  ],
  shared: [{ name: 'RING', offsetBytes: 0, lengthBytes: 2048 }],
});
const BARF = describeFunction({ address: { bus: 0, device: 5, function: 0 }, name: 'BARF' });
const GPU0 = describeFunction({ address: { bus: 0, device: 6, function: 0 }, name: 'GPU0', profile: 'vfio', gpe: 0 });
const RP00 = describeFunction({
  address: { bus: 0, device: 28, function: 0 },
  name: 'RP00',
  bridge: { secondary: 1, subordinate: 2 },
});
const PLATFORM = describePlatform([SENS, BARF, GPU0, RP00]);

function build(platform: Platform = PLATFORM): Machine {
  return new Machine(platform, {
    create: ({ name }, log) => {
      if (name !== 'BARF') return undefined;
      const device = new BarFunction('BARF', log, THREE_BARS);
      device.configuration.addCapability({ id: 9, body: Uint8Array.of(4, 0, 0) });
      return device;
    },
  });
}

/** Expects that a machine takes nothing of a snapshot, and says that it is foreign. */
function expectForeign(machine: Machine, snapshot: unknown, path?: string): void {
  const before = machine.snapshotText();
  const findings = machine.restore(snapshot);
  expect(codesOf(findings)).toContain('SNAPSHOT_FOREIGN');
  if (path !== undefined) expect(findings.map(({ place }) => place.path)).toContain(path);
  expect(machine.checkSnapshot(snapshot)).toEqual(findings);
  expect(machine.snapshotText()).toBe(before);
}

describe('the snapshots of the shared cases', () => {
  const bar = { index: 0, kind: 'mem64', address: 0x80_0000_0000n, sizeBytes: 0x1000n } as const;
  const one = (device: number, name: string) =>
    describeFunction({
      address: { bus: 0, device, function: 0 },
      name,
      registers: [describeRegister('CTRL', 0, 'rw')],
      ids: { vendor: 0x1b36, device: 5, classCode: 0xff_0000 },
    });
  const platform: Platform = {
    ...describePlatform(
      [
        one(4, 'SENS'),
        describeFunction({ address: { bus: 0, device: 5, function: 0 }, name: 'BARF' }),
        one(8, 'OTHR'),
        {
          ...RP00,
          bridge: { secondary: 1, subordinate: 1 },
          ids: { vendor: 0x1b36, device: 12, classCode: 0x06_0400 },
        },
      ],
      64,
    ),
    ecam: { base: 0xf400_0000n, lengthBytes: 0x400_0000n, buses: 64 },
    memory: [{ base: 0n, lengthBytes: 0x400_0000n }],
  };
  const machine = () =>
    new Machine(platform, {
      create: ({ name }, log) => (name === 'BARF' ? new BarFunction('BARF', log, [bar]) : undefined),
    });
  const read = (file: string) => JSON.parse(readFileSync(join(projectFolder, 'fixtures/snapshots', file), 'utf8'));

  it('are refused as they were saved', () => {
    expectForeign(machine(), read('bitnum12.json'), 'pci virtual config mmio.register_bit_num');
    expectForeign(machine(), read('range-elsewhere.json'), 'machine.functions[1].fixed');
  });

  it('are refused for the same change of a new snapshot', () => {
    const window = copy(machine().snapshot());
    expect(machine().restore(window)).toEqual([]);
    window.windows.virtualConfig.register_bit_num = 12;
    expect(codesOf(machine().restore(window))).toEqual(['SNAPSHOT_FOREIGN']);
    const range = copy(machine().snapshot());
    range.functions[1].ranges[0].base = '0x9000000000';
    const taken = machine();
    const before = taken.snapshotText();
    expect(taken.restore(range).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'SNAPSHOT_VALUE No enabled BAR of the header is at mmio 0x9000000000+0x1000.',
      'SNAPSHOT_VALUE The range mmio 0x8000000000+0x1000 is free, but its function does not have it.',
    ]);
    expect(taken.snapshotText()).toBe(before);
  });
});

describe('the snapshot of another platform', () => {
  const [ctrl, stat] = SENS.registers as [RegisterDescription, RegisterDescription];
  const changed = (change: Partial<FunctionDescription>, of = SENS): Partial<Platform> => ({
    functions: PLATFORM.functions.map((each) => (each === of ? { ...each, ...change } : each)),
  });
  /** What differs, and where a finding must be. */
  const rows: readonly (readonly [string, Partial<Platform>, string])[] = [
    ['base of VCFG', { vcfg: { ...PLATFORM.vcfg, base: 0x2_0000_0000n } }, 'platform.vcfg'],
    ['buses of VCFG', { vcfg: { base: 0x1_0000_0000n, buses: 2, lengthBytes: 2 << 21 } }, 'platform.vcfg'],
    ['buses of ECAM', { ecam: { ...PLATFORM.ecam, buses: 3 } }, 'platform.ecam'],
    ['base of ECAM', { ecam: { ...PLATFORM.ecam, base: 0xc000_0000n } }, 'platform.ecam'],
    ['RAM', { memory: [{ base: 0n, lengthBytes: 0x200_0000n }] }, 'platform.memory'],
    ['width of addresses', { addressBits: 47 }, 'platform.addressBits'],
    ['processors', { cpus: 2 }, 'platform.cpus'],
    ['windows', { windows: { io: [] } }, 'platform.windows'],
    ['interrupts', { interrupts: [16] }, 'platform.interrupts'],
    ['power ports', { pm: { base: 0x700, sci: 9 } }, 'platform.pm'],
    ['name of a function', changed({ name: 'SENT' }), 'functions[0].fixed.name'],
    ['index of a register', changed({ registers: [ctrl, { ...stat, index: 2 }] }), 'functions[0].fixed.registers'],
    [
      'access of a register',
      changed({ registers: [ctrl, { ...stat, access: 'w1c' }] }),
      'functions[0].fixed.registers',
    ],
    ['reset value', changed({ registers: [ctrl, { ...stat, reset: 5 }] }), 'functions[0].fixed.registers'],
    ['field', changed({ registers: [{ ...ctrl, fields: [] }, stat] }), 'functions[0].fixed.registers'],
    [
      'access of a field',
      changed({ registers: [{ ...ctrl, fields: ctrl.fields.map((each) => ({ ...each, access: 'w1c' })) }, stat] }),
      'functions[0].fixed.registers',
    ],
    [
      'key of a register',
      changed({ registers: [{ ...ctrl, key: { lowBit: 24, widthBits: 8, value: 0x5a } }, stat] }),
      'functions[0].fixed.registers',
    ],
    [
      'write mask of a register',
      changed({ registers: [{ ...ctrl, writeMask: { lowBit: 16, widthBits: 16 } }, stat] }),
      'functions[0].fixed.registers',
    ],
    ['number of registers', changed({ registers: [ctrl] }), 'functions[0].fixed.registers'],
    [
      'shared run',
      changed({ shared: [{ name: 'RING', offsetBytes: 4, lengthBytes: 4 }] }),
      'functions[0].fixed.shared',
    ],
    ['no shared page', changed({ shared: [] }), 'functions[0].fixed.shared'],
    ['vendor', changed({ ids: { ...SENS.ids, vendor: 1 } }), 'functions[0].fixed.ids'],
    ['device', changed({ ids: { ...SENS.ids, device: 1 } }), 'functions[0].fixed.ids'],
    ['class', changed({ ids: { ...SENS.ids, classCode: 1 } }), 'functions[0].fixed.ids'],
    ['a created function', changed({ ids: { ...SENS.ids, vendor: 1 } }, BARF), 'functions[1].fixed.ids'],
    ['event', changed({ gpe: 1 }, GPU0), 'functions[2].fixed.gpe'],
    ['secondary bus', changed({ bridge: { secondary: 2, subordinate: 2 } }, RP00), 'functions[3].fixed.bridge'],
    ['subordinate bus', changed({ bridge: { secondary: 1, subordinate: 3 } }, RP00), 'functions[3].fixed.bridge'],
    ['a bridge that is none', changed({ bridge: undefined } as object, RP00), 'functions[3].fixed.bridge'],
    ['profile', changed({ profile: 'vfio' }), 'functions[0].fixed.profile'],
  ];
  for (const [what, change, path] of rows) {
    it(`is refused: ${what}`, () => {
      const other = build({ ...PLATFORM, ...change });
      expectForeign(build(), copy(other.snapshot()), `machine.${path}`);
      expectForeign(other, copy(build().snapshot()), `machine.${path}`);
    });
  }

  it('shows where a long row differs', () => {
    const registers = Array.from({ length: 40 }, (_, index) => describeRegister(`R0${index}`, index, 'rw'));
    const other = registers.map((each, index) => (index === 39 ? { ...each, reset: 0xbeef } : each));
    const [first, second] = [registers, other].map((list) => build({ ...PLATFORM, ...changed({ registers: list }) }));
    const [finding] = (first as Machine).restore(copy((second as Machine).snapshot()));
    expect(finding?.message).toMatch(/^The value from character \d+ on is "beef", and here it is "0"\.$/);
  });

  it('is taken if only labels and descriptions differ', () => {
    const other = build({ ...PLATFORM, ...changed({ label: 'Sensor hub', description: 'Of the lid.' }) });
    expect(build().restore(copy(other.snapshot()))).toEqual([]);
  });

  it('is refused if a function was added without a description there, and with one here', () => {
    const machine = build(describePlatform([SENS]));
    const other = build(describePlatform([]));
    other.root.addFunction(SENS.address, new BarFunction('SENS 00:04.0', other.log, []));
    expectForeign(machine, copy(other.snapshot()), 'machine.functions[0].fixed.name');
    expect(codesOf(other.restore(copy(machine.snapshot())))).toContain('SNAPSHOT_VALUE');
  });
});

describe('a value that the machine fixes', () => {
  const fn = (index: number) => ['functions', index, 'state', 'configuration'] as const;
  const header = (register: number, change: (value: number) => number, index = 1) =>
    [[...fn(index), 'registers', register], (value: Loose) => change(value) >>> 0] as const;
  /** What is changed in a good snapshot: where, and how. */
  const rows: readonly (readonly [string, readonly (string | number)[], (value: Loose) => unknown])[] = [
    ['bits of ECAM', ['windows', 'configMmio', 'register_bit_num'], () => 13],
    ['vendor', ...header(0, (value) => value ^ 1)],
    ['device', ...header(0, (value) => value ^ 0x1_0000)],
    ['capabilities of the status', ...header(1, (value) => value ^ 0x10_0000)],
    ['revision', ...header(2, (value) => value ^ 1)],
    ['class', ...header(2, (value) => value ^ 0x8000_0000)],
    ['header type', ...header(3, (value) => value ^ 0x1_0000)],
    ['multifunction', ...header(3, (value) => value ^ 0x80_0000)],
    ['type of a BAR', ...header(4, (value) => value ^ 4)],
    ['address of a BAR below its size', ...header(4, (value) => value ^ 0x800)],
    ['type of ports', ...header(8, (value) => value ^ 1)],
    ['a BAR that does not exist', ...header(9, (value) => value ^ 0x1000)],
    ['subsystem', ...header(11, (value) => value ^ 1)],
    ['first capability', ...header(13, (value) => value ^ 4)],
    ['interrupt pin', ...header(15, (value) => value ^ 0x100)],
    ['window type of a bridge', ...header(9, (value) => value ^ 1, 3)],
    ['latency timer of a bridge', ...header(6, (value) => value ^ 0x0100_0000, 3)],
    ['writable bits', [...fn(1), 'writable_bits', 0], () => 0xffff_ffff],
    [
      'writable bits of the host bridge',
      ['windows', '*', 'pci_root', 'root_configuration', 'writable_bits', 0],
      () => 1,
    ],
    ['identity of the host bridge', ['windows', '*', 'pci_root', 'root_configuration', 'registers', 0], () => 1],
    ['size of a BAR', [...fn(1), 'bar_configs', 0, 'size'], () => '0x2000'],
    ['original address of a BAR', [...fn(1), 'bar_configs', 0, 'address'], () => '0xd0000000'],
    ['kind of a BAR', [...fn(1), 'bar_configs', 4, 'kind'], () => 'mem32'],
    ['prefetchable', [...fn(1), 'bar_configs', 0, 'prefetchable'], () => true],
    ['last capability', [...fn(1), 'last_capability'], () => null],
    ['label', ['functions', 1, 'state', 'device'], () => 'BARG'],
  ];
  for (const [what, path, change] of rows) {
    it(`is compared: ${what}`, () => {
      const machine = build();
      const snapshot = copy(machine.snapshot());
      for (const key of path[1] === '*' ? Object.keys(snapshot.windows) : [path[1]]) {
        const where = path.map((part) => (part === '*' ? key : part)) as (string | number)[];
        const last = where.pop() as string | number;
        const holder = where.reduce((at, part) => at[part], snapshot);
        holder[last] = change(holder[last]);
      }
      expectForeign(machine, snapshot);
    });
  }

  it('is compared: where ECAM is, in the host bridge of all windows', () => {
    const machine = build();
    const snapshot = copy(machine.snapshot());
    for (const window of Object.values<Loose>(snapshot.windows)) {
      window.pci_root.pcie_cfg_mmio = '0xd0000000';
      window.pci_root.root_configuration.registers[24] = 0xd000_0001;
    }
    expectForeign(machine, snapshot, 'machine.windows.virtualConfig.pci_root.pcie_cfg_mmio');
    for (const window of Object.values<Loose>(snapshot.windows)) window.pci_root.pcie_cfg_mmio = null;
    expect(codesOf(machine.restore(snapshot))).toContain('SNAPSHOT_VALUE');
  });

  it('is not compared where a guest may change it', () => {
    const machine = build();
    const snapshot = copy(machine.snapshot());
    snapshot.functions[1].state.configuration.registers[1] &= ~1;
    snapshot.functions[1].ranges.pop();
    snapshot.functions[3].state.configuration.registers[6] = 0x0a0908;
    snapshot.functions[3].state.configuration.registers[10] = 5;
    expect(machine.restore(snapshot)).toEqual([]);
    expect(machine.snapshot()).toEqual(snapshot);
    expect(machine.ioBus.ranges).toHaveLength(1);
  });
});
