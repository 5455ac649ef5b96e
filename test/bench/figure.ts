/** A median and the quartiles around it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What a figure has to reach, as text, and whether it did in this run. */
export interface Target {
  readonly text: string;
  readonly met: boolean;
}

/** One measured row. */
export interface Figure {
  readonly name: string;
  /** Nanoseconds a piece of work takes, or bytes it allocates. */
  readonly unit: 'ns' | 'B';
  readonly value: Spread;
  /** Nanoseconds of processor time: what other programs of a busy machine take is not in it. */
  readonly cpu?: number;
  /** Bytes that the work takes or makes: gives the row a rate. */
  readonly bytes?: number;
  /** Times the processor time of a peer that was measured in turn with it. */
  readonly beside?: { readonly peer: string; readonly ratio: number };
  readonly target?: Target;
}

/** What one group gives: its rows, and what could not be measured here and why. */
export interface GroupResult {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}

export interface BenchOptions {
  /** How long each row is measured in process; commands run as often as fits in a few of these. */
  readonly seconds: number;
  /** Told the row that is about to be measured. */
  readonly onRow: (name: string) => void;
}

function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median and quartiles of at least one sample. */
export function spreadOf(samples: readonly number[]): Spread {
  if (samples.length === 0) throw new RangeError('No samples: a spread needs one at least.');
  const sorted = samples.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/** Megabytes (10^6) a second, of work over `bytes` that takes `nanoseconds`. */
export function megabytesPerSecond(bytes: number, nanoseconds: number): number {
  return (bytes / nanoseconds) * 1000;
}

/** Met by a time of `limit` nanoseconds or less; `text` says it as a reader would. */
export function atMost(value: number, limit: number, text: string): Target {
  return { text: `≤ ${text}`, met: value <= limit };
}

/** What a figure is judged by: processor time if it has one, else time on the clock. */
export function judgedTime({ value, cpu }: Pick<Figure, 'value' | 'cpu'>): number {
  return cpu ?? value.median;
}

/** Met by a rate of `limit` MB/s or more. */
export function atLeastRate(bytes: number, times: Pick<Figure, 'value' | 'cpu'>, limit: number): Target {
  return { text: `≥ ${limit} MB/s`, met: megabytesPerSecond(bytes, judgedTime(times)) >= limit };
}

/** A row's peer and, if there is a limit, the target that the ratio to it gives. */
export function besidePeer(
  peer: string,
  ratio: number,
  limit?: number,
): Pick<Figure, 'beside'> & Pick<Partial<Figure>, 'target'> {
  const beside = { peer, ratio };
  return limit === undefined ? { beside } : { beside, target: atMost(ratio, limit, `${limit} × ${peer}`) };
}
