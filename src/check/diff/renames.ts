import { opcodeRow } from '../../aml/grammar/opcodes.js';
import { bodyOf, joinPath, type Term } from '../../aml/index.js';
import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import type { SubjectTable } from '../subject/subject-table.js';
import { sameState } from './change-details.js';
import type { ObjectState } from './object-state.js';
import { scopeInside, type TermComparison } from './same-term.js';
import { StateDigest } from './state-digest.js';

export type States = ReadonlyMap<string, readonly ObjectState[]>;

/** The outermost objects whose path the other side does not have, each with the paths below it. */
type Lone = ReadonlyMap<string, readonly string[]>;

/** One of two machines, and which of its objects may have another name on the other one. */
export interface RenameSide {
  readonly subject: CheckedMachine;
  readonly states: States;
  readonly lone: Lone;
}

/** Steps in all, less than a second. Foreign tables may have very many objects: what is left after that is shown as added and removed. */
const MOST_STEPS = 2_000_000;

const parentOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('.'), 1));

/** What ACPI gives a meaning by its name is another thing under another name. ACPI 6.5 §5.6.8 */
const isPredefined = (path: string) => path.at(-4) === '_';

/** Objects of one scope that agree in everything that a renamed object keeps. */
function byKey({ subject, states, lone }: RenameSide, other: RenameSide): Map<string, string[]> {
  // What the other side opens or only expects to be there is there under its old name, or its new one, already.
  const opened = openedPaths(other.subject.loaded);
  const isLone = (path: string) => lone.has(path) || other.lone.has(path);
  const isMovable = (path: string) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1))
      if (isLone(path.slice(0, end))) return true;
    return false;
  };
  const digest = new StateDigest(subject, isMovable);
  const groups = new Map<string, string[]>();
  for (const [path, below] of lone) {
    const [state, ...others] = states.get(path) ?? [];
    if (state === undefined || others.length > 0 || isPredefined(path) || opened.has(path)) continue;
    const inner = [...below].sort().map((each) => `${each.slice(path.length)} ${digest.of(states.get(each) ?? [])}`);
    const key = [parentOf(path), digest.of([state]), ...inner].join(' ');
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [path]);
    else same.push(path);
  }
  return groups;
}

/** Objects of both sides that may be each other. */
interface Group {
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/** Smallest first: many small ones are settled in the time of a large one. */
function groupsOf(before: RenameSide, after: RenameSide): Group[] {
  if (before.lone.size === 0 || after.lone.size === 0) return [];
  const others = byKey(after, before);
  const pairs = ({ gone, come }: Group) => gone.length * come.length;
  return [...byKey(before, after)]
    .flatMap(([key, gone]) => ({ gone, come: others.get(key) ?? [] }))
    .filter(({ come }) => come.length > 0)
    .sort((a, b) => pairs(a) - pairs(b));
}

/** Finds which objects of one side are those of the other under another name, and tells the comparison of terms. */
class RenameSearch {
  readonly #before: RenameSide;
  readonly #after: RenameSide;
  readonly #comparison: TermComparison;
  #objects = 0;

  constructor(before: RenameSide, after: RenameSide, comparison: TermComparison) {
    this.#before = before;
    this.#after = after;
    this.#comparison = comparison;
  }

  get #steps(): number {
    return this.#objects + this.#comparison.compared;
  }

