import { withOperands } from '../../aml/grammar/term.js';
import {
  appendTo,
  bodyOf,
  type Declaration,
  declarations,
  displayName,
  joinPath,
  replaceTerms,
  type Term,
  withBody,
} from '../../aml/index.js';
import { findHolder } from '../../aml/namespace/declarations.js';
import { DiagnosticError } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { ExistingTable } from '../onto/existing-machine.js';

export interface MergeOptions {
  /** Names and Methods that the table has are replaced by those of the merged tables, instead of refused. */
  readonly replace?: boolean;
}

export interface MergedTerms {
  readonly terms: readonly Term[];
  /** Paths of what the merged tables declare, as people write them. */
  readonly added: readonly string[];
  /** Those among them that were in the table before. */
  readonly replaced: readonly string[];
}

/** Kinds of objects that may be declared anywhere, since nothing that loads before or after depends on their place. */
const MOVABLE = new Set(['Name', 'Method']);
const isMovable = (term: Term): boolean =>
  MOVABLE.has(term.op) || (term.op === 'Device' && (bodyOf(term) ?? []).every(isMovable));

const isObject = ({ inMethod }: Declaration) => !inMethod;

/** Terms without the Externals of declared paths, and without the `If (0)` in which iasl puts them, once empty. */
function withoutExternals(terms: readonly Term[], declared: ReadonlySet<string>, scope = '\\'): readonly Term[] {
  const kept: Term[] = [];
  for (const term of terms) {
    if (term.op === 'External') {
      if (!declared.has(joinPath(scope, term.operands[0]))) kept.push(term);
      continue;
    }
    const body = term.op === 'Method' ? undefined : bodyOf(term);
    if (body === undefined) {
      kept.push(term);
      continue;
    }
    const opens = term.op === 'If' || term.op === 'Else' || term.op === 'While';
    const inside = opens ? scope : joinPath(scope, term.operands[0] as string);
    const next = withoutExternals(body, declared, inside);
    const same = next.length === body.length && next.every((each, index) => each === body[index]);
    if (term.op === 'If' && next.length === 0 && body.length > 0) continue;
    kept.push(same ? term : withBody(term, next));
  }
  return kept;
}

function taken(path: string, own: Declaration, file: string, canReplace: boolean): Diagnostic {
  return {
    code: 'FIRMWARE_NAME_TAKEN',
    severity: 'error',
    place: { offsetBytes: own.term.start, path: displayName(path) },
    message: `${displayName(path)} would be declared twice: ${file} declares it too.`,
    cure: canReplace
      ? 'Rename it (--rename), or let the new one replace it (--replace).'
      : `It is a ${own.term.op}, which is not replaced as a whole. Rename it (--rename), or open it with a Scope.`,
  };
}

/** Puts what one table declares into another's terms. */
function mergeOne(terms: readonly Term[], { file, decoded }: ExistingTable, options: MergeOptions) {
  const own = new Map(
    declarations(terms)
      .filter(isObject)
      .map((each) => [each.path, each]),
  );
  const theirs = declarations(decoded.terms).filter(isObject);
  const refused: Diagnostic[] = [];
  const inPlace = new Map<Term, readonly Term[]>();
  const removed = new Map<Term, readonly Term[]>();
  const replaced: string[] = [];
  for (const { path, term, element } of theirs) {
    const before = own.get(path);
    if (before === undefined) continue;
    const canReplace = MOVABLE.has(before.term.op) && MOVABLE.has(term.op) && element === undefined;
    if (!canReplace || !options.replace) {
      refused.push(taken(path, before, file, canReplace));
      continue;
    }
    replaced.push(displayName(path));
    const [name] = before.term.operands as readonly unknown[];
    // In the old object's place, unless that is spelled from another scope, in which the new one's names could differ.
    if (typeof name === 'string' && name.length === 4) {
      inPlace.set(before.term, [withOperands(term, [name, ...(term.operands as readonly unknown[]).slice(1)])]);
      removed.set(term, []);
    } else inPlace.set(before.term, []);
  }
  if (refused.length > 0) throw new DiagnosticError(refused);
  const declared = new Set([...own.keys(), ...theirs.map(({ path }) => path)]);
  let merged = withoutExternals(replaceTerms(terms, inPlace), declared);
  const rest: Term[] = [];
  for (const term of withoutExternals(replaceTerms(decoded.terms, removed), declared)) {
    if (term.op !== 'Scope') {
      rest.push(term);
      continue;
    }
    const [name, body] = term.operands;
    const path = joinPath('\\', name);
    const holder = findHolder(merged, path);
    const moved = holder?.op === 'Device' ? body.filter(isMovable) : [];
    if (moved.length > 0) merged = appendTo(merged, path, moved);
    const left = body.filter((each) => !moved.includes(each));
    if (left.length > 0) rest.push(withBody(term, left));
  }
  return { terms: [...merged, ...rest], added: theirs.map(({ path }) => displayName(path)), replaced };
}

/**
 * Puts the objects of SSDTs into a table: Names, Methods and Devices into the Device that a Scope opens, everything else
 * after the table's own terms. Externals of what is then declared are left out. Throws a DiagnosticError for an object
 * that the table has already; with `replace`, a Name or Method takes its place.
 */
export function mergeTables(
  terms: readonly Term[],
  tables: readonly ExistingTable[],
  options: MergeOptions = {},
): MergedTerms {
  const added: string[] = [];
  const replaced: string[] = [];
  let current = terms;
  for (const table of tables) {
    const merged = mergeOne(current, table, options);
    current = merged.terms;
    added.push(...merged.added);
    replaced.push(...merged.replaced);
  }
  return { terms: current, added, replaced };
}
