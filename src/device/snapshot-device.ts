import type { Diagnostic } from '../vocab/index.js';
import { BusDeviceBase } from './bus/bus-device.js';
import { SnapshotReader } from './snapshot-reader.js';

/** A device without work of its own that keeps its state in snapshots: sleeping and waking change nothing. */
export abstract class SnapshotDevice extends BusDeviceBase {
  /** Checks a snapshot, leaving what is wrong with the reader; gives what applies it if nothing is. */
  protected abstract prepare(reader: SnapshotReader, data: unknown): () => void;

  override sleep(): void {}

  override wake(): void {}

  override checkSnapshot(data: unknown): readonly Diagnostic[] {
    const reader = new SnapshotReader();
    this.prepare(reader, data);
    return reader.findings;
  }

  override restore(data: unknown): readonly Diagnostic[] {
    const reader = new SnapshotReader();
    const apply = this.prepare(reader, data);
    if (reader.findings.length === 0) apply();
    return reader.findings;
  }
}
