import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { parse } from 'yaml';
import { asl, eisaId } from '../../src/aml/index.js';
import { vcfg } from '../cli/fake-io.js';
import { tableOf } from '../firmware/patch/board-tables.js';
import { complaintsIn } from '../support/acpica.js';
import { effort, onlyInLong } from '../support/effort.js';
import { inScratchFolder, needs, type Oracle, run } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';

const page = readFileSync(join(projectFolder, 'docs/recipes.md'), 'utf8');
const MAIN = join(projectFolder, 'dist/cli/main.cjs');

/** The blocks of a language below a heading. */
function blocks(heading: string, language: string): string[] {
  const [, section = ''] = new RegExp(`^## ${heading}\n(.*?)(?=^## |(?![^]))`, 'ms').exec(page) ?? [];
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);
}

const [platform = ''] = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text);
const board = tableOf([
  asl.Device('\\_SB.PCI0', [
    asl.Name('_HID', eisaId('PNP0A08')),
    asl.Name('_BBN', 0),
    asl.Device('SDEV', [asl.Name('_ADR', 0x4_0000)]),
  ]),
]);

/** A folder with the platform, the machine's DSDT, and `vcfg` as a program. */
function inBuild(use: (folder: string, program: string) => Promise<void> | void): Promise<void> {
  return inScratchFolder(async (folder) => {
    writeFileSync(join(folder, 'board.yaml'), platform);
    writeFileSync(join(folder, 'dsdt.aml'), board);
    const program = join(folder, 'vcfg');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
    chmodSync(program, 0o755);
    await use(folder, program);
  });
}

function needsBuilt(context: TestContext): void {
  if (existsSync(MAIN)) return;
  if (process.env.CI) throw new Error('dist is not built: npm run build');
  context.skip('dist is not built: npm run build');
}

