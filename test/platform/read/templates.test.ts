import fc from 'fast-check';
import { expect, test } from 'vitest';
import { functionKinds } from '../../../src/drivers/function-kinds.js';
import { checkPlatform, packPciAddress, platformFromObject } from '../../../src/platform/index.js';
import { effort } from '../../support/effort.js';
import { platformFileArbitrary } from '../../support/platform-arbitrary.js';

const CTRL = { name: 'CTRL', index: 0, fields: [{ name: 'ENBL', bits: 0 }] };
const STAT = { name: 'STAT', index: 1, access: 'ro' };

test('a function has the keys of its template, unless it has its own', () => {
  const { functions } = platformFromObject({
    templates: {
      sensor: {
        label: 'Sensor',
        ids: { vendor: 1, device: 2 },
        registers: [CTRL, STAT],
        shared: [{ name: 'RING', offset: 0, bytes: 64 }],
      },
    },
    functions: [
      { address: '00:04.0', name: 'S', template: 'sensor' },
      {
        address: '00:05.0',
        name: 'T',
        template: 'sensor',
        label: 'Other',
        ids: { device: 3 },
        registers: [
          { longName: 'rate', index: 2 },
          { ...STAT, access: 'rw' },
        ],
      },
    ],
  });
  const written = platformFromObject({
    functions: [
      {
        address: '00:04.0',
        name: 'S',
        label: 'Sensor',
        ids: { vendor: 1, device: 2 },
        registers: [CTRL, STAT],
        shared: [{ name: 'RING', offset: 0, bytes: 64 }],
      },
      {
        address: '00:05.0',
        name: 'T',
        label: 'Other',
        ids: { vendor: 1, device: 3 },
        registers: [CTRL, { ...STAT, access: 'rw' }, { longName: 'rate', index: 2 }],
        shared: [{ name: 'RING', offset: 0, bytes: 64 }],
      },
    ],
  });
  expect(functions).toEqual(written.functions);
});

test('any platform is the same with its functions made from templates', () => {
  fc.assert(
    fc.property(platformFileArbitrary(), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (whole, picks) => {
      const templates: Record<string, object> = {};
      const functions = whole.functions.map((described, at) => {
        const { address, name, bridge, gpe, ...others } = described;
        const entries = Object.entries(others);
        const moved = entries.filter((_, key) => picks[key % picks.length]);
        templates[`t${at}`] = Object.fromEntries(moved);
        const kept = entries.filter((_, key) => !picks[key % picks.length]);
        return {
          address,
          name,
          ...(bridge && { bridge }),
          ...(gpe !== undefined && { gpe }),
          template: `t${at}`,
          ...Object.fromEntries(kept),
        };
      });
      const made = checkPlatform({ ...whole, templates, functions });
      expect(made.platform).toEqual(checkPlatform(whole).platform);
      expect(made.platform).toBeDefined();
    }),
    { numRuns: effort(40, 200) },
  );
});

test('several functions are each at its place, with names that differ', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Z][A-Z0-9]{0,3}$/),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom({ function: 1 }, { device: 1 }, { function: 3 }, { device: 1, function: 2 }),
      (name, count, stride) => {
        const { platform, diagnostics } = checkPlatform({
          vcfg: { buses: 8 },
          functions: [
            ...[1, 2, 3, 4].map((bus) => ({
              address: `00:1${bus}.0`,
              name: `_B${bus}`.replace('_', 'Q'),
              bridge: { secondary: bus },
            })),
            { address: '01:00.0', name, count, stride, registers: [CTRL] },
          ],
        });
        const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
        // A made name may be that of a bridge here.
        if (errors.includes('PLATFORM_DUPLICATE_FUNCTION_NAME')) return;
        expect(errors).toEqual([]);
        const made = platform?.functions.filter(({ address }) => address.bus > 0) ?? [];
        const { device = 0, function: step = 0 } = stride as { device?: number; function?: number };
        expect(made.map(({ address }) => packPciAddress(address))).toEqual(
          Array.from({ length: count }, (_, n) => 0x100 + n * (device * 8 + step)),
        );
        expect(new Set(made.map((each) => each.name)).size).toBe(count);
        for (const each of made) expect(each.name).toMatch(/^[A-Z][A-Z0-9]{0,3}$/);
        expect(made.map((each) => each.longName ?? each.name.toLowerCase())).toEqual(
          made.map((_, n) => (/\d$/.test(name) ? `${name.toLowerCase()}_${n}` : `${name.toLowerCase()}${n}`)),
        );
      },
    ),
    { numRuns: effort(60, 300) },
  );
});

test('a name stays when there are more of them, and 2000 of one template are of one kind', () => {
  const of = (count: number) =>
    platformFromObject({
      vcfg: { buses: 16 },
      templates: { sensor: { registers: [CTRL, STAT] } },
      functions: [
        ...Array.from({ length: 9 }, (_, n) => ({
          address: `00:1f.${n}`,
          name: `B${n}`,
          bridge: { secondary: n + 1 },
        })).slice(0, 8),
        { address: '01:00.0', name: 'SENS', template: 'sensor', count, stride: { function: 1 } },
      ],
    }).functions.filter(({ address }) => address.bus > 0);
  const many = of(2000);
  expect(many).toHaveLength(2000);
  expect(many.slice(0, 100)).toEqual(of(100));
  expect(new Set(many.map(({ registers }) => registers)).size).toBe(1);
  expect(new Set([...functionKinds(many).values()].map(({ first }) => first)).size).toBe(1);
});

test('MSI-X in a faulty BAR of a template, and a capability with too many bytes, give one finding each', () => {
  const codes = (template: object, own: object) =>
    checkPlatform({
      templates: { t: template },
      functions: [{ address: '00:04.0', name: 'SENS', template: 't', ...own }],
    }).diagnostics.map(({ code }) => code);
  const msix = { vectors: 8, bar: 0 };
  const bars = [{ index: 0, size: 'x' }];
  expect(codes({ bars }, { msix })).toEqual(['PLATFORM_BAD_NUMBER']);
  expect(codes({ bars, msix }, {})).toEqual(['PLATFORM_BAD_NUMBER']);
  expect(codes({ capabilities: [{ id: 9, bytes: Array(5000).fill(1) }] }, {})).toEqual(['PLATFORM_TOO_LARGE']);
});
