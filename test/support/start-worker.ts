import { type Transferable, Worker } from 'node:worker_threads';
import { bundleTypeScript } from '../setup/run-typescript.mjs';

const bundles = new Map<string, Promise<string>>();

/** Runs a TypeScript file (path from the project's folder) in a worker thread; it is bundled once. End it with `terminate`. */
export async function startWorker(
  entry: string,
  workerData: unknown,
  transferList: Transferable[] = [],
): Promise<Worker> {
  const bundle = bundles.get(entry) ?? bundleTypeScript(entry);
  bundles.set(entry, bundle);
  return new Worker(await bundle, { workerData, transferList });
}
