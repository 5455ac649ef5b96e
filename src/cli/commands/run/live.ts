import { join } from 'node:path';
import { DiagnosticError } from '../../../base/index.js';
import { Machine } from '../../../device/index.js';
import { DeviceSwitch, deviceTypes, LiveGuest, openGuestFiles, type TrapEvent } from '../../../live/index.js';
import { savedGuestPath } from '../../../live/port/saved-guest.js';
import { GUEST_FILE_NAMES } from '../../../live/v86/guest-files.js';
import type { Diagnostic, Platform } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Interactive, Io } from '../../io.js';
import { loadPlatformFiles } from '../../read/load-platform.js';
import { report, say } from '../../write/report.js';
import { writeFiles } from '../../write/write-file.js';
import { serveDevice } from './live-device.js';
import { buildDriver, buildFor, loadModule } from './live-modules.js';
import { closingLines, outcomeJson, traceLine, withoutRepeats } from './live-report.js';
import { onOwnLines, shell } from './live-shell.js';
import { type LiveArgs, type LiveTask, partsOptionsOf, readTask } from './live-task.js';

const SIGNAL_BASE = 128;
/** Most that a signal waits for a guest to be gone. */
const CLOSE_MILLISECONDS = 5000;

/** Writes what a page needs to boot the same guest: the files of v86 and Linux, and the guest as it booted. */
async function writeGuestFiles(guest: LiveGuest, folder: string, args: LiveArgs, io: Io): Promise<void> {
  const read = await openGuestFiles(partsOptionsOf(args));
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

/** One run of the command, from the machine to the closing words. */
class LiveSession {
  readonly #args: LiveArgs;
  readonly #task: LiveTask;
  readonly #io: Io;
  readonly #findings: Diagnostic[] = [];
  readonly #served = new DeviceSwitch((finding) => this.#tell(finding));
  readonly #machine: Machine;
  readonly #giveUp = new AbortController();
  #guest: LiveGuest | undefined;
  #starting: Promise<LiveGuest> | undefined;
  #unserve: () => void = () => {};
  #running: Promise<number> | undefined;
  /** Notifications of a device, from before there is a guest to hear them. */
  #early: (readonly [name: string, value: number])[] = [];
  #isOver = false;

  constructor(args: LiveArgs, task: LiveTask, platform: Platform, io: Io) {
    this.#args = args;
    this.#task = task;
    this.#io = io;
    this.#machine = new Machine(platform, this.#served.options);
    this.#served.attach(this.#machine, (name, value) => {
      if (this.#guest === undefined) this.#early.push([name, value]);
      else this.#notify(this.#guest, name, value);
    });
  }

  #notify(guest: LiveGuest, name: string, value: number): void {
    guest.notify(name, value).catch((error: unknown) => {
      if (!this.#isOver) say(this.#io, `${error instanceof Error ? error.message : String(error)}\r`);
    });
  }

  #tell(finding: Diagnostic): void {
    if (this.#isOver) return;
    this.#findings.push(finding);
    if (!this.#args.json) void report(this.#io, [finding], { labelsErrors: true });
  }

  /** Does all that was asked for, and resolves to the exit code. */
  run(): Promise<number> {
    this.#running = this.#run();
    return this.#running;
  }

  async #run(): Promise<number> {
    const { deviceFile, script, wantsShell, timeoutMs, backEnd } = this.#task;
    const args = this.#args;
    const io = this.#io;
    if (deviceFile !== undefined) this.#unserve = await serveDevice(deviceFile, this.#served, io);
    const module = args.module === undefined ? undefined : await buildFor(backEnd, args.module, io, args.json);
    if (this.#isOver) return EXIT.done;
    this.#starting = LiveGuest.boot(this.#machine, { ...this.#task.boot, signal: this.#giveUp.signal });
    const guest = await this.#starting;
    this.#guest = guest;
    const traps = this.#listen(guest);
    if (args.files !== undefined) await writeGuestFiles(guest, args.files, args, io);
    for (const built of [args.driver ? await buildDriver(guest, io, args.json) : undefined, module]) {
      if (built === undefined) continue;
      await loadModule(guest, built);
      if (!args.json) say(io, `${built.name} is loaded`);
    }
    const ran = script === undefined ? undefined : await guest.run(script, { timeoutMs });
    if (ran !== undefined && !args.json) {
      io.stdout.write(ran.output);
      if (ran.exitCode !== 0) say(io, `the script of --run ended with exit code ${ran.exitCode}`);
    }
    if (wantsShell) await shell(guest, io.interactive as Interactive, io);
    if (this.#isOver) return EXIT.done;
    const { ended } = guest;
    if (ended instanceof DiagnosticError) for (const finding of ended.diagnostics) this.#tell(finding);
    for (const finding of withoutRepeats(this.#machine.log.drain(), this.#findings)) this.#tell(finding);
    const findings = this.#findings;
    if (args.json) io.stdout.write(`${outcomeJson({ guest, ran, traps, findings }, args.trace)}\n`);
    else for (const line of closingLines(guest)) say(io, line);
    const isBad = (ran?.exitCode ?? 0) !== 0 || findings.some(({ severity }) => severity === 'error');
    return isBad ? EXIT.findings : EXIT.done;
  }

  /** Says what happens in the guest. Returns the accesses, which `--json` tells at the end. */
  #listen(guest: LiveGuest): readonly TrapEvent[] {
    const traps: TrapEvent[] = [];
    for (const note of guest.notes) this.#tell(note);
    guest.events.on('finding', ({ finding }) => this.#tell(finding));
    if (this.#args.trace)
      guest.events.on('trap', (event) => {
        if (this.#args.json) traps.push(event);
        else say(this.#io, `${traceLine(event)}\r`);
      });
    for (const [name, value] of this.#early.splice(0)) this.#notify(guest, name, value);
    return traps;
  }

  /** Ends the guest, also one that is still booting. Says nothing more. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#unserve();
    this.#giveUp.abort();
    const { endPrograms } = await import('../../../live/node/run-program.js');
    endPrograms();
    // When these settle, nothing of the boot, of builds and of the guest is left.
    const isClosed = this.#starting?.then((late) => late.close());
    const isOver = Promise.allSettled([isClosed, this.#running]);
    await Promise.race([isOver, new Promise((resolve) => setTimeout(resolve, CLOSE_MILLISECONDS).unref())]);
  }
}

/** `vcfg live`: a Linux guest with the platform's tables, its registers answered here. */
export async function runLive(args: LiveArgs, io: Io): Promise<number> {
  const loaded = await loadPlatformFiles(args.platform, io);
  const { platform } = loaded;
  if (args.types !== undefined) {
    const contents = new TextEncoder().encode(deviceTypes(platform));
    writeFiles([{ path: args.types, contents }], io);
    return EXIT.done;
  }
  const session = new LiveSession(args, await readTask(args, loaded, io), platform, onOwnLines(io));
  let signalled: number | undefined;
  let onSignal: () => void = () => {};
  const interrupted = new Promise<number>((resolve) => {
    onSignal = () => resolve(SIGNAL_BASE + (signalled as number));
  });
  const unlisten = io.interactive?.onSignal((number) => {
    signalled ??= number;
    onSignal();
  });
  try {
    return await Promise.race([session.run(), interrupted]);
  } finally {
    await session.close();
    unlisten?.();
  }
}
