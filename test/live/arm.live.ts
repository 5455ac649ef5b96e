import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { encodeCpio, initrdOverride } from '../../src/firmware/index.js';
import { cacheFolder, readBytes } from '../../src/live/node/cache.js';
import { vcfg } from '../cli/fake-io.js';
import { needs, run } from '../support/oracles.js';

/**
 * Flash is at the window's place in QEMU's `virt`, since something has to answer there: on aarch64 an access that nothing
 * answers is an exception, and the first write of a power resource would end the kernel.
 */
const PLATFORM = `
arch: aarch64
memory: 1 GiB
vcfg: { base: 0x0600_0000, buses: 1 }
functions:
  - { address: 00:04.0, name: SENS, registers: [{ name: CTRL, index: 0 }] }
  - { address: 00:05.0, name: GPU0, profile: vfio }
`;

/** Says what the kernel has in its own log, which needs no serial port in the DSDT, and ends the guest. */
const INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
say() { while read -r line; do echo "SAYS $1 $line" > /dev/kmsg; done; }
/bin/busybox dmesg | /bin/busybox grep -E 'ACPI.*(Error|Warning|BUG)|AE_' | say FAULT
for each in /sys/bus/acpi/devices/*; do /bin/busybox cat $each/path | say PATH; done
for each in /sys/bus/pci/devices/*; do
  [ -e $each/firmware_node ] && echo "\${each##*/} $(/bin/busybox cat $each/firmware_node/path)" | say NODE
done
for each in DSDT APIC MCFG; do
  echo "$each $(/bin/busybox head -c 36 /sys/firmware/acpi/tables/$each | /bin/busybox tail -c 8 | /bin/busybox head -c 4)" | say MAKER
done
/bin/busybox base64 /sys/firmware/acpi/tables/DSDT | say DSDT
echo 1 | say DONE
/bin/busybox poweroff -f
`;

/** Debian's kernel, busybox and UEFI firmware for arm64, fetched with apt-get, which checks them against signed lists. */
const FETCH = `
mkdir -p lists/partial
set -- -q -oAPT::Architecture=arm64 -oAPT::Architectures=arm64 -oAPT::Sandbox::User=root
set -- "$@" -oDir::State::Lists="$PWD/lists" -oDir::Cache="$PWD/cache"
apt-get "$@" update
kernel=$(apt-cache "$@" depends linux-image-cloud-arm64 | sed -n 's/.*Depends: \\(linux-image-[0-9].*\\)/\\1/p' | head -n 1)
apt-get "$@" download "$kernel" busybox-static qemu-efi-aarch64 || exit 1
for each in *.deb; do dpkg -x "$each" . || exit 1; done
rm -rf *.deb lists cache usr/lib lib usr/share/doc
`;

/** The folder with the parts, which is filled once. Skips the test where they cannot be fetched. */
function partsOf(context: TestContext): string {
  const folder = join(cacheFolder(), 'parts', 'arm64-uefi');
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const { status, stderr } = run('sh', ['-c', FETCH], { cwd: fresh, timeout: 400_000 });
  if (status === 0) renameSync(fresh, folder);
  else {
    rmSync(fresh, { recursive: true });
    const reason = `no live guest: Debian's parts for arm64 cannot be fetched: ${stderr.trim().split('\n').at(-1)}`;
    if (process.env.CI) throw new Error(reason);
    context.skip(reason);
  }
  return folder;
}

/** Boots Linux by UEFI in QEMU's `virt`, with tables in front of its initrd, and gives the lines that its init says. */
function boot(folder: string, parts: string, tables: Uint8Array = new Uint8Array()): string[] {
  const initrd = join(folder, 'initrd');
  const archive = encodeCpio([
    { path: 'bin/busybox', contents: readBytes(join(parts, 'bin/busybox')), executable: true },
    { path: 'init', contents: new TextEncoder().encode(INIT), executable: true },
  ]);
  writeFileSync(initrd, Buffer.concat([tables, archive]));
  const kernel = readdirSync(join(parts, 'boot')).find((name) => name.startsWith('vmlinuz-')) as string;
  const { stdout } = run(
    'timeout',
    [
      ...['-k', '5', '280', 'qemu-system-aarch64', '-M', 'virt,gic-version=3', '-cpu', 'cortex-a57', '-accel', 'tcg'],
      ...['-m', '1024', '-display', 'none', '-nodefaults', '-no-user-config', '-no-reboot', '-serial', 'stdio'],
      ...['-bios', join(parts, 'usr/share/qemu-efi-aarch64/QEMU_EFI.fd')],
      ...['-device', 'pci-testdev,addr=04.0', '-device', 'edu,addr=05.0'],
      ...['-kernel', join(parts, 'boot', kernel), '-initrd', initrd, '-append'],
      'earlycon=pl011,mmio32,0x9000000 keep_bootcon printk.devkmsg=on loglevel=8 panic=-1 acpi=force',
    ],
    { timeout: 300_000 },
  );
  // With a serial port in the DSDT, two consoles print each line, with the same time.
  const printed = new Set(stdout.split('\n').map((line) => line.trim()));
  const lines = [...printed].flatMap((line) => /^\[[^\]]*\] SAYS (.*)$/.exec(line)?.[1] ?? []);
  expect(lines.includes('DONE 1'), `the guest did not come up:\n${stdout.slice(-3000)}`).toBe(true);
  return lines;
}

