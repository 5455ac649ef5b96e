/** What replaying one recording gave. Each row is equal, deviates as facts of the project allow, or is wrong. */
export interface Outcome {
  readonly rows: number;
  readonly equal: number;
  /** Rows by the name of the deviation. */
  readonly deviations: ReadonlyMap<string, number>;
  /** Rows that are neither, with what was wrong. */
  readonly wrong: readonly { readonly row: number; readonly what: string }[];
}

/** Gathers rows into an outcome. */
export class Tally {
  #rows = 0;
  #equal = 0;
  readonly #deviations = new Map<string, number>();
  readonly #wrong: { row: number; what: string }[] = [];

  /** One row: what is wrong with it, if anything, and the deviation that it shows, if any. */
  add(faults: readonly string[], deviation?: string): void {
    const row = this.#rows++;
    if (faults.length > 0) this.#wrong.push({ row, what: faults.join('; ') });
    else if (deviation === undefined) this.#equal++;
    else this.#deviations.set(deviation, (this.#deviations.get(deviation) ?? 0) + 1);
  }

  get outcome(): Outcome {
    return { rows: this.#rows, equal: this.#equal, deviations: this.#deviations, wrong: this.#wrong };
  }
}

/** A fault if two values differ in their JSON. */
export function differs(what: string, seen: unknown, recorded: unknown): string[] {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(recorded)];
  return a === b ? [] : [`${what}: ${a}, recorded ${b}`];
}

/** `device_trace.json: 10377 rows, 9866 equal, 511 deviate (narrow-read)`. */
export function outcomeLine(file: string, { rows, equal, deviations, wrong }: Outcome): string {
  const names = [...deviations].map(([name, count]) => (deviations.size === 1 ? name : `${name} ${count}`));
  const deviating = [...deviations.values()].reduce((sum, count) => sum + count, 0);
  const tail = deviating === 0 ? '' : `, ${deviating} deviate (${names.join(', ')})`;
  return `${file}: ${rows} rows, ${equal} equal${tail}${wrong.length === 0 ? '' : `, ${wrong.length} WRONG`}`;
}
