import { parentPort, workerData } from 'node:worker_threads';
import { compareBuses, type SharedWindow } from './window-buses.js';

/** A thread that compares buses of a window. */
parentPort?.postMessage(compareBuses(workerData as SharedWindow));
