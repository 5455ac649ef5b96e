import type { Diagnostic } from '../../vocab/index.js';

/** The first few findings; where there were more, the last of them says how many in all. */
export function countFindings(
  shown: readonly Diagnostic[],
  differing: number,
  compared: number,
): readonly Diagnostic[] {
  const last = shown.at(-1);
  if (last === undefined || differing <= shown.length) return shown;
  return [...shown.slice(0, -1), { ...last, message: `${last.message} In all, ${differing} of ${compared} differ.` }];
}
