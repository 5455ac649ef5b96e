import type { Diagnostic, Place } from '../../vocab/index.js';

/** One changed property: both sides as they are shown; undefined if a side does not have it. */
export interface ChangeDetail {
  /** `value`, `address`, `arguments`, `statement 3.1`. */
  readonly aspect: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** `renamed`: the same object, with everything below it, under another name in the same scope. */
export type ChangeKind = 'added' | 'removed' | 'renamed' | 'changed';

/** A change of one named object, or of the code that runs in a scope while the tables load. */
export interface ObjectChange {
  readonly kind: ChangeKind;
  /** Absolute, as ASL shows it. For a renamed object: the new path. */
  readonly path: string;
  /** `Integer`, `Method`, `FieldUnit`, `Device`; `Code` for what runs at load time. The new type, if the object still exists. */
  readonly type: string;
  readonly before?: Place;
  readonly after?: Place;
  /** A description of an object that was added, removed or renamed: `FieldUnit \_SB.PC00.PE20.VREG, bits 0..31`. */
  readonly what?: string;
  /** Objects below it that were added, removed or renamed with it, and are not listed. */
  readonly below: number;
  /** What has changed; empty for an object that was added or removed. */
  readonly details: readonly ChangeDetail[];
}

/** A change of a table's header, or of a table without AML. */
export interface TableChange {
  readonly kind: ChangeKind;
  readonly signature: string;
  /** Distinguishes tables of one signature. */
  readonly oemTableId: string;
  readonly before?: Place;
  readonly after?: Place;
  readonly details: readonly ChangeDetail[];
}

/** A region that moved because a value changed that its address is computed from. */
export interface FollowedMove {
  readonly path: string;
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
}

/** The differences between two machines' tables. */
export interface SetDiff {
  /** True if there is no change. */
  readonly same: boolean;
  readonly tables: readonly TableChange[];
  /** By path. */
  readonly objects: readonly ObjectChange[];
  /** Regions that the changes above move. They are not changes of their own. */
  readonly moves: readonly FollowedMove[];
  /**
   * Findings of reading both sides: what could not be decoded is compared as bytes, and files that are not tables are
   * skipped. Also a note if finding all renamed objects would take too long.
   */
  readonly reading: readonly Diagnostic[];
}
