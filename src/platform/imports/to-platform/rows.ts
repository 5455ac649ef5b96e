import type { Access, Place } from '../../../vocab/index.js';

/** Rows of a platform file, as an import writes them. */

export interface RowNames {
  /** NameSeg; only where the source's name is one, or where one made from longName would not be unique. */
  name?: string;
  longName?: string;
}

export interface FieldRow extends RowNames {
  readonly label?: string;
  readonly description?: string;
  readonly lowBit: number;
  readonly widthBits: number;
  readonly access?: Access;
  readonly values: readonly { readonly name: string; readonly value: bigint; readonly description?: string }[];
  readonly min?: bigint;
  readonly max?: bigint;
}

export interface RegisterRow extends RowNames {
  readonly place: Place;
  readonly label?: string;
  readonly description?: string;
  readonly index: number;
  readonly width: 32 | 64;
  readonly access: Access;
  readonly reset: bigint;
  readonly count?: number;
  /** In dwords. */
  readonly stride?: number;
  readonly fields: readonly FieldRow[];
}

export interface InstanceRow {
  readonly group: string;
  readonly longName?: string;
  readonly description?: string;
  readonly index: number;
  readonly count?: number;
  readonly stride?: number;
}

/** What a function or group has in the trapped page. */
export interface Contents {
  readonly registers: readonly RegisterRow[];
  readonly instances: readonly InstanceRow[];
}

export interface GroupRow extends Contents {
  readonly description?: string;
}

export interface FunctionRow extends Contents {
  /** `bb:dd.f`. */
  readonly address: string;
  readonly name: string;
  readonly longName?: string;
  readonly description?: string;
  /** For a comment: where the source has it. */
  readonly base: bigint;
}

export interface PlatformRows {
  readonly functions: readonly FunctionRow[];
  readonly groups: ReadonlyMap<string, GroupRow>;
}
