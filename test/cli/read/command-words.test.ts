import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.js';
import { nodeFiles } from '../../../src/cli/process-io.js';
import { readPlatform } from '../../../src/platform/index.js';
import { inScratchFolder } from '../../support/oracles.js';
import { Q35_DSDT, SENSOR_HUB, vcfg } from '../fake-io.js';

describe('-- ends the options', () => {
  /** Runs command lines as if in a folder of files with such names. */
  const inFolder = (work: (vcfgThere: typeof vcfg) => Promise<void>) =>
    inScratchFolder(async (folder) => {
      for (const name of ['-x.aml', '--json', '-', 'true']) cpSync(Q35_DSDT, join(folder, name));
      cpSync(SENSOR_HUB, join(folder, '--hub.yaml'));
      const there = (path: string) => resolve(folder, path);
      const files = {
        kindOf: (path: string) => nodeFiles.kindOf(there(path)),
        read: (path: string, most?: number) => nodeFiles.read(there(path), most),
        write: (path: string, contents: Uint8Array, how?: 'new') => nodeFiles.write(there(path), contents, how),
        rename: (from: string, to: string) => nodeFiles.rename(there(from), there(to)),
        makeFolder: (path: string) => nodeFiles.makeFolder(there(path)),
        list: (path: string) => nodeFiles.list(there(path)),
      };
      await work((argv, world) => vcfg(argv, { ...world, files }));
    });

  it('for every file whose name begins with a dash', () =>
    inFolder(async (there) => {
      const one = { code: 0, stdout: 'identical 1 of 1\n' };
      expect(await there(['verify', '--', '-x.aml'])).toMatchObject(one);
      expect(await there(['verify', '--', '--json'])).toMatchObject(one);
      expect(await there(['--', 'verify', '-x.aml'])).toMatchObject(one);
      expect(await there(['verify', '--', 'true'])).toMatchObject(one);
      expect(await there(['verify', '--', '-'], { stdin: readFileSync(Q35_DSDT) })).toMatchObject(one);
      expect((await there(['verify', 'true', '--', '-x.aml', '--json'])).stdout).toBe('identical 3 of 3\n');
      expect((await there(['diff', '--', '-x.aml', '--json'])).code).toBe(0);
      expect((await there(['generate', '-o', 'out', '--', '--hub.yaml'])).code).toBe(0);
      expect((await there(['check', '--rule', 'table', '--', '-x.aml'])).code).toBe(0);
      expect((await there(['inject', '--base', '0', '-o', 'new.aml', '--', '-x.aml'])).code).toBe(0);
      expect((await there(['verify', '--', '--help'])).codes).toEqual(['COMMAND_FILE_MISSING']);
    }));
});

describe('numbers on the command line', () => {
  it.each([
    ['4 GiB', '0x100000000'],
    ['4GiB', '0x100000000'],
    ['4096 MiB', '0x100000000'],
    ['0x1_0000_0000', '0x100000000'],
    ['0x4 GiB', '0x100000000'],
    ['4_294_967_296', '0x100000000'],
    ['4294967296 B', '0x100000000'],
  ])('%s is %s, as it is in a platform file', async (text, base) => {
    const { stdout } = await vcfg(['address', '00:00.0', '0', '--base', text]);
    expect(stdout).toBe(`${base}\n`);
    const { platform } = readPlatform(`vcfg: { base: "${text}" }\nfunctions: []\n`, { file: 'x' });
    expect(platform?.vcfg.base).toBe(BigInt(base));
  });

  it.each([
    [['locate', '10004000c', '--base', '4 GiB'], '0x10004000c'],
    [['locate', '10004000Ch', '--base', '4 GiB'], '0x10004000C'],
    [['locate', '100040000', '--base', '4 GiB'], '0x100040000'],
    [['aml', '--base', '2f0000000', '--hex'], '0x2f0000000'],
    [['aml', '--base', '0x230000000h', '--hex'], '0x230000000'],
    [['address', '00:04.0', '1f', '--base', '4 GiB'], '0x1f'],
    [['address', '00:04.0', '3ff', '--base', '4 GiB'], '0x3ff'],
    [['address', '00:04.0', 'ff', '--base', '4 GiB'], '0xff'],
    [['check', '--base', '0', '--buses', 'a'], '0xa'],
  ])('%j is asked about: %s', async (argv, meant) => {
    const ran = await vcfg(argv);
    expect(ran.code).toBeGreaterThan(0);
    expect(`${ran.stdout}${ran.stderr}`).toContain(`Did you mean ${meant}?`);
  });

  it.each(['-1', '1.5', '1e9', '4 GB', '0x', '18446744073709551616', '16777216 TiB', '', 'x'])(
    '%s is none',
    async (text) => {
      expect(await vcfg(['aml', `--base=${text}`])).toMatchObject({ code: 2, stdout: '' });
    },
  );
});

