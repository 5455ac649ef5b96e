import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { exportRegisters, importRegisters } from '../../../src/platform/imports/index.js';
import { vcfg } from '../../cli/fake-io.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';

/** A Debian or npm package that ships register descriptions of vendors, pinned by its hash. */
interface Package {
  /** Shell commands that fetch the package into the working folder. */
  readonly fetch: string;
  readonly file: string;
  readonly sha256: string;
  /** Shell commands that unpack it into plain SVD files. */
  readonly unpack: string;
}

const PYOCD: Package = {
  // Of Debian 13, from the mirror that this machine has its own packages from, and without a change to its lists.
  fetch: [
    `uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)`,
    'mkdir -p lists/partial',
    'echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri trixie main" > sources.list',
    'set -- -q -oDir::Etc::sourcelist="$PWD/sources.list" -oDir::Etc::sourceparts=/dev/null -oAPT::Sandbox::User=root',
    'set -- "$@" -oDir::State::Lists="$PWD/lists" -oDir::Cache="$PWD/cache"',
    'apt-get "$@" update && apt-get "$@" download python3-pyocd=0.36.0-2.1',
    'status=$?; rm -rf lists cache; exit $status',
  ].join('\n'),
  file: 'python3-pyocd_0.36.0-2.1_all.deb',
  sha256: '25539c74110d4b12660dd3ef90b990f35c02a0ac3640046195d5b997ee224fdb',
  unpack:
    'dpkg-deb -x *.deb deb && zip=deb/usr/lib/python3/dist-packages/pyocd/debug/svd/svd_data.zip && { unzip -qo $zip || python3 -m zipfile -e $zip .; }',
};
const PICO_SDK: Package = {
  fetch: 'npm pack --silent @xpack-3rd-party/raspberrypi-pico-sdk@2.3.0-5',
  file: 'xpack-3rd-party-raspberrypi-pico-sdk-2.3.0-5.tgz',
  sha256: 'e045e234cf32f2e10829b105caceeaf72b64994d4d4913d183fa7e1791e88aea',
  unpack: 'tar -xzf *.tgz --strip-components=4 --wildcards "package/src/*/hardware_regs/*.svd"',
};
const QEMU_BOARDS: Package = {
  fetch: 'npm pack --silent @micro-os-plus/devices-qemu-cortexm@7.0.1',
  file: 'micro-os-plus-devices-qemu-cortexm-7.0.1.tgz',
  sha256: 'c2b3556076f841e41a03001b0142bad624ee850497e7194bc48d37ca1cddb4fc',
  unpack: 'tar -xzf *.tgz && find package -name "*.svd" -exec cp {} . ";"',
};

/** Files of nine vendors, with the functions, dwords and fields that they give. */
const FILES: readonly (readonly [
  from: Package,
  file: string,
  vendor: string,
  functions: number,
  dwords: number,
  fields: number,
])[] = [
  [PYOCD, 'STM32F103xx.svd', 'STMicroelectronics', 53, 704, 4737],
  [PYOCD, 'nrf51.svd', 'Nordic', 33, 706, 1281],
  [PYOCD, 'LPC11Uxx_v7.svd', 'NXP', 19, 306, 1662],
  [PYOCD, 'MKL25Z4.svd', 'Freescale', 48, 496, 2589],
  [PYOCD, 'max32660.svd', 'Maxim', 22, 204, 741],
  [PYOCD, 'HC32F003.svd', 'HDSC', 23, 316, 1530],
  [PYOCD, 'AIR001.svd', 'AirM2M', 29, 266, 1483],
  [PYOCD, 'Musca_B1.svd', 'Arm', 35, 548, 1019],
  [PICO_SDK, 'RP2040.svd', 'Raspberry Pi', 36, 1151, 5711],
  [QEMU_BOARDS, 'an505-iotkit-cm33.svd', 'Arm', 63, 704, 661],
];

/**
 * The folder that a package is unpacked in, filled once. Skips the test if it cannot be fetched, or fails it with `CI` set, as
 * for every program that tests need.
 */
