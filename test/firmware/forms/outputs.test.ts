import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiagnosticError, fromHex } from '../../../src/base/index.js';
import {
  FIRMWARE_OUTPUTS,
  type FirmwareFormat,
  type GeneratedFile,
  generateFirmwareFiles,
  generateTableSet,
  initrdOverride,
} from '../../../src/firmware/index.js';
import { registerAddress } from '../../../src/guest/address.js';
import { requirePlatform } from '../../../src/platform/index.js';
import { encodeTable, requireTable } from '../../../src/tables/index.js';
import { tablesOfMachine } from '../../setup/qemu-tables.mjs';
import { acpicaInteger, recompile } from '../../support/acpica.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { withoutCompiler } from './without-compiler.js';

const hub = requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8'));
const low = { ...hub, vcfg: { ...hub.vcfg, base: 0xd000_0000n } };
const SENSOR = { bus: 0, device: 4, function: 0 };
const sets = {
  'one DSDT': generateTableSet(hub),
  'DSDT and SSDT': generateTableSet(hub, { split: 'crosvm' }),
  'with a table for hot plug': generateTableSet(hub, { split: 'crosvm', hotPlug: [SENSOR] }),
};
const setRows = Object.entries(sets);
const tablesIn = (set: (typeof sets)['one DSDT']) => [...set.aml, ...set.hotPlug];

function write(folder: string, files: readonly GeneratedFile[]): void {
  for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
}

const read = (folder: string, name: string) => new Uint8Array(readFileSync(join(folder, name)));

/** Compiles with iasl, and gives what it complains of. */
function iasl(folder: string, ...args: string[]): string[] {
  const { stdout, stderr } = run('iasl', ['-oa', ...args], { cwd: folder });
  return `${stdout}${stderr}`.split('\n').filter((line) => /^(?:Error|Warning)|\b(?:Error|Warning)\s+\d+ -/.test(line));
}

describe('ASL', () => {
  it.for(setRows)('of %s compiles to the same bytes', ([, set], context) => {
    needs(context, 'iasl');
    return inScratchFolder((folder) => {
      write(folder, FIRMWARE_OUTPUTS.asl(set).files);
      for (const { name, bytes } of tablesIn(set)) {
        expect(iasl(folder, `${name}.asl`)).toEqual([]);
        expect(withoutCompiler(read(folder, `${name}.aml`)), name).toBe(withoutCompiler(bytes));
      }
    });
  });
});

describe('tables without AML', () => {
  it.for(sets['one DSDT'].data)('$name: iasl reads it, and gives the same bytes again', async ({ bytes }, context) => {
    needs(context, 'iasl');
    const again = await recompile(bytes);
    expect(again.complaints).toEqual([]);
    expect(withoutCompiler(again.bytes)).toBe(withoutCompiler(bytes));
  });
});

describe('ASL for coreboot', () => {
  it.for(setRows)('of %s is included in a DSDT, and compiles to the bytes of one', ([, set], context) => {
    needs(context, 'iasl');
    return inScratchFolder((folder) => {
      write(folder, FIRMWARE_OUTPUTS.coreboot(set).files);
      const around = 'DefinitionBlock ("", "DSDT", 2, "COREv4", "COREBOOT", 0x20110725)\n{\n    #include "vcfg.asl"\n';
      writeFileSync(join(folder, 'dsdt.asl'), `${around}    Name (MINE, One)\n}\n`);
      expect(iasl(folder, 'dsdt.asl')).toEqual([]);
      const body = Buffer.from(read(folder, 'dsdt.aml')).subarray(36);
      expect(body.subarray(0, -6).equals(set.whole().subarray(36))).toBe(true);
      expect(body.subarray(-6).toString('latin1')).toBe('\x08MINE\x01');
    });
  });
});

/** What a `.aslc` file takes from MdePkg. */
const BASE_H = `#include <stdint.h>
typedef uint8_t UINT8;
#define VOID void
#define EFIAPI
`;

/** The sources, and the text of the module that lists them. */
function edk2Files(set: (typeof sets)['one DSDT']): { files: GeneratedFile[]; module: string } {
  const all = FIRMWARE_OUTPUTS.edk2(set).files;
  const module = all.find(({ name }) => name === 'AcpiTables.inf') as GeneratedFile;
  return { files: all.filter((file) => file !== module), module: module.contents as string };
}

