import { checkWindow } from '../../src/check/index.js';
import { atMost, type BenchOptions, type Figure, type GroupResult } from './figure.js';
import { measure } from './measure.js';

const BUSES = 256;
/** Of processor time; the command takes it on two cores, half on each. */
const LIMIT_SECONDS = 2;

/** `npm run bench -- window`: every register of every function of the largest window, from the guest to the host and back. */
export async function benchWindow(options: BenchOptions): Promise<GroupResult> {
  const figures: Figure[] = [];
  let checked = 0;
  const name = `exhaustive check, ${BUSES} buses`;
  const { value, cpu } = await measure(name, options, () => {
    const result = checkWindow({ buses: BUSES });
    if (result.diagnostics.length > 0) throw new Error(`The sides differ: ${result.diagnostics[0]?.message}`);
    checked = result.checked;
  });
  figures.push({
    name,
    unit: 'ns',
    value,
    cpu,
    target: atMost(cpu, LIMIT_SECONDS * 1e9, `${LIMIT_SECONDS} s`),
  });
  const each = { median: value.median / checked, low: value.low / checked, high: value.high / checked };
  figures.push({ name: 'one address of it', unit: 'ns', value: each, cpu: cpu / checked });
  return { figures, notes: [`${checked} addresses.`] };
}
