import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/cli/process-io.js';
import { inScratchFolder } from '../../support/oracles.js';
import { Q35_DSDT, SENSOR_HUB, vcfg } from '../fake-io.js';

const DSDT = readFileSync(Q35_DSDT);
const HUB = readFileSync(SENSOR_HUB);
const BASE = ['--base', '0x1_0000_0000'];

/** Other names for a file: what a user may write, or find, for it. */
const NAMES: [what: string, name: (folder: string, file: string) => string][] = [
  ['its own name', (folder, file) => join(folder, file)],
  ['another spelling', (folder, file) => `${folder}/./sub/../${file}`],
  [
    'a symbolic link',
    (folder, file) => {
      symlinkSync(join(folder, file), join(folder, 'link'));
      return join(folder, 'link');
    },
  ],
  [
    'a link to a link',
    (folder, file) => {
      symlinkSync(join(folder, file), join(folder, 'first'));
      symlinkSync('first', join(folder, 'link'));
      return join(folder, 'link');
    },
  ],
  [
    'a hard link',
    (folder, file) => {
      linkSync(join(folder, file), join(folder, 'hard'));
      return join(folder, 'hard');
    },
  ],
  [
    'a linked folder',
    (folder, file) => {
      symlinkSync(folder, join(folder, 'sub/up'));
      return join(folder, 'sub/up', file);
    },
  ],
];

/** Commands that write to OUT while they read `in`, `other` and so on. */
const COMMANDS: [line: string, inputs: Record<string, Buffer>, written: string][] = [
  ['disassemble in -o OUT', { in: DSDT }, 'in'],
  ['disassemble in -e other -o OUT', { in: DSDT, other: DSDT }, 'other'],
  [`inject in ${BASE.join(' ')} -o OUT`, { in: DSDT }, 'in'],
  ['inject in --platform hub.yaml -o OUT', { in: DSDT, 'hub.yaml': HUB }, 'hub.yaml'],
  ['inject in --platform hub.yaml --initrd -o OUT', { in: DSDT, 'hub.yaml': HUB }, 'in'],
  ['map hub.md -o OUT --format markdown', { 'hub.md': HUB }, 'hub.md'],
  ['generate hub.yaml -o new --depfile OUT', { 'hub.yaml': HUB }, 'hub.yaml'],
];

const inFolder = (inputs: Record<string, Buffer>, work: (folder: string) => Promise<void>) =>
  inScratchFolder(async (folder) => {
    mkdirSync(join(folder, 'sub'));
    for (const [name, bytes] of Object.entries(inputs)) writeFileSync(join(folder, name), bytes);
    await work(folder);
  });

describe.each(COMMANDS)('%s', (line, inputs, written) => {
  it.each(NAMES)(`does not overwrite ${written}, given by %s`, (_what, nameOf) =>
    inFolder(inputs, async (folder) => {
      let output = nameOf(folder, written);
      // A map takes what does not end in .md for a folder.
      if (line.startsWith('map') && !output.endsWith('.md')) {
        symlinkSync(output, `${output}.md`);
        output = `${output}.md`;
      }
      const argv = line
        .split(' ')
        .map((word) => (word === 'OUT' ? output : word in inputs ? join(folder, word) : word));
      const ran = await vcfg(argv.map((word) => (word === 'new' ? join(folder, 'new') : word)));
      expect(ran).toMatchObject({ code: 2, stdout: '', codes: ['COMMAND_USAGE'] });
      for (const [name, bytes] of Object.entries(inputs)) expect(readFileSync(join(folder, name))).toEqual(bytes);
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }),
  );
});

describe('generate', () => {
  it.each(['symbolic', 'hard'])('does not overwrite its platform through a %s link in its folder', (kind) =>
    inFolder({ 'hub.yaml': HUB }, async (folder) => {
      const [platform, link] = [join(folder, 'hub.yaml'), join(folder, 'sub/vcfg.h')];
      if (kind === 'hard') linkSync(platform, link);
      else symlinkSync('../hub.yaml', link);
      const ran = await vcfg(['generate', platform, '-o', join(folder, 'sub')]);
      expect(ran).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
      expect(readFileSync(platform)).toEqual(HUB);
      expect(readdirSync(join(folder, 'sub'))).toEqual(['vcfg.h']);
    }),
  );

  it('does not write two files to one place, whatever they are called', () =>
    inFolder({ 'hub.yaml': HUB }, async (folder) => {
      writeFileSync(join(folder, 'sub/dsdt.aml'), 'old');
      symlinkSync('dsdt.aml', join(folder, 'sub/vcfg.h'));
      const ran = await vcfg(['generate', join(folder, 'hub.yaml'), '-o', join(folder, 'sub')]);
      expect(ran).toMatchObject({ code: 1, codes: ['COMMAND_CANNOT_WRITE'] });
      expect(readFileSync(join(folder, 'sub/dsdt.aml'), 'utf8')).toBe('old');
    }));

  it('says with --check which files are mixed, and which a killed run left behind', () =>
    inFolder({ 'hub.yaml': HUB }, async (folder) => {
      const argv = ['generate', join(folder, 'hub.yaml'), '-o', join(folder, 'sub'), '--format', 'aml,c'];
      await vcfg(argv);
      const at = (name: string) => join(folder, 'sub', name);
      const gone = spawnSync(process.execPath, ['-e', '']).pid;
      const leftover = `.vcfg.h.vcfg-${gone}-0123456789abcdef.tmp`;
      const inUse = `.vcfg.h.vcfg-${process.pid}-0123456789abcdef.tmp`;
      for (const name of [leftover, inUse, '.other.tmp', 'dsdt.aml']) writeFileSync(at(name), 'half');
      const checked = await vcfg([...argv, '--check', '--json']);
      expect(checked.code).toBe(1);
      const files = JSON.parse(checked.stdout).diagnostics.map(({ place }: { place: { file: string } }) => place.file);
      expect(files).toEqual([at('dsdt.aml'), at(leftover)]);
      expect((await vcfg(argv)).code).toBe(0);
      expect(readdirSync(join(folder, 'sub')).sort()).toEqual([inUse, '.other.tmp', 'dsdt.aml', 'vcfg.h'].sort());
      expect((await vcfg([...argv, '--check'])).code).toBe(0);
    }));
});

