import { dirname, isAbsolute, join } from 'node:path';
import { DiagnosticError, formatHex, formatPciAddress } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { Machine } from '../../../device/index.js';
import {
  type BackEndName,
  DeviceSwitch,
  deviceTypes,
  LiveGuest,
  openGuestFiles,
  type TrapEvent,
} from '../../../live/index.js';
import { savedGuestPath } from '../../../live/port/saved-guest.js';
import { GUEST_FILE_NAMES } from '../../../live/v86/guest-files.js';
import type { Diagnostic, Platform } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { readNumber } from '../../read/argument-values.js';
import { STANDARD } from '../../read/inputs.js';
import { loadPlatform } from '../../read/load-platform.js';
import { usageError } from '../../read/usage-error.js';
import { report, say } from '../../write/report.js';
import { writeFiles } from '../../write/write-file.js';

interface LiveArgs {
  readonly platform: string;
  readonly with: string | undefined;
  readonly shell: boolean;
  readonly run: string | undefined;
  readonly module: string | undefined;
  readonly driver: boolean;
  readonly device: string | undefined;
  readonly types: string | undefined;
  readonly files: string | undefined;
  readonly trace: boolean;
  readonly timeout: string | undefined;
  readonly fresh: boolean;
  readonly kernel: string | undefined;
  readonly initrd: string | undefined;
  readonly bios: string | undefined;
  readonly json: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = 120;
/** Ctrl-], which ends the shell of a guest, as it ends telnet. */
const LEAVE_KEY = 0x1d;
const SIGNAL_BASE = 128;
/** Most that a signal waits for a guest to be gone. */
const CLOSE_MILLISECONDS = 5000;

/** The script of `--run`: a file's, of standard input, or the word itself. */
async function scriptOf(word: string, io: Io): Promise<string> {
  if (word === STANDARD) return new TextDecoder().decode(await io.readStandardInput());
  return io.files.kindOf(word) === 'file' ? new TextDecoder().decode(io.files.read(word)) : word;
}

function traceLine(event: TrapEvent): string {
  const where = `${event.function ?? '?'} ${formatPciAddress(event.address)}`;
  const register = event.name ?? `register ${event.register}${event.page === 'shared' ? ' of the shared page' : ''}`;
  const width = event.widthBytes === 4 ? '' : `, ${event.widthBytes} bytes: not a whole register`;
  return `${event.access.padEnd(5)} ${where} ${register} 0x${event.value.toString(16).padStart(8, '0')}${width}`;
}

const jsonOfTrap = ({ kind: _, ...trap }: TrapEvent) => ({ ...trap, address: formatPciAddress(trap.address) });

/** What a run of the command has to tell at its end. */
interface Outcome {
  readonly guest: LiveGuest;
  readonly ran: { readonly output: string; readonly exitCode: number } | undefined;
  readonly traps: readonly TrapEvent[];
  readonly findings: readonly Diagnostic[];
}

function sharedRows(guest: LiveGuest) {
  return guest.platform.functions
    .map(({ name }) => ({ name, uses: guest.sharedUses(name) }))
    .filter((row): row is { name: string; uses: number } => row.uses !== undefined && row.uses > 0);
}

function closingLines(guest: LiveGuest): string[] {
  const { reads, writes } = guest.counts;
  const shared = sharedRows(guest);
  const pages = shared.map(({ name, uses }) => `${name} ${uses}`).join(', ');
  return [
    `${reads + writes} exits: ${reads} reads, ${writes} writes`,
    guest.counts.shared === undefined
      ? 'shared pages are plain memory, whose use nobody sees'
      : `${guest.counts.shared} uses of shared pages, without an exit${pages === '' ? '' : `: ${pages}`}`,
  ];
}

function outcomeJson({ guest, ran, traps, findings }: Outcome, isTraced: boolean): string {
  return toJson(
    {
      backEnd: guest.backEnd,
      kept: guest.wasKept,
      base: formatHex(guest.platform.vcfg.base),
      ...(ran && { run: ran }),
      counts: guest.counts,
      shared: sharedRows(guest),
      ...(isTraced && { accesses: traps.map(jsonOfTrap) }),
      diagnostics: findings,
    },
    2,
  );
}

/** A shell of the guest at this terminal, until it ends, or Ctrl-] is typed. */
async function shell(guest: LiveGuest, io: Io): Promise<void> {
  const { interactive } = io;
  if (interactive === undefined) throw usageError('There is no terminal for a shell.', 'Give --run SCRIPT.');
  const unhear = guest.events.on('console', ({ text }) => io.stdout.write(text));
  let left: () => void = () => {};
  const isLeft = new Promise<void>((resolve) => {
    left = resolve;
  });
  const stop = interactive.readKeys((bytes) => {
    const at = bytes.indexOf(LEAVE_KEY);
    guest.sendConsole(at < 0 ? bytes : bytes.subarray(0, at));
    if (at >= 0) left();
  });
  say(io, 'A shell in the guest; Ctrl-] ends it.\r');
  guest.sendConsole('\n');
  try {
    await Promise.race([isLeft, guest.end]);
  } finally {
    stop();
    unhear();
  }
  io.stdout.write('\n');
}

/** Loads a kernel module from a folder, built for the guest's kernel. */
async function loadModule(guest: LiveGuest, folder: string, args: LiveArgs, io: Io): Promise<void> {
  const { buildModule, moduleName } = await import('../../../live/node/kernel-module.js');
  const { architectureOf, partsFor } = await import('../../../live/node/boot.js');
  if (args.kernel !== undefined)
    throw usageError('--module and --driver need the headers of the kernel.', 'Leave out --kernel: Debian’s has them.');
  const parts = await partsFor(guest.backEnd, {}, (text) => say(io, text));
  const { name, bytes } = await buildModule(folder, architectureOf(guest.backEnd), parts);
  await guest.writeFile(`/live/${name}`, bytes);
  const loaded = await guest.run(`insmod /live/${name}`);
  if (loaded.exitCode !== 0)
    throw usageError(`The guest does not load ${name}: ${loaded.output.trim()}`, 'Its kernel log may say more: dmesg.');
  if (!args.json) say(io, `module ${moduleName(name)} is loaded`);
}

async function loadDriver(guest: LiveGuest, args: LiveArgs, io: Io): Promise<void> {
  const { generateLinuxModule } = await import('../../../drivers/linux/module.js');
  const folder = io.files.makeScratchFolder();
  try {
    for (const { name, contents } of generateLinuxModule(guest.platform)) {
      io.files.makeFolder(dirname(join(folder, name)));
      io.files.write(join(folder, name), new TextEncoder().encode(contents));
    }
    await loadModule(guest, join(folder, 'linux'), args, io);
  } finally {
    io.files.removeFolder(folder);
  }
}

/** Serves a device file, and again after each change. Returns what ends that. */
async function serveDevice(file: string, served: DeviceSwitch, io: Io): Promise<() => void> {
  const { loadDeviceFile, watchFile } = await import('../../../live/node/device-file.js');
  served.replace(await loadDeviceFile(file));
  return watchFile(file, () => {
    loadDeviceFile(file)
      .then((device) => {
        served.replace(device);
        say(io, `${file} was reloaded\r`);
      })
      .catch((error: unknown) => {
        if (error instanceof DiagnosticError) void report(io, error.diagnostics);
        else say(io, String(error));
      });
  });
}

/** Writes what a page needs to boot the same guest: the files of v86 and Linux, and the guest as it booted. */
async function writeGuestFiles(guest: LiveGuest, folder: string, args: LiveArgs, io: Io): Promise<void> {
  if (guest.backEnd !== 'v86') throw usageError('--files is for guests in v86.', 'A page cannot run QEMU.');
  const read = await openGuestFiles(filesOf(args));
  const names = [
    ...Object.values(GUEST_FILE_NAMES),
    ...(guest.savedAs === undefined ? [] : [savedGuestPath(guest.savedAs)]),
  ];
  const found = await Promise.all(names.map(async (name) => [name, await read(name)] as const));
  const wanted = found.flatMap(([name, contents]) =>
    contents === undefined ? [] : [{ path: join(folder, name), contents }],
  );
  writeFiles(wanted, io);
  if (!args.json) for (const { path } of wanted) say(io, path);
}

/** The device file: `--device`, or what the platform file names, from its folder. */
function deviceFileOf(args: LiveArgs, platform: Platform): string | undefined {
  if (args.device !== undefined) return args.device;
  const { device } = platform;
  return device === undefined || isAbsolute(device) ? device : join(dirname(args.platform), device);
}

function filesOf(args: LiveArgs) {
  return {
    ...(args.kernel !== undefined && { kernelFile: args.kernel }),
    ...(args.initrd !== undefined && { initrdFile: args.initrd }),
    ...(args.bios !== undefined && { biosFile: args.bios }),
  };
}

function optionsOf(args: LiveArgs, io: Io) {
  const timeout = readNumber('--timeout', args.timeout ?? String(DEFAULT_TIMEOUT_SECONDS), 1, 86_400) * 1000;
  return {
    timeout,
    boot: {
      ...(args.with !== undefined && { with: args.with as BackEndName }),
      ...filesOf(args),
      fresh: args.fresh,
      bootMilliseconds: Math.max(timeout, DEFAULT_TIMEOUT_SECONDS * 1000),
      progress: (text: string) => {
        if (!args.json) say(io, text);
      },
    },
  };
}

/** `vcfg live`: a Linux guest with the platform's tables, its registers answered here. */
export async function runLive(args: LiveArgs, io: Io): Promise<number> {
  const platform = await loadPlatform(args.platform, io);
  if (args.types !== undefined) {
    const contents = new TextEncoder().encode(deviceTypes(platform));
    writeFiles([{ path: args.types, contents }], io);
    return EXIT.done;
  }
  const script = args.run === undefined ? undefined : await scriptOf(args.run, io);
  const hasTask = script !== undefined || args.files !== undefined;
  const wantsShell = args.shell || (!hasTask && io.interactive?.isTerminal === true && !args.json);
  if (!wantsShell && !hasTask && !args.driver && args.module === undefined)
    throw usageError('There is no terminal, and nothing to run.', 'Give --run SCRIPT, --module DIR or --driver.');
  const { timeout, boot } = optionsOf(args, io);
  const findings: Diagnostic[] = [];
  const tell = (finding: Diagnostic) => {
    findings.push(finding);
    if (!args.json) void report(io, [finding]);
  };
  const served = new DeviceSwitch(tell);
  const machine = new Machine(platform, served.options);
  let guest: LiveGuest | undefined;
  served.attach(
    machine,
    (name, value) => void guest?.notify(name, value).catch((error: unknown) => say(io, String(error))),
  );
  let signalled: number | undefined;
  let onSignal: (error: Error) => void = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    onSignal = reject;
  });
  interrupted.catch(() => {});
  const unlisten = io.interactive?.onSignal((number) => {
    signalled ??= number;
    onSignal(new Error('interrupted'));
  });
  let unserve: () => void = () => {};
  const giveUp = new AbortController();
  let starting: Promise<LiveGuest> | undefined;
  const whole = async (): Promise<number> => {
    const file = deviceFileOf(args, platform);
    if (file !== undefined) unserve = await serveDevice(file, served, io);
    starting = LiveGuest.boot(machine, { ...boot, signal: giveUp.signal });
    guest = await starting;
    for (const note of guest.notes) tell(note);
    guest.events.on('finding', ({ finding }) => tell(finding));
    const traps: TrapEvent[] = [];
    if (args.trace)
      guest.events.on('trap', (event) => {
        if (args.json) traps.push(event);
        else say(io, `${traceLine(event)}\r`);
      });
    if (args.files !== undefined) await writeGuestFiles(guest, args.files, args, io);
    if (args.driver) await loadDriver(guest, args, io);
    if (args.module !== undefined) await loadModule(guest, args.module, args, io);
    const ran = script === undefined ? undefined : await guest.run(script, { timeoutMs: timeout });
    if (ran !== undefined && !args.json) io.stdout.write(ran.output);
    if (wantsShell) await shell(guest, io);
    const ended = guest.ended;
    if (ended instanceof DiagnosticError) for (const finding of ended.diagnostics) tell(finding);
    const drained = machine.log.drain();
    for (const finding of drained) tell(finding);
    if (args.json) io.stdout.write(`${outcomeJson({ guest, ran, traps, findings }, args.trace)}\n`);
    else for (const line of closingLines(guest)) say(io, line);
    const isBad = (ran?.exitCode ?? 0) !== 0 || findings.some(({ severity }) => severity === 'error');
    return isBad ? EXIT.findings : EXIT.done;
  };
  try {
    return await Promise.race([whole(), interrupted]);
  } catch (error) {
    if (signalled === undefined) throw error;
    return SIGNAL_BASE + signalled;
  } finally {
    unserve();
    giveUp.abort();
    // A boot that was given up has ended when this settles.
    const isClosed = starting?.then((late) => late.close()).catch(() => {});
    await Promise.race([isClosed, new Promise((resolve) => setTimeout(resolve, CLOSE_MILLISECONDS).unref())]);
    unlisten?.();
  }
}