describe('sources for EDK2', () => {
  it.for(setRows)('of %s hold each table as the data of an object file', ([, set], context) => {
    needs(context, 'gcc');
    return inScratchFolder((folder) => {
      const { files, module } = edk2Files(set);
      expect(/^\[Sources\]\n((?: .+\n)+)/m.exec(module)?.[1]).toBe(files.map(({ name }) => `  ${name}\n`).join(''));
      write(folder, [...files, { name: 'Base.h', contents: BASE_H, what: '' }]);
      const strict = ['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Werror', '-I.'];
      // As EDK2's build rules do: C by its ending .aslc, the entry point kept, then the data section alone.
      expect(run('gcc', [...strict, '-x', 'c', '-c', ...files.map(({ name }) => name)], { cwd: folder }).stderr).toBe(
        '',
      );
      const objects = files.map(({ name }) => name.replace('.aslc', '.o'));
      const entries = run('nm', ['-A', ...objects], { cwd: folder }).stdout.match(/^.* T ReferenceAcpiTable$/gm) ?? [];
      expect(entries.map((line) => line.slice(0, line.indexOf(':')))).toEqual(objects);
      for (const [index, { name }] of files.entries()) {
        run('objcopy', ['-O', 'binary', '-j', '.data', objects[index] as string, 'table.bin'], { cwd: folder });
        const table = [...set.aml, ...set.data].find((each) => `${each.name}.aslc` === name);
        const found = Buffer.from(read(folder, 'table.bin'));
        if (table) expect(found.equals(table.bytes), name).toBe(true);
        else expect([name, found.length, found.toString('latin1', 0, 4)]).toEqual(['facs.aslc', 64, 'FACS']);
      }
    });
  });
});

describe('the entry point of a source for EDK2', () => {
  it('gives the table', (context) => {
    needs(context, 'gcc');
    return inScratchFolder((folder) => {
      const { files } = edk2Files(sets['one DSDT']);
      write(folder, [...files, { name: 'Base.h', contents: BASE_H, what: '' }]);
      const signature =
        '#include <stdio.h>\nextern void *ReferenceAcpiTable(void);\nint main(void) { return puts(ReferenceAcpiTable()) < 0; }\n';
      writeFileSync(join(folder, 'main.c'), signature);
      run('gcc', ['-I.', '-x', 'c', 'apic.aslc', 'main.c', '-o', 'main'], { cwd: folder });
      expect(run(join(folder, 'main'), []).stdout).toBe('APICJ\n');
    });
  });
});

describe('C arrays', () => {
  it('of a table for hot plug have names that C takes', (context) => {
    needs(context, 'gcc');
    return inScratchFolder((folder) => {
      const { files } = FIRMWARE_OUTPUTS['c-array'](sets['with a table for hot plug']);
      write(folder, files);
      const uses = ['DSDT', 'SSDT', 'SSDT_00_04_0'].map(
        (name) => `${name}_AML_LEN != sizeof ${name.toLowerCase()}_aml`,
      );
      const program = `${files.map(({ name }) => `#include "${name}"`).join('\n')}\nint main(void) { return ${uses.join(' || ')}; }\n`;
      writeFileSync(join(folder, 'main.c'), program);
      expect(run('gcc', ['-std=c99', '-Wall', '-Werror', 'main.c', '-o', 'main'], { cwd: folder }).stderr).toBe('');
      expect(run(join(folder, 'main'), []).status).toBe(0);
    });
  });
});

describe('hex digits', () => {
  it('are the tables again, to xxd and to anyone', (context) => {
    needs(context, 'xxd');
    return inScratchFolder((folder) => {
      for (const [index, { name, contents }] of FIRMWARE_OUTPUTS.hex(sets['DSDT and SSDT']).files.entries()) {
        write(folder, [{ name, contents, what: '' }]);
        run('xxd', ['-r', '-p', name, `${name}.bin`], { cwd: folder });
        const bytes = sets['DSDT and SSDT'].aml[index]?.bytes as Uint8Array;
        expect(Buffer.from(read(folder, `${name}.bin`)).equals(bytes)).toBe(true);
        expect(fromHex(contents as string)).toEqual(bytes);
      }
    });
  });
});

