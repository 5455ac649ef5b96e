import { parentPort, workerData } from 'node:worker_threads';
import { compareFunctions, type FunctionRange } from '../check/window.js';

/** A thread that compares functions of a window and says what it found. */
parentPort?.postMessage(compareFunctions(workerData as FunctionRange));
