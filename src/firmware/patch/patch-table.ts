import { declarations, displayName, encodeAml, type Term } from '../../aml/index.js';
import { DiagnosticError, inFile } from '../../base/index.js';
import { encodeTable, replaceTableBody, requireTable } from '../../tables/index.js';
import type { AddressRange, Diagnostic } from '../../vocab/index.js';
import { type DecodedAmlTable, decodeTables } from '../decode-table.js';
import { existingMachine } from '../onto/existing-machine.js';
import { cutResources } from './cut-resources.js';
import { decodeToChange, requireDecoded } from './decode-to-change.js';
import { revisionWarning } from './inject-vcfg.js';
import { mergeTables } from './merge-tables.js';
import { type ForeignName, type Rename, renameObjects } from './rename-objects.js';

/** A table whose objects go into another. */
export interface MergedTable {
  /** File name for findings. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What is changed in a table, in this order. */
export interface TablePatch {
  readonly rename?: readonly Rename[];
  readonly merge?: readonly MergedTable[];
  /** Names and Methods of the merged tables replace those that the table has; otherwise that is refused. */
  readonly replace?: boolean;
  /** A window to take out of the memory that the table's host bridges hand out. */
  readonly cut?: AddressRange;
  /** A higher revision for the header. */
  readonly revision?: number;
  /** File name for findings. */
  readonly file?: string;
}

export interface PatchedTable {
  readonly bytes: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
  /** How many names each rename changed, in their order. */
  readonly renamed: readonly number[];
  /** Paths that the merged tables brought, and those among them that replaced an object. */
  readonly added: readonly string[];
  readonly replaced: readonly string[];
}

/** Renamed objects that neither the table nor a merged one declares: they have to be declared under the new name. */
function foreignNames(foreign: readonly ForeignName[], terms: readonly Term[]): Diagnostic[] {
  const declared = new Set(declarations(terms).map(({ path }) => path));
  const names = new Set([...declared].map((path) => path.slice(-4)));
  return foreign
    .filter(({ path }) => !declared.has(path) && !names.has(path.slice(-4)))
    .map(({ path, offsetBytes }) => ({
      code: 'FIRMWARE_NAME_ELSEWHERE',
      severity: 'warning',
      place: { offsetBytes, path: displayName(path.slice(-4)) },
      message: `${displayName(path.slice(-4))} is now used here, and this table does not declare it.`,
      cure: 'Rename it in the table that does, or merge one that declares it.',
    }));
}

/** A table with other terms; its header is kept unless its revision is raised. */
function withTerms(table: DecodedAmlTable, terms: readonly Term[], revision = table.header.revision): Uint8Array {
  const body = encodeAml(terms);
  return revision === table.header.revision
    ? replaceTableBody(table, body)
    : encodeTable({ ...table.header, revision }, body);
}

function patch(table: Uint8Array, given: TablePatch): PatchedTable {
  const { file = 'table', merge = [], replace = false, cut, revision } = given;
  const first = decodeToChange(requireTable(table));
  const renamed = renameObjects(first.terms, given.rename ?? []);
  const diagnostics = [...renamed.diagnostics];
  // Names keep their length, so offsets stay those of the table that was given. Methods of both tell how calls decode.
  const [decoded, ...others] = decodeTables([withTerms(first, renamed.terms), ...merge.map(({ bytes }) => bytes)]);
  const tables = others.map((each, index) => ({ file: merge[index]?.file ?? file, decoded: each }));
  for (const each of tables) requireDecoded(each.decoded, each.file);
  const { terms: merged, added, replaced } = mergeTables((decoded as DecodedAmlTable).terms, tables, { replace });
  diagnostics.push(...foreignNames(renamed.foreign, merged));
  let terms = merged;
  if (cut !== undefined) {
    const machine = existingMachine([{ file, decoded: { ...first, terms } }]);
    const after = cutResources(terms, machine, cut);
    terms = after.terms;
    diagnostics.push(...after.diagnostics);
  }
  const { header } = first;
  const raised = revision !== undefined && revision > header.revision ? revision : header.revision;
  if (raised !== header.revision) diagnostics.push(revisionWarning(header, raised));
  return {
    bytes: withTerms(first, terms, raised),
    diagnostics,
    renamed: renamed.counts,
    added,
    replaced,
  };
}

/**
 * Changes a DSDT or SSDT: renames objects, merges other tables into it, takes a window out of the memory of its host
 * bridges. What is not touched stays as it is, byte for byte. Throws a DiagnosticError for what cannot be changed, for
 * other kinds of tables, and for tables that cannot be decoded to their end.
 */
export function patchTable(table: Uint8Array, given: TablePatch): PatchedTable {
  const { file } = given;
  if (file === undefined) return patch(table, given);
  try {
    const patched = patch(table, given);
    return { ...patched, diagnostics: inFile(file, patched.diagnostics) };
  } catch (error) {
    throw error instanceof DiagnosticError ? new DiagnosticError(inFile(file, error.diagnostics)) : error;
  }
}
