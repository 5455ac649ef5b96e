import { dirname, resolve } from 'node:path';
import type { FinishedProgram, Io } from '../io.js';

/** Runs a C compiler: with limits, and for a foreign header in a sandbox where there is one. */

/** How a header is compiled. */
export interface CompilerOptions {
  /** The program and words that always follow it. */
  readonly command: readonly string[];
  /** What the header needs. */
  readonly includeFolders: readonly string[];
  /** `NAME` or `NAME=VALUE`. */
  readonly defines: readonly string[];
}

const DEFAULT_COMPILER = 'cc';

/** The compiler that was asked for: by `--cc`, else by `$CC`. Words after its name are its own. */
export function chosenCompiler(given: string | undefined, env: Io['env']): readonly string[] {
  const words = (given ?? env.CC ?? '').split(/\s+/).filter((word) => word !== '');
  return words.length > 0 ? words : [DEFAULT_COMPILER];
}

/** `-I` and `-D` words, with absolute paths: a sandbox has another current folder. */
export const optionWords = ({ includeFolders, defines }: CompilerOptions): readonly string[] => [
  ...includeFolders.map((folder) => `-I${resolve(folder)}`),
  ...defines.map((define) => `-D${define}`),
];

interface CompileLimits {
  readonly cpuSeconds: number;
  readonly milliseconds: number;
  readonly kibibytes: number;
}

/** A generated header may have a hundred thousand functions. */
export const OWN_LIMITS: CompileLimits = { cpuSeconds: 60, milliseconds: 120_000, kibibytes: 4 << 20 };
/** A foreign header may be made to take long. */
const FOREIGN_LIMITS: CompileLimits = { cpuSeconds: 20, milliseconds: 30_000, kibibytes: 2 << 20 };

const limitScript = ({ cpuSeconds, kibibytes }: CompileLimits) => `ulimit -t ${cpuSeconds}; ulimit -v ${kibibytes}`;

const NOT_FOUND = 127;

/** Compiles with limits that hold for the programs that the compiler starts, too. Undefined where there is no such compiler. */
export function compile(
  { command }: CompilerOptions,
  words: readonly string[],
  limits: CompileLimits,
  io: Io,
): FinishedProgram | undefined {
  const { milliseconds } = limits;
  const script = `${limitScript(limits)}; exec "$@"`;
  const limited = io.runProgram('sh', ['-c', script, 'sh', ...command, ...words], { milliseconds });
  if (limited !== undefined) return limited.status === NOT_FOUND ? undefined : limited;
  const [program = DEFAULT_COMPILER, ...rest] = command;
  return io.runProgram(program, [...rest, ...words], { milliseconds });
}

/** What compilers say when their own limits are reached, not the language's. */
const OUT_OF_ROOM =
  /out of memory|memory exhausted|Cannot allocate memory|bad_alloc|signal terminated program|CPU time limit|No space left/i;

/** Why nothing is known, if the compiler could not do its work; undefined if it did, or refused the header. */
export function whyNotCompiled({ status, stderr, cutOff }: FinishedProgram): string | undefined {
  if (cutOff === 'time') return 'the compiler ran out of time';
  if (cutOff === 'output') return 'the compiler wrote more than can be kept';
  if (status === null) return 'the compiler was ended by a signal';
  const said = status === 0 ? null : OUT_OF_ROOM.exec(stderr);
  return said === null ? undefined : `the compiler ran out of time or memory (${said[0]})`;
}

/** What a compiler needs of the system; each is left out where it is missing. Not /etc, /dev, /proc or anybody's home. */
const SYSTEM_PATHS = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/nix/store',
  '/gnu/store',
];

/** Of the compiler and the tools that it starts. */
const ENVIRONMENT = ['PATH=/usr/local/bin:/usr/bin:/bin', 'LC_ALL=C', 'HOME=/', 'CCACHE_DISABLE=1'];

