import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Transferable, Worker } from 'node:worker_threads';
import { bundleTypeScript } from '../setup/run-typescript.mjs';
import { projectFolder } from './shared-material.js';

const bundles = new Map<string, Promise<string>>();

/** Runs a TypeScript file of the project in a worker thread; it is bundled once. End it with `terminate`. */
export async function startWorker(file: URL, workerData: unknown, transferList: Transferable[] = []): Promise<Worker> {
  const entry = relative(projectFolder, fileURLToPath(file));
  const bundle = bundles.get(entry) ?? bundleTypeScript(entry);
  bundles.set(entry, bundle);
  return new Worker(await bundle, { workerData, transferList });
}
