/** Bounds of what is read from one register description. */
export interface ImportLimits {
  /** Characters of the file, and of everything that it includes. */
  readonly characters: number;
  /** Elements of an XML file, or tokens of a SystemRDL file. */
  readonly parts: number;
  /** Elements, components or expressions in one another. */
  readonly depth: number;
  /** Elements of one array. */
  readonly arrayElements: number;
  /** Registers of one peripheral, with all elements of arrays. */
  readonly registers: number;
  /** Registers, fields and value names of the whole file, with those that are derived. */
  readonly items: number;
}

/** The largest SVD files of vendors have some 30 million characters and a million elements. */
export const DEFAULT_IMPORT_LIMITS: ImportLimits = {
  characters: 64 << 20,
  parts: 4_000_000,
  depth: 64,
  arrayElements: 65_536,
  registers: 65_536,
  items: 1_000_000,
};

/** Thrown by {@link Budget}. */
export class BudgetSpent extends Error {}

/** Counts what is read, since a small file can derive any amount from itself. */
export class Budget {
  #left: number;

  constructor(left: number) {
    this.#left = left;
  }

  /** Throws {@link BudgetSpent} if there is no more. */
  spend(count = 1): void {
    this.#left -= count;
    if (this.#left < 0) throw new BudgetSpent();
  }
}
