import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl, encodeAml } from '../../../src/aml/index.js';
import { nodeFiles } from '../../../src/cli/process-io.js';
import { expandPattern, tablesIn } from '../../../src/cli/tables/glob.js';
import { encodeTable, replaceTableBody, requireTable } from '../../../src/tables/index.js';
import { dumpText } from '../../support/dump-text.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { Q35, Q35_DSDT, SENSOR_HUB, vcfg } from '../fake-io.js';

const IDENTITY = {
  revision: 2,
  oemId: 'TEST',
  oemTableId: 'TEST',
  oemRevision: 1,
  creatorId: 'TEST',
  creatorRevision: 1,
};
const SSDT = encodeTable(
  { signature: 'SSDT', ...IDENTITY },
  encodeAml([
    asl.Scope('\\_SB', [
      asl.OperationRegion('OPR', 'SystemMemory', asl.Add(asl.path('\\VCFG'), 0x4_1000), 0x1000),
      asl.Field('OPR', { access: 'DWordAcc' }, [
        { kind: 'ReservedField', bits: 64, lengthWidth: 0 },
        { kind: 'NamedField', name: 'FLD_', bits: 32, lengthWidth: 0 },
      ]),
    ]),
  ]),
);

/** A folder with the q35 tables, an SSDT of its own, a damaged table and a text. */
const withTables = (work: (folder: string) => Promise<void>) =>
  inScratchFolder(async (folder) => {
    cpSync(Q35, join(folder, 'q35'), { recursive: true });
    mkdirSync(join(folder, 'own'));
    writeFileSync(join(folder, 'own/SSDT1'), SSDT);
    writeFileSync(join(folder, 'own/notes.txt'), 'none');
    await work(folder);
  });

describe('tables of folders and patterns', () => {
  it('are found by their names', () =>
    withTables(async (folder) => {
      const inside = (paths: readonly string[]) => paths.map((path) => path.slice(folder.length + 1));
      expect(inside(tablesIn(folder, nodeFiles))).toEqual([
        'own/SSDT1',
        ...readdirSync(Q35)
          .sort()
          .map((name) => `q35/${name}`),
      ]);
      const rows: [pattern: string, paths: string[]][] = [
        ['q35/*p*.aml', ['q35/apic.aml', 'q35/facp.aml', 'q35/hpet.aml']],
        ['q35/[a-d]*.aml', ['q35/apic.aml', 'q35/dsdt.aml']],
        ['q35/[!a-m]*', ['q35/waet.aml']],
        ['*/{dsdt.aml,SSDT?}', ['own/SSDT1', 'q35/dsdt.aml']],
        ['**/[dS]*', ['own/SSDT1', 'q35/dsdt.aml']],
        ['own/*.*', ['own/notes.txt']],
        ['none/*', []],
        ['own/[z-a]*', []],
        ['own/[S-S]SD[T]1', ['own/SSDT1']],
        ['own/[!z-a]*1', ['own/SSDT1']],
        ['own/[]*', []],
        ['own/[\\]*', []],
        ['own/[a-]*', []],
        ['own/{SSDT1', []],
        ['own/(?<x*', []],
        [`own/${'*S'.repeat(60)}`, []],
        [`own/${'*?'.repeat(3)}`, ['own/SSDT1', 'own/notes.txt']],
      ];
      for (const [pattern, paths] of rows) {
        expect(inside(expandPattern(join(folder, pattern), nodeFiles)), pattern).toEqual(paths);
      }
    }));
});

it('refuses braces that multiply without end', async () => {
  const ran = await vcfg(['show', '{a,b}'.repeat(40)]);
  expect(ran).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
});

it('follows a link that leads back once', () =>
  withTables(async (folder) => {
    symlinkSync(folder, join(folder, 'own/again'));
    expect(tablesIn(folder, nodeFiles)).toHaveLength(1 + readdirSync(Q35).length);
  }));

describe('vcfg show --json', () => {
  it('has the place and the bytes of each object', async () => {
    // Read off the table's bytes by hand: 5B 82 at 0x2a with the PkgLength 0x13, and names at 0x31 and 0x3f.
    const table = join(projectFolder, 'fixtures/tables/asf/dsdt.aml');
    const { tables } = JSON.parse((await vcfg(['show', '--json', table])).stdout);
    const places = tables[0].objects.map(({ path, offsetBytes, sizeBytes }: Record<string, unknown>) => [
      path,
      offsetBytes,
      sizeBytes,
    ]);
    expect(places).toEqual([
      ['\\_SB_.PCI0', 0x2a, 2 + 0x13],
      ['\\_SB_.PCI0._HID', 0x31, 5 + 9],
      ['\\VCFG', 0x3f, 5 + 9],
    ]);
  });
});

