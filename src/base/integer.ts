import { DiagnosticError, errorAt } from './diagnostics.js';

/** The greatest unsigned integer of 64 bits, 2^64 - 1: the last address, and the widest AML Integer. */
export const MOST_U64 = 0xffff_ffff_ffff_ffffn;

const INTEGER = /^(?:0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|[0-9]+(?:_[0-9]+)*)$/;

/** An unsigned integer written in decimal or as 0x hex, `_` allowed between digits; undefined if it is not one. */
export function parseInteger(text: string): bigint | undefined {
  const trimmed = text.trim();
  return INTEGER.test(trimmed) ? BigInt(trimmed.replaceAll('_', '')) : undefined;
}

/** As {@link parseInteger}, at an edge where nothing but a number will do. Throws a DiagnosticError naming `what`. */
export function requireInteger(text: string, what: string): bigint {
  const value = parseInteger(text);
  if (value !== undefined) return value;
  throw new DiagnosticError([
    errorAt(
      'NUMBER_SYNTAX',
      {},
      `${what} is "${text}", which is no integer.`,
      'Write it as 4096, 0x1000 or 0x1_0000_0000.',
    ),
  ]);
}

/** `0x` and hex digits, at least `digits` of them. */
export function formatHex(value: bigint | number, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
