import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveError } from '../port/events.js';
import { readBytes, sha256, writeWhole } from './cache.js';
import type { DebianArchitecture, DebianParts } from './debian-parts.js';
import { MODULE_SOURCE } from './module-source.js';
import { runProgram } from './run-program.js';
import { WINDOW_SOURCE } from './window-source.js';

/** The processor in the words of the kernel's makefiles. */
const KERNEL_ARCHITECTURE: Record<DebianArchitecture, string> = { i386: 'i386', amd64: 'x86_64' };
const CURE = 'Building a module needs gcc and make: apt-get install gcc make.';
/** Lines of the compiler's output that a finding shows. */
const SHOWN_LINES = 8;

/**
 * Builds a kernel module from a folder with a Makefile of its own, in a copy. Gives the module's file name and bytes, without debug
 * information. Throws a DiagnosticError with what the compiler said.
 */
export async function buildModule(
  folder: string,
  architecture: DebianArchitecture,
  { headersFolder }: DebianParts,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const scratch = mkdtempSync(join(tmpdir(), 'vcfg-module-'));
  try {
    const copy = join(scratch, 'module');
    cpSync(folder, copy, { recursive: true });
    if (!existsSync(join(copy, 'Makefile')) && !existsSync(join(copy, 'Kbuild')))
      throw liveError('LIVE_MODULE_BUILD', `${folder} has no Makefile.`, 'Give it one: obj-m := NAME.o');
    // Debian's headers ask for the version of gcc that built the kernel.
    const compiler = (await runProgram('gcc-12', ['--version'])) === undefined ? ['CC=gcc', 'HOSTCC=gcc'] : [];
    const target = [`M=${copy}`, `ARCH=${KERNEL_ARCHITECTURE[architecture]}`, 'modules'];
    const words = ['-C', headersFolder, ...compiler, ...target];
    const finished = await runProgram('make', words, { milliseconds: 300_000, env: { MAKEFLAGS: '' } });
    if (finished === undefined) throw liveError('LIVE_MODULE_BUILD', 'There is no make here.', CURE);
    const name = readdirSync(copy).find((each) => each.endsWith('.ko'));
    if (finished.code !== 0 || name === undefined) {
      const lines = `${finished.stderr}\n${finished.stdout}`.split('\n').filter((line) => line.trim() !== '');
      const shown = lines.slice(0, SHOWN_LINES).join('\n').replaceAll(`${copy}/`, '');
      throw liveError('LIVE_MODULE_BUILD', `The module in ${folder} does not build: ${shown}`, CURE);
    }
    await runProgram('strip', ['-g', join(copy, name)]);
    return { name, bytes: readBytes(join(copy, name)) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Where the cache folder has the module of {@link MODULE_SOURCE} for a kernel. */
function moduleFile(cache: string, { kernelVersion }: DebianParts): string {
  const hash = sha256(new TextEncoder().encode(MODULE_SOURCE + WINDOW_SOURCE)).slice(0, 16);
  return join(cache, 'modules', `${kernelVersion}-${hash}.ko`);
}

/** The module as it was built before; undefined if it was not. */
export function cachedModule(cache: string, parts: DebianParts): Uint8Array | undefined {
  const file = moduleFile(cache, parts);
  return existsSync(file) ? readBytes(file) : undefined;
}

/** The module of {@link MODULE_SOURCE} and {@link WINDOW_SOURCE}, from the cache folder, or built into it. */
export async function evaluationModule(
  cache: string,
  architecture: DebianArchitecture,
  parts: DebianParts,
  say: (text: string) => void,
): Promise<Uint8Array> {
  const built = cachedModule(cache, parts);
  if (built !== undefined) return built;
  const file = moduleFile(cache, parts);
  say('Building the kernel module that evaluates objects');
  const folder = mkdtempSync(join(tmpdir(), 'vcfg-module-source-'));
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'vcfg_live.c'), MODULE_SOURCE);
    writeFileSync(join(folder, 'vcfg_window.h'), WINDOW_SOURCE);
    writeFileSync(join(folder, 'Makefile'), 'obj-m := vcfg_live.o\n');
    const { bytes } = await buildModule(folder, architecture, parts);
    writeWhole(file, bytes);
    return bytes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
