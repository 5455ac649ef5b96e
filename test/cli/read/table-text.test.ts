import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dumpText } from '../../support/dump-text.js';
import { inScratchFolder } from '../../support/oracles.js';
import { Q35, Q35_DSDT, SENSOR_HUB, vcfg } from '../fake-io.js';

const DSDT = readFileSync(Q35_DSDT);
const HPET = readFileSync(join(Q35, 'hpet.aml'));
const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
const rowsOf = <T>(all: readonly T[], size: number) =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
const rows = (form: (row: string[], at: number) => string, bytes = DSDT) =>
  `${rowsOf(hex(bytes), 16)
    .map((row, index) => form(row, index * 16))
    .join('\n')}\n`;
const pad = (at: number, radix: number, digits: number) => at.toString(radix).padStart(digits, '0');
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const ascii = (row: string[]) =>
  row
    .map((each) => String.fromCharCode(Number.parseInt(each, 16)))
    .join('')
    .replaceAll(/[^ -~]/g, '.');
const words = (row: string[]) => rowsOf(row, 2).map((pair) => pair.join(''));
const swapped = (row: string[]) => rowsOf(row, 2).map(([low = '', high = '00']) => `${high}${low}`);

const XXD = rows((row, at) => `${pad(at, 16, 8)}: ${words(row).join(' ').padEnd(39)}  ${ascii(row)}`);
const HEXDUMP = `${rows((row, at) => `${pad(at, 16, 8)}  ${row.slice(0, 8).join(' ')}  ${row.slice(8).join(' ')}  |${ascii(row)}|`)}${pad(DSDT.length, 16, 8)}\n`;
const TEXTS: [what: string, text: string | Buffer][] = [
  ['rows of hex, as vcfg writes dsdt.hex', rows((row) => row.join(' '))],
  ['hex without blanks', hex(DSDT).join('')],
  [
    'hex in upper case, with the line ends of Windows',
    hex(DSDT)
      .join(' ')
      .toUpperCase()
      .replaceAll(/(.{48})/g, '$1\r\n'),
  ],
  [
    '0x and commas',
    hex(DSDT)
      .map((each) => `0x${each}`)
      .join(', '),
  ],
  [
    'an array of C',
    `// A table.\nstatic const unsigned char dsdt[] = {\n${rows((row) => row.map((each) => `0x${each},`).join(' '))}};\n`,
  ],
  ['an array of decimals', `unsigned char dsdt[] = { ${[...DSDT].join(', ')} };`],
  [
    'what iasl -tc writes',
    `unsigned char AmlCode[] =\n{\n${rows((row, at) => `    ${row.map((each) => `0x${each.toUpperCase()}`).join(',')},    /* ${pad(at, 16, 8)}    "${ascii(row).replaceAll('*/', '..')}" */`)}};\n`,
  ],
  ['what iasl -ta writes', rows((row) => `  db  ${row.map((each) => `0${each}h`).join(',')}`)],
  [
    'a string of C',
    `const char dsdt[] = "${hex(DSDT)
      .map((each) => `\\x${each}`)
      .join('')}";`,
  ],
  [
    'a list of Python',
    `table = [${hex(DSDT)
      .map((each) => `0x${each}`)
      .join(', ')}]\n`,
  ],
  ['xxd', XXD],
  [
    'xxd -i',
    `unsigned char dsdt_aml[] = {\n${rows((row) => `  ${row.map((each) => `0x${each}`).join(', ')},`)}};\nunsigned int dsdt_aml_len = ${DSDT.length};\n`,
  ],
  ['hexdump -C', HEXDUMP],
  ['hexdump', `${rows((row, at) => `${pad(at, 16, 7)} ${swapped(row).join(' ')}`)}${pad(DSDT.length, 16, 7)}\n`],
  ['od -t x1', `${rows((row, at) => `${pad(at, 8, 7)} ${row.join(' ')}`)}${pad(DSDT.length, 8, 7)}\n`],
  [
    'od -A d -t x1z',
    `${rows((row, at) => `${pad(at, 10, 7)} ${row.join(' ')}  >${ascii(row)}<`)}${pad(DSDT.length, 10, 7)}\n`,
  ],
  ['base64', DSDT.toString('base64')],
  ['base64 in lines', DSDT.toString('base64').replaceAll(/(.{76})/g, '$1\n')],
  ['base64 for URLs', DSDT.toString('base64url')],
  ['hex with a byte order mark', Buffer.from(`\ufeff${XXD}`)],
  ['hex in UTF-16', utf16(rows((row) => row.join(' ')).replaceAll('\n', '\r\n'))],
  ['gzip', gzipSync(DSDT)],
  ['hex in gzip', gzipSync(XXD)],
];

