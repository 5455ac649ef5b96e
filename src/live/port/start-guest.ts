import { toHex } from '../../base/index.js';
import { toJson } from '../../base/json.js';
import { Machine } from '../../device/index.js';
import { encodeCpio } from '../../firmware/index.js';
import type { Platform } from '../../vocab/index.js';
import { AGENT_SCRIPT, AgentClient } from './agent.js';
import { LiveEvents, liveError } from './events.js';
import { GuestState, RunningGuest } from './guest.js';
import { type GuestTablesOptions, guestArchive, guestTables, tablesArchive } from './guest-tables.js';
import { placePlatform } from './placement.js';
import type { BackEnd, LiveMachine, MachineListener, SavedGuest, SavedGuests } from './port.js';
import { LiveWindow } from './window.js';

/** What a guest's software is made of, as bytes. */
export interface LiveSoftware {
  /** bzImage of a Linux kernel with ACPI_TABLE_UPGRADE. */
  readonly kernel: Uint8Array;
  /** A static busybox for it; undefined if `initrd` has /bin/busybox. */
  readonly busybox?: Uint8Array;
  /** An initrd whose files come with ours, below ours. */
  readonly initrd?: Uint8Array;
  /** The kernel module with which {@link RunningGuest.evaluate} works. */
  readonly module?: Uint8Array;
}

export interface GuestOptions extends GuestTablesOptions {
  /** Gives up on a boot after this time, in milliseconds. Default: 180,000. */
  readonly bootMilliseconds?: number;
  /** Where booted guests are kept. Default: nowhere. */
  readonly saved?: SavedGuests;
  /** Boots even if a kept guest would do. */
  readonly fresh?: boolean;
  /** Is told what is being waited for. */
  readonly progress?: (text: string) => void;
  /** Gives up a boot when it is aborted; nothing is left of it. */
  readonly signal?: AbortSignal;
  /** Further kernel arguments. */
  readonly commandLine?: string;
}

const DEFAULT_BOOT_MILLISECONDS = 180_000;
/** A kept guest that has not answered after this time is booted anew: it takes a second. */
const KEPT_MILLISECONDS = 60_000;
const KERNEL_ARGUMENTS = 'console=ttyS0 panic=0 iomem=relaxed nokaslr random.trust_cpu=on quiet';
const PANIC = /Kernel panic - not syncing: ([^\r\n]*)/;
/** Characters of the console that are kept, for the report of a guest that ended. */
const KEPT_CONSOLE = 64 << 10;

interface Started {
  readonly live: LiveMachine;
  readonly agent: AgentClient;
  readonly state: GuestState;
}

async function digest(part: string | Uint8Array): Promise<string> {
  const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
}

/** A name for what a kept guest depends on. */
async function stateName(parts: readonly (string | Uint8Array)[]): Promise<string> {
  return (await digest((await Promise.all(parts.map(digest))).join(' '))).slice(0, 32);
}

/** What of a platform's functions a guest finds out while it boots, apart from the tables: all but their registers. */
export function shapeOf({ functions, vcfg, ecam }: Platform): string {
  const rows = functions.map(({ address, ids, bridge, profile, shared, bars, msix, capabilities }) => ({
    ...{ address, ids, bridge, profile, bars, msix, capabilities },
    hasSharedPage: shared.length > 0,
  }));
  return toJson([rows, vcfg.base, vcfg.lengthBytes, ecam.base, ecam.buses]);
}

/**
 * Boots a guest on a back end, or continues one that was kept. Throws a DiagnosticError if it does not come up; nothing is left
 * of it then. `subject` is a machine, or a platform for which one is made.
 */
