import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, Machine } from '../../src/device/index.js';
import type { Access, FunctionDescription } from '../../src/vocab/index.js';
import { describeFunction, describePlatform, describeRegister } from './sample-platform.js';

const ACCESSES: readonly Access[] = ['rw', 'ro', 'wo', 'w1c', 'w1s', 'rc'];

/** Slots where functions come and go: two on bus 0, a bridge, and two below it. */
const SLOTS: readonly FunctionDescription[] = [
  [0, 1, 0],
  [0, 1, 5],
  [0, 2, 0],
  [7, 0, 0],
  [7, 31, 7],
].map(([bus = 0, device = 0, fn = 0], slot) =>
  describeFunction({
    address: { bus, device, function: fn },
    name: `SLT${slot}`,
    registers: ACCESSES.map((access, index) =>
      describeRegister(`REG${index}`, index, access, 0x8000_0000 + slot * 16 + index),
    ),
    shared: slot % 2 === 0 ? [] : [{ name: 'PAGE', offsetBytes: 0, lengthBytes: 4096 }],
    ...(slot === 2 ? { bridge: { secondary: 7, subordinate: 7 } } : {}),
  }),
);

const BASE = 0x1_0000_0000n;

/** The address of a register, by strides. */
function addressOf(
  { address: { bus, device, function: fn } }: FunctionDescription,
  page: number,
  register: number,
): bigint {
  return BASE + BigInt(bus * 0x20_0000 + device * 0x1_0000 + fn * 0x2000 + page * 0x1000 + register * 4);
}

/** What a function holds, in the plainest form. */
interface Model {
  registers: number[];
  page: Map<number, number> | undefined;
}

type Models = Map<number, Model>;

function fresh(slot: number): Model {
  const description = SLOTS[slot] as FunctionDescription;
  return {
    registers: description.registers.map(({ reset }) => reset),
    page: description.shared.length === 0 ? undefined : new Map(),
  };
}

function modelRead(model: Model | undefined, register: number): number {
  const access = ACCESSES[register];
  if (model === undefined || access === undefined) return 0;
  const value = model.registers[register] as number;
  if (access === 'rc') model.registers[register] = 0;
  return access === 'wo' ? 0 : value;
}

function modelWrite(model: Model | undefined, register: number, written: number): void {
  const access = ACCESSES[register];
  if (model === undefined || access === undefined) return;
  const value = BigInt(model.registers[register] as number);
  const mask = BigInt(written);
  if (access === 'rw' || access === 'wo') model.registers[register] = written;
  if (access === 'w1c') model.registers[register] = Number(value - (value & mask));
  if (access === 'w1s') model.registers[register] = Number(value | mask);
}

const BRIDGE = 2;
const BELOW = [3, 4];

/** One thing that happens to machine and model. */
interface Step {
  readonly kind: 'read' | 'write' | 'readPage' | 'writePage' | 'add' | 'remove' | 'save' | 'load';
  readonly slot: number;
  readonly register: number;
  readonly value: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('read', 'write', 'readPage', 'writePage', 'add', 'add', 'remove', 'save', 'load'),
  slot: fc.nat(SLOTS.length - 1),
  register: fc.nat(7),
  value: fc.nat(0xffff_ffff),
});

/** Machine and model side by side. */
class Pair {
  machine = new Machine(describePlatform([], 8));
  models: Models = new Map();
  saved: { json: Json; models: Models } | undefined;

  take({ kind, slot, register, value }: Step): void {
    const description = SLOTS[slot] as FunctionDescription;
    const model = this.models.get(slot);
    const trapped = addressOf(description, 0, register);
    const shared = addressOf(description, 1, register);
    if (kind === 'read') expect(this.machine.memory.read32(trapped)).toBe(modelRead(model, register));
    if (kind === 'readPage') expect(this.machine.memory.read32(shared)).toBe(model?.page?.get(register) ?? 0);
    if (kind === 'write') {
      this.machine.memory.write32(trapped, value);
      modelWrite(model, register, value);
    }
    if (kind === 'writePage') {
      this.machine.memory.write32(shared, value);
      model?.page?.set(register, value);
    }
    if (kind === 'add') this.#add(slot, description);
    if (kind === 'remove') this.#remove(slot, description);
    if (kind === 'save')
      this.saved = { json: JSON.parse(this.machine.snapshotText()), models: structuredClone(this.models) };
    if (kind === 'load') this.#load();
  }

  #add(slot: number, description: FunctionDescription): void {
    if (this.models.has(slot) || (BELOW.includes(slot) && !this.models.has(BRIDGE))) {
      expect(() => this.machine.addFunction(description)).toThrow();
    } else {
      this.machine.addFunction(description);
      this.models.set(slot, fresh(slot));
    }
  }

  #remove(slot: number, description: FunctionDescription): void {
    this.machine.removeFunction(description.address);
    this.models.delete(slot);
    if (slot === BRIDGE) for (const below of BELOW) this.models.delete(below);
  }

  /** Into a machine that is built anew half of the time, and that has the saved functions plugged in. */
  #load(): void {
    if (this.saved === undefined) return;
    const { json, models } = this.saved;
    if ([...models.keys()].sort().join() !== [...this.models.keys()].sort().join()) {
      expect(this.machine.restore(json).map(({ code }) => code)).toEqual(['SNAPSHOT_FOREIGN']);
      this.machine = new Machine(describePlatform([], 8));
      for (const slot of [...models.keys()].sort()) this.machine.addFunction(SLOTS[slot] as FunctionDescription);
    }
    expect(this.machine.restore(json)).toEqual([]);
    this.models = structuredClone(models);
  }
}

describe('a machine beside a plain model', () => {
  it('agrees after any accesses, hot adds, removes, saves and restores', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const pair = new Pair();
        for (const each of steps) pair.take(each);
        for (const slot of SLOTS.keys())
          for (let register = 0; register < 8; register++) {
            pair.take({ kind: 'read', slot, register, value: 0 });
            pair.take({ kind: 'readPage', slot, register, value: 0 });
          }
      }),
      { numRuns: 200 },
    );
  });
});
