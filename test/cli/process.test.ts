import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { someOf } from '../support/effort.js';
import { inScratchFolder } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';
import { Q35_DSDT, SENSOR_HUB, vcfg } from './fake-io.js';

const MAIN = join(projectFolder, 'dist/cli/main.cjs');

function vcfgProcess(args: readonly string[], input?: Buffer) {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'buffer', ...(input && { input }) });
}

/** Names of the package's own files that a run of the command loads, as V8 lists them. */
function loadedFiles(args: readonly string[]): Promise<string[]> {
  return inScratchFolder((folder) => {
    spawnSync(process.execPath, [MAIN, ...args], { env: { ...process.env, NODE_V8_COVERAGE: folder } });
    const [report = ''] = readdirSync(folder);
    const { result } = JSON.parse(readFileSync(join(folder, report), 'utf8')) as { result: { url: string }[] };
    return result.flatMap(({ url }) => /\/dist\/cli\/([^/]+)$/.exec(url)?.[1] ?? []);
  });
}

describe('the command as built', () => {
  beforeEach((context) => {
    if (existsSync(MAIN)) return;
    if (process.env.CI) throw new Error('dist is not built: npm run build');
    context.skip('dist is not built: npm run build');
  });

  it('prints an address and exits 0', () => {
    const { status, stdout, stderr } = vcfgProcess(['address', '00:04.0', '3', '--base', '0x100000000']);
    expect([status, stdout.toString(), stderr.toString()]).toEqual([0, '0x10004000c\n', '']);
  });

  it('exits 1 for findings and 2 for bad usage', () => {
    expect(vcfgProcess(['locate', '0', '--base', '0x100000000']).status).toBe(1);
    expect(vcfgProcess(['address']).status).toBe(2);
    expect(vcfgProcess([]).status).toBe(2);
  });

  it('reads a large platform, and what it includes, in a thread as without one', () =>
    inScratchFolder((folder) => {
      const check = (platform: string, padding: string) => {
        writeFileSync(join(folder, 'long.yaml'), `include: ${platform}\n${padding}`);
        const argv = ['check', Q35_DSDT, '--platform', join(folder, 'long.yaml'), '--no-exhaustive', '--json'];
        const { status, stdout, stderr } = vcfgProcess(argv);
        const { findings } = JSON.parse(stdout.toString());
        return { status, stderr: stderr.toString(), findings };
      };
      const padding = '# Nothing.\n'.repeat(30_000);
      const read = check(SENSOR_HUB, padding);
      expect(read).toEqual(check(SENSOR_HUB, ''));
      expect(read).toMatchObject({ status: 1, stderr: '' });
      expect(check('none.yaml', padding).findings).toMatchObject([{ code: 'PLATFORM_INCLUDE_UNREAD' }]);
    }));

  it('says that an output takes no more, and exits 1', (context) => {
    if (!existsSync('/dev/full')) context.skip('/dev/full is not there: it is on Linux alone');
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'aml', '--base', '0x100000000'], {
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(stderr.toString()).toMatch(/^<stdout>: .*ENOSPC.*\[COMMAND_CANNOT_WRITE\]\n$/);
    expect(status).toBe(1);
  });

  // At once, while it loads, and as soon as a temporary file is there: while it writes and renames.
  const MOMENTS = someOf(['writing', 0, 60, 120, 'writing', 'writing'] as const, 6);
  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves one set of files when %s ends it', { timeout: 60_000 }, (signal) =>
    inScratchFolder(async (folder) => {
      const [platform, build] = [join(folder, 'hub.yaml'), join(folder, 'build')];
      const text = readFileSync(SENSOR_HUB, 'utf8');
      const args = ['generate', platform, '-o', build];
      const contents = () =>
        readdirSync(build).flatMap((name) =>
          name.endsWith('.tmp') ? [] : [`${name}: ${readFileSync(join(build, name), 'latin1')}`],
        );
      const generate = async () => expect((await vcfg(args)).code).toBe(0);
      const setOf = async (name: string) => {
        writeFileSync(platform, text.replaceAll('SENS', name));
        await generate();
        return contents();
      };
      const after = await setOf('HUBS');
      for (const moment of MOMENTS) {
        const before = await setOf('SENS');
        writeFileSync(platform, text.replaceAll('SENS', 'HUBS'));
        const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore' });
        const ended = once(child, 'exit');
        if (moment === 'writing') {
          while (child.exitCode === null && !readdirSync(build).some((name) => name.endsWith('.tmp'))) await nextTurn();
        } else await new Promise((done) => setTimeout(done, moment));
        child.kill(signal);
        await ended;
        const found = contents();
        const left = readdirSync(build).filter((name) => name.endsWith('.tmp'));
        const isWhole = [before, after].some((set) => JSON.stringify(set) === JSON.stringify(found));
        if (signal === 'SIGTERM') expect([isWhole, left]).toEqual([true, []]);
        else if (!isWhole || left.length > 0) {
          const { code, stdout } = await vcfg([...args, '--check', '--json']);
          expect(code).toBe(1);
          const named = JSON.parse(stdout).diagnostics.map((each: { place: { file: string } }) => each.place.file);
          for (const name of left) expect(named).toContain(join(build, name));
          for (const each of found.filter((one) => !after.includes(one)))
            expect(named).toContain(join(build, each.slice(0, each.indexOf(': '))));
        }
        await generate();
        expect(contents()).toEqual(after);
        expect(readdirSync(build).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      }
    }),
  );

  it('knows its version', () => {
    const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
    expect(vcfgProcess(['--version']).stdout.toString()).toBe(`${version}\n`);
  });

  it('reads standard input and writes standard output whole', () => {
    const args = ['inject', '-', '--platform', SENSOR_HUB, '-o', '-'];
    const { status, stdout } = vcfgProcess(args, readFileSync(Q35_DSDT));
    expect(status).toBe(0);
    expect(stdout.readUInt32LE(4)).toBe(stdout.length);
  });

  it('ends quietly when its reader does', () => {
    const line = `"${process.execPath}" "${MAIN}" disassemble "${Q35_DSDT}" "${Q35_DSDT.replace('dsdt', './dsdt')}" | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).not.toMatch(/EPIPE|at /);
  });

  it('does not replace what is no file', () =>
    inScratchFolder((folder) => {
      const pipe = join(folder, 'pipe');
      spawnSync('sh', ['-c', `mkfifo "${pipe}"`]);
      const line = `cat "${pipe}" & "${process.execPath}" "${MAIN}" aml --base 2 -o "${pipe}"; wait`;
      const { stdout } = spawnSync('sh', ['-c', line]);
      expect(stdout.toString('hex')).toBe('08564346470a02');
      rmSync(pipe);
    }));

  it.each(someOf([[], ...COMMANDS.map(({ command }) => [command])], 4).map((words) => [words]))(
    'prints the help of %j as yargs writes it',
    async (words) => {
      const { stdout } = await vcfg([...words, '--help']);
      expect(vcfgProcess([...words, '--help']).stdout.toString()).toBe(stdout);
    },
  );

  it('prints help without loading yargs', async () => {
    for (const words of [['--help'], ['check', '--help']]) {
      const loaded = await loadedFiles(words);
      expect(loaded.some((name) => name.startsWith('main'))).toBe(true);
      expect(loaded.filter((name) => name.includes('yargs'))).toEqual([]);
    }
    expect((await loadedFiles(['--unknown'])).filter((name) => name.includes('yargs'))).toHaveLength(1);
  });
});