export async function startGuest(
  subject: Machine | Platform,
  backEnd: BackEnd,
  software: LiveSoftware,
  options: GuestOptions = {},
): Promise<RunningGuest> {
  const machine = subject instanceof Machine ? subject : new Machine(subject);
  const events = new LiveEvents();
  const hasModule = software.module !== undefined && !options.keepBase;
  const { platform, windowBase, notes: placed } = placePlatform(machine.platform, backEnd.space, { hasModule });
  const isMapped = windowBase !== platform.vcfg.base;
  const notes = [...placed];
  const described = options.keepBase ? { ...platform, vcfg: machine.platform.vcfg } : platform;
  const tables = guestTables(described, backEnd.replaced, options);
  const modules = software.module && [{ path: 'vcfg_live.ko', contents: software.module }];
  const initrd = joined([
    tablesArchive(tables),
    ...(software.initrd === undefined ? [] : [software.initrd]),
    software.busybox === undefined
      ? encodeCpio([
          { path: 'init', contents: new TextEncoder().encode(AGENT_SCRIPT), executable: true },
          ...(modules ?? []),
        ])
      : guestArchive(software.busybox, AGENT_SCRIPT, modules),
  ]);
  const mapping = isMapped ? mappingArguments(platform, windowBase) : '';
  const commandLine = [KERNEL_ARGUMENTS, backEnd.commandLine, mapping, options.commandLine ?? ''].join(' ').trim();
  const memoryBytes = Number(backEnd.space.memoryBytes);
  const deadline = options.bootMilliseconds ?? DEFAULT_BOOT_MILLISECONDS;
  const say = options.progress ?? (() => {});
  const finish = (window: LiveWindow, started: Started, savedAs: string | undefined, wasKept: boolean): RunningGuest =>
    new RunningGuest({ backEnd: backEnd.name, window, ...started, events, notes, savedAs, wasKept });

  const begin = async (
    window: LiveWindow,
    start: (listener: MachineListener) => Promise<LiveMachine>,
    isKept: boolean,
  ): Promise<Started> => {
    let live: LiveMachine | undefined;
    const agent: AgentClient = new AgentClient({ send: (bytes) => live?.sendAgent(bytes) }, () =>
      events.emit({ kind: 'shell' }),
    );
    const state = new GuestState((error) => agent.end(error));
    const giveUp = () => state.finish(stopped());
    try {
      live = await start(listenerFor(state, agent, events));
      options.signal?.addEventListener('abort', giveUp, { once: true });
      if (options.signal?.aborted) throw stopped();
      const limit = isKept ? Math.min(deadline, KEPT_MILLISECONDS) : deadline;
      const isUp = isKept ? agent.ping(limit) : agent.ready;
      await withDeadline(Promise.race([isUp, state.end.then((error) => Promise.reject(error))]), limit, state);
      await live.started?.();
    } catch (thrown) {
      await live?.close();
      window.close();
      throw thrown;
    } finally {
      options.signal?.removeEventListener('abort', giveUp);
    }
    return { live, agent, state };
  };

  const { saved } = options;
  const { resume } = backEnd;
  const name =
    saved === undefined || resume === undefined
      ? undefined
      : await stateName([
          backEnd.name,
          backEnd.version,
          ...(backEnd.parts ?? []),
          commandLine,
          String(memoryBytes),
          shapeOf(platform),
          software.kernel,
          initrd,
        ]);
  if (saved !== undefined && name !== undefined && resume !== undefined && !options.fresh) {
    const kept = await saved.load(name);
    if (kept !== undefined) {
      say('Continuing a kept guest');
      const window = new LiveWindow(machine, platform, events, windowBase);
      // What the guest remembers of the device has to be what this device would have answered.
      const before = machine.snapshot();
      const isRight = window.replay(kept.accesses);
      window.resetCounts();
      if (isRight)
        try {
          const started = await begin(window, (listener) => resume(window, kept.state, memoryBytes, listener), true);
          return finish(window, started, name, true);
        } catch (thrown) {
          if (options.signal?.aborted) throw thrown;
          say('The kept guest does not continue');
        }
      window.close();
      machine.restore(before);
    }
  }
  say(`Booting Linux in ${backEnd.name}`);
  const window = new LiveWindow(machine, platform, events, windowBase);
  if (name !== undefined) window.startRecording();
  const started = await begin(
    window,
    (listener) => backEnd.boot(window, { kernel: software.kernel, initrd, commandLine, memoryBytes }, listener),
    false,
  );
  const accesses = window.stopRecording();
  let savedAs: string | undefined;
  if (saved !== undefined && name !== undefined && accesses !== undefined && started.live.save !== undefined) {
    savedAs = name;
    say('Keeping the booted guest');
    await saved.store(name, { state: await started.live.save(), accesses } satisfies SavedGuest);
  }
  notes.push(...(backEnd.notes?.(window) ?? []));
  const guest = finish(window, started, savedAs, false);
  if (isMapped) await completeMapping(guest);
  window.resetCounts();
  return guest;
}

