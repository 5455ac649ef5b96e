import { type BenchOptions, type Spread, spreadOf } from './figure.js';

const NANOSECONDS_PER_MILLISECOND = 1e6;
const NANOSECONDS_PER_MICROSECOND = 1e3;
const FEWEST_ROUNDS = 5;
const MOST_ROUNDS = 61;
/** How long one turn of work in this process takes at least. */
const TURN_MILLISECONDS = 25;

/** What one piece of work took, in nanoseconds. */
export interface Took {
  /** On the clock. */
  readonly wall: number;
  /** Of processor time; undefined where nothing here can tell. */
  readonly cpu?: number | undefined;
}

/** One of several that do the same work, and are measured in turn. */
export interface Contestant {
  readonly name: string;
  /** Does the work once or more, and says what one piece of it took. */
  readonly turn: () => Took | Promise<Took>;
}

export interface TurnsTaken {
  readonly value: Spread;
  /** The median; undefined unless each turn has one. */
  readonly cpu?: number;
  /**
   * This median over the first contestant's: of processor time where both have it, which other programs of a busy machine
   * do not change, else of time on the clock.
   */
  readonly ratio: number;
}

/** Processor time, or time on the clock where there is none. */
export const cpuOf = ({ value, cpu }: TurnsTaken): number => cpu ?? value.median;

/** What a figure takes of it. */
export const timesOf = ({ value, cpu }: TurnsTaken): Omit<TurnsTaken, 'ratio'> => ({
  value,
  ...(cpu !== undefined && { cpu }),
});

/** The middle of these; undefined if one is missing. */
function medianOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? spreadOf(known).median : undefined;
}

/** Medians of all turns, and their ratios to the first contestant's. `rounds` holds a turn of each contestant. */
export function compareTurns(rounds: readonly (readonly Took[])[]): TurnsTaken[] {
  const contestants = (rounds[0] ?? []).map((_, column) => {
    const turns = rounds.map((round) => round[column] as Took);
    return { value: spreadOf(turns.map(({ wall }) => wall)), cpu: medianOf(turns.map(({ cpu }) => cpu)) };
  });
  return contestants.map(({ value, cpu }) => {
    const first = contestants[0] as (typeof contestants)[number];
    const ratio = cpu === undefined || !first.cpu ? value.median / first.value.median : cpu / first.cpu;
    return { value, ratio, ...(cpu !== undefined && { cpu }) };
  });
}

/**
 * Lets each contestant take a turn, round after round (A B A B), so that whatever else the machine does falls on all of
 * them alike. The first is the one that the others are compared with; the result is in their order.
 */
export async function takeTurns(contestants: readonly Contestant[], options: BenchOptions): Promise<TurnsTaken[]> {
  options.onRow(contestants.map(({ name }) => name.trim()).join(' | '));
  // The first round warms up.
  for (const { turn } of contestants) await turn();
  const rounds: Took[][] = [];
  const end = performance.now() + options.seconds * 1000 * contestants.length;
  while (rounds.length < FEWEST_ROUNDS || (rounds.length < MOST_ROUNDS && performance.now() < end)) {
    const round: Took[] = [];
    for (const { turn } of contestants) round.push(await turn());
    rounds.push(round);
  }
  return compareTurns(rounds);
}

/** A contestant in this process: each time `work` runs, it makes so many `calls`. */
export function inProcess(name: string, work: () => void, calls = 1): Contestant {
  const turn = (): Took => {
    const before = process.cpuUsage();
    const start = performance.now();
    let runs = 0;
    do {
      work();
      runs++;
    } while (performance.now() - start < TURN_MILLISECONDS);
    const wall = (performance.now() - start) * NANOSECONDS_PER_MILLISECOND;
    const { user, system } = process.cpuUsage(before);
    const pieces = runs * calls;
    return { wall: wall / pieces, cpu: ((user + system) * NANOSECONDS_PER_MICROSECOND) / pieces };
  };
  return { name, turn };
}
