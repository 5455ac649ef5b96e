import { join } from 'node:path';
import { generateMapFiles, generateRegisterReference, generateSvgMap, type TextFile } from '../guest/codegen/index.js';
import type { Platform } from '../vocab/index.js';
import { EXIT } from './command.js';
import type { Io } from './io.js';
import { toJson } from './json.js';
import { loadPlatform } from './load-platform.js';
import { usageError } from './usage-error.js';
import { writeFiles } from './write-file.js';

interface MapArgs {
  readonly platform: string;
  readonly output: string;
  readonly format: string | undefined;
  readonly json: boolean;
}

/** A form of the map: the ending of its files, and what makes one file of the whole platform. */
interface MapFormat {
  readonly ending: string;
  readonly generate: (platform: Platform) => string;
}

const FORMATS: Readonly<Record<string, MapFormat>> = {
  markdown: { ending: '.md', generate: (platform) => generateRegisterReference(platform) },
  svg: { ending: '.svg', generate: generateSvgMap },
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
function filesOfFolder(platform: Platform, { output, format }: MapArgs): TextFile[] {
  if (format === 'markdown')
    return [{ name: join(output, 'registers.md'), contents: generateRegisterReference(platform) }];
  const { ending } = FORMATS.svg as MapFormat;
  return generateMapFiles(platform)
    .filter(({ name }) => format === undefined || name.endsWith(ending))
    .map(({ name, contents }) => ({ name: join(output, name), contents }));
}

/** `vcfg map`: the register reference and its pictures. Everything is made before anything is written. */
export async function runMap(args: MapArgs, io: Io): Promise<number> {
  if (args.json && args.output === STANDARD_OUTPUT) {
    throw usageError('--json and -o - both want standard output.', 'Give the map a file, or leave --json out.');
  }
  const single = formatOfFile(args, io);
  const platform = await loadPlatform(args.platform, io);
  const files = single ? [{ name: args.output, contents: single.generate(platform) }] : filesOfFolder(platform, args);
  if (args.output === STANDARD_OUTPUT) {
    for (const { contents } of files) io.stdout.write(contents);
    return EXIT.done;
  }
  writeFiles(
    files.map(({ name, contents }) => ({ path: name, contents })),
    io,
  );
  const rows = files.map(({ name, contents }) => ({ path: name, bytes: new TextEncoder().encode(contents).length }));
  if (args.json) io.stdout.write(`${toJson({ files: rows }, 2)}\n`);
  else for (const { path, bytes } of rows) io.stdout.write(`${path}  ${bytes} bytes\n`);
  return EXIT.done;
}
