import { join } from 'node:path';
import { toJson } from '../../../base/json.js';
import { generateMapFiles, generateRegisterReference, generateSvgMap, type TextFile } from '../../../drivers/index.js';
import type { Platform } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { loadPlatform } from '../../read/load-platform.js';
import { usageError } from '../../read/usage-error.js';
import { writeFiles } from '../../write/write-file.js';

interface MapArgs {
  readonly platform: string;
  readonly output: string;
  readonly format: string | undefined;
  readonly json: boolean;
}

/** A form of the map: the ending of its files, and what makes one file of the whole platform. */
interface MapFormat {
  readonly ending: string;
  readonly what: string;
  readonly generate: (platform: Platform) => string;
}

const FORMATS: Readonly<Record<string, MapFormat>> = {
  markdown: {
    ending: '.md',
    what: 'the register reference',
    generate: (platform) => generateRegisterReference(platform),
  },
  svg: { ending: '.svg', what: 'the window and every function', generate: generateSvgMap },
};

const STANDARD_OUTPUT = '-';

/** The format that a single file is to have; undefined if the output is a folder. */
function formatOfFile({ output, format }: MapArgs, io: Io): MapFormat | undefined {
  const chosen = format === undefined ? undefined : FORMATS[format];
  if (output === STANDARD_OUTPUT) return chosen ?? FORMATS.markdown;
  const named = Object.values(FORMATS).find(({ ending }) => output.toLowerCase().endsWith(ending));
  if (named === undefined || io.files.kindOf(output) === 'folder') return undefined;
  if (chosen !== undefined && chosen !== named) {
    throw usageError(
      `--format is ${format}, and ${output} ends in ${named.ending}.`,
      'Leave --format out, or rename the file.',
    );
  }
  return named;
}

/** What belongs into a folder: the reference with its pictures, or what was chosen of them. */
function filesOfFolder(platform: Platform, format: string | undefined): TextFile[] {
  const files = generateMapFiles(platform);
  const { ending, generate } = FORMATS[format ?? ''] ?? {};
  if (ending === undefined || generate === undefined) return files;
  const chosen = files.filter(({ name }) => name.endsWith(ending));
  // Without its pictures the reference does not refer to them.
  return format === 'markdown' ? chosen.map((file) => ({ ...file, contents: generate(platform) })) : chosen;
}

/** `vcfg map`: the register reference and its pictures. Everything is made before anything is written. */
export async function runMap(args: MapArgs, io: Io): Promise<number> {
  if (args.json && args.output === STANDARD_OUTPUT) {
    throw usageError('--json and -o - both want standard output.', 'Give the map a file, or leave --json out.');
  }
  const single = formatOfFile(args, io);
  const platform = await loadPlatform(args.platform, io);
  if (single && args.output === STANDARD_OUTPUT) {
    io.stdout.write(single.generate(platform));
    return EXIT.done;
  }
  const files = single
    ? [{ path: args.output, contents: single.generate(platform), what: single.what }]
    : filesOfFolder(platform, args.format).map(({ name, ...file }) => ({ ...file, path: join(args.output, name) }));
  writeFiles(files, io);
  const rows = files.map(({ path, contents, what }) => ({
    path,
    bytes: new TextEncoder().encode(contents).length,
    what,
  }));
  if (args.json) io.stdout.write(`${toJson({ files: rows }, 2)}\n`);
  else for (const { path, bytes, what } of rows) io.stdout.write(`${path}  ${bytes} bytes  ${what}\n`);
  return EXIT.done;
}
