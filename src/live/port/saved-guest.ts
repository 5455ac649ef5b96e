import type { SavedGuest } from './port.js';
import type { Recorded } from './window.js';

/** Says what such bytes are, and their form. */
const MAGIC = 0x3147_4356;
/** The magic number, bytes of the accesses, bytes of the state, and a sum over the state. */
const HEAD_BYTES = 16;
const PAGE = 4096;

/** Where a saved guest of a name is, in a cache folder or below an address. */
export function savedGuestPath(name: string): string {
  return `states/${name}.guest`;
}

/** A sum over a state, to find one that was cut or damaged. */
function checksum(state: ArrayBuffer): number {
  const words = new Uint32Array(state, 0, state.byteLength >>> 2);
  let sum = state.byteLength;
  for (let index = 0; index < words.length; index++) sum = (Math.imul(sum, 31) + (words[index] as number)) | 0;
  return sum >>> 0;
}

/** A saved guest as one run of bytes, its state from a multiple of 4096 bytes on. */
export function encodeSavedGuest({ state, accesses }: SavedGuest): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(accesses));
  const start = startOfState(text.length);
  const bytes = new Uint8Array(start + state.byteLength);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of [MAGIC, text.length, state.byteLength, checksum(state)].entries())
    view.setUint32(index * 4, value, true);
  bytes.set(text, HEAD_BYTES);
  bytes.set(new Uint8Array(state), start);
  return bytes;
}

function startOfState(textBytes: number): number {
  return Math.ceil((HEAD_BYTES + textBytes) / PAGE) * PAGE;
}

/** Bytes of a saved guest from an offset on, as an array of their own; fewer if there are no more. */
type ReadAt = (offset: number, lengthBytes: number) => Uint8Array<ArrayBuffer>;

/** What {@link encodeSavedGuest} made, read piece by piece; undefined if it is something else, or damaged. */
export function readSavedGuest(totalBytes: number, readAt: ReadAt): SavedGuest | undefined {
  if (totalBytes < HEAD_BYTES) return undefined;
  const view = new DataView(readAt(0, HEAD_BYTES).buffer);
  const [magic, textBytes = 0, stateBytes = 0, sum] = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
  const start = startOfState(textBytes);
  if (magic !== MAGIC || start + stateBytes !== totalBytes) return undefined;
  const { buffer: state } = readAt(start, stateBytes);
  if (state.byteLength !== stateBytes || checksum(state) !== sum) return undefined;
  try {
    const accesses: unknown = JSON.parse(new TextDecoder().decode(readAt(HEAD_BYTES, textBytes)));
    return Array.isArray(accesses) ? { accesses: accesses as Recorded[], state } : undefined;
  } catch {
    return undefined;
  }
}

/** {@link readSavedGuest} of bytes that are there already. */
export function decodeSavedGuest(bytes: Uint8Array): SavedGuest | undefined {
  return readSavedGuest(
    bytes.length,
    (offset, lengthBytes) => new Uint8Array(bytes.subarray(offset, offset + lengthBytes)),
  );
}
