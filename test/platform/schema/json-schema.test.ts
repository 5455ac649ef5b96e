import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlatform, platformJsonSchema } from '../../../src/platform/index.js';
import { effort } from '../../support/effort.js';

interface Schema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly type?: string;
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
}

const schema = platformJsonSchema() as Schema;

function* keysOf(part: Schema, path = ''): Generator<[string, Schema]> {
  for (const [key, inner] of Object.entries(part.properties ?? {})) {
    yield [`${path}.${key}`, inner];
    yield* keysOf(inner, `${path}.${key}`);
  }
  const { additionalProperties: named } = part;
  if (typeof named === 'object') yield* keysOf(named, `${path}.*`);
  for (const inner of [part.items, ...(part.anyOf ?? [])]) if (inner) yield* keysOf(inner, path);
}

function at(path: string): Schema {
  const found = [...keysOf(schema)].find(([candidate]) => candidate === path);
  if (!found) throw new Error(`${path} is not in the schema`);
  return found[1];
}

const patternsAt = (path: string) =>
  [at(path), ...(at(path).anyOf ?? [])].flatMap(({ pattern }) => (pattern === undefined ? [] : [new RegExp(pattern)]));

test('is the same each time, and JSON', () => {
  expect(JSON.stringify(platformJsonSchema())).toBe(JSON.stringify(schema));
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'VCFG platform' });
});

test('every key has a description and examples', () => {
  const keys = [...keysOf(schema)];
  expect(keys.length).toBeGreaterThan(35);
  expect(
    keys.filter(([, { description, examples }]) => !description || !examples?.length).map(([path]) => path),
  ).toEqual([]);
});

test('names what is needed, and takes no other keys', () => {
  expect(at('.functions').items).toMatchObject({ required: ['address', 'name'], additionalProperties: false });
  const eitherName = [{ required: ['name'] }, { required: ['longName'] }];
  expect(at('.functions.registers').items).toMatchObject({
    required: ['index'],
    anyOf: eitherName,
    additionalProperties: false,
  });
  expect(at('.functions.shared').items).toMatchObject({ required: ['offset', 'bytes'], anyOf: eitherName });
  expect(schema).not.toHaveProperty('required');
});

test('each default is what the reading of the file fills in', () => {
  const defaults = Object.fromEntries(
    [...keysOf(schema)].flatMap(([path, part]) => ('default' in part ? [[path, part.default]] : [])),
  );
  expect(defaults).toEqual({
    '.vcfg.base': 'auto',
    '.vcfg.buses': 64,
    '.memory': '2 GiB',
    '.addressBits': 46,
    '.cpus': 1,
    '.pm.base': 0x600,
    '.pm.sci': 9,
    '.functions.registers.access': 'rw',
    '.functions.registers.reset': 0,
    '.functions.ids.vendor': 0x1b36,
    '.groups.*.registers.access': 'rw',
    '.groups.*.registers.reset': 0,
    '.templates.*.ids.vendor': 0x1b36,
    '.templates.*.registers.access': 'rw',
    '.templates.*.registers.reset': 0,
  });
  const file = (written: boolean) => ({
    ...(written ? { vcfg: { base: defaults['.vcfg.base'], buses: defaults['.vcfg.buses'] } } : {}),
    ...(written ? { memory: defaults['.memory'], addressBits: defaults['.addressBits'] } : {}),
    ...(written ? { cpus: defaults['.cpus'], pm: { base: defaults['.pm.base'], sci: defaults['.pm.sci'] } } : {}),
    functions: [
      {
        address: '00:01.0',
        name: 'A',
        ...(written ? { ids: { vendor: defaults['.functions.ids.vendor'] } } : {}),
        registers: [
          {
            name: 'R',
            index: 0,
            ...(written ? { access: defaults['.functions.registers.access'] } : {}),
            ...(written ? { reset: defaults['.functions.registers.reset'] } : {}),
          },
        ],
      },
    ],
  });
  const { platform } = checkPlatform(file(true));
  expect(platform).toBeDefined();
  expect(platform).toEqual(checkPlatform(file(false)).platform);
});

/** A text that is nearly what the pattern wants. */
const near = (alphabet: string) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength: 8 }).map((parts) => parts.join(''));
const accepted = (file: unknown, code: string) => checkPlatform(file).diagnostics.every((found) => found.code !== code);

test('an editor and the reading agree on names', () => {
  const [pattern] = patternsAt('.functions.name');
  fc.assert(
    fc.property(near('ABZ_09a.'), (name) => {
      const { diagnostics } = checkPlatform({ functions: [{ address: '00:01.0', name }] });
      expect(pattern?.test(name)).toBe(diagnostics.length === 0);
    }),
  );
});

test('an editor and the reading agree on numbers and sizes', () => {
  const patterns = patternsAt('.vcfg.base');
  const size = fc
    .tuple(near('0123456789abxX_'), fc.constantFrom('', ' ', 'B', ' KiB', 'GiB', ' GB'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(size, (base) => {
      const isQuantity = accepted({ vcfg: { base } }, 'PLATFORM_BAD_NUMBER');
      expect(patterns.some((pattern) => pattern.test(base.trim()))).toBe(isQuantity);
    }),
    { numRuns: effort(300, 1000) },
  );
});

test('an address that an editor takes is read', () => {
  const [pattern] = patternsAt('.functions.address');
  const address = fc
    .tuple(near('0f1:'), near('01f8'), near('078'))
    .map(([bus, device, fn]) => `${bus}:${device}.${fn}`);
  fc.assert(
    fc.property(address, (text) => {
      const isRead = accepted({ functions: [{ address: text, name: 'A' }] }, 'PLATFORM_BAD_ADDRESS');
      expect(pattern?.test(text)).toBe(isRead);
    }),
    { numRuns: effort(300, 1000) },
  );
});
