import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { injectVcfg } from '../../../src/firmware/index.js';
import { effort } from '../../support/effort.js';
import { inScratchFolder } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { SENSOR_HUB, vcfg } from '../fake-io.js';

const Q35 = join(projectFolder, 'fixtures/tables/q35');

const PLATFORM = `
vcfg: { base: auto, buses: 256 }
host: \\_SB.PCI0
memory: 512 MiB
ecam: { base: 0xb000_0000, buses: 256 }
functions:
  - { address: 00:04.0, name: SENS, registers: [{ name: CTRL, index: 0 }] }
`;

/** The whole window is 134 million addresses. */
const VCFG_RULES = ['--rule', 'vcfg', '--json', ...effort(['--no-exhaustive'], [])];

/** A folder with the platform and QEMU's DSDT; after `vcfg inject` if a base is given. */
function inBoard(base: bigint | undefined, use: (folder: string, onto: string[]) => Promise<void>): Promise<void> {
  return inScratchFolder(async (folder) => {
    writeFileSync(join(folder, 'hub.yaml'), PLATFORM);
    const bytes = new Uint8Array(readFileSync(join(Q35, 'dsdt.aml')));
    writeFileSync(join(folder, 'dsdt.aml'), base === undefined ? bytes : injectVcfg(bytes, base).bytes);
    await use(folder, ['--onto', join(folder, 'dsdt.aml'), '--onto', join(Q35, 'mcfg.aml')]);
  });
}

