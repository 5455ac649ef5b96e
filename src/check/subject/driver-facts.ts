import type { Place } from '../../vocab/index.js';

/** A constant of a driver's header. */
export interface DriverConstant {
  /** 1-based line of its `#define`. */
  readonly line: number;
  /** Undefined if it is no integer constant that can be told without a compiler. */
  readonly value: bigint | undefined;
}

/** What a driver says of itself: the constants of its C header. */
export interface DriverFacts {
  /** Named in findings. */
  readonly file: string;
  readonly constants: ReadonlyMap<string, DriverConstant>;
}

/** Where a constant of the header is. */
export function placeOfConstant({ file }: DriverFacts, name: string, constant?: DriverConstant): Place {
  return { file, ...(constant === undefined ? {} : { line: constant.line }), path: name };
}
