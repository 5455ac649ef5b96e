import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OUTPUTS } from '../../../src/cli/commands/generate/outputs.js';
import { nodeFiles } from '../../../src/cli/process-io.js';
import { firmwareTables, injectVcfg } from '../../../src/firmware/index.js';
import { requirePlatform } from '../../../src/platform/index.js';
import { someOf } from '../../support/effort.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { Q35_DSDT, SENSOR_HUB, vcfg } from '../fake-io.js';

const BASE = '0x2_3000_0000';
const ALL = [
  ...['apic.aml', 'dsdt.aml', 'dsdt.asl', 'dsdt.h', 'dsdt.hex', 'facp.aml', 'mcfg.aml'],
  ...['vcfg-driver.ts', 'vcfg.h', 'vcfg.rs'],
];

const forbidden = () => {
  throw new Error('a file was to be written');
};

describe('vcfg generate', () => {
  it('writes every file and a line for each, the same bytes each time', () =>
    inScratchFolder(async (folder) => {
      const [first, second] = [join(folder, 'a/b'), join(folder, 'c')];
      const { code, stdout, stderr } = await vcfg(['generate', SENSOR_HUB, '-o', first]);
      await vcfg(['generate', '-', '-o', second], { stdin: readFileSync(SENSOR_HUB) });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(readdirSync(first).sort()).toEqual(ALL);
      expect(stdout.split('\n').map((line) => line.split('  ')[0])).toEqual(
        expect.arrayContaining(ALL.map((name) => join(first, name))),
      );
      for (const name of ALL) expect(readFileSync(join(second, name))).toEqual(readFileSync(join(first, name)));
      expect(stdout).toContain(`dsdt.aml  ${readFileSync(join(first, 'dsdt.aml')).length} bytes`);
    }));

  it('writes what is chosen alone, and says it in JSON', () =>
    inScratchFolder(async (folder) => {
      const argv = ['generate', SENSOR_HUB, '-o', folder, '--format', 'aml', '--format', 'c', '--json'];
      const { stdout } = await vcfg(argv);
      expect(readdirSync(folder).sort()).toEqual(['dsdt.aml', 'vcfg.h']);
      const bytes = readFileSync(join(folder, 'dsdt.aml')).length;
      expect(JSON.parse(stdout).files[0]).toMatchObject({ path: join(folder, 'dsdt.aml'), bytes });
      const commas = ['generate', SENSOR_HUB, '-o', folder, '--format', 'aml,c', '--json'];
      expect((await vcfg(commas)).stdout).toBe(stdout);
    }));

  it('makes nothing but what is chosen: names that meet in C are no fault of the AML', () =>
    inScratchFolder(async (folder) => {
      const stdin = [
        'functions:',
        '  - { address: 00:01.0, name: A, registers: [{ name: B_C, index: 0 }] }',
        '  - { address: 00:02.0, name: A_B, registers: [{ name: C, index: 0 }] }',
      ].join('\n');
      const whole = await vcfg(['generate', '-', '-o', folder], { stdin });
      expect([whole.code, ...new Set(whole.codes)]).toEqual([1, 'DRIVER_NAME_COLLISION']);
      expect((await vcfg(['generate', '-', '-o', folder, '--format', 'aml'], { stdin })).code).toBe(0);
      expect(readdirSync(folder)).toEqual(['dsdt.aml']);
    }));

  it('writes VCFG in 8 bytes on request', () =>
    inScratchFolder(async (folder) => {
      const platform = 'vcfg: { base: 0x1_0000_0000 }\nfunctions: [{ address: 00:01.0, name: ONE }]\n';
      await vcfg(['generate', '-', '-o', folder, '--fixed-width'], { stdin: platform });
      expect(readFileSync(join(folder, 'dsdt.aml')).subarray(36, 50).toString('hex')).toBe(
        '08564346470e0000000001000000',
      );
    }));

  it('splits the tables, and gives functions that are added later their own', () =>
    inScratchFolder(async (folder) => {
      const argv = ['generate', SENSOR_HUB, '-o', folder, '--format', 'aml', '--format', 'hex'];
      const { stdout } = await vcfg([
        ...argv,
        '--split',
        '--hot-plug',
        'SENS',
        '--hot-plug',
        '01:00.0',
        '--hot-plug',
        '00:04.0',
      ]);
      const names = ['dsdt', 'ssdt', 'ssdt-00-04.0', 'ssdt-01-00.0'];
      expect(readdirSync(folder).sort()).toEqual(names.flatMap((name) => [`${name}.aml`, `${name}.hex`]).sort());
      expect(stdout).toContain('the SSDT of 01:00.0');
      const { dsdt, ssdts, hotPlug } = firmwareTables(requirePlatform(readFileSync(SENSOR_HUB, 'utf8')), {
        split: 'crosvm',
        hotPlug: [
          { bus: 0, device: 4, function: 0 },
          { bus: 1, device: 0, function: 0 },
        ],
      });
      [dsdt, ...[...ssdts, ...hotPlug].map(({ bytes }) => bytes)].forEach((bytes, index) => {
        expect(readFileSync(join(folder, `${names[index]}.aml`)).equals(bytes)).toBe(true);
      });
    }));

  it('names the tables as it is told', () =>
    inScratchFolder(async (folder) => {
      const argv = ['generate', SENSOR_HUB, '-o', folder, '--format', 'aml', '--format', 'tables'];
      await vcfg([...argv, '--oem-id', 'ACME', '--oem-table-id', 'BOARD', '--oem-revision', '0x20']);
      for (const name of ['dsdt.aml', 'facp.aml', 'mcfg.aml']) {
        const bytes = readFileSync(join(folder, name));
        expect([bytes.toString('latin1', 10, 24), bytes.readUInt32LE(24)]).toEqual(['ACME  BOARD   ', 0x20]);
      }
      const tooLong = await vcfg([...argv, '--oem-id', 'TOOLONG']);
      expect([tooLong.code, ...tooLong.codes]).toEqual([1, 'TABLE_FIELD']);
      const tooLarge = await vcfg([...argv, '--oem-revision', '0x1_0000_0000']);
      expect([tooLarge.code, ...tooLarge.codes]).toEqual([2, 'COMMAND_USAGE']);
    }));

  it.each([
    ['SENZ', 1, 'COMMAND_UNKNOWN_NAME'],
    ['00:05.0', 1, 'COMMAND_UNKNOWN_NAME'],
    ['00:00.0', 1, 'COMMAND_UNKNOWN_NAME'],
    ['00:4', 2, 'PCI_ADDRESS_SYNTAX'],
  ])('has no table for %s to be added', async (text, code, said) => {
    const ran = await vcfg(['generate', SENSOR_HUB, '-o', 'no-folder', '--hot-plug', text]);
    expect([ran.code, ...ran.codes]).toEqual([code, said]);
    expect(existsSync('no-folder')).toBe(false);
  });

  it('writes nothing if one file cannot be written', () =>
    inScratchFolder(async (folder) => {
      mkdirSync(join(folder, 'vcfg.h'));
      const { code, codes } = await vcfg(['generate', SENSOR_HUB, '-o', folder]);
      expect({ code, codes }).toEqual({ code: 1, codes: ['COMMAND_CANNOT_WRITE'] });
      expect(readdirSync(folder)).toEqual(['vcfg.h']);
    }));

  it('takes back what it has renamed if a later rename fails', () =>
    inScratchFolder(async (folder) => {
      writeFileSync(join(folder, 'dsdt.aml'), 'old', { mode: 0o640 });
      const rename = (from: string, to: string) => {
        if (to.endsWith('vcfg.h')) throw Object.assign(new Error('no'), { code: 'EIO', syscall: 'rename' });
        nodeFiles.rename(from, to);
      };
      const { code, codes } = await vcfg(['generate', SENSOR_HUB, '-o', folder], { files: { rename } });
      expect({ code, codes }).toEqual({ code: 1, codes: ['COMMAND_CANNOT_WRITE'] });
      expect(readdirSync(folder)).toEqual(['dsdt.aml']);
      expect(readFileSync(join(folder, 'dsdt.aml'), 'utf8')).toBe('old');
      expect(statSync(join(folder, 'dsdt.aml')).mode & 0o777).toBe(0o640);
    }));
});

