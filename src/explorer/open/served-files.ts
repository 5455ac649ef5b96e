import { openFiles } from './open-files.js';

/** What `vcfg explore` was given on its command line, as its server lists it. */
interface Served {
  /** Identifies this run of the command. Its files are opened once, not again at each reload. */
  readonly started: string;
  readonly files: readonly {
    readonly name: string;
    /** Where the server has it. */
    readonly path: string;
    readonly alsoAt?: readonly string[];
  }[];
}

const KEY = 'vcfg-served';

/** Who serves the page, as its server marks it: `command`, or `copy` for any other server; undefined for an unmarked page. */
const servedBy = document.querySelector<HTMLMetaElement>('meta[name="vcfg-served"]')?.content;

/** Whether `vcfg explore` serves the page: it takes scripts and has the files of guests. */
export const isServedByCommand: boolean = servedBy === 'command';

/** The list of the server's files; undefined in a copy that has none. */
async function servedFiles(): Promise<Served | undefined> {
  if (servedBy === undefined) return undefined;
  const response = await fetch('./served.json');
  return response.ok ? ((await response.json()) as Served) : undefined;
}

/** Opens the files from the command line, once. Returns whether it did. */
export async function openServed(): Promise<boolean> {
  const served = await servedFiles();
  if (served === undefined || served.files.length === 0 || sessionStorage.getItem(KEY) === served.started) return false;
  const files = await Promise.all(
    served.files.map(async ({ name, path, alsoAt }) => ({
      file: name,
      alsoAt,
      bytes: new Uint8Array(await (await fetch(path)).arrayBuffer()),
    })),
  );
  sessionStorage.setItem(KEY, served.started);
  await openFiles(files, 'replace');
  return true;
}
