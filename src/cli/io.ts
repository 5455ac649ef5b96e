import type { PlatformResult, ReadPlatformOptions } from '../platform/index.js';
import type { ComparedBus, SharedWindow } from './window-buses.js';

/** Everything outside the process that a command may use. Tests pass in their own. */

/** Where text or bytes go: standard output or standard error. */
export interface Output {
  write(data: string | Uint8Array): void;
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined if it is not a terminal. */
  readonly columns: number | undefined;
}

type EntryKind = 'file' | 'folder' | 'other';

/** The few calls on files that commands make. All throw what Node.js does, with its `code`. */
export interface FileSystem {
  /** The file's bytes; at most `mostBytes` of them, if given, and one more to show that there are more. */
  read(path: string, mostBytes?: number): Uint8Array;
  /** Writes a file; a `new` one must not exist yet, not even as a link. */
  write(path: string, contents: Uint8Array, how?: 'new'): void;
  /** Replaces `to` by `from` in one step, so that nobody ever sees half of it. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Makes a folder and its missing parents. */
  makeFolder(path: string): void;
  /** Makes a temporary folder, and returns its path. */
  makeScratchFolder(): string;
  removeFolder(path: string): void;
  /** Names in a folder, unsorted. */
  list(folder: string): readonly string[];
  /** Follows links; undefined if nothing is there. */
  kindOf(path: string): EntryKind | undefined;
  /** Device and inode of a file, links followed, or of standard input for `-`; undefined if it is not a file. */
  identityOf(path: string): string | undefined;
  /** The path with links followed. */
  resolveLinks(path: string): string;
  /** Gives `path` the permissions of `like`. */
  copyMode(like: string, path: string): void;
  /** From now on, SIGINT, SIGTERM and SIGHUP end the process only once what runs synchronously is done. */
  deferSignals(): void;
  /** Whether there is a process of this number. */
  isRunning(pid: number): boolean;
  /** 64 random bits as hex digits. */
  randomHex(): string;
}

export interface FinishedProgram {
  /** Exit code; null if a signal ended it. */
  readonly status: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  /** Why it was ended before it ended itself: it took too long, or wrote too much. */
  readonly cutOff?: 'time' | 'output';
}

/** What a program may take; the default is two minutes and 256 MiB of output. */
interface ProgramLimits {
  readonly milliseconds?: number;
}

/** A person at a terminal, for commands that go on until they are ended. */
export interface Interactive {
  /** Whether standard input is a terminal. */
  readonly isTerminal: boolean;
  /**
   * Gives every byte that is typed, keys that would end the program included, until the returned function is called. `ended` is
   * called if standard input ends.
   */
  readKeys(take: (bytes: Uint8Array) => void, ended: () => void): () => void;
  /** Calls back instead of being ended by a signal, with its number, until the returned function is called. */
  onSignal(take: (number: number) => void): () => void;
}

/** A platform file for a thread to read. */
export interface PlatformText extends Pick<ReadPlatformOptions, 'hasOwnTables'> {
  readonly file: string;
  readonly text: string;
}

/** What threads can be told to do with tables. */
export type TableWorkName = 'verify' | 'disassemble' | 'show' | 'check';

/** Threads that do the same work as this one. */
export interface WorkThreads {
  readonly count: number;
  /** Gives a job to a thread. Resolves to a result for each item, or undefined if the thread could not do it. */
  run(thread: number, job: unknown): Promise<readonly unknown[] | undefined>;
  end(): void;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input; empty when it is read again. Throws a DiagnosticError if it does not end within bounds. */
  readStandardInput(): Promise<Uint8Array>;
  readonly files: FileSystem;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Runs a program to its end; undefined if there is no program of that name. */
  runProgram(program: string, args: readonly string[], limits?: ProgramLimits): FinishedProgram | undefined;
  /** The package's own version. */
  version(): string;
  /** Folder of the explorer's page, as the build writes it. */
  pageFolder(): string;
  /**
   * The help of a command, or of vcfg itself for an empty name, as the build wrote it down for 100 columns; undefined
   * where it did not.
   */
  writtenHelp?(command: string): string | undefined;
  /** Tells the engine that from now on there is work that takes longer than compiling for it. */
  expectLongWork?(): void;
  /** Compares buses of a window on another core until none is left. Gives, or resolves to, undefined where that is impossible. */
  compareInThread?(window: SharedWindow): Promise<readonly ComparedBus[] | undefined> | undefined;
  /** Reads a platform on another core. Gives, or resolves to, undefined where that is impossible. */
  readPlatformInThread?(platform: PlatformText): Promise<PlatformResult | undefined> | undefined;
  /** Starts a thread on each further core, all for the same work; undefined on a single core. */
  startThreads?(name: TableWorkName, settings: unknown): WorkThreads | undefined;
  /** Undefined where nobody is. */
  readonly interactive?: Interactive;
}

/** What Node.js throws when the operating system refuses, with the reason's short name: `ENOENT`, `EACCES`. */
export interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
