import type { PciAddress } from '../../vocab/index.js';
import type { DriverFacts, DriverFunctionText } from '../subject/driver-facts.js';

/** The accessors of a header, and the calls that try them. */

/** What the probe's memory holds at each dword of a page, before every call; the C program fills it the same way. */
export function patternAt(register: number): number {
  return (Math.imul(register + 1, 0x9e37_79b1) ^ 0x5bd1_e995) >>> 0;
}

/** One dword of the page that a call changes. */
export interface Change {
  readonly offsetBytes: number;
  readonly value: number;
}

/** One call of an accessor, and what has to come of it. */
export interface AccessorCase {
  /** Index among the accessors. */
  readonly accessor: number;
  readonly arguments: readonly [number, number];
  /** Undefined for an accessor that returns nothing. */
  readonly result?: number;
  readonly change?: Change;
  /** What is special about it, as a clause after the call. */
  readonly note?: string;
}

/** An accessor that the header has. */
export interface Accessor {
  /** As a generated header spells it. */
  readonly generated: string;
  readonly text: DriverFunctionText;
  /** What it is of, such as `SENS.CTRL.RATE`. */
  readonly of: string;
  readonly function: PciAddress;
  /** How many arguments follow the page, or are all there is for `get` and `set`. */
  readonly values: number;
  readonly takesPage: boolean;
  readonly returns: boolean;
  readonly registerIndex: number | undefined;
}

export interface AccessorProbe {
  readonly accessors: readonly Accessor[];
  readonly cases: readonly AccessorCase[];
}

export const VALUES = [0xa5c3_f00f, 0x5a3c_0ff0] as const;

/** Collects the accessors that a header has, and the calls to make of each. */
export class Collector {
  readonly accessors: Accessor[] = [];
  readonly cases: AccessorCase[] = [];
  readonly #facts: DriverFacts;

  constructor(facts: DriverFacts) {
    this.#facts = facts;
  }

  /** Adds an accessor with its calls, if the header has it and it takes as many arguments as a generated one does. */
  add(
    generated: string,
    shape: Omit<Accessor, 'generated' | 'text'>,
    cases: readonly Omit<AccessorCase, 'accessor'>[],
  ): void {
    const text = this.#facts.functions.get(generated);
    if (text === undefined) return;
    const count = text.parameters === '' || text.parameters === 'void' ? 0 : text.parameters.split(',').length;
    if (count !== shape.values + (shape.takesPage ? 1 : 0)) return;
    const accessor = this.accessors.push({ generated, text, ...shape }) - 1;
    for (const each of cases) this.cases.push({ accessor, ...each });
  }
}
