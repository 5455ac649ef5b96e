import type { Diagnostic } from '../../vocab/index.js';
import type { RegionHandler, RegionObject } from '../fields/region.js';
import { AmlFault, fail } from './fault.js';
import { ARITHMETIC_32, ARITHMETIC_64, type Arithmetic } from './integers.js';
import { type AmlNode, type NamedObject, NodeTree, type ParsedName } from './node.js';
import type { AmlMethod, AmlMutex, Frame, Value } from './objects.js';

/** What runs beside the AML. Every part has a default. */
export interface InterpreterHost {
  /** Milliseconds since any fixed time. Default: the engine's clock. */
  now(): number;
  /** Waits. Default: no wait; only Timer and time limits see that time has passed. */
  sleep(milliseconds: number): void;
  stall(microseconds: number): void;
  notify(path: string, value: bigint): void;
  fatal(type: number, code: number, argument: bigint): void;
  /** A value stored to Debug, as text. */
  debug(text: string): void;
  /** AML took or gave back the global lock. */
  globalLock(isTaken: boolean): void;
}

/** Bounds of what AML may use; what goes past one ends with a diagnostic. */
export interface InterpreterLimits {
  /** Statements in loops and calls in one evaluation. */
  readonly steps: number;
  /** How often a method may run within itself; twice as many methods may run within each other. */
  readonly callDepth: number;
  /** Bytes of objects made in one evaluation. */
  readonly bytes: number;
  /** Time that one While loop may take, by the host's clock and what Sleep added to it. */
  readonly loopMilliseconds: number;
}

export const DEFAULT_LIMITS: InterpreterLimits = {
  steps: 200_000_000,
  callDepth: 255,
  bytes: 1 << 30,
  loopMilliseconds: 30_000,
};

/** Steps between two looks at the limits. */
const SLICE = 1024;
/** Bytes that cost one step. */
const BYTES_A_STEP = 256;

/** Which system's semantics hold where they are known to differ. */
export type Semantics = 'acpica' | 'windows';

export interface MachineOptions {
  readonly integerBytes: 4 | 8;
  readonly host: InterpreterHost;
  readonly limits: InterpreterLimits;
  readonly implicitReturn: boolean;
  readonly semantics: Semantics;
}

/** A table whose terms have been loaded. */
export interface LoadedTable {
  readonly signature: string;
  readonly oemId: string;
  readonly oemTableId: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  isLoaded: boolean;
}

/** The state of loaded and running AML. */
export class Machine {
  readonly tree = new NodeTree();
  readonly arithmetic: Arithmetic;
  readonly host: InterpreterHost;
  readonly limits: InterpreterLimits;
  readonly implicitReturn: boolean;
  readonly semantics: Semantics;
  readonly tables: LoadedTable[] = [];
  /** Tables that LoadTable finds, and that DataTableRegion reads. */
  readonly otherTables: Uint8Array[] = [];
  /** Copies of tables that were written through a DataTableRegion. */
  readonly writtenTables = new Map<Uint8Array, Uint8Array>();
  readonly handlers = new Map<number, RegionHandler>();
  /** Called for a space without a handler. */
  fallback: ((space: number) => RegionHandler) | undefined;
  readonly regions: RegionObject[] = [];
  /** What placing a region is evaluating. */
  readonly placing = new Set<AmlNode>();
  readonly diagnostics: Diagnostic[] = [];
  /** Steps until the limits are looked at. */
  fuel = SLICE;
  #steps = 0;
  #bytes = 0;
  #depth = 0;
  /** While loops that are running, and when the outermost one has to be over; undefined until the clock is looked at. */
  #loops = 0;
  #deadline: number | undefined;
  #sleptBefore = 0;
  /** How often the global lock is taken. */
  #locks = 0;
  /** Milliseconds that Sleep and Stall added to the clock. */
  slept = 0;
  readonly #started: number;
  /** Of the thread that runs: highest sync level of what it holds. */
  syncLevel = 0;
  readonly held: AmlMutex[] = [];
  /** Makes an absolute path from the root the code of a loaded table; set by what loads. */
  loadTable: (bytes: Uint8Array, file: string, scope: AmlNode) => number = () =>
    fail('AE_SUPPORT', 'Load is not set up.');
  unloadTable: (table: number) => void = () => {};

