import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/cli/process-io.js';
import { effort, someOf } from '../../support/effort.js';
import { needs } from '../../support/oracles.js';
import { vcfg } from '../fake-io.js';
import { withLauncherOnce } from '../launcher-once.js';
import { breakRegion, check, NO_COMPILER, QUICK, withBuild } from './checked-build.js';

const runProgram = withLauncherOnce();

describe('vcfg check with a header', () => {
  it('compiles the C driver, and says what is wrong with it once', (context) =>
    withBuild(async (path) => {
      needs(context, 'gcc');
      const text = readFileSync(path('vcfg.h'), 'utf8');
      const argv = [...QUICK, '--driver', path('vcfg.h'), '--run-driver'];
      const wrong = text.replace(/(VCFG_FUNCTION_BYTES )8192u/, '$1' + '16384u');
      expect(wrong).not.toBe(text);
      writeFileSync(path('vcfg.h'), wrong);
      const stride = await check(argv, { runProgram });
      expect(stride).toMatchObject({ code: 1, codes: ['VCFG_HEADER_STRIDE'] });
      expect(stride.findings[0].place.line).toBeGreaterThan(1);
      writeFileSync(path('vcfg.h'), `${text}\nstatic int none = nothing;\n`);
      const uncompiled = await check(argv, { runProgram });
      expect(uncompiled.codes).toContain('VCFG_HEADER_COMPILE');
      const { message, place } = uncompiled.findings.at(-1);
      expect(place).toMatchObject({ file: path('vcfg.h'), line: text.split('\n').length + 1 });
      expect(message).not.toContain('/vcfg-');
      expect(uncompiled.checked.at(-1).checked).toMatch(/not run: it does not compile|it does not compile$/);
      const asking = async (...words: string[]) => new Set((await check([...argv, ...words], { runProgram })).codes);
      const asked: readonly (readonly [words: readonly string[], codes: readonly string[]])[] = [
        [['--rule', 'VCFG_HEADER_COMPILE'], ['VCFG_HEADER_COMPILE']],
        [['--rule', 'VCFG_HEADER_ADDRESS'], []],
        [['--rule=-VCFG_HEADER_COMPILE'], []],
        [['--rule=-driver'], []],
      ];
      for (const [words, codes] of someOf(asked, 3)) expect(await asking(...words)).toEqual(new Set(codes));
      writeFileSync(path('vcfg.h'), text.replace(': base + offset;', ': base + offset + 4u;'));
      if (effort(false, true)) {
        expect(await asking('--rule', 'VCFG_HEADER_COMPILE')).toEqual(new Set());
        expect(await asking('--rule', 'VCFG_HEADER_ADDRESS')).toEqual(new Set(['VCFG_HEADER_ADDRESS']));
      }
      expect((await check(argv, { runProgram })).codes).toEqual(['VCFG_HEADER_ADDRESS']);
    }));

  it('compares a driver with tables where there is no platform', () =>
    withBuild(async (path) => {
      const argv = [path('dsdt.aml'), '--driver', path('vcfg.h')];
      expect(await check(argv)).toMatchObject({ code: 0, codes: ['VCFG_HEADER_UNCHECKED'], counts: { note: 1 } });
      const wrong = path('wrong.h');
      writeFileSync(
        wrong,
        readFileSync(path('vcfg.h'), 'utf8').replace(/(VCFG_FUNCTION_BYTES )8192u/, '$1' + '16384u'),
      );
      writeFileSync(path('second.aml'), readFileSync(path('dsdt.aml')));
      const each = [path('dsdt.aml'), path('second.aml'), '--each', '--driver', wrong];
      expect((await check(each)).codes).toEqual(['VCFG_HEADER_STRIDE', 'VCFG_HEADER_UNCHECKED']);
      breakRegion(path('dsdt.aml'));
      expect(await check(argv)).toMatchObject({ code: 1 });
    }));

  it('runs what a driver computes where there is no platform either', (context) =>
    withBuild(async (path) => {
      needs(context, 'gcc');
      const text = readFileSync(path('vcfg.h'), 'utf8');
      const argv = [path('dsdt.aml'), '--driver', path('vcfg.h'), '--run-driver'];
      const compiled = () => check(argv, { runProgram });
      const good = await compiled();
      expect(good).toMatchObject({ code: 0, codes: [] });
      expect(good.checked.at(-1).checked).toMatch(/ 10\d{5} values and 0 calls of accessors, compiled by cc, run /);
      writeFileSync(path('vcfg.h'), text.replace('device * VCFG_DEVICE_BYTES', 'device * (VCFG_DEVICE_BYTES / 2u)'));
      const { code, codes, findings } = await compiled();
      expect({ code, codes }).toEqual({ code: 1, codes: ['VCFG_HEADER_ADDRESS'] });
      expect(findings[0].place).toMatchObject({ file: path('vcfg.h'), path: 'vcfg_address' });
      expect(findings[0].message).toMatch(
        /the driver uses ECAM's shifts \(device << 15\).* In all, \d+ of 10\d{5} differ\.$/,
      );
      writeFileSync(path('vcfg.h'), 'static inline u64 vcfg_address(u64 base, int bus) { return base; }\n');
      const other = await compiled();
      expect(other).toMatchObject({
        codes: ['VCFG_HEADER_COMPILE'],
        counts: { error: 1 },
      });
      expect(other.checked.at(-1).checked).toMatch(/^0 constants read; it does not compile$/);
      writeFileSync(path('vcfg.h'), '#define VCFG_BUS_BYTES 2097152u\n');
      const constants = await compiled();
      expect(constants.codes).toEqual(['VCFG_HEADER_MISSING']);
      expect(constants.checked.at(-1).checked).toMatch(/^1 constant read; 1 values/);
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
    withBuild(async (path) => {
      const ran = await check([...QUICK, '--driver', path('vcfg.h')], NO_COMPILER);
      expect(ran).toMatchObject({ code: 1, codes: ['COMMAND_NO_COMPILER'] });
    }));

  it('refuses what is no C where a header is wanted', () =>
    withBuild(async (path) => {
      for (const name of ['vcfg.rs', 'dsdt.aml', 'dsdt.asl']) {
        const ran = await check([...QUICK, '--driver', path(name)]);
        expect(ran, name).toMatchObject({ code: 1, codes: ['COMMAND_HEADER_WANTED'] });
      }
    }));

  it('knows a header that is given for a table', () =>
    withBuild(async (path) => {
      const { findings } = await check([path('vcfg.h'), path('vcfg.rs')]);
      expect(findings.map((found: { message: string }) => found.message)).toEqual([
        'This is C source, but a table is needed.',
        'This is Rust source, but a table is needed.',
      ]);
    }));
});
