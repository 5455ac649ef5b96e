import {
  AcpiNamespace,
  type AmlValue,
  DEFAULT_INTERFACES,
  EvaluationError,
  type InterpreterLimits,
  type RegionHandler,
  type RegionInfo,
} from '../../interpreter/index.js';
import type { SubjectTable } from '../subject/subject-table.js';

/** Limits of one evaluation; steps are calls and rounds of loops. What takes longer is left unknown. */
const LIMITS: Partial<InterpreterLimits> = { steps: 20_000, callDepth: 64, bytes: 1 << 22, loopMilliseconds: 200 };
/** Objects that are evaluated for one set of tables; the rest is left unknown. */
const MOST_EVALUATIONS = 4096;

/** How an evaluation was made, for a sentence. */
export const HOW_EVALUATED: string = (() => {
  const systems = DEFAULT_INTERFACES.filter((name) => name.startsWith('Windows'));
  return `evaluated with _OSI true from "${systems[0]}" to "${systems.at(-1)}"`;
})();

/** What an evaluation came to: a value, or ACPICA's code and what went wrong. */
export type Evaluated =
  | { readonly value: AmlValue | undefined; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: string };

/** Evaluates objects of a set of tables, in a sandbox. */
export interface EvaluatedNames {
  /**
   * What an object or a method without arguments gives, if that is the same whatever the hardware answers and whether or
   * not the devices have been initialized; undefined if it may differ, or takes too long.
   */
  at(path: string): Evaluated | undefined;
  /** Where a region is, by what reading one of its fields accesses; undefined if that may differ, or cannot be told. */
  regionAt(path: string, fieldPath: string): bigint | undefined;
}

/** Address spaces 0..255, whose reads are noted: they give zeros. */
function notingRegions(note: (region: RegionInfo) => void): Record<number, RegionHandler> {
  const memory: RegionHandler = {
    read: (_address, widthBytes, region) => {
      note(region);
      return widthBytes > 4 ? 0n : 0;
    },
    write: () => {},
    transfer: ({ kind }, region) => {
      if (kind === 'read') note(region);
    },
  };
  return Object.fromEntries(Array.from({ length: 256 }, (_, space) => [space, memory]));
}

/** A loaded namespace, and how often its hardware was read. */
interface Loaded {
  readonly acpi: AcpiNamespace;
  readonly reads: () => number;
  /** How often that was while it loaded. */
  readonly readsAtLoad: number;
  /** Where the regions begin that were read. */
  readonly places: ReadonlyMap<string, bigint>;
}

function load(tables: readonly SubjectTable[], isInitialized: boolean): Loaded {
  let reads = 0;
  const places = new Map<string, bigint>();
  const regions = notingRegions(({ path, offset }) => {
    reads++;
    places.set(path, offset);
  });
  const host = { now: () => 0 };
  const acpi = AcpiNamespace.load(tables, { regions, host, limits: LIMITS });
  const readsAtLoad = reads;
  if (isInitialized) acpi.initialize();
  return { acpi, reads: () => reads, readsAtLoad, places };
}

/** One evaluation; undefined if it read hardware or ran into a limit. */
function evaluate({ acpi, reads }: Loaded, path: string): Evaluated | undefined {
  const before = reads();
  let result: Evaluated;
  try {
    result = { value: acpi.evaluate(path) };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    if (error.code === 'AE_LIMIT' || error.code === 'AE_AML_LOOP_TIMEOUT') return undefined;
    result = { fault: `${error.diagnostics[0]?.message ?? ''} (${error.code})` };
  }
  return reads() === before ? result : undefined;
}

/** A value as text, for comparing. */
function textOf(value: AmlValue | undefined): string {
  if (value === undefined) return '-';
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `<${value.join(' ')}>`;
  if (Array.isArray(value)) return `[${(value as readonly (AmlValue | undefined)[]).map(textOf).join()}]`;
  return `&${(value as { readonly reference: string }).reference}`;
}

const isSame = (a: Evaluated, b: Evaluated) => a.fault === b.fault && textOf(a.value) === textOf(b.value);

/** What initializing runs; without any, a second namespace would be as the first. ACPI 6.5 §6.5.1, §6.5.4 */
const INITIALIZING = /(?:_STA|_INI|_REG)$/;

/** Whether initializing the devices of these tables runs nothing, and loading them loads no others. */
const isInitializedAtOnce = (tables: readonly SubjectTable[], { acpi }: Loaded): boolean =>
  acpi.tables.length === tables.length &&
  !tables.some(({ declarations }) => declarations.some(({ path }) => INITIALIZING.test(path)));

/** Evaluates objects of these tables when they are asked for; each once. */
export function evaluatedNames(tables: readonly SubjectTable[]): EvaluatedNames {
  let cold: Loaded | undefined;
  let warm: Loaded | undefined;
  const known = new Map<string, Evaluated | undefined>();
  let isOne: boolean | undefined;
  const both = (path: string): Evaluated | undefined => {
    cold ??= load(tables, false);
    const first = evaluate(cold, path);
    if (first === undefined) return undefined;
    isOne ??= isInitializedAtOnce(tables, cold);
    if (isOne) return first;
    warm ??= load(tables, true);
    const second = evaluate(warm, path);
    return second !== undefined && isSame(first, second) ? first : undefined;
  };
  return {
    regionAt(path, fieldPath) {
      cold ??= load(tables, false);
      if (cold.readsAtLoad > 0) return undefined;
      evaluate(cold, fieldPath);
      return cold.places.get(path);
    },
    at(path) {
      if (!known.has(path)) known.set(path, known.size < MOST_EVALUATIONS ? both(path) : undefined);
      return known.get(path);
    },
  };
}
