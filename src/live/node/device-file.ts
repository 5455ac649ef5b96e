import { existsSync, type FSWatcher, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { LiveDevice } from '../port/devices.js';
import { liveError } from '../port/events.js';
import { scratchName } from './cache.js';

/** `defineDevice` returns its argument, so a device file needs nothing of this package when it runs. */
const STAND_IN = 'data:text/javascript,export const defineDevice = (device) => device;';
const PACKAGE_IMPORT = /(\bfrom\s*)(['"])acpi-vcfg\/live\2/g;
const SETTLE_MILLISECONDS = 80;

interface Esbuild {
  build(options: Record<string, unknown>): Promise<{
    readonly outputFiles: readonly { readonly text: string }[];
    readonly metafile: { readonly inputs: Readonly<Record<string, unknown>> };
  }>;
}

interface TypeScript {
  transpileModule(text: string, options: Record<string, unknown>): { readonly outputText: string };
}

/** A package of the user's project, or of the folder in which vcfg runs, or of our own development. */
function findPackage<T>(name: string, file: string): T | undefined {
  for (const place of [file, join(process.cwd(), 'x.js'), import.meta.url])
    try {
      return createRequire(place)(name) as T;
    } catch {
      // The next place may have it.
    }
  return undefined;
}

/** Takes the names of the files that a device is made of, the device file among them. */
type TakeFiles = (files: readonly string[]) => void;

/** A TypeScript file as JavaScript, with what it imports by relative paths if esbuild is there. */
async function translate(file: string, takeFiles: TakeFiles): Promise<string> {
  const source = readFileSync(file, 'utf8').replaceAll(PACKAGE_IMPORT, `$1$2${STAND_IN}$2`);
  const esbuild = findPackage<Esbuild>('esbuild', file);
  if (esbuild !== undefined) {
    const { outputFiles, metafile } = await esbuild.build({
      stdin: { contents: source, resolveDir: dirname(file), sourcefile: file, loader: 'ts' },
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      write: false,
      metafile: true,
      absWorkingDir: dirname(file),
      sourcemap: 'inline',
      logLevel: 'silent',
    });
    // Some inputs, such as the stand-in, are text.
    const inputs = Object.keys(metafile.inputs).map((name) => resolve(dirname(file), name));
    takeFiles(inputs.filter((name) => existsSync(name)));
    return outputFiles[0]?.text ?? '';
  }
  const typescript = findPackage<TypeScript>('typescript', file);
  if (typescript === undefined)
    throw liveError(
      'LIVE_DEVICE_FILE',
      `${file} is TypeScript, and neither esbuild nor typescript is installed beside it.`,
      'Install one (npm install --save-dev esbuild), or write the device in JavaScript.',
    );
  return typescript.transpileModule(source, {
    fileName: file,
    compilerOptions: { module: 'ESNext', target: 'ES2022', inlineSourceMap: true, inlineSources: true },
  }).outputText;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A number of a source map: five bits a digit, the lowest first, the sign in the lowest bit. ECMA-426 */
function mapNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let digits = '';
  do {
    const more = rest >>> 5 === 0 ? 0 : 32;
    digits += BASE64[(rest & 31) | more];
    rest >>>= 5;
  } while (rest !== 0);
  return digits;
}

/** A script that runs under another name, with a source map by which errors name the file, its line and its column. */
function withOwnPlaces(script: string, file: string): string {
  let before = 0;
  const mappings = script.split('\n').map((line, index) => {
    // For each line, one line on and back to its first column; for each further character, one column on in both.
    const start = `AA${mapNumber(index === 0 ? 0 : 1)}${mapNumber(-before)}`;
    before = line.length;
    return start + ',CAAC'.repeat(line.length);
  });
  const map = JSON.stringify({ version: 3, sources: [file], names: [], mappings: mappings.join(';') });
  return `${script}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`;
}

/** What a loader says, which may be lines without a full stop, as one sentence. */
function sentenceOf(text: string): string {
  const line = text.trim().replaceAll(/:?\s*\n\s*/g, (found) => (found.startsWith(':') ? ': ' : '; '));
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/**
 * The device that a file exports as `device`, or by default. Each call reads the file anew. Throws a DiagnosticError that says what is
 * wrong with the file.
 */
export async function loadDeviceFile(path: string, takeFiles: TakeFiles = () => {}): Promise<LiveDevice> {
  const file = resolve(path);
  if (!existsSync(file))
    throw liveError(
      'LIVE_DEVICE_FILE',
      `There is no device file ${path}.`,
      'Check the path. It is relative to the current folder.',
    );
  process.setSourceMapsEnabled(true);
  try {
    const script = /^\.[cm]?ts$/.test(extname(file))
      ? await translate(file, takeFiles)
      : withOwnPlaces(readFileSync(file, 'utf8').replaceAll(PACKAGE_IMPORT, `$1$2${STAND_IN}$2`), file);
    // Beside the file, so that it finds what it imports; under a new name, since Node.js loads each name once.
    const scratch = `${scratchName(join(dirname(file), `.${basename(file)}`))}.mjs`;
    writeFileSync(scratch, script, { flag: 'wx' });
    try {
      const loaded = (await import(scratch)) as { device?: LiveDevice; default?: LiveDevice };
      const device = loaded.device ?? loaded.default;
      if (device !== undefined) return device;
    } finally {
      rmSync(scratch, { force: true });
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'DiagnosticError') throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw liveError(
      'LIVE_DEVICE_FILE',
      `${path} cannot be loaded: ${sentenceOf(text)}`,
      'Correct it. A running guest uses it as soon as it is saved.',
    );
  }
  throw liveError(
    'LIVE_DEVICE_FILE',
    `${path} exports no device.`,
    'Write: export const device = defineDevice({ … });',
  );
}

/** Watches files, to which more may be added. */
export interface FilesWatcher {
  add(files: readonly string[]): void;
  close(): void;
}

/** Calls `changed` after each change of one of these files, however the editor writes it, until the watcher is closed. */
export function watchFiles(paths: readonly string[], changed: () => void): FilesWatcher {
  const watched = new Map<string, { readonly watcher: FSWatcher; readonly names: Set<string> }>();
  let timer: NodeJS.Timeout | undefined;
  const add = (files: readonly string[]) => {
    for (const file of files.map((path) => resolve(path))) {
      // The folder, since an editor may write a new file and rename it.
      const folder = dirname(file);
      const known = watched.get(folder);
      if (known !== undefined) {
        known.names.add(basename(file));
        continue;
      }
      if (!existsSync(folder)) continue;
      const names = new Set([basename(file)]);
      const watcher = watch(folder, (_, name) => {
        if (name !== null && !names.has(name)) return;
        clearTimeout(timer);
        timer = setTimeout(changed, SETTLE_MILLISECONDS);
      });
      // A folder that is removed ends its watch.
      watcher.on('error', () => watcher.close());
      watched.set(folder, { watcher, names });
    }
  };
  add(paths);
  return {
    add,
    close() {
      clearTimeout(timer);
      for (const { watcher } of watched.values()) watcher.close();
      watched.clear();
    },
  };
}
