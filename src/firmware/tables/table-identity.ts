import type { TableIdentity } from '../../tables/index.js';

/** What a user may say of the headers of generated tables. */
export type HeaderOptions = Partial<Omit<TableIdentity, 'signature' | 'revision'>>;

/** The header of a generated table: the generator's own names, but for what is given. The same each time. */
export function tableIdentity(signature: string, revision: number, options: HeaderOptions = {}): TableIdentity {
  return {
    oemId: 'VCFG',
    oemTableId: `VCFG${signature}`,
    oemRevision: 1,
    creatorId: 'VCFG',
    creatorRevision: 1,
    ...options,
    signature,
    revision,
  };
}

/** A table under the name that its files have. */
export interface NamedTable {
  /** `dsdt`, `ssdt`, `facp`: what comes before the dot. */
  readonly name: string;
  readonly bytes: Uint8Array;
}