  /** Whether an object and all below it are the same, if the one is the other renamed. */
  #isSame(from: string, to: string): boolean {
    const { renames } = this.#comparison;
    renames.set(from, to);
    const isSame = [from, ...(this.#before.lone.get(from) ?? [])].every((path) => {
      const one = this.#before.states.get(path) ?? [];
      const other = this.#after.states.get(to + path.slice(from.length)) ?? [];
      this.#objects++;
      return (
        one.length === other.length &&
        one.every((state, index) => sameState(state, other[index] as ObjectState, this.#comparison))
      );
    });
    renames.delete(from);
    return isSame;
  }

  /** The objects of a group that are the only ones for each other; undefined if that takes too many steps. */
  #onlyPairs({ gone, come }: Group, mostSteps: number): [from: string, to: string][] | undefined {
    const single: [from: string, to: string][] = [];
    const several: string[] = [];
    const counts = new Map<string, number>();
    for (const from of gone) {
      const fitting: string[] = [];
      for (const to of come) {
        if (this.#steps > mostSteps) return undefined;
        if (this.#isSame(from, to)) fitting.push(to);
        // A third one would add nothing.
        if (fitting.length > 1) break;
      }
      const [to, another] = fitting;
      if (another !== undefined) several.push(from);
      else if (to !== undefined) {
        single.push([from, to]);
        counts.set(to, (counts.get(to) ?? 0) + 1);
      }
    }
    const fitsSeveral = (to: string) => several.some((from) => this.#steps > mostSteps || this.#isSame(from, to));
    const pairs = single.filter(([, to]) => counts.get(to) === 1 && !fitsSeveral(to));
    return this.#steps > mostSteps ? undefined : pairs;
  }

  /**
   * Until nothing more is found: what names a renamed object is the same only once that is known. Gives the groups that
   * are too large: one may take half of the steps that are left.
   */
  run(groups: readonly Group[]): Group[] {
    const { renames } = this.#comparison;
    const tooLarge: Group[] = [];
    let open = groups;
    for (let found = true; found; ) {
      found = false;
      const taken = new Set(renames.values());
      const next: Group[] = [];
      for (const group of open) {
        const gone = group.gone.filter((path) => !renames.has(path));
        const come = group.come.filter((path) => !taken.has(path));
        if (gone.length === 0 || come.length === 0) continue;
        const left = { gone, come };
        const pairs = this.#onlyPairs(left, this.#steps + (MOST_STEPS - this.#steps) / 2);
        this.#objects += gone.length + come.length;
        (pairs === undefined ? tooLarge : next).push(left);
        for (const [from, to] of pairs ?? []) renames.set(from, to);
        if (pairs !== undefined && pairs.length > 0) found = true;
      }
      open = next;
    }
    return tooLarge;
  }
}

/** Says that objects were not compared to the end. */
function notSettled(groups: readonly Group[], { states }: RenameSide): Diagnostic[] {
  const [first] = groups.flatMap(({ gone }) => states.get(gone[0] ?? '') ?? []);
  if (first === undefined) return [];
  const count = (side: keyof Group) => groups.reduce((sum, group) => sum + group[side].length, 0);
  const message = `Whether ${count('gone')} objects that went are ${count('come')} that came, under other names, takes more than ${MOST_STEPS} steps to say; they are shown as gone and come.`;
  const cure = 'Compare with an intermediate state in which fewer objects have new names.';
  return [{ ...errorAt('DIFF_RENAMES_LIMIT', placeOf(first.declared), message, cure), severity: 'note' }];
}

/**
 * Finds objects that have another name in the same scope and are otherwise the same, with everything below them, if no other
 * object would do as well. From then on the comparison takes the old name for the new one. Gives what there is to say of
 * those that it would take too long to look for.
 */
export function findRenames(before: RenameSide, after: RenameSide, comparison: TermComparison): Diagnostic[] {
  const groups = groupsOf(before, after);
  return notSettled(new RenameSearch(before, after, comparison).run(groups), before);
}

function collectOpened(terms: readonly Term[], scope: string, found: Set<string>): void {
  for (const term of terms) {
    if (term.op === 'Scope' || opcodeRow(term.op)?.declares === 'external') {
      let path = joinPath(scope, term.operands[0] as string);
      for (; path !== '' && !found.has(path); path = path.slice(0, Math.max(path.lastIndexOf('.'), 0))) found.add(path);
    }
    const body = bodyOf(term);
    if (body !== undefined) collectOpened(body, scopeInside(term, scope), found);
  }
}

/** Paths that Scopes and Externals of the tables refer to, and all paths above them. */
function openedPaths(tables: readonly Pick<SubjectTable, 'terms'>[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { terms } of tables) collectOpened(terms, '\\', found);
  return found;
}
