import { DiagnosticError, formatPciAddress } from '../../base/index.js';
import type { Machine } from '../../device/index.js';
import {
  bootGuest,
  type DeviceSwitch,
  type LiveCounts,
  type ReadFile,
  type RunningGuest,
  readGuestFiles,
  savedGuestsAt,
  type TrapEvent,
} from '../../live/browser/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import {
  type FunctionState,
  functionStates,
  loadDevice,
  openMachine,
  stateOfFunction,
} from '../machine/machine-state.js';
import type { PlatformFile } from '../state/session.js';
import { serveCalls } from './calls.js';

/** Runs a Linux guest on the platform's device, and gives the page news of it, at most once a frame. */

/** Where the files of a guest are: on the page's server, by their names below `guest/`, or picked by the user. */
export type GuestSource =
  | { readonly kind: 'served'; readonly names: readonly string[] }
  | { readonly kind: 'picked'; readonly files: readonly File[] };

export interface BootQuestion {
  readonly platform: PlatformFile;
  readonly source: GuestSource;
  /** The device script, where the page's server has it. */
  readonly script: string | undefined;
}

export interface BootAnswer {
  readonly functions: readonly FunctionState[];
  readonly notes: readonly Diagnostic[];
  /** Whether it continued a saved guest. */
  readonly wasKept: boolean;
  /** The window's base as the guest has it. */
  readonly base: bigint;
  /** What the console printed while it booted. */
  readonly console: string;
}

/** One access that left the guest. */
export interface Trap {
  readonly number: number;
  readonly kind: 'read' | 'write';
  /** `SENS.CTRL`, or the function and the register's number. */
  readonly where: string;
  readonly value: number;
  readonly widthBytes: number;
}

/** How often a register was read and written since the guest was booted. */
export interface Touches {
  readonly reads: number;
  readonly writes: number;
}

/** What has happened since the last news. */
export interface BootNews {
  readonly console: string;
  /** The latest, oldest first; no more than {@link MOST_TRAPS}. */
  readonly traps: readonly Trap[];
  readonly counts: LiveCounts;
  readonly touched: readonly (readonly [where: string, touches: Touches])[];
  /** The function that the page shows, as it is now. */
  readonly shown: FunctionState | undefined;
  readonly findings: readonly Diagnostic[];
  /** Whether the guest has ended of itself; a finding says why. */
  readonly hasEnded: boolean;
}

const MOST_TRAPS = 200;
/** Characters of the console that wait for the page. */
const MOST_CONSOLE = 1 << 20;
const MOST_FINDINGS = 50;

let machine: Machine | undefined;
let device: DeviceSwitch | undefined;
let guest: RunningGuest | undefined;

/** What waits for the page's next question. */
class Pending {
  console = '';
  traps: Trap[] = [];
  findings: Diagnostic[] = [];
  hasEnded = false;
  readonly touched = new Set<string>();
  readonly #touches = new Map<string, { reads: number; writes: number }>();
  #trapCount = 0;
  #hasNews = false;
  #wake: () => void = () => {};

  print(text: string): void {
    this.console = (this.console + text).slice(-MOST_CONSOLE);
    this.#ring();
  }

