import { displayName } from '../../aml/index.js';
import { type CheckInput, subjectOf } from '../rules/check-set.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import { placeIn } from '../subject/subject-table.js';
import { type DiffSides, objectDetails, statementDetail } from './change-details.js';
import { firstDifference } from './first-difference.js';
import { type LoadStatement, loadCode } from './load-code.js';
import { describeState, type ObjectState, ObjectStates } from './object-state.js';
import { findRenames, type States } from './renames.js';
import { TermComparison } from './same-term.js';
import type { FollowedMove, ObjectChange, SetDiff } from './set-diff.js';
import { contentChanges, tableChanges } from './table-changes.js';

/** The objects of one side whose path the other does not have, each with the nearest such object above it, if any. */
function missingFrom(states: States, other: States): Map<string, string | undefined> {
  const missing = [...states.keys()].filter((path) => !other.has(path));
  const gone = new Set(missing);
  const above = (path: string): string | undefined => {
    for (let at = path.lastIndexOf('.'); at > 0; at = path.lastIndexOf('.', at - 1)) {
      const holder = path.slice(0, at);
      if (gone.has(holder)) return holder;
    }
    return undefined;
  };
  return new Map(missing.map((path) => [path, above(path)]));
}

/** The outermost of them, each with the paths below it. */
function loneObjects(states: States, other: States): Map<string, string[]> {
  const missing = missingFrom(states, other);
  const lone = new Map<string, string[]>();
  for (const [path, holder] of missing) if (holder === undefined) lone.set(path, []);
  for (const [path, holder] of missing) {
    let top = holder;
    for (let next = top; next !== undefined; next = missing.get(next)) top = next;
    if (top !== undefined) lone.get(top)?.push(path);
  }
  return lone;
}

const countOf = (paths: readonly string[], states: States) =>
  paths.reduce((sum, path) => sum + (states.get(path)?.length ?? 0), 0);

/** One change for each object that was added or removed, together with everything below it. */
function comings(
  kind: 'added' | 'removed',
  lone: ReadonlyMap<string, readonly string[]>,
  states: States,
): ObjectChange[] {
  return [...lone].flatMap(([path, below]) =>
    (states.get(path) ?? []).map((state, index) => coming(kind, state, index === 0 ? countOf(below, states) : 0)),
  );
}

/** Takes renamed objects out of those that were added and removed. */
function takeRenamed(
  [gone, left]: readonly [Map<string, string[]>, States],
  [come, right]: readonly [Map<string, string[]>, States],
  { renames }: DiffSides['comparison'],
): ObjectChange[] {
  return [...renames].flatMap(([from, to]) => {
    const below = countOf(gone.get(from) ?? [], left);
    gone.delete(from);
    come.delete(to);
    const [[one], [other]] = [left.get(from) ?? [], right.get(to) ?? []];
    if (one === undefined || other === undefined) return [];
    const places = { before: placeOf(one.declared), after: placeOf(other.declared) };
    const [before, after] = [displayName(from.slice(-4)), displayName(to.slice(-4))];
    const details = [{ aspect: 'name', before, after }];
    const { type } = other;
    return [{ kind: 'renamed', path: displayName(to), type, ...places, what: describeState(other), below, details }];
  });
}

function coming(kind: 'added' | 'removed', state: ObjectState, below: number): ObjectChange {
  const { declared, type } = state;
  const place = placeOf(declared);
  const side = kind === 'added' ? { after: place } : { before: place };
  return { kind, path: displayName(declared.path), type, ...side, what: describeState(state), below, details: [] };
}

/** Changes of the objects whose path both sides have. */
function pathChanges(before: readonly ObjectState[], after: readonly ObjectState[], sides: DiffSides): ObjectChange[] {
  const changes: ObjectChange[] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [one, other] = [before[index], after[index]];
    if (one !== undefined && other !== undefined) {
      const details =
        one.type === other.type
          ? objectDetails(one, other, sides)
          : [{ aspect: 'type', before: describeState(one), after: describeState(other) }];
      if (details.length === 0) continue;
      const places = { before: placeOf(one.declared), after: placeOf(other.declared) };
      const { declared, type } = other;
      changes.push({ kind: 'changed', path: displayName(declared.path), type, ...places, below: 0, details });
    } else if (one !== undefined) changes.push(coming('removed', one, 0));
    else if (other !== undefined) changes.push(coming('added', other, 0));
  }
  return changes;
}

