import { join } from 'node:path';
import { type GeneratedFile, generateFirmwareFiles } from '../firmware/index.js';
import { generateCHeader, generateRustModule, generateTypeScriptDriver } from '../guest/codegen/index.js';
import type { Platform } from '../vocab/index.js';
import { EXIT } from './command.js';
import type { GENERATED_FORMATS } from './commands.js';
import type { Io } from './io.js';
import { toJson } from './json.js';
import { loadPlatform } from './load-platform.js';
import { writeFiles } from './write-file.js';

interface GenerateArgs {
  readonly platform: string;
  readonly output: string;
  readonly format: readonly string[];
  readonly 'fixed-width': boolean;
  readonly json: boolean;
}

type Format = (typeof GENERATED_FORMATS)[number];

/** The name of each format's file. */
const FILE_NAMES: Record<Format, string> = {
  aml: 'dsdt.aml',
  'c-array': 'dsdt.h',
  hex: 'dsdt.hex',
  c: 'vcfg.h',
  rust: 'vcfg.rs',
  typescript: 'vcfg-driver.ts',
};

/** The drivers; the firmware's files come from its own room. */
const DRIVERS: readonly { name: string; what: string; generate(platform: Platform): string }[] = [
  { name: FILE_NAMES.c, what: 'the driver as a C header', generate: generateCHeader },
  { name: FILE_NAMES.rust, what: 'the driver as a Rust module', generate: generateRustModule },
  { name: FILE_NAMES.typescript, what: 'the driver as a TypeScript module', generate: generateTypeScriptDriver },
];

function generateAll(platform: Platform, args: GenerateArgs): GeneratedFile[] {
  const chosen = new Set(args.format.map((format) => FILE_NAMES[format as Format]));
  const isChosen = ({ name }: { readonly name: string }) => chosen.size === 0 || chosen.has(name);
  const firmware = generateFirmwareFiles(platform, { vcfgWidth: args['fixed-width'] ? 'fixed' : 'shortest' });
  // Only what was asked for: names that collide in one language must not keep the others from being made.
  const drivers = DRIVERS.filter(isChosen).map(({ name, what, generate }) => ({
    name,
    what,
    contents: generate(platform),
  }));
  return [...firmware.filter(isChosen), ...drivers];
}

/** `vcfg generate`: everything is made before anything is written. */
export async function runGenerate(args: GenerateArgs, io: Io): Promise<number> {
  const platform = await loadPlatform(args.platform, io);
  const files = generateAll(platform, args).map(({ name, contents, what }) => {
    const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    return { path: join(args.output, name), name, contents: bytes, bytes: bytes.length, what };
  });
  writeFiles(files, io);
  if (args.json) {
    const rows = files.map(({ path, bytes, what }) => ({ path, bytes, what }));
    io.stdout.write(`${toJson({ files: rows }, 2)}\n`);
    return EXIT.done;
  }
  for (const { path, bytes, what } of files) io.stdout.write(`${path}  ${bytes} bytes  ${what}\n`);
  return EXIT.done;
}
