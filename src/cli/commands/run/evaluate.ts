import { decodeResources } from '../../../aml/index.js';
import { DiagnosticError, formatHex, formatPciAddress, parseInteger, toHex } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { machineRegions } from '../../../check/running/machine-regions.js';
import { Machine } from '../../../device/index.js';
import { locate, windowLengthBytes } from '../../../guest/address.js';
import {
  AcpiNamespace,
  type AmlArgument,
  type AmlValue,
  EvaluationError,
  parseAmlArgument,
  REGION_SPACES,
  type RegionHandler,
  type RegionInfo,
  type RegionSpace,
  SimulatedMemory,
} from '../../../interpreter/index.js';
import { MOST_BUSES } from '../../../platform/layout.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { loadPlatform } from '../../read/load-platform.js';
import { usageError } from '../../read/usage-error.js';
import { readMachineTables } from '../../tables/read-tables.js';
import { counted, report, say } from '../../write/report.js';

interface EvaluateArgs {
  readonly word: readonly string[];
  readonly platform: string | undefined;
  readonly trace: boolean;
  readonly steps: string | undefined;
  readonly json: boolean;
}

const ARGUMENT_SYNTAX =
  'Write 0x10, "text", {1, "two"}, (01 02 ff) for a buffer, or ToUUID(33db4d5b-1ff7-401c-9657-7441c03dd766).';

/** Characters of a wrong argument that are shown. */
const MOST_SHOWN = 60;

function readArgument(text: string): AmlArgument {
  const value = parseAmlArgument(text);
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  if (value === undefined) throw usageError(`"${shown}" is not an argument of a method.`, ARGUMENT_SYNTAX);
  return value;
}

/** What a shell makes of a path whose backslash is not in quotes. */
const PATH_WITHOUT_BACKSLASH = /^[A-Z_][A-Z0-9_]{0,3}(?:\.[A-Z_][A-Z0-9_]{0,3})*$/;

/** The words of the command line: tables up to the first that begins with a backslash, then its arguments. */
async function splitWords(words: readonly string[], io: Io) {
  const at = words.findIndex((word) => word.startsWith('\\'));
  if (at < 0) {
    const path = words.findLast((word) => PATH_WITHOUT_BACKSLASH.test(word) && io.files.kindOf(word) === undefined);
    if (path !== undefined)
      throw usageError(
        `${path} does not begin with a backslash.`,
        `Quote the path, since a shell removes a backslash outside quotes: '\\${path}'.`,
      );
    const { diagnostics } = await readMachineTables(words, io);
    const others = diagnostics.filter(({ code }) => code === 'COMMAND_TABLE_WANTED');
    if (others.length > 0) throw new DiagnosticError(others);
    throw usageError('There is no path to evaluate.', "Give one after the tables, in quotes: '\\VCFG'.");
  }
  if (at === 0) throw usageError('There is no table.', 'Give the DSDT, and other tables, before the path.');
  return { tables: words.slice(0, at), path: words[at] as string, args: words.slice(at + 1).map(readArgument) };
}

/** Prints each access before it is passed on. */
function traced(
  handler: RegionHandler,
  space: string,
  line: (text: string) => void,
  where: (address: bigint, region: RegionInfo) => string,
): RegionHandler {
  const show = (kind: string, address: bigint, width: number, value: number | bigint, region: RegionInfo) =>
    line(
      `${kind} ${space} ${formatHex(address)}, ${counted(width, 'byte')}, ${formatHex(value)} (${region.path})${where(address, region)}`,
    );
  return {
    read(address, widthBytes, region) {
      const value = handler.read(address, widthBytes, region);
      show('read', address, widthBytes, value, region);
      return value;
    },
    write(address, widthBytes, value, region) {
      show('write', address, widthBytes, value, region);
      handler.write(address, widthBytes, value, region);
    },
    transfer(transfer, region) {
      handler.transfer?.(transfer, region);
      line(`${transfer.kind} ${space} ${formatHex(transfer.address)}, ${toHex(transfer.buffer)} (${region.path})`);
    },
  };
}