/** Mounts what may be read, and the folder that may be written to, into an empty root, and becomes the command there. */
const MOUNT_SCRIPT = `set -e
root=$1 work=$2 count=$3
shift 3
mount -t tmpfs -o mode=755 tmpfs "$root"
show() {
  if [ -L "$1" ]; then mkdir -p "$root$(dirname "$1")"; cp -P "$1" "$root$1"; return; fi
  if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$root$(dirname "$1")"; : > "$root$1"; fi
  mount --bind "$1" "$root$1"
}
seal() {
  [ -L "$1" ] || mount -o remount,bind,ro,nosuid,nodev "$root$1" || mount -o remount,bind,ro,nosuid,nodev,noexec "$root$1"
}
while [ "$count" -gt 0 ]; do
  if [ -e "$1" ]; then show "$1"; seal "$1"; fi
  shift
  count=$((count - 1))
done
show "$work"
cd /
exec chroot "$root" "$@"
`;

interface Jail {
  readonly name: string;
  /** The words before those of the compiler. */
  readonly wrap: (readable: readonly string[], work: string) => readonly string[];
}

const JAILS: readonly Jail[] = [
  {
    name: 'bubblewrap',
    wrap: (readable, work) => [
      ...['bwrap', '--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--tmpfs', '/tmp'],
      ...readable.flatMap((path) => ['--ro-bind-try', path, path]),
      ...['--bind', work, work, '--chdir', work],
    ],
  },
  {
    name: 'unshare',
    wrap: (readable, work) => [
      ...['unshare', '--user', '--map-root-user', '--mount', '--net', '--pid', '--ipc', '--uts', '--fork'],
      ...['--kill-child=KILL', 'sh', '-c', MOUNT_SCRIPT, 'sh', `${work}/root`, work, String(readable.length)],
      ...readable,
    ],
  },
];

const TRIAL_MILLISECONDS = 10_000;

/** A compiler as a foreign header is given to it. */
export interface JailedCompiler {
  /** As reports name it; undefined if there is no sandbox here, and the compiler runs with limits alone. */
  readonly sandbox: string | undefined;
  readonly compile: (words: readonly string[]) => FinishedProgram | undefined;
}

/** The program's path, links not followed; undefined where there is no such program. */
function pathOf(program: string, io: Io): string | undefined {
  const found = io.runProgram('sh', ['-c', 'command -v "$1"', 'sh', program]);
  const [path = ''] = Buffer.from(found?.stdout ?? new Uint8Array())
    .toString()
    .split('\n');
  return path !== '' && io.files.kindOf(path) === 'file' ? resolve(path) : undefined;
}

/** Where a compiler's own files are, if none of {@link SYSTEM_PATHS} has them. */
function compilerFolders(path: string, io: Io): readonly string[] {
  return [path, io.files.resolveLinks(path)].flatMap((each) => {
    const folder = dirname(each);
    const around = folder.endsWith('/bin') ? dirname(folder) : folder;
    return SYSTEM_PATHS.some((known) => `${around}/`.startsWith(`${known}/`)) || around === '/' ? [] : [around];
  });
}

/**
 * A compiler that can read the system's programs and headers and the given folders, and write to `work` alone: an `#include`
 * of anything else fails. Where the system has no sandbox, it can read what the user can. Undefined where there is no such
 * compiler.
 */
export function jailedCompiler(
  compiler: CompilerOptions,
  folders: readonly string[],
  work: string,
  io: Io,
): JailedCompiler | undefined {
  const [given = DEFAULT_COMPILER, ...rest] = compiler.command;
  const program = pathOf(given, io);
  if (program === undefined) return undefined;
  const limits = FOREIGN_LIMITS;
  const readable = [...new Set([...SYSTEM_PATHS, ...compilerFolders(program, io), ...folders])];
  io.files.makeFolder(`${work}/root`);
  for (const { name, wrap } of JAILS) {
    const words = [...wrap(readable, work), '/usr/bin/env', '-i', ...ENVIRONMENT, `TMPDIR=${work}`];
    const script = `${limitScript(limits)}; exec "$@"`;
    const run = (milliseconds: number, more: readonly string[]) => {
      const [first = '', ...others] = [...words, 'sh', '-c', script, 'sh', program, ...rest, ...more];
      return io.runProgram(first, others, { milliseconds });
    };
    if (run(TRIAL_MILLISECONDS, ['--version'])?.status !== 0) continue;
    return { sandbox: name, compile: (more) => run(limits.milliseconds, more) };
  }
  return { sandbox: undefined, compile: (words) => compile(compiler, words, limits, io) };
}
