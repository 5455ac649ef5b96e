import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateLinuxModule } from '../../src/drivers/linux/module.js';
import { uuidBytes } from '../../src/guest/dsm-value.js';
import type { AmlArgument } from '../../src/interpreter/index.js';
import type { LiveGuest } from '../../src/live/index.js';
import { architectureOf, partsFor } from '../../src/live/node/boot.js';
import { buildModule } from '../../src/live/node/kernel-module.js';
import { platformFromObject } from '../../src/platform/index.js';
import { inScratchFolder, needs } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';
import { accessLine } from './access-line.js';
import { accessesInInterpreter, fieldValue } from './accesses.js';
import { boardMachine, boardPlatform, bootOr, type Heard, needsGuest } from './board.js';
import { buildProgram, DRIVER_PROGRAM } from './driver-program.js';

const ACCESSES = join(projectFolder, 'fixtures/live/accesses.json');
/** Set to record the accesses anew, from v86. */
const WRITE = 'VCFG_WRITE_LIVE';
/** Flags of a resource in sysfs: include/linux/ioport.h of Linux. */
const [RESOURCE_IO, RESOURCE_MEM, RESOURCE_PREFETCH, RESOURCE_MEM_64] = [0x100n, 0x200n, 0x2000n, 0x10_0000n];
const RESOURCE_FLAGS = RESOURCE_IO | RESOURCE_MEM | RESOURCE_PREFETCH | RESOURCE_MEM_64;
/** Capability ID. PCI 3.0 appendix H */
const MSIX = 0x11;
const UUID = uuidBytes('33db4d5b-1ff7-401c-9657-7441c03dd766');

test('a 64-bit VCFG is whole with a DSDT of revision 2, and cut to 32 bits with one of revision 1', async (context) => {
  const platform = platformFromObject({ vcfg: { base: '0x8123_4560_0000', buses: 1 }, addressBits: 48 });
  for (const [dsdtRevision, value] of [
    [2, 0x8123_4560_0000n],
    [1, 0x4560_0000n],
  ] as const) {
    const guest = needsGuest(context, await bootOr(platform, 'qemu', { keepBase: true, dsdtRevision }));
    expect(await guest.evaluate('\\VCFG')).toBe(value);
    await guest.close();
  }
});

test('a window above 4 GiB stays where it is: AML, drivers and programs of an x86-64 guest reach it there', async (context) => {
  needs(context, 'gcc', 'make');
  const { base, buses } = { base: 0x8123_4560_0000n, buses: 64 };
  const { vcfg, ...board } = boardPlatform();
  const { machine } = boardMachine({ ...board, vcfg: { ...vcfg, base, buses } });
  const guest = needsGuest(context, await bootOr(machine, 'qemu', { bootMilliseconds: 400_000 }));
  expect([guest.platform.vcfg.base, await guest.evaluate('\\VCFG')]).toEqual([base, base]);
  expect(guest.notes.map(({ code }) => code)).toEqual(['LIVE_BACK_END']);
  const lines: string[] = [];
  guest.events.on('trap', (event) => lines.push(accessLine(event)));
  const rate = guest.fields.find(({ path }) => path.endsWith('.SENS.RATE') || path.endsWith('PE88.RATE'));
  await guest.writeField(rate as (typeof guest.fields)[number], 5n);
  const address = `0x${(base + 0x11_0000n).toString(16)}`;
  const shared = `0x${(base + 0x11_1000n).toString(16)}`;
  const { output } = await guest.run(`devmem ${address} 32; devmem ${shared} 32 0x1234; devmem ${shared} 32`);
  expect(output).toBe('0x00000051\n0x00001234\n');
  await loadGeneratedModule(guest);
  expect((await guest.run('cat /sys/kernel/debug/vcfg/SENS/CTRL')).output).toBe('0x00000051\n');
  await guest.settle();
  expect(machine.registers('SENS').sharedPage()?.read32(0)).toBe(0x1234);
  expect(lines).toEqual([
    'read 00:11.0 trapped 0 0x00000001 4',
    'write 00:11.0 trapped 0 0x00000051 4',
    'read 00:11.0 trapped 0 0x00000051 4',
    'read 00:11.0 trapped 0 0x00000051 4',
  ]);
  await guest.close();
});

/** Builds the generated Linux module for a guest, and loads it. */
async function loadGeneratedModule(live: LiveGuest): Promise<void> {
  const { name, bytes } = await inScratchFolder(async (folder) => {
    for (const file of generateLinuxModule(live.platform)) {
      mkdirSync(dirname(join(folder, file.name)), { recursive: true });
      writeFileSync(join(folder, file.name), file.contents);
    }
    const parts = await partsFor(live.backEnd, {}, () => {});
    return buildModule(join(folder, 'linux'), architectureOf(live.backEnd), parts);
  });
  await live.writeFile(`/live/${name}`, bytes);
  expect(await live.run(`insmod /live/${name}`)).toEqual({ output: '', exitCode: 0 });
}

