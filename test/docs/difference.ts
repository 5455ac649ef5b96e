/** Lines that are only in one of two texts, `-` before those of the first and `+` before those of the second, in order. */
export function difference(before: string, after: string): string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const removed = old.slice(head, old.length - tail);
  const added = now.slice(head, now.length - tail);
  const [kept, fresh] = [new Set(removed), new Set(added)];
  return [
    ...removed.filter((line) => !fresh.has(line)).map((line) => `-${line}`),
    ...added.filter((line) => !kept.has(line)).map((line) => `+${line}`),
  ];
}