describe('docs/outputs.md', () => {
  it('has a section on every format, in their order, and says which are usual', () => {
    const page = readFileSync(join(projectFolder, 'docs/outputs.md'), 'utf8');
    expect([...page.matchAll(/^### `(.+)`$/gm)].map(([, format]) => format)).toEqual(
      OUTPUTS.map(({ format }) => format),
    );
    const usual = OUTPUTS.filter(({ standard }) => standard).map(({ format }) => format);
    expect(usual).toEqual(['aml', 'tables', 'asl', 'c-array', 'hex', 'c', 'rust', 'typescript']);
  });
});

describe('vcfg generate --check', () => {
  it('says nothing of files that are as they would be, and writes none', () =>
    inScratchFolder(async (folder) => {
      const argv = ['generate', SENSOR_HUB, '-o', folder];
      await vcfg(argv);
      const writes = { write: forbidden, rename: forbidden, makeFolder: forbidden, remove: forbidden };
      const { code, stdout, stderr } = await vcfg([...argv, '--check'], { files: writes });
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: '',
        stderr: `${ALL.length} files are up to date\n`,
      });
    }));

  it('lists files that differ or are missing, with where, and exits 1', () =>
    inScratchFolder(async (folder) => {
      const argv = ['generate', SENSOR_HUB, '-o', folder, '--check'];
      await vcfg(argv.slice(0, -1));
      const table = readFileSync(join(folder, 'dsdt.aml'));
      table[41] = (table[41] as number) ^ 1;
      writeFileSync(join(folder, 'dsdt.aml'), table);
      appendFileSync(join(folder, 'vcfg.h'), '\n');
      rmSync(join(folder, 'facp.aml'));
      const { code, stderr, codes } = await vcfg(argv);
      expect([code, ...codes]).toEqual([1, ...Array(3).fill('COMMAND_NOT_UP_TO_DATE')]);
      expect(stderr).toContain(`${join(folder, 'dsdt.aml')}+0x0029: `);
      expect(stderr).toContain(`${join(folder, 'facp.aml')}: The file does not exist.`);
      expect(readdirSync(folder)).not.toContain('facp.aml');
      const json = JSON.parse((await vcfg([...argv, '--json'])).stdout);
      expect(json.diagnostics.map((each: { place: { file: string } }) => each.place.file)).toEqual(
        ['dsdt.aml', 'facp.aml', 'vcfg.h'].map((name) => join(folder, name)),
      );
    }));

  it('finds each file of a folder that is not there missing', async () => {
    const { code, codes } = await vcfg(['generate', SENSOR_HUB, '-o', 'no/such/folder', '--check', '--format', 'aml']);
    expect([code, ...codes]).toEqual([1, 'COMMAND_NOT_UP_TO_DATE']);
  });
});

