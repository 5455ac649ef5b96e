import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSet } from '../../src/check/index.js';
import { generateTableSet } from '../../src/firmware/index.js';
import { readPlatform } from '../../src/platform/index.js';
import type { Platform } from '../../src/vocab/index.js';
import { effort } from '../support/effort.js';

const SEED = 20;
const RUNS = effort(150, 1000);
const MIB = 2 ** 20;

const memoryBar = fc.record({
  kind: fc.constantFrom('mem32', 'mem64'),
  size: fc.constantFrom(...[12, 16, 20, 22, 24, 26, 28, 29, 31].map((bits) => 2 ** bits)),
  prefetchable: fc.boolean(),
});
const portBar = fc.record({ kind: fc.constant('io'), size: fc.constantFrom(4, 32, 256, 4096) });
const barsOf = (most: number) =>
  fc
    .array(fc.oneof({ weight: 4, arbitrary: memoryBar }, portBar), { maxLength: most })
    .map((bars) => bars.map((bar, at) => ({ ...bar, index: at * 2 })));

/** Bridges that lead to bus 1 and up, each on a lower bus: `at` chooses one. */
const bridgesArbitrary = fc.array(fc.record({ at: fc.nat(20), bars: barsOf(1) }), { maxLength: 5 });
const devicesArbitrary = fc.array(fc.record({ at: fc.nat(20), bars: barsOf(3), isPlaced: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

const LOW = 0xd000_0000;
const mmio32 = fc.option(
  fc.constantFrom(1, 2, 5, 16, 40, 256, 400).map((mebibytes) => ({ base: LOW + MIB, size: mebibytes * MIB })),
  { nil: undefined },
);
const windowsArbitrary = fc.oneof(
  mmio32.map((window) => (window === undefined ? {} : { mmio32: window })),
  fc.record({
    mmio32: mmio32.map((window) => window ?? { base: LOW, size: MIB }),
    mmio64: fc.constantFrom(2, 64, 4096).map((mebibytes) => ({ base: 2 ** 40, size: mebibytes * MIB })),
    io: fc.constantFrom([{ base: 0x1000, size: 0x800 }], [{ base: 0x1000, size: 0x3000 }]),
  }),
);

/** A platform file of bridges and BARs. Buses are numbered depth first, as an OS numbers them. */
const fileArbitrary = fc
  .record({ bridges: bridgesArbitrary, devices: devicesArbitrary, windows: windowsArbitrary })
  .map(({ bridges, devices, windows }) => {
    const parents = bridges.map(({ at }, index) => at % (index + 1));
    const busOf = [0];
    let buses = 0;
    const number = (node: number): void => {
      busOf[node] = buses++;
      parents.forEach((parent, index) => {
        if (parent === node) number(index + 1);
      });
    };
    number(0);
    const slots = new Map<number, number>();
    const addressOn = (node: number) => {
      const slot = slots.get(node) ?? 1;
      slots.set(node, slot + 1);
      return `0${busOf[node]}:${slot.toString(16).padStart(2, '0')}.0`;
    };
    let low = LOW + MIB;
    const based = (bars: readonly { kind: string; size: number }[], isPlaced: boolean) =>
      bars.map((bar) => {
        if (!isPlaced || bar.kind === 'io' || bar.size > MIB) return bar;
        low += MIB;
        return { ...bar, base: low };
      });
    return {
      windows,
      functions: [
        ...bridges.map(({ bars }, index) => ({
          name: `RP${index}0`,
          address: addressOn(parents[index] ?? 0),
          bridge: { secondary: busOf[index + 1] },
          bars,
        })),
        ...devices.map(({ at, bars, isPlaced }, index) => ({
          name: `DEV${index}`,
          address: addressOn(at % (bridges.length + 1)),
          bars: based(bars, isPlaced),
        })),
      ],
    };
  });

function barFindings(platform: Platform): string[] {
  const { aml, data } = generateTableSet(platform);
  const tables = [...aml, ...data].map(({ name, bytes }) => ({ file: `${name}.aml`, bytes }));
  const { findings } = checkSet(tables, { platform });
  return findings.map(({ code }) => code).filter((code) => code.startsWith('VCFG_BAR_'));
}

test('BARs that are read have room in the generated tables, and those that are refused have not', () => {
  const seen = { read: 0, refused: 0 };
  fc.assert(
    fc.property(fileArbitrary, (file) => {
      const text = JSON.stringify(file);
      const { platform, diagnostics } = readPlatform(text);
      if (platform !== undefined) {
        seen.read++;
        expect(barFindings(platform)).toEqual([]);
        return;
      }
      const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      expect(new Set(errors)).toEqual(new Set(['PLATFORM_BAR_PLACE']));
      const own = readPlatform(text, { hasOwnTables: true }).platform;
      if (own === undefined) return;
      seen.refused++;
      expect(new Set(barFindings(own))).toEqual(new Set(['VCFG_BAR_NO_ROOM']));
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(seen.read).toBeGreaterThan(RUNS / 10);
  expect(seen.refused).toBeGreaterThan(RUNS / 50);
});
