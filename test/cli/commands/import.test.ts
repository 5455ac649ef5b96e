import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectFolder } from '../../support/shared-material.js';
import { SENSOR_HUB, vcfg } from '../fake-io.js';

const folder = mkdtempSync(join(tmpdir(), 'vcfg-import-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) => join(projectFolder, 'fixtures/imports', name);
const at = (name: string) => join(folder, name);

describe('vcfg import', () => {
  it('writes a platform file that generates and checks clean, and says what it left out', async () => {
    const { code, stdout, stderr } = await vcfg(['import', fixture('timer-block.svd'), '-o', at('t.yaml')]);
    expect([code, stdout.split('  ').at(-1)]).toEqual([0, '3 functions, 48 dwords, 46 fields\n']);
    expect(stderr).toMatch(/^Not carried over:\n {2}\d+ × /);
    expect(stderr).toContain('1 × interrupt numbers (line 16 TIM2)');
    expect((await vcfg(['generate', at('t.yaml'), '-o', at('out')])).code).toBe(0);
    const words = ['--platform', at('t.yaml'), '--driver', at('out/vcfg.h'), '--no-exhaustive'];
    const checked = await vcfg(['check', at('out/dsdt.aml'), ...words]);
    expect([checked.code, checked.codes], checked.stdout).toEqual([0, []]);
  });

  it('gives no part a name that ASL cannot have', async () => {
    writeFileSync(
      at('timer.rdl'),
      'addrmap wait { reg { field {} lock; } load @ 0x0; reg { field {} data; } name @ 0x4; };',
    );
    expect((await vcfg(['import', at('timer.rdl'), '-o', at('timer.yaml')])).code).toBe(0);
    const { code, codes } = await vcfg(['generate', at('timer.yaml'), '-o', at('timer'), '--format', 'asl']);
    expect([code, codes]).toEqual([0, []]);
  });

  it('writes to standard output, and the report as JSON with --json', async () => {
    const { stdout } = await vcfg(['import', fixture('spi-master.rdl')]);
    expect(stdout).toMatch(/^# Imported from spi-master\.rdl \(SystemRDL\)\./);
    const report = JSON.parse((await vcfg(['import', fixture('spi-master.rdl'), '--json'])).stdout);
    expect(report.text).toBe(stdout);
    expect(report.functions).toEqual([{ address: '00:04.0', name: 'SPIM', longName: 'spi_master', dwords: 7 }]);
    expect(report.leftOut.map(({ kind }: { kind: string }) => kind)).toEqual(['hardware', 'no-access']);
  });

  it('takes peripherals, a first address and an offset', async () => {
    const args = ['--peripheral', 'tim3,DMA1', '--bdf', '00:02.3', '--json'];
    const { functions } = JSON.parse((await vcfg(['import', fixture('timer-block.svd'), ...args])).stdout);
    expect(functions.map(({ address, name }: { address: string; name: string }) => [address, name])).toEqual([
      ['00:02.3', 'TIM3'],
      ['00:02.4', 'DMA1'],
    ]);
    const far = await vcfg(['import', fixture('serial-block.svd'), '--peripheral', 'SERCOM1', '--offset', '0x1000']);
    expect(far.stdout).toContain('{ name: DATA, index: 2 }');
    expect((await vcfg(['import', fixture('serial-block.svd'), '--offset', '2'])).code).toBe(2);
  });

  it('finds included files beside the file, and in the folders of --include', async () => {
    writeFileSync(at('a.rdl'), '`include "b.rdl"\naddrmap m { t r; };');
    writeFileSync(at('b.rdl'), '`include "spi-master.rdl"\nreg t { field {} f; };');
    const missing = await vcfg(['import', at('a.rdl')]);
    expect([missing.code, missing.codes]).toEqual([1, ['IMPORT_RDL_INCLUDE']]);
    expect((await vcfg(['import', at('a.rdl'), '--include', join(projectFolder, 'fixtures/imports')])).code).toBe(0);
  });

  it('writes nothing for a file with an error', async () => {
    writeFileSync(at('bad.svd'), '<device>');
    const { code, codes } = await vcfg(['import', at('bad.svd'), '-o', at('never.yaml')]);
    expect([code, codes]).toEqual([1, ['IMPORT_XML_SYNTAX']]);
    expect(() => readFileSync(at('never.yaml'))).toThrow('ENOENT');
    writeFileSync(at('bytes'), Uint8Array.of(0, 1, 0xff));
    expect((await vcfg(['import', at('bytes')])).codes).toEqual(['IMPORT_FORMAT']);
  });
});

describe('vcfg export', () => {
  it.each([
    ['svd', '<name>SENS</name>'],
    ['systemrdl', 'addrmap sens_map {'],
    ['ipxact', '<ipxact:name>SENS</ipxact:name>'],
  ])('writes %s, and says that shared runs are left out', async (format, text) => {
    const { code, stdout, stderr } = await vcfg(['export', SENSOR_HUB, '--format', format]);
    expect(code).toBe(0);
    expect(stdout).toContain(text);
    expect(stderr).toContain('3 × runs of the shared page (sens.head, sens.tail, sens.ring)');
    const report = JSON.parse(
      (await vcfg(['export', SENSOR_HUB, '--format', format, '--json', '-o', at(format)])).stdout,
    );
    expect(report).toMatchObject({ path: at(format), leftOut: [{ kind: 'shared', count: 3 }] });
    expect(readFileSync(at(format), 'utf8')).toBe(stdout);
  });
});