describe('vcfg generate --image', () => {
  it('writes one file more, and says in JSON what is where in it', () =>
    inScratchFolder(async (folder) => {
      const argv = ['generate', SENSOR_HUB, '-o', folder, '--image', 'base=0xe_0000', '--json'];
      const { code, stdout, stderr } = await vcfg(argv);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(readdirSync(folder).sort()).toEqual([...ALL, 'tables.img'].sort());
      const row = JSON.parse(stdout).files.find((each: { tables?: object }) => each.tables !== undefined);
      expect(row.tables[0]).toEqual({ signature: 'RSDP', address: '0xe0000', lengthBytes: 36 });
      const image = readFileSync(join(folder, 'tables.img'));
      for (const { signature, address, lengthBytes } of row.tables) {
        const start = Number(address) - 0xe0000;
        expect(start + lengthBytes).toBeLessThanOrEqual(image.length);
        expect(image.toString('latin1', start, start + 4)).toBe(signature === 'RSDP' ? 'RSD ' : signature);
      }
    }));

  it('is a format of its own, and alone where it is the only one', () =>
    inScratchFolder(async (folder) => {
      const argv = ['generate', SENSOR_HUB, '-o', folder, '--format', 'image', '--image', 'base=0x8000_0000'];
      const { code, codes } = await vcfg(argv);
      expect([code, ...codes]).toEqual([0, 'FIRMWARE_RSDP_NOT_SEARCHED']);
      expect(readdirSync(folder)).toEqual(['tables.img']);
    }));

  it.each<[string[], number, string]>([
    [['--image', 'base=0xe_0010'], 1, 'FIRMWARE_IMAGE_BASE'],
    [['--image', 'base=0x2_3000_0000'], 1, 'FIRMWARE_IMAGE_OVERLAP'],
    [['--image', '0xe_0000'], 2, 'COMMAND_USAGE'],
    [['--image', 'base=e0000'], 2, 'NUMBER_SYNTAX'],
    [['--image', 'base=0x1_0000_0000_0000_0000'], 2, 'COMMAND_USAGE'],
    [['--format', 'image'], 2, 'COMMAND_USAGE'],
  ])('%j ends with %i', (options, code, said) =>
    inScratchFolder(async (folder) => {
      const ran = await vcfg(['generate', SENSOR_HUB, '-o', folder, ...options]);
      expect([ran.code, ...ran.codes]).toEqual([code, said]);
      expect(readdirSync(folder)).toEqual([]);
    }),
  );
});