const wordsOf = (lines: readonly string[], word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

describe('Linux on aarch64, with UEFI', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vcfg-arm-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);

  test('loads the SSDT of generate --onto beside the DSDT of EDK2 and QEMU, each Device at one path', async (context) => {
    needs(context, 'qemu-system-aarch64');
    const parts = partsOf(context);
    const before = boot(folder, parts);
    expect(wordsOf(before, 'FAULT')).toEqual([]);
    writeFileSync(at('dsdt.aml'), Buffer.from(wordsOf(before, 'DSDT').join(''), 'base64'));
    writeFileSync(at('board.yaml'), `host: \\_SB.PCI0${PLATFORM}`);
    const made = await vcfg([
      ...['generate', at('board.yaml'), '-o', folder, '--onto', at('dsdt.aml'), '--format', 'aml'],
    ]);
    expect(made.code, made.stderr).toBe(0);
    const lines = boot(folder, parts, initrdOverride([{ name: 'ssdt', bytes: readBytes(at('ssdt.aml')) }]));
    expect(wordsOf(lines, 'FAULT')).toEqual([]);
    const paths = wordsOf(lines, 'PATH');
    expect(paths).toEqual([...new Set(paths)]);
    expect(wordsOf(lines, 'NODE')).toEqual(['0000:00:04.0 \\_SB_.PCI0.PE20', '0000:00:05.0 \\_SB_.PCI0.PE28']);
    const added = paths.filter((path) => !wordsOf(before, 'PATH').includes(path)).toSorted();
    expect(added).toEqual([
      '\\_SB_.MB00',
      '\\_SB_.PCI0.PE20',
      '\\_SB_.PCI0.PE28',
      '\\_SB_.PCI0.PE28.PRIC',
      '\\_SB_.VGED',
    ]);
  });

  test('runs by the generated DSDT, MADT and MCFG in place of its own', async (context) => {
    needs(context, 'qemu-system-aarch64');
    const parts = partsOf(context);
    writeFileSync(at('virt.yaml'), PLATFORM);
    // Linux takes only tables of the same identity, and no GTDT. The FADT stays: it has the address of the DSDT in memory.
    const identity = ['--oem-id', 'BOCHS', '--oem-table-id', 'BXPC', '--oem-revision', '1'];
    const made = await vcfg(['generate', at('virt.yaml'), '-o', at('virt'), '--format', 'aml,tables', ...identity]);
    expect([made.code, made.codes], made.stderr).toEqual([0, []]);
    const tables = ['dsdt', 'apic', 'mcfg'].map((name) => ({ name, bytes: readBytes(at(`virt/${name}.aml`)) }));
    const lines = boot(folder, parts, initrdOverride(tables));
    expect(wordsOf(lines, 'FAULT')).toEqual([]);
    expect(wordsOf(lines, 'MAKER')).toEqual(['DSDT VCFG', 'APIC VCFG', 'MCFG VCFG']);
    expect(Buffer.from(wordsOf(lines, 'DSDT').join(''), 'base64').indexOf('VCFG', 36)).toBe(37);
    expect(wordsOf(lines, 'NODE')).toEqual(['0000:00:04.0 \\_SB_.PC00.PE20', '0000:00:05.0 \\_SB_.PC00.PE28']);
    expect(wordsOf(lines, 'PATH')).toEqual(expect.arrayContaining(['\\_SB_.VGED', '\\_SB_.MB00', '\\_SB_.PC00']));
  });
});