describe('temporary files', () => {
  it('are new, and not to be guessed', () =>
    inFolder({ in: DSDT }, async (folder) => {
      const written: string[] = [];
      const write: typeof nodeFiles.write = (path, contents, how) => {
        written.push(`${how} ${path}`);
        nodeFiles.write(path, contents, how);
      };
      for (let run = 0; run < 2; run++) {
        await vcfg(['inject', join(folder, 'in'), ...BASE, '-o', join(folder, 'out')], { files: { write } });
      }
      expect(new Set(written).size).toBe(2);
      for (const each of written) expect(each).toMatch(/^new .*\/\.out\.vcfg-\d+-[0-9a-f]{16}\.tmp$/);
    }));

  it('are never written through', () =>
    inFolder({ in: DSDT, victim: Buffer.from('mine') }, async (folder) => {
      const randomHex = () => '0000000000000000';
      symlinkSync('victim', join(folder, `.out.vcfg-${process.pid}-${randomHex()}.tmp`));
      const argv = ['inject', join(folder, 'in'), ...BASE, '-o', join(folder, 'out')];
      expect(await vcfg(argv, { files: { randomHex } })).toMatchObject({ code: 1, codes: ['COMMAND_CANNOT_WRITE'] });
      expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('mine');
    }));

  it('wait for a signal until all of them are renamed or removed', () =>
    inFolder({ in: DSDT }, async (folder) => {
      const deferred: string[] = [];
      const files = {
        deferSignals: () => void deferred.push('deferred'),
        rename: (from: string, to: string) => {
          deferred.push('renamed');
          nodeFiles.rename(from, to);
        },
      };
      await vcfg(['inject', join(folder, 'in'), ...BASE, '-o', join(folder, 'out')], { files });
      expect(deferred).toEqual(['deferred', 'renamed']);
    }));
});

describe('an input', () => {
  it.each(['/dev/zero', '/dev/null', '/dev/random'])('is not %s', async (device) => {
    for (const argv of [
      ['generate', device, '-o', 'none'],
      ['show', device],
      ['check', device],
      ['check', Q35_DSDT, '--memory-map', device],
      ['check', '--platform', SENSOR_HUB, '--driver', device, '--no-exhaustive'],
      ['diff', device, Q35_DSDT],
    ]) {
      const ran = await vcfg(argv);
      expect(ran.code, argv.join(' ')).toBe(1);
      expect(`${ran.stdout}${ran.stderr}`, argv.join(' ')).toContain('COMMAND_FILE_UNREADABLE');
    }
  });

  it('is not a pipe, a socket or a folder, and ends', () =>
    inScratchFolder(async (folder) => {
      const pipe = join(folder, 'pipe');
      spawnSync('mkfifo', [pipe]);
      expect(await vcfg(['show', pipe])).toMatchObject({ code: 1, codes: ['COMMAND_FILE_UNREADABLE'] });
      expect(await vcfg(['generate', pipe, '-o', folder])).toMatchObject({
        code: 1,
        codes: ['COMMAND_FILE_UNREADABLE'],
      });
    }));

  it('has a bound, and may be of /proc, whose files say that they are empty', () =>
    inScratchFolder(async (folder) => {
      const large = join(folder, 'large.aml');
      writeFileSync(large, '');
      truncateSync(large, 2 ** 40);
      expect(await vcfg(['show', large])).toMatchObject({ code: 1, codes: ['COMMAND_FILE_TOO_LARGE'] });
      if (existsSync('/proc/cpuinfo')) {
        expect(nodeFiles.read('/proc/cpuinfo', 1 << 26).length).toBeGreaterThan(100);
        expect(nodeFiles.read('/proc/cpuinfo', 10)).toHaveLength(11);
      }
    }));

  it.each(['x'.repeat(5000), 'a/'.repeat(3000)])('of an impossible name is missing', async (name) => {
    expect((await vcfg(['show', name])).codes).toEqual(['COMMAND_FILE_MISSING']);
  });

  it('may be a link to itself, which is missing', () =>
    inScratchFolder(async (folder) => {
      symlinkSync('loop', join(folder, 'loop'));
      expect((await vcfg(['show', join(folder, 'loop')])).codes).toEqual(['COMMAND_FILE_MISSING']);
    }));
});