describe('vcfg generate --depfile', () => {
  const files = [
    'plain',
    'with space',
    'a#b',
    'a$b',
    'a:b',
    'a%b',
    'a*b',
    'a|b',
    'back\\slash',
    'back\\ space',
    "it's",
  ];

  it.for(someOf(files, 3))('tells make what is made from what, both of the name %j', (name, context) => {
    needs(context, 'make');
    return inScratchFolder(async (folder) => {
      const at = (path: string) => join(folder, path);
      const [output, platform] = [at(name), at(`${name}.yaml`)];
      writeFileSync(platform, readFileSync(SENSOR_HUB));
      const argv = [platform, '-o', output, '--format', 'aml', '--format', 'c', '--depfile', at('rules.d')];
      expect(await vcfg(['generate', ...argv])).toMatchObject({ code: 0, stderr: '' });
      // A rule for everything, so that make has something to do for a target that is out of date.
      writeFileSync(at('Makefile'), '%:\n\t@echo made $@\ninclude rules.d\n');
      const stale = (target: string) => run('make', ['-rq', '--', target], { cwd: folder }).status;
      for (const target of [join(output, 'dsdt.aml'), join(output, 'vcfg.h')]) {
        utimesSync(platform, 1_000_000_000, 1_000_000_000);
        expect(stale(target)).toBe(0);
        utimesSync(platform, 1_600_000_000, 1_600_000_000);
        utimesSync(target, 1_500_000_000, 1_500_000_000);
        expect(stale(target)).toBe(1);
      }
    });
  });

  it('is a file like the others, checked too', () =>
    inScratchFolder(async (folder) => {
      const depfile = join(folder, 'rules.d');
      const argv = ['generate', SENSOR_HUB, '-o', folder, '--format', 'aml', '--depfile', depfile];
      await vcfg(argv);
      expect(readFileSync(depfile, 'utf8')).toBe(`${join(folder, 'dsdt.aml')}: ${SENSOR_HUB}\n\n${SENSOR_HUB}:\n`);
      writeFileSync(depfile, '');
      expect(await vcfg([...argv, '--check'])).toMatchObject({ code: 1, codes: ['COMMAND_NOT_UP_TO_DATE'] });
    }));

  it('names the files that the platform includes', () =>
    inScratchFolder(async (folder) => {
      const at = (path: string) => join(folder, path);
      mkdirSync(at('parts'));
      writeFileSync(at('hub.yaml'), 'include: parts/a.yaml\nmemory: 1 GiB\n');
      writeFileSync(at('parts/a.yaml'), 'include: ../b.yaml\n');
      writeFileSync(at('b.yaml'), 'functions: [{ address: 00:04.0, name: SENS }]\n');
      const argv = ['generate', at('hub.yaml'), '-o', folder, '--format', 'aml', '--depfile', at('rules.d')];
      expect(await vcfg(argv)).toMatchObject({ code: 0, stderr: '' });
      const sources = [at('hub.yaml'), at('parts/a.yaml'), at('b.yaml')];
      expect(readFileSync(at('rules.d'), 'utf8')).toContain(`${at('dsdt.aml')}: ${sources.join(' ')}\n`);
      rmSync(at('b.yaml'));
      const lost = await vcfg(argv);
      expect(lost).toMatchObject({ code: 1, codes: ['PLATFORM_INCLUDE_UNREAD'] });
      expect(lost.stderr).toContain(`${at('parts/a.yaml')}:1:10`);
      expect(lost.stderr).toContain('It is relative to the file that includes it.');
    }));

  it('names a file once that is included by a relative path, an absolute one and a link', () =>
    inScratchFolder(async (folder) => {
      const at = (path: string) => join(folder, path);
      writeFileSync(at('hub.yaml'), `include: [a.yaml, ${at('a.yaml')}, link.yaml]\n`);
      writeFileSync(at('a.yaml'), 'functions: [{ address: 00:04.0, name: SENS }]\n');
      symlinkSync('a.yaml', at('link.yaml'));
      const argv = ['generate', at('hub.yaml'), '-o', folder, '--format', 'aml', '--depfile', at('rules.d')];
      expect(await vcfg(argv)).toMatchObject({ code: 0, stderr: '' });
      expect(readFileSync(at('rules.d'), 'utf8')).toContain(`: ${at('hub.yaml')} ${at('a.yaml')}\n`);
    }));

  it.each([
    ['-', 'rules.d'],
    [SENSOR_HUB, 'rules.d', 'a;b'],
    [SENSOR_HUB, 'rules.d', 'a=b'],
  ])('refuses what it cannot say: %s', async (platform, depfile, output = 'build') => {
    const argv = ['generate', platform, '-o', output, '--depfile', depfile];
    const stdin = readFileSync(SENSOR_HUB);
    expect(await vcfg(argv, { stdin })).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
  });

  it('is not written over its platform file, nor over another output', () =>
    inScratchFolder(async (folder) => {
      const platform = join(folder, 'hub.yaml');
      const text = readFileSync(SENSOR_HUB, 'utf8');
      writeFileSync(platform, text);
      const argv = ['generate', platform, '-o', folder, '--format', 'aml', '--depfile'];
      expect(await vcfg([...argv, join(folder, '.', 'hub.yaml')])).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
      const twice = await vcfg([...argv, join(folder, 'dsdt.aml')]);
      expect(twice).toMatchObject({ code: 1, codes: ['COMMAND_CANNOT_WRITE'] });
      expect(twice.stderr).toContain('Two files');
      expect(readdirSync(folder)).toEqual(['hub.yaml']);
      expect(readFileSync(platform, 'utf8')).toBe(text);
    }));
});

