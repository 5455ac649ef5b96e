import type { Place } from '../../vocab/index.js';

/** A constant of a driver's header. */
export interface DriverConstant {
  /** 1-based line of its `#define`; undefined if it comes from a file that the header includes. */
  readonly line?: number;
  /** Undefined if it is not an integer constant, or takes a compiler to evaluate. */
  readonly value: bigint | undefined;
  /** As the header spells it, where that is not the generated name. */
  readonly as?: string;
}

/** A function, or a macro with parameters, that a driver's header defines. */
export interface DriverFunctionText {
  /** 1-based; undefined if it comes from a file that the header includes. */
  readonly line?: number;
  /** As the header spells it. */
  readonly name: string;
  /** The text between its parentheses. */
  readonly parameters: string;
  /** From the first brace to the last; undefined for a macro. */
  readonly body: string | undefined;
}

/** Something that is never closed, and the 1-based line that opens it. */
export interface CutOff {
  readonly line: number;
  readonly what: 'condition' | 'brace' | 'parenthesis' | 'comment' | 'string';
}

/** What a driver's C header says. */
export interface DriverFacts {
  /** Named in findings. */
  readonly file: string;
  /** What the header's names begin with: `VCFG`, or what `generate --prefix` was given. */
  readonly prefix: string;
  /** By the names that a generated header has: a prefix or a map of names is already undone. */
  readonly constants: ReadonlyMap<string, DriverConstant>;
  /** By the names that a generated header has. */
  readonly functions: ReadonlyMap<string, DriverFunctionText>;
  /** Only what somebody named is asked of the header: a map of its names, or its address function. */
  readonly isForeign: boolean;
  /** What is open at the end of the header, if it was cut off. */
  readonly cutOff?: CutOff;
}

/** Where a constant of the header is. */
export function placeOfConstant({ file, prefix }: DriverFacts, name: string, constant?: DriverConstant): Place {
  const path = constant?.as ?? (prefix === 'VCFG' ? name : name.replace(/^VCFG_/, `${prefix}_`));
  return { file, ...(constant?.line === undefined ? {} : { line: constant.line }), path };
}
