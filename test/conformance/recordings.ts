import type { Outcome } from './outcome.js';
import { replayBus } from './replay-bus.js';
import { replayDevice } from './replay-device.js';
import { replayMapping } from './replay-mapping.js';
import { replaySnapshots } from './replay-snapshots.js';
import { replayVfio } from './replay-vfio.js';

/** Which file is replayed how. */
export const RECORDINGS: Readonly<Record<string, (text: string) => Outcome>> = {
  'bus_trace.json': (text) => replayBus(JSON.parse(text)),
  'device_trace.json': (text) => replayDevice(JSON.parse(text)),
  'mfd_mapping.json': (text) => replayMapping(JSON.parse(text)),
  'snapshots.json': (text) => replaySnapshots(JSON.parse(text)),
  'vfio_vcfg_trace.json': (text) => replayVfio(JSON.parse(text)),
};