describe('hints', () => {
  it.each([
    [['generate', 'x', '-o', 'y', '--format', 'aml', 'c'], '--format aml,c'],
    [['generate', 'x', '-o', 'y', '--format', 'aml', 'c', 'rust'], '--format aml,c,rust'],
  ])('%j: %s', async (argv, hint) => {
    const ran = await vcfg(argv);
    expect(ran).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
    expect(ran.stderr).toContain(hint);
  });

  it.each([
    ['r', 'ro'],
    ['R', 'ro'],
    ['read-only', 'ro'],
    ['w', 'wo'],
    ['r/w', 'rw'],
    ['read-write', 'rw'],
    ['rw1c', 'w1c'],
    ['constructor', undefined],
  ])('access %s suggests %s', (access, word) => {
    const text = `functions: [{ address: "00:04.0", name: SENS, registers: [{ name: A, index: 0, access: ${access} }] }]\n`;
    const cures = readPlatform(text, { file: 'x' })
      .diagnostics.map(({ cure }) => cure)
      .join('\n');
    if (word === undefined) expect(cures).not.toContain('function Object');
    else expect(cures).toContain(`Did you mean ${word}?`);
  });

  it.each([
    ['generate', SENSOR_HUB, '-o', ''],
    ['disassemble', Q35_DSDT, '--output='],
    ['map', SENSOR_HUB, '-o', ''],
    ['inject', Q35_DSDT, '--base', '0', '-o', ''],
    ['aml', '--base', '0', '-o', ''],
    ['show', ''],
    ['show', '--', ''],
    ['generate', SENSOR_HUB, '-o', 'x', '--depfile', ''],
  ])('an empty name is refused: %j', async (...argv) => {
    expect(await vcfg(argv)).toMatchObject({ code: 2, stdout: '', codes: ['COMMAND_USAGE'] });
  });
});

describe('--json', () => {
  const FAILURES: string[][] = [
    ['generate', 'none.yaml', '-o', 'x', '--json'],
    ['generate', Q35_DSDT, '-o', 'x', '--json'],
    ['generate', SENSOR_HUB, '-o', 'x', '--format', 'pdf', '--json'],
    ['generate', '--json'],
    ['inject', 'none.aml', '--base', '0', '-o', 'x', '--json'],
    ['inject', Q35_DSDT, '-o', 'x', '--json'],
    ['inject', Q35_DSDT, '--base', '0', '-o', '-', '--json'],
    ['address', 'SENZ', 'CTRL', '--platform', SENSOR_HUB, '--json'],
    ['address', '--json', '--nonsense'],
    ['locate', '0', '--base', '4 GiB', '--json'],
    ['locate', 'here', '--base', '4 GiB', '--json'],
    ['aml', '--base', 'x', '--json'],
    ['map', 'none.yaml', '-o', 'x', '--json'],
    ['diff', 'none', 'none', '--json'],
    ['disassemble', 'none.aml', '--json'],
    ['show', 'none.aml', '--json'],
    ['verify', 'none.aml', '--json'],
    ['check', 'none.aml', '--json'],
    ['check', '--json'],
    ['check', 'none.aml', '--rule', 'nonsense', '--json'],
    ['check', '--format', 'json'],
    ['check', '--format=json', '--rule', 'nonsense'],
    ['nonsense', '--json'],
    ['--json'],
  ];
  it.each(FAILURES)('gives JSON where it fails: %j', async (...argv) => {
    const { code, stdout } = await vcfg(argv);
    expect(code).toBeGreaterThan(0);
    const data = JSON.parse(stdout);
    const found = data.diagnostics ?? data.findings ?? data.tables;
    expect(Array.isArray(found)).toBe(true);
    for (const each of data.diagnostics ?? [])
      expect(each).toMatchObject({ code: expect.any(String), cure: expect.any(String) });
  });

  it('is the only thing that is written where a command wrote its own before it failed', () =>
    inScratchFolder(async (folder) => {
      const ran = await vcfg(['generate', SENSOR_HUB, '-o', folder, '--check', '--json']);
      expect(ran.code).toBe(1);
      expect(JSON.parse(ran.stdout).diagnostics.length).toBeGreaterThan(3);
    }));

  it('is not asked for after --', async () => {
    expect((await vcfg(['show', '--', '--json'])).stdout).toBe('');
  });

  it('has every command that gives data', () => {
    const without = COMMANDS.filter(({ builder }) => builder.json === undefined).map(({ command }) => command);
    expect(without).toEqual(['schema', 'explore', 'completion']);
  });
});

