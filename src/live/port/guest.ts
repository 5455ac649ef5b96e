import type { Machine } from '../../device/index.js';
import type { AmlArgument, AmlValue } from '../../interpreter/index.js';
import { acpiPathOf } from '../../platform/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import type { AgentClient, LiveRun } from './agent.js';
import type { BackEndName } from './choose.js';
import { evaluationRequest, readEvaluation } from './evaluation.js';
import { type LiveEvents, liveError, liveFinding } from './events.js';
import { type LiveField, liveFields } from './guest-tables.js';
import type { LiveMachine } from './port.js';
import type { LiveCounts, LiveWindow } from './window.js';

const DEFAULT_RUN_MILLISECONDS = 60_000;
const EVALUATE_MILLISECONDS = 30_000;
const LAST_LINES = 6;

/** A Linux guest, running: its kernel's ACPICA runs the platform's AML, and the machine answers its window. */
export class RunningGuest {
  readonly machine: Machine;
  /** The platform as the guest has it: RAM and windows may be elsewhere than the machine's. */
  readonly platform: Platform;
  readonly backEnd: BackEndName;
  readonly events: LiveEvents;
  /** Whether it continued a guest that was kept. */
  readonly wasKept: boolean;
  /** The name under which its state after boot is saved; undefined if it is not. */
  readonly savedAs: string | undefined;
  /** What the user should know about how it was set up. */
  readonly notes: Diagnostic[];
  readonly #window: LiveWindow;
  readonly #live: LiveMachine;
  readonly #agent: AgentClient;
  readonly #state: GuestState;

  /** @internal: see `startGuest`. */
  constructor(parts: StartedGuest) {
    this.machine = parts.window.machine;
    this.platform = parts.window.platform;
    this.backEnd = parts.backEnd;
    this.events = parts.events;
    this.wasKept = parts.wasKept;
    this.savedAs = parts.savedAs;
    this.notes = [...parts.notes];
    this.#window = parts.window;
    this.#live = parts.live;
    this.#agent = parts.agent;
    this.#state = parts.state;
  }

  /** Runs a shell script in the guest. A command that takes longer than `timeoutMs` is killed there: exit code 137. */
  run(script: string, options: { readonly timeoutMs?: number } = {}): Promise<LiveRun> {
    return this.#agent.run(script, options.timeoutMs ?? DEFAULT_RUN_MILLISECONDS);
  }

  /**
   * The value of an ACPI object, or what a method returns, as the guest's kernel evaluates it; undefined if it returns nothing.
   * Throws a LiveEvaluationError with ACPICA's status code.
   */
  async evaluate(path: string, ...args: readonly AmlArgument[]): Promise<AmlValue | undefined> {
    const answer = await this.#agent.evaluate(evaluationRequest(path, args), EVALUATE_MILLISECONDS);
    if (answer.trim() === '')
      throw liveError(
        'LIVE_NO_EVALUATION',
        'The guest has no kernel module to evaluate with.',
        'Boot with Debian’s kernel, on a host with gcc and make, from which the module is built.',
      );
    return readEvaluation(path, answer);
  }

  /** An Integer, as {@link evaluate} gives it. Throws a DiagnosticError if the object is something else. */
  async integer(path: string): Promise<bigint> {
    const value = await this.evaluate(path);
    if (typeof value === 'bigint') return value;
    throw liveError('LIVE_NO_EVALUATION', `${path} is not an Integer.`, 'Use evaluate.');
  }

  /** Every field of the platform's own registers and shared runs, as the AML names it. */
  get fields(): readonly LiveField[] {
    return liveFields(this.platform);
  }

  /** Reads a field as the guest's kernel does. */
  readField({ path }: LiveField): Promise<bigint> {
    return this.integer(path);
  }

  /** Writes a field by AML that the guest's kernel runs. */
  async writeField({ writer }: LiveField, value: bigint): Promise<void> {
    await this.evaluate(writer, value);
  }

