import { DiagnosticError, formatHex } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import type { Injected } from '../../../firmware/index.js';
import type { AddressRange, Diagnostic } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { readNumber } from '../../read/argument-values.js';
import { readTableInput } from '../../read/read-input.js';
import { usageError } from '../../read/usage-error.js';
import { readPresentWindow, type Window } from '../../read/window.js';
import { report, say } from '../../write/report.js';
import { writeOutput } from '../../write/write-file.js';

interface InjectArgs {
  readonly table: string;
  readonly base: string | undefined;
  readonly platform: string | undefined;
  readonly all: boolean;
  readonly rename: readonly string[];
  readonly merge: readonly string[];
  readonly asl: readonly string[];
  readonly replace: boolean;
  readonly 'cut-crs': boolean;
  readonly revision: string | undefined;
  readonly output: string;
  readonly initrd: boolean;
  readonly 'fixed-width': boolean;
  readonly json: boolean;
}

/** The table in an archive to put in front of an initrd, under the name of its signature. */
async function inInitrd(bytes: Uint8Array): Promise<Uint8Array> {
  const { initrdOverride } = await import('../../../firmware/index.js');
  const { requireTable } = await import('../../../tables/index.js');
  return initrdOverride([{ name: requireTable(bytes).header.signature.toLowerCase(), bytes }]);
}

/** The values that `\VCFG` has in a table; undefined for one that is not a constant. */
async function valuesBefore(bytes: Uint8Array): Promise<(bigint | undefined)[]> {
  const { declarations, decodeAml, integerValue } = await import('../../../aml/index.js');
  const { requireTable, SDT_HEADER_BYTES } = await import('../../../tables/index.js');
  return declarations(decodeAml(requireTable(bytes).bytes, { offset: SDT_HEADER_BYTES }).terms)
    .filter(({ path }) => path === '\\VCFG')
    .map(({ term }) => (term.op === 'Name' ? integerValue(term.operands[1]) : undefined));
}

function howText(before: readonly (bigint | undefined)[]): string {
  if (before.length === 0) return 'put in front';
  const values = before.map((value) => (value === undefined ? 'a value that is not a constant' : formatHex(value)));
  return `replaced (was ${values.join(', ')})`;
}

/** What the command line asks for can be done together, and has what it needs. */
function requireSense(args: InjectArgs): void {
  if (args.json && args.output === '-') {
    throw usageError('--json and -o - both want standard output.', 'Give the table a file, or leave --json out.');
  }
  const hasWindow = args.base !== undefined || args.platform !== undefined;
  if (args.all && args.platform === undefined) {
    throw usageError(
      '--all is given without --platform.',
      'Give the platform whose devices, regions and methods to add.',
    );
  }
  if (args['cut-crs'] && !hasWindow) {
    throw usageError('--cut-crs does not say which window to cut out.', 'Give --platform or --base.');
  }
  if (args.replace && args.merge.length + args.asl.length === 0) {
    throw usageError('--replace is given without --merge or --asl.', 'Give the tables whose objects replace others.');
  }
}

/** Whether the command line asks for more than `VCFG`. */
function changesMore({ rename, merge, asl, revision, 'cut-crs': cut }: InjectArgs): boolean {
  return rename.length + merge.length + asl.length > 0 || revision !== undefined || cut;
}

/** The window, if one was asked for; a table may also be changed in other ways only. */
async function windowOf(args: InjectArgs, io: Io): Promise<Window | undefined> {
  if (args.base === undefined && args.platform === undefined && changesMore(args)) return undefined;
  return readPresentWindow({ ...args, buses: undefined }, io);
}

async function rangeOf({ base, buses }: Window): Promise<AddressRange> {
  const { VCFG_BYTES_PER_BUS } = await import('../../../platform/layout.js');
  return { base, lengthBytes: VCFG_BYTES_PER_BUS * BigInt(buses) };
}

interface Patched {
  readonly bytes: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
  /** Lines that say what was done. */
  readonly lines: readonly string[];
}

const placesText = (count: number) => `${count} ${count === 1 ? 'place' : 'places'}`;

const listed = (paths: readonly string[]) =>
  paths.length > 6 ? `${paths.slice(0, 6).join(', ')} and ${paths.length - 6} more` : paths.join(', ');

