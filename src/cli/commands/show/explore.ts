import { DiagnosticError } from '../../../base/index.js';
import { readPlatform } from '../../../platform/index.js';
import { joinPath } from '../../../platform/read/include-files.js';
import type { Diagnostic } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import { type Io, isSystemError } from '../../io.js';
import type { GivenFile } from '../../page/page-files.js';
import { writeCopy } from '../../page/write-copy.js';
import { readNumber } from '../../read/argument-values.js';
import { STANDARD, STANDARD_NAME } from '../../read/inputs.js';
import { includesFrom, readPlatformText } from '../../read/read-input.js';
import { usageError } from '../../read/usage-error.js';
import { readMachineTables } from '../../tables/read-tables.js';
import { counted, report, say } from '../../write/report.js';

interface ExploreArgs {
  readonly table: readonly string[];
  readonly platform: string | undefined;
  readonly port: string | undefined;
  readonly out: string | undefined;
  readonly open: boolean;
}

const DEFAULT_PORT = 8377;
const MOST_PORT = 0xffff;

const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;

/** Names for the page: the last part of each path, the whole path where two would be the same. */
function named(files: readonly GivenFile[]): GivenFile[] {
  const count = (wanted: string) => files.filter(({ name }) => nameOf(name) === wanted).length;
  return files.map((file) => (count(nameOf(file.name)) === 1 ? { ...file, name: nameOf(file.name) } : file));
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A platform file and those that it includes, each by the path from the platform file's folder, by which the page knows it. */
async function readPlatformFiles(path: string, io: Io): Promise<GivenFile[]> {
  const { file, text } = await readPlatformText(path, io);
  const name = nameOf(file);
  const folder = file.slice(0, file.length - name.length);
  const { readInclude: read, identifyFile } = includesFrom(io);
  const given = [{ name, bytes: bytesOf(text) }];
  /** The paths that lead to each file, by its identity. */
  const pathsOf = new Map<string, Set<string>>();
  const identityOf = (path: string) => identifyFile(joinPath(folder, path));
  const { diagnostics } = readPlatform(text, {
    file: name,
    readInclude: (included) => {
      const found = read(joinPath(folder, included));
      given.push({ name: included, bytes: bytesOf(found) });
      return found;
    },
    identifyFile: (included) => {
      const identity = identityOf(included);
      if (identity !== undefined) pathsOf.set(identity, (pathsOf.get(identity) ?? new Set<string>()).add(included));
      return identity;
    },
  });
  await report(
    io,
    diagnostics.filter(({ code }) => code === 'PLATFORM_INCLUDE_UNREAD'),
  );
  return given.map((file) => {
    const others = [...(pathsOf.get(identityOf(file.name) ?? '') ?? [])].filter((each) => each !== file.name);
    return others.length === 0 ? file : { ...file, alsoAt: others };
  });
}

/**
 * What the command line gives the page to open. What cannot be read in a folder is reported, and the rest is opened. Throws a
 * DiagnosticError for a word of the command line that leads to no table.
 */
async function readGiven({ table, platform }: ExploreArgs, io: Io): Promise<GivenFile[]> {
  const described = platform === undefined ? [] : await readPlatformFiles(platform, io);
  const given: GivenFile[] = [];
  if (table.length > 0) {
    const { tables, diagnostics } = await readMachineTables(table, io, true);
    const isOf = (word: string, file: string) => file === word || file.startsWith(`${word}#`);
    const isUseless = ({ place }: Diagnostic) =>
      !tables.some(({ file }) => isOf(place.file ?? '', file)) &&
      (tables.length === 0 || table.some((word) => (word === STANDARD ? STANDARD_NAME : word) === place.file));
    if (diagnostics.some(isUseless)) throw new DiagnosticError(diagnostics);
    await report(io, diagnostics);
    given.push(...tables.map(({ file, bytes }) => ({ name: file, bytes })));
  }
  return [...described, ...named(given)];
}

/** Programs that open an address in the user's browser, by system. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};
const LINUX_OPENER = ['xdg-open'];

function openBrowser(address: string, io: Io): void {
  const isGraphical = process.platform !== 'linux' || Boolean(io.env.DISPLAY || io.env.WAYLAND_DISPLAY);
  if (!io.stderr.isTerminal || !isGraphical) return;
  const [program = '', ...words] = OPENERS[process.platform] ?? LINUX_OPENER;
  io.runProgram(program, [...words, address], { milliseconds: 5000 });
}

/** Resolves when the user ends the command. */
function ended(io: Io): Promise<void> {
  return new Promise((resolve) => {
    const unlisten = io.interactive?.onSignal(() => {
      unlisten?.();
      resolve();
    });
  });
}

/** `vcfg explore`: the explorer's page, served to this machine or written as files. */
export async function runExplore(args: ExploreArgs, io: Io): Promise<number> {
  const port = args.port === undefined ? DEFAULT_PORT : readNumber('--port', args.port, 0, MOST_PORT);
  if (args.out !== undefined && args.port !== undefined)
    throw usageError('--port and --out are both given.', 'Files have no port: give one of them.');
  const given = await readGiven(args, io);
  if (args.out !== undefined) {
    const count = writeCopy(args.out, given, io);
    say(io, `${args.out}: ${counted(count, 'file')}; serve the folder with any web server`);
    return EXIT.done;
  }
  const { servePage } = await import('../../page/page-server.js');
  const { guestShelf } = await import('../../page/guest-shelf.js');
  try {
    const server = await servePage(given, { port, orFree: args.port === undefined, guest: guestShelf() }, io);
    io.stdout.write(`${server.address}\n`);
    if (args.open) openBrowser(server.address, io);
    say(io, 'Serving to this machine only; Ctrl+C ends it.');
    await ended(io);
    await server.close();
    return EXIT.done;
  } catch (error) {
    if (!isSystemError(error) || error.syscall !== 'listen') throw error;
    const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used: ${error.code}`;
    throw usageError(`Port ${port} ${reason}.`, 'Give another with --port, or leave it out.');
  }
}
