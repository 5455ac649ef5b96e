import type { Declaration, DecodedAml } from '../../aml/index.js';
import type { SdtHeader } from '../../tables/index.js';
import type { Place } from '../../vocab/index.js';

/** One table of the machine. */
export interface SubjectTable {
  /** Named in findings. */
  readonly file: string;
  readonly header: SdtHeader;
  /** The whole table, header included. */
  readonly bytes: Uint8Array;
  /** Undefined if a table of this signature holds no AML. */
  readonly decoded: DecodedAml | undefined;
  /** Empty if it holds no AML. */
  readonly terms: DecodedAml['terms'];
  /** Every object that it declares, in methods and in an If too. */
  readonly declarations: readonly Declaration[];
}

/** The place of a term of a table. */
export function placeIn(table: Pick<SubjectTable, 'file'>, offsetBytes: number, path?: string): Place {
  return {
    file: table.file,
    ...(offsetBytes < 0 ? {} : { offsetBytes }),
    ...(path === undefined ? {} : { path }),
  };
}
