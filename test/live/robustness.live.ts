import { readdirSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { LiveGuest } from '../../src/live/index.js';
import { effort } from '../support/effort.js';
import { boardMachine, bootOr, needsGuest } from './board.js';

/** For the long form, on a busy machine. */
const LOOP_MILLISECONDS = 2_400_000;
const BOOT = { bootMilliseconds: 400_000 };
const STATUS = '0x80110004';
const MIB = 1 << 20;
/** What the heap and its buffers may grow by over many guests of 128 MiB each. */
const MOST_GROWN_BYTES = 96 * MIB;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that this process holds, once garbage is gone. */
async function heldBytes(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** QEMUs that this process has started. */
function emulators(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, comm = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      return comm.startsWith('qemu') && Number(rest.split(' ')[1]) === process.pid ? [Number(name)] : [];
    } catch {
      // It ended in between.
      return [];
    }
  });
}

/** Files of guests of this process. */
function leftovers(): string[] {
  return readdirSync('/dev/shm').filter((name) => name.startsWith(`vcfg-qemu-${process.pid}-`));
}

/** The longest time, in milliseconds, for which nothing else of this process ran meanwhile. */
async function longestPause(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 5);
  await work().finally(() => clearInterval(timer));
  return longest;
}

/** A status of the device as the guest reads it. */
const readStatus = async (guest: LiveGuest) => {
  const address = guest.platform.vcfg.base + 0x11_0004n;
  return (await guest.run(`devmem 0x${address.toString(16)} 32`)).output.trim();
};

describe('in v86', () => {
  test('two guests in one process have a device each', async (context) => {
    const [first, second] = await Promise.all(
      [1, 2].map(async (status) => {
        const guest = needsGuest(context, await bootOr(boardMachine().machine, 'v86', BOOT));
        guest.machine.registers('SENS').set('STAT', status);
        return guest;
      }),
    );
    const read = await Promise.all([readStatus(first as LiveGuest), readStatus(second as LiveGuest)]);
    await first?.close();
    expect(read).toEqual(['0x00000001', '0x00000002']);
    expect(await readStatus(second as LiveGuest)).toBe('0x00000002');
    await second?.close();
  });

  test('a hook that throws is a finding, and the guest gets the register’s value', async (context) => {
    const guest = needsGuest(context, await bootOr(boardMachine().machine, 'v86', BOOT));
    guest.machine.registers('SENS').hook('STAT', {
      read: () => {
        throw new Error('no sensor');
      },
    });
    expect((await guest.run(`devmem ${STATUS} 32`)).output).toBe('0x00030041\n');
    expect(guest.machine.log.drain().map(({ message }) => message)).toEqual([expect.stringContaining('no sensor')]);
    await guest.close();
  });

  test('a guest that works or hangs leaves the host time, and silence is a finding', async (context) => {
    const guest = needsGuest(context, await bootOr(boardMachine().machine, 'v86', BOOT));
    const busy = await longestPause(() => guest.run('i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'));
    expect(busy).toBeLessThan(2000);
    const start = performance.now();
    // Stops every process but the first one, the agent too.
    const hung = await longestPause(() =>
      expect(guest.run('kill -STOP -1; while :; do :; done', { timeoutMs: 1000 })).rejects.toThrow(/LIVE_SILENT/),
    );
    expect(hung).toBeLessThan(2000);
    expect(performance.now() - start).toBeLessThan(30_000);
    await guest.close();
    await expect(guest.run('true')).rejects.toThrow(/LIVE_/);
  });

  test(
    'one guest after another takes no more memory than the first',
    async (context) => {
      const count = effort(4, 50);
      let early = 0;
      for (let number = 1; number <= count; number++) {
        const guest = needsGuest(context, await bootOr(boardMachine().machine, 'v86', BOOT));
        expect(await guest.evaluate('\\VCFG')).toBe(guest.platform.vcfg.base);
        await guest.close();
        if (number === 2) early = await heldBytes();
      }
      const grown = (await heldBytes()) - early;
      console.log(`${count} guests: ${Math.round(grown / MIB)} MiB more than after two`);
      expect(grown).toBeLessThan(MOST_GROWN_BYTES);
    },
    LOOP_MILLISECONDS,
  );
});

describe('in QEMU', () => {
  test('its death in the middle of an access ends the guest with a finding, and nothing is left', async (context) => {
    const guest = needsGuest(context, await bootOr(boardMachine().machine, 'qemu', BOOT));
    guest.machine.registers('SENS').hook('STAT', {
      read: (value) => {
        for (const pid of emulators()) process.kill(pid, 'SIGKILL');
        return value;
      },
    });
    const start = performance.now();
    await expect(readStatus(guest)).rejects.toThrow(/ended by SIGKILL.*\[LIVE_EMULATOR_FAILED\]/);
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(guest.ended?.message).toMatch(/LIVE_EMULATOR_FAILED/);
    await guest.close();
    expect([emulators(), leftovers()]).toEqual([[], []]);
  });

  test('a socket that closes in the middle of an access ends the guest with a finding', async (context) => {
    const guest = needsGuest(context, await bootOr(boardMachine().machine, 'qemu', BOOT));
    guest.machine.root.configReadPacked = () => {
      throw new Error('no such function');
    };
    await expect(guest.run('cat /sys/bus/pci/devices/0000:00:11.0/config | wc -c')).rejects.toThrow(
      /no such function.*\[LIVE_HOOK\]/,
    );
    await guest.close();
    expect([emulators(), leftovers()]).toEqual([[], []]);
  });

  test(
    'one guest after another leaves neither processes nor files nor memory',
    async (context) => {
      const count = effort(3, 20);
      let early = 0;
      for (let number = 1; number <= count; number++) {
        const guest = needsGuest(context, await bootOr(boardMachine().machine, 'qemu', BOOT));
        expect(await guest.evaluate('\\VCFG')).toBe(guest.platform.vcfg.base);
        await guest.close();
        expect([emulators(), leftovers()]).toEqual([[], []]);
        if (number === 2) early = await heldBytes();
      }
      const grown = (await heldBytes()) - early;
      console.log(`${count} guests: ${Math.round(grown / MIB)} MiB more than after two`);
      expect(grown).toBeLessThan(MOST_GROWN_BYTES);
    },
    LOOP_MILLISECONDS,
  );
});
