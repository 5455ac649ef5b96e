import { decodeAml } from '../../src/aml/decode/decode.js';
import { encodeAml } from '../../src/aml/encode/encode.js';
import { printAsl } from '../../src/asl/print/print-asl.js';
import { textExcess } from './steps.js';

/** What one input of 100 KB may cost; smaller ones less, larger ones more. */
export const COST_LIMITS = { milliseconds: 200, bytes: 50_000_000, inputBytes: 100_000 } as const;

/** Processor time of this process so far, in milliseconds: other programs on the machine do not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export interface Probe {
  /** What is wrong; undefined if nothing is. */
  readonly fault: string | undefined;
  readonly milliseconds: number;
}

/** How many times the limits for 100 KB an input may cost. */
export function allowance(bytes: Uint8Array): number {
  return Math.max(1, bytes.length / COST_LIMITS.inputBytes);
}

/** Decodes, prints and encodes an input: nothing thrown, the same bytes, in time. */
export function probe(bytes: Uint8Array): Probe {
  const start = processorTime();
  const fault = findFault(bytes);
  const milliseconds = processorTime() - start;
  if (fault !== undefined) return { fault, milliseconds };
  const most = COST_LIMITS.milliseconds * allowance(bytes);
  if (milliseconds <= most) return { fault: undefined, milliseconds };
  return { fault: `takes ${milliseconds.toFixed(0)} ms of at most ${most.toFixed(0)}`, milliseconds };
}

/** Decodes, prints and encodes an input: what goes wrong, whatever it costs. */
export function findFault(bytes: Uint8Array): string | undefined {
  try {
    const decoded = decodeAml(bytes);
    for (const aml of [decoded, decoded.terms]) {
      const again = encodeAml(aml);
      if (Buffer.compare(again, bytes) !== 0)
        return `comes back as ${again.length} bytes, not the same ${bytes.length}`;
    }
    const tooLong = textExcess(bytes, printAsl(decoded).text);
    if (tooLong !== undefined) return tooLong;
    const form = 'canonical';
    if (Buffer.compare(encodeAml(decoded, { form }), encodeAml(decoded.terms, { form })) !== 0)
      return 'has another canonical form as terms';
    const lost = decoded.terms.length === 0 && bytes.length > 0;
    if (lost) return 'gives no terms';
    const outside = decoded.diagnostics.find(({ place }) => (place.offsetBytes ?? 0) > bytes.length);
    return outside === undefined ? undefined : `has ${outside.code} beyond its end`;
  } catch (error) {
    return `throws ${(error as Error).stack ?? String(error)}`;
  }
}

/** Bytes that decoding an input keeps in memory. Needs Node.js with --expose-gc; undefined without. */
export function measureMemory(bytes: Uint8Array): number | undefined {
  if (globalThis.gc === undefined) return undefined;
  globalThis.gc();
  const before = process.memoryUsage();
  const decoded = decodeAml(bytes);
  decoded.terms.at(-1);
  globalThis.gc();
  const after = process.memoryUsage();
  const kept = after.heapUsed - before.heapUsed + (after.arrayBuffers - before.arrayBuffers);
  return decoded.terms.length < 0 ? undefined : kept;
}
