import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { liveError } from '../port/events.js';
import { readBytes, scratchName, sha256, writeWhole } from './cache.js';
import { requireProgram, runProgram } from './run-program.js';

/** The processor of a guest, in Debian's words. */
export type DebianArchitecture = 'i386' | 'amd64';

/** Debian's packages of a guest: the newest kernel is behind a package without a version. */
const PACKAGES = {
  i386: { image: 'linux-image-686', headers: 'linux-headers-686' },
  amd64: { image: 'linux-image-cloud-amd64', headers: 'linux-headers-cloud-amd64' },
} as const satisfies Record<DebianArchitecture, { image: string; headers: string }>;

const CURE =
  'Install apt-get and dpkg, which need a network, or give files of your own: --kernel, --initrd with a static /bin/busybox, and --bios.';

/** What was unpacked of Debian's packages for one processor. */
export interface DebianParts {
  readonly folder: string;
  readonly kernelFile: string;
  readonly busyboxFile: string;
  /** `6.1.0-50-686`. */
  readonly kernelVersion: string;
  /** Where kernel modules are built. */
  readonly headersFolder: string;
}

interface Manifest {
  readonly version: 1;
  readonly kernelVersion: string;
  /** Files that guests are booted from, with their hashes. */
  readonly files: Readonly<Record<string, string>>;
}

type Say = (text: string) => void;

/** Of options for apt-get with which it neither reads nor changes what the machine itself has. */
function aptOptions(lists: string, architecture: string): string[] {
  mkdirSync(join(lists, 'partial'), { recursive: true });
  return [
    `-oAPT::Architecture=${architecture}`,
    `-oAPT::Architectures=${architecture}`,
    `-oDir::State::Lists=${lists}`,
    `-oDir::Cache=${join(lists, '..', 'cache')}`,
    '-oAPT::Sandbox::User=root',
    '-q',
  ];
}

/** The first package that one depends on whose name has a pattern. */
async function dependency(apt: readonly string[], name: string, pattern: RegExp): Promise<string> {
  const text = await requireProgram('apt-cache', [...apt, 'depends', name], CURE);
  const found = text
    .split('\n')
    .map((line) => /Depends: (\S+)/.exec(line)?.[1])
    .find((each) => each !== undefined && pattern.test(each));
  if (found === undefined)
    throw liveError('LIVE_PART_MISSING', `Here ${name} does not depend on a kernel package.`, CURE);
  return found;
}

/** Downloads packages, whose hashes apt-get checks against Debian's signed lists, and unpacks them. */
async function unpack(
  apt: readonly string[],
  names: readonly string[],
  downloads: string,
  into: string,
): Promise<void> {
  mkdirSync(downloads, { recursive: true });
  await requireProgram('apt-get', [...apt, 'download', ...names], CURE, { cwd: downloads });
  for (const file of readdirSync(downloads).filter((name) => name.endsWith('.deb'))) {
    await requireProgram('dpkg', ['-x', join(downloads, file), into], CURE);
    rmSync(join(downloads, file));
  }
}

async function updateLists(apt: readonly string[], lists: string, say: Say): Promise<void> {
  say('Reading Debian’s lists of packages');
  const finished = await runProgram('apt-get', [...apt, 'update']);
  if (finished === undefined) throw liveError('LIVE_PART_MISSING', 'There is no apt-get here.', CURE);
  // One mirror of several may fail; a list that is missing shows when its packages are asked for.
  if (!readdirSync(lists).some((name) => name.includes('_Packages')))
    throw liveError('LIVE_PART_MISSING', `apt-get update failed: ${finished.stderr.trim().split('\n').at(-1)}`, CURE);
}

