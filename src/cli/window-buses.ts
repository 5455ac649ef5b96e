import { type ComparedFunctions, compareFunctions } from '../check/window.js';

/** A window whose buses are compared by several threads, each of which takes the next free one. */
export interface SharedWindow {
  readonly base: bigint;
  readonly buses: number;
  /** An Int32Array of one element: the next bus to take. */
  readonly next: SharedArrayBuffer;
}

/** The result for the functions of one bus. */
export interface ComparedBus extends ComparedFunctions {
  readonly bus: number;
}

const FUNCTIONS_PER_BUS = 256;

/** Shares the buses of a window, none of them taken yet. */
export function shareWindow(base: bigint, buses: number): SharedWindow {
  return { base, buses, next: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };
}

/** Compares the functions of one bus. */
export function compareBus(bus: number, base: bigint): ComparedBus {
  const from = bus * FUNCTIONS_PER_BUS;
  return { bus, ...compareFunctions({ from, to: from + FUNCTIONS_PER_BUS, base }) };
}

/** Takes and compares buses until none is left. `onBus` is called after each, with the buses that all threads have taken so far. */
export function compareBuses({ base, buses, next }: SharedWindow, onBus?: (taken: number) => void): ComparedBus[] {
  const counter = new Int32Array(next);
  const compared: ComparedBus[] = [];
  for (let bus = Atomics.add(counter, 0, 1); bus < buses; bus = Atomics.add(counter, 0, 1)) {
    compared.push(compareBus(bus, base));
    onBus?.(bus + 1);
  }
  return compared;
}
