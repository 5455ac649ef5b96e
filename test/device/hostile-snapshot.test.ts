import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, Machine, RegisterMapFunction } from '../../src/device/index.js';
import type { Diagnostic } from '../../src/vocab/index.js';
import { effort } from '../support/effort.js';
import { BarFunction, THREE_BARS } from './pci/bar-function.js';
import { describeFunction, describePlatform, SENSOR } from './sample-platform.js';

type Loose = ReturnType<typeof JSON.parse>;
type Path = readonly (string | number)[];

const copy = (json: unknown): Loose => JSON.parse(JSON.stringify(json));
const codesOf = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

const NIC = describeFunction({ address: { bus: 0, device: 1, function: 0 }, name: 'NIC0' });
const GPU = describeFunction({ address: { bus: 0, device: 3, function: 0 }, name: 'GPU0', profile: 'vfio' });
const RP00 = describeFunction({
  address: { bus: 0, device: 5, function: 0 },
  name: 'RP00',
  bridge: { secondary: 1, subordinate: 1 },
});

/** A machine with something in every part of its state, one BAR of which has been lost to another. */
function build(): Machine {
  const machine = new Machine(describePlatform([NIC, GPU, SENSOR, RP00]), {
    create: ({ name }, log) => (name === 'NIC0' ? new BarFunction('NIC0', log, THREE_BARS) : undefined),
  });
  const other = [{ index: 0, kind: 'mem32', address: 0xc000_0000n, sizeBytes: 0x1000n }] as const;
  machine.root.addFunction({ bus: 1, device: 0, function: 0 }, new BarFunction('NIC1', machine.log, other));
  machine.root.configSpaceWrite({ bus: 1, device: 0, function: 0 }, 4, 0, Uint8Array.of(0, 0x80, 0, 0xd0));
  machine.memory.write32(0x1000n, 0x1234_5678);
  machine.memory.write32(0x1_0004_0000n, 0xdead_beef);
  machine.memory.write32(0x1_0004_1010n, 0xcafe_f00d);
  machine.vfio('GPU0').notify(0x80);
  return machine;
}

/** Expects that data are refused, with findings of snapshots only, and that they change nothing. */
function expectRefused(machine: Machine, data: unknown): readonly Diagnostic[] {
  const before = machine.snapshotText();
  const findings = machine.restore(data);
  expect(findings.length).toBeGreaterThan(0);
  expect(codesOf(findings).filter((code) => !code.startsWith('SNAPSHOT_'))).toEqual([]);
  expect(codesOf(machine.checkSnapshot(data))).toEqual(codesOf(findings));
  expect(machine.snapshotText()).toBe(before);
  return findings;
}

