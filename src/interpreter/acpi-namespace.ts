import { createNamespace, type NamespaceNode } from '../aml/index.js';
import { DiagnosticError } from '../base/index.js';
import type { Diagnostic } from '../vocab/index.js';
import { REGION_SPACES, type RegionHandler, type RegionSpace, SimulatedMemory } from './fields/region.js';
import { type Initialization, initializeDevices } from './load/initialize.js';
import { addPredefined, DEFAULT_INTERFACES } from './load/predefined.js';
import {
  declareTables,
  diagnosticOf,
  readHeader,
  resolvePackages,
  runTable,
  type TableSource,
  unloadTable,
} from './load/table.js';
import { toInteger } from './objects/convert.js';
import { AmlFault, asFault, fail } from './objects/fault.js';
import {
  DEFAULT_LIMITS,
  type InterpreterHost,
  type InterpreterLimits,
  Machine,
  type Semantics,
} from './objects/machine.js';
import type { AmlNode } from './objects/node.js';
import { AmlDevice, AmlMethod, typeName, type Value } from './objects/objects.js';
import { findByText, valueOfNode } from './objects/resolve.js';
import { type AmlArgument, type AmlValue, plainResult, valueOfArgument } from './values.js';

/** A table's bytes, or bytes and the name that diagnostics give them. */
export type TableInput = Uint8Array | TableSource;

export interface NamespaceOptions {
  /** Handlers of address spaces; a vendor's by its number. */
  readonly regions?: { readonly [Space in RegionSpace]?: RegionHandler } & { readonly [space: number]: RegionHandler };
  /** Regions without a handler are memory that reads zero until written, each space by itself. Default: they fail. */
  readonly simulateRegions?: boolean;
  readonly host?: Partial<InterpreterHost>;
  readonly limits?: Partial<InterpreterLimits>;
  /** What `\_OSI` answers with true; default: what ACPICA does for Linux. */
  readonly interfaces?: readonly string[];
  /** A method without Return gives its last value, as old firmware expects. Default: it gives nothing. */
  readonly implicitReturn?: boolean;
  /** Where systems are known to differ, which one to follow. Default: ACPICA. */
  readonly semantics?: Semantics;
  /** Tables that LoadTable and DataTableRegion find, which are not loaded now. */
  readonly otherTables?: readonly Uint8Array[];
}

/** An object of the namespace. */
export interface NamespaceObject {
  /** Absolute path, segments padded: `\_SB_.PCI0`. */
  readonly path: string;
  /** `Device`, `Method`, `Integer` and so on, in ACPICA's words; `Untyped` for a scope. */
  readonly type: string;
  /** Arguments of a method. */
  readonly argumentCount?: number;
}

/** An evaluation that failed. `code` is ACPICA's status code; `calls` the methods that were running, innermost first. */
export class EvaluationError extends DiagnosticError {
  readonly code: string;
  readonly calls: readonly { readonly path: string; readonly file: string; readonly offsetBytes: number }[];

  constructor(diagnostic: Diagnostic, calls: EvaluationError['calls']) {
    super([diagnostic]);
    this.code = diagnostic.code;
    this.calls = calls;
  }
}

const NOTHING = () => {};

const DEFAULT_HOST: InterpreterHost = {
  now: () => performance.now(),
  sleep: NOTHING,
  stall: NOTHING,
  notify: NOTHING,
  fatal: NOTHING,
  debug: NOTHING,
  globalLock: NOTHING,
};

/** Loaded tables, and what runs them. */
export class AcpiNamespace {
  readonly #machine: Machine;
  /** Names as the decoder knows them. */
  readonly #names: NamespaceNode = createNamespace();
  #interfaces: readonly string[];

