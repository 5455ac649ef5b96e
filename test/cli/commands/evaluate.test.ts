import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl, encodeAml, integer } from '../../../src/aml/index.js';
import { parseAmlArgument } from '../../../src/interpreter/argument-text.js';
import { projectFolder } from '../../support/shared-material.js';
import { SENSOR_HUB, vcfg } from '../fake-io.js';

/** A DSDT with a region in the configuration space of 00:03.0. */
const DSDT_WITH_PCI_CONFIG = (() => {
  const gpu = asl.Device('GPU0', [
    asl.Name('_ADR', integer(0x3_0000)),
    asl.OperationRegion('CFGS', 'PCI_Config', integer(0), integer(0x40)),
    asl.Field('CFGS', { access: 'DWordAcc' }, [{ kind: 'NamedField', name: 'IDS_', bits: 32, lengthWidth: 1 }]),
  ]);
  const body = encodeAml([asl.Scope('\\_SB_', [asl.Device('PCI0', [asl.Name('_BBN', integer(0)), gpu])])]);
  const table = new Uint8Array(36 + body.length);
  table.set(new TextEncoder().encode('DSDT'));
  new DataView(table.buffer).setUint32(4, table.length, true);
  table[8] = 2;
  table.set(body, 36);
  table[9] = -table.reduce((sum, byte) => sum + byte, 0);
  return table;
})();

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
    expect(accesses[0]).toMatch(/^write SystemIO 0x402, 1 byte/);
  });

  it('tells what failed by its code, and bad usage', async () => {
    expect(await vcfg(['evaluate', DSDT, '\\NONE'])).toMatchObject({ code: 1, codes: ['AE_NOT_FOUND'] });
    for (const words of [[DSDT], ['\\VCFG'], [DSDT, '\\DBUG', 'x y'], [DSDT, '\\_REV', '--steps', '0']])
      expect(await vcfg(['evaluate', ...words])).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
  });

  it('says of a path that lost its backslash how to quote it', async () => {
    for (const path of ['VCFG', '_SB.PCI0._CRS', '_REV']) {
      const ran = await vcfg(['evaluate', DSDT, path]);
      expect(ran).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
      expect(ran.stderr).toContain(`a shell removes a backslash outside quotes: '\\${path}'`);
    }
    expect((await vcfg(['evaluate', DSDT, 'ONE', '1'])).stderr).toContain("'\\ONE'");
    expect((await vcfg(['evaluate', 'DSDT.aml'])).stderr).toContain('There is no path');
  });

  it('says what a file is that is not a table', async () => {
    for (const command of [
      ['evaluate', SENSOR_HUB],
      ['evaluate', SENSOR_HUB, '\\VCFG'],
      ['run', SENSOR_HUB],
    ]) {
      const ran = await vcfg(command);
      expect(ran).toMatchObject({ code: 1, codes: ['COMMAND_TABLE_WANTED'] });
      expect(ran.stderr).toMatch(/but a table is needed.*--platform/);
    }
    expect(await vcfg(['evaluate', 'none.aml', '\\VCFG'])).toMatchObject({ code: 1, codes: ['COMMAND_FILE_MISSING'] });
  });

  it('refuses more arguments than the method takes, and shows the beginning of a long one', async () => {
    expect(await vcfg(['evaluate', DSDT, '\\DBUG', '"a"', '2'])).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
    const { stderr } = await vcfg(['evaluate', DSDT, '\\DBUG', '{'.repeat(5000)]);
    expect(stderr.length).toBeLessThan(400);
  });

  it('reads PCI_Config from the device core of a platform, and names the function', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vcfg-evaluate-'));
    try {
      const table = join(folder, 'dsdt.aml');
      writeFileSync(table, DSDT_WITH_PCI_CONFIG);
      const words = ['evaluate', table, '\\_SB.PCI0.GPU0.IDS', '--platform', SENSOR_HUB, '--trace', '--json'];
      const { code, stdout } = await vcfg(words);
      expect(code).toBe(0);
      const { value, accesses } = JSON.parse(stdout);
      // Vendor 0x8086 and device 0x46a6, as sensor-hub.yaml says.
      expect(value).toBe('0x46a68086');
      expect(accesses).toEqual([expect.stringMatching(/^read PCI_Config 0x0, 4 bytes, 0x46a68086 .* 00:03\.0$/)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads arguments as AML people write them', () => {
    expect(parseAmlArgument('0x10')).toBe(16n);
    expect(parseAmlArgument('"a \\"b"')).toBe('a "b');
    expect(parseAmlArgument('{1, {"x"}, (01 ff)}')).toEqual([1n, ['x'], Uint8Array.of(1, 0xff)]);
    expect(parseAmlArgument('"\\x41\\n\\102"')).toBe('A\nB');
    for (const wrong of ['{1,', '{1}}', '"x', '-1', '0x1ffffffffffffffff', '(0g)', 'ToUUID("x")', '{'.repeat(20_000)])
      expect(parseAmlArgument(wrong)).toBeUndefined();
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
