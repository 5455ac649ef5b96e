/** The operands of all terms that have none, and every empty list. */
export const EMPTY: readonly never[] = Object.freeze([]);

/** An array to be filled, laid out alike for all terms. */
export function room(length: number): unknown[] {
  switch (length) {
    case 1:
      return [undefined];
    case 2:
      return [undefined, undefined];
    case 3:
      return [undefined, undefined, undefined];
    default:
      return Array.from({ length }, () => undefined);
  }
}

/** The operands of terms that hold one small number, which share them. */
export const SMALL_NUMBERS: readonly (readonly unknown[])[] = Array.from({ length: 0x100 }, (_, value) =>
  room(1).fill(value),
);
