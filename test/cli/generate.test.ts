import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { injectVcfg } from '../../src/firmware/index.js';
import { inScratchFolder } from '../support/oracles.js';
import { Q35_DSDT, SENSOR_HUB, vcfg } from './fake-io.js';

const BASE = '0x2_3000_0000';
const ALL = ['dsdt.aml', 'dsdt.h', 'dsdt.hex', 'vcfg-driver.ts', 'vcfg.h', 'vcfg.rs'];

describe('vcfg generate', () => {
  it('writes every file and a line for each, the same bytes each time', () =>
    inScratchFolder(async (folder) => {
      const [first, second] = [join(folder, 'a/b'), join(folder, 'c')];
      const { code, stdout, stderr } = await vcfg(['generate', SENSOR_HUB, '-o', first]);
      await vcfg(['generate', '-', '-o', second], { stdin: readFileSync(SENSOR_HUB) });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(readdirSync(first).sort()).toEqual(ALL);
      expect(stdout.split('\n').map((line) => line.split('  ')[0])).toEqual(
        expect.arrayContaining(ALL.map((name) => join(first, name))),
      );
      for (const name of ALL) expect(readFileSync(join(second, name))).toEqual(readFileSync(join(first, name)));
      expect(stdout).toContain(`dsdt.aml  ${readFileSync(join(first, 'dsdt.aml')).length} bytes`);
    }));

  it('writes what is chosen alone, and says it in JSON', () =>
    inScratchFolder(async (folder) => {
      const argv = ['generate', SENSOR_HUB, '-o', folder, '--format', 'aml', '--format', 'c', '--json'];
      const { stdout } = await vcfg(argv);
      expect(readdirSync(folder).sort()).toEqual(['dsdt.aml', 'vcfg.h']);
      const bytes = readFileSync(join(folder, 'dsdt.aml')).length;
      expect(JSON.parse(stdout).files[0]).toMatchObject({ path: join(folder, 'dsdt.aml'), bytes });
    }));

  it('makes nothing but what is chosen: names that meet in C are no fault of the AML', () =>
    inScratchFolder(async (folder) => {
      const stdin = [
        'functions:',
        '  - { address: 00:01.0, name: A, registers: [{ name: B_C, index: 0 }] }',
        '  - { address: 00:02.0, name: A_B, registers: [{ name: C, index: 0 }] }',
      ].join('\n');
      const whole = await vcfg(['generate', '-', '-o', folder], { stdin });
      expect([whole.code, ...new Set(whole.codes)]).toEqual([1, 'DRIVER_NAME_COLLISION']);
      expect((await vcfg(['generate', '-', '-o', folder, '--format', 'aml'], { stdin })).code).toBe(0);
      expect(readdirSync(folder)).toEqual(['dsdt.aml']);
    }));

  it('writes VCFG in 8 bytes on request', () =>
    inScratchFolder(async (folder) => {
      const platform = 'vcfg: { base: 0x1_0000_0000 }\nfunctions: [{ address: 00:01.0, name: ONE }]\n';
      await vcfg(['generate', '-', '-o', folder, '--fixed-width'], { stdin: platform });
      expect(readFileSync(join(folder, 'dsdt.aml')).subarray(36, 50).toString('hex')).toBe(
        '08564346470e0000000001000000',
      );
    }));

  it('writes nothing if one file cannot be written', () =>
    inScratchFolder(async (folder) => {
      mkdirSync(join(folder, 'vcfg.h'));
      const { code, codes } = await vcfg(['generate', SENSOR_HUB, '-o', folder]);
      expect({ code, codes }).toEqual({ code: 1, codes: ['COMMAND_CANNOT_WRITE'] });
      expect(readdirSync(folder)).toEqual(['vcfg.h']);
    }));
});

describe('vcfg inject', () => {
  it('writes the table with VCFG in it, and warns of its revision', () =>
    inScratchFolder(async (folder) => {
      const output = join(folder, 'new/dsdt.aml');
      const { code, stdout, codes } = await vcfg(['inject', Q35_DSDT, '--base', BASE, '-o', output]);
      expect({ code, codes }).toEqual({ code: 0, codes: ['FIRMWARE_REVISION_RAISED'] });
      expect(stdout).toContain('\\VCFG put in front: 0x230000000');
      const wanted = injectVcfg(readFileSync(Q35_DSDT), 0x2_3000_0000n).bytes;
      expect(new Uint8Array(readFileSync(output))).toEqual(wanted);
    }));

  it('reads standard input and writes standard output', async () => {
    const argv = ['inject', '-', '--platform', SENSOR_HUB, '-o', '-'];
    const { code, stdoutBytes, stderr } = await vcfg(argv, { stdin: readFileSync(Q35_DSDT) });
    expect(code).toBe(0);
    expect(new Uint8Array(stdoutBytes)).toEqual(injectVcfg(readFileSync(Q35_DSDT), 0x2_3000_0000n).bytes);
    expect(stderr).toContain('VCFG put in front');
  });

  it('replaces in place, and says so', () =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'dsdt.aml');
      writeFileSync(file, readFileSync(Q35_DSDT));
      await vcfg(['inject', file, '--base', BASE, '-o', file]);
      const { stdout } = await vcfg(['inject', file, '--base', '0', '-o', file, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ base: '0x0', replaced: 1, diagnostics: [] });
      expect((await vcfg(['check', file, '--base', '0'])).code).toBe(0);
      expect(readdirSync(folder)).toEqual(['dsdt.aml']);
    }));

  it('has to be told where to write', async () => {
    expect(await vcfg(['inject', Q35_DSDT, '--base', BASE])).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
  });
});

describe('vcfg aml', () => {
  const rows: [args: string[], hex: string][] = [
    [['--base', '0x1_4000_0000', '--hex'], '08564346470e0000004001000000'],
    [['--base', '0', '--hex'], '085643464700'],
    [['--base', '0x20_0000', '--hex', '--fixed-width'], '08564346470e0000200000000000'],
  ];
  it.each(rows)('%j is %s', async (args, hex) => {
    expect(await vcfg(['aml', ...args])).toMatchObject({ code: 0, stdout: `${hex}\n`, stderr: '' });
  });

  it('gives the bytes themselves to a pipe or a file, and digits to a terminal', () =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'name.bin');
      const { stdoutBytes } = await vcfg(['aml', '--base', '2']);
      await vcfg(['aml', '--base', '2', '-o', file]);
      expect(Buffer.from(stdoutBytes)).toEqual(readFileSync(file));
      expect(readFileSync(file).toString('hex')).toBe('08564346470a02');
      expect((await vcfg(['aml', '--base', '2'], { terminal: true })).stdout).toBe('08 56 43 46 47 0a 02\n');
    }));
});

describe('vcfg schema', () => {
  it('prints a JSON Schema that knows the keys', async () => {
    const schema = JSON.parse((await vcfg(['schema'])).stdout);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['vcfg', 'memory', 'functions']));
  });
});
