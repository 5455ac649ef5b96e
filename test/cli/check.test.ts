import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/cli/process-io.js';
import { inScratchFolder, needs } from '../support/oracles.js';
import { Q35, Q35_DSDT, SENSOR_HUB, vcfg } from './fake-io.js';

/** What `vcfg generate` makes of a platform, in a folder that is removed afterwards. */
const withBuild = (work: (folder: string) => Promise<void>) =>
  inScratchFolder(async (folder) => {
    await vcfg(['generate', SENSOR_HUB, '-o', folder]);
    await work(folder);
  });

const QUICK = ['--platform', SENSOR_HUB, '--no-exhaustive'];

describe('vcfg check', () => {
  it('finds nothing in what was generated', (context) =>
    withBuild(async (folder) => {
      needs(context, 'gcc');
      const argv = ['check', join(folder, 'dsdt.aml'), '--platform', SENSOR_HUB, '--driver', join(folder, 'vcfg.h')];
      const { code, stdout, stderr } = await vcfg(argv);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines[0]).toBe('window at 0x230000000, 64 buses: 33554432 addresses');
      expect(lines[2]).toMatch(/vcfg\.h: 10\d{5} values, compiled by cc and run$/);
      expect(lines.at(-1)).toBe('0 findings');
    }));

  it('passes over what holds no AML in a folder, but is not content with it', () =>
    inScratchFolder(async (folder) => {
      writeFileSync(join(folder, 'facp.aml'), readFileSync(join(Q35, 'facp.aml')));
      const alone = await vcfg(['check', folder, '--base', '0']);
      expect(alone).toMatchObject({ code: 1, codes: ['COMMAND_NOT_AML'] });
      const named = await vcfg(['check', join(folder, 'facp.aml'), '--base', '0']);
      expect(named).toMatchObject({ code: 1, codes: ['COMMAND_NOT_AML'] });
      await vcfg(['inject', Q35_DSDT, '--base', '0', '-o', join(folder, 'dsdt.aml')]);
      const { code, stdout, stderr } = await vcfg(['check', folder, '--base', '0']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain('facp');
    }));

  it('finds a changed offset in the table, and names both addresses', () =>
    withBuild(async (folder) => {
      const file = join(folder, 'dsdt.aml');
      const bytes = readFileSync(file);
      const at = bytes.indexOf('VREG', bytes.indexOf('PE20'));
      const offset = bytes.indexOf(Buffer.from([0x0c, 0x00, 0x00, 0x04, 0x00]), at);
      bytes[offset + 3] = 0x05;
      bytes[9] = (bytes.at(9) as number) - 1;
      writeFileSync(file, bytes);
      const { code, stdout, stderr, codes } = await vcfg(['check', file, ...QUICK]);
      expect({ code, codes }).toEqual({ code: 1, codes: ['VCFG_REGION_OFFSET'] });
      expect(stderr).toMatch(/0x230050000.*0x230040000/);
      expect(stdout).toMatch(/1 finding\n$/);
    }));

  it('finds a wrong stride in the C driver, and one that does not compile', (context) =>
    withBuild(async (folder) => {
      needs(context, 'gcc');
      const driver = join(folder, 'vcfg.h');
      const text = readFileSync(driver, 'utf8');
      const wrong = text.replace(/(0x0*2000|8192|8 \* 1024)(?=u|U|\b)/, '0x4000');
      expect(wrong).not.toBe(text);
      writeFileSync(driver, wrong);
      const argv = ['check', ...QUICK, '--driver', driver];
      expect((await vcfg(argv)).codes).toContain('VCFG_HEADER_ADDRESS');
      writeFileSync(driver, 'uint64_t vcfg_address(');
      const ran = await vcfg(argv);
      expect(ran).toMatchObject({ code: 1, codes: ['VCFG_HEADER_COMPILE'] });
      expect(ran.stderr).toContain('does not compile as C99');
    }));

  it('says that the driver was left out where there is no compiler, and cleans up', async () => {
    const folders: string[] = [];
    const makeScratchFolder = () => {
      folders.push(nodeFiles.makeScratchFolder());
      return folders.at(-1) as string;
    };
    const world = { runProgram: () => undefined, files: { makeScratchFolder } };
    const { code, stdout } = await vcfg(['check', ...QUICK], world);
    expect(code).toBe(0);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false]);
    expect(stdout).toContain('vcfg.h as generated: skipped: no C compiler (cc) on PATH');
  });

  it('does not find a driver good that it could not look at', () =>
    inScratchFolder(async (folder) => {
      const driver = join(folder, 'vcfg.h');
      writeFileSync(driver, 'int none;');
      const ran = await vcfg(['check', ...QUICK, '--driver', driver], { runProgram: () => undefined });
      expect(ran).toMatchObject({ code: 1, codes: ['COMMAND_NO_COMPILER'] });
    }));

  const alone: [args: string[], code: number, codes: string[]][] = [
    [['--base', '0x1_0000_0000', '--buses', '1'], 0, []],
    [[Q35_DSDT, '--base', '0x1_0000_0000'], 1, ['VCFG_MISSING']],
    [[Q35_DSDT], 1, ['VCFG_MISSING']],
    [[join(Q35, 'none.aml'), '--base', '0'], 1, ['COMMAND_FILE_MISSING']],
    [[], 2, ['COMMAND_USAGE']],
    [['--driver', 'vcfg.h', '--base', '0'], 2, ['COMMAND_USAGE']],
  ];
  it.each(alone)('%j exits %i with %j', async (args, code, codes) => {
    expect(await vcfg(['check', ...args])).toMatchObject({ code, codes });
  });

  it('compares the value of VCFG alone with a base', () =>
    withBuild(async (folder) => {
      const file = join(folder, 'dsdt.aml');
      expect((await vcfg(['check', file])).stdout).toContain('VCFG, which is 0x230000000\n0 findings');
      expect((await vcfg(['check', file, '--base', '0x230000000'])).code).toBe(0);
      expect(await vcfg(['check', file, '--base', '0x240000000'])).toMatchObject({ code: 1, codes: ['VCFG_BASE'] });
    }));

  it('gives its findings as JSON', () =>
    withBuild(async (folder) => {
      const { stdout, stderr } = await vcfg(['check', join(folder, 'dsdt.aml'), '--base', '0', '--json']);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ findings: 1, checks: [{ diagnostics: [{ code: 'VCFG_BASE' }] }] });
    }));

  it('shows progress on a terminal alone, and takes it away', async () => {
    let time = 0;
    const now = () => {
      time += 200;
      return time;
    };
    const argv = ['check', '--base', '0', '--buses', '8'];
    const { stderr } = await vcfg(argv, { terminal: true, now });
    expect(stderr.split('\r\x1b[K')[1]).toMatch(/^Addresses \d+ %$/);
    expect(stderr.endsWith('\r\x1b[K')).toBe(true);
    expect((await vcfg(argv, { now })).stderr).toBe('');
  });
});