  note({ access, address, function: name, name: register, page, register: index, value, widthBytes }: TrapEvent): void {
    const owner = name ?? formatPciAddress(address);
    const where = register === undefined ? `${owner} ${page} ${index}` : `${owner}.${register}`;
    const touches = this.#touches.get(where) ?? { reads: 0, writes: 0 };
    if (access === 'read') touches.reads++;
    else touches.writes++;
    this.#touches.set(where, touches);
    this.touched.add(where);
    this.traps.push({ number: ++this.#trapCount, kind: access, where, value, widthBytes });
    // Cut at twice the limit: a shift at each access would move all of them each time.
    if (this.traps.length > 2 * MOST_TRAPS) this.traps = this.traps.slice(-MOST_TRAPS);
    this.#ring();
  }

  report(finding: Diagnostic): void {
    if (this.findings.length < MOST_FINDINGS) this.findings.push(finding);
    this.#ring();
  }

  end(error: Error): void {
    this.hasEnded = true;
    this.findings.push(...(error instanceof DiagnosticError ? error.diagnostics : []));
    this.#ring();
  }

  touches(where: string): Touches {
    return { ...(this.#touches.get(where) ?? { reads: 0, writes: 0 }) };
  }

  #ring(): void {
    this.#hasNews = true;
    this.#wake();
  }

  /** Resolves once there is something to tell. */
  async wait(): Promise<void> {
    if (!this.#hasNews)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#hasNews = false;
  }
}

const pending = new Pending();

function readerOf(source: GuestSource): ReadFile {
  if (source.kind === 'served')
    return async (name) => {
      // Each file that a server does not have is an error in the browser's console.
      if (!source.names.includes(name)) return undefined;
      const response = await fetch(new URL(`./guest/${name}`, import.meta.url));
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
    };
  return async (name) => {
    const last = name.split('/').at(-1);
    const file = source.files.find((each) => each.name === last);
    return file && new Uint8Array(await file.arrayBuffer());
  };
}

async function boot({ platform, source, script: path }: BootQuestion, tell: (news: unknown) => void) {
  tell('Reading the files of the guest');
  const read = readerOf(source);
  const files = await readGuestFiles(read);
  ({ machine, device } = openMachine(platform, (finding) => pending.report(finding)));
  if (path !== undefined) device.replace(await loadDevice(path));
  const saved = savedGuestsAt(new URL('./guest', import.meta.url).href, read);
  const booted = await bootGuest(machine, files, { saved, progress: tell });
  guest = booted;
  device.attach(machine, (name, value) => void booted.notify(name, value).catch(reportError));
  booted.events.on('console', ({ text }) => pending.print(text));
  booted.events.on('trap', (event) => pending.note(event));
  booted.events.on('finding', ({ finding }) => pending.report(finding));
  void booted.end.then((error) => pending.end(error));
  // The shell may have printed its prompt already; this makes it print another.
  booted.sendConsole('\n');
  return {
    functions: functionStates(machine),
    notes: booted.notes,
    wasKept: booted.wasKept,
    base: booted.platform.vcfg.base,
    console: booted.consoleText,
  } satisfies BootAnswer;
}

function reportError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  pending.report({
    code: 'LIVE_EVENT',
    severity: 'warning',
    place: { path: 'live guest' },
    message,
    cure: 'Check gpe of the function in the platform.',
  });
}

function running(): RunningGuest {
  if (guest === undefined) throw new Error('No guest is running.');
  return guest;
}

/** Waits for news, and tells it. `shown` is the function whose registers the page shows. */
async function news(shown: string): Promise<BootNews> {
  const { machine: open } = running();
  await pending.wait();
  const { console, traps, findings, hasEnded } = pending;
  const touched = [...pending.touched].map((where) => [where, pending.touches(where)] as const);
  pending.console = '';
  pending.traps = [];
  pending.findings = [];
  pending.touched.clear();
  return {
    console,
    traps: traps.slice(-MOST_TRAPS),
    counts: running().counts,
    touched,
    shown: stateOfFunction(open, shown),
    findings: [...findings, ...open.log.drain()],
    hasEnded,
  };
}

/** Types at the guest's console. */
function type(text: string): void {
  running().sendConsole(text);
}

/** Tells the guest how large its terminal is. */
async function resize({ rows, columns }: { rows: number; columns: number }): Promise<void> {
  await running().run(`stty -F /dev/ttyS0 rows ${rows} cols ${columns}`);
}

/** Puts a device script in place of the last, while the guest runs. */
async function script(path: string): Promise<void> {
  const found = await loadDevice(path);
  running();
  device?.replace(found);
}

const show = (name: string): FunctionState | undefined => stateOfFunction(running().machine, name);

const handlers = { boot, news, type, resize, script, show };
export type BootCalls = typeof handlers;

serveCalls(handlers);