/** Every access that each back end's guest made in the tests below, in order. */
const recorded: Record<'v86' | 'qemu', string[]> = { v86: [], qemu: [] };

describe.each(['v86', 'qemu'] as const)('%s', (backEnd) => {
  let guest: LiveGuest | string | undefined;
  let heard: Heard = { calls: [], power: [] };

  beforeAll(async () => {
    const made = boardMachine();
    heard = made.heard;
    guest = await bootOr(made.machine, backEnd, { bootMilliseconds: 400_000 });
  });
  afterAll(async () => {
    if (guest instanceof Object) await guest.close();
  });

  test('the kernel evaluates VCFG', async (context) => {
    const live = needsGuest(context, guest);
    expect(await live.evaluate('\\VCFG')).toBe(live.platform.vcfg.base);
    expect((await live.run('uname -m')).output.trim()).toBe(backEnd === 'v86' ? 'i686' : 'x86_64');
  });

  test('the kernel’s AML makes the accesses of the fixture for each generated field, as our interpreter does', async (context) => {
    const live = needsGuest(context, guest);
    const rows: Record<string, { read: string[]; write: string[] }> = {};
    let lines: string[] = [];
    const unhear = live.events.on('trap', (event) => lines.push(accessLine(event)));
    for (const field of live.fields) {
      lines = [];
      await live.readField(field);
      const read = lines;
      lines = [];
      await live.writeField(field, fieldValue(field));
      rows[field.path] = { read, write: lines };
    }
    unhear();
    for (const [path, { read, write }] of Object.entries(rows)) recorded[backEnd].push(path, ...read, ...write);
    if (process.env[WRITE] && backEnd === 'v86') writeFileSync(ACCESSES, `${JSON.stringify(rows, null, 2)}\n`);
    expect(rows).toEqual(JSON.parse(readFileSync(ACCESSES, 'utf8')));
    expect(rows).toEqual(accessesInInterpreter(live.platform));
  });

  test('every function is a PCI function of the guest, behind its bridge, and has its ACPI device', async (context) => {
    const live = needsGuest(context, guest);
    const script = `cd /sys/bus/pci/devices; for d in *; do [ -e $d/firmware_node ] && echo $d $(cat $d/firmware_node/path); done; true`;
    const lines = (await live.run(script)).output.trim().split('\n');
    expect(lines).toEqual([
      '0000:00:10.0 \\_SB_.PC00.PE80',
      '0000:00:11.0 \\_SB_.PC00.PE88',
      '0000:00:1c.0 \\_SB_.PC00.PC01',
      '0000:01:00.0 \\_SB_.PC00.PC01.PE00',
    ]);
    expect(live.notes.filter(({ code }) => code === 'LIVE_BACK_END')).toEqual([]);
    // The board's window is where both back ends can have it.
    expect(live.platform.vcfg.base).toBe(0x8000_0000n);
  });

  test('a function has the BARs, MSI-X and capabilities of the platform', async (context) => {
    const live = needsGuest(context, guest);
    const script =
      'cd /sys/bus/pci/devices/0000:00:11.0; head -n 6 resource; hexdump -v -e \'256/1 "%02x"\' -n 256 config';
    const lines = (await live.run(script)).output.trim().split('\n');
    const sizes = lines.slice(0, 6).map((line) => {
      const [first = 0n, last = 0n, flags = 0n] = line.split(' ').map(BigInt);
      return [flags === 0n ? 0n : last - first + 1n, flags & RESOURCE_FLAGS];
    });
    expect(sizes).toEqual([
      [0x1_0000n, RESOURCE_MEM | RESOURCE_PREFETCH | RESOURCE_MEM_64],
      [0n, 0n],
      [0x1000n, RESOURCE_MEM],
      [0n, 0n],
      [32n, RESOURCE_IO],
      [0n, 0n],
    ]);
    const config = Uint8Array.from((lines[6] ?? '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    const found: number[][] = [];
    for (let at = config[0x34] as number; at !== 0; at = config[at + 1] as number) {
      const [id = 0] = config.subarray(at);
      found.push([id, ...config.subarray(at + 2, at + (id === MSIX ? 12 : 8))]);
    }
    expect(found).toEqual([
      // The length, with the three bytes before the data.
      [9, 8, 1, 2, 3, 4, 5],
      [MSIX, 7, 0, 2, 0, 0, 0, 2, 8, 0, 0],
    ]);
  });

  test('a _DSM with each type of argument gives it back', async (context) => {
    const live = needsGuest(context, guest);
    const values: readonly AmlArgument[] = [
      0n,
      0xffff_ffff_ffff_ffffn,
      'a string',
      Uint8Array.of(1, 2, 3),
      [],
      [1n, 'two', Uint8Array.of(3)],
    ];
    heard.calls.length = 0;
    for (const value of values)
      expect(await live.evaluate(`${live.pathOf('GPU0')}._DSM`, UUID, 2, 7, value)).toEqual(value);
    expect(heard.calls.map((call) => [call.revision, call.functionIndex])).toEqual(values.map(() => [2n, 7n]));
  });

  test('a shared page is one memory for both sides, without an exit', async (context) => {
    const live = needsGuest(context, guest);
    const page = live.machine.registers('SENS').sharedPage();
    const address = live.platform.vcfg.base + 0x11_1000n + 0x800n;
    page?.write32(0x800, 0x1234_5678);
    live.resetCounts();
    const script = `devmem 0x${address.toString(16)} 32; devmem 0x${(address + 4n).toString(16)} 32 0x9abcdef0`;
    expect((await live.run(script)).output.trim()).toBe('0x12345678');
    await live.settle();
    expect(page?.read32(0x804)).toBe(0x9abc_def0);
    expect(live.counts).toMatchObject({ reads: 0, writes: 0 });
    if (backEnd === 'v86') expect(live.sharedUses('SENS')).toBe(2);
  });

  test('a notification reaches a handler in the kernel', async (context) => {
    const live = needsGuest(context, guest);
    expect((await live.run(`echo '${live.pathOf('GPU0')}' > /proc/vcfg_notify`)).exitCode).toBe(0);
    for (const value of [0x81, 0x82]) await live.notify('GPU0', value);
    const { output } = await live.run(
      'for i in 1 2 3 4 5 6 7 8 9 10; do cat /proc/vcfg_notify >>/live/heard; [ $(wc -l </live/heard) -ge 2 ] && break; sleep 0.2; done; cat /live/heard',
    );
    expect(output.trim().split('\n')).toEqual(['\\_SB_.PC00.PE80 81', '\\_SB_.PC00.PE80 82']);
    expect(live.machine.vfio('GPU0').pendingNotifications).toBe(0);
  });

  test('the power resource is switched off and on', async (context) => {
    const live = needsGuest(context, guest);
    heard.power.length = 0;
    await live.evaluate(`${live.pathOf('GPU0')}.PRIC._OFF`);
    expect(live.machine.vfio('GPU0').isLowPower).toBe(true);
    await live.evaluate(`${live.pathOf('GPU0')}.PRIC._ON`);
    expect(heard.power).toEqual(['low', 'full']);
  });

  test('the C driver works in a static program', async (context) => {
    const live = needsGuest(context, guest);
    needs(context, 'gcc');
    await live.writeFile('/live/driver', await buildProgram(DRIVER_PROGRAM, live));
    const lines: string[] = [];
    const unhear = live.events.on('trap', (event) => lines.push(accessLine(event)));
    live.machine.registers('SENS').set('STAT', 0x42);
    live.resetCounts();
    expect(await live.run('/live/driver')).toEqual({ output: '', exitCode: 0x42 });
    unhear();
    recorded[backEnd].push('C', ...lines);
    expect(lines).toEqual(['write 00:11.0 trapped 0 0x00000051 4', 'read 00:11.0 trapped 1 0x00000042 4']);
    await live.settle();
    expect(live.machine.registers('SENS').sharedPage()?.read32(0)).toBe(0xcafe);
  });

  test('the generated Linux module binds to the function and reads and writes its registers', async (context) => {
    const live = needsGuest(context, guest);
    needs(context, 'gcc', 'make');
    await loadGeneratedModule(live);
    const lines: string[] = [];
    const unhear = live.events.on('trap', (event) => lines.push(accessLine(event)));
    const { output } = await live.run(
      'cd /sys/kernel/debug/vcfg/SENS && echo 0x31 > CTRL && cat CTRL; ls /sys/bus/pci/drivers/vcfg*/',
    );
    unhear();
    recorded[backEnd].push('module', ...lines);
    expect(output).toContain('0x00000031');
    expect(output).toContain('0000:00:11.0');
    expect(lines).toEqual(['write 00:11.0 trapped 0 0x00000031 4', 'read 00:11.0 trapped 0 0x00000031 4']);
  });

  test('a command that does not end is killed, and the guest goes on', async (context) => {
    const live = needsGuest(context, guest);
    expect((await live.run('sleep 1000', { timeoutMs: 1000 })).exitCode).toBe(137);
    expect((await live.run('echo on')).output).toBe('on\n');
  });

  // The last one: it ends the guest.
  test('a panic ends the guest with what the kernel said, and nothing waits for ever', async (context) => {
    const live = needsGuest(context, guest);
    const start = Date.now();
    await expect(live.run('echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger')).rejects.toThrow(
      /panicked: .*\[LIVE_PANIC\]/s,
    );
    await expect(live.run('true')).rejects.toThrow(/LIVE_PANIC/);
    await live.close();
    expect(Date.now() - start).toBeLessThan(60_000);
  });
});

test('both back ends saw the same accesses, line by line', (context) => {
  if (recorded.v86.length === 0 || recorded.qemu.length === 0) needsGuest(context, 'one of the two did not boot');
  expect(recorded.v86.length).toBeGreaterThan(50);
  expect(recorded.qemu).toEqual(recorded.v86);
});
