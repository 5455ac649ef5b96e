import { formatHex, parseInteger, parsePciAddress, requireInteger } from '../../base/index.js';
import { MOST_BUSES, VCFG_BYTES_PER_BUS } from '../../platform/layout.js';
import type { Diagnostic, PciAddress } from '../../vocab/index.js';
import { asUsage, usageError } from './usage-error.js';

const MOST_ADDRESS = 0xffff_ffff_ffff_ffffn;

function requireWithin(what: string, value: bigint, least: bigint, most: bigint, show = formatHex): void {
  if (value >= least && value <= most) return;
  throw usageError(`${what} is ${show(value)}; the allowed range is ${show(least)}..${show(most)}.`, 'Give one in it.');
}

const decimal = (value: bigint | number) => value.toString();

/** A guest-physical address or an AML integer: 0..2^64-1, in decimal or 0x hex, `_` allowed between digits. */
export function readAddress(what: string, text: string): bigint {
  const value = asUsage(() => requireInteger(text, what));
  requireWithin(what, value, 0n, MOST_ADDRESS);
  return value;
}

/** A warning for a base that no window has: most often hex digits without their 0x. */
export function unalignedBase(text: string): Diagnostic[] {
  const isAligned = (value: bigint | undefined) => value !== undefined && value % VCFG_BYTES_PER_BUS === 0n;
  if (isAligned(parseInteger(text))) return [];
  const meant = `0x${text}`;
  return [
    {
      code: 'COMMAND_BASE_UNALIGNED',
      severity: 'warning',
      place: {},
      message: `--base is ${text}, and a window begins at a multiple of 2 MiB.`,
      cure: isAligned(parseInteger(meant)) ? `Did you mean ${meant}?` : 'Look at where the base comes from.',
    },
  ];
}

/** A small number: `least`..`most`. */
export function readNumber(what: string, text: string, least: number, most: number): number {
  const value = asUsage(() => requireInteger(text, what));
  requireWithin(what, value, BigInt(least), BigInt(most), decimal);
  return Number(value);
}

/** Buses of the window, 1..256; 256 if not given. */
export function readBuses(text: string | undefined): number {
  return text === undefined ? MOST_BUSES : readNumber('--buses', text, 1, MOST_BUSES);
}

export function readPciAddress(text: string): PciAddress {
  return asUsage(() => parsePciAddress(text));
}
