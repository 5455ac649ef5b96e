import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeCpio, initrdOverride } from '../../src/firmware/index.js';
import { partsFor } from '../../src/live/node/boot.js';
import { readBytes } from '../../src/live/node/cache.js';
import { vcfg } from '../cli/fake-io.js';
import { needs, run } from '../support/oracles.js';

/** The window is in memory that q35's host bridge hands to BARs, so that its _CRS has to be cut. */
const PLATFORM = `
host: \\_SB.PCI0
vcfg: { base: 0x2_0000_0000, buses: 256 }
memory: 512 MiB
ecam: { base: 0xb000_0000, buses: 256 }
functions:
  - { address: 00:04.0, name: SENS, registers: [{ name: CTRL, index: 0 }] }
  - { address: 00:05.0, name: GPU0, profile: vfio, gpe: 0x20 }
  - { address: 00:1f.0, name: LPCB, registers: [{ name: WAKE, index: 3 }] }
`;

/** Says what the kernel has, in lines that begin with a word, and ends the guest. */
const INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
for each in /sys/bus/acpi/devices/*; do echo "PATH $(/bin/busybox cat $each/path)"; done
for each in /sys/bus/pci/devices/*; do
  [ -e $each/firmware_node ] && echo "NODE \${each##*/} $(/bin/busybox cat $each/firmware_node/path)"
done
for each in /sys/firmware/acpi/tables/SSDT*; do echo "SSDT $(/bin/busybox head -c 36 $each | /bin/busybox tail -c 20 | /bin/busybox head -c 8)"; done
/bin/busybox dmesg | /bin/busybox grep -E 'ACPI.*(Error|Warning|BUG)|AE_' | /bin/busybox sed 's/^/FAULT /'
/bin/busybox grep -i 'VCFG\\|MB00' /proc/iomem | /bin/busybox sed 's/^/IOMEM /'
/bin/busybox base64 /sys/firmware/acpi/tables/DSDT | /bin/busybox sed 's/^/DSDT /'
echo DONE
/bin/busybox poweroff -f
`;

const NEEDED = ['qemu-system-x86_64', 'seabios'] as const;

/** Boots Linux in QEMU with devices at the slots of the platform, and gives the lines that its init says. */
function boot(
  folder: string,
  parts: { kernelFile: string; busyboxFile: string },
  tables: Uint8Array = new Uint8Array(),
): string[] {
  const initrd = join(folder, 'initrd');
  writeFileSync(
    initrd,
    Buffer.concat([
      tables,
      encodeCpio([
        { path: 'bin/busybox', contents: readBytes(parts.busyboxFile), executable: true },
        { path: 'init', contents: new TextEncoder().encode(INIT), executable: true },
      ]),
    ]),
  );
  const { stdout } = run(
    'timeout',
    [
      ...['-k', '5', '240', 'qemu-system-x86_64', '-M', 'q35', '-accel', 'tcg', '-m', '512', '-display', 'none'],
      ...['-nodefaults', '-no-user-config', '-no-reboot', '-serial', 'stdio'],
      ...['-device', 'pci-testdev,addr=04.0', '-device', 'edu,addr=05.0'],
      ...['-kernel', parts.kernelFile, '-initrd', initrd, '-append', 'console=ttyS0 quiet panic=-1'],
    ],
    { timeout: 300_000 },
  );
  const lines = stdout.split('\n').map((line) => line.trim());
  expect(lines.includes('DONE'), `the guest did not come up:\n${lines.slice(-30).join('\n')}`).toBe(true);
  return lines;
}

const wordsOf = (lines: readonly string[], word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

describe('an SSDT of generate --onto in Linux', () => {
  let folder = '';
  let parts: { kernelFile: string; busyboxFile: string } | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vcfg-onto-'));
    parts = await partsFor('qemu', {}, () => {}).catch(() => undefined);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is loaded beside the DSDT that QEMU made, after inject has cut its _CRS, each Device at one path', async (context) => {
    needs(context, ...NEEDED);
    if (parts === undefined) return context.skip("no live guest: Debian's kernel cannot be fetched");
    const before = boot(folder, parts);
    const at = (name: string) => join(folder, name);
    writeFileSync(at('dsdt.aml'), Buffer.from(wordsOf(before, 'DSDT').join(''), 'base64'));
    writeFileSync(at('board.yaml'), PLATFORM);
    const changed = await vcfg([
      ...['inject', at('dsdt.aml'), '--platform', at('board.yaml'), '--cut-crs', '-o', at('new.aml')],
    ]);
    expect(changed.codes, changed.stderr).toEqual(['FIRMWARE_CRS_CUT', 'FIRMWARE_REVISION_RAISED']);
    const made = await vcfg([
      ...['generate', at('board.yaml'), '-o', folder, '--onto', at('new.aml'), '--format', 'aml'],
    ]);
    expect([made.code, made.codes], made.stderr).toEqual([0, []]);
    const tables = ['dsdt', 'ssdt'].map((name) => ({
      name,
      bytes: readBytes(at(`${name === 'dsdt' ? 'new' : name}.aml`)),
    }));
    const lines = boot(folder, parts, initrdOverride(tables));
    expect(wordsOf(lines, 'SSDT')).toContain('VCFGSSDT');
    expect(wordsOf(lines, 'FAULT')).toEqual(wordsOf(before, 'FAULT'));
    const paths = wordsOf(lines, 'PATH');
    expect(paths).toEqual([...new Set(paths)]);
    const nodes = new Map(wordsOf(lines, 'NODE').map((line) => line.split(' ') as [string, string]));
    const own = new Map(wordsOf(before, 'NODE').map((line) => line.split(' ') as [string, string]));
    for (const address of ['0000:00:04.0', '0000:00:05.0', '0000:00:1f.0'])
      expect([address, nodes.get(address)]).toEqual([address, own.get(address) ?? expect.stringMatching(/PE\d\d$/)]);
    expect(own.get('0000:00:1f.0')).toBeDefined();
    expect(paths.filter((path) => !wordsOf(before, 'PATH').includes(path))).toContain('\\_SB_.MB00');
  });
});
