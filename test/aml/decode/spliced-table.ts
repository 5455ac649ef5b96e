import { bodyOf, OPCODES, type Term } from '../../../src/aml/index.js';
import { checksum } from '../../../src/base/index.js';

/** A change of a table's bytes: at an offset some are removed and others put there, inside of terms, outermost first. */
export interface Splice {
  readonly holders: readonly Term[];
  readonly at: number;
  readonly removed: number;
  readonly inserted: Uint8Array;
}

/** What holds a term, outermost first; undefined if it is in none of the lists. */
export function holdersOf(terms: readonly Term[], wanted: Term): readonly Term[] | undefined {
  for (const term of terms) {
    if (term === wanted) return [];
    const inner = holdersOf(bodyOf(term) ?? [], wanted);
    if (inner !== undefined) return [term, ...inner];
  }
  return undefined;
}

/** Largest value of a PkgLength of 1 to 4 bytes. ACPI 6.5 §20.2.4 */
const LIMITS = [0x3f, 0xfff, 0xf_ffff, 0xfff_ffff] as const;

function pkgLength(bodyBytes: number, leastWidth: number): number[] {
  const width = Math.max(leastWidth, 1 + LIMITS.findIndex((limit, index) => bodyBytes + index + 1 <= limit));
  const value = bodyBytes + width;
  if (width === 1) return [value];
  const rest = Array.from({ length: width - 1 }, (_, index) => (value >> (4 + 8 * index)) & 0xff);
  return [((width - 1) << 6) | (value & 0x0f), ...rest];
}

const replaced = (bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array | readonly number[]) =>
  Buffer.concat([bytes.subarray(0, at), Uint8Array.from(inserted), bytes.subarray(at + removed)]);

/**
 * What a decoded table's bytes are after a change, by surgery on them alone: the length of each holder, the table's and
 * its checksum follow, and no other byte moves. A length grows wider only if it has to.
 */
export function splicedTable(table: Uint8Array, { holders, at, removed, inserted }: Splice): Uint8Array {
  let bytes = replaced(table, at, removed, inserted);
  let grown = inserted.length - removed;
  for (const { op, start, end, lengthWidth } of holders.toReversed()) {
    const isExtended = (OPCODES.find((row) => row.op === op)?.code ?? 0) > 0xff;
    const lengthAt = start + (isExtended ? 2 : 1);
    const length = pkgLength(end - lengthAt - lengthWidth + grown, lengthWidth);
    bytes = replaced(bytes, lengthAt, lengthWidth, length);
    grown += length.length - lengthWidth;
  }
  bytes.writeUInt32LE(bytes.length, 4);
  bytes[9] = 0;
  bytes[9] = checksum(bytes);
  return bytes;
}
