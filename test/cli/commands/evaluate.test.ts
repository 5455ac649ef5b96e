import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAmlArgument } from '../../../src/interpreter/argument-text.js';
import { projectFolder } from '../../support/shared-material.js';
import { vcfg } from '../fake-io.js';

const DSDT = join(projectFolder, 'fixtures/tables/q35/dsdt.aml');

describe('vcfg evaluate', () => {
  it('prints a value, and a _CRS as its descriptors', async () => {
    expect(await vcfg(['evaluate', DSDT, '\\_REV'])).toMatchObject({ code: 0, stdout: '0x2\n' });
    const crs = await vcfg(['evaluate', DSDT, '\\_SB.PCI0._CRS']);
    expect(crs).toMatchObject({ code: 0 });
    expect(crs.stdout.split('\n').length).toBeGreaterThan(2);
  });

  it('gives JSON, and each access with --trace', async () => {
    const { code, stdout } = await vcfg(['evaluate', DSDT, '\\DBUG', '"hi"', '--json', '--trace']);
    expect(code).toBe(0);
    const { path, accesses } = JSON.parse(stdout);
    expect(path).toBe('\\DBUG');
    expect(accesses[0]).toMatch(/^write SystemIO 0x402, 1 bytes/);
  });

  it('tells what failed by its code, and bad usage', async () => {
    expect(await vcfg(['evaluate', DSDT, '\\NONE'])).toMatchObject({ code: 1, codes: ['AE_NOT_FOUND'] });
    for (const words of [[DSDT], ['\\VCFG'], [DSDT, '\\DBUG', 'x y'], [DSDT, '\\_REV', '--steps', '0']])
      expect(await vcfg(['evaluate', ...words])).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
  });

  it('reads arguments as AML people write them', () => {
    expect(parseAmlArgument('0x10')).toBe(16n);
    expect(parseAmlArgument('"a \\"b"')).toBe('a "b');
    expect(parseAmlArgument('{1, {"x"}, (01 ff)}')).toEqual([1n, ['x'], Uint8Array.of(1, 0xff)]);
    expect(parseAmlArgument('()')).toEqual(new Uint8Array());
    expect(parseAmlArgument('ToUUID("33db4d5b-1ff7-401c-9657-7441c03dd766")')).toHaveLength(16);
  });
});

describe('vcfg run', () => {
  it('starts the devices of a table', async () => {
    const { code, stdout } = await vcfg(['run', DSDT, '--json']);
    expect(code).toBe(0);
    const { present, absent, objects } = JSON.parse(stdout);
    expect(present).toContain('\\_SB_.PCI0');
    expect(absent.length + present.length).toBeGreaterThan(20);
    expect(objects).toBeGreaterThan(200);
  });
});
