import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as drivers from '../../src/drivers/index.js';
import * as firmware from '../../src/firmware/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { projectFolder } from '../support/shared-material.js';

/** A value that a caller without types might pass. */
type Loose = ReturnType<typeof JSON.parse>;

const platform = platformFromObject({
  functions: [{ address: '00:04.0', name: 'SENS', registers: [{ name: 'CTRL', index: 0 }] }],
});
const dsdt = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
const tables = firmware.generateTableSet(platform);

/** Whatever makes something from a platform. */
const GENERATORS: readonly (keyof typeof firmware | keyof typeof drivers)[] = [
  'dsdtTerms',
  'firmwareTables',
  'generateDsdt',
  'generateFadt',
  'generateFirmwareFiles',
  'generateMadt',
  'generateMcfg',
  'generateTableSet',
  'generateWindowSsdt',
  'hotPlugTable',
  'generateCHeader',
  'generateEdk2Driver',
  'generateLinuxModule',
  'generateMapFiles',
  'generateRegisterReference',
  'generateRustModule',
  'generateSvgMap',
  'generateTypeScriptDriver',
];

test.each(GENERATORS)('%s refuses what is not a platform', (name) => {
  const call = ({ ...firmware, ...drivers } as Record<string, Loose>)[name];
  for (const [value, message] of [
    [undefined, /^platform is undefined; it must be as readPlatform/],
    ['a.yaml', /^platform is string; /],
    [{}, /^platform\.vcfg is undefined; /],
    [{ ...platform, functions: {} }, /^platform\.functions is object; /],
  ] as const) {
    expect(() => call(value)).toThrow(TypeError);
    expect(() => call(value)).toThrow(message);
  }
});

const CALLS: readonly (readonly [what: string, call: () => unknown, message: RegExp])[] = [
  ['generateDsdt', () => firmware.generateDsdt(platform, 5 as Loose), /options is 5; it must be an object/],
  [
    'generateDsdt',
    () => firmware.generateDsdt(platform, { vcfgWidth: 8 as Loose }),
    /vcfgWidth is 8; .*shortest or fixed/,
  ],
  [
    'generateDsdt',
    () => firmware.generateDsdt(platform, { accesses: 'byte' as Loose }),
    /accesses is "byte"; .*dword or/,
  ],
  [
    'firmwareTables',
    () => firmware.firmwareTables(platform, { split: 'two' as Loose }),
    /split is "two"; .*one or crosvm/,
  ],
  [
    'firmwareTables',
    () => firmware.firmwareTables(platform, { hotPlug: 5 as Loose }),
    /hotPlug is 5; it must be an array/,
  ],
  [
    'firmwareTables',
    () => firmware.firmwareTables(platform, { hotPlug: ['00:04.0' as Loose] }),
    /address is "00:04\.0"; .*\{ bus, device, function \}/,
  ],
  [
    'hotPlugTable',
    () => firmware.hotPlugTable(platform, { bus: 0, device: 5, function: 0 }),
    /no function at 00:05\.0; it must be one of its 1/,
  ],
  [
    'generateFirmwareFiles',
    () => firmware.generateFirmwareFiles(platform, { formats: 'aml' as Loose }),
    /formats is aml/,
  ],
  [
    'generateFirmwareFiles',
    () => firmware.generateFirmwareFiles(platform, { formats: ['bin' as Loose] }),
    /formats has "bin"; the formats are aml, tables, asl/,
  ],
  ['platformImage', () => firmware.platformImage(tables, 0xe0000 as Loose), /base is 917504 \(number\); .*bigint/],
  ['tableImage', () => firmware.tableImage([], '0' as Loose), /base is 0 \(string\); /],
  ['tableImage', () => firmware.tableImage(dsdt as Loose, 0n), /tables is .*; it must be an array/],
  ['injectVcfg', () => firmware.injectVcfg(dsdt, 5 as Loose), /base is 5 \(number\); it must be a bigint/],
  ['injectVcfg', () => firmware.injectVcfg(dsdt, -1n), /base is -1; it must be 0\.\.0xffffffffffffffff/],
  ['injectVcfg', () => firmware.injectVcfg(dsdt, 1n << 64n), /base is 18446744073709551616; /],
  [
    'injectVcfg',
    () => firmware.injectVcfg(dsdt, 0n, { width: 4 as Loose }),
    /width is 4; it must be shortest or fixed/,
  ],
  ['decodeTable', () => firmware.decodeTable('x' as Loose), /table is string; it must be a Uint8Array/],
  ['toCArray', () => firmware.toCArray(dsdt, { name: '1st', comment: '' }), /name is "1st"; it must be a C identifier/],
  ['toEdk2Source', () => firmware.toEdk2Source(dsdt, { name: 'a-b', comment: '' }), /name is "a-b"; /],
];

test.each(CALLS)('a bad call of %s says the value and what is needed (%#)', (_, call, message) => {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown instanceof TypeError || thrown instanceof RangeError, String(thrown)).toBe(true);
  expect((thrown as Error).message).toMatch(message);
});
