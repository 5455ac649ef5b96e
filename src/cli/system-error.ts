import { dirname } from 'node:path';
import { errorAt } from '../base/index.js';
import type { Diagnostic } from '../vocab/index.js';
import type { SystemError } from './io.js';

const A_FILE_IS_THERE = 'There is a file where a folder is needed: give another folder.';

/** What to do about the reasons that say more than "no". */
const CURES: Readonly<Record<string, string>> = {
  ENOTDIR: A_FILE_IS_THERE,
  EEXIST: A_FILE_IS_THERE,
  ENOENT: 'Check the path. It is relative to the current folder.',
  EROFS: 'The file system there is read-only: give another folder.',
  ENAMETOOLONG: 'Give a shorter name.',
  ELOOP: 'A symbolic link there leads back to itself: remove it, or give another path.',
  ENOSPC: 'The disk is full: make room, or give another folder.',
  EDQUOT: 'Your share of the disk is full: make room, or give another folder.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n).',
};

/** The cure for a refusal of the system; `fallback` for the reasons that have none of their own. */
export function cureOf({ code }: Pick<SystemError, 'code'>, fallback: string): string {
  return CURES[code] ?? fallback;
}

/** Calls that list a folder. */
const LISTING = new Set(['scandir', 'opendir']);
/** Calls that look up what a path leads to. They are denied where a folder on the way may not be entered. */
const LOOKING = new Set(['stat', 'lstat', 'realpath']);

const quoted = (path: string) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/** What to do about a file or folder that the system does not let us read. */
export function unreadableCure(
  { code, syscall }: Pick<SystemError, 'code' | 'syscall'>,
  path: string | undefined,
): string {
  if (code !== 'EACCES' && code !== 'EPERM')
    return cureOf({ code }, 'Copy the file to another place, and give the copy.');
  const run = 'Or run the command as its owner.';
  if (LOOKING.has(syscall)) {
    return `Make the folder that it is in readable: sudo chmod a+rx ${path === undefined ? 'FOLDER' : quoted(dirname(path))}. ${run}`;
  }
  // A folder needs both: r to list it, x to open what is in it.
  // Tables that are copied from /sys/firmware/acpi keep its mode, 0400.
  const [mode, name] = LISTING.has(syscall) ? ['a+rx', 'FOLDER'] : ['a+r', 'FILE'];
  return `Make it readable: sudo chmod ${mode} ${path === undefined ? name : quoted(path)}. ${run}`;
}

/** Calls by which something is changed; the others look at what is there. */
const WRITING = new Set([
  'write',
  'mkdir',
  'mkdtemp',
  'rename',
  'rm',
  'rmdir',
  'unlink',
  'chmod',
  'link',
  'symlink',
  'copyfile',
]);

/** The finding for a refusal at a place where no command expected one. */
export function systemErrorFinding(error: SystemError): Diagnostic {
  const place = error.path === undefined ? {} : { file: error.path };
  const { code } = error;
  return WRITING.has(error.syscall)
    ? errorAt(
        'COMMAND_CANNOT_WRITE',
        place,
        `It cannot be written: ${code}.`,
        cureOf(error, 'Are you allowed to write there?'),
      )
    : errorAt('COMMAND_FILE_UNREADABLE', place, `It cannot be read: ${code}.`, unreadableCure(error, error.path));
}