describe('the table for QEMU', () => {
  const file = (platform: typeof hub) => FIRMWARE_OUTPUTS.qemu(generateTableSet(platform));

  it('arrives in a guest beside QEMU’s own DSDT, and tells it the base', async (context) => {
    needs(context, 'qemu-system-x86_64', 'acpiexec');
    const table = file(low).files[0] as GeneratedFile;
    const found = await inScratchFolder((folder) => {
      write(folder, [table]);
      return tablesOfMachine(['-acpitable', `file=${join(folder, table.name)}`]);
    });
    const dsdt = found.find(([signature]) => signature === 'DSDT')?.[1] as Uint8Array;
    const [ssdt] = found.flatMap(([signature, bytes]) => (signature === 'SSDT' ? [bytes] : []));
    // QEMU gives a table that it is handed checksum and creator of its own.
    expect(Buffer.from((ssdt as Uint8Array).subarray(36)).equals(table.contents.slice(36) as Uint8Array)).toBe(true);
    expect(await acpicaInteger([dsdt, ssdt as Uint8Array], '\\VCFG')).toBe(low.vcfg.base);
  });

  it('is warned of if QEMU’s DSDT would cut the base, which it does', async (context) => {
    needs(context, 'acpiexec');
    expect(file(low).diagnostics).toEqual([]);
    expect(file(hub).diagnostics.map(({ code }) => code)).toEqual(['FIRMWARE_VCFG_CUT']);
    const q35 = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
    const ssdt = file(hub).files[0]?.contents as Uint8Array;
    expect(await acpicaInteger([q35, ssdt], '\\VCFG')).toBe(hub.vcfg.base & 0xffff_ffffn);
  });
});

interface Entry {
  readonly mode: number;
  readonly name: string;
  readonly contents: Buffer;
}

/** Reads a newc archive as Linux does in early boot: `find_cpio_data` in lib/earlycpio.c. */
function readCpio(archive: Uint8Array): Entry[] {
  const bytes = Buffer.from(archive);
  const entries: Entry[] = [];
  const align = (at: number) => (at + 3) & ~3;
  for (let at = 0; ; ) {
    const header = bytes.toString('latin1', at, at + 110);
    if (!/^070701[0-9A-F]{104}$/.test(header)) throw new Error(`no entry at ${at}`);
    const field = (index: number) => Number.parseInt(header.slice(6 + 8 * index, 14 + 8 * index), 16);
    const nameEnd = at + 110 + field(11);
    const name = bytes.toString('latin1', at + 110, nameEnd - 1);
    const start = align(nameEnd);
    if (name === 'TRAILER!!!') return entries;
    entries.push({ mode: field(1), name, contents: bytes.subarray(start, start + field(6)) });
    at = align(start + field(6));
  }
}

describe('the archive for an initrd', () => {
  const archive = FIRMWARE_OUTPUTS.initrd(sets['DSDT and SSDT']).files[0]?.contents as Uint8Array;

  /** The table that an archived one is, with a word on its OEM revision. */
  const requireRaised = (contents: Uint8Array, original: Uint8Array) => {
    const [found, before] = [requireTable(contents), requireTable(original)];
    expect(found.header).toEqual({ ...before.header, oemRevision: 2, checksum: found.header.checksum });
    expect(found.bytes.subarray(36)).toEqual(before.bytes.subarray(36));
  };

  it('has the tables where Linux looks, under names that it takes, each of a higher OEM revision', () => {
    const entries = readCpio(archive);
    const files = entries.filter(({ mode }) => (mode & 0o170000) === 0o100000);
    expect(files.map(({ name }) => name)).toEqual(['kernel/firmware/acpi/dsdt.aml', 'kernel/firmware/acpi/ssdt.aml']);
    for (const { name } of files) expect(name.slice('kernel/firmware/acpi/'.length).length).toBeLessThan(18);
    files.forEach(({ contents }, index) => {
      requireRaised(new Uint8Array(contents), sets['DSDT and SSDT'].aml[index]?.bytes as Uint8Array);
    });
    expect(archive.length % 512).toBe(0);
  });

  it('is unpacked by cpio, whatever the lengths of names and tables', (context) => {
    needs(context, 'cpio');
    return inScratchFolder((folder) => {
      const { header, bytes } = requireTable(sets['DSDT and SSDT'].aml[1]?.bytes as Uint8Array);
      const tables = [...sets['DSDT and SSDT'].aml];
      for (let more = 1; more <= 4; more++) {
        const body = bytes.subarray(36, -more);
        tables.push({ name: 'ssdt'.padEnd(4 + more, 'x'), bytes: encodeTable(header, body) });
      }
      const mixed = initrdOverride(tables);
      write(folder, [{ name: 'a.cpio', contents: mixed, what: '' }]);
      const { status, stderr } = run('sh', ['-c', 'cpio -i --no-absolute-filenames < a.cpio'], { cwd: folder });
      expect([status, stderr]).toEqual([0, `${mixed.length / 512} blocks\n`]);
      for (const { name, bytes } of tables) requireRaised(read(folder, `kernel/firmware/acpi/${name}.aml`), bytes);
      expect(
        readCpio(mixed)
          .slice(3)
          .map(({ contents }) => contents.length),
      ).toEqual(tables.map(({ bytes }) => bytes.length));
    });
  });

  it('is the same of Buffers, and leaves them as they were', () => {
    const [{ name, bytes }] = sets['one DSDT'].aml as [(typeof sets)['one DSDT']['aml'][number]];
    const pool = Buffer.concat([Buffer.alloc(3), bytes]);
    const before = Buffer.from(pool);
    expect(initrdOverride([{ name, bytes: pool.subarray(3) }])).toEqual(initrdOverride([{ name, bytes }]));
    expect(pool.equals(before)).toBe(true);
  });

  it('takes any sound table, and none whose revision cannot be raised', () => {
    const bytes = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
    expect(
      requireTable(readCpio(initrdOverride([{ name: 'dsdt', bytes }]))[3]?.contents as Buffer).header,
    ).toMatchObject({
      revision: 1,
      oemId: 'BOCHS ',
      oemRevision: 2,
    });
    const full = bytes.slice();
    full.fill(0xff, 24, 28);
    full[9] = ((full[9] as number) + 1 - 4 * 0xff) & 0xff;
    expect(() => initrdOverride([{ name: 'dsdt', bytes: full }])).toThrow(DiagnosticError);
    expect(() => initrdOverride([{ name: 'dsdt', bytes: full }])).toThrow(/TABLE_FIELD/);
    full[40] = 0x77;
    expect(() => initrdOverride([{ name: 'dsdt', bytes: full }])).toThrow(/TABLE_CHECKSUM/);
  });
});

