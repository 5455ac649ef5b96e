import type { Op, Term } from '../../../aml/index.js';

/** A Package in either of its encodings. */
export type PackageTerm = Op<'Package' | 'VarPackage'>;

export function isPackage(term: Term | undefined): term is PackageTerm {
  return term?.op === 'Package' || term?.op === 'VarPackage';
}
