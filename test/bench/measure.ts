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

/** Calls between two looks at the heap: at 16 bytes each, far from filling V8's young generation. */
const CALLS_PER_LOOK = 0x10000;

/**
 * Bytes left on the heap by one of the `calls` which `work` makes each time it runs: the mean over at least `total` calls
 * of what the heap grew between looks, so close to each other that no collection hides it. Undefined without
 * `--expose-gc`.
 */
export function measureAllocation(work: () => void, calls: number, total: number): Spread | undefined {
  const collect = globalThis.gc;
  if (collect === undefined) return undefined;
  collect();
  let grown = 0;
  let done = 0;
  while (done < total) {
    const before = process.memoryUsage().heapUsed;
    for (const end = done + CALLS_PER_LOOK; done < end; done += calls) work();
    grown += Math.max(0, process.memoryUsage().heapUsed - before);
  }
  return spreadOf([grown / done]);
}
