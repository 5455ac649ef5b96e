import { parentPort, workerData } from 'node:worker_threads';
import { readPlatform } from '../platform/read/read-platform.js';
import type { PlatformText } from './io.js';
import { nodeFiles } from './process-io.js';
import { includesFrom } from './read/read-input.js';

/** A thread that reads a platform. */
const { text, ...options } = workerData as PlatformText;
parentPort?.postMessage(readPlatform(text, { ...options, ...includesFrom({ files: nodeFiles }) }));