describe('JSON', () => {
  const json = JSON.parse(FIRMWARE_OUTPUTS.json(sets['with a table for hot plug']).files[0]?.contents as string);

  it('has each table’s bytes, its header, and what it says', () => {
    const set = sets['with a table for hot plug'];
    const all = [...set.aml, ...set.data, ...set.hotPlug];
    const rows = [...json.tables, ...json.hotPlugTables];
    expect(rows.map(({ file }) => file)).toEqual(all.map(({ name }) => `${name}.aml`));
    rows.forEach((row, index) => {
      const { bytes } = all[index] as (typeof all)[number];
      expect(fromHex(row.bytes)).toEqual(bytes);
      expect(row.header).toEqual(requireTable(bytes).header);
    });
    const of = (file: string) => rows.find((row) => row.file === file);
    expect(of('facp.aml').fields).toMatchObject({ sciInterrupt: 9, xGpe0Block: { address: '0x608' } });
    expect(of('mcfg.aml').fields).toEqual([{ base: '0xf4000000', segment: 0, firstBus: 0, lastBus: 63 }]);
    expect(of('dsdt.aml').objects).toContainEqual({ path: '\\VCFG', type: 'Name' });
    expect(of('ssdt-00-04.0.aml').objects).toContainEqual({ path: '\\_SB_.PC00.PE20.CTRL', type: 'FieldUnit' });
  });

  it('has the addresses that the guest library has', () => {
    expect(json.vcfg).toEqual({ base: '0x230000000', buses: 64, lengthBytes: 134217728 });
    expect(json.functions).toHaveLength(hub.functions.length);
    hub.functions.forEach(({ address, name }, index) => {
      const at = (page: 'trapped' | 'shared') => registerAddress(hub.vcfg.base, { address, page, register: 0 });
      const row = json.functions[index];
      expect([row.name, BigInt(row.trapped), BigInt(row.shared)]).toEqual([name, at('trapped'), at('shared')]);
    });
    expect(json.functions[1]).toMatchObject({ address: '00:04.0', path: '\\_SB.PC00.PE20' });
    expect(json.functions[1].registers).toContainEqual({ name: 'ERRC', index: 16 });
    expect(json.functions[1].runs).toContainEqual({ name: 'RING', offsetBytes: 0x800, lengthBytes: 2048 });
  });
});

describe('every output', () => {
  it('is the same to the byte each time, and no two have one name', () => {
    const options = { split: 'crosvm', hotPlug: [SENSOR] } as const;
    const { files, diagnostics } = generateFirmwareFiles(hub, options);
    expect(generateFirmwareFiles(hub, options)).toEqual({ files, diagnostics });
    expect(diagnostics.map(({ code }) => code)).toEqual(['FIRMWARE_VCFG_CUT']);
    expect(new Set(files.map(({ name }) => name.toLowerCase())).size).toBe(files.length);
  });

  it('is chosen by its format', () => {
    const formats: FirmwareFormat[] = ['tables', 'hex'];
    expect(generateFirmwareFiles(hub, { formats }).files.map(({ name, what }) => [name, what])).toEqual([
      ['facp.aml', 'the FADT'],
      ['apic.aml', 'the MADT'],
      ['mcfg.aml', 'the MCFG'],
      ['dsdt.hex', 'the DSDT as hex digits'],
    ]);
  });
});
