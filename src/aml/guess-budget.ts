import type { Body } from './body.js';
import type { Decoder } from './decoder.js';

/** What guessing may still cost. */
export interface Budget {
  bytes: number;
}

/** Bytes that noting an unknown name costs as much as: real bodies have few, hostile ones nothing else. */
const BYTES_PER_NAME = 24;

/** Pays for one decoding of a body, and gives what it cost. */
export function charge(budget: Budget, decoder: Decoder, body: Body): number {
  const bytes = decoder.reader.at - body.start + BYTES_PER_NAME * body.unknown.size;
  budget.bytes -= bytes;
  return bytes;
}
