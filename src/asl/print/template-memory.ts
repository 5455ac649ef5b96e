import { decodeResources } from '../../aml/resources/index.js';
import { resourceLines } from './resource-macros.js';

interface Remembered {
  readonly bytes: Uint8Array;
  /** Undefined if ASL cannot say the template. */
  readonly lines: readonly string[] | undefined;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash;
}

/** Resource templates met so far: every other one of a table is one that it has already. */
export class TemplateMemory {
  readonly #byHash = new Map<number, Remembered>();

  /** A template as lines of macros; undefined if one of its descriptors compiles to other bytes, or not at all. */
  linesOf(bytes: Uint8Array): readonly string[] | undefined {
    const hash = hashOf(bytes);
    const known = this.#byHash.get(hash);
    if (known !== undefined && isSame(known.bytes, bytes)) return known.lines;
    const lines = resourceLines(decodeResources(bytes));
    this.#byHash.set(hash, { bytes, lines });
    return lines;
  }
}