/** Runs a program in a folder; its output, if it fails, is the failure. */
function succeed(program: string, words: readonly string[], folder: string): string {
  const { status, stdout, stderr } = run(program, words, { cwd: folder, timeout: 120_000 });
  expect(status, `${program} ${words.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** Runs the `vcfg` lines of a recipe, each word as it is written there. */
async function runLines(heading: string, folder: string): Promise<void> {
  const lines = blocks(heading, 'sh').flatMap((text) => text.split('\n'));
  const commands = lines.filter((line) => line.startsWith('vcfg '));
  expect(commands.length).toBeGreaterThan(0);
  for (const line of commands) {
    const words = line.split(' ').slice(1);
    const placed = words.map((word, index) =>
      ['board.yaml', 'dsdt.aml', 'build/dsdt.aml'].includes(word)
        ? join(folder, word.replace('build/', ''))
        : ['-o'].includes(words[index - 1] ?? '')
          ? join(folder, word)
          : word,
    );
    // A platform for a machine that has tables makes no image.
    const text = line.includes('--image') ? platform.replace(/^host:.*\n/, '') : platform;
    writeFileSync(join(folder, 'board.yaml'), text);
    const { code, stderr } = await vcfg(placed);
    expect([line, code, stderr]).toEqual([line, 0, expect.not.stringContaining('error')]);
  }
}

describe('docs/recipes.md', () => {
  it.each<[string, ...string[]]>([
    ['EDK2', 'AcpiTables/ssdt.aslc', 'AcpiTables/AcpiTables.inf'],
    ['coreboot', 'src/mainboard/VENDOR/BOARD/vcfg.asl'],
    ['QEMU', 'build/vcfg-qemu.aml'],
    ['VMMs that take tables', 'build/ssdt.aml', 'build/tables.img'],
    ['A guest whose firmware you cannot change', 'acpi.cpio'],
  ])('%s has commands that write its files', (heading, ...files) =>
    inBuild(async (folder) => {
      await runLines(heading, folder);
      for (const file of files) expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
    }),
  );

  it('coreboot: the preprocessor and iasl take the include', (context) => {
    needs(context, 'gcc', 'iasl', 'acpiexec');
    return inBuild(async (folder) => {
      await runLines('coreboot', folder);
      copyFileSync(join(folder, 'src/mainboard/VENDOR/BOARD/vcfg.asl'), join(folder, 'vcfg.asl'));
      const [source = ''] = blocks('coreboot', 'asl');
      const device = '        Device (SDEV) { Name (_ADR, 0x00040000) }\n';
      writeFileSync(join(folder, 'dsdt.asl'), source.replace(/( *Name \(_BBN, Zero\)\n)/, `$1${device}`));
      succeed('gcc', ['-E', '-P', '-x', 'assembler-with-cpp', '-D__ACPI__', 'dsdt.asl', '-o', 'dsdt.i.asl'], folder);
      const said = succeed('iasl', ['-p', 'made', 'dsdt.i.asl'], folder);
      expect(complaintsIn(said)).toEqual([]);
      const { stdout } = run('acpiexec', ['-di', '-dt', 'made.aml'], { cwd: folder, input: 'evaluate \\VCFG\nquit\n' });
      expect(stdout).toMatch(/\[Integer\] = 0*800000000\b/);
      // U-Boot: the table as a C array.
      succeed('iasl', ['-p', 'uboot', '-tc', 'dsdt.i.asl'], folder);
      expect(readFileSync(join(folder, 'uboot.hex'), 'utf8')).toContain('unsigned char');
    });
  });

  describe('a build', () => {
    beforeEach(needsBuilt);

    /** Builds, builds again without a change, changes the platform and builds once more: what was written each time. */
    function builds(folder: string, build: () => void, made: string): void {
      build();
      const first = statSync(join(folder, made)).mtimeMs;
      expect(existsSync(join(folder, made.replace('ssdt.aml', 'vcfg.h')))).toBe(true);
      build();
      expect(statSync(join(folder, made)).mtimeMs, 'nothing changed').toBe(first);
      const later = new Date(Date.now() + 5000);
      writeFileSync(join(folder, 'board.yaml'), platform.replace('index: 0', 'index: 9'));
      utimesSync(join(folder, 'board.yaml'), later, later);
      build();
      expect(readFileSync(join(folder, made.replace('ssdt.aml', 'vcfg.h')), 'utf8')).toMatch(/CTRL_INDEX 9u/);
    }

    it.for<[string, string, string, readonly Oracle[]]>([
      ['Make', 'make', 'Makefile', ['make']],
      ['CMake', 'cmake', 'CMakeLists.txt', ['cmake', 'make']],
      ['Meson', 'meson', 'meson.build', ['meson', 'ninja']],
    ])(
      'with %s makes the files, and makes them again after a change',
      ([heading, language, file, programs], context) => {
        if (heading === 'Meson') onlyInLong(context);
        needs(context, ...programs);
        return inBuild((folder, program) => {
          const [text = ''] = blocks(heading, language);
          writeFileSync(join(folder, file), text);
          if (heading === 'Make') builds(folder, () => succeed('make', [`VCFG=${program}`], folder), 'build/ssdt.aml');
          else if (heading === 'CMake') {
            succeed('cmake', ['-S', '.', '-B', 'out', '-G', 'Unix Makefiles', `-DVCFG=${program}`], folder);
            builds(folder, () => succeed('cmake', ['--build', 'out'], folder), 'out/build/ssdt.aml');
          } else {
            const env = `PATH='${folder}':"$PATH"`;
            succeed('sh', ['-c', `${env} meson setup out2`], folder);
            builds(folder, () => succeed('ninja', ['-C', 'out2'], folder), 'out2/ssdt.aml');
          }
        });
      },
    );
  });

  it('GitHub Actions: the job is YAML whose commands the command line knows', () =>
    inBuild(async (folder) => {
      const [text = ''] = blocks('GitHub Actions', 'yaml');
      const { jobs } = parse(text);
      const steps: { run?: string; uses?: string; with?: Record<string, unknown> }[] = jobs.check.steps;
      const at = (word: string) => (/^(?:board\.yaml|dsdt\.aml|build.*)$/.test(word) ? join(folder, word) : word);
      let sarif = '';
      for (const { run: line } of steps) {
        if (!line?.startsWith('npx vcfg ')) continue;
        const [command = '', output] = line.slice('npx vcfg '.length).split(' > ');
        // Comparing all addresses takes seconds.
        const shortened = command.startsWith('check ') ? effort(['--no-exhaustive'], []) : [];
        const ran = await vcfg([...command.split(' ').map(at), ...shortened]);
        expect([line, ran.code, ran.stderr]).toEqual([line, 0, expect.anything()]);
        if (output !== undefined) sarif = ran.stdout;
      }
      const log = JSON.parse(sarif);
      expect([log.version, log.runs[0].results]).toEqual(['2.1.0', []]);
      expect(steps.at(-1)).toMatchObject({
        uses: expect.stringContaining('upload-sarif'),
        with: { sarif_file: 'vcfg.sarif' },
      });
    }));
});
