import { formatHex } from '../../../base/index.js';
import { windowCheck } from '../../../check/window.js';
import type { Io } from '../../io.js';
import type { Window } from '../../read/window.js';
import { type ComparedBus, compareBus, compareBuses, shareWindow } from '../../window-buses.js';
import { startProgress } from '../../write/progress.js';
import { counted } from '../../write/report.js';
import type { Part } from './check-report.js';

/** With fewer buses, starting a thread takes longer than a second core saves. */
const BUSES_FOR_THREAD = 32;

/**
 * Takes every address of a window through both sides. If there are enough buses, a thread starts at once. The returned
 * function compares the buses that the thread has not taken.
 */
export function startWindow({ base, buses }: Pick<Window, 'base' | 'buses'>, io: Io): () => Promise<Part> {
  io.expectLongWork?.();
  const shared = shareWindow(base, buses);
  const thread = buses < BUSES_FOR_THREAD ? undefined : io.compareInThread?.(shared);
  return async () => {
    const progress = startProgress(io, 'Addresses');
    const own = compareBuses(shared, (taken) => progress.step(taken, buses));
    const compared = new Map<number, ComparedBus>([...own, ...((await thread) ?? [])].map((each) => [each.bus, each]));
    // A thread that ended early took buses and gave no result for them.
    const inOrder = Array.from({ length: buses }, (_, bus) => compared.get(bus) ?? compareBus(bus, base));
    progress.finish();
    const { checked, diagnostics } = windowCheck(buses, inOrder);
    const what = `window at ${formatHex(base)}, ${counted(buses, 'bus', 'buses')}`;
    return { rows: [{ what, checked: `${checked} addresses` }], findings: diagnostics };
  };
}