  /** The path of a function's device in the guest's ACPI namespace. Throws a RangeError for an unknown name. */
  pathOf(name: string): string {
    return acpiPathOf(this.platform, this.#described(name).address);
  }

  #described(name: string) {
    const found = this.platform.functions.find((each) => each.name === name);
    if (found !== undefined) return found;
    const names = this.platform.functions.map((each) => each.name).join(', ');
    throw new RangeError(`No function is called ${name}; there are ${names}.`);
  }

  /** Queues a notification for a function of the `vfio` profile, and raises its event. Throws a RangeError if it has none. */
  async notify(name: string, value: number): Promise<void> {
    const { gpe } = this.#described(name);
    this.machine.vfio(name).notify(value);
    if (gpe === undefined) throw new RangeError(`${name} has no event.`);
    if (this.#live.raiseEvent(gpe)) return;
    this.events.report(
      liveFinding(
        'LIVE_EVENT',
        `${this.backEnd} cannot raise event 0x${gpe.toString(16)}, so the kernel was asked to run its handler.`,
        this.backEnd === 'v86'
          ? 'v86 raises events 0 to 15: give the function such a gpe.'
          : `v86 raises events 0 to 15: run the guest there (--with v86)${gpe > 15 ? ', and give the function such a gpe' : ''}.`,
        'note',
      ),
    );
    await this.evaluate(`\\_GPE._E${gpe.toString(16).toUpperCase().padStart(2, '0')}`);
  }

  /** Writes a file in the guest, executable. */
  writeFile(path: string, contents: Uint8Array): Promise<void> {
    return this.#agent.writeFile(path, contents);
  }

  /** Types bytes at the guest's console, where a shell listens. */
  sendConsole(text: string | Uint8Array): void {
    this.#live.sendConsole(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  }

  /** What the console printed, its last 64 KiB. */
  get consoleText(): string {
    return this.#state.console;
  }

  get counts(): LiveCounts {
    const { counts } = this.#window;
    return this.#live.seesSharedUse ? counts : { ...counts, shared: undefined };
  }

  /** Waits until what the guest wrote to its shared pages is in the machine's, and what the machine wrote is in the guest's. */
  async settle(): Promise<void> {
    await this.#live.settle?.();
  }

  resetCounts(): void {
    this.#window.resetCounts();
  }

  /** How often a function's shared page was touched; undefined where the back end does not see it. */
  sharedUses(name: string): number | undefined {
    const { bus, device, function: number } = this.#described(name).address;
    return this.#live.seesSharedUse ? this.#window.usesOfPage((bus << 8) | (device << 3) | number) : undefined;
  }

  /** Why the guest has ended of itself; undefined while it runs. */
  get ended(): Error | undefined {
    return this.#state.ended;
  }

  /** Resolves when the guest has ended, of itself or by {@link close}. */
  get end(): Promise<Error> {
    return this.#state.end;
  }

  /** Ends the guest. Nothing of it is left, and what still waits is rejected. May be called again. */
  async close(): Promise<void> {
    this.#state.finish(liveError('LIVE_CLOSED', 'The guest was closed.', 'Boot another.'));
    await this.#live.close();
    this.#window.close();
  }
}

/** What a running guest is made of. */
interface StartedGuest {
  readonly backEnd: BackEndName;
  readonly window: LiveWindow;
  readonly live: LiveMachine;
  readonly agent: AgentClient;
  readonly events: LiveEvents;
  readonly state: GuestState;
  readonly notes: readonly Diagnostic[];
  readonly wasKept: boolean;
  readonly savedAs: string | undefined;
}

/** What is known of a guest's end. */
export class GuestState {
  console = '';
  ended: Error | undefined;
  readonly end: Promise<Error>;
  readonly #onEnd: (error: Error) => void;
  #resolve: (error: Error) => void = () => {};

  constructor(onEnd: (error: Error) => void) {
    this.#onEnd = onEnd;
    this.end = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  finish(error: Error): void {
    if (this.ended !== undefined) return;
    this.ended = error;
    this.#onEnd(error);
    this.#resolve(error);
  }

  /** The last lines of the console, for a report. */
  get lastLines(): string {
    const lines = this.console.split(/\r?\n/).filter((line) => line.trim() !== '');
    return lines.slice(-LAST_LINES).join(' | ');
  }
}
