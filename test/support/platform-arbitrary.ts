import fc from 'fast-check';
import { paddedName, reservedFor } from '../../src/platform/names/name-seg.js';

/** A function as a platform file holds it. */
interface PlatformFileFunction {
  readonly address: string;
  readonly name: string;
  readonly profile?: 'vfio';
  readonly registers?: readonly {
    readonly name: string;
    readonly index: number;
    readonly access?: string;
    readonly reset?: number | string;
    readonly fields?: readonly { readonly name: string; readonly bits: string | number | readonly number[] }[];
  }[];
  readonly shared?: readonly { readonly name: string; readonly offset: number; readonly bytes: number | string }[];
  readonly bridge?: { readonly secondary: number; readonly subordinate?: number };
  readonly gpe?: number;
  readonly ids?: { readonly vendor?: number; readonly device?: number; readonly class?: number };
}

/** What a platform file holds, as `JSON.stringify` and YAML can write it. */
export interface PlatformFile {
  readonly vcfg?: { readonly base?: string | number; readonly buses?: number };
  readonly memory?: string | number;
  readonly cpus?: number;
  readonly interrupts?: readonly number[];
  readonly pm?: { readonly base?: number | string; readonly sci?: number };
  readonly functions: readonly PlatformFileFunction[];
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const MORE = [...LETTERS, ...'0123456789_'];

const nameSeg = fc
  .tuple(fc.constantFrom(...LETTERS), fc.array(fc.constantFrom(...MORE), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.join(''))
  // YAML reads these words as something other than text, so that a file has to quote them.
  .filter((name) => !['NULL', 'TRUE'].includes(name));

/** Names that are free in any function: no generated ones, no devices below a bridge. */
const namesOfOneScope = (count: number) =>
  fc.uniqueArray(
    nameSeg.filter((name) => reservedFor(name, { isBridge: true }) === undefined),
    { minLength: count, maxLength: count, selector: paddedName },
  );

/** Runs without overlap between the bounds, in ascending order. */
const runs = (least: number, end: number, most: number) =>
  fc.uniqueArray(fc.integer({ min: least, max: end }), { maxLength: most * 2 }).map((cuts) => {
    const sorted = cuts.toSorted((a, b) => a - b);
    return Array.from({ length: Math.floor(sorted.length / 2) }, (_, index) => ({
      start: sorted[index * 2] as number,
      end: sorted[index * 2 + 1] as number,
    }));
  });

const MOST_REGISTERS = 5;
const MOST_FIELDS = 4;
const MOST_RUNS = 3;

const body = fc
  .record({
    isVfio: fc.boolean(),
    names: namesOfOneScope(MOST_REGISTERS * (MOST_FIELDS + 1) + MOST_RUNS),
    indexes: fc.uniqueArray(fc.oneof(fc.integer({ min: 0, max: 1023 }), fc.constant(1023)), {
      maxLength: MOST_REGISTERS,
    }),
    registers: fc.array(
      fc.record({
        access: fc.option(fc.constantFrom('rw', 'ro', 'wo', 'w1c', 'w1s', 'rc'), { nil: undefined }),
        reset: fc.option(fc.integer({ min: 0, max: 0xffff_ffff }), { nil: undefined }),
        fields: runs(0, 32, MOST_FIELDS),
        spelling: fc.boolean(),
      }),
      { minLength: MOST_REGISTERS, maxLength: MOST_REGISTERS },
    ),
    runs: runs(0, 1024, MOST_RUNS),
    ids: fc.option(fc.record({ vendor: fc.nat(0xfffe), device: fc.nat(0xffff), class: fc.nat(0xff_ffff) }), {
      nil: undefined,
    }),
  })
  .map(({ isVfio, names, indexes, registers, runs, ids }) => {
    const identity = ids ? { ids } : {};
    // Such a function has what its profile gives it and nothing else.
    if (isVfio) return { profile: 'vfio' as const, ...identity };
    const free = [...names];
    const name = () => free.pop() as string;
    const shared = runs.map(({ start, end }) => ({ name: name(), offset: start * 4, bytes: (end - start) * 4 }));
    return {
      registers: indexes.map((index, number) => {
        const { access, reset, fields, spelling } = registers[number] as (typeof registers)[number];
        return {
          name: name(),
          index,
          ...(access === undefined ? {} : { access }),
          ...(reset === undefined ? {} : { reset: spelling ? `0x${reset.toString(16)}` : reset }),
          fields: fields.map(({ start, end }) => {
            const list = [end - 1, start];
            const single = end - start === 1;
            return { name: name(), bits: single && spelling ? start : spelling ? list.join('..') : list };
          }),
        };
      }),
      shared,
      ...identity,
    };
  });

/** The keys for the machine itself. Each may be missing. */
const host = fc.record(
  {
    cpus: fc.integer({ min: 1, max: 255 }),
    interrupts: fc.array(fc.integer({ min: 0, max: 1023 }), { minLength: 1, maxLength: 6 }),
    pm: fc.record(
      { base: fc.constantFrom(0x400, '0x600', 0xcb0, 0xd00, 0xffb8), sci: fc.nat(1023) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const hex = (value: number) => value.toString(16).padStart(2, '0');

/**
 * Any valid platform file, as a plain object: functions on bus 0 and behind bridges, registers, fields, shared runs, the
 * vfio profile, and windows of 1 to 256 buses. A slot may lack its function 0, which is a warning.
 */
export function platformFileArbitrary(options: { mostFunctions?: number } = {}): fc.Arbitrary<PlatformFile> {
  const most = options.mostFunctions ?? 8;
  return fc
    .record({
      // A bridge hangs below the host bridge (0) or below one of the bridges before it.
      parents: fc.array(fc.nat(1000), { maxLength: 4 }),
      slots: fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: most + 4, maxLength: most + 4 }),
      bodies: fc.array(fc.tuple(body, fc.nat(1000)), { minLength: 1, maxLength: most }),
      names: fc.uniqueArray(nameSeg, { minLength: most + 4, maxLength: most + 4, selector: paddedName }),
      moreBuses: fc.constantFrom(0, 1, 60, 255),
      gap: fc.integer({ min: 1, max: 20 }),
      memory: fc.constantFrom(undefined, '512 MiB', '8 GiB', '0x8000_0000', 3 * 2 ** 30),
      events: fc.uniqueArray(fc.nat(255), { minLength: most, maxLength: most }),
      host,
      base: fc.constantFrom(undefined, 'auto', '0x3_0000_0000', '0x3f_ff80_0000', 0x4_0000_0000),
    })
    .map(({ parents, slots, bodies, names, moreBuses, gap, memory, events, host, base }): PlatformFile => {
      const children = new Map<number, number[]>();
      parents.forEach((pick, index) => {
        const parent = pick % (index + 1);
        children.set(parent, [...(children.get(parent) ?? []), index + 1]);
      });
      // Depth first, so that the buses below one bridge come before the next bridge's.
      const busOf = new Map([[0, 0]]);
      const places: { bus: number; secondary: number }[] = [];
      let last = 0;
      const number = (bridge: number): void => {
        for (const child of children.get(bridge) ?? []) {
          last += gap;
          busOf.set(child, last);
          places.push({ bus: busOf.get(bridge) as number, secondary: last });
          number(child);
        }
      };
      number(0);
      const free = [...slots];
      const freeNames = [...names];
      const place = (bus: number) => {
        const slot = free.pop() as number;
        return { address: `${hex(bus)}:${hex(slot >> 3)}.${slot & 7}`, name: freeNames.pop() as string };
      };
      const buses = [...busOf.values()];
      const functions: PlatformFileFunction[] = [
        ...bodies.map(([described, pick], index) => ({
          ...place(buses[pick % buses.length] as number),
          ...described,
          ...('profile' in described && pick % 2 === 0 ? { gpe: events[index] as number } : {}),
        })),
        ...places.map(({ bus, secondary }) => ({ ...place(bus), bridge: { secondary } })),
      ];
      return {
        vcfg: { ...(base === undefined ? {} : { base }), buses: Math.min(256, last + 1 + moreBuses) },
        ...(memory === undefined ? {} : { memory }),
        ...host,
        functions,
      };
    });
}
