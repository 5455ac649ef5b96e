/** A guest in a thread of its own: runs scripts of accesses and sends back what they read. */
import { parentPort, workerData } from 'node:worker_threads';
import { DiagnosticError } from '../../../src/base/index.js';
import { type GuestStart, GuestThread, type ThreadPort } from '../../../src/device/index.js';
import { type GuestOrder, type GuestReport, runScript } from './guest-script.js';

const { start, port } = workerData as { start: GuestStart; port?: ThreadPort };
const guest = new GuestThread(start, port);

function run({ script, rounds }: GuestOrder): GuestReport {
  const traces = new Set<string>();
  try {
    for (let round = 0; round < rounds; round++) traces.add(runScript(guest, script));
  } catch (thrown) {
    const codes = thrown instanceof DiagnosticError ? thrown.diagnostics.map(({ code }) => code) : [];
    return { traces: [...traces], counts: guest.counts, error: String(thrown), codes };
  }
  return { traces: [...traces], counts: guest.counts };
}

parentPort?.on('message', (order: GuestOrder) => parentPort?.postMessage(run(order)));
