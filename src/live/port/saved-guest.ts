import type { SavedGuest } from './port.js';
import type { Recorded } from './window.js';

/** Four bytes of length, then the accesses as JSON, then the state. */
const HEAD_BYTES = 4;

/** A saved guest as one run of bytes, uncompressed. */
export function encodeSavedGuest({ state, accesses }: SavedGuest): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(accesses));
  const bytes = new Uint8Array(HEAD_BYTES + text.length + state.byteLength);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, HEAD_BYTES);
  bytes.set(new Uint8Array(state), HEAD_BYTES + text.length);
  return bytes;
}

/** What {@link encodeSavedGuest} made; undefined if these bytes are something else. The state is copied. */
export function decodeSavedGuest(bytes: Uint8Array): SavedGuest | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length > bytes.length - HEAD_BYTES) return undefined;
  try {
    const text = new TextDecoder().decode(bytes.subarray(HEAD_BYTES, HEAD_BYTES + length));
    const accesses: unknown = JSON.parse(text);
    if (!Array.isArray(accesses)) return undefined;
    const state = new Uint8Array(bytes.length - HEAD_BYTES - length);
    state.set(bytes.subarray(HEAD_BYTES + length));
    return { accesses: accesses as Recorded[], state: state.buffer };
  } catch {
    return undefined;
  }
}
