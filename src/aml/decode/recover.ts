import { errorAt } from '../../base/index.js';
import { rowAt } from '../grammar/compiled-rows.js';
import type { NamespaceNode } from '../namespace/namespace.js';
import type { AmlReader } from './aml-reader.js';
import { type Body, NO_DIAGNOSTICS } from './body.js';
import type { DecodeFault } from './decode-fault.js';

/** Where decoding can go on after a term that failed: behind its package if it has a sound one, else at the end. */
export function afterPackage(reader: AmlReader, start: number, end: number): number {
  const row = rowAt(reader.bytes, start, end);
  if (row?.package !== true) return end;
  try {
    reader.at = start + row.width;
    return reader.packageEnd(end);
  } catch {
    return end;
  }
}

/** Adds a finding of what failed in a scope, unless the body has `most` of them. */
export function noteFault(body: Body, fault: DecodeFault, lostBytes: number, scope: NamespaceNode, most: number): void {
  if (body.diagnostics.length >= most) return;
  if (body.diagnostics === NO_DIAGNOSTICS) body.diagnostics = [];
  const place = { offsetBytes: fault.at, path: scope.path() };
  body.diagnostics.push(
    errorAt(fault.code, place, `${fault.message} ${lostBytes} bytes are kept as they are.`, fault.cure),
  );
}
