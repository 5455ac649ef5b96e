import { encodeAml, type Term } from '../../../src/aml/index.js';
import type { CheckInput, CheckSetOptions } from '../../../src/check/rules/check-set.js';
import {
  encodeFadt,
  encodeMcfg,
  encodeTable,
  FADT_FLAG,
  FADT_MINOR_REVISION,
  FADT_REVISION,
  type McfgAllocation,
  replaceTableBody,
  requireTable,
} from '../../../src/tables/index.js';

const IDENTITY = {
  revision: 2,
  oemId: 'VCFG',
  oemTableId: 'RULES',
  oemRevision: 1,
  creatorId: 'VCFG',
  creatorRevision: 1,
};

type Identity = Partial<typeof IDENTITY>;
/** Terms, or the bytes of a definition block as they are. */
export type Body = readonly Term[] | Uint8Array;

const bytesOf = (body: Body): Uint8Array => (body instanceof Uint8Array ? body : encodeAml(body));

function table(signature: string, body: Body, identity: Identity): CheckInput {
  const bytes = encodeTable({ ...IDENTITY, ...identity, signature }, bytesOf(body));
  return { file: `${signature.toLowerCase()}.aml`, bytes };
}

export const dsdt = (body: Body, identity: Identity = {}): CheckInput => table('DSDT', body, identity);
export const ssdt = (body: Body, identity: Identity = {}): CheckInput => table('SSDT', body, identity);
/** A table without AML that shows that a set is whole. */
export const fadt = (): CheckInput => {
  const fields = { minorRevision: FADT_MINOR_REVISION, flags: FADT_FLAG.hardwareReduced };
  return { file: 'facp.aml', bytes: encodeFadt({ ...IDENTITY, revision: FADT_REVISION }, fields) };
};

export function mcfg(...allocations: readonly McfgAllocation[]): CheckInput {
  return { file: 'mcfg.aml', bytes: encodeMcfg(IDENTITY, allocations) };
}

/** A DSDT of revision 1, which the encoder does not write. */
export function oldDsdt(body: Body): CheckInput {
  const { file, bytes } = dsdt(new Uint8Array());
  const header = bytes.slice();
  header[8] = 1;
  header[9] = (header[9] as number) + 1;
  return { file, bytes: replaceTableBody(requireTable(header), bytesOf(body)) };
}

/** A table with some of its bytes changed, whatever its checksum then is. */
export function changed(input: CheckInput, change: (bytes: Uint8Array) => Uint8Array | undefined): CheckInput {
  const bytes = input.bytes.slice();
  return { ...input, bytes: change(bytes) ?? bytes };
}

/** What a rule has to find something in, and what is as like it as can be and right. */
export interface RuleFixture {
  readonly code: string;
  /** What sets it apart from other rows of its code. */
  readonly of?: string;
  readonly wrong: readonly CheckInput[];
  readonly right: readonly CheckInput[];
  /** Offset of the finding in its table, its path, or a part of its sentence. */
  readonly path?: string;
  readonly says: string;
  /** How many findings there are in `wrong`; 1 if not given. */
  readonly count?: number;
  readonly severity?: 'error' | 'warning' | 'note';
  readonly options?: CheckSetOptions;
  /** Codes of other rules that find something in `right`, and should. */
  readonly also?: readonly string[];
}
