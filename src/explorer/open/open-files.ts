import type { GivenTable } from '../analysis/loaded-tables.js';
import { address, goTo } from '../state/address.js';
import { platformWorker } from '../state/platform.js';
import { isPlatformText } from '../state/session.js';
import { givenTables, keepWorkspace, openProblems, platformFile, setTables, waitingFor } from '../state/workspace.js';
import { readFiles, type UserFile } from './read-files.js';

/** Opens files, folders, pasted text and examples. */

/** Names are unique: a second DSDT of the same name replaces the first. */
function merged(before: readonly GivenTable[], more: readonly GivenTable[]): readonly GivenTable[] {
  const names = new Set(more.map(({ file }) => file));
  return [...before.filter(({ file }) => !names.has(file)), ...more];
}

/** Opens files beside what is open, or in its place. */
export async function openFiles(files: readonly UserFile[], how: 'add' | 'replace' = 'add'): Promise<void> {
  waitingFor.value = files.length === 1 ? `Opening ${files[0]?.file}` : `Opening ${files.length} files`;
  try {
    const { tables, platform, diagnostics } = await readFiles(
      files,
      how === 'add' ? platformFile.peek() : undefined,
      (question) => platformWorker.call('gather', question),
    );
    openProblems.value = diagnostics;
    platformFile.value = platform;
    if (tables.length > 0 || how === 'replace')
      await setTables(how === 'replace' ? tables : merged(givenTables.peek(), tables));
    await keepWorkspace();
    if (diagnostics.length > 0) goTo('open');
    else if (address.peek().pane === 'open') goTo(tables.length > 0 ? 'look' : 'platform');
  } finally {
    waitingFor.value = undefined;
  }
}

/** A file with its path in the folder that was dropped or chosen; its name alone if it was in none. */
interface PlacedFile {
  readonly path: string;
  readonly file: File;
}

const bytesOf = async ({ path, file }: PlacedFile): Promise<UserFile> => ({
  file: path,
  bytes: new Uint8Array(await file.arrayBuffer()),
});

/** Names of files in a folder that are tables, as the command finds them. */
const TABLE_NAME = /(?:\.(?:aml|dat|bin|hex|txt|dump|ya?ml|gz)|(?:^|\/)[A-Z][A-Z0-9!_]{2,3}\d*)$/i;

async function openPlaced(files: readonly PlacedFile[]): Promise<void> {
  const wanted = files.length === 1 ? files : files.filter(({ path }) => !path.includes('/') || TABLE_NAME.test(path));
  await openFiles(await Promise.all(wanted.map(bytesOf)));
}

export async function openFileList(list: Iterable<File>): Promise<void> {
  await openPlaced(Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file })));
}

async function filesOfEntry(entry: FileSystemEntry): Promise<PlacedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(filesOfEntry))).flat();
}

/** Opens what was dropped: files, and the files of folders. */
export async function openDropped(data: DataTransfer): Promise<void> {
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) await openFileList(data.files);
  else await openPlaced((await Promise.all(entries.map(filesOfEntry))).flat());
}

/** Opens a pasted text: a hex dump, base64, text from acpidump, a platform. */
export async function openText(text: string): Promise<void> {
  await openFiles([{ file: isPlatformText(text) ? 'pasted.yaml' : 'pasted', bytes: new TextEncoder().encode(text) }]);
}

export async function openAddresses(addresses: readonly string[]): Promise<void> {
  const files = await Promise.all(
    addresses.map(async (each) => {
      const response = await fetch(each);
      if (!response.ok) throw new Error(`${each} cannot be loaded: ${response.status}.`);
      return {
        file: decodeURIComponent(each.split('/').at(-1) ?? each),
        bytes: new Uint8Array(await response.arrayBuffer()),
      };
    }),
  );
  await openFiles(files, 'replace');
}