function folderOf({ fetch, file, sha256, unpack }: Package, context: TestContext): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'acpi-vcfg', 'register-files', sha256.slice(0, 16));
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const fetched = run('sh', ['-c', fetch], { cwd: fresh, timeout: 240_000 });
  if (!existsSync(join(fresh, file))) {
    const said = fetched.stderr.trim().split('\n').at(-1) ?? '';
    rmSync(fresh, { recursive: true, force: true });
    const reason = `${file} cannot be fetched. Is the network reachable? ${said}`.trim();
    // Debian replaces versions. A mirror with another version is a fault neither of the project nor of the network.
    if (process.env.CI && !/^E: Version .* was not found/.test(said)) throw new Error(reason);
    context.skip(reason);
  }
  expect(
    createHash('sha256')
      .update(readFileSync(join(fresh, file)))
      .digest('hex'),
    file,
  ).toBe(sha256);
  const unpacked = run('sh', ['-c', unpack], { cwd: fresh, timeout: 120_000 });
  expect(unpacked.status, unpacked.stderr).toBe(0);
  renameSync(fresh, folder);
  return folder;
}

/** Seconds of each step, for the table in docs/import.md: `VCFG_WRITE_TIMES=1` prints them. */
const times: string[] = [];

describe('a public SVD file', () => {
  afterAll(() => {
    if (process.env.VCFG_WRITE_TIMES) writeFileSync(join(tmpdir(), 'vcfg-svd-times.txt'), `${times.join('\n')}\n`);
  });

  it
    .skipIf(process.env.VCFG_LONG !== '1')
    .for(FILES.map((each) => ({ from: each[0], file: each[1], vendor: each[2], counts: each.slice(3) })))(
    '$file of $vendor: imports, generates, compiles and checks clean',
    { timeout: 900_000 },
    ({ from, file, vendor, counts }, context) => {
      needs(context, 'gcc', 'clang', 'rustc');
      const source = join(folderOf(from, context), file);
      return inScratchFolder(async (folder) => {
        const at = (name: string) => join(folder, name);
        const seconds: string[] = [];
        const timed = async <T>(work: () => T | Promise<T>): Promise<T> => {
          const start = performance.now();
          const result = await work();
          seconds.push(((performance.now() - start) / 1000).toFixed(1));
          return result;
        };
        const imported = await timed(() => vcfg(['import', source, '-o', at('platform.yaml')]));
        expect(imported.code, imported.stderr).toBe(0);
        const made = await timed(() => vcfg(['generate', at('platform.yaml'), '-o', at('build')]));
        expect([made.code, made.codes], made.stderr).toEqual([0, []]);
        const header = at('build/vcfg.h');
        writeFileSync(at('use.c'), `#include "${header}"\n`);
        const strict = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-fsyntax-only', at('use.c')];
        await timed(() => {
          for (const [compiler, args] of [
            ['gcc', strict],
            ['clang', strict],
            [
              'rustc',
              [
                '--edition=2021',
                '--crate-type=lib',
                '--emit=metadata',
                '-Dwarnings',
                '-o',
                at('x.rmeta'),
                at('build/vcfg.rs'),
              ],
            ],
          ] as const) {
            const { status, stderr } = run(compiler, args, { timeout: 240_000 });
            expect([compiler, status, stderr.slice(0, 2000)]).toEqual([compiler, 0, '']);
          }
        });
        const checked = await timed(() => vcfg(['check', at('build'), '--platform', at('platform.yaml')]));
        expect(checked.code, `${checked.stdout}${checked.stderr}`).toBe(0);
        const { platform } = await importRegisters(readFileSync(source, 'utf8'));
        const registers = platform?.functions.flatMap((each) => each.registers) ?? [];
        const counted = [
          platform?.functions.length,
          registers.length,
          registers.reduce((sum, each) => sum + each.fields.length, 0),
        ];
        times.push(`| ${file} | ${vendor} | ${counted.join(' | ')} | ${seconds.join(' | ')} |`);
        expect(counted).toEqual(counts);
        // And back: what is exported gives the same registers again.
        const exported = exportRegisters(platform as NonNullable<typeof platform>, 'svd').text;
        const again = (await importRegisters(exported)).platform;
        expect(again?.functions.flatMap((each) => each.registers).length).toBe(registers.length);
      });
    },
  );
});