/** The path of every value in a snapshot, the whole included. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, item]) =>
    pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...below];
}

function valueAt(whole: Loose, path: Path): Loose {
  return path.reduce((at, key) => at[key], whole);
}

/** The whole with another value at a path; undefined removes it. */
function replaced(whole: Loose, path: Path, value: unknown): Loose {
  if (path.length === 0) return value;
  const changed = copy(whole);
  const holder = valueAt(changed, path.slice(0, -1));
  const key = path.at(-1) as string | number;
  if (value !== undefined) holder[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return changed;
}

function nested(depth: number): string {
  return `${'{"a":['.repeat(depth / 2)}${']}'.repeat(depth / 2)}`;
}

describe('a hostile snapshot', () => {
  it('is restored exactly or refused whole, whatever is changed in it', () => {
    const machine = build();
    const good = copy(machine.snapshot());
    const paths = pathsOf(good);
    const place = fc.nat(paths.length - 1).map((index) => paths[index] as Path);
    const edge = fc.constantFrom<unknown>(
      ...[null, true, false, -1, 0, -0, 1, 0.5, 2 ** 32 - 1, 2 ** 32, 1e300, '', '0', '0x0', '0x00', '0x1000', '0xzz'],
      ...['ff', 'ff00', 'FF', '00', 'mmio', 'io', 'mem64', '0xffffffffffffffff', '0x10000000000000000', [], {}, [[]]],
    );
    const change = fc.oneof(
      fc.record({ kind: fc.constant('replace'), place, value: fc.oneof(edge, fc.jsonValue()) }),
      fc.record({ kind: fc.constant('remove'), place }),
      fc.record({ kind: fc.constant('add'), place, value: edge, key: fc.constantFrom('more', '__proto__', 'version') }),
      fc.record({ kind: fc.constant('move'), place, from: place }),
      fc.record({ kind: fc.constant('flip'), place, bit: fc.nat(31) }),
    );
    let restored = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        let changed: Loose = copy(good);
        for (const each of changes as Loose[]) {
          const at = valueAtOrUndefined(changed, each.place);
          if (at === undefined) continue;
          if (each.kind === 'replace') changed = replaced(changed, each.place, each.value);
          else if (each.kind === 'remove' && each.place.length > 0) changed = replaced(changed, each.place, undefined);
          else if (each.kind === 'move') {
            const from = valueAtOrUndefined(changed, each.from);
            if (from !== undefined) changed = replaced(changed, each.place, copy(from));
          } else if (each.kind === 'flip' && typeof at === 'number')
            changed = replaced(changed, each.place, (at ^ (1 << each.bit)) >>> 0);
          else if (each.kind === 'add' && typeof at === 'object' && at !== null && !Array.isArray(at))
            changed = JSON.parse(
              JSON.stringify(changed).replace(JSON.stringify(at), (text) =>
                text.replace(
                  '{',
                  `{${JSON.stringify(each.key)}:${JSON.stringify(each.value)}${text === '{}' ? '' : ','}`,
                ),
              ),
            );
        }
        const findings = machine.restore(changed);
        const wanted = findings.length === 0 ? changed : good;
        expect(sorted(copy(machine.snapshot()))).toEqual(sorted(copy(wanted)));
        if (findings.length === 0 && JSON.stringify(changed) !== JSON.stringify(good)) restored++;
        expect(machine.restore(copy(good))).toEqual([]);
      }),
      { numRuns: effort(80, 200) },
    );
    expect(restored).toBeGreaterThan(0);
  });

  it('is refused however deeply it is nested, anywhere in it', () => {
    const machine = build();
    const text = machine.snapshotText();
    for (const depth of [100, 8000, 200_000]) {
      const whole = machine.restoreText(nested(depth));
      expect(codesOf(whole)).toEqual(['SNAPSHOT_VALUE']);
    }
    const good = copy(machine.snapshot());
    for (const path of pathsOf(good).filter((_, index) => index % 40 === 0)) {
      const changed = replaced(good, path, JSON.parse(nested(8000)));
      expectRefused(machine, changed);
    }
    expect(machine.snapshotText()).toBe(text);
    expect(codesOf(machine.registers('SENS').restore(JSON.parse(nested(8000))))).toEqual(['SNAPSHOT_VALUE']);
    expect(codesOf(machine.virtualConfig.restore(JSON.parse(nested(8000))))).toEqual(['SNAPSHOT_VALUE']);
  });

  it('is refused if no JSON text can hold it', () => {
    const machine = build();
    const loop: Loose = { ...copy(machine.snapshot()) };
    loop.functions[0].state.more = loop;
    let shared: unknown = 'x';
    for (let depth = 0; depth < 60; depth++) shared = [shared, shared];
    const sparse: unknown[] = [];
    sparse.length = 2 ** 32 - 1;
    const fail = () => {
      throw new Error('not for you');
    };
    const trap = new Proxy({}, { ownKeys: fail, get: fail });
    const hostile: unknown[] = [
      ...[undefined, 1n, Symbol('x'), fail, Number.NaN, new Date(), new Map(), new Uint8Array(3), Object.create(null)],
      ...[loop, shared, sparse, trap, { ...copy(machine.snapshot()), windows: trap, functions: sparse }],
      Object.defineProperty({}, 'version', { enumerable: true, get: fail }),
      { ...copy(machine.snapshot()), memory: { length: 1, 0: [] } },
    ];
    for (const data of hostile) expectRefused(machine, data);
  });

  it('cannot change between being checked and being applied', () => {
    const machine = build();
    const before = machine.snapshotText();
    const data = copy(machine.snapshot());
    let reads = 0;
    Object.defineProperty(data.functions[2].state.registers, 'CTRL', {
      enumerable: true,
      get: () => (reads++ === 0 ? 7 : 'no number'),
    });
    expect(machine.restore(data)).toEqual([]);
    expect([machine.registers('SENS').get('CTRL'), reads]).toEqual([7, 1]);
    machine.restoreText(before);
    expect(machine.snapshotText()).toBe(before);
  });

  it('leaves ranges where they were if it lacks one, has one twice or takes one that is lost', () => {
    const machine = build();
    const ranges = (change: (functions: Loose) => void) => {
      const data = copy(machine.snapshot());
      change(data.functions);
      expect(codesOf(expectRefused(machine, data))).toContain('SNAPSHOT_VALUE');
    };
    ranges((functions) => functions[0].ranges.shift());
    ranges((functions) => functions[0].ranges.unshift(functions[0].ranges[0]));
    ranges((functions) => functions[4].ranges.push({ type: 'mmio', base: '0xd0008000', length: '0x1000' }));
    ranges((functions) => functions[0].ranges.push({ type: 'io', base: '0xffffffffffffffff', length: '0x2' }));
    ranges((functions) => functions[1].ranges.push({ type: 'mmio', base: '0x9000000000', length: '0x1000' }));
    const swapped = copy(machine.snapshot());
    swapped.functions[4].ranges.push(swapped.functions[0].ranges.shift());
    expect(machine.restore(swapped)).toEqual([]);
    expect(machine.snapshot()).toEqual(swapped);
    machine.root.removeDevice({ bus: 1, device: 0, function: 0 });
    expect(machine.mmioBus.deviceAt(0xd000_8000n)?.debugLabel()).toBe('NIC0');
  });
});

