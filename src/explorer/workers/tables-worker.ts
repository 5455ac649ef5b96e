import { type Declaration, declarations } from '../../aml/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { type AslText, aslText } from '../analysis/asl-text.js';
import { declarationsByPath, describeObject, type ObjectDetails } from '../analysis/describe-object.js';
import { type GivenTable, type LoadedTables, loadTables } from '../analysis/loaded-tables.js';
import { type NamespaceTree, namespaceTree } from '../analysis/namespace-tree.js';
import { findReferences, type References } from '../analysis/references.js';
import { type TableField, tableFields } from '../analysis/table-fields.js';
import { serveCalls } from './calls.js';

/** Reads, decodes and prints tables, and describes their objects. */

/** A table as the page lists it. */
export interface TableRow {
  readonly file: string;
  readonly signature: string;
  readonly oemTableId: string;
  readonly revision: number;
  readonly bytes: Uint8Array;
  readonly holdsAml: boolean;
}

export interface LoadedSet {
  readonly tables: readonly TableRow[];
  readonly tree: NamespaceTree;
  readonly diagnostics: readonly Diagnostic[];
}

let loaded: LoadedTables = { tables: [], order: [], diagnostics: [] };
let declared: ReadonlyMap<string, Declaration> = new Map();
/** Found on first use: it takes a walk through every term. */
let references: References | undefined;

function load(given: readonly GivenTable[]): LoadedSet {
  loaded = loadTables(given);
  declared = declarationsByPath(loaded.order.flatMap(({ decoded }) => declarations(decoded?.terms ?? [])));
  references = undefined;
  const tables = loaded.tables.map(({ file, table, decoded }) => ({
    file,
    signature: table.header.signature,
    oemTableId: table.header.oemTableId.trim(),
    revision: table.header.revision,
    bytes: table.bytes,
    holdsAml: decoded !== undefined,
  }));
  return { tables, tree: namespaceTree(loaded), diagnostics: loaded.diagnostics };
}

function asl(index: number): AslText | undefined {
  const table = loaded.tables[index];
  return table && aslText(table);
}

function knownReferences(): References {
  references ??= findReferences(
    loaded,
    Array.from(declared.values(), (each) => each.path),
  );
  return references;
}

function describe(path: string): ObjectDetails {
  return describeObject(declared, knownReferences(), path);
}

/** Names that the tables use and none of them declares. */
const missing = (): readonly string[] => knownReferences().missing;

function fields(index: number): readonly TableField[] {
  const found = loaded.tables[index];
  return found === undefined ? [] : tableFields(found.table);
}

const handlers = { load, asl, describe, missing, fields };
export type TablesCalls = typeof handlers;

serveCalls(handlers);