describe('vcfg verify', () => {
  it('counts identical tables on its last line', () =>
    withTables(async (folder) => {
      expect(await vcfg(['verify', folder])).toMatchObject({ code: 0, stdout: 'identical 2 of 2\n' });
    }));

  it('goes on past bad tables, and exits 1', () =>
    withTables(async (folder) => {
      const damaged = Buffer.from(SSDT);
      damaged[9] = (damaged.at(9) as number) ^ 1;
      writeFileSync(join(folder, 'own/SSDT0'), damaged);
      const { code, stdout, codes } = await vcfg(['verify', join(folder, 'none.aml'), folder]);
      expect({ code, stdout, codes }).toEqual({
        code: 1,
        stdout: 'identical 2 of 4\n',
        codes: ['COMMAND_FILE_MISSING', 'TABLE_CHECKSUM'],
      });
    }));

  it('says the same as JSON, each table with its findings', () =>
    withTables(async (folder) => {
      const damaged = Buffer.from(SSDT);
      damaged[9] = (damaged.at(9) as number) ^ 1;
      writeFileSync(join(folder, 'own/SSDT1'), damaged);
      const { code, stdout, codes } = await vcfg(['verify', '--json', folder]);
      expect({ code, codes }).toEqual({ code: 1, codes: [] });
      expect(JSON.parse(stdout)).toMatchObject({
        tables: [
          { file: join(folder, 'own/SSDT1'), identical: false, diagnostics: [{ code: 'TABLE_CHECKSUM' }] },
          { file: join(folder, 'q35/dsdt.aml'), identical: true, diagnostics: [] },
        ],
        identical: 1,
        of: 2,
      });
    }));

  it('is not content with nothing', () =>
    inScratchFolder(async (folder) => {
      expect(await vcfg(['verify', folder])).toMatchObject({ code: 1, codes: ['COMMAND_NO_TABLES'] });
      expect(await vcfg(['verify', join(Q35, 'hpet.aml')])).toMatchObject({
        code: 1,
        stdout: 'identical 0 of 1\n',
        codes: ['COMMAND_NOT_AML'],
      });
    }));

  it('is not content with a folder of tables without AML', () =>
    withTables(async (folder) => {
      rmSync(join(folder, 'q35/dsdt.aml'));
      const { code, stdout, stderr } = await vcfg(['verify', join(folder, 'q35')]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: 'identical 0 of 0\n' });
      expect(stderr).toMatch(/^\d tables hold no AML/);
    }));
});