/** Makes an unpacked tree of headers one that builds: its links lead to the machine's root. */
function repairHeaders(root: string, kernelVersion: string): string {
  const sources = join(root, 'usr/src');
  const headers = join(sources, `linux-headers-${kernelVersion}`);
  const common = readdirSync(sources).find((name) => name.endsWith('-common'));
  const kbuild = readdirSync(join(root, 'usr/lib')).find((name) => name.startsWith('linux-kbuild-'));
  if (common === undefined || kbuild === undefined || !existsSync(headers)) return headers;
  for (const folder of [headers, join(sources, common)])
    for (const name of ['scripts', 'tools']) {
      rmSync(join(folder, name), { recursive: true, force: true });
      symlinkSync(join('../../lib', kbuild, name), join(folder, name));
    }
  const makefile = join(headers, 'Makefile');
  // From wherever the folder is in the end.
  const here = '$(dir $(abspath $(firstword $(MAKEFILE_LIST))))../';
  writeFileSync(makefile, readFileSync(makefile, 'utf8').replace(/^include \/usr\/src\//m, `include ${here}`));
  return headers;
}

function partsOf(folder: string, { kernelVersion }: Manifest): DebianParts {
  return {
    folder,
    kernelVersion,
    kernelFile: join(folder, 'boot', `vmlinuz-${kernelVersion}`),
    busyboxFile: join(folder, 'bin/busybox'),
    headersFolder: join(folder, 'usr/src', `linux-headers-${kernelVersion}`),
  };
}

function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
    return manifest.version === 1 ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** The first file that is not as it was unpacked. */
function damagedFile(folder: string, { files }: Manifest): string | undefined {
  return Object.entries(files).find(([name, hash]) => {
    const file = join(folder, name);
    return !existsSync(file) || sha256(readBytes(file)) !== hash;
  })?.[0];
}

/** What the cache folder has of Debian's packages for a processor; undefined if it has nothing, or a file is damaged. */
export function cachedDebianParts(cache: string, architecture: DebianArchitecture): DebianParts | undefined {
  const folder = join(cache, 'parts', architecture);
  const kept = readManifest(folder);
  return kept === undefined || damagedFile(folder, kept) !== undefined ? undefined : partsOf(folder, kept);
}

/**
 * Kernel, busybox and headers of Debian's packages for a processor, from the cache folder, or fetched into it. Throws a
 * DiagnosticError if they cannot be had.
 */
export async function debianParts(cache: string, architecture: DebianArchitecture, say: Say): Promise<DebianParts> {
  const folder = join(cache, 'parts', architecture);
  const kept = readManifest(folder);
  if (kept !== undefined) {
    const damaged = damagedFile(folder, kept);
    if (damaged === undefined) return partsOf(folder, kept);
    say(`${join(folder, damaged)} is not as it was unpacked: fetching it again`);
  }
  rmSync(folder, { recursive: true, force: true });
  const scratch = scratchName(folder);
  try {
    const manifest = await fetchParts(join(cache, 'apt', architecture), architecture, scratch, say);
    try {
      renameSync(scratch, folder);
    } catch (error) {
      // Somebody else was faster, with the same.
      if (readManifest(folder) === undefined) throw error;
    }
    return partsOf(folder, manifest);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function fetchParts(apt: string, architecture: DebianArchitecture, into: string, say: Say): Promise<Manifest> {
  const lists = join(apt, 'lists');
  const options = aptOptions(lists, architecture);
  await updateLists(options, lists, say);
  const image = await dependency(options, PACKAGES[architecture].image, /^linux-image-\d/);
  const headers = await dependency(options, PACKAGES[architecture].headers, /^linux-headers-\d/);
  const common = await dependency(options, headers, /^linux-headers-.*-common$/);
  const kernelVersion = image.replace('linux-image-', '');
  mkdirSync(into, { recursive: true });
  say(`Downloading ${image}, busybox-static and headers`);
  await unpack(options, [image, 'busybox-static', headers, common], join(into, 'downloads'), into);
  await unpackKbuild(apt, common, into, say);
  repairHeaders(into, kernelVersion);
  // Drivers of real hardware: 300 MB that no guest here has.
  rmSync(join(into, 'lib/modules'), { recursive: true, force: true });
  rmSync(join(into, 'usr/share'), { recursive: true, force: true });
  const files = Object.fromEntries(
    [`boot/vmlinuz-${kernelVersion}`, 'bin/busybox'].map((name) => [name, sha256(readBytes(join(into, name)))]),
  );
  const manifest: Manifest = { version: 1, kernelVersion, files };
  writeWhole(join(into, 'manifest.json'), JSON.stringify(manifest));
  return manifest;
}

/** The programs with which modules are built run here, so they are those of this machine's processor. */
async function unpackKbuild(apt: string, common: string, into: string, say: Say): Promise<void> {
  const version = /linux-headers-(\d+\.\d+)/.exec(common)?.[1];
  const host = (await runProgram('dpkg', ['--print-architecture']))?.stdout.trim();
  if (version === undefined || host === undefined) return;
  const lists = join(apt, 'host-lists');
  const options = aptOptions(lists, host);
  await updateLists(options, lists, () => {});
  say(`Downloading linux-kbuild-${version}`);
  await unpack(options, [`linux-kbuild-${version}`], join(into, 'downloads'), into);
  rmSync(join(into, 'downloads'), { recursive: true, force: true });
}

const BIOS_FOLDER = '/usr/share/seabios';
export const VGA_BIOS = 'vgabios-stdvga.bin';
const BIOS_FILES = ['bios.bin', VGA_BIOS] as const;

/** The folder with SeaBIOS and its VGA BIOS: the machine's own, or in the cache folder; undefined if neither has both. */
function biosFolder(cache: string): string | undefined {
  const folders = [BIOS_FOLDER, join(cache, 'parts', 'seabios', BIOS_FOLDER)];
  return folders.find((folder) => BIOS_FILES.every((name) => existsSync(join(folder, name))));
}

/** SeaBIOS and its VGA BIOS, in bytes. */
interface Bios {
  readonly bios: Uint8Array;
  readonly vgaBios: Uint8Array;
}

/** {@link seaBios} without a download: undefined if it is not there. */
export function cachedSeaBios(cache: string): Bios | undefined {
  const folder = biosFolder(cache);
  return folder === undefined ? undefined : readBios(folder);
}

function readBios(folder: string): Bios {
  return { bios: readBytes(join(folder, BIOS_FILES[0])), vgaBios: readBytes(join(folder, BIOS_FILES[1])) };
}

/** SeaBIOS and its VGA BIOS: the machine's own, or from Debian's package. */
export async function seaBios(cache: string, architecture: DebianArchitecture, say: Say): Promise<Bios> {
  const found = biosFolder(cache);
  if (found !== undefined) return readBios(found);
  const own = join(cache, 'parts', 'seabios');
  const lists = join(cache, 'apt', architecture, 'lists');
  const options = aptOptions(lists, architecture);
  await updateLists(options, lists, say);
  say('Downloading seabios');
  const scratch = scratchName(own);
  await unpack(options, ['seabios'], join(scratch, 'downloads'), scratch);
  rmSync(own, { recursive: true, force: true });
  renameSync(scratch, own);
  return readBios(join(own, BIOS_FOLDER));
}
