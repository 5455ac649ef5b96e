import { paddedName } from '../names/name-seg.js';
import type { Dword } from './expand-registers.js';
import { madeName, type PartNames } from './part-names.js';

/**
 * Gives parts whose made NameSeg is that of another part the next one that can be made from their long names. Names that the
 * file gives stay, and of two made ones that of the first in the file: a name changes only if it would be a second one.
 */
export function settleNames<Run extends PartNames>(
  dwords: readonly Dword[],
  runs: readonly Run[],
  isBridge: boolean,
): { readonly dwords: readonly Dword[]; readonly runs: readonly Run[] } {
  const parts: readonly PartNames[] = [...dwords.flatMap((dword) => [dword, ...dword.fields]), ...runs];
  const taken = new Set(parts.flatMap(({ name, madeFrom }) => (madeFrom === undefined ? [paddedName(name)] : [])));
  const seen = new Set<string>();
  const settled = <Part extends PartNames>(part: Part): Part => {
    // Two parts of one long name are an error: they stay alike.
    if (part.madeFrom === undefined || seen.has(part.madeFrom)) return part;
    seen.add(part.madeFrom);
    const name = taken.has(paddedName(part.name)) ? madeName(part.madeFrom, isBridge, taken) : part.name;
    taken.add(paddedName(name));
    return name === part.name ? part : { ...part, name };
  };
  const settledDwords = dwords.map((dword) => {
    const own = settled(dword);
    const fields = dword.fields.map(settled);
    const isSame = fields.every((field, at) => field === dword.fields[at]);
    return isSame ? own : { ...own, fields };
  });
  return { dwords: settledDwords, runs: runs.map(settled) };
}