describe('vcfg show', () => {
  it('shows headers, names, values, regions and fields', () =>
    inScratchFolder(async (folder) => {
      await vcfg(['generate', SENSOR_HUB, '-o', folder]);
      const { code, stdout, stderr } = await vcfg(['show', join(folder, 'dsdt.aml')]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const bytes = readFileSync(join(folder, 'dsdt.aml')).length;
      for (const wanted of [
        new RegExp(`DSDT, revision 2, ${bytes} bytes`),
        /\n {4}VCFG {2}Integer 0x230000000\n/,
        /_HID {2}Integer 0x80ad041, EISA ID PNP0A08\n/,
        /\n {4}_SB\n {6}PC00 {2}Device \d+ bytes\n/,
        /VREG {2}OperationRegion SystemMemory 0x230040000, 4096 bytes, 00:04.0 trapped register 0\n/,
        /ERRC {2}FieldUnit VREG bits 512..543 at 0x230040040, 00:04.0 trapped register 16, DWordAcc\n/,
      ]) {
        expect(stdout).toMatch(wanted);
      }
    }));

  it('shows objects as a tree, each below what holds it, and the start of a long buffer', () =>
    inScratchFolder(async (folder) => {
      const bytes = (length: number) =>
        asl.Buffer(
          length,
          Uint8Array.from({ length }, (_, at) => at),
        );
      const terms = [
        asl.Name('A', 1),
        asl.Name('B_C', bytes(20)),
        asl.Device('\\_SB.DEV0', [
          asl.Name('LONG', bytes(21)),
          asl.Device('SUB', [asl.Name('X', 2), asl.Name('Y', 3)]),
          asl.Name('Z', 4),
        ]),
        asl.Name('\\_SB.FAR.AWAY', 5),
        asl.Alias('\\A', '\\_SB.FAR.TWIN'),
        asl.Name('E', 6),
      ];
      writeFileSync(join(folder, 'ssdt.aml'), encodeTable({ signature: 'SSDT', ...IDENTITY }, encodeAml(terms)));
      const { stdout } = await vcfg(['show', join(folder, 'ssdt.aml')]);
      expect(
        stdout
          .split('\n')
          .slice(4)
          .map((line) => line.replace(/\d+ bytes$/, 'n bytes')),
      ).toEqual([
        '    A     Integer 0x1',
        '    B_C   Buffer of 20 bytes: 000102030405060708090a0b0c0d0e0f10111213',
        '    _SB',
        '      DEV0  Device n bytes',
        '        LONG  Buffer of 21 bytes: 000102030405060708090a0b0c0d0e0f10111213…',
        '        SUB   Device n bytes',
        '          X     Integer 0x2',
        '          Y     Integer 0x3',
        '        Z     Integer 0x4',
        '      FAR',
        '        AWAY  Integer 0x5',
        '        TWIN  Alias',
        '    E     Integer 0x6',
        '',
      ]);
    }));

  it('resolves addresses through other tables', () =>
    withTables(async (folder) => {
      const ssdt = join(folder, 'own/SSDT1');
      const dsdt = join(folder, 'q35/dsdt.aml');
      const fieldOf = async (argv: string[]) =>
        JSON.parse((await vcfg(['show', '--json', ...argv])).stdout).tables[0].objects.at(-1);
      expect((await fieldOf([ssdt])).field).toEqual({
        region: '\\_SB_.OPR_',
        lowBit: 64,
        bits: 32,
        access: 'DWordAcc',
        space: 'SystemMemory',
      });
      const injected = join(folder, 'injected.aml');
      await vcfg(['inject', dsdt, '--base', '0x1_0000_0000', '-o', injected]);
      const resolved = await fieldOf([ssdt, '-e', injected]);
      expect(resolved.field.address).toBe('0x100041008');
      expect(resolved.register).toBe('00:04.0 shared register 2');
    }));

  it('cuts integers to 32 bits where the DSDT’s revision does', () =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'dsdt.aml');
      await vcfg(['inject', Q35_DSDT, '--base', '0x2_3000_0000', '-o', file]);
      const bytes = readFileSync(file);
      bytes[8] = 1;
      bytes[9] = (bytes.at(9) as number) + 1;
      writeFileSync(file, bytes);
      writeFileSync(join(folder, 'ssdt.aml'), SSDT);
      const { stdout } = await vcfg(['show', join(folder, 'ssdt.aml'), '-e', file, '--json']);
      const [table] = JSON.parse(stdout).tables;
      expect(table.integerBits).toBe(32);
      expect(table.objects[0].region.address).toBe('0x30041000');
    }));

  it('shows what a table of data says, but for what is zero', async () => {
    const fadt = (await vcfg(['show', join(Q35, 'facp.aml')])).stdout;
    expect(fadt).toContain('\n  sciInterrupt  9\n');
    expect(fadt).toContain('\n  xGpe0Block  SystemIO 0x620, 128 bits\n');
    expect(fadt).not.toContain('pm1bEventBlock');
    const madt = (await vcfg(['show', join(Q35, 'apic.aml')])).stdout;
    expect(madt).toContain('\n  structures\n    localApic: processorUid 0, apicId 0, flags 1\n');
    expect((await vcfg(['show', join(Q35, 'mcfg.aml')])).stdout).toContain(
      '\n  base 0xb0000000, segment 0, firstBus 0, lastBus 0xff\n',
    );
    const { tables } = JSON.parse((await vcfg(['show', join(Q35, 'facp.aml'), '--json'])).stdout);
    expect(tables[0].fields).toMatchObject({ sciInterrupt: 9, resetRegister: { address: '0xcf9' } });
  });

  it('shows structures that it does not know as hex digits, in JSON too', () =>
    inScratchFolder(async (folder) => {
      const table = requireTable(new Uint8Array(readFileSync(join(Q35, 'apic.aml'))));
      writeFileSync(
        join(folder, 'apic.aml'),
        replaceTableBody(table, Uint8Array.of(...table.bytes.slice(36), 0x80, 4, 0xab, 0xcd)),
      );
      expect((await vcfg(['show', folder])).stdout).toContain('\n    other: type 0x80, bytes abcd\n');
      const { tables } = JSON.parse((await vcfg(['show', folder, '--json'])).stdout);
      expect(tables[0].fields.structures.at(-1)).toEqual({ kind: 'other', type: 0x80, bytes: 'abcd' });
    }));

  it('says what is wrong in a table of data, and exits 1', () =>
    inScratchFolder(async (folder) => {
      const table = requireTable(new Uint8Array(readFileSync(join(Q35, 'apic.aml'))));
      writeFileSync(join(folder, 'apic.aml'), replaceTableBody(table, table.bytes.slice(36, -1)));
      const { code, codes, stdout } = await vcfg(['show', join(folder, 'apic.aml')]);
      expect({ code, codes }).toEqual({ code: 1, codes: ['TABLE_STRUCTURE'] });
      expect(stdout).toContain('ioApic: ');
    }));

  it('shows the header of a table that holds no AML', async () => {
    const { code, stdout } = await vcfg(['show', join(Q35, 'hpet.aml')]);
    expect(code).toBe(0);
    expect(stdout).toContain('HPET, revision 1, 56 bytes');
    expect(stdout).toContain('holds no AML');
  });
});