  private constructor(integerBytes: 4 | 8, options: NamespaceOptions) {
    this.#machine = new Machine({
      integerBytes,
      host: { ...DEFAULT_HOST, ...options.host },
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      implicitReturn: options.implicitReturn ?? false,
      semantics: options.semantics ?? 'acpica',
    });
    const machine = this.#machine;
    this.#interfaces = options.interfaces ?? DEFAULT_INTERFACES;
    addPredefined(machine, () => this.#interfaces);
    for (const [name, handler] of Object.entries(options.regions ?? {})) {
      const space = (REGION_SPACES as Readonly<Record<string, number>>)[name] ?? Number(name);
      if (!Number.isInteger(space) || space < 0 || space > 0xff)
        throw new RangeError(
          `${name} is not an address space: give ${Object.keys(REGION_SPACES).join(', ')}, or 0 to 255`,
        );
      machine.handlers.set(space, handler as RegionHandler);
    }
    if (options.simulateRegions)
      machine.fallback = (space) => {
        const memory = new SimulatedMemory();
        machine.handlers.set(space, memory);
        return memory;
      };
    machine.otherTables.push(...(options.otherTables ?? []));
    machine.loadTable = (bytes, file, scope) => this.#loadLater(bytes, file, scope);
    machine.unloadTable = (table) => unloadTable(machine, table);
  }

  /**
   * Loads tables, the DSDT first, running what is at their level. What an OS would refuse is a diagnostic, and the rest
   * loads. Throws a DiagnosticError if a table has no header.
   */
  static load(tables: readonly TableInput[], options: NamespaceOptions = {}): AcpiNamespace {
    const sources = tables.map((table, index) =>
      table instanceof Uint8Array ? { bytes: table, file: `table ${index}` } : table,
    );
    const headers = sources.map(({ bytes }) => readHeader(bytes));
    const dsdt = headers.find((header) => header?.signature === 'DSDT') ?? headers[0];
    const namespace = new AcpiNamespace((dsdt?.revision ?? 2) < 2 ? 4 : 8, options);
    const machine = namespace.#machine;
    const whole = sources.filter((source, index) => {
      if (headers[index] === undefined)
        machine.diagnostics.push(
          diagnosticOf(
            machine,
            new AmlFault(
              'AE_BAD_HEADER',
              `${source.file} has fewer bytes than a table's header.`,
              'Give a whole table.',
            ),
            '',
          ),
        );
      return headers[index] !== undefined;
    });
    declareTables(whole, namespace.#names);
    for (const source of whole)
      namespace.#guard('\\', () => runTable(machine, source, namespace.#names, machine.tree.root));
    namespace.#guard('\\', () => resolvePackages(machine, machine.tree.root));
    return namespace;
  }

  /** Runs what may fail at the edge of loading: a fault is a diagnostic. */
  #guard(path: string, run: () => void): void {
    const machine = this.#machine;
    machine.begin();
    try {
      run();
    } catch (thrown) {
      machine.diagnostics.push(diagnosticOf(machine, asFault(thrown), path));
    } finally {
      machine.end();
    }
  }

  /** Load and LoadTable. */
  #loadLater(bytes: Uint8Array, file: string, scope: AmlNode): number {
    const machine = this.#machine;
    const header = readHeader(bytes);
    if (header === undefined || header.length > bytes.length)
      fail('AE_BAD_HEADER', `The table in ${file} is shorter than its header says.`);
    const same = machine.tables.find(
      (table) =>
        table.isLoaded && table.bytes.length === bytes.length && table.bytes.every((byte, at) => byte === bytes[at]),
    );
    if (same !== undefined) fail('AE_ALREADY_EXISTS', `The table in ${file} is loaded already, as ${same.file}.`);
    if (machine.tables.length >= 256) fail('AE_LIMIT', 'More than 256 tables are loaded.');
    return runTable(machine, { bytes, file }, this.#names, scope);
  }

  /** Findings of loading and of everything since that did not end in an error. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#machine.diagnostics;
  }

  /** Bytes of an Integer: 4 if the DSDT's revision is below 2. */
  get integerBytes(): 4 | 8 {
    return this.#machine.arithmetic.bytes;
  }

  /** Changes what `\_OSI` answers with true. */
  setInterfaces(interfaces: readonly string[]): void {
    this.#interfaces = interfaces;
  }

  /** Tables that were loaded, by Load too. */
  get tables(): readonly { readonly signature: string; readonly file: string; readonly isLoaded: boolean }[] {
    return this.#machine.tables;
  }

  #find(path: string): AmlNode | undefined {
    return findByText(this.#machine, path.startsWith('\\') ? path : `\\${path}`, this.#machine.tree.root);
  }

  /** Whether an object has that absolute path. */
  exists(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  /** An object, without evaluating it; undefined if there is none. */
  object(path: string): NamespaceObject | undefined {
    const node = this.#find(path);
    return node === undefined ? undefined : describe(node);
  }

  /** Every object below a path, each before what it holds, in the order of their declaration. */
  *walk(path = '\\'): Generator<NamespaceObject> {
    const start = this.#find(path);
    const pending = [...(start?.children.values() ?? [])].reverse();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      yield describe(node);
      pending.push(...[...node.children.values()].reverse());
    }
  }

  /**
   * The value of an object, or what a method returns; undefined if it returns nothing. Throws an EvaluationError, a
   * RangeError for an argument that AML cannot hold.
   */
  evaluate(path: string, ...args: readonly AmlArgument[]): AmlValue | undefined {
    return this.#evaluate(path, args, (value) => plainResult(this.#machine, value));
  }

  /** An Integer, as a guest driver asks for it: `\VCFG`. Throws an EvaluationError if there is none. */
  integer(path: string): bigint {
    const value = this.#evaluate(path, [], (result) => BigInt(toInteger(result, this.#machine)));
    if (value !== undefined) return value;
    throw this.#error(new AmlFault('AE_AML_NO_RETURN_VALUE', `${path} returned nothing.`, 'Return an Integer.'), path);
  }

  #evaluate<T>(path: string, args: readonly AmlArgument[], use: (value: Value) => T): T | undefined {
    const machine = this.#machine;
    const values = args.map((argument) => valueOfArgument(machine, argument));
    machine.begin();
    try {
      const node = this.#find(path);
      if (node === undefined)
        fail('AE_NOT_FOUND', `${path} does not exist.`, 'Is the path right, and is the table that declares it given?');
      const { object } = node;
      if (object instanceof AmlDevice || object === undefined)
        fail(
          'AE_TYPE',
          `${path} is ${object === undefined ? 'a scope' : `a ${typeName(node)}`}, which has no value.`,
          'Give the path of an object in it.',
        );
      if (!(object instanceof AmlMethod)) return use(valueOfNode(machine, node));
      if (values.length < object.argumentCount)
        fail(
          'AE_AML_UNINITIALIZED_ARG',
          `${path} takes ${object.argumentCount === 1 ? '1 argument' : `${object.argumentCount} arguments`}, not ${values.length}.`,
          'Pass them all.',
        );
      const result = machine.call(node, object, values.slice(0, object.argumentCount));
      return result === undefined ? undefined : use(result);
    } catch (thrown) {
      throw this.#error(asFault(thrown), path);
    } finally {
      machine.end();
    }
  }

  #error(fault: AmlFault, path: string): EvaluationError {
    const machine = this.#machine;
    const calls = fault.calls.map(({ path: at, table, offsetBytes }) => ({
      path: at === '' ? path : at,
      file: machine.tables[table]?.file ?? '',
      offsetBytes,
    }));
    return new EvaluationError(diagnosticOf(machine, fault, path), calls);
  }

  /** Starts the devices as an OS does: `_REG`, `_STA`, `_INI`. What fails is a diagnostic. */
  initialize(): Initialization {
    return initializeDevices(this.#machine);
  }

  /** Delivers a general-purpose event: runs its `_Lxx` or `_Exx`. The method's path; undefined if there is none. */
  event(number: number): string | undefined {
    if (!Number.isInteger(number) || number < 0 || number > 0xff)
      throw new RangeError(`${number} is not an event from 0 to 255`);
    const digits = number.toString(16).toUpperCase().padStart(2, '0');
    for (const kind of ['L', 'E']) {
      const path = `\\_GPE._${kind}${digits}`;
      if (this.#find(path) === undefined) continue;
      this.evaluate(path);
      return path;
    }
    return undefined;
  }
}

function describe(node: AmlNode): NamespaceObject {
  const { object } = node;
  const type = typeName(node);
  return object instanceof AmlMethod
    ? { path: node.path, type, argumentCount: object.argumentCount }
    : { path: node.path, type };
}
