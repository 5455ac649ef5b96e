import type { Diagnostic } from '../../vocab/index.js';
import type { BackEndName } from './choose.js';
import type { ReplacedTables } from './guest-tables.js';
import type { GuestSpace } from './placement.js';
import type { LiveWindow, Recorded } from './window.js';

/** What a booted guest is started from, besides the machine. */
export interface GuestParts {
  /** bzImage of a Linux kernel. */
  readonly kernel: Uint8Array;
  /** All archives in one, the tables first. */
  readonly initrd: Uint8Array;
  readonly commandLine: string;
  readonly memoryBytes: number;
}

/** What a back end calls as the guest runs. */
export interface MachineListener {
  /** Bytes from the first serial port: the console. */
  console(bytes: Uint8Array): void;
  /** Bytes from the second serial port: the agent. */
  agent(bytes: Uint8Array): void;
  /** The machine has ended of itself, and why. Called once at most. */
  ended(error: Error): void;
}

/** A running machine of a back end, with a guest in it. */
export interface LiveMachine {
  sendConsole(bytes: Uint8Array): void;
  sendAgent(bytes: Uint8Array): void;
  /** Raises a general-purpose event. False if the back end cannot: the event's method is evaluated instead. */
  raiseEvent(gpe: number): boolean;
  /** Whether each use of a shared page is seen. */
  readonly seesSharedUse: boolean;
  /** What has to be done once the guest is up. */
  started?(): Promise<void>;
  /** Brings shared pages up to date on both sides, where they are not one memory. */
  settle?(): Promise<void>;
  /** The whole machine, for {@link BackEnd.resume}; undefined if the back end cannot keep one. */
  save?(): Promise<ArrayBuffer>;
  /** Ends the machine and frees all that it had. May be called again. */
  close(): Promise<void>;
}

/** A way of running guests. */
export interface BackEnd {
  readonly name: BackEndName;
  /** Of the emulator, for the names of saved states. */
  readonly version: string;
  /** What the emulator itself is made of, on which its saved states depend too. */
  readonly parts?: readonly Uint8Array[];
  readonly space: GuestSpace;
  readonly replaced: ReplacedTables;
  /** Arguments that its kernel needs. */
  readonly commandLine: string;
  /** What the user should know about guests with a window. */
  notes?(window: LiveWindow): readonly Diagnostic[];
  boot(window: LiveWindow, parts: GuestParts, listener: MachineListener): Promise<LiveMachine>;
  /** Continues a saved machine. */
  resume?(window: LiveWindow, state: ArrayBuffer, memoryBytes: number, listener: MachineListener): Promise<LiveMachine>;
}

/** A guest as it was when its agent first answered, and what the device had seen by then. */
export interface SavedGuest {
  readonly state: ArrayBuffer;
  readonly accesses: readonly Recorded[];
}

/** Keeps saved guests by name. */
export interface SavedGuests {
  load(name: string): Promise<SavedGuest | undefined>;
  store(name: string, saved: SavedGuest): Promise<void>;
}
