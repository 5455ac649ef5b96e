import { dirname, join } from 'node:path';
import { DiagnosticError, errorAt, toJson } from '../../base/index.js';
import type { Io } from '../io.js';
import { type WantedFile, writeFiles } from '../write/write-file.js';
import { type GivenFile, MARK, pageFiles, servedList, servedPage } from './page-files.js';

/** The files of an earlier copy; undefined if the folder is not one. */
function filesOfCopy(folder: string, { files }: Io): readonly string[] | undefined {
  const mark = join(folder, MARK);
  if (files.kindOf(mark) !== 'file') return undefined;
  try {
    const list: unknown = JSON.parse(new TextDecoder().decode(files.read(mark))).files;
    const isName = (name: unknown): name is string => typeof name === 'string' && /^[\w-]+(?:[./][\w-]+)*$/.test(name);
    return Array.isArray(list) && list.every(isName) ? list : undefined;
  } catch {
    return undefined;
  }
}

/** Throws a DiagnosticError for a folder that holds anything but an earlier copy. */
function requireOwnFolder(folder: string, io: Io): readonly string[] {
  const { files } = io;
  const kind = files.kindOf(folder);
  if (kind === undefined || (kind === 'folder' && files.list(folder).length === 0)) return [];
  const before = kind === 'folder' ? filesOfCopy(folder, io) : undefined;
  if (before !== undefined) return before;
  const message = kind === 'folder' ? 'The folder holds other files.' : 'This is not a folder.';
  const cure = 'Give a new folder, an empty one, or one that vcfg explore --out has written.';
  throw new DiagnosticError([errorAt('COMMAND_CANNOT_WRITE', { file: folder }, message, cure)]);
}

/** Writes the page as files for any web server, with what the command line gave. Returns how many. */
export function writeCopy(folder: string, given: readonly GivenFile[], io: Io): number {
  const { files } = io;
  const before = requireOwnFolder(folder, io);
  const { json, paths } = servedList(given, io.files.randomHex());
  const contents = new Map<string, Uint8Array | string>();
  for (const [name, path] of pageFiles(io)) contents.set(name, files.read(path));
  if (given.length > 0) {
    const page = new TextDecoder().decode(contents.get('index.html') as Uint8Array);
    contents.set('index.html', servedPage(page, 'copy'));
    contents.set('served.json', json);
    for (const [name, { bytes }] of paths) contents.set(name, bytes);
  }
  const names = [...contents.keys()].sort();
  contents.set(MARK, `${toJson({ what: 'vcfg explorer', version: io.version(), files: names }, 2)}\n`);
  // The page last: until then the earlier copy works.
  const order = [...names.filter((name) => name !== 'index.html'), 'index.html', MARK];
  for (const name of names) files.makeFolder(dirname(join(folder, name)));
  const wanted = order.map(
    (name): WantedFile => ({ path: join(folder, name), contents: contents.get(name) as Uint8Array }),
  );
  writeFiles(wanted, io);
  for (const name of before) if (!contents.has(name)) files.remove(join(folder, name));
  return contents.size;
}
