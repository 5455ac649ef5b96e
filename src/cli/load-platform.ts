import { DiagnosticError } from '../base/index.js';
import { readPlatform } from '../platform/index.js';
import type { Platform } from '../vocab/index.js';
import type { Io } from './io.js';
import { readPlatformText } from './read-input.js';
import { report } from './report.js';

/** Reads a platform file; its warnings are said. Throws a DiagnosticError with all that is wrong with it. */
export async function loadPlatform(path: string, io: Io): Promise<Platform> {
  return parsePlatform(await readPlatformText(path, io), io);
}

/** As {@link loadPlatform}, of a file that was read. */
export async function parsePlatform({ file, text }: { file: string; text: string }, io: Io): Promise<Platform> {
  const { platform, diagnostics } = readPlatform(text, { file });
  if (platform === undefined) throw new DiagnosticError(diagnostics);
  await report(io, diagnostics);
  return platform;
}
