import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inScratchFolder } from '../support/oracles.js';
import { Q35, Q35_DSDT, SENSOR_HUB, vcfg } from './fake-io.js';

const DSDT = readFileSync(Q35_DSDT);

function changed(offset: number, value: number): Buffer {
  const bytes = Buffer.from(DSDT);
  bytes[offset] = value;
  return bytes;
}

const BASE = ['--base', '0x100000000'];

/** What a file holds where a table is wanted, and the finding for it. */
const TABLE_ROWS: [what: string, contents: Buffer | string, code: string][] = [
  ['an empty file', '', 'COMMAND_FILE_EMPTY'],
  ['a table cut off in its header', DSDT.subarray(0, 20), 'TABLE_TRUNCATED'],
  ['a table cut off in its body', DSDT.subarray(0, 4000), 'TABLE_LENGTH'],
  ['a length below the header’s', changed(5, 0).fill(20, 4, 5), 'TABLE_LENGTH'],
  ['bytes behind the table', Buffer.concat([DSDT, Buffer.alloc(3)]), 'TABLE_TRAILING_BYTES'],
  ['a wrong checksum', changed(9, 0), 'TABLE_CHECKSUM'],
  ['a changed byte', changed(5000, 0xa5), 'TABLE_CHECKSUM'],
  ['no table', Buffer.alloc(100, 0x80), 'TABLE_SIGNATURE'],
  ['a table without AML', readFileSync(join(Q35, 'hpet.aml')), 'FIRMWARE_NOT_AML'],
  ['a platform', readFileSync(SENSOR_HUB), 'COMMAND_TABLE_WANTED'],
  ['a YAML list', '- one\n- two\n', 'COMMAND_TABLE_WANTED'],
  ['JSON', '{"vcfg": {}}', 'COMMAND_TABLE_WANTED'],
  ['ASL source', 'DefinitionBlock ("", "DSDT", 2, "A", "B", 1) {}\n', 'COMMAND_TABLE_WANTED'],
  ['a disassembly', '/*\n * Intel ACPI\n */\nDefinitionBlock ()', 'COMMAND_TABLE_WANTED'],
  ['text from acpidump', 'DSDT @ 0x0000000000000000\n    0000: 44 53', 'COMMAND_TABLE_WANTED'],
];

it.each(TABLE_ROWS)('inject refuses %s', (_what, contents, finding) =>
  inScratchFolder(async (folder) => {
    const [input, output] = [join(folder, 'in'), join(folder, 'out')];
    writeFileSync(input, contents);
    const ran = await vcfg(['inject', input, ...BASE, '-o', output]);
    expect(ran).toMatchObject({ code: 1, stdout: '', codes: [finding] });
    expect(ran.stderr).toContain(input);
    expect(readdirSync(folder)).toEqual(['in']);
  }),
);

/** What a file holds where a platform is wanted, and the finding for it. */
const PLATFORM_ROWS: [what: string, contents: Buffer | string, code: string][] = [
  ['an empty file', '', 'COMMAND_FILE_EMPTY'],
  ['a table', DSDT, 'COMMAND_PLATFORM_WANTED'],
  ['no text', Buffer.from([0xff, 0xfe, 0x00]), 'COMMAND_PLATFORM_WANTED'],
  ['the header of a driver', '/* Registers. */\n#ifndef VCFG_H\n#define VCFG_H\n#endif\n', 'COMMAND_PLATFORM_WANTED'],
  ['Rust', 'pub const A: u32 = 1;\n', 'COMMAND_PLATFORM_WANTED'],
  ['text from acpidump', 'DSDT @ 0x0\n    0000: 44 53\n', 'COMMAND_PLATFORM_WANTED'],
  ['a platform that is wrong and whose comment looks like C', '#if it fits\nfunctions: [{}]\n', 'PLATFORM_MISSING_KEY'],
  ['a YAML list', '- one\n- two\n', 'PLATFORM_NOT_A_MAPPING'],
  ['broken YAML', 'vcfg: { base: [\n', 'PLATFORM_YAML_SYNTAX'],
  ['an unknown key', 'vcgf: {}\nfunctions: []\n', 'PLATFORM_UNKNOWN_KEY'],
  ['a base that is unaligned', 'vcfg: { base: 0x1_0000_1000 }\nfunctions: []\n', 'PLATFORM_BASE_ALIGNMENT'],
];

it.each(PLATFORM_ROWS)('generate refuses %s', (_what, contents, finding) =>
  inScratchFolder(async (folder) => {
    const [input, output] = [join(folder, 'in.yaml'), join(folder, 'out')];
    writeFileSync(input, contents);
    const ran = await vcfg(['generate', input, '-o', output]);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.codes).toContain(finding);
    if (finding.startsWith('COMMAND_')) expect(ran.codes).toHaveLength(1);
    expect(ran.stderr).toContain(input);
    expect(readdirSync(folder)).toEqual(['in.yaml']);
  }),
);

it('knows a table that is given for a platform', async () => {
  expect((await vcfg(['generate', Q35_DSDT, '-o', 'none'])).stderr).toContain('This is an ACPI table (DSDT)');
});

const refusing = (code: string) => () => {
  throw Object.assign(new Error(code), { code, syscall: 'open' });
};