/** Renames, merges, and cuts, as asked for. */
async function patched(
  bytes: Uint8Array,
  file: string,
  args: InjectArgs,
  window: Window | undefined,
  io: Io,
): Promise<Patched> {
  if (!changesMore(args)) return { bytes, diagnostics: [], lines: [] };
  const { patchTable } = await import('../../../firmware/index.js');
  const { readMerged, readRename } = await import('../../read/patches.js');
  const rename = args.rename.map(readRename);
  const merge = await readMerged(args, io);
  const result = patchTable(bytes, {
    rename,
    merge,
    replace: args.replace,
    file,
    ...(args['cut-crs'] && window !== undefined && { cut: await rangeOf(window) }),
    ...(args.revision !== undefined && { revision: readNumber('--revision', args.revision, 1, 0xff) }),
  });
  const lines = rename.map(
    ({ from, to }, index) => `${from} renamed to ${to} in ${placesText(result.renamed[index] as number)}`,
  );
  const fresh = result.added.filter((path) => !result.replaced.includes(path));
  if (fresh.length > 0) lines.push(`added ${listed(fresh)}`);
  if (result.replaced.length > 0) lines.push(`replaced ${listed(result.replaced)}`);
  return { bytes: result.bytes, diagnostics: result.diagnostics, lines };
}

/** Where a host bridge hands the window to BARs: the `_CRS` of many is known only when it runs. */
async function handedOut(bytes: Uint8Array, file: string, window: Window): Promise<Diagnostic[]> {
  const { checkSet } = await import('../../../check/rules/check-set.js');
  const { findings } = checkSet(
    [{ file, bytes }],
    window.platform === undefined ? { base: window.base, buses: window.buses } : { platform: window.platform },
  );
  return findings.filter(({ code }) => code === 'VCFG_OVERLAPS_CRS');
}

const asWarning = (found: Diagnostic): Diagnostic => ({
  ...found,
  severity: 'warning',
  cure: 'Run the same command with --cut-crs, which takes the window out of the _CRS, or choose another base.',
});

/** `vcfg inject`: an existing table with `VCFG` in it, and with what else was asked for. Written once all of it is made. */
export async function runInject(args: InjectArgs, io: Io): Promise<number> {
  requireSense(args);
  const window = await windowOf(args, io);
  const { file, bytes } = await readTableInput(args.table, io);
  const first = await patched(bytes, file, args, window, io);
  const injected = window === undefined ? undefined : await inject(first.bytes, file, args, window);
  const made = injected?.bytes ?? first.bytes;
  const overlaps = window === undefined ? [] : await handedOut(made, file, window);
  if (args['cut-crs'] && overlaps.length > 0) throw new DiagnosticError(overlaps);
  const contents = args.initrd ? await inInitrd(made) : made;
  writeOutput(args.output, contents, io);
  const replaced = injected?.replaced ?? 0;
  const before = replaced === 0 ? [] : await valuesBefore(bytes);
  // Of a base on the command line that was said when it was read, with what was perhaps meant.
  const told = [...first.diagnostics, ...(injected?.diagnostics ?? [])].filter(
    ({ code }) => args.base === undefined || code !== 'FIRMWARE_BASE_UNALIGNED',
  );
  const diagnostics = [...told, ...overlaps.map(asWarning)];
  await report(io, diagnostics);
  if (args.json) {
    const { base } = window ?? {};
    io.stdout.write(
      `${toJson({ path: args.output, bytes: contents.length, base, replaced, before, diagnostics }, 2)}\n`,
    );
    return EXIT.done;
  }
  const vcfg = window === undefined ? [] : [`\\VCFG ${howText(before)}: ${formatHex(window.base)}`];
  const line = `${args.output}  ${contents.length} bytes  ${[...vcfg, ...first.lines].join('; ')}`;
  if (args.output === '-') say(io, line);
  else io.stdout.write(`${line}\n`);
  return EXIT.done;
}

async function inject(
  bytes: Uint8Array,
  file: string,
  args: InjectArgs,
  { base, platform }: Window,
): Promise<Injected> {
  const { injectPlatform, injectVcfg } = await import('../../../firmware/index.js');
  const width = args['fixed-width'] ? 'fixed' : 'shortest';
  if (!args.all || platform === undefined) return injectVcfg(bytes, base, { file, width });
  const { evaluatorOf } = await import('./generate-onto.js');
  return injectPlatform(bytes, platform, { file, width, evaluate: await evaluatorOf([{ file, bytes }]) });
}
