import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inScratchFolder } from '../../support/oracles.js';
import { Q35_DSDT, SENSOR_HUB, vcfg } from '../fake-io.js';

const BASE = ['--base', '0x1_0000_0000'];
const HUB = ['--platform', SENSOR_HUB];

describe('vcfg address', () => {
  const rows: [args: string[], address: string][] = [
    [['00:04.0', '3', ...BASE], '0x10004000c'],
    [['00:04.0', '3', '--base', '4294967296'], '0x10004000c'],
    [['00:04.0', '0x3', '--page', 'trapped', ...BASE], '0x10004000c'],
    [['00:04.0', '3', '--page', 'shared', ...BASE], '0x10004100c'],
    [['0000:00:04.0', '1_0', ...BASE], '0x100040028'],
    [['ff:1f.7', '1023', '--page=shared', ...BASE], '0x11ffffffc'],
    [['00:00.0', '0', '--base', '0'], '0x0'],
    [['00:00.0', '0', '--base', '0xffff_ffff_ffe0_0000'], '0xffffffffffe00000'],
    [['SENS', 'CTRL', ...HUB], '0x230040000'],
    [['SENS', 'ERRC', ...HUB], '0x230040040'],
    [['00:04.0', 'RING', ...HUB], '0x230041800'],
    [['MOTR', 'HALT', ...HUB], '0x230200ffc'],
    [['SENS', '5', '--page', 'shared', ...HUB], '0x230041014'],
    [['SENS', 'CTRL', ...HUB, '--base', '0x230000000', '--buses', '64'], '0x230040000'],
  ];
  it.each(rows)('%j is %s', async (args, address) => {
    expect(await vcfg(['address', ...args])).toMatchObject({ code: 0, stdout: `${address}\n`, stderr: '' });
  });

  it.each([
    ['230000000', 'Did you mean 0x230000000?'],
    ['0x1000', 'Check where the base comes from.'],
  ])('warns of the base %s, which no window has', async (base, cure) => {
    const ran = await vcfg(['address', '00:00.0', '0', '--base', base]);
    expect(ran).toMatchObject({ code: 0, codes: ['COMMAND_BASE_UNALIGNED'] });
    expect(ran.stderr).toContain(cure);
  });

  it('warns once where the base goes into a table', () =>
    inScratchFolder(async (folder) => {
      const ran = await vcfg(['inject', Q35_DSDT, '--base', '0x1000', '-o', join(folder, 'dsdt.aml')]);
      expect(ran).toMatchObject({
        code: 0,
        codes: ['COMMAND_BASE_UNALIGNED', 'FIRMWARE_REVISION_RAISED', 'VCFG_OVERLAPS_CRS', 'VCFG_OVERLAPS_CRS'],
      });
    }));

  it('gives JSON', async () => {
    const { stdout } = await vcfg(['address', '00:04.0', '3', ...BASE, '--json']);
    expect(JSON.parse(stdout)).toEqual({ address: '0x10004000c', bdf: '00:04.0', page: 'trapped', register: 3 });
  });

  const faults: [args: string[], code: number, finding: string][] = [
    [['00:04.0', '3'], 2, 'COMMAND_USAGE'],
    [['00:04.0', '1024', ...BASE], 2, 'COMMAND_USAGE'],
    [['00:04.0', '-1', ...BASE], 2, 'NUMBER_SYNTAX'],
    [['00:04.0', '3x', ...BASE], 2, 'NUMBER_SYNTAX'],
    [['00:04.0', 'CTRL', ...BASE], 2, 'COMMAND_USAGE'],
    [['00:04', '3', ...BASE], 2, 'PCI_ADDRESS_SYNTAX'],
    [['00:20.0', '3', ...BASE], 2, 'PCI_ADDRESS_RANGE'],
    [['00:04.0', '3', '--base', '1e9'], 2, 'NUMBER_SYNTAX'],
    [['00:04.0', '3', '--base', '0x1_0000_0000_0000_0000'], 2, 'COMMAND_USAGE'],
    [['00:04.0', '3', '--page', 'third', ...BASE], 2, 'COMMAND_USAGE'],
    [['00:04.0', '3', ...BASE, '--buses', '257'], 2, 'COMMAND_USAGE'],
    [['04:04.0', '3', ...BASE, '--buses', '4'], 1, 'COMMAND_OUTSIDE_WINDOW'],
    [['SENZ', 'CTRL', ...HUB], 1, 'COMMAND_UNKNOWN_NAME'],
    [['SENS', 'CTLR', ...HUB], 1, 'COMMAND_UNKNOWN_NAME'],
    [['SENS', 'CTRL', '--page', 'shared', ...HUB], 2, 'COMMAND_USAGE'],
    [['SENS', 'CTRL', ...HUB, '--base', '0x240000000'], 1, 'COMMAND_WINDOW_DIFFERS'],
    [['SENS', 'CTRL', ...HUB, '--buses', '65'], 1, 'COMMAND_WINDOW_DIFFERS'],
  ];
  it.each(faults)('%j exits %i with %s', async (args, code, finding) => {
    expect(await vcfg(['address', ...args])).toMatchObject({ code, stdout: '', codes: [finding] });
  });

  it('suggests the name that was meant', async () => {
    expect((await vcfg(['address', 'SENZ', 'CTRL', ...HUB])).stderr).toContain('Did you mean SENS?');
    expect((await vcfg(['address', 'SENS', 'CTLR', ...HUB])).stderr).toContain('Did you mean CTRL?');
  });
});