describe('vcfg disassemble', () => {
  it('exits 1 for a text that has lost something of its table', () =>
    inScratchFolder(async (folder) => {
      const table = join(folder, 'words.aml');
      writeFileSync(table, encodeTable({ signature: 'SSDT', ...IDENTITY }, encodeAml([asl.Name('IPMI', 1)])));
      expect(await vcfg(['disassemble', table])).toMatchObject({ code: 1, codes: ['AML_NOT_PRINTABLE'] });
    }));

  it('prints ASL that iasl takes back to the same table', (context) =>
    inScratchFolder(async (folder) => {
      needs(context, 'iasl');
      await vcfg(['generate', SENSOR_HUB, '-o', folder]);
      const [aml, source] = [join(folder, 'dsdt.aml'), join(folder, 'again.dsl')];
      expect(await vcfg(['disassemble', aml, '-o', source])).toMatchObject({ code: 0, stdout: '', stderr: '' });
      run('iasl', ['-oa', '-p', join(folder, 'again'), source]);
      const [again, before] = [readFileSync(join(folder, 'again.aml')), readFileSync(aml)];
      expect(again.subarray(36)).toEqual(before.subarray(36));
      expect(again.subarray(10, 28)).toEqual(before.subarray(10, 28));
      expect((await vcfg(['disassemble', aml])).stdout).toBe(readFileSync(source, 'utf8'));
    }));

  it('writes a file for each of several tables, told apart by a number', () =>
    withTables(async (folder) => {
      mkdirSync(join(folder, 'more'));
      writeFileSync(join(folder, 'more/SSDT1.aml'), SSDT);
      const output = join(folder, 'asl');
      const { code, stderr } = await vcfg(['disassemble', folder, '-o', output]);
      expect({ code, summary: stderr.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, summary: '3 tables, 0 bad' });
      expect(readdirSync(output).sort()).toEqual(['SSDT1-2.dsl', 'SSDT1.dsl', 'dsdt.dsl']);
    }));

  it('never writes one text over another, whatever the names', () =>
    inScratchFolder(async (folder) => {
      const tables = ['d1/a.aml', 'd2/A.aml', 'd1/a-2.aml'].map((name) => join(folder, name));
      for (const each of ['d1', 'd2']) mkdirSync(join(folder, each));
      for (const table of tables) writeFileSync(table, SSDT);
      expect((await vcfg(['disassemble', ...tables, '-o', join(folder, 'o')])).code).toBe(0);
      expect(readdirSync(join(folder, 'o')).sort()).toEqual(['A-2.dsl', 'a-2-2.dsl', 'a.dsl']);
    }));

  it('gives JSON, and goes on past a bad table', () =>
    withTables(async (folder) => {
      const bad = join(folder, 'own/notes.txt');
      const { code, stdout, codes } = await vcfg(['disassemble', '--json', bad, join(folder, 'own/SSDT1')]);
      expect({ code, codes }).toEqual({ code: 1, codes: ['TABLE_TRUNCATED'] });
      const { tables } = JSON.parse(stdout);
      expect(tables).toHaveLength(1);
      expect(tables[0].asl).toContain('OperationRegion (OPR');
    }));
});

it('passes over data of the kernel beside tables, not a folder that is called data', () =>
  inScratchFolder(async (folder) => {
    const files = async (word: string) =>
      JSON.parse((await vcfg(['show', join(folder, word), '--json'])).stdout).tables.length;
    mkdirSync(join(folder, 'tables/data'), { recursive: true });
    writeFileSync(join(folder, 'tables/data/SSDT'), SSDT);
    expect([await files('tables/data'), await files('tables')]).toEqual([1, 1]);
    writeFileSync(join(folder, 'tables/DSDT'), readFileSync(Q35_DSDT));
    expect([await files('tables/data'), await files('tables')]).toEqual([1, 1]);
  }));

