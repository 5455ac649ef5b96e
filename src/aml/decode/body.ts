import type { Diagnostic } from '../../vocab/index.js';
import type { NamespaceNode } from '../namespace/namespace.js';

export interface DecoderOptions {
  /** First byte of the terms. */
  readonly offset: number;
  /** Bytes of a table's header that come before the terms, and are kept as they are. */
  readonly headerBytes: number;
  readonly namespace: NamespaceNode;
  /** Whether the bodies of methods are decoded. */
  readonly bodies: boolean;
  readonly depthLimit: number;
  /** The most findings kept for one body. */
  readonly diagnosticsLimit: number;
}

/** A run of terms that is decoded together: the table's own level, or a method's body. */
export interface Body {
  readonly start: number;
  readonly end: number;
  readonly scope: NamespaceNode;
  /** Children that the scope had before the body was decoded. */
  outerNames: number;
  /** The tape's record for the body; -1 for the table's own level. */
  readonly record: number;
  /** The last decoding was a trial, so the tape may hold other terms. */
  tried: boolean;
  /** How unlikely the last decoding looked: see {@link COST}. */
  implausibility: number;
  /** Undeclared names that are used as values, with the offset of each one's first use. */
  unknown: Map<string, number>;
  diagnostics: Diagnostic[];
}

/** Shared by all bodies without findings; never changed. */
export const NO_DIAGNOSTICS: Diagnostic[] = [];
/** Shared by all bodies whose names are all declared; never changed. */
export const NOTHING_UNKNOWN: Map<string, number> = new Map();

/** A body before it is first decoded. */
export function createBody(start: number, end: number, scope: NamespaceNode, record: number): Body {
  return {
    start,
    end,
    scope,
    outerNames: scope.children.length,
    record,
    tried: false,
    implausibility: 0,
    unknown: NOTHING_UNKNOWN,
    diagnostics: NO_DIAGNOSTICS,
  };
}
