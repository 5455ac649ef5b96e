/** What a command may touch of the world. Tests hand in their own. */

/** Where text or bytes go: standard output or standard error. */
export interface Output {
  write(data: string | Uint8Array): void;
  readonly isTerminal: boolean;
  /** Characters a line of the terminal holds; undefined if it is none. */
  readonly columns: number | undefined;
}

type EntryKind = 'file' | 'folder' | 'other';

/** The few calls on files that commands make. All throw what Node.js does, with its `code`. */
export interface FileSystem {
  read(path: string): Uint8Array;
  write(path: string, contents: Uint8Array): void;
  /** Puts `from` in the place of `to` at once, so that no one ever sees half of it. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Makes a folder and those above it that are missing. */
  makeFolder(path: string): void;
  /** Makes a folder for passing use, and returns its path. */
  makeScratchFolder(): string;
  removeFolder(path: string): void;
  /** Names in a folder, unsorted. */
  list(folder: string): readonly string[];
  /** Follows links; undefined if nothing is there. */
  kindOf(path: string): EntryKind | undefined;
  /** The path with links followed. */
  resolveLinks(path: string): string;
  /** Gives `path` the permissions of `like`. */
  copyMode(like: string, path: string): void;
}

interface FinishedProgram {
  /** Exit code; null if a signal ended it. */
  readonly status: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input; nothing when it is asked for again. */
  readStandardInput(): Promise<Uint8Array>;
  readonly files: FileSystem;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Runs a program to its end; undefined if there is none of that name. */
  runProgram(program: string, args: readonly string[]): FinishedProgram | undefined;
  /** The package's own version. */
  version(): string;
}

/** What Node.js throws when the operating system refuses, with the reason's short name: `ENOENT`, `EACCES`. */
export interface SystemError extends Error {
  readonly code: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
