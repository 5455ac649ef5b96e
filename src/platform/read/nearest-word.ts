/** Number of single-letter edits, including swaps of neighbours, that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let previous: number[] = [];
  let current = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const beforePrevious = previous;
    previous = current;
    current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(
        (previous[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (previous[column - 1] as number) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        least = Math.min(least, (beforePrevious[column - 2] as number) + 1);
      }
      current.push(least);
    }
  }
  return current[to.length] as number;
}

/**
 * The word that was most likely meant: at most a third of its letters differ, or one begins with the other. Ignores
 * case.
 */
export function nearestWord(written: string, words: readonly string[]): string | undefined {
  const wanted = written.slice(0, 40).toLowerCase();
  let nearest: { word: string; distance: number } | undefined;
  for (const word of words) {
    const lower = word.toLowerCase();
    const begun = wanted.length > 2 && (lower.startsWith(wanted) || wanted.startsWith(lower));
    const distance = begun ? 1 : editDistance(wanted, lower);
    if (distance <= Math.max(1, Math.ceil(lower.length / 3)) && distance < (nearest?.distance ?? Infinity)) {
      nearest = { word, distance };
    }
  }
  return nearest?.word;
}