/** Arguments that the kernel hands to /init as variables, and that to the module: where a window is mapped from and to. */
function mappingArguments({ vcfg }: Platform, placedBase: bigint): string {
  return `vcfg_high=0x${vcfg.base.toString(16)} vcfg_low=0x${placedBase.toString(16)} vcfg_length=0x${vcfg.lengthBytes.toString(16)}`;
}

const stopped = () => liveError('LIVE_CLOSED', 'The boot was given up.', 'Boot again.');

function listenerFor(state: GuestState, agent: AgentClient, events: LiveEvents): MachineListener {
  const decoder = new TextDecoder();
  return {
    console(bytes) {
      const text = decoder.decode(bytes, { stream: true });
      state.console = (state.console + text).slice(-KEPT_CONSOLE);
      events.emit({ kind: 'console', text });
      const panic = state.ended === undefined ? PANIC.exec(state.console) : null;
      if (panic !== null && /\n/.test(state.console.slice(panic.index))) end(panicError(panic[1] as string, state));
    },
    agent: (bytes) => agent.receive(bytes),
    ended: end,
  };
  function end(error: Error): void {
    // A panic explains whatever ends after it.
    const panic = PANIC.exec(state.console);
    state.finish(panic === null ? error : panicError(panic[1] as string, state));
  }
}

function panicError(reason: string, state: GuestState): Error {
  return liveError(
    'LIVE_PANIC',
    `The guest's kernel has panicked: ${reason}. Its console ended with: ${state.lastLines}`,
    'Close the guest and boot another.',
  );
}

async function withDeadline<T>(task: Promise<T>, milliseconds: number, state: GuestState): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const last =
        state.lastLines === '' ? 'Its console printed nothing.' : `Its console ended with: ${state.lastLines}`;
      const message = `The guest did not come up within ${milliseconds / 1000} s. ${last}`;
      reject(liveError('LIVE_BOOT', message, 'Give it more time, or read its console.'));
    }, milliseconds);
  });
  try {
    return await Promise.race([task, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Archives in one, each from a multiple of 4 bytes on, as Linux expects them. */
function joined(archives: readonly Uint8Array[]): Uint8Array {
  const padded = archives.map((each) => ({ each, lengthBytes: (each.length + 3) & ~3 }));
  const all = new Uint8Array(padded.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0));
  let at = 0;
  for (const { each, lengthBytes } of padded) {
    all.set(each, at);
    at += lengthBytes;
  }
  return all;
}

/** Makes sure that the guest's module has mapped the window, and does what Linux did too early while it booted. */
async function completeMapping(guest: RunningGuest): Promise<void> {
  const { output } = await guest.run('cat /sys/module/vcfg_live/parameters/is_mapped');
  if (output.trim() !== '1') {
    await guest.close();
    throw liveError(
      'LIVE_WINDOW_PLACE',
      'The guest’s kernel cannot map a window above 4 GiB: it has no kprobes.',
      'Use Debian’s kernel, or put the window below 4 GiB.',
    );
  }
  for (const { name, profile } of guest.platform.functions)
    if (profile === 'vfio') await guest.evaluate(`${guest.pathOf(name)}.PRIC._ON`);
}