/** Changes of the code that runs while the tables load, one for each scope. */
function codeChanges(sides: DiffSides): ObjectChange[] {
  const loaded = [...loadCode(sides.before.loaded)];
  const before = new Map(loaded.map(([scope, list]) => [sides.comparison.nameAfter(scope), list]));
  const after = loadCode(sides.after.loaded);
  const scopes = new Set([...before.keys(), ...after.keys()]);
  return [...scopes].flatMap((scope): ObjectChange[] => {
    const [one, other] = [before.get(scope) ?? [], after.get(scope) ?? []];
    const terms = (list: readonly LoadStatement[]) => list.map(({ term }) => term);
    const found = firstDifference(terms(one), one[0]?.scope ?? scope, terms(other), scope, sides.comparison);
    if (found === undefined) return [];
    const path = displayName(scope);
    const at = Number.parseInt(found.number, 10) - 1;
    const place = (list: readonly LoadStatement[]) => {
      const statement = list[at] ?? list.at(-1);
      return statement && placeIn(statement.table, statement.term.start, path);
    };
    const [a, b] = [place(one), place(other)];
    const kind = one.length === 0 ? 'added' : other.length === 0 ? 'removed' : 'changed';
    const places = { ...(a && { before: a }), ...(b && { after: b }) };
    const details = [statementDetail(`statement ${found.number}`, found.before, found.after, sides)];
    return [{ kind, path, type: 'Code', ...places, below: 0, details }];
  });
}

/** Regions whose address is written the same way on both sides, but evaluates to different values. */
function followedMoves(before: States, after: States, sides: DiffSides): FollowedMove[] {
  const moves: FollowedMove[] = [];
  for (const [path, [one]] of before) {
    const [other] = after.get(sides.comparison.nameAfter(path)) ?? [];
    const address = (state: ObjectState | undefined) => state?.aspects.find(({ name }) => name === 'address');
    const [a, b] = [address(one), address(other)];
    if (a?.term === undefined || b?.term === undefined || a.value === b.value) continue;
    const shown = displayName(other?.declared.path ?? path);
    if (sides.comparison.same(a.term, b.term)) moves.push({ path: shown, before: a.value, after: b.value });
  }
  return moves;
}

export interface DiffOptions {
  /** False leaves out whose tables they are: tables that one side lacks, and of headers all but the revision. */
  readonly identities?: boolean;
}

function diffSubjects(before: CheckedMachine, after: CheckedMachine, { identities = true }: DiffOptions): SetDiff {
  const sides: DiffSides = { before, after, comparison: new TermComparison(before, after) };
  const [left, right] = [new ObjectStates(before).byPath(), new ObjectStates(after).byPath()];
  const [gone, come] = [loneObjects(left, right), loneObjects(right, left)];
  const notes = findRenames(
    { subject: before, states: left, lone: gone },
    { subject: after, states: right, lone: come },
    sides.comparison,
  );
  const renamed = takeRenamed([gone, left], [come, right], sides.comparison);
  const changed = [...left].flatMap(([path, states]) => {
    const others = right.get(path);
    return others === undefined ? [] : pathChanges(states, others, sides);
  });
  const objects = [
    ...comings('removed', gone, left),
    ...comings('added', come, right),
    ...renamed,
    ...changed,
    ...codeChanges(sides),
  ].sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1));
  const tables = identities ? tableChanges(before, after) : contentChanges(before, after);
  const moves = followedMoves(left, right, sides);
  const same = tables.length === 0 && objects.length === 0 && moves.length === 0;
  return { same, tables, objects, moves, reading: [...before.reading, ...after.reading, ...notes] };
}

/**
 * What has changed from one machine's tables to another's, by the namespace that an OS builds from them: objects that
 * were added, removed or have another value, regions and fields that moved, methods (by the first statement that differs),
 * objects that only have another name, and the header of each table. It makes no difference in which table an object is,
 * in which order tables and objects are, how bytes are encoded, or which Externals there are. Objects that a method makes
 * while it runs belong to its statements.
 */
export function diffMachines(
  before: readonly CheckInput[],
  after: readonly CheckInput[],
  options: DiffOptions = {},
): SetDiff {
  return diffSubjects(subjectOf(before), subjectOf(after), options);
}
