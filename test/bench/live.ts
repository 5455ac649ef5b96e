import { boardMachine, bootOr } from '../live/board.js';
import { buildProgram, LOOP_PROGRAM } from '../live/driver-program.js';
import { isInstalled } from '../setup/installed.mjs';
import { atMost, type BenchOptions, type Figure, type GroupResult, spreadOf, type Target } from './figure.js';

type Guest = Exclude<Awaited<ReturnType<typeof bootOr>>, string>;

const NANOSECONDS_PER_SECOND = 1e9;
const NANOSECONDS_PER_MILLISECOND = 1e6;
const NANOSECONDS_PER_MICROSECOND = 1e3;
/** A busy machine may need this long. */
const BOOT_MILLISECONDS = 400_000;
const ROUNDS = 3;

/** What each back end has to reach, and the accesses of one run. */
const BACK_ENDS = [
  { name: 'v86', bootSeconds: 15, perSecond: 2_000_000, rate: '2 million a second', reads: 40_000_000 },
  { name: 'qemu', bootSeconds: 5, perSecond: 15_000, rate: '15 thousand a second', reads: 60_000 },
] as const;
const KEPT_SECONDS = 1.5;

/** Time and processor time of this process, in nanoseconds. QEMU's own is not in it. */
async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly wall: number; readonly cpu: number }> {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const wall = (performance.now() - start) * NANOSECONDS_PER_MILLISECOND;
  const { user, system } = process.cpuUsage(before);
  return { result, wall, cpu: (user + system) * NANOSECONDS_PER_MICROSECOND };
}

function figureOf(
  name: string,
  samples: readonly { readonly wall: number; readonly cpu: number }[],
  targetOf: (median: number) => Target,
): Figure {
  const value = spreadOf(samples.map(({ wall }) => wall));
  return {
    name,
    unit: 'ns',
    value,
    cpu: spreadOf(samples.map(({ cpu }) => cpu)).median,
    target: targetOf(value.median),
  };
}

/** Reads of one register by a static program in the guest: the time of many without that of none. */
async function benchReads(guest: Guest, row: (typeof BACK_ENDS)[number]): Promise<Figure> {
  for (const [name, count] of [
    ['many', row.reads],
    ['none', 0],
  ] as const)
    await guest.writeFile(`/live/${name}`, await buildProgram(LOOP_PROGRAM, guest, { COUNT: String(count) }));
  const call = async (name: string) => {
    const { result, ...times } = await timed(() => guest.run(`/live/${name}`, { timeoutMs: BOOT_MILLISECONDS }));
    if (result.exitCode !== 0) throw new Error(`The program ends with ${result.exitCode}: ${result.output}`);
    return times;
  };
  await call('many');
  const samples: { wall: number; cpu: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const none = await call('none');
    guest.resetCounts();
    const many = await call('many');
    if (guest.counts.reads !== row.reads)
      throw new Error(`${guest.counts.reads} of ${row.reads} reads reached the device.`);
    samples.push({ wall: (many.wall - none.wall) / row.reads, cpu: (many.cpu - none.cpu) / row.reads });
  }
  const limit = NANOSECONDS_PER_SECOND / row.perSecond;
  return figureOf(`${row.name}, trapped read`, samples, (median) => ({ text: `≥ ${row.rate}`, met: median <= limit }));
}

/** `npm run bench -- live`: real guests. Rows whose parts are missing here are left out, with the reason. */
export async function benchLive({ onRow }: BenchOptions): Promise<GroupResult> {
  const figures: Figure[] = [];
  const notes: string[] = [];
  for (const row of BACK_ENDS) {
    const boot = (options: { fresh?: boolean; keep?: boolean }) =>
      timed(() => bootOr(boardMachine().machine, row.name, { bootMilliseconds: BOOT_MILLISECONDS, ...options }));
    onRow(`${row.name}, boot`);
    // Fetches what is missing, unmeasured, and leaves a guest to continue.
    const first = (await boot({})).result;
    if (!(first instanceof Object)) {
      notes.push(`No guest in ${row.name}: ${first}`);
      continue;
    }
    await first.close();
    const fresh = await boot({ fresh: true, keep: false });
    const seconds = (limit: number) => (median: number) => atMost(median, limit * NANOSECONDS_PER_SECOND, `${limit} s`);
    figures.push(figureOf(`${row.name}, boot`, [fresh], seconds(row.bootSeconds)));
    let guest = fresh.result as Guest;
    if (row.name === 'v86') {
      onRow('v86, continue a saved guest');
      const samples: { wall: number; cpu: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await guest.close();
        const again = await boot({});
        guest = again.result as Guest;
        if (!guest.wasKept) throw new Error('The guest was not saved.');
        samples.push(again);
      }
      figures.push(figureOf('v86, continue a saved guest', samples, seconds(KEPT_SECONDS)));
    }
    onRow(`${row.name}, trapped read`);
    if (isInstalled('gcc')) figures.push(await benchReads(guest, row));
    else notes.push('No trapped reads: apt-get install gcc');
    await guest.close();
  }
  return { figures, notes };
}