describe('vcfg inject', () => {
  it('writes the table with VCFG in it, and warns of its revision', () =>
    inScratchFolder(async (folder) => {
      const output = join(folder, 'new/dsdt.aml');
      const { code, stdout, codes } = await vcfg(['inject', Q35_DSDT, '--base', BASE, '-o', output]);
      expect({ code, codes }).toEqual({ code: 0, codes: ['FIRMWARE_REVISION_RAISED', 'VCFG_OVERLAPS_CRS'] });
      expect(stdout).toContain('\\VCFG put in front: 0x230000000');
      const wanted = injectVcfg(readFileSync(Q35_DSDT), 0x2_3000_0000n).bytes;
      expect(new Uint8Array(readFileSync(output))).toEqual(wanted);
    }));

  it('reads standard input and writes standard output', async () => {
    const argv = ['inject', '-', '--platform', SENSOR_HUB, '-o', '-'];
    const { code, stdoutBytes, stderr } = await vcfg(argv, { stdin: readFileSync(Q35_DSDT) });
    expect(code).toBe(0);
    expect(new Uint8Array(stdoutBytes)).toEqual(injectVcfg(readFileSync(Q35_DSDT), 0x2_3000_0000n).bytes);
    expect(stderr).toContain('VCFG put in front');
  });

  it('replaces a VCFG that is there, and says so', () =>
    inScratchFolder(async (folder) => {
      const [first, second] = [join(folder, 'first.aml'), join(folder, 'second.aml')];
      await vcfg(['inject', Q35_DSDT, '--base', BASE, '-o', first]);
      const { stdout } = await vcfg(['inject', first, '--base', '0', '-o', second, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ base: '0x0', replaced: 1, diagnostics: [] });
      expect(new Uint8Array(readFileSync(second))).toEqual(injectVcfg(readFileSync(Q35_DSDT), 0n).bytes);
      expect(readdirSync(folder)).toEqual(['first.aml', 'second.aml']);
    }));

  it('writes an archive for an initrd, the table in it of the same identity and a higher OEM revision', () =>
    inScratchFolder(async (folder) => {
      const output = join(folder, 'acpi.cpio');
      const { code, stdout } = await vcfg(['inject', Q35_DSDT, '--base', BASE, '--initrd', '-o', output]);
      const archive = readFileSync(output);
      expect([code, stdout]).toEqual([0, `${output}  ${archive.length} bytes  \\VCFG put in front: 0x230000000\n`]);
      expect(archive.includes('kernel/firmware/acpi/dsdt.aml\0')).toBe(true);
      const { bytes } = injectVcfg(readFileSync(Q35_DSDT), 0x2_3000_0000n);
      expect(archive.includes(Buffer.from(bytes.subarray(36)))).toBe(true);
      const at = archive.indexOf('DSDT');
      expect(archive.subarray(at + 10, at + 24)).toEqual(Buffer.from(bytes.subarray(10, 24)));
      expect(archive.readUInt32LE(at + 24)).toBe(Buffer.from(bytes).readUInt32LE(24) + 1);
    }));

  it('has to be told where to write', async () => {
    expect(await vcfg(['inject', Q35_DSDT, '--base', BASE])).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
  });
});