describe('a table as text', () => {
  it.each(TEXTS)('is read from %s', (_what, text) =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'table.txt');
      writeFileSync(file, text);
      expect(await vcfg(['verify', file])).toMatchObject({ code: 0, stdout: 'identical 1 of 1\n', codes: [] });
      expect(await vcfg(['diff', file, Q35_DSDT])).toMatchObject({ code: 0, codes: [] });
    }),
  );

  it('may have rows left out that repeat the one before', () =>
    inScratchFolder(async (folder) => {
      const table = Buffer.concat([HPET.subarray(0, 48), Buffer.alloc(80), HPET.subarray(48)]);
      table.writeUInt32LE(table.length, 4);
      table[9] = 0;
      table[9] = -[...table].reduce((sum, byte) => sum + byte, 0) & 0xff;
      const [binary, text] = [join(folder, 'oem.aml'), join(folder, 'oem.txt')];
      writeFileSync(binary, table);
      for (const argv of [
        ['hexdump', '-C'],
        ['od', '-t', 'x1'],
        ['od', '-A', 'x', '-t', 'x2'],
        ['xxd', '-a'],
      ]) {
        const { stdout, error } = spawnSync(argv[0] as string, [...argv.slice(1), binary]);
        if (error) continue;
        writeFileSync(text, stdout);
        const shown = JSON.parse((await vcfg(['show', text, '--json'])).stdout);
        expect(shown.tables[0], argv.join(' ')).toMatchObject({ header: { length: table.length }, diagnostics: [] });
      }
    }));

  it('may be what acpidump writes, in the UTF-16 of PowerShell', () =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'acpi.txt');
      writeFileSync(file, utf16(dumpText('DSDT', DSDT).replaceAll('\n', '\r\n')));
      expect(await vcfg(['verify', file])).toMatchObject({ code: 0, stdout: 'identical 1 of 1\n' });
    }));

  it('is injected into as a table is', () =>
    inScratchFolder(async (folder) => {
      const [file, out] = [join(folder, 'dsdt.hex'), join(folder, 'out.aml')];
      writeFileSync(
        file,
        rows((row) => row.join(' ')),
      );
      expect((await vcfg(['inject', file, '--base', '0x1_0000_0000', '-o', out])).code).toBe(0);
      expect((await vcfg(['verify', out])).code).toBe(0);
    }));
});

const asUtf8 = (bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString('latin1'), 'utf8');
const FOREIGN: [what: string, contents: Buffer | string, named: string][] = [
  ['a table that an editor saved as UTF-8', asUtf8(DSDT), 'become two'],
  ['a table whose bytes an editor replaced', Buffer.from(DSDT.toString('utf8'), 'utf8'), 'are lost'],
  [
    'a table with line ends of Windows',
    Buffer.from(DSDT.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
    '0x0d 0x0a',
  ],
  ['zip', 'PK\x03\x04\x14\0\0\0', 'a zip archive'],
  ['xz', Buffer.from('fd377a585a000004e6d6b446', 'hex'), 'an xz file'],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'a PNG picture'],
  ['a program', Buffer.from('7f454c4602010100', 'hex'), 'an ELF program'],
  ['a UEFI driver', 'MZ\x90\0\x03\0\0\0', 'a PE program'],
  ['an archive for an initrd', `070701${'0'.repeat(104)}`, 'a cpio archive'],
  ['a web page', '\n<!DOCTYPE html>\n<html>', 'a web page'],
  ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'Git LFS'],
  ['damaged gzip', gzipSync(DSDT).subarray(0, 100), 'cannot be unpacked'],
];

describe('what is no table', () => {
  it.each(FOREIGN)('is named: %s', (_what, contents, named) =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'file');
      writeFileSync(file, contents);
      for (const argv of [
        ['show', file],
        ['verify', file],
        ['inject', file, '--base', '0', '-o', join(folder, 'o')],
      ]) {
        const ran = await vcfg(argv);
        expect(ran).toMatchObject({ code: 1, codes: ['COMMAND_TABLE_WANTED'] });
        expect(ran.stderr).toContain(named);
      }
      const { findings } = JSON.parse((await vcfg(['check', file, '--json'])).stdout);
      expect(findings.map(({ code }: { code: string }) => code)).toEqual(['COMMAND_TABLE_WANTED']);
    }),
  );

  it('may be an image that vcfg wrote', () =>
    inScratchFolder(async (folder) => {
      await vcfg(['generate', SENSOR_HUB, '-o', folder, '--format', 'image,initrd', '--image', 'base=0xe_0000']);
      const image = await vcfg(['show', join(folder, 'tables.img')]);
      expect(image).toMatchObject({ code: 1, codes: ['COMMAND_TABLE_WANTED'] });
      expect((await vcfg(['show', join(folder, 'acpi-override.cpio')])).stderr).toContain('cpio archive');
    }));

  it('never has the length that its text would be', () =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'text');
      for (const text of [
        'nothing that is known, but long enough for a header of a table',
        'DSDTis text, and no table of any kind at all',
        '44 53 44 54 and so on, which is text and not a table',
      ]) {
        writeFileSync(file, text);
        const { stderr } = await vcfg(['show', file]);
        expect(stderr).toMatch(/\[(?:TABLE_SIGNATURE|COMMAND_TABLE_WANTED)\]/);
        expect(stderr).not.toMatch(/\d{7,} bytes/);
      }
    }));
});

it('reads a platform in the UTF-16 of PowerShell', () =>
  inScratchFolder(async (folder) => {
    const file = join(folder, 'hub.yaml');
    writeFileSync(file, utf16(readFileSync(SENSOR_HUB, 'utf8')));
    expect((await vcfg(['address', 'SENS', 'CTRL', '--platform', file])).stdout).toBe('0x230040000\n');
  }));
