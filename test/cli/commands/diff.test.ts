import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl } from '../../../src/aml/index.js';
import { machineTerms, tableOf } from '../../check/diff/machine.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { Q35, Q35_DSDT, SENSOR_HUB, vcfg } from '../fake-io.js';

/** A folder with a table, one with another value in it, and what `vcfg generate` makes. */
const withTables = (work: (path: (name: string) => string) => Promise<void>) =>
  inScratchFolder(async (folder) => {
    const path = (name: string) => join(folder, name);
    writeFileSync(path('one.aml'), tableOf(machineTerms()).bytes);
    writeFileSync(path('two.aml'), tableOf(machineTerms({ uid: asl.integer(2) })).bytes);
    await work(path);
  });

describe('vcfg diff', () => {
  it('of a table and itself says nothing and exits 0', () =>
    withTables(async (path) => {
      expect(await vcfg(['diff', path('one.aml'), path('one.aml')])).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect(await vcfg(['diff', Q35, Q35])).toMatchObject({ code: 0, stdout: '' });
    }));

  it('says what changed, exits 1, and gives it as JSON', () =>
    withTables(async (path) => {
      const argv = ['diff', path('one.aml'), path('two.aml')];
      const { code, stdout, stderr } = await vcfg(argv);
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expect(stdout.split('\n').slice(1)).toEqual(['    value: 0x1 → 0x2', '1 change: 1 changed', '']);
      const json = await vcfg([...argv, '--json']);
      expect(json.code).toBe(1);
      expect(JSON.parse(json.stdout)).toMatchObject({
        before: path('one.aml'),
        same: false,
        tables: [],
        moves: [],
        objects: [
          { kind: 'changed', path: '\\_SB.SENS._UID', details: [{ aspect: 'value', before: '0x1', after: '0x2' }] },
        ],
      });
      const same = await vcfg(['diff', path('one.aml'), path('one.aml'), '--json']);
      expect(JSON.parse(same.stdout)).toMatchObject({ same: true, objects: [] });
    }));

  it('compares standard input, folders, patterns and text from acpidump', (context) =>
    withTables(async (path) => {
      needs(context, 'acpidump');
      const one = path('one.aml');
      const stdin = readFileSync(one);
      expect((await vcfg(['diff', '-', one], { stdin })).code).toBe(0);
      mkdirSync(path('set'));
      writeFileSync(path('set/dsdt.dat'), stdin);
      expect((await vcfg(['diff', one, path('set')])).code).toBe(0);
      expect((await vcfg(['diff', one, path('se?/*.dat')])).code).toBe(0);
      writeFileSync(path('acpi.txt'), run('acpidump', ['-f', one]).stdout);
      expect((await vcfg(['diff', one, path('acpi.txt')])).code).toBe(0);
      writeFileSync(path('facs'), Buffer.concat([Buffer.from('FACS'), Buffer.of(64), Buffer.alloc(59)]));
      const facs = run('acpidump', ['-f', path('facs')]).stdout;
      expect(facs).toContain('FACS @');
      writeFileSync(path('whole.txt'), `${run('acpidump', ['-f', one]).stdout}${facs}`);
      expect(await vcfg(['diff', path('whole.txt'), path('whole.txt')])).toMatchObject({ code: 0, codes: [] });
      const { code, stdout } = await vcfg(['diff', path('acpi.txt'), path('two.aml')]);
      expect(code).toBe(1);
      expect(stdout).toContain(`(${path('acpi.txt')}#DSDT+0x`);
    }));

  it('compares a build with its platform, whoever signed it', () =>
    withTables(async (path) => {
      await vcfg(['generate', SENSOR_HUB, '-o', path('build')]);
      expect(await vcfg(['diff', SENSOR_HUB, path('build')])).toMatchObject({ code: 0, stdout: '', stderr: '' });
      const file = path('build/dsdt.aml');
      const bytes = readFileSync(file);
      const change = (offset: number, by: number) => {
        bytes[offset] = ((bytes[offset] as number) + by) & 0xff;
        bytes[9] = ((bytes[9] as number) - by) & 0xff;
      };
      change(10, 1);
      writeFileSync(file, bytes);
      expect(await vcfg(['diff', file, SENSOR_HUB])).toMatchObject({ code: 0, stdout: '' });
      const vcfgAt = bytes.indexOf(Buffer.from('VCFG\x0e', 'latin1')) + 5;
      change(vcfgAt + 3, 0x10);
      writeFileSync(file, bytes);
      const { code, stdout } = await vcfg(['diff', SENSOR_HUB, file]);
      expect(code).toBe(1);
      expect(stdout).toContain('value: 0x230000000 → 0x240000000');
      expect(stdout).toMatch(/Regions that these changes move:\n( {4}\\\S+ {2}0x23\w+ → 0x24\w+\n)+/);
      expect(stdout).toMatch(/1 change: 1 changed\n$/);
    }));

  it('says what it could not read, and does not call that the same', () =>
    withTables(async (path) => {
      const one = path('one.aml');
      writeFileSync(path('cut.aml'), readFileSync(one).subarray(0, 60));
      expect(await vcfg(['diff', path('cut.aml'), path('cut.aml')])).toMatchObject({ code: 1 });
      writeFileSync(path('vcfg.h'), '/* a driver */\n#ifndef VCFG_H\n');
      const rows: [argv: string[], code: number, codes: string[]][] = [
        [[one, path('none.aml')], 1, ['COMMAND_FILE_MISSING']],
        [[path('vcfg.h'), one], 1, ['COMMAND_TABLE_WANTED']],
        [[one, path('cut.aml')], 1, ['TABLE_LENGTH']],
        [['-', '-'], 2, ['COMMAND_USAGE']],
        [[one], 2, ['COMMAND_USAGE']],
      ];
      for (const [argv, code, codes] of rows)
        expect(await vcfg(['diff', ...argv]), argv[0]).toMatchObject({ code, codes, stdout: '' });
    }));

  it('colours what came and went on a terminal alone', () =>
    withTables(async (path) => {
      const argv = ['diff', path('one.aml'), path('two.aml')];
      expect((await vcfg(argv, { terminal: true })).stdout).toContain('\x1b[33m~ \\_SB.SENS._UID\x1b[39m');
      expect((await vcfg(argv, { terminal: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\x1b');
      expect((await vcfg(argv)).stdout).not.toContain('\x1b');
    }));

  it('finds nothing in the DSDT of QEMU but what was put in', () =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'dsdt.aml');
      await vcfg(['inject', Q35_DSDT, '--base', '0x1_4000_0000', '-o', file]);
      const { stdout } = await vcfg(['diff', Q35_DSDT, file]);
      expect(stdout).toContain('revision: 1 (integers of 32 bits) → 2 (integers of 64 bits)');
      expect(stdout).toMatch(/^\+ \\VCFG {2}Integer 0x140000000 /m);
      expect(stdout).toMatch(/2 changes: 1 added, 1 changed\n$/);
    }));
});