describe('vcfg generate --onto', () => {
  it('writes an SSDT, and drivers for the base that the machine has', () =>
    inBoard(0x20_0000_0000n, async (folder, onto) => {
      const out = join(folder, 'out');
      const { code, stderr, codes } = await vcfg([
        'generate',
        join(folder, 'hub.yaml'),
        '-o',
        out,
        ...onto,
        '--format',
        'aml,c,json',
      ]);
      expect({ code, codes }).toEqual({ code: 0, codes: ['FIRMWARE_BASE_MOVED'] });
      expect(stderr).toContain('Write base: 0x2000000000');
      expect(readdirSync(out).sort()).toEqual(['ssdt.aml', 'tables.json', 'vcfg.h']);
      expect(JSON.parse(readFileSync(join(out, 'tables.json'), 'utf8')).functions[0].trapped).toBe('0x2000040000');
    }));

  it('takes BARs that the machine, but not the platform, has windows for', () =>
    inBoard(0x20_0000_0000n, async (folder, onto) => {
      const file = join(folder, 'bars.yaml');
      const bridge = '{ address: 00:03.0, name: RP00, bridge: { secondary: 1 } }';
      const below = '{ address: 01:00.0, name: GPU0, bars: [{ index: 0, size: 4096 }] }';
      const windows = 'windows: { mmio32: { base: 0xd000_0000, size: 512 KiB } }';
      writeFileSync(file, `${PLATFORM.replace('host: \\_SB.PCI0', windows)}  - ${bridge}\n  - ${below}\n`);
      const command = ['generate', file, '-o', folder, '--format', 'aml'];
      expect((await vcfg(command)).codes).toContain('PLATFORM_BAR_PLACE');
      expect((await vcfg([...command, ...onto])).codes).not.toContain('PLATFORM_BAR_PLACE');
    }));

  it('moves an open base out of the way of the machine, and says what a DSDT of revision 1 does to it', () =>
    inBoard(undefined, async (folder, onto) => {
      const { codes, stderr } = await vcfg([
        'generate',
        join(folder, 'hub.yaml'),
        '-o',
        folder,
        ...onto,
        '--format',
        'aml',
      ]);
      expect(codes).toEqual(['VCFG_TRUNCATED', 'FIRMWARE_BASE_MOVED']);
      expect(stderr).toContain('The window is at 0x1000000000: the tables use 0x100000000');
    }));

  it('warns of tables that an earlier run left in the folder, and prints the path for QEMU', () =>
    inScratchFolder(async (folder) => {
      // Of a name that would mean something in a replacement.
      const out = join(folder, 'o$&t');
      await vcfg(['generate', SENSOR_HUB, '-o', out, '--format', 'aml']);
      const path = join(folder, 'hub.yaml');
      writeFileSync(path, PLATFORM);
      const argv = ['generate', path, '-o', out, '--onto', Q35, '--format', 'aml,qemu'];
      const { codes, stderr, stdout } = await vcfg(argv);
      expect(codes).toContain('COMMAND_NOT_UP_TO_DATE');
      expect(stderr).toContain(`${join(out, 'dsdt.aml')}`);
      expect(stdout).toContain(`file=${join(out, 'vcfg-qemu.aml')}`);
    }));

  it('says what is in the way of a base that is given', () =>
    inBoard(undefined, async (folder, onto) => {
      const path = join(folder, 'hub.yaml');
      writeFileSync(path, PLATFORM.replace('base: auto', 'base: 0x2_0000_0000'));
      const { codes } = await vcfg(['generate', path, '-o', folder, ...onto, '--format', 'aml']);
      expect(codes).toEqual(['VCFG_TRUNCATED', 'VCFG_OVERLAPS_CRS']);
    }));

  it('moves an open base past what the platform has itself, as for the README', () =>
    inScratchFolder(async (folder) => {
      const path = join(folder, 'board.yaml');
      const readme = readFileSync(join(projectFolder, 'README.md'), 'utf8');
      const [, board = ''] = /^cat > board\.yaml <<'END'\n(.*?)^END$/ms.exec(readme) ?? [];
      expect(board).toContain('memory: 8 GiB');
      writeFileSync(path, board);
      const argv = ['generate', path, '-o', join(folder, 'out'), '--onto', Q35, '--format', 'aml'];
      const { code, codes, stderr, both } = await vcfg(argv);
      expect(code).toBe(1);
      expect(both).toMatch(/^\S*ssdt\.aml .*\n\\_SB.PCI0: note: /);
      expect(stderr).toMatch(/\(\\VCFG\): error: VCFG is 0x1000000000.*\[VCFG_TRUNCATED\]/);
      expect(stderr).toMatch(/\n6 findings: 2 errors, 3 warnings, 1 note\n$/);
      expect(stderr).not.toContain('Generate the table');
      // RAM of 8 GiB is in the way of that machine's ECAM window, so the file has to give both.
      expect(stderr).toContain('Write ecam: { base: 0xb0000000, buses: 256 } in the platform file, and memory');
      expect(stderr).toContain(`write base: 0x1000000000 in ${path}, then run vcfg inject`);
      expect(codes).toContain('FIRMWARE_BASE_MOVED');
      expect(codes).not.toContain('MEMORY_OVERLAP');
      expect(stderr).toContain('The window is at 0x1000000000: the tables use 0x230000000');
      expect(readdirSync(join(folder, 'out'))).toEqual(['ssdt.aml']);
    }));

  it.each([
    ['memory: 12 GiB', '0x1000000000'],
    ['memory: 24 GiB', '0x1000000000'],
    ['ecam: { base: 0x10_0000_0000, buses: 64 }', '0x2000000000'],
  ])('with %s, moves an open base to %s', (line, base) =>
    inScratchFolder(async (folder) => {
      const path = join(folder, 'board.yaml');
      writeFileSync(path, `${line}\nfunctions: [{ address: 00:04.0, name: SENS }]\n`);
      const { codes, stderr } = await vcfg(['generate', path, '-o', folder, '--onto', Q35, '--format', 'aml']);
      expect(codes).not.toContain('MEMORY_OVERLAP');
      expect(stderr).toContain(`The window is at ${base}`);
    }),
  );

  it.each([
    [0x1_0000_0000n, 'memory: 8 GiB', 'where the platform has RAM'],
    [0x20_0000_0000n, 'ecam: { base: 0x20_0000_0000, buses: 64 }', 'where the platform has its ECAM window'],
    [0x20_0010_0000n, '', 'not a multiple of 2 MiB'],
    [0x8000_0000_0000n, '', 'does not fit in 46 address bits'],
  ])('refuses a VCFG of the machine, %s, that the platform cannot have', (base, line, why) =>
    inBoard(base, async (folder, onto) => {
      const path = join(folder, 'hub.yaml');
      writeFileSync(path, `${line}\nfunctions: [{ address: 00:04.0, name: SENS }]\n`);
      const { code, codes, stderr } = await vcfg(['generate', path, '-o', join(folder, 'out'), ...onto]);
      expect({ code, codes }).toEqual({ code: 1, codes: ['FIRMWARE_HOST_FOUND', 'FIRMWARE_VCFG_DIFFERS'] });
      expect(stderr).toContain(why);
      expect(readdirSync(folder)).not.toContain('out');
    }),
  );

  it('leaves a base that is given where it is, also if auto would give the same', () =>
    inBoard(undefined, async (folder, onto) => {
      const path = join(folder, 'hub.yaml');
      writeFileSync(path, PLATFORM.replace('base: auto', 'base: 0x1_0000_0000'));
      const { codes } = await vcfg(['generate', path, '-o', folder, ...onto, '--format', 'aml']);
      expect(codes).toEqual(['VCFG_TRUNCATED', 'VCFG_OVERLAPS_CRS']);
    }));

  it('says with --check as well that errors remain, and that the files are up to date', () =>
    inBoard(undefined, async (folder, onto) => {
      const argv = ['generate', join(folder, 'hub.yaml'), '-o', folder, ...onto, '--format', 'aml'];
      expect((await vcfg(argv)).code).toBe(1);
      const { code, stderr } = await vcfg([...argv, '--check']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/1 file is up to date\n.*2 findings: 1 error, 1 warning\n$/s);
      const { code: jsonCode, stdout } = await vcfg([...argv, '--json']);
      expect([jsonCode, JSON.parse(stdout).diagnostics.length]).toEqual([1, 2]);
    }));

  it('names a command that cures what is in the way in the DSDT', () =>
    inBoard(undefined, async (folder, onto) => {
      const path = join(folder, 'hub.yaml');
      writeFileSync(path, PLATFORM.replace('base: auto', 'base: 0x8_0000_0000'));
      const generated = await vcfg(['generate', path, '-o', folder, ...onto, '--format', 'aml']);
      expect([generated.code, generated.codes]).toEqual([1, ['VCFG_TRUNCATED', 'VCFG_OVERLAPS_CRS']]);
      const [, line = ''] = /run vcfg (inject .*? -o )new\.aml, /.exec(generated.stderr) ?? [];
      expect(line).toContain(`--platform ${path} --cut-crs`);
      const made = join(folder, 'new.aml');
      expect((await vcfg([...line.trim().split(' '), made])).code).toBe(0);
      const again = await vcfg(['generate', path, '-o', folder, '--onto', made, ...onto.slice(2), '--format', 'aml']);
      expect([again.code, again.codes]).toEqual([0, []]);
    }));

  it('gives a set that vcfg check finds nothing of the window in', () =>
    inBoard(0x10_0000_0000n, async (folder, onto) => {
      const path = join(folder, 'hub.yaml');
      writeFileSync(path, PLATFORM.replace('base: auto', 'base: 0x10_0000_0000'));
      expect((await vcfg(['generate', path, '-o', folder, ...onto, '--format', 'aml'])).codes).toEqual([]);
      const tables = ['dsdt.aml', 'ssdt.aml'].map((name) => join(folder, name));
      const { code, stdout } = await vcfg(['check', ...tables, '--platform', path, ...VCFG_RULES]);
      expect({ code, findings: JSON.parse(stdout).findings }).toEqual({ code: 0, findings: [] });
    }));

  it('refuses tables that cannot be read, and writes nothing', () =>
    inBoard(undefined, async (folder) => {
      const out = join(folder, 'out');
      const argv = ['generate', join(folder, 'hub.yaml'), '-o', out, '--onto', join(folder, 'none.aml')];
      expect((await vcfg(argv)).code).toBe(1);
      expect(readdirSync(folder)).not.toContain('out');
    }));

  it('makes no image of it', () =>
    inBoard(0x10_0000_0000n, async (folder, onto) => {
      const argv = ['generate', join(folder, 'hub.yaml'), '-o', folder, ...onto, '--image', 'base=0xe_0000'];
      expect((await vcfg(argv)).codes).toContain('FIRMWARE_NO_IMAGE');
    }));
});

describe('vcfg inject --all', () => {
  it('puts everything into the DSDT', () =>
    inBoard(undefined, async (folder) => {
      const platform = join(folder, 'hub.yaml');
      writeFileSync(platform, PLATFORM.replace('base: auto', 'base: 0x10_0000_0000'));
      const made = join(folder, 'new.aml');
      const { code, codes } = await vcfg([
        'inject',
        join(folder, 'dsdt.aml'),
        '--platform',
        platform,
        '--all',
        '-o',
        made,
      ]);
      expect({ code, codes }).toEqual({ code: 0, codes: ['FIRMWARE_REVISION_RAISED'] });
      const { stdout } = await vcfg(['check', made, '--platform', platform, ...VCFG_RULES]);
      expect(JSON.parse(stdout).findings).toEqual([]);
    }));

  it('wants a platform', async () => {
    expect((await vcfg(['inject', join(Q35, 'dsdt.aml'), '--base', '0x1_0000_0000', '--all', '-o', '-'])).code).toBe(2);
  });
});
