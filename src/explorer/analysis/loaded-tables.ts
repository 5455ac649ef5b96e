import { inFile } from '../../base/index.js';
import { type DecodedAmlTable, decodeTables } from '../../firmware/index.js';
import { type AcpiTable, decodeDataTable, holdsAml, readTable } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';

/** A table as a file of the user's: name and bytes. */
export interface GivenTable {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** A table of the machine that is looked at. */
export interface LoadedTable {
  readonly file: string;
  readonly table: AcpiTable;
  /** Undefined if a table of this signature holds no AML. */
  readonly decoded: DecodedAmlTable | undefined;
}

export interface LoadedTables {
  /** Every table that could be read, as given. */
  readonly tables: readonly LoadedTable[];
  /** Those with AML that an OS loads, in that order: the first DSDT, then all others except further DSDTs. */
  readonly order: readonly LoadedTable[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the tables of one machine and decodes them together, so that each knows the names of the others. */
export function loadTables(given: readonly GivenTable[]): LoadedTables {
  const diagnostics: Diagnostic[] = [];
  const read: { file: string; table: AcpiTable }[] = [];
  for (const { file, bytes } of given) {
    const { table, diagnostics: found } = readTable(bytes);
    diagnostics.push(...inFile(file, found));
    if (table !== undefined) read.push({ file, table });
  }
  const aml = read.filter(({ table }) => holdsAml(table.header));
  const first = aml.find(({ table }) => table.header.signature === 'DSDT');
  const others = aml.filter(({ table }) => table.header.signature !== 'DSDT');
  const together = first === undefined ? others : [first, ...others];
  const decoded = new Map(
    decodeTables(together.map(({ table }) => table)).map((each, index) => [together[index], each]),
  );
  for (const each of aml) if (!decoded.has(each)) decoded.set(each, decodeTables([each.table])[0] as DecodedAmlTable);
  const tables = read.map((each) => ({ ...each, decoded: decoded.get(each) }));
  for (const { file, table, decoded: terms } of tables) {
    diagnostics.push(...inFile(file, terms?.diagnostics ?? decodeDataTable(table)?.diagnostics ?? []));
  }
  const order = together.map((each) => tables[read.indexOf(each)] as LoadedTable);
  return { tables, order, diagnostics };
}
