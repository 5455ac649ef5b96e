/** A capability of a function's configuration header. PCI 3.0 §6.7 */
export interface Capability {
  readonly id: number;
  /** What follows the id and the next-pointer. */
  readonly body: Uint8Array;
  /** For each dword of the capability, from its first byte, the bits a guest may write. */
  readonly writableBits?: readonly number[];
}

/** The capability's bytes, its next-pointer 0. */
export function capabilityBytes({ id, body }: Capability): Uint8Array {
  const bytes = new Uint8Array(2 + body.length);
  bytes[0] = id;
  bytes.set(body, 2);
  return bytes;
}
