import type { Diagnostic } from '../vocab/index.js';
import type { Json } from './bus/bus-device.js';
import { deviceFinding, thrownText } from './diagnostic-log.js';
import { machineJson, prepareMachine } from './machine-snapshot.js';
import { PlatformMachine } from './platform-machine.js';

/** A machine as a platform describes it, with snapshots: its state can be saved and restored. */
export class Machine extends PlatformMachine {
  /**
   * Everything that a guest can see, as JSON: RAM, pages, registers, where BARs are; and what the platform fixes, so that
   * it is restored only where it fits. Hooks and counts are not part of it.
   */
  snapshot(): Json {
    return machineJson(this);
  }

  /** {@link snapshot} as text for a file. */
  snapshotText(): string {
    return JSON.stringify(this.snapshot());
  }

  /** {@link restore} of a file's text. Throws a TypeError if it is not a string. */
  restoreText(text: string): readonly Diagnostic[] {
    if (typeof text !== 'string') throw new TypeError(`text is ${typeof text}; it must be a string of JSON.`);
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch (thrown) {
      return [deviceFinding('SNAPSHOT_SYNTAX', 'machine', `The snapshot is not JSON: ${thrownText(thrown)}.`)];
    }
    return this.restore(data);
  }

  /** What {@link restore} would report; changes nothing. */
  checkSnapshot(data: unknown): readonly Diagnostic[] {
    return prepareMachine(this, data).findings;
  }

  /**
   * Restores a snapshot of a machine with the same platform and the same functions, so that this machine continues where
   * that one was. If anything is wrong, returns what, and changes nothing.
   */
  restore(data: unknown): readonly Diagnostic[] {
    const { findings, apply } = prepareMachine(this, data);
    return findings.length === 0 ? apply() : findings;
  }
}