describe('completion', () => {
  const complete = async (...words: string[]) => {
    const { code, stdout, stderr } = await vcfg(['--get-yargs-completions', 'vcfg', ...words]);
    expect([code, stderr]).toEqual([0, '']);
    return stdout.split('\n').slice(0, -1);
  };
  const hub = ['--platform', SENSOR_HUB];

  it('gives commands, options and the values of options', async () => {
    expect(await complete('')).toEqual(expect.arrayContaining(['generate', 'check', 'completion', '--help']));
    expect(await complete('ver')).toEqual(['verify']);
    expect(await complete('inject', '--pl')).toEqual(['--platform']);
    expect(await complete('check', 'x', '--no')).toEqual(['--no-exhaustive', '--no-evaluate']);
    expect(await complete('address', '--page', 's')).toEqual(['shared']);
    expect(await complete('address', '--page=s')).toEqual(['--page=shared']);
    expect(await complete('address', '--page', '=', 's')).toEqual(['shared']);
    expect(await complete('generate', 'x', '--format', 'aml,ty')).toEqual(['aml,typescript']);
    expect(await complete('completion', 'z')).toEqual(['zsh']);
  });

  it('gives rules', async () => {
    expect(await complete('check', '--rule', 'AML_SCOPE')).toEqual(['AML_SCOPE_EARLY']);
    expect(await complete('check', '--rule', 'table,vc')).toContain('table,vcfg');
    expect(await complete('check', '--rule=-AML_SCOPE')).toEqual(['--rule=-AML_SCOPE_EARLY']);
  });

  it('gives functions and registers of the platform that is named', async () => {
    expect(await complete('address', ...hub, 'SE')).toEqual(['SENS']);
    expect(await complete('address', ...hub, 'SENS', 'CT')).toContain('CTRL');
    expect(await complete('generate', SENSOR_HUB, '--hot-plug', 'SE')).toEqual(['SENS']);
    expect(await complete('address', '--platform', 'none.yaml', 'SE')).toEqual([]);
    expect(await complete('address', '--platform', Q35_DSDT, 'SE')).toEqual([]);
  });

  it('gives files and folders', () =>
    inScratchFolder(async (folder) => {
      mkdirSync(join(folder, 'dump'));
      for (const name of ['dsdt.aml', '.hidden', 'hub.yaml']) writeFileSync(join(folder, name), '');
      expect(await complete('inject', `${folder}/d`)).toEqual([`${folder}/dsdt.aml`, `${folder}/dump/`]);
      expect(await complete('inject', 'x', '-o', `${folder}/`)).toEqual(
        ['dsdt.aml', 'dump/', 'hub.yaml'].map((name) => `${folder}/${name}`),
      );
      expect(await complete('show', '--', `${folder}/h`)).toEqual([`${folder}/hub.yaml`]);
      expect(await complete('show', `${folder}/none/`)).toEqual([]);
    }));

  it('never gives help, whatever the command and the word', async () => {
    for (const { command } of COMMANDS) {
      for (const words of [['d'], ['-'], ['x', 'x', 'x', 'd'], ['--output', 'zzz'], ['--help', 'd']]) {
        for (const line of await complete(command, ...words)) expect(line, `${command} ${words}`).not.toMatch(/\s/);
      }
    }
    expect(await complete('nonsense', 'd')).toEqual([]);
  });

  it('comes as a script for either shell', async () => {
    expect((await vcfg(['completion', 'bash'])).stdout).toContain('complete -o default -F _vcfg vcfg');
    expect((await vcfg(['completion'], { env: { SHELL: '/usr/bin/zsh' } })).stdout).toContain('#compdef vcfg');
    expect((await vcfg(['completion', 'fish'])).code).toBe(2);
  });
});

it('inject says the value that it replaces', () =>
  inScratchFolder(async (folder) => {
    const [first, second] = [join(folder, 'first.aml'), join(folder, 'second.aml')];
    await vcfg(['inject', Q35_DSDT, '--base', '0x2_3000_0000', '-o', first]);
    const ran = await vcfg(['inject', first, '--base', '4 GiB', '-o', second]);
    expect(ran.stdout).toContain('\\VCFG replaced (was 0x230000000): 0x100000000');
    const json = await vcfg(['inject', first, '--base', '0', '-o', second, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ replaced: 1, before: ['0x230000000'] });
  }));
