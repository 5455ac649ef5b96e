import { Bench } from 'tinybench';
import { type BenchOptions, type Spread, spreadOf } from './figure.js';

const NANOSECONDS_PER_MILLISECOND = 1e6;
const NANOSECONDS_PER_MICROSECOND = 1e3;
/** Part of a row's time that it runs unmeasured before, and the least: compilers need some time to do their best. */
const WARM_UP_PART = 0.3;
const LEAST_WARM_UP_MILLISECONDS = 200;
const FEWEST_RUNS = 5;

/** How long a call takes. */
export interface Timing {
  /** Nanoseconds on the clock. */
  readonly value: Spread;
  /** Nanoseconds of processor time, the mean; what other programs of a busy machine take is not in it. */
  readonly cpu: number;
}

/** How long one of the `calls` takes which `work` makes each time it runs. */
export async function measure(name: string, options: BenchOptions, work: () => void, calls = 1): Promise<Timing> {
  options.onRow(name);
  let runs = 0;
  let before = process.cpuUsage();
  let used = before;
  const bench = new Bench({
    time: options.seconds * 1000,
    iterations: FEWEST_RUNS,
    warmupTime: Math.max(LEAST_WARM_UP_MILLISECONDS, options.seconds * 1000 * WARM_UP_PART),
    warmupIterations: 2,
    retainSamples: true,
    throws: true,
    setup: () => {
      runs = 0;
      before = process.cpuUsage();
    },
    teardown: () => {
      used = process.cpuUsage(before);
    },
  });
  bench.add(name, () => {
    runs++;
    work();
  });
  const [task] = await bench.run();
  const result = task?.result;
  const samples = result !== undefined && 'latency' in result ? result.latency.samples : undefined;
  if (samples === undefined) throw new Error(`${name}: tinybench gave no samples.`);
  return {
    value: spreadOf(samples.map((milliseconds) => (milliseconds * NANOSECONDS_PER_MILLISECOND) / calls)),
    cpu: ((used.user + used.system) * NANOSECONDS_PER_MICROSECOND) / (runs * calls),
  };
}

const ALLOCATION_ROUNDS = 9;

/**
 * Bytes left on the heap by one of the `calls` which `work` makes each time it runs; undefined without `--expose-gc`.
 * The calls must allocate less than V8's young generation holds, or a collection hides them.
 */
export function measureAllocation(work: () => void, calls: number): Spread | undefined {
  const collect = globalThis.gc;
  if (collect === undefined) return undefined;
  const samples = Array.from({ length: ALLOCATION_ROUNDS }, () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    work();
    return Math.max(0, process.memoryUsage().heapUsed - before) / calls;
  });
  return spreadOf(samples);
}
