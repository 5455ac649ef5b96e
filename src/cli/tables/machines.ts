import { dirname } from 'node:path';
import { createNamespace, type DecodedAml, type NamespaceNode } from '../../aml/index.js';
import { DiagnosticError, inFile } from '../../base/index.js';
import { SET_LIMITS } from '../../check/rules/set-limits.js';
import { decodeTable } from '../../firmware/decode-table.js';
import { type AcpiTable, holdsAml, readTable } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Input } from '../read/read-input.js';
import { signatureOf, type TableInput } from './read-tables.js';

/** A table with what it says. */
export interface LoadedTable {
  readonly file: string;
  readonly table: AcpiTable;
  /** Undefined if a table of this signature holds no AML. */
  readonly decoded: DecodedAml | undefined;
  /** Of length, checksum and what follows the table. */
  readonly headerFindings: readonly Diagnostic[];
  readonly amlFindings: readonly Diagnostic[];
}

/** Everything that was found in a table. */
export function findingsOf({ headerFindings, amlFindings }: LoadedTable): Diagnostic[] {
  return [...headerFindings, ...amlFindings];
}

/** Decodes a table that was read; the terms of a method are made when they are looked at. Throws a DiagnosticError if its header cannot be right. */
function loadTable({ file, bytes }: Input, namespace: NamespaceNode): LoadedTable {
  const { table, diagnostics } = readTable(bytes);
  if (table === undefined) throw new DiagnosticError(inFile(file, diagnostics));
  const decoded = holdsAml(table.header) ? decodeTable(table, { namespace, methodBodies: 'lazy' }) : undefined;
  const headerFindings = inFile(file, diagnostics);
  return { file, table, decoded, headerFindings, amlFindings: inFile(file, decoded?.diagnostics ?? []) };
}

/** The table that an input holds, if it holds AML and its header can be right. */
export function amlTable({ bytes }: Input): AcpiTable | undefined {
  const { table } = readTable(bytes);
  return table !== undefined && holdsAml(table.header) ? table : undefined;
}

/** A namespace that holds what tables declare. */
function namespaceOf(tables: readonly AcpiTable[]): NamespaceNode {
  const namespace = createNamespace();
  for (const table of tables) decodeTable(table, { namespace, methodBodies: 'skip', guessBudgetBytes: 0 });
  return namespace;
}

/** Tables of one machine, which resolve each other's names. */
export interface Machine {
  /** First those of `--external`, then the DSDT, then the others. */
  readonly tables: readonly AcpiTable[];
  namespace?: NamespaceNode;
  decoded?: readonly LoadedTable[];
}

const isDsdt = (input: Input) => signatureOf(input) === 'DSDT';

/** Whether tables can be one machine's, which has one DSDT. Beyond the limits of a set, each is taken by itself. */
function canBeOneMachine(inputs: readonly TableInput[]): boolean {
  const { tables, bytes } = SET_LIMITS;
  const size = inputs.reduce((sum, each) => sum + each.bytes.length, 0);
  return inputs.filter(isDsdt).length <= 1 && inputs.length <= tables && size <= bytes;
}

/** A table's machine, and its place among the tables of it; -1 if it holds no AML. */
export interface Member {
  readonly machine: Machine;
  readonly place: number;
}

/**
 * The machine of each table: all that are given are one machine's if there is one DSDT among them, else those of each folder
 * or text, and where a folder holds several DSDTs, each table is a machine of its own.
 */
export function machinesOf(
  inputs: readonly TableInput[],
  externals: readonly AcpiTable[],
): ReadonlyMap<TableInput, Member> {
  const machines = new Map<TableInput, Member>();
  const pool = (group: readonly TableInput[]) => {
    const tables = [...externals];
    const machine: Machine = { tables };
    for (const each of [...group.filter(isDsdt), ...group.filter((other) => !isDsdt(other))]) {
      const table = amlTable(each);
      machines.set(each, { machine, place: table === undefined ? -1 : tables.push(table) - 1 });
    }
  };
  if (canBeOneMachine(inputs)) {
    pool(inputs);
    return machines;
  }
  const groups = new Map<string, TableInput[]>();
  for (const each of inputs) {
    const place = each.part === undefined ? dirname(each.path) : each.path;
    groups.set(place, [...(groups.get(place) ?? []), each]);
  }
  for (const group of groups.values()) {
    if (canBeOneMachine(group)) pool(group);
    else for (const each of group) pool([each]);
  }
  return machines;
}

/** Whether a table is alone on its machine, and no other declares names. */
const isAlone = ({ machine, place }: Member) => machine.tables.every((_, index) => index === place);

/** The namespace for a table: its machine's, or an empty one for a table on its own. */
function namespaceFor(member: Member): NamespaceNode {
  if (isAlone(member)) return createNamespace();
  member.machine.namespace ??= namespaceOf(member.machine.tables);
  return member.machine.namespace;
}

/** Decodes a table with what the others of its machine declare. Throws a DiagnosticError if its header cannot be right. */
export function loadMember(input: Input, member: Member): LoadedTable {
  return loadTable(input, namespaceFor(member));
}

/** The other tables of a table's machine, decoded. */
export function othersOf(member: Member): LoadedTable[] {
  if (isAlone(member)) return [];
  const { machine, place } = member;
  machine.decoded ??= machine.tables.map(({ bytes }) => loadTable({ file: '', bytes }, namespaceFor(member)));
  return machine.decoded.filter((_, index) => index !== place);
}
