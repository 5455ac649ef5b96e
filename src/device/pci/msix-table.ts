import { MSIX_VECTOR_BYTES } from '../../platform/layout.js';
import type { MsixDescription } from '../../vocab/index.js';
import type { Json } from '../bus/bus-device.js';
import { bytesJson, type SnapshotReader } from '../snapshot-reader.js';

/** Offset of a vector's control dword, whose bit 0 masks it. PCI 3.0 §6.8.2.9 */
const CONTROL = 12;

/**
 * The table of MSI-X vectors in a BAR: it keeps what the guest writes, and every vector is masked after reset. The pending
 * bits read as 0, since nothing here signals.
 */
export class MsixTable {
  readonly #bar: number;
  readonly #start: bigint;
  readonly #bytes: Uint8Array;

  constructor({ vectors, table }: MsixDescription) {
    this.#bar = table.bar;
    this.#start = BigInt(table.offsetBytes);
    this.#bytes = new Uint8Array(vectors * MSIX_VECTOR_BYTES);
    for (let at = CONTROL; at < this.#bytes.length; at += MSIX_VECTOR_BYTES) this.#bytes[at] = 1;
  }

  /** Where in the table an access begins; undefined if not all of it is there. */
  #at(bar: number, offset: bigint, length: number): number | undefined {
    const at = offset - this.#start;
    return bar === this.#bar && at >= 0n && at + BigInt(length) <= BigInt(this.#bytes.length) ? Number(at) : undefined;
  }

  read(bar: number, offset: bigint, data: Uint8Array): void {
    const at = this.#at(bar, offset, data.length);
    if (at !== undefined) data.set(this.#bytes.subarray(at, at + data.length));
  }

  write(bar: number, offset: bigint, data: Uint8Array): void {
    const at = this.#at(bar, offset, data.length);
    if (at !== undefined) this.#bytes.set(data, at);
  }

  json(): Json {
    return bytesJson(this.#bytes);
  }

  /** Checks what {@link json} returned. Returns what applies it. */
  prepare(reader: SnapshotReader, value: unknown, path: string): () => void {
    const bytes = reader.bytes(value, path, this.#bytes.length);
    return () => this.#bytes.set(bytes);
  }
}
