import type { Diagnostic, Place } from '../../vocab/index.js';

/** What has changed about one thing: both sides as they are shown; undefined where a side has none. */
export interface ChangeDetail {
  /** `value`, `address`, `arguments`, `statement 3.1`. */
  readonly aspect: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** `renamed`: the same object, with all below it, under another name in the same scope. */
export type ChangeKind = 'added' | 'removed' | 'renamed' | 'changed';

/** A change of one named object, or of what runs in a scope while the tables are loaded. */
export interface ObjectChange {
  readonly kind: ChangeKind;
  /** Absolute, as ASL shows it; of an object that was renamed as it is after. */
  readonly path: string;
  /** `Integer`, `Method`, `FieldUnit`, `Device`; `Code` for what runs at load. As it is after, if it is there. */
  readonly type: string;
  readonly before?: Place;
  readonly after?: Place;
  /** What it is, of an object that came, went or was renamed: `FieldUnit \_SB.PC00.PE20.VREG, bits 0..31`. */
  readonly what?: string;
  /** Objects below it that came, went or were renamed with it, and are not listed. */
  readonly below: number;
  /** What has changed; empty for an object that came or went. */
  readonly details: readonly ChangeDetail[];
}

/** A change of a table's header, or of a table that holds no AML. */
export interface TableChange {
  readonly kind: ChangeKind;
  readonly signature: string;
  /** Tells tables of one signature apart. */
  readonly oemTableId: string;
  readonly before?: Place;
  readonly after?: Place;
  readonly details: readonly ChangeDetail[];
}

/** A region that lies elsewhere because a value changed that its address is computed from. */
export interface FollowedMove {
  readonly path: string;
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
}

/** What is different between two machines' tables. */
export interface SetDiff {
  /** True if there is no change. */
  readonly same: boolean;
  readonly tables: readonly TableChange[];
  /** By path. */
  readonly objects: readonly ObjectChange[];
  /** What the changes above move; no change of its own. */
  readonly moves: readonly FollowedMove[];
  /**
   * What reading both sides said: what could not be understood is compared as bytes, what is no table not at all. And a
   * note, if it would take too long to tell which objects were renamed.
   */
  readonly reading: readonly Diagnostic[];
}
