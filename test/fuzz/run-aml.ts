import { AcpiNamespace, EvaluationError } from '../../src/interpreter/index.js';

/** Limits that hostile AML reaches soon. */
const LIMITS = { steps: 100_000, callDepth: 100, bytes: 8 << 20, loopMilliseconds: 20 } as const;
/** By how much an evaluation may miss its time, in milliseconds; it may also take what its steps and bytes take. */
const MOST_LATE_MILLISECONDS = 10;
const ALLOWED_MILLISECONDS = LIMITS.loopMilliseconds + MOST_LATE_MILLISECONDS;
const MOST_EVALUATIONS = 40;
const HEADER_BYTES = 36;

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function tableOf(body: Uint8Array): Uint8Array {
  const table = new Uint8Array(HEADER_BYTES + body.length);
  table.set(new TextEncoder().encode('DSDT'));
  new DataView(table.buffer).setUint32(4, table.length, true);
  table[8] = 2;
  table.set(body, HEADER_BYTES);
  return table;
}

/** Milliseconds of processor time that something takes, the least of three tries if it takes too long. */
function timed(act: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && least > ALLOWED_MILLISECONDS; tries++) {
    const before = processorTime();
    act();
    least = Math.min(least, processorTime() - before);
  }
  return least;
}

/** Loads AML, starts its devices and evaluates its objects under limits: what goes wrong but diagnostics. */
export function runFault(body: Uint8Array): string | undefined {
  try {
    const acpi = AcpiNamespace.load([{ bytes: tableOf(body), file: 'fuzz.aml' }], {
      simulateRegions: true,
      limits: LIMITS,
    });
    acpi.initialize();
    let evaluated = 0;
    for (const { path, argumentCount = 0 } of [...acpi.walk()]) {
      if (evaluated++ >= MOST_EVALUATIONS) break;
      const args = Array.from({ length: argumentCount }, (_, index) => index);
      const milliseconds = timed(() => {
        try {
          acpi.evaluate(path, ...args);
        } catch (thrown) {
          if (!(thrown instanceof EvaluationError)) throw thrown;
        }
      });
      if (milliseconds > ALLOWED_MILLISECONDS)
        return `runs ${path} for ${milliseconds.toFixed(0)} ms of at most ${ALLOWED_MILLISECONDS}`;
    }
    return undefined;
  } catch (error) {
    return `run throws ${(error as Error).stack ?? String(error)}`;
  }
}