it('says of a path what is wrong with it', () =>
  inScratchFolder(async (folder) => {
    const output = ['-o', join(folder, 'out')];
    mkdirSync(join(folder, 'sub'));
    const inject = (path: string, world = {}) => vcfg(['inject', path, ...BASE, ...output], world);
    expect((await inject(join(folder, 'sub'))).codes).toEqual(['COMMAND_FILE_IS_FOLDER']);
    expect((await inject(join(folder, 'none'))).codes).toEqual(['COMMAND_FILE_MISSING']);
    expect((await inject(join(Q35_DSDT, 'below'))).codes).toEqual(['COMMAND_FILE_MISSING']);
    expect((await inject(Q35_DSDT, { files: { read: refusing('EACCES') } })).codes).toEqual([
      'COMMAND_FILE_UNREADABLE',
    ]);
    expect((await inject(Q35_DSDT, { files: { read: refusing('EACCES') } })).stderr).toContain(
      `Make it readable: sudo chmod a+r ${Q35_DSDT}`,
    );
    expect((await vcfg(['generate', folder, ...output])).codes).toEqual(['COMMAND_FILE_IS_FOLDER']);
    expect(readdirSync(folder)).toEqual(['sub']);
  }));

it.each([
  ['show', SENSOR_HUB],
  ['evaluate', SENSOR_HUB, '\\VCFG'],
  ['check', SENSOR_HUB],
  ['inject', SENSOR_HUB, ...BASE, '-o', 'none'],
])('says of a platform that is given to %s what it is, and which commands take it', async (...argv) => {
  const { code, stdout, stderr } = await vcfg(argv);
  expect(code).toBe(1);
  const said = (stdout + stderr).replaceAll(/\s+/g, ' ');
  expect(said).toContain(
    'This is a platform file, but a table is needed. Generate tables from it: vcfg generate FILE -o FOLDER.',
  );
  expect(said).toContain('vcfg check, evaluate, run, inject and explore take it with --platform.');
});

it('says of a folder that is closed that it has to be opened, not only made readable', () =>
  inScratchFolder(async (folder) => {
    const closed = (syscall: string, path: string) => () => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES', syscall, path });
    };
    const list = await vcfg(['show', folder], { files: { list: closed('scandir', folder) } });
    expect(list.stderr).toContain(`Make it readable: sudo chmod a+rx ${folder}.`);
    const kindOf = closed('stat', join(folder, 'dsdt.aml'));
    const file = await vcfg(['show', join(folder, 'dsdt.aml')], { files: { kindOf } });
    expect(file.stderr).toContain(`Make the folder that it is in readable: sudo chmod a+rx ${folder}.`);
  }));

it('advises for an included file what can be done about it', () =>
  inScratchFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    const said = async (path: string) => {
      writeFileSync(at('hub.yaml'), `include: ${path}\n`);
      return (await vcfg(['generate', at('hub.yaml'), '-o', at('out')])).stderr;
    };
    mkdirSync(at('parts'));
    expect(await said('/dev/null')).toContain('Copy its contents to a file, and include that.');
    expect(await said('parts')).toContain('Include a file in it.');
    expect(await said(Q35_DSDT)).toContain('Include a YAML file; tables are arguments of the command.');
    expect(await said('none.yaml')).toContain('It is relative to the file that includes it.');
  }));

it('says of a header that is missing how it is made, or that it can be left out', async () => {
  const said = async (...argv: string[]) => (await vcfg(['check', Q35_DSDT, ...argv])).stdout.replaceAll(/\s+/g, ' ');
  const header = ['--driver', 'no/vcfg.h'];
  expect(await said('--platform', SENSOR_HUB, ...header)).toContain(
    `Check the path, or make it: vcfg generate ${SENSOR_HUB} -o no --format c. Without --driver, the header that the platform gives is checked.`,
  );
  expect(await said(...header)).toContain('or make it: vcfg generate PLATFORM -o no --format c. 1 finding');
});

it('leaves the old file and nothing else where writing fails half-way', () =>
  inScratchFolder(async (folder) => {
    const output = join(folder, 'out');
    writeFileSync(output, 'old');
    for (const files of [{ write: refusing('ENOSPC') }, { rename: refusing('EXDEV') }]) {
      const ran = await vcfg(['inject', Q35_DSDT, ...BASE, '-o', output], { files });
      expect(ran).toMatchObject({ code: 1, stdout: '', codes: ['COMMAND_CANNOT_WRITE'] });
      expect(readdirSync(folder)).toEqual(['out']);
      expect(readFileSync(output, 'utf8')).toBe('old');
    }
  }));

it('says that a folder cannot be made, where one cannot or a file stands', () =>
  inScratchFolder(async (folder) => {
    const file = join(folder, 'file');
    writeFileSync(file, 'old');
    for (const output of [join(file, 'sub/out.aml'), '/proc/none/out.aml']) {
      const ran = await vcfg(['inject', Q35_DSDT, ...BASE, '-o', output]);
      expect(ran).toMatchObject({ code: 1, stdout: '', codes: ['COMMAND_CANNOT_WRITE'] });
    }
    expect((await vcfg(['inject', Q35_DSDT, ...BASE, '-o', join(file, 'out.aml')])).stderr).toContain('another folder');
    expect(readFileSync(file, 'utf8')).toBe('old');
  }));

it('refuses a folder and standard output where a file is to be written', () =>
  inScratchFolder(async (folder) => {
    expect((await vcfg(['inject', Q35_DSDT, ...BASE, '-o', folder])).codes).toEqual(['COMMAND_CANNOT_WRITE']);
    expect((await vcfg(['inject', Q35_DSDT, ...BASE, '-o', '-', '--json'])).code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  }));

it('writes through a link to the file that it names, and keeps its mode', () =>
  inScratchFolder(async (folder) => {
    const [target, link] = [join(folder, 'target'), join(folder, 'link')];
    writeFileSync(target, 'old');
    chmodSync(target, 0o640);
    symlinkSync(target, link);
    await vcfg(['aml', '--base', '2', '-o', link]);
    expect(readFileSync(target).toString('hex')).toBe('08564346470a02');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o640);
  }));
