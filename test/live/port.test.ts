import { describe, expect, test } from 'vitest';
import { DiagnosticError } from '../../src/base/index.js';
import { Machine } from '../../src/device/index.js';
import { AcpiNamespace } from '../../src/interpreter/index.js';
import { windowHandler } from '../../src/live/evaluators.js';
import { chooseBackEnd, type DeviceHooks, DeviceSwitch, deviceTypes } from '../../src/live/index.js';
import { AgentClient } from '../../src/live/port/agent.js';
import { evaluationRequest, readEvaluation } from '../../src/live/port/evaluation.js';
import { LiveEvents } from '../../src/live/port/events.js';
import { RunningGuest } from '../../src/live/port/guest.js';
import { guestTables, liveFields } from '../../src/live/port/guest-tables.js';
import { type GuestSpace, placePlatform } from '../../src/live/port/placement.js';
import { decodeSavedGuest, encodeSavedGuest } from '../../src/live/port/saved-guest.js';
import { shapeOf } from '../../src/live/port/start-guest.js';
import { LiveWindow } from '../../src/live/port/window.js';
import { qemuBackEnd } from '../../src/live/qemu/back-end.js';
import { platformFromObject } from '../../src/platform/index.js';
import type { Diagnostic } from '../../src/vocab/index.js';
import { accessLine } from './access-line.js';
import { boardMachine, boardPlatform } from './board.js';

const SPACE: GuestSpace = {
  name: 'a test',
  memoryBytes: 128n << 20n,
  free: [{ base: 0x800_0000n, lengthBytes: 0xe000_0000n - 0x800_0000n }],
  why: 'it is a test',
  hasEcam: true,
};

const codesOf = (findings: readonly Diagnostic[]) => findings.map(({ code }) => code);