describe('a device that fails while a snapshot is restored', () => {
  /** A register map that fails as it is told. */
  class Failing extends RegisterMapFunction {
    fault: 'check' | 'finding' | 'throw' | undefined;

    override checkSnapshot(data: unknown): readonly Diagnostic[] {
      if (this.fault === 'check') throw new Error('cannot check');
      return super.checkSnapshot(data);
    }

    override restore(data: unknown): readonly Diagnostic[] {
      if (this.fault === 'throw') throw new Error('cannot restore');
      if (this.fault === 'finding') return super.checkSnapshot({ version: 9 });
      return super.restore(data);
    }
  }

  for (const [fault, code] of [
    ['check', 'DEVICE_FAILED'],
    ['throw', 'DEVICE_FAILED'],
    ['finding', 'SNAPSHOT_VERSION'],
  ] as const) {
    it(`leaves the whole machine as it was: ${fault}`, () => {
      const last = { ...SENSOR, name: 'LAST', address: { bus: 0, device: 9, function: 0 } };
      const machine = new Machine(describePlatform([NIC, SENSOR, last]), {
        create: (description, log) => {
          if (description.name === 'NIC0') return new BarFunction('NIC0', log, THREE_BARS);
          return description.name === 'LAST' ? new Failing(description, log) : undefined;
        },
      });
      const saved = copy(machine.snapshot());
      machine.memory.write32(0x2000n, 5);
      machine.registers('SENS').set('CTRL', 0x77);
      machine.root.configSpaceWrite(NIC.address, 4, 0, Uint8Array.of(0, 0, 0, 0xc0));
      const before = machine.snapshotText();
      (machine.registers('LAST') as Failing).fault = fault;
      expect(codesOf(machine.restore(saved))).toEqual([code]);
      expect(machine.snapshotText()).toBe(before);
      (machine.registers('LAST') as Failing).fault = undefined;
      expect(machine.restore(saved)).toEqual([]);
      expect(machine.snapshot()).toEqual(saved);
    });
  }
});

function valueAtOrUndefined(whole: Loose, path: Path): Loose {
  return path.reduce((at: Loose, key) => (typeof at === 'object' && at !== null ? at[key] : undefined), whole);
}

/** Keys in one order, for comparison. */
function sorted(value: Json | undefined): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  const entries = Object.entries(value) as [string, Json][];
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]);
}
