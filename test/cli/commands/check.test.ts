import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl, encodeAml, makeTerm } from '../../../src/aml/index.js';
import { encodeTable } from '../../../src/tables/index.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { type FakeWorld, Q35, Q35_DSDT, SENSOR_HUB, vcfg } from '../fake-io.js';
import { breakRegion, check, NO_COMPILER, QUICK, withBuild } from './checked-build.js';

describe('vcfg check', () => {
  it('finds nothing in what was generated', (context) =>
    withBuild(async (path) => {
      needs(context, 'gcc');
      const argv = ['check', path('dsdt.aml'), '--platform', SENSOR_HUB, '--driver', path('vcfg.h')];
      const { code, stdout, stderr } = await vcfg(argv);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines[0]).toBe('window at 0x230000000, 64 buses: 33554432 addresses');
      expect(lines[1]).toMatch(/dsdt\.aml: DSDT, \d+ bytes, \d+ objects$/);
      expect(lines[2]).toMatch(/vcfg\.h: 10\d{5} values, compiled by cc and run$/);
      expect(lines.at(-1)).toBe('0 findings');
    }));

  it('says which field is elsewhere, under its function, as a person would', () =>
    withBuild(async (path) => {
      breakRegion(path('dsdt.aml'));
      const { code, stdout, stderr } = await vcfg(['check', path('dsdt.aml'), ...QUICK], {
        runProgram: () => undefined,
      });
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      const [head, ...lines] = stdout.slice(stdout.indexOf('\n\n')).trim().split('\n');
      expect(head).toBe('00:04.0 SENS');
      expect(lines[1]).toMatch(/^VCFG_REGION_OFFSET {2}error {2}\S+dsdt\.aml\+0x\w+ {2}\\_SB\.PC00\.PE20\.VREG$/);
      const explained = lines.slice(2, lines.indexOf('', 2)).join('\n');
      expect(explained).toMatch(/^ {2}AML says 0x230020000, the driver 0x230040000/);
      expect(explained.replaceAll(/\s+/g, ' ')).toContain('bits 17 and 18 differ');
      for (const line of explained.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
      expect(lines.at(-1)).toBe('1 finding: 1 error');
    }));

  it('wraps to the terminal, and colours there alone', () =>
    withBuild(async (path) => {
      breakRegion(path('dsdt.aml'));
      const argv = ['check', path('dsdt.aml'), ...QUICK];
      const shown = (world: FakeWorld) => vcfg(argv, { ...world, ...NO_COMPILER });
      const { stdout } = await shown({ terminal: true });
      expect(stdout).toContain('\x1b[31merror\x1b[39m');
      expect(stdout).toContain('\x1b[1m00:04.0 SENS\x1b[22m');
      const explained = stdout.split('\n').filter((line) => line.startsWith('  '));
      expect(explained.length).toBeGreaterThan(3);
      for (const line of explained) expect(line.length).toBeLessThanOrEqual(80);
      expect((await shown({ terminal: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\x1b');
      expect((await shown({})).stdout).not.toContain('\x1b');
    }));

  it('gives the same findings as data and as SARIF', () =>
    withBuild(async (path) => {
      breakRegion(path('dsdt.aml'));
      const argv = ['check', path('dsdt.aml'), ...QUICK];
      const json = await check(argv.slice(1));
      expect(json).toMatchObject({
        code: 1,
        stderr: '',
        codes: ['VCFG_REGION_OFFSET'],
        counts: { error: 1, warning: 0 },
      });
      expect(json.findings[0]).toMatchObject({ function: '00:04.0', place: { file: path('dsdt.aml') } });
      expect(json.checked[0]).toMatchObject({ what: path('dsdt.aml') });
      expect((await vcfg([...argv, '--format', 'json'], NO_COMPILER)).stdout).toBe(
        (await vcfg([...argv, '--json'], NO_COMPILER)).stdout,
      );
      const sarif = await vcfg([...argv, '--format', 'sarif'], NO_COMPILER);
      expect(sarif).toMatchObject({ code: 1, stderr: '' });
      const [log] = JSON.parse(sarif.stdout).runs;
      expect(log.tool.driver).toMatchObject({ name: 'vcfg', semanticVersion: '1.2.3' });
      expect(log.results).toMatchObject([{ ruleId: 'VCFG_REGION_OFFSET', level: 'error' }]);
    }));

  it('takes tables from a folder, a pattern, standard input and text from acpidump', (context) =>
    withBuild(async (path) => {
      const clean = { code: 0, codes: [] };
      expect(await check([path('.'), ...QUICK])).toMatchObject(clean);
      expect(await check([path('*.aml'), ...QUICK])).toMatchObject(clean);
      const stdin = readFileSync(path('dsdt.aml'));
      expect(await check(['-', ...QUICK], { stdin })).toMatchObject({ ...clean, checked: [{ what: '<stdin>' }, {}] });
      needs(context, 'acpidump');
      const dumped = ['dsdt.aml', 'facp.aml'].map((name) => run('acpidump', ['-f', path(name)]).stdout).join('');
      writeFileSync(path('acpi.txt'), dumped);
      const text = await check([path('acpi.txt'), ...QUICK]);
      expect(text).toMatchObject(clean);
      expect(text.checked.slice(0, 2).map(({ what }: { what: string }) => what.slice(-13))).toEqual([
        'acpi.txt#DSDT',
        'acpi.txt#FACP',
      ]);
      writeFileSync(path('acpi.txt'), dumped.replace('    0010: ', '    0020: '));
      const broken = await check([path('acpi.txt'), ...QUICK]);
      expect(broken.codes).toContain('TABLE_DUMP_OFFSET');
      expect(broken.findings[0].place).toMatchObject({ file: path('acpi.txt'), line: 3 });
    }));

  it('passes over what the kernel shows beside tables, and takes a FACS without a checksum', () =>
    inScratchFolder(async (folder) => {
      mkdirSync(join(folder, 'tables/data'), { recursive: true });
      writeFileSync(join(folder, 'tables/data/BERT'), 'no table');
      await vcfg(['inject', Q35_DSDT, '--base', '0x9_0000_0000', '-o', join(folder, 'tables/DSDT')]);
      writeFileSync(join(folder, 'tables/FACS'), Buffer.concat([Buffer.from('FACS'), Buffer.of(64), Buffer.alloc(59)]));
      const { code, checked } = await check([join(folder, 'tables'), '--rule', 'table', '--rule', 'vcfg']);
      expect(checked).toHaveLength(2);
      expect(code).toBe(0);
    }));

  it('checks the tables of one machine together, or each for itself', () =>
    withBuild(async (path) => {
      writeFileSync(path('second.aml'), readFileSync(path('dsdt.aml')));
      const both = [path('dsdt.aml'), path('second.aml'), '--rule', 'table'];
      expect((await check(both)).codes).toEqual(['TABLE_DUPLICATE_DSDT']);
      expect(await check([...both, '--each'])).toMatchObject({ code: 0, codes: [] });
    }));

  it('is not content with tables that hold no AML', () =>
    inScratchFolder(async (folder) => {
      writeFileSync(join(folder, 'hpet.aml'), readFileSync(join(Q35, 'hpet.aml')));
      expect((await check([folder, '--rule', 'table'])).codes).toEqual(['COMMAND_NOT_AML']);
    }));

  it.each(['facp', 'apic', 'mcfg'])(
    'checks a lone %s by the rules for it, and looks for no VCFG in it',
    async (name) => {
      const table = join(Q35, `${name}.aml`);
      expect(await check([table, '--rule', 'table'])).toMatchObject({ code: 0, codes: [] });
      expect(await check([table])).toMatchObject({ code: 0, codes: [] });
      expect(await check([table, '--base', '0x2_0000_0000'])).toMatchObject({ code: 1, codes: ['COMMAND_NOT_AML'] });
    },
  );

  it('compares the window with a memory map', () =>
    withBuild(async (path) => {
      const argv = [path('dsdt.aml'), '--rule', 'vcfg'];
      writeFileSync(path('map.yaml'), '- { base: 0x2_3000_0000, size: 1 MiB, kind: ram }\n');
      const overlapping = await check([...argv, '--memory-map', path('map.yaml')]);
      expect(overlapping).toMatchObject({ code: 1, codes: ['VCFG_OVERLAPS_RAM'] });
      writeFileSync(path('iomem'), '00100000-bfffffff : System RAM\n100000000-22fffffff : System RAM\n');
      expect((await check([...argv, '--memory-map', path('iomem')])).code).toBe(0);
      writeFileSync(path('iomem'), '0-0 : System RAM\n0-0 : System RAM\n');
      const hidden = await check([...argv, '--memory-map', path('iomem')]);
      expect(hidden).toMatchObject({ code: 1, codes: ['MEMORY_MAP_HIDDEN'] });
    }));

  it('says of an empty platform file how a platform begins', () =>
    inScratchFolder(async (folder) => {
      writeFileSync(join(folder, 'empty.yaml'), '');
      const { codes, findings } = await check(['--platform', join(folder, 'empty.yaml')]);
      expect(codes).toEqual(['COMMAND_FILE_EMPTY']);
      expect(findings[0].cure).toContain('A platform begins with');
    }));

  it('asks the rules that it is told to, and fails at the severity that it is told', () =>
    withBuild(async (path) => {
      // A warning of the AML rules: an identifier that is not one.
      const odd = join(path('.'), 'odd.aml');
      writeFileSync(
        odd,
        encodeTable(
          {
            signature: 'SSDT',
            revision: 2,
            oemId: 'TEST',
            oemTableId: 'ODD',
            oemRevision: 1,
            creatorId: 'TEST',
            creatorRevision: 1,
          },
          encodeAml([asl.Device('\\_SB.ODD0', [asl.Name('_HID', makeTerm('String', ['pnp0c14']))])]),
        ),
      );
      const argv = [Q35_DSDT, odd];
      const all = await check(argv);
      expect(all.code).toBe(1);
      expect(all.codes).toContain('VCFG_MISSING');
      expect((await check([...argv, '--rule', 'VCFG_MISSING'])).codes).toEqual(['VCFG_MISSING']);
      expect((await check([...argv, '--rule', 'VCFG_MISSING,driver'])).codes).toEqual(['VCFG_MISSING']);
      const others = await check([...argv, '--rule=-VCFG_MISSING,-aml']);
      expect(others.codes.filter((code) => code === 'VCFG_MISSING' || code.startsWith('AML_'))).toEqual([]);
      const aml = await check([...argv, '--rule', 'aml']);
      expect(aml.counts.error).toBe(0);
      expect(aml.counts.warning).toBeGreaterThan(0);
      expect(aml.counts.note).toBeGreaterThan(0);
      const codeAt = async (least: string) => (await check([...argv, '--rule', 'aml', '--fail-on', least])).code;
      expect([aml.code, await codeAt('error'), await codeAt('warning'), await codeAt('note')]).toEqual([1, 0, 1, 1]);
      const notes = await check([...argv, '--rule', 'AML_METHOD_NOT_SERIALIZED']);
      expect(notes).toMatchObject({ code: 0, counts: { error: 0, warning: 0 } });
      expect((await check([path('dsdt.aml'), '--rule', 'driver'])).codes).toEqual([]);
    }));

  it('goes through the whole window where that is asked', async () => {
    const shown = async (...words: string[]) => (await check(['--base', '0', '--buses', '1', ...words])).checked;
    const window = [{ what: 'window at 0x0, 1 bus', checked: '524288 addresses' }];
    expect(await shown()).toEqual(window);
    expect(await shown('--rule', 'VCFG_WINDOW_DECODE')).toEqual(window);
    expect(await shown('--rule=-VCFG_WINDOW_DECODE')).toEqual([]);
    expect(await shown('--rule', 'VCFG_BASE')).toEqual([]);
  });

  const alone: [args: string[], code: number, codes: string[]][] = [
    [['--base', '0x1_0000_0000', '--buses', '1'], 0, []],
    [[], 2, ['COMMAND_USAGE']],
    [['--driver', 'vcfg.h'], 2, ['COMMAND_USAGE']],
    [['--base', '0', '--memory-map', 'iomem'], 2, ['COMMAND_USAGE']],
    [[Q35_DSDT, '--buses', '300'], 2, ['COMMAND_USAGE']],
    [[Q35_DSDT, '--rule', 'VCFG_MISING'], 2, ['COMMAND_USAGE']],
    [[Q35_DSDT, '--json', '--format', 'sarif'], 2, ['COMMAND_USAGE']],
    [[Q35_DSDT, '--fail-on', 'never'], 2, ['COMMAND_USAGE']],
    [[Q35_DSDT, '--limit', 'files=3'], 2, ['COMMAND_USAGE']],
    [[Q35_DSDT, '--limit', 'tables=0'], 2, ['COMMAND_USAGE']],
  ];
  it.each(alone)('%j exits %i with %j', async (args, code, codes) => {
    expect(await vcfg(['check', ...args])).toMatchObject({ code, codes });
  });

  it.each([
    [['--rule', 'table', 'aml', Q35_DSDT], '--rule table,aml'],
    [[Q35_DSDT, '--rule', 'table', 'vcfg', 'AML_FIELD_RANGE'], '--rule table,vcfg,AML_FIELD_RANGE'],
  ])('asks for commas between rules: %j', async (args, cure) => {
    const { code, stderr } = await vcfg(['check', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Separate several with commas: ${cure}.`)]);
  });

  it('reports what it was given in vain as it does what it finds', () =>
    inScratchFolder(async (folder) => {
      const at = (name: string) => join(folder, name);
      writeFileSync(at('bad.yaml'), 'vcgf: {}\nfunctions: []\n');
      const rows: [argv: string[], code: string][] = [
        [[Q35_DSDT, '--memory-map', at('none')], 'COMMAND_FILE_MISSING'],
        [['--platform', at('bad.yaml')], 'PLATFORM_UNKNOWN_KEY'],
        [[folder], 'COMMAND_NO_TABLES'],
      ];
      for (const [argv, code] of rows) {
        const { stdout, stderr, code: status } = await vcfg(['check', ...argv, '--format', 'sarif']);
        expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
        expect(JSON.parse(stdout).runs[0].results, code).toMatchObject([{ ruleId: code }]);
      }
    }));

  it('finds what cannot be read, and checks the rest', () =>
    withBuild(async (path) => {
      const { codes, checked } = await check([path('none.aml'), path('dsdt.aml'), '--rule', 'table']);
      expect(codes).toEqual(['COMMAND_FILE_MISSING']);
      expect(checked).toHaveLength(1);
    }));

  it('compares the value of VCFG alone with a base', () =>
    withBuild(async (path) => {
      const file = path('dsdt.aml');
      expect((await check([file, '--base', '0x230000000'])).code).toBe(0);
      expect(await check([file, '--base', '0x240000000', '--rule', 'VCFG_BASE'])).toMatchObject({
        code: 1,
        codes: ['VCFG_BASE'],
      });
    }));

  it('shows progress on a terminal alone, and takes it away', async () => {
    let time = 0;
    const now = () => {
      time += 200;
      return time;
    };
    const argv = ['check', '--base', '0', '--buses', '5'];
    const { stderr } = await vcfg(argv, { terminal: true, now });
    expect(stderr.split('\r\x1b[K')[1]).toMatch(/^Addresses \d+ %$/);
    expect(stderr.endsWith('\r\x1b[K')).toBe(true);
    expect((await vcfg(argv, { now })).stderr).toBe('');
  });
});
