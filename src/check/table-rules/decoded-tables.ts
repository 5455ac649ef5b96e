import {
  type AcpiTable,
  type DecodedTable,
  decodeFadt,
  decodeMadt,
  type Fadt,
  type Madt,
  madtStructures,
  type PlacedMadtStructure,
} from '../../tables/index.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { perSubject } from '../subject/per-subject.js';
import { placeIn, type SubjectTable } from '../subject/subject-table.js';

/** A table of data and its decoded value. */
export interface Decoded<Value> {
  readonly table: SubjectTable;
  readonly value: Value;
}

/** The tables of a signature that can be decoded. What is wrong with the others was reported when they were read. */
export function decodedTables<Value>(
  { tables }: CheckedMachine,
  signature: string,
  decode: (table: AcpiTable) => DecodedTable<Value>,
): readonly Decoded<Value>[] {
  return tables.flatMap((table) => {
    if (table.header.signature !== signature) return [];
    const { value } = decode(table);
    return value === undefined ? [] : [{ table, value }];
  });
}

export type DecodedFadt = Decoded<Fadt>;

/** Every given FADT. */
export const fadtsOf = perSubject((subject): readonly DecodedFadt[] => decodedTables(subject, 'FACP', decodeFadt));

/** A MADT, and its structures with their places. */
export interface PlacedMadt extends Decoded<Madt> {
  readonly structures: readonly PlacedMadtStructure[];
}

/** Every given MADT. */
export const madtsOf = perSubject((subject): readonly PlacedMadt[] =>
  decodedTables(subject, 'APIC', decodeMadt).map((decoded) => ({
    ...decoded,
    structures: madtStructures(decoded.table).structures,
  })),
);

/** A finding at a byte of a table. */
export function findingIn(
  table: Pick<SubjectTable, 'file'>,
  offsetBytes: number,
  message: string,
  more: Omit<Finding, 'place' | 'message'> = {},
): Finding {
  return { place: placeIn(table, offsetBytes), message, ...more };
}
