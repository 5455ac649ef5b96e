import { DiagnosticError, errorAt } from '../../base/index.js';
import { type ReadPlatformOptions, readPlatform } from '../../platform/index.js';
import { TEXT_NAMES, type TextKind, textKindOf } from '../../tables/text/text-kind.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import type { Io } from '../io.js';
import { report } from '../write/report.js';
import { noteInput } from './inputs.js';
import { includesFrom, readPlatformText } from './read-input.js';

interface HowToRead extends Pick<ReadPlatformOptions, 'hasOwnTables'> {
  /** Called while another thread reads a large platform. Must not throw. */
  readonly meanwhile?: (() => Promise<void>) | undefined;
}

/**
 * The length from which a platform is read in a thread: it then pays for its start. The garbage of reading, about 150 bytes
 * a character, is gone when the thread ends.
 */
const CHARACTERS_FOR_THREAD = 1 << 18;

/** Reads a platform file; its warnings are said. Throws a DiagnosticError with all that is wrong with it. */
export async function loadPlatform(path: string, io: Io, options: HowToRead = {}): Promise<Platform> {
  return (await loadPlatformFiles(path, io, options)).platform;
}

/** As {@link loadPlatform}, with the names of the files that it was read from. */
export async function loadPlatformFiles(path: string, io: Io, options: HowToRead = {}): Promise<LoadedPlatform> {
  return parseFiles(await readPlatformText(path, io), io, options);
}

/** As {@link loadPlatform}, of a file that was read. */
export async function parsePlatform(input: { file: string; text: string }, io: Io): Promise<Platform> {
  return (await parseFiles(input, io)).platform;
}

export interface LoadedPlatform {
  readonly platform: Platform;
  /** The platform file and those it includes. */
  readonly files: readonly string[];
}

async function parseFiles(
  { file, text }: { file: string; text: string },
  io: Io,
  { meanwhile, ...options }: HowToRead = {},
): Promise<LoadedPlatform> {
  const isLarge = meanwhile !== undefined && text.length >= CHARACTERS_FOR_THREAD;
  const thread = isLarge ? io.readPlatformInThread?.({ file, text, ...options }) : undefined;
  if (thread !== undefined) await meanwhile?.();
  const answer = await thread;
  // The thread noted the files it read in its own memory.
  for (const each of answer?.files ?? []) noteInput(each, io.files);
  const { platform, diagnostics, files } = answer ?? readPlatform(text, { file, ...includesFrom(io), ...options });
  if (platform === undefined) throw new DiagnosticError(otherText(file, text) ?? diagnostics);
  await report(io, diagnostics);
  return { platform, files };
}

const CURES: Readonly<Record<Exclude<TextKind, 'yaml'>, string>> = {
  acpidump: 'Give the YAML file; tables are separate arguments of the command.',
  c: 'Give the YAML file; the header of a driver goes with --driver of vcfg check.',
  rust: 'Give the YAML file.',
  asl: 'Give the YAML file.',
};

/** A key that every platform has at its outermost level. */
const PLATFORM_KEY = /^["']?functions["']?\s*:/m;

/** One finding for a text that is no platform at all but something else, in the place of all that is wrong with it as YAML. */
function otherText(file: string, text: string): Diagnostic[] | undefined {
  const kind = PLATFORM_KEY.test(text) ? undefined : textKindOf(new TextEncoder().encode(text));
  if (kind === undefined || kind === 'yaml') return undefined;
  const message = `This is ${TEXT_NAMES[kind]}, but a platform file is needed.`;
  return [errorAt('COMMAND_PLATFORM_WANTED', { file }, message, CURES[kind])];
}
