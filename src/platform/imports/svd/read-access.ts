import type { ModelAccess } from '../model/register-model.js';
import type { DerivedElements } from './derived.js';
import { SVD_ACCESS, SVD_READ_EFFECTS, SVD_WRITE_EFFECTS } from './svd-values.js';
import type { XmlElement } from './xml-tree.js';

/** The access of a register or field: its own words, and what the element around it has for those that are missing. */
export function readAccess(derived: DerivedElements, element: XmlElement, outer: ModelAccess): ModelAccess {
  const word = (name: string) => derived.child(element, name)?.text ?? '';
  const { onWrite, onRead, ...plain } = outer;
  const access = SVD_ACCESS.get(word('access')) ?? plain;
  const write = SVD_WRITE_EFFECTS.get(word('modifiedWriteValues')) ?? onWrite;
  const read = SVD_READ_EFFECTS.get(word('readAction')) ?? onRead;
  return {
    ...access,
    ...(write !== undefined && access.write && { onWrite: write }),
    ...(read !== undefined && access.read && { onRead: read }),
  };
}
