import type { AcpiTable, DecodedTable } from '../../tables/index.js';
import type { Finding } from '../rules/rule.js';
import type { Subject } from '../subject/subject.js';
import { placeIn, type SubjectTable } from '../subject/subject-table.js';

/** A table of data, and what it says. */
export interface Decoded<Value> {
  readonly table: SubjectTable;
  readonly value: Value;
}

/** The tables of a signature that can be decoded at all; what is wrong with others is said in reading them. */
export function decodedTables<Value>(
  { tables }: Subject,
  signature: string,
  decode: (table: AcpiTable) => DecodedTable<Value>,
): readonly Decoded<Value>[] {
  return tables.flatMap((table) => {
    if (table.header.signature !== signature) return [];
    const { value } = decode(table);
    return value === undefined ? [] : [{ table, value }];
  });
}

/** A finding at a byte of a table. */
export function findingIn(
  table: Pick<SubjectTable, 'file'>,
  offsetBytes: number,
  message: string,
  more: Omit<Finding, 'place' | 'message'> = {},
): Finding {
  return { place: placeIn(table, offsetBytes), message, ...more };
}
