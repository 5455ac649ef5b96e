import { sameState } from './change-details.js';
import type { ObjectState } from './object-state.js';
import type { TermComparison } from './same-term.js';

export type States = ReadonlyMap<string, readonly ObjectState[]>;

/** Objects whose path the other side has not, and that are not below another such; each with the paths below it. */
type Lone = ReadonlyMap<string, readonly string[]>;

/** Comparisons of two objects, in all, before what is left is shown as come and gone: foreign tables may have very many. */
const MOST_COMPARISONS = 20_000;

const parentOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('.'), 1));

/** What ACPI gives a meaning by its name is another thing under another name. ACPI 6.5 §5.6.8 */
const isPredefined = (path: string) => path.at(-4) === '_';

/** What two objects of one place have in common if one is the other renamed, as far as that is quickly said. */
function keyOf(path: string, below: readonly string[], states: States): string | undefined {
  const [state, ...others] = states.get(path) ?? [];
  if (state === undefined || others.length > 0 || isPredefined(path)) return undefined;
  // A value that a term gives may be another by what the term names.
  const values = state.aspects.flatMap(({ term, value }) => (term === undefined && value !== undefined ? [value] : []));
  const inner = below.map((each) => each.slice(path.length)).sort();
  return [parentOf(path), state.type, ...values, ...inner].join(' ');
}

function byKey(lone: Lone, states: States): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [path, below] of lone) {
    const key = keyOf(path, below, states);
    if (key === undefined) continue;
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [path]);
    else same.push(path);
  }
  return groups;
}

/** Finds which objects of one side are those of the other under another name, and tells the comparison of terms. */
class RenameSearch {
  readonly #before: States;
  readonly #after: States;
  readonly #comparison: TermComparison;
  #left = MOST_COMPARISONS;

  constructor(before: States, after: States, comparison: TermComparison) {
    this.#before = before;
    this.#after = after;
    this.#comparison = comparison;
  }

  /** Whether an object and all below it are the same, if the one is the other renamed. */
  #isSame(from: string, to: string, below: readonly string[]): boolean {
    const { renames } = this.#comparison;
    renames.set(from, to);
    const isSame = [from, ...below].every((path) => {
      const one = this.#before.get(path) ?? [];
      const other = this.#after.get(to + path.slice(from.length)) ?? [];
      this.#left--;
      return (
        one.length === other.length &&
        one.every((state, index) => sameState(state, other[index] as ObjectState, this.#comparison))
      );
    });
    renames.delete(from);
    return isSame;
  }

  /** Adds to the renames those of one group that are the only ones for each other. */
  #settle(gone: readonly string[], come: readonly string[], below: Lone): boolean {
    const pairs = gone.flatMap((from) =>
      come
        .filter((to) => this.#left > 0 && this.#isSame(from, to, below.get(from) ?? []))
        .map((to) => [from, to] as const),
    );
    if (this.#left <= 0) return false;
    const counts = new Map<string, number>();
    for (const path of pairs.flat()) counts.set(path, (counts.get(path) ?? 0) + 1);
    // No path is on both sides: each is missing from the other.
    const sure = pairs.filter(([from, to]) => counts.get(from) === 1 && counts.get(to) === 1);
    for (const [from, to] of sure) this.#comparison.renames.set(from, to);
    return sure.length > 0;
  }

  /** Until nothing more is found: what names a renamed object is the same only once that is known. */
  run(gone: Lone, come: Lone): void {
    const { renames } = this.#comparison;
    const [left, right] = [byKey(gone, this.#before), byKey(come, this.#after)];
    for (let found = true; found; ) {
      found = false;
      const taken = new Set(renames.values());
      for (const [key, paths] of left) {
        const free = paths.filter((path) => !renames.has(path));
        const others = (right.get(key) ?? []).filter((path) => !taken.has(path));
        if (free.length > 0 && others.length > 0 && this.#settle(free, others, gone)) found = true;
      }
    }
  }
}

/**
 * Finds objects that have another name in the same scope and are the same otherwise, with all below them, where no other
 * object would do as well. From then on the comparison takes the old name for the new one.
 */
export function findRenames(
  before: { readonly states: States; readonly lone: Lone },
  after: { readonly states: States; readonly lone: Lone },
  comparison: TermComparison,
): void {
  new RenameSearch(before.states, after.states, comparison).run(before.lone, after.lone);
}
