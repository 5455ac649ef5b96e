import { errorAt } from '../../base/index.js';
import { rowAt } from '../grammar/compiled-rows.js';
import type { NamespaceNode } from '../namespace/namespace.js';
import type { AmlReader } from './aml-reader.js';
import { type Body, NO_DIAGNOSTICS } from './body.js';
import type { DecodeFault } from './decode-fault.js';

/** Whether a term that failed is a Return without a value, as some compilers write it. */
function isBareReturn(reader: AmlReader, start: number, end: number, { at }: DecodeFault): boolean {
  return at === start + 1 && rowAt(reader.bytes, start, end)?.op === 'Return';
}

/**
 * Where decoding can continue after a term that failed: after a Return without a value, after a package with a valid
 * length, otherwise at the end.
 */
export function afterFault(reader: AmlReader, start: number, end: number, fault: DecodeFault): number {
  if (isBareReturn(reader, start, end, fault)) return start + 1;
  const row = rowAt(reader.bytes, start, end);
  if (row?.package !== true) return end;
  try {
    reader.at = start + row.width;
    return reader.packageEnd(end);
  } catch {
    return end;
  }
}

/** The body whose term failed, that term's bytes, and the scope that it is in. */
interface FaultPlace {
  readonly body: Body;
  readonly scope: NamespaceNode;
  readonly start: number;
  /** Where decoding continues. */
  readonly stop: number;
}

/** Adds a finding about what failed, unless the body already has `most`. */
export function noteFault(reader: AmlReader, fault: DecodeFault, place: FaultPlace, most: number): void {
  const { body, scope, start, stop } = place;
  if (body.diagnostics.length >= most) return;
  if (body.diagnostics === NO_DIAGNOSTICS) body.diagnostics = [];
  const { message, cure } = isBareReturn(reader, start, stop, fault) ? BARE_RETURN : fault;
  const kept = stop - start === 1 ? '1 byte is kept as it is.' : `${stop - start} bytes are kept as they are.`;
  body.diagnostics.push(errorAt(fault.code, { offsetBytes: fault.at, path: scope.path() }, `${message} ${kept}`, cure));
}

/** ACPI 6.5 §20.2.5.3 */
const BARE_RETURN = {
  message: 'A Return has no value, and in AML every Return has one.',
  cure: 'Some compilers write this. In the source, return a value, such as Return (Zero).',
} as const;