/** A value as ASL has it. */
export function valueText(value: AmlValue | undefined): string {
  if (value === undefined) return '(nothing)';
  if (typeof value === 'bigint') return formatHex(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `(${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')})`;
  if (Array.isArray(value)) return `{${value.map(valueText).join(', ')}}`;
  return (value as { reference: string }).reference;
}

const padded = (path: string) => path.replace(/[^.\\]+/g, (segment) => segment.padEnd(4, '_'));

/** Lines that say what a value means: a _CRS as its descriptors, a _PRT as a table. */
function resultLines(path: string, value: AmlValue | undefined): string[] {
  const name = padded(path).slice(-4);
  if (value instanceof Uint8Array && ['_CRS', '_PRS', '_SRS', '_DMA'].includes(name))
    return decodeResources(value).descriptors.map((descriptor) => toJson(descriptor));
  if (Array.isArray(value) && name === '_PRT')
    return value.map((row: AmlValue | undefined) => {
      const [address, pin, source, index] = Array.isArray(row) ? row : [];
      const device = typeof address === 'bigint' ? Number(address >> 16n) : undefined;
      const link = typeof source === 'bigint' ? `GSI ${index}` : `${valueText(source)} ${valueText(index)}`;
      return `device ${device?.toString(16).padStart(2, '0') ?? valueText(address)} INT${'ABCD'[Number(pin)] ?? '?'}  ${link}`;
    });
  return [valueText(value)];
}

/** What `--json` gives of a value: Integers as hex strings, Buffers as `{ buffer }`. */
function jsonValue(value: AmlValue | undefined): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return formatHex(value);
  if (value instanceof Uint8Array) return { buffer: toHex(value) };
  return Array.isArray(value) ? value.map(jsonValue) : value;
}

/** Loads the tables of a command line, regions simulated or on a platform's device core. */
export async function loadNamespace(
  words: readonly string[],
  options: { readonly platform: string | undefined; readonly trace?: (line: string) => void; readonly steps?: number },
  io: Io,
  more: Parameters<typeof AcpiNamespace.load>[1] = {},
): Promise<AcpiNamespace> {
  const { tables, diagnostics } = await readMachineTables(words, io);
  const aml = tables
    .filter(({ bytes }) => /^(DSDT|SSDT|PSDT)$/.test(String.fromCharCode(...bytes.subarray(0, 4))))
    .map(({ file, bytes }) => ({ file: file ?? 'table', bytes }));
  if (aml.length === 0 && diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  await report(io, diagnostics);
  if (aml.length === 0) throw usageError('None of these holds AML.', 'Give a DSDT or an SSDT.');
  // The DSDT declares what the others use.
  aml.sort((a, b) => Number(b.bytes[0] === 0x44) - Number(a.bytes[0] === 0x44));
  const machine = options.platform === undefined ? undefined : new Machine(await loadPlatform(options.platform, io));
  const base = machine?.vcfgBase;
  const where = (address: bigint, { space, pci }: RegionInfo) => {
    if (pci !== undefined) return ` ${formatPciAddress(pci)}`;
    if (space !== REGION_SPACES.SystemMemory) return '';
    if (base === undefined || address < base || address >= base + BigInt(windowLengthBytes(MOST_BUSES))) return '';
    const found = locate(base, address);
    return ` ${formatPciAddress(found.address)} ${found.page} register ${found.register}`;
  };
  const served = machine === undefined ? {} : machineRegions(machine);
  const regions: { [Space in RegionSpace]?: RegionHandler } = {};
  for (const space of Object.keys(REGION_SPACES) as RegionSpace[]) {
    const handler = served[space] ?? new SimulatedMemory();
    regions[space] = options.trace === undefined ? handler : traced(handler, space, options.trace, where);
  }
  return AcpiNamespace.load(aml, {
    ...more,
    regions,
    simulateRegions: true,
    ...(options.steps === undefined ? {} : { limits: { steps: options.steps } }),
  });
}

/** `vcfg evaluate`: what an object of tables is worth, its method run. */
export async function runEvaluate(args: EvaluateArgs, io: Io): Promise<number> {
  const { tables, path, args: values } = await splitWords(args.word, io);
  const steps = args.steps === undefined ? undefined : parseInteger(args.steps);
  if (args.steps !== undefined && (steps === undefined || steps < 1n || steps > 0xffff_ffff_ffffn))
    throw usageError(`--steps is "${args.steps}".`, 'Give a number from 1 up.');
  const trace: string[] = [];
  const line = (text: string) => {
    if (args.json) trace.push(text);
    else say(io, text);
  };
  const acpi = await loadNamespace(
    tables,
    {
      platform: args.platform,
      ...(args.trace ? { trace: line } : {}),
      ...(steps === undefined ? {} : { steps: Number(steps) }),
    },
    io,
  );
  await report(
    io,
    acpi.diagnostics.filter(({ severity }) => severity === 'error'),
  );
  const takes = acpi.object(path)?.argumentCount ?? 0;
  if (acpi.exists(path) && values.length > takes)
    throw usageError(
      `${path} takes ${takes === 1 ? '1 argument' : `${takes} arguments`}, not ${values.length}.`,
      'Leave out the others.',
    );
  try {
    const value = acpi.evaluate(path, ...values);
    if (args.json)
      io.stdout.write(`${toJson({ path, value: jsonValue(value), ...(args.trace ? { accesses: trace } : {}) }, 2)}\n`);
    else io.stdout.write(`${resultLines(path, value).join('\n')}\n`);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    await report(io, error.diagnostics);
    return EXIT.findings;
  }
}
