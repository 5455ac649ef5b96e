import {
  errorAt,
  refuseArgument,
  requireBytes,
  requireObject,
  requireObjects,
  requireOption,
  requireWithin,
  SDT_HEADER_BYTES,
  SDT_OFFSET,
} from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { createNamespace, NamespaceNode } from '../namespace/namespace.js';
import { type DecodedAml, TapedAml } from '../tape/decoded-aml.js';
import type { Tape } from '../tape/tape.js';
import { Decoder } from './decoder.js';
import { guessCalls, noteGuesses } from './guess-calls.js';

export type { DecodedAml } from '../tape/decoded-aml.js';
export type { GuessedCall } from './guess-calls.js';

export interface DecodeOptions {
  /** First byte of the terms (default: 0). Offsets in terms and findings count from the start of `bytes`. */
  readonly offset?: number;
  /** Names that other tables declare. The names that this table declares are added to it. */
  readonly namespace?: NamespaceNode;
  /**
   * `lazy` makes the terms of a method's body when the body is first read. `skip` leaves each body as one Raw
   * term (default: `decode`).
   */
  readonly methodBodies?: 'decode' | 'lazy' | 'skip';
  /** The deepest nesting of terms that is decoded (default: 400); deeper terms stay Raw. */
  readonly depthLimit?: number;
  /**
   * The most bytes that are decoded again to find how many arguments undeclared methods take
   * (default: 1 MiB or ten times the length, whichever is more). After that, the best counts so far are kept.
   */
  readonly guessBudgetBytes?: number;
}

/** Deeper nesting could overflow the caller's stack. */
const MOST_DEPTH = 10_000;

const DECODE_LIMITS = {
  depth: 400,
  guessBudgetBytes: 1 << 20,
  guessBudgetPasses: 10,
  diagnostics: 100,
} as const;

/**
 * The fields of a header that are text: signature, OEM ID, OEM table ID, creator ID. Terms at these offsets would not
 * be.
 */
const HEADER_TEXT: readonly (readonly [start: number, end: number])[] = [
  [SDT_OFFSET.signature, SDT_OFFSET.length],
  [SDT_OFFSET.oemId, SDT_OFFSET.oemRevision],
  [SDT_OFFSET.creatorId, SDT_OFFSET.creatorRevision],
];
const isText = (byte: number): boolean => byte === 0 || (byte >= 0x20 && byte <= 0x7e);

/** The signature, if the bytes are a whole table and not only its terms; otherwise undefined. */
function signatureOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < SDT_HEADER_BYTES) return undefined;
  const signature = String.fromCharCode(...bytes.subarray(0, SDT_OFFSET.length));
  if (signature !== 'DSDT' && signature !== 'SSDT' && signature !== 'PSDT') return undefined;
  return HEADER_TEXT.every(([start, end]) => bytes.subarray(start, end).every(isText)) ? signature : undefined;
}

function wholeTable(signature: string): Diagnostic {
  const message = `The bytes begin with the header of a ${signature}, which is not AML; its ${SDT_HEADER_BYTES} bytes are kept as they are.`;
  const cure = `Give the whole table to decodeTable, or an offset of ${SDT_HEADER_BYTES} here.`;
  return errorAt('AML_WHOLE_TABLE', { offsetBytes: 0 }, message, cure);
}

/** Throws a TypeError or RangeError for arguments that are not what {@link decodeAml} takes. */
function requireDecodable(bytes: Uint8Array, options: DecodeOptions): void {
  requireBytes(bytes, 'decodeAml: bytes');
  requireObject(options, 'decodeAml: options');
  requireWithin(options.offset ?? 0, 0, bytes.length, 'decodeAml: offset');
  requireWithin(options.depthLimit ?? 1, 1, MOST_DEPTH, 'decodeAml: depthLimit');
  requireWithin(options.guessBudgetBytes ?? 0, 0, Number.MAX_SAFE_INTEGER, 'decodeAml: guessBudgetBytes');
  requireOption(options.methodBodies, ['decode', 'lazy', 'skip'], 'decodeAml: methodBodies');
  if (options.namespace !== undefined && !(options.namespace instanceof NamespaceNode))
    refuseArgument('decodeAml: namespace', options.namespace, 'a namespace as createNamespace or decodeAml returns it');
}

/**
 * Decodes a definition block's terms. Never throws for bad bytes: what cannot be decoded becomes Raw terms, so that
 * encoding gives the same bytes again, and a diagnostic reports it. The header of a whole table is reported the same way.
 * Throws a TypeError or RangeError for bad arguments, such as an offset after the last byte.
 */
export function decodeAml(bytes: Uint8Array, options: DecodeOptions = {}): DecodedAml {
  requireDecodable(bytes, options);
  // A copy, since terms are made from it later. A plain Uint8Array, which is faster to read than a Buffer.
  const { tape, ...decoded } = decodeToTape(new Uint8Array(bytes), options);
  tape.trim();
  return new TapedAml(tape, decoded, options.methodBodies === 'lazy');
}

/** The same, as a tape that reads from the bytes themselves. The caller trims or releases it. */
export function decodeToTape(
  bytes: Uint8Array,
  options: DecodeOptions,
): Omit<DecodedAml, 'terms'> & { readonly tape: Tape } {
  const namespace = options.namespace ?? createNamespace();
  const offset = options.offset ?? 0;
  const signature = offset === 0 ? signatureOf(bytes) : undefined;
  const decoder = new Decoder(bytes, {
    offset,
    headerBytes: signature === undefined ? 0 : SDT_HEADER_BYTES,
    namespace,
    bodies: options.methodBodies !== 'skip',
    depthLimit: options.depthLimit ?? DECODE_LIMITS.depth,
    diagnosticsLimit: DECODE_LIMITS.diagnostics,
  });
  const guesses = guessCalls(
    decoder,
    options.guessBudgetBytes ??
      Math.max(DECODE_LIMITS.guessBudgetBytes, DECODE_LIMITS.guessBudgetPasses * bytes.length),
  );
  const faults = decoder.bodies.flatMap((body) => body.diagnostics).slice(0, DECODE_LIMITS.diagnostics);
  const whole = signature === undefined ? [] : [wholeTable(signature)];
  const diagnostics = [...whole, ...faults, ...noteGuesses(guesses, DECODE_LIMITS.diagnostics)];
  return { tape: decoder.tape, namespace, guesses, diagnostics };
}

/** A table's bytes, and where its terms begin. */
export interface AmlSource {
  readonly bytes: Uint8Array;
  /** First byte of the terms (default: 0). */
  readonly offset?: number;
}

/**
 * Decodes the tables of one machine, each knowing what the others declare: first the declarations of all, then the
 * terms of each, in one namespace. Argument counts of undeclared methods are guessed separately for each table. Give the
 * DSDT first.
 */
export function decodeTogether(
  sources: readonly AmlSource[],
  options: Omit<DecodeOptions, 'offset' | 'methodBodies'> = {},
): DecodedAml[] {
  requireObjects(sources, 'decodeTogether: sources', '{ bytes, offset }');
  requireObject(options, 'decodeTogether: options');
  const namespace = options.namespace ?? createNamespace();
  for (const { bytes, offset = 0 } of sources)
    decodeAml(bytes, { ...options, namespace, offset, methodBodies: 'skip', guessBudgetBytes: 0 });
  return sources.map(({ bytes, offset = 0 }) => decodeAml(bytes, { ...options, namespace, offset }));
}