describe('vcfg locate', () => {
  it('prints JSON with the keys in their order', async () => {
    const { code, stdout } = await vcfg(['locate', '0x10004000c', ...BASE, '--json']);
    expect(code).toBe(0);
    expect(stdout).toBe('{"bdf":"00:04.0","page":"trapped","register":3,"index":3,"offset":262156,"byte":0}\n');
  });

  it('names function and register where a platform does', async () => {
    const { stdout } = await vcfg(['locate', '0x230041802', ...HUB, '--json']);
    expect(JSON.parse(stdout)).toEqual({
      bdf: '00:04.0',
      page: 'shared',
      register: 512,
      index: 1536,
      offset: 0x41802,
      byte: 2,
      function: 'SENS',
      name: 'RING',
    });
  });

  const rows: [args: string[], text: string][] = [
    [['0x10004000c', ...BASE], '00:04.0 trapped register 3'],
    [['0x10004100e', ...BASE], '00:04.0 shared register 3 byte 2'],
    [['0x230040000', ...HUB], '00:04.0 trapped register 0 (SENS.CTRL)'],
    [['0x230040ffc', ...HUB], '00:04.0 trapped register 1023 (SENS)'],
    [['0x230060000', ...HUB], '00:06.0 trapped register 0'],
  ];
  it.each(rows)('%j is %s', async (args, text) => {
    expect(await vcfg(['locate', ...args])).toMatchObject({ code: 0, stdout: `${text}\n`, stderr: '' });
  });

  const faults: [args: string[], code: number, finding: string][] = [
    [['0xffffffff', ...BASE], 1, 'COMMAND_OUTSIDE_WINDOW'],
    [['0x120000000', ...BASE], 1, 'COMMAND_OUTSIDE_WINDOW'],
    [['0x100200000', ...BASE, '--buses', '1'], 1, 'COMMAND_OUTSIDE_WINDOW'],
    [['here', ...BASE], 2, 'NUMBER_SYNTAX'],
    [['0x100000000'], 2, 'COMMAND_USAGE'],
  ];
  it.each(faults)('%j exits %i with %s', async (args, code, finding) => {
    expect(await vcfg(['locate', ...args])).toMatchObject({ code, stdout: '', codes: [finding] });
  });
});

describe('a platform without a window', () => {
  it.each([
    ['address', '00:04.0', '3'],
    ['locate', '0x10004000c'],
    ['inject', Q35_DSDT, '-o', 'out.aml'],
  ])('is refused by %s', (...words) =>
    inScratchFolder(async (folder) => {
      const platform = join(folder, 'none.yaml');
      writeFileSync(platform, 'vcfg: none\n');
      const ran = await vcfg([...words, '--platform', platform]);
      expect(ran).toMatchObject({ code: 1, stdout: '', codes: ['FIRMWARE_NO_WINDOW'] });
      expect(ran.stderr).toContain(`${platform} (vcfg): The platform has vcfg: none, so it has no window and no VCFG.`);
    }),
  );
});