test('a kept guest is used again for other registers, and not for another configuration space', () => {
  const shape = (sensor: object) =>
    shapeOf(platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', ...sensor }] }));
  const plain = shape({ registers: [{ name: 'CTRL', index: 0 }] });
  expect(shape({ registers: [{ name: 'STAT', index: 9, reset: 5 }], description: 'A sensor.' })).toBe(plain);
  const others = [
    { ids: { device: 9 } },
    { bars: [{ index: 0, size: 4096 }] },
    { bars: [{ index: 0, size: 8192 }] },
    { bars: [{ index: 0, size: 4096 }], msix: { vectors: 1, bar: 0, pba: 2048 } },
    { capabilities: [{ id: 'pm' }] },
    { bridge: { secondary: 1 } },
    { shared: [{ name: 'RING', offset: 0, bytes: 4 }] },
  ].map(shape);
  expect(new Set([plain, ...others]).size).toBe(1 + others.length);
});

describe('where a guest has a platform', () => {
  test('is where the platform is, if that is free', () => {
    const platform = boardPlatform();
    const placed = placePlatform(platform, {
      ...SPACE,
      free: [{ base: 0x800_0000n, lengthBytes: 0xf7ff_0000n - 0x800_0000n + 0x1_0000n }],
    });
    expect(placed.platform.vcfg).toEqual(platform.vcfg);
    expect(placed.notes).toEqual([]);
  });

  test('is elsewhere for a window above 4 GiB, and apart from ECAM', () => {
    const platform = platformFromObject({ memory: '8 GiB', vcfg: { buses: 256 } });
    const { platform: placed, notes } = placePlatform(platform, SPACE);
    expect(codesOf(notes)).toEqual(['LIVE_WINDOW_MOVED', 'LIVE_ECAM_MOVED']);
    const end = placed.vcfg.base + BigInt(placed.vcfg.lengthBytes);
    expect(end).toBeLessThanOrEqual(0xe000_0000n);
    const { ecam } = placed;
    expect(ecam.base >= end || ecam.base + ecam.lengthBytes <= placed.vcfg.base).toBe(true);
  });

  describe('in QEMU', () => {
    const { space } = qemuBackEnd();
    const at = (base: string, buses: number) =>
      platformFromObject({ memory: '64 MiB', addressBits: 48, vcfg: { base, buses } });
    const placed = (base: string, buses: number, hasModule = true) =>
      placePlatform(at(base, buses), space, { hasModule });

    test('is where the platform is, if a BAR can be there', () => {
      for (const [base, buses] of [
        ['0x8000_0000', 64],
        ['0x8020_0000', 3],
        ['0xc000_0000', 256],
      ] as const) {
        const { platform, windowBase, notes } = placed(base, buses);
        expect([platform.vcfg.base, windowBase, codesOf(notes)]).toEqual([
          BigInt(base.replaceAll('_', '')),
          windowBase,
          [],
        ]);
        expect(windowBase).toBe(platform.vcfg.base);
      }
    });

    test('is elsewhere if it would be in memory or ECAM', () => {
      for (const [base, buses] of [
        ['0x1000_0000', 1],
        ['0xafe0_0000', 4],
        ['0xb000_0000', 64],
        ['0x8880_0000', 256],
      ] as const) {
        const { platform, windowBase, notes } = placed(base, buses);
        expect([platform.vcfg.base, windowBase, codesOf(notes)]).toEqual([
          0xc000_0000n,
          0xc000_0000n,
          ['LIVE_WINDOW_MOVED'],
        ]);
      }
    });

    test('stays above 4 GiB if the guest has the module that maps it', () => {
      const { platform, windowBase, notes } = placed('0x8123_4560_0000', 16);
      expect([platform.vcfg.base, windowBase, codesOf(notes)]).toEqual([
        0x8123_4560_0000n,
        0xc000_0000n,
        ['LIVE_BACK_END'],
      ]);
      expect(codesOf(placed('0x8123_4560_0000', 16, false).notes)).toEqual(['LIVE_WINDOW_MOVED']);
    });
  });

  test('has the paths of the machine’s own tables where a DSDT of its own can have them', () => {
    const functions = [
      { address: '00:11.0', name: 'SENS', path: '\\_SB.PCI0.SENS', registers: [{ name: 'CTRL', index: 0 }] },
      { address: '00:12.0', name: 'AUX', path: '\\_SB.PCI0.GPP0.AUX', registers: [{ name: 'CTRL', index: 0 }] },
    ];
    const { platform, notes } = placePlatform(platformFromObject({ host: '\\_SB.PCI0', functions }), SPACE);
    expect(codesOf(notes)).toContain('LIVE_PATH_MOVED');
    const paths = liveFields(platform).map(({ path }) => path);
    expect(paths).toEqual(['\\_SB.PCI0.SENS.CTRL', '\\_SB.PCI0.PE90.CTRL']);
    const tables = guestTables(platform, { dsdt: { oemId: 'A', oemTableId: 'B' } }).filter(
      ({ name }) => name !== 'mcfg',
    );
    const acpi = AcpiNamespace.load(
      tables.map(({ name, bytes }) => ({ file: name, bytes })),
      { simulateRegions: true },
    );
    for (const path of paths) expect(acpi.integer(path)).toBe(0n);
    const deep = placePlatform(platformFromObject({ host: '\\_SB.NOD0.PCI0', functions: [] }), SPACE);
    expect(deep.platform.host).toBeUndefined();
    expect(codesOf(deep.notes)).toContain('LIVE_PATH_MOVED');
  });

  test('is nowhere if there is no room', () => {
    const platform = platformFromObject({ vcfg: { buses: 256 } });
    const tight = { ...SPACE, free: [{ base: 0x800_0000n, lengthBytes: 64n << 20n }] };
    expect(() => placePlatform(platform, tight)).toThrow(/512 MiB.*\[LIVE_WINDOW_PLACE\]/);
  });

  test('is in QEMU for a window above 4 GiB, unless v86 is asked for', () => {
    expect(chooseBackEnd(boardPlatform())).toEqual({ name: 'v86', why: undefined });
    const high = platformFromObject({});
    expect(chooseBackEnd(high)).toMatchObject({ name: 'qemu', why: { code: 'LIVE_BACK_END', severity: 'note' } });
    expect(chooseBackEnd(high, 'v86')).toEqual({ name: 'v86', why: undefined });
  });
});

describe('the window of a guest', () => {
  const make = () => {
    const { machine } = boardMachine();
    const events = new LiveEvents();
    return { machine, events, window: new LiveWindow(machine, machine.platform, events) };
  };

  test('tells traps apart from uses of shared pages, and counts both', () => {
    const { machine, events, window } = make();
    const lines: string[] = [];
    events.on('trap', (event) => lines.push(accessLine(event)));
    window.write32(0x11_0000, 0x51);
    expect(window.read32(0x11_0000)).toBe(0x51);
    expect(window.read(0x11_0000, 1)).toBe(0);
    window.write32(0x11_1000, 7);
    window.write(0x11_1004, 0x1ff, 1);
    expect(machine.registers('SENS').sharedPage()?.read32(4)).toBe(0xff);
    expect(window.read32(0x11_1000)).toBe(7);
    expect(window.counts).toEqual({ reads: 2, writes: 1, shared: 3 });
    expect(lines).toEqual([
      'write 00:11.0 trapped 0 0x00000051 4',
      'read 00:11.0 trapped 0 0x00000051 4',
      'read 00:11.0 trapped 0 0x00000000 1',
    ]);
  });

  test('makes recorded accesses again, and tells if the device answers otherwise', () => {
    const { window } = make();
    window.startRecording();
    window.write32(0x11_0000, 0x51);
    window.read32(0x11_0004);
    window.write32(0x11_1008, 9);
    const record = window.stopRecording() ?? [];
    expect(record.map(([kind]) => kind)).toEqual(['write', 'read', 'shared']);
    const same = make();
    expect(same.window.replay(record)).toBe(true);
    expect(same.machine.registers('SENS').get('CTRL')).toBe(0x51);
    expect(same.machine.registers('SENS').sharedPage()?.read32(8)).toBe(9);
    const other = make();
    other.machine.registers('SENS').set('STAT', 1);
    expect(other.window.replay(record)).toBe(false);
  });
});

describe('a saved guest', () => {
  const accesses = [['read', 4, 1, 4]] as const;
  const state = Uint8Array.from({ length: 5000 }, (_, index) => index).buffer;
  const bytes = encodeSavedGuest({ state, accesses });

  test('is read as it was written', () => {
    expect(decodeSavedGuest(bytes)).toEqual({ state, accesses });
    expect(decodeSavedGuest(new Uint8Array([9, ...bytes]).subarray(1))).toEqual({ state, accesses });
  });

  test.each([
    ['empty', new Uint8Array()],
    ['cut', bytes.subarray(0, -1)],
    ['longer', new Uint8Array([...bytes, 0])],
    ['another file', new Uint8Array(bytes.length).fill(0x1f)],
    ['damaged in its state', bytes.with(6000, 1)],
    ['damaged in its accesses', bytes.with(17, 0)],
  ])('counts as missing if it is %s', (_, damaged) => {
    expect(decodeSavedGuest(damaged)).toBeUndefined();
  });
});

describe('an evaluation', () => {
  test('is asked for and answered in words', () => {
    expect(evaluationRequest('\\A.B', [1, 'é', Uint8Array.of(0xff), [], [2n, 'x']])).toBe(
      '\\A.B i 1 s e9 b ff p 0 p 2 i 2 s 78',
    );
    expect(readEvaluation('\\A', 'ok p 4 i ffffffffffffffff s - b 0aff r \\_SB_.X\n')).toEqual([
      0xffff_ffff_ffff_ffffn,
      '',
      Uint8Array.of(0x0a, 0xff),
      { reference: '\\_SB_.X' },
    ]);
    expect(readEvaluation('\\A', 'ok')).toBeUndefined();
    expect(() => readEvaluation('\\A', 'fail 5 AE_NOT_FOUND')).toThrow(/AE_NOT_FOUND/);
  });

  test.each([
    ['A', []],
    ['\\A B', []],
    ['\\A', [-1]],
    ['\\A', [1n << 64n]],
    ['\\A', ['\0']],
    ['\\A', [0, 0, 0, 0, 0, 0, 0, 0]],
  ])('of %s is refused: %#', (path, args) => {
    expect(() => evaluationRequest(path, args as never)).toThrow(RangeError);
  });
});

describe('the agent', () => {
  /** A guest that answers as the script does. */
  function client(answers: (verb: string, rest: string, id: string) => string | undefined) {
    const asked: string[] = [];
    const agent: AgentClient = new AgentClient({
      send(bytes) {
        const [verb = '', id = '', ...rest] = new TextDecoder().decode(bytes).trimEnd().split(' ');
        asked.push(verb);
        const answer = answers(verb, rest.join(' '), id);
        // In pieces, as a serial port gives it.
        if (answer !== undefined)
          for (const byte of new TextEncoder().encode(answer)) queueMicrotask(() => agent.receive(Uint8Array.of(byte)));
      },
    });
    return { agent, asked };
  }

  test('runs a script and gives its output and exit code', async () => {
    const { agent, asked } = client((verb, _, id) =>
      verb === 'run' ? `done ${id} 3 5\n${btoa('one\n')}\n${btoa('2')}\n\n`.replace('\n\n', '\n\n') : `ok ${id}\n`,
    );
    await expect(agent.run('x', 1000)).rejects.toThrow();
    expect(asked).toEqual(['put', 'run']);
  });

  test('asks one thing at a time, in order', async () => {
    const { agent, asked } = client((verb, _, id) =>
      verb === 'run' ? `done ${id} 0 2\n${btoa('hi')}\n\n` : `ok ${id}\n`,
    );
    const [first] = await Promise.all([
      agent.run('a', 1000),
      agent.ping(1000),
      agent.writeFile('/live/x', new Uint8Array(5000)),
    ]);
    expect(first).toEqual({ output: 'hi', exitCode: 0 });
    expect(asked).toEqual(['put', 'run', 'ping', 'put', 'put', 'put', 'put', 'keep']);
  });

  test('tells that the shell at the console has ended, also in the middle of an answer', async () => {
    let ended = 0;
    const text = (id: string) =>
      `done ${id} 0 4\n${btoa('text').slice(0, 3)}!shell\n${btoa('text').slice(3)}\n!shell\n\n`;
    const agent: AgentClient = new AgentClient(
      {
        send(bytes) {
          const [verb, id = ''] = new TextDecoder().decode(bytes).split(' ');
          const answer = verb === 'run' ? text(id) : `ok ${id}\n`;
          queueMicrotask(() => agent.receive(new TextEncoder().encode(answer)));
        },
      },
      () => ended++,
    );
    expect(await agent.run('x', 1000)).toEqual({ output: 'text', exitCode: 0 });
    expect(ended).toBe(2);
  });

  test('gives up on a guest that is silent, and on one that ended', async () => {
    const { agent } = client(() => undefined);
    await expect(agent.ping(20)).rejects.toThrow(/LIVE_SILENT/);
    const waiting = agent.ping(10_000);
    setTimeout(() => agent.end(new Error('gone')), 10);
    await expect(waiting).rejects.toThrow('gone');
    await expect(agent.ping(10)).rejects.toThrow('gone');
  });
});

describe('a device of the user', () => {
  const served = () => {
    const findings: Diagnostic[] = [];
    const device = new DeviceSwitch((finding) => findings.push(finding));
    const machine = new Machine(boardPlatform(), device.options);
    device.attach(machine);
    return { device, machine, findings };
  };
  const read = (machine: Machine) => machine.memory.read32(machine.vcfgBase + 0x11_0004n);

  test('answers, is replaced while the guest runs, and is gone with its hooks', () => {
    const { device, machine } = served();
    device.replace({ SENS: { STAT: { read: () => 1 } } });
    expect(read(machine)).toBe(1);
    device.replace(({ machine: same }) => ({ SENS: { STAT: { read: () => (same === machine ? 2 : 0) } } }));
    expect(read(machine)).toBe(2);
    device.replace({});
    expect(read(machine)).toBe(0x3_0041);
  });

  test('that has no _DSM knows no UUID, which is no fault', () => {
    const { machine, findings } = served();
    const acpi = AcpiNamespace.load(
      guestTables(machine.platform, { dsdt: { oemId: 'A', oemTableId: 'B' } })
        .filter(({ name }) => name !== 'mcfg')
        .map(({ name, bytes }) => ({ file: name, bytes })),
      {
        regions: { SystemMemory: windowHandler(machine, new LiveWindow(machine, machine.platform, new LiveEvents())) },
      },
    );
    expect(acpi.evaluate('\\_SB.PC00.PE80._DSM', new Uint8Array(16), 1, 0, [])).toEqual(Uint8Array.of(0));
    expect([findings, machine.log.drain()]).toEqual([[], []]);
  });

  test('that throws is reported with its line, and the core answers', () => {
    const { device, machine, findings } = served();
    device.replace({
      SENS: {
        STAT: {
          read: () => {
            throw new Error('no');
          },
        },
      },
    });
    expect(read(machine)).toBe(0x3_0041);
    expect(codesOf(findings)).toEqual(['LIVE_HOOK']);
    expect(findings[0]?.message).toMatch(/SENS\.STAT threw at .*port\.test\.ts:\d+:\d+: Error: no/);
  });

  test.each([
    [{ NOPE: {} }, /NOPE/],
    [{ SENS: { STTA: {} } }, /no register STTA/],
    [{ SENS: { STAT: { reed: () => 0 } } }, /SENS\.STAT/],
    [7, /device is 7/],
  ])('of a wrong shape is refused, and the last stays: %#', (wrong, message) => {
    const { device, machine } = served();
    device.replace({ SENS: { STAT: { read: () => 1 } } });
    expect(() => device.replace(wrong as DeviceHooks<never>)).toThrow(DiagnosticError);
    expect(() => device.replace(wrong as DeviceHooks<never>)).toThrow(message);
    expect(read(machine)).toBe(1);
  });

  test('is checked against the names of the platform', () => {
    expect(deviceTypes(boardPlatform())).toContain("readonly MOTR: 'SPED';");
  });
});

test('listeners hear what they asked for, and one that throws is a finding', () => {
  const events = new LiveEvents();
  const heard: string[] = [];
  const stop = events.on('console', ({ text }) => heard.push(text));
  events.on('console', () => {
    throw new Error('tired');
  });
  events.on('finding', ({ finding }) => heard.push(finding.code));
  events.emit({ kind: 'console', text: 'a' });
  stop();
  events.emit({ kind: 'console', text: 'b' });
  expect(heard).toEqual(['a', 'LIVE_LISTENER', 'LIVE_LISTENER']);
  expect(() => events.on('nothing' as never, () => {})).toThrow(RangeError);
});

test('every field has a method that writes it', () => {
  const platform = boardPlatform();
  const fields = liveFields(platform);
  expect(new Set(fields.map(({ writer }) => writer)).size).toBe(fields.length);
  const names = guestTables(platform, { dsdt: { oemId: 'A', oemTableId: 'B' } }).map(({ name }) => name);
  expect(names).toEqual(['dsdt', 'mcfg', 'ssdt-live']);
});

test.each([
  ['qemu', 5, 'v86 raises events 0 to 15: run the guest there (--with v86).'],
  ['qemu', 0x20, 'v86 raises events 0 to 15: run the guest there (--with v86), and give the function such a gpe.'],
  ['v86', 0x20, 'v86 raises events 0 to 15: give the function such a gpe.'],
] as const)('the cure for an event that %s cannot raise, %i, is one that helps', async (backEnd, gpe, cure) => {
  const platform = platformFromObject({ functions: [{ address: '00:10.0', name: 'GPU0', profile: 'vfio', gpe }] });
  const events = new LiveEvents();
  const found: Diagnostic[] = [];
  events.on('finding', ({ finding }) => void found.push(finding));
  const window = { machine: new Machine(platform), platform };
  const parts = { window, platform, backEnd, events, notes: [], live: { raiseEvent: () => false } };
  const guest = new RunningGuest({ ...parts, agent: { evaluate: async () => '' } } as never);
  await expect(guest.notify('GPU0', 1)).rejects.toThrow(/LIVE_NO_EVALUATION/);
  expect(found).toMatchObject([{ code: 'LIVE_EVENT', severity: 'note', cure }]);
});
