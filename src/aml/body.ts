import type { Diagnostic } from '../vocab/index.js';
import type { NamespaceNode } from './namespace.js';
import type { Term } from './term.js';

/** A run of terms that is decoded as one: the table's own level, or a method's body. */
export interface Body {
  readonly start: number;
  readonly end: number;
  readonly scope: NamespaceNode;
  /** Children that the scope had before the body was decoded. */
  readonly outerNames: number;
  /** What the terms stand in. */
  readonly bytes: Uint8Array;
  /** Where the terms go: operands of the Method term that the body is of. */
  readonly holder: unknown[];
  /** That Method; undefined for the table's own level, and until the Method is made. */
  method: Term | undefined;
  /** The last decoding was on trial, and its terms may be other ones. */
  tried: boolean;
  /** How unlikely the last decoding looked: see {@link COST}. */
  implausibility: number;
  /** Names in it that stand for values and that nothing declares, with the offset where each stands first. */
  unknown: Map<string, number>;
  diagnostics: Diagnostic[];
}

/** Shared by all bodies without findings, and never added to. */
export const NO_DIAGNOSTICS: Diagnostic[] = [];
/** Shared by all bodies whose names are all declared, and never added to. */
export const NOTHING_UNKNOWN: Map<string, number> = new Map();

/** A body before it is first decoded. */
export function createBody(
  bytes: Uint8Array,
  start: number,
  end: number,
  scope: NamespaceNode,
  holder: unknown[],
): Body {
  return {
    bytes,
    start,
    end,
    scope,
    outerNames: scope.childCount,
    holder,
    method: undefined,
    tried: false,
    implausibility: 0,
    unknown: NOTHING_UNKNOWN,
    diagnostics: NO_DIAGNOSTICS,
  };
}
