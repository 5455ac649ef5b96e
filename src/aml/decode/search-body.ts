import { MAX_ARGUMENTS } from '../grammar/name-string.js';
import type { Body } from './body.js';
import type { Decoder } from './decoder.js';

/**
 * The worth of one more settled callee, in implausibility: it limits how far back the search goes for something better.
 */
const PROGRESS = 3;

/** A search may decode this many times the body's length. */
const MOST_PASSES = 200;

/** Counts chosen for the first callees of a body, in order of appearance. */
interface Choice {
  readonly before: Choice | undefined;
  readonly name: string;
  readonly count: number;
  /** Implausibility up to the next callee once decoded; until then, that of the previous choices. */
  readonly cost: number;
  readonly depth: number;
  /** It was the last callee, and the cost is that of the whole body. */
  readonly complete: boolean;
}

/** A choice not yet tried; the one with the lowest rank is next. */
const rank = ({ cost, depth, count }: Choice) => (cost - PROGRESS * depth) * 8 + count;

/**
 * Chooses counts for the callees of a body that have none, stores them in `decoder.guesses` and returns their names. A
 * best-first search of a tree with one level for each callee: a choice is judged by the bytes up to the next callee.
 */
export function searchBody(decoder: Decoder, body: Body, mostBytes: number): readonly string[] {
  const limit = Math.min(mostBytes, decoder.spentBytes + MOST_PASSES * (body.end - body.start));
  const { guesses } = decoder;
  const open: Choice[] = [];

  /** Sets the guesses to the choices up to `choice`. */
  function choose(choice: Choice | undefined): string[] {
    const chosen: string[] = [];
    for (let at = choice; at !== undefined; at = at.before) {
      guesses.set(at.name, at.count);
      chosen.push(at.name);
    }
    return chosen;
  }

  /** Decodes with the choices up to `choice`, and adds the choices that can come next. */
  function follow(choice: Choice | undefined): void {
    const chosen = choose(choice);
    const next = decoder.explore(body);
    for (const name of chosen) guesses.delete(name);
    const cost = body.implausibility;
    const depth = (choice?.depth ?? -1) + 1;
    if (next === undefined) {
      if (choice !== undefined) push(open, { ...choice, cost, depth, complete: true });
      return;
    }
    for (let count = MAX_ARGUMENTS; count >= 0; count--)
      push(open, { before: choice, name: next, count, cost, depth, complete: false });
  }

  follow(undefined);
  while (open.length > 0) {
    const choice = pop(open);
    if (!choice.complete && decoder.spentBytes < limit) {
      follow(choice);
      continue;
    }
    return choose(choice);
  }
  return [];
}

/** Adds to a binary heap with the lowest rank on top. */
function push(heap: Choice[], choice: Choice): void {
  let at = heap.length;
  heap.push(choice);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (rank(heap[parent] as Choice) <= rank(choice)) break;
    heap[at] = heap[parent] as Choice;
    at = parent;
  }
  heap[at] = choice;
}

/** Takes the choice of the lowest rank. The heap is never empty while the search runs. */
function pop(heap: Choice[]): Choice {
  const top = heap[0] as Choice;
  const last = heap.pop() as Choice;
  if (heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && rank(heap[child + 1] as Choice) < rank(heap[child] as Choice)) child++;
    if (rank(last) <= rank(heap[child] as Choice)) break;
    heap[at] = heap[child] as Choice;
    at = child;
  }
  heap[at] = last;
  return top;
}
