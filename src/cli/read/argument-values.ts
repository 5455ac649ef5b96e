import { errorAt, formatHex, MOST_U64, parseInteger, parsePciAddress, parseQuantity } from '../../base/index.js';
import { MOST_BUSES, VCFG_BYTES_PER_BUS } from '../../platform/layout.js';
import type { Diagnostic, PciAddress } from '../../vocab/index.js';
import { asUsage, UsageError, usageError } from './usage-error.js';

function requireWithin(what: string, value: bigint, least: bigint, most: bigint, show = formatHex): void {
  if (value >= least && value <= most) return;
  const range = `${show(least)}..${show(most)}`;
  throw usageError(`${what} is ${show(value)}; the allowed range is ${range}.`, `Give a value from ${range}.`);
}

const decimal = (value: bigint | number) => value.toString();

/** What a text means if its digits are hex ones without their `0x`, as in `10004000c` and `3fh`; undefined if they are not. */
export function hexMeant(text: string): string | undefined {
  const [, digits] = /^(?:0x)?([0-9a-f]+(?:_[0-9a-f]+)*)h?$/i.exec(text.trim()) ?? [];
  return digits === undefined ? undefined : `0x${digits}`;
}

function notANumber(what: string, text: string, kind: string, form: string): UsageError {
  const meant = hexMeant(text);
  const cure = meant === undefined ? form : `Did you mean ${meant}?`;
  return new UsageError([errorAt('NUMBER_SYNTAX', {}, `${what} is "${text}", which is not ${kind}.`, cure)]);
}

/** A guest-physical address or an AML integer, 0..2^64-1, written as in a platform file: 4096, 0x1_0000_0000 or "4 GiB". */
export function readAddress(what: string, text: string): bigint {
  const value = parseQuantity(text);
  if (value === undefined) {
    throw notANumber(what, text, 'an address', 'Write it as 0x1_0000_0000, 4294967296 or "4 GiB".');
  }
  requireWithin(what, value, 0n, MOST_U64);
  return value;
}

/** A warning for a base that no window has: most often hex digits without their 0x. */
export function unalignedBase(text: string): Diagnostic[] {
  const isAligned = (value: bigint | undefined) => value !== undefined && value % VCFG_BYTES_PER_BUS === 0n;
  if (isAligned(parseQuantity(text))) return [];
  const meant = `0x${text}`;
  return [
    {
      code: 'COMMAND_BASE_UNALIGNED',
      severity: 'warning',
      place: {},
      message: `--base is ${text}, but a window begins at a multiple of 2 MiB.`,
      cure: isAligned(parseInteger(meant)) ? `Did you mean ${meant}?` : 'Check where the base comes from.',
    },
  ];
}

/** A small number: `least`..`most`. */
export function readNumber(what: string, text: string, least: number, most: number): number {
  const value = parseInteger(text);
  if (value === undefined) throw notANumber(what, text, 'a number', 'Write it as 12 or 0xc.');
  requireWithin(what, value, BigInt(least), BigInt(most), decimal);
  return Number(value);
}

/** A count or a size, 1..`most`, written as in a platform file: 65536 or "64 MiB". */
export function readSize(what: string, text: string, most: number): number {
  const value = parseQuantity(text);
  if (value === undefined) throw notANumber(what, text, 'a size', 'Write it as 65536 or "64 MiB".');
  requireWithin(what, value, 1n, BigInt(most), decimal);
  return Number(value);
}

/** Buses of the window, 1..256; 256 if not given. */
export function readBuses(text: string | undefined): number {
  return text === undefined ? MOST_BUSES : readNumber('--buses', text, 1, MOST_BUSES);
}

export function readPciAddress(text: string): PciAddress {
  return asUsage(() => parsePciAddress(text));
}