describe('vcfg aml', () => {
  const rows: [args: string[], hex: string][] = [
    [['--base', '0x1_4000_0000', '--hex'], '08564346470e0000004001000000'],
    [['--base', '0', '--hex'], '085643464700'],
    [['--base', '0x20_0000', '--hex', '--fixed-width'], '08564346470e0000200000000000'],
  ];
  it.each(rows)('%j is %s', async (args, hex) => {
    expect(await vcfg(['aml', ...args])).toMatchObject({ code: 0, stdout: `${hex}\n`, stderr: '' });
  });

  it('gives the bytes themselves to a pipe or a file, and digits to a terminal', () =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'name.bin');
      const { stdoutBytes } = await vcfg(['aml', '--base', '2']);
      await vcfg(['aml', '--base', '2', '-o', file]);
      expect(Buffer.from(stdoutBytes)).toEqual(readFileSync(file));
      expect(readFileSync(file).toString('hex')).toBe('08564346470a02');
      expect((await vcfg(['aml', '--base', '2'], { terminal: true })).stdout).toBe('08 56 43 46 47 0a 02\n');
    }));
});

describe('vcfg schema', () => {
  it('prints a JSON Schema that knows the keys', async () => {
    const schema = JSON.parse((await vcfg(['schema'])).stdout);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['vcfg', 'memory', 'functions']));
  });
});