  constructor({ integerBytes, host, limits, implicitReturn, semantics }: MachineOptions) {
    this.arithmetic = integerBytes === 8 ? ARITHMETIC_64 : ARITHMETIC_32;
    this.host = host;
    this.limits = limits;
    this.implicitReturn = implicitReturn;
    this.semantics = semantics;
    this.#started = host.now();
  }

  /** Milliseconds by the host's clock and what was slept. */
  now(): number {
    return this.host.now() + this.slept;
  }

  /** Time since loading, in units of 100 ns. ACPI 6.5 §19.6.141 */
  timer(): number {
    return Math.floor((this.now() - this.#started) * 10_000);
  }

  sleep(milliseconds: number): void {
    this.slept += milliseconds;
    this.host.sleep(milliseconds);
  }

  /** Begins an evaluation: what was used before no longer counts. */
  begin(): void {
    if (this.#depth > 0) return;
    this.#steps = 0;
    this.#bytes = 0;
    this.fuel = Math.min(SLICE, this.limits.steps);
  }

  /** The thread ends: what it holds is given back. */
  end(): void {
    if (this.#depth > 0) return;
    for (const mutex of this.held.splice(0)) mutex.depth = 0;
    this.syncLevel = 0;
    if (this.#locks > 0) this.host.globalLock(false);
    this.#locks = 0;
  }

  /** Called when `fuel` has run out. */
  refuel(): void {
    this.#steps += SLICE - this.fuel;
    if (this.#steps >= this.limits.steps) fail('AE_LIMIT', `The evaluation took more than ${this.limits.steps} steps.`);
    this.fuel = SLICE;
    if (this.#loops > 0) this.checkLoop();
  }

  /** A While loop begins. */
  enterLoop(): void {
    if (this.#loops++ > 0) return;
    this.#deadline = undefined;
    this.#sleptBefore = this.slept;
  }

  leaveLoop(): void {
    this.#loops--;
  }

  /** Looks at the clock: the time of the outermost loop is that of the loops in it too. */
  checkLoop(): void {
    const { loopMilliseconds } = this.limits;
    const now = this.now();
    this.#deadline ??= now - (this.slept - this.#sleptBefore) + loopMilliseconds;
    if (now > this.#deadline) fail('AE_AML_LOOP_TIMEOUT', `A While loop ran for more than ${loopMilliseconds} ms.`);
  }

  /** Counts bytes that are about to be looked at or converted, not kept. */
  readonly work = (bytes: number): void => {
    this.fuel -= bytes / BYTES_A_STEP;
    if (this.fuel < 0) this.refuel();
  };

  /** Counts bytes of an object that is about to be made. */
  readonly spend = (bytes: number): void => {
    this.#bytes += bytes;
    if (this.#bytes > this.limits.bytes)
      fail('AE_LIMIT', `The evaluation made more than ${this.limits.bytes} bytes of objects.`);
    this.fuel -= bytes / BYTES_A_STEP;
    if (this.fuel < 0) this.refuel();
  };

  get depth(): number {
    return this.#depth;
  }

  /** Takes the global lock; the host hears of the first time. */
  lock(): void {
    if (this.#locks++ === 0) this.host.globalLock(true);
  }

  unlock(): void {
    if (--this.#locks === 0) this.host.globalLock(false);
  }

  /** Runs a method; undefined if it returns nothing. `args` become the frame's. */
  call(node: AmlNode, method: AmlMethod, args: readonly Value[]): Value | undefined {
    if (method.native !== undefined) return method.native(args);
    const { callDepth } = this.limits;
    // Deviates: ACPICA counts each method by itself. In all, a stack of twice as many has to do.
    if (method.running >= callDepth || this.#depth >= 2 * callDepth)
      fail(
        'AE_AML_METHOD_LIMIT',
        `${node.path} would run ${method.running + 1} times within itself, in ${this.#depth + 1} calls within each other. The limit is ${callDepth}, in all ${2 * callDepth}.`,
      );
    if (--this.fuel < 0) this.refuel();
    const levelBefore = this.syncLevel;
    if (method.isSerialized) {
      if (method.running === 0 && method.syncLevel < levelBefore)
        fail(
          'AE_AML_MUTEX_ORDER',
          `${node.path} has sync level ${method.syncLevel}, and a mutex or method of level ${levelBefore} is held.`,
        );
      this.syncLevel = Math.max(levelBefore, method.syncLevel);
    }
    const slots: (Value | undefined)[] = [
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      args[0],
      args[1],
      args[2],
      args[3],
      args[4],
      args[5],
      args[6],
    ];
    const frame: Frame = {
      slots,
      scope: node,
      result: undefined,
      implicit: undefined,
      created: undefined,
      isTable: false,
    };
    this.#depth++;
    method.running++;
    try {
      method.body(frame);
    } catch (thrown) {
      const last = thrown instanceof AmlFault ? thrown.calls.at(-1) : undefined;
      if (last !== undefined && last.path === '') last.path = node.path;
      throw thrown;
    } finally {
      this.#depth--;
      method.running--;
      if (method.isSerialized) this.syncLevel = levelBefore;
      if (frame.created !== undefined) for (const made of frame.created) this.tree.remove(made);
    }
    return frame.result === undefined && this.implicitReturn ? frame.implicit : frame.result;
  }

  /** Makes a named object; fails if the name is taken. */
  declare(frame: Frame, name: ParsedName, text: string, table: number, object: NamedObject | undefined): AmlNode {
    const { tree } = this;
    const holder = tree.holder(frame.scope, name);
    if (holder === undefined)
      fail('AE_NOT_FOUND', `The scope of ${text} does not exist, seen from ${frame.scope.path}.`);
    const segment = name.segments.at(-1);
    if (segment === undefined) fail('AE_AML_BAD_NAME', `"${text}" does not name an object.`);
    return this.declareIn(holder, frame, segment, table, object);
  }

  /** Makes an object of one segment in a node, for what runs in a frame; fails if the name is taken. */
  declareIn(holder: AmlNode, frame: Frame, segment: string, table: number, object: NamedObject | undefined): AmlNode {
    if (holder.children.has(segment)) {
      const path = holder.path === '\\' ? `\\${segment}` : `${holder.path}.${segment}`;
      fail('AE_ALREADY_EXISTS', `${path} already exists.`);
    }
    this.spend(64);
    const node = this.tree.add(holder, segment, table, object);
    if (!frame.isTable) {
      frame.created ??= [];
      frame.created.push(node);
    }
    return node;
  }

  acquire(mutex: AmlMutex, path: string): void {
    if (mutex.depth === 0) {
      if (mutex.syncLevel < this.syncLevel)
        fail(
          'AE_AML_MUTEX_ORDER',
          `${path} has sync level ${mutex.syncLevel}, and a mutex or method of level ${this.syncLevel} is held.`,
        );
      mutex.levelBefore = this.syncLevel;
      this.syncLevel = mutex.syncLevel;
      this.held.push(mutex);
    }
    mutex.depth++;
  }

  release(mutex: AmlMutex, path: string): void {
    if (mutex.depth === 0) fail('AE_AML_MUTEX_NOT_ACQUIRED', `${path} is not acquired.`);
    if (mutex.syncLevel !== this.syncLevel)
      fail(
        'AE_AML_MUTEX_ORDER',
        `${path} has sync level ${mutex.syncLevel}, but the last one acquired has level ${this.syncLevel}.`,
      );
    mutex.depth--;
    if (mutex.depth > 0) return;
    this.syncLevel = mutex.levelBefore;
    this.held.splice(this.held.indexOf(mutex), 1);
  }
}
