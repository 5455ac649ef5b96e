import { batch, signal } from '@preact/signals';
import type { Diagnostic } from '../../vocab/index.js';
import { handInScript } from '../machine/device-script.js';
import type { FunctionState } from '../machine/machine-state.js';
import type { PlatformFile } from '../state/session.js';
import { platformFile, problemsOf } from '../state/workspace.js';
import type { BootAnswer, BootCalls, BootNews, GuestSource, Touches, Trap } from '../workers/boot-worker.js';
import { StoppedError, WorkerPort } from '../workers/calls.js';

/** The guest that the page boots: what is known of it, and what can be done with it. */

const worker = new WorkerPort<BootCalls>('./boot-worker.js');

export type GuestPhase = 'off' | 'starting' | 'running' | 'ended';

export const phase = signal<GuestPhase>('off');
/** What a starting guest is waiting for. */
export const progress = signal('');
export const guestProblems = signal<readonly Diagnostic[]>([]);
/** The platform's functions as the guest was booted with them, the shown one as it is now. */
export const guestFunctions = signal<readonly FunctionState[]>([]);
export const shownFunction = signal('');
/** What is known since the start: where the window is, and what was moved. */
export const booted = signal<Omit<BootAnswer, 'functions' | 'console'> | undefined>(undefined);
export const counts = signal<BootNews['counts'] | undefined>(undefined);
/** The latest traps, the latest first. */
export const traps = signal<readonly Trap[]>([]);
/** How often each register was touched, by `SENS.CTRL`. */
export const guestTouches = signal<ReadonlyMap<string, Touches>>(new Map());
/** The script that answers the guest; undefined if none does. */
export const servingScript = signal<string | undefined>(undefined);
/** The platform that the guest was booted with. */
export const bootedFile = signal<PlatformFile | undefined>(undefined);

const MOST_TRAPS = 200;
const MOST_PROBLEMS = 20;

/** Characters of the console that are kept for when the pane is opened again. */
const MOST_CONSOLE = 128 << 10;
let consoleText = '';
let print: (text: string) => void = () => {};

/** Prints what the console has printed, and from now on what it prints, until the returned function is called. */
export function followConsole(take: (text: string) => void): () => void {
  take(consoleText);
  print = take;
  return () => {
    print = () => {};
  };
}

function takeConsole(text: string): void {
  if (text === '') return;
  consoleText = (consoleText + text).slice(-MOST_CONSOLE);
  print(text);
}

function replaceFunction(now: FunctionState | undefined): void {
  if (now === undefined) return;
  guestFunctions.value = guestFunctions.peek().map((each) => (each.name === now.name ? now : each));
}

function takeNews(news: BootNews): void {
  batch(() => {
    takeConsole(news.console);
    counts.value = news.counts;
    if (news.traps.length > 0) traps.value = [...news.traps.toReversed(), ...traps.peek()].slice(0, MOST_TRAPS);
    if (news.touched.length > 0) guestTouches.value = new Map([...guestTouches.peek(), ...news.touched]);
    replaceFunction(news.shown);
    if (news.findings.length > 0)
      guestProblems.value = [...news.findings, ...guestProblems.peek()].slice(0, MOST_PROBLEMS);
    if (news.hasEnded) phase.value = 'ended';
  });
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Asks for news until the guest is gone: once a frame at most, and not at all while nothing happens. */
async function followNews(): Promise<void> {
  try {
    while (phase.peek() === 'running') {
      takeNews(await worker.call('news', shownFunction.peek()));
      await nextFrame();
    }
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  if (error instanceof StoppedError) return;
  guestProblems.value = [...problemsOf(error, 'guest'), ...guestProblems.peek()].slice(0, MOST_PROBLEMS);
  if (phase.peek() === 'starting') phase.value = 'off';
  else if (phase.peek() === 'running') phase.value = 'ended';
}

/** The first function whose registers hold something; else the first with registers. */
function firstShown(functions: readonly FunctionState[]): string {
  const holding = functions.find(({ registers }) => registers.some(({ value }) => value !== undefined));
  return (holding ?? functions.find(({ registers }) => registers.length > 0) ?? functions[0])?.name ?? '';
}

/** Boots a guest on the open platform, in place of one that runs. */
export async function startGuest(source: GuestSource): Promise<void> {
  const platform = platformFile.peek();
  if (platform === undefined) return;
  stopGuest();
  phase.value = 'starting';
  progress.value = 'Starting';
  try {
    const script = servingScript.peek();
    const answer = await worker.call(
      'boot',
      { platform, source, script: script === undefined ? undefined : await handInScript(script) },
      (news) => {
        progress.value = String(news);
      },
    );
    const { functions, console, ...rest } = answer;
    batch(() => {
      guestFunctions.value = functions;
      if (!functions.some(({ name }) => name === shownFunction.peek())) shownFunction.value = firstShown(functions);
      booted.value = rest;
      bootedFile.value = platform;
      phase.value = 'running';
    });
    takeConsole(console.trimStart());
    tellSize();
    void followNews();
  } catch (error) {
    fail(error);
    if (phase.peek() === 'off') worker.stop();
  }
}

/** Ends the guest at once. */
export function stopGuest(): void {
  worker.stop();
  consoleText = '';
  batch(() => {
    phase.value = 'off';
    guestProblems.value = [];
    booted.value = undefined;
    bootedFile.value = undefined;
    counts.value = undefined;
    traps.value = [];
    guestTouches.value = new Map();
  });
}

/** Types at the guest's console. */
export function typeText(text: string): void {
  if (phase.peek() === 'running') worker.call('type', text).catch(fail);
}

let size = { rows: 24, columns: 80 };
let resizing: ReturnType<typeof setTimeout> | undefined;

/** Tells the guest the terminal's size, once it stays the same for a moment. */
export function noteSize(rows: number, columns: number): void {
  if (size.rows === rows && size.columns === columns) return;
  size = { rows, columns };
  clearTimeout(resizing);
  resizing = setTimeout(tellSize, 300);
}

/** A guest of the user's own may have no stty: its terminal stays as large as it was. */
function tellSize(): void {
  if (phase.peek() === 'running') worker.call('resize', size).catch(() => {});
}

/** Shows another function's registers. */
export async function showFunction(name: string): Promise<void> {
  shownFunction.value = name;
  if (phase.peek() === 'running') replaceFunction(await worker.call('show', name).catch(() => undefined));
}

/** Lets a script answer: the guest that runs, and those that are booted from now on. */
export async function serveScript(text: string): Promise<void> {
  guestProblems.value = [];
  try {
    if (phase.peek() === 'running') await worker.call('script', await handInScript(text));
    servingScript.value = text;
  } catch (error) {
    guestProblems.value = problemsOf(error, 'device script');
  }
}
