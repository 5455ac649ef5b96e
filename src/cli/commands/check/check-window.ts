import { formatHex } from '../../../base/index.js';
import { windowCheck } from '../../../check/window.js';
import type { Io } from '../../io.js';
import type { Window } from '../../read/window.js';
import { type ComparedBus, compareBus, compareBuses, shareWindow } from '../../window-buses.js';
import { startProgress } from '../../write/progress.js';
import type { Part } from './check-report.js';

/** Buses from which on a second core gains more than starting a thread takes. */
const BUSES_FOR_THREAD = 32;

/**
 * Takes every address of a window through both sides. Where it pays, a thread begins at once; the returned function does
 * what the thread has not done yet.
 */
export function startWindow({ base, buses }: Pick<Window, 'base' | 'buses'>, io: Io): () => Promise<Part> {
  io.expectLongWork?.();
  const shared = shareWindow(base, buses);
  const thread = buses < BUSES_FOR_THREAD ? undefined : io.compareInThread?.(shared);
  return async () => {
    const progress = startProgress(io, 'Addresses');
    const own = compareBuses(shared, (taken) => progress.step(taken, buses));
    const compared = new Map<number, ComparedBus>([...own, ...((await thread) ?? [])].map((each) => [each.bus, each]));
    // A thread that ended early has left out the buses that it took.
    const inOrder = Array.from({ length: buses }, (_, bus) => compared.get(bus) ?? compareBus(bus, base));
    progress.finish();
    const { checked, diagnostics } = windowCheck(buses, inOrder);
    const what = `window at ${formatHex(base)}, ${buses === 1 ? '1 bus' : `${buses} buses`}`;
    return { rows: [{ what, checked: `${checked} addresses` }], findings: diagnostics };
  };
}