describe('text from acpidump', () => {
  it.each(['show', 'verify', 'disassemble'])('without a table that has a header is refused by %s', (command) =>
    inScratchFolder(async (folder) => {
      const path = join(folder, 'facs.txt');
      writeFileSync(path, dumpText('FACS', Buffer.concat([Buffer.from('FACS'), Buffer.of(64), Buffer.alloc(59)])));
      expect(await vcfg([command, path])).toMatchObject({ code: 1, codes: ['COMMAND_NO_TABLES'] });
    }),
  );

  const readable = ['dsdt', 'facp'].map(
    (name) => [name.toUpperCase(), readFileSync(join(Q35, `${name}.aml`))] as const,
  );
  /** A text of three tables, two of them with AML, beside the tables themselves. */
  const withDump = (work: (path: (name: string) => string) => Promise<void>) =>
    inScratchFolder(async (folder) => {
      const path = (name: string) => join(folder, name);
      const tables = [...readable, ['SSDT', SSDT] as const];
      for (const [name, bytes] of tables) writeFileSync(path(name), bytes);
      writeFileSync(path('acpi.txt'), tables.map(([name, bytes]) => dumpText(name, bytes)).join(''));
      await work(path);
    });

  it('is verified table by table', () =>
    withDump(async (path) => {
      const { code, stdout, stderr } = await vcfg(['verify', path('acpi.txt')]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'identical 2 of 2\n' });
      expect(stderr).toContain('1 table holds no AML, and is not counted');
    }));

  it('is shown as its tables are, under their names in it', () =>
    withDump(async (path) => {
      const shown = async (...names: string[]) => {
        const { code, stdout } = await vcfg(['show', ...names.map(path), '-e', path('acpi.txt'), '--json']);
        expect(code).toBe(0);
        return JSON.parse(stdout).tables as { file: string }[];
      };
      const whole = await shown('acpi.txt');
      const files = whole.map(({ file }) => file);
      expect(files).toEqual(['DSDT', 'FACP', 'SSDT'].map((name) => `${path('acpi.txt')}#${name}`));
      const apart = await shown('DSDT', 'FACP', 'SSDT');
      expect(whole.map((table) => ({ ...table, file: '' }))).toEqual(apart.map((table) => ({ ...table, file: '' })));
    }));

  it('is disassembled into a folder, or one table after the other', () =>
    withDump(async (path) => {
      expect((await vcfg(['disassemble', path('acpi.txt'), '-o', path('asl')])).code).toBe(0);
      expect(readdirSync(path('asl')).sort()).toEqual(['acpi-DSDT.dsl', 'acpi-SSDT.dsl']);
      const apart = [];
      for (const name of ['DSDT', 'SSDT']) {
        const { stdout } = await vcfg(['disassemble', path(name)]);
        expect(readFileSync(path(`asl/acpi-${name}.dsl`), 'utf8')).toBe(stdout);
        apart.push(stdout);
      }
      const stdin = readFileSync(path('acpi.txt'), 'utf8');
      expect((await vcfg(['disassemble', '-'], { stdin })).stdout).toBe(apart.join(''));
    }));

  it('costs a table whose rows are damaged, and no other', () =>
    withDump(async (path) => {
      const text = readFileSync(path('acpi.txt'), 'utf8');
      writeFileSync(path('acpi.txt'), text.replace('    0010: ', '    0020: '));
      const { code, stdout, codes } = await vcfg(['verify', path('acpi.txt')]);
      expect({ code, stdout, codes }).toEqual({ code: 1, stdout: 'identical 1 of 2\n', codes: ['TABLE_DUMP_OFFSET'] });
      const external = await vcfg(['show', path('SSDT'), '-e', path('acpi.txt')]);
      expect(external).toMatchObject({ code: 1, codes: ['TABLE_DUMP_OFFSET'] });
    }));
});

it('shows progress over many tables, and clears it before anything else is said', () =>
  withTables(async (folder) => {
    let time = 0;
    const now = () => {
      time += 300;
      return time;
    };
    writeFileSync(join(folder, 'own/SSDT0'), 'nothing');
    const { stderr } = await vcfg(['verify', folder], { terminal: true, now });
    expect(stderr).toMatch(/Tables \d+ %/);
    for (const part of stderr.split('\r').slice(1))
      expect(part.replace('\x1b[K', '')).toMatch(/^Tables \d+ %$|^(?!Tables)/);
    expect(stderr).toContain('TABLE_TRUNCATED');
  }));
