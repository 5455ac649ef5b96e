import { Decoder } from '../../src/aml/decode/decoder.js';
import { guessCalls } from '../../src/aml/decode/guess-calls.js';
import { createNamespace } from '../../src/aml/namespace/namespace.js';
import { TapedAml } from '../../src/aml/tape/decoded-aml.js';

/** Work that decoding an input causes, counted: the same on every machine, however busy it is. */
export interface DecodeSteps {
  /** Bytes of AML decoded, guessing included; what takes longer counts as more of them. */
  readonly decodedBytes: number;
  /** Records on the tape, which are what encoding and printing go through. */
  readonly records: number;
  readonly decoded: TapedAml;
}

/** As `decodeAml` has them. */
const LIMITS = { depthLimit: 400, diagnosticsLimit: 100 } as const;
const budgetOf = (bytes: Uint8Array) => Math.max(1 << 20, 10 * bytes.length);

/** Decodes as `decodeAml` does, and counts what that takes. */
export function countDecoding(bytes: Uint8Array): DecodeSteps {
  const namespace = createNamespace();
  const decoder = new Decoder(bytes, { offset: 0, headerBytes: 0, namespace, bodies: true, ...LIMITS });
  const guesses = guessCalls(decoder, budgetOf(bytes));
  const decoded = new TapedAml(decoder.tape, { namespace, guesses, diagnostics: [] }, false);
  return { decodedBytes: decoder.spentBytes, records: decoder.tape.count, decoded };
}

/** What a byte of input may cost: a fault costs 160, and a name above many scopes two for each. */
const MOST_DECODED = 400;
const MOST_RECORDS = 2;
const MOST_CHARACTERS = 400;
/** The head of a text, whatever it holds. */
const HEAD_CHARACTERS = 10_000;

/** Whether decoding cost more than an input of that size may; undefined if it did not. */
export function excessOf(bytes: Uint8Array, { decodedBytes, records }: DecodeSteps): string | undefined {
  // Guessing ends when its budget is spent, at the table's level and in the bodies, and the last try may pass it.
  const mostBytes = MOST_DECODED * bytes.length + 3 * budgetOf(bytes);
  if (decodedBytes > mostBytes) return `decodes ${decodedBytes} bytes of at most ${mostBytes}`;
  const mostRecords = MOST_RECORDS * bytes.length + 16;
  return records > mostRecords ? `has ${records} records of at most ${mostRecords}` : undefined;
}

/** Whether the text of an input is longer than its size allows; undefined if it is not. */
export function textExcess(bytes: Uint8Array, text: string): string | undefined {
  const most = MOST_CHARACTERS * bytes.length + HEAD_CHARACTERS;
  return text.length > most ? `prints ${text.length} characters of at most ${most}` : undefined;
}
