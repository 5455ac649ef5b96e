import { joinPath } from './declarations.js';

/** A lone NameSeg is looked for upward; any other name only where it points. */
const SEGMENT_LENGTH = 4;

/**
 * What a name means in a scope, among things by their absolute paths, segments padded: `VCFG` in `\_SB_.PC00` is
 * `\_SB_.PC00.VCFG`, `\_SB_.VCFG` or `\VCFG`, whichever is there first. ACPI 6.5 §5.3
 */
export function lookUp<T>(things: ReadonlyMap<string, T>, scope: string, name: string): T | undefined {
  if (name.length !== SEGMENT_LENGTH) return things.get(joinPath(scope, name));
  for (let at = scope; ; at = at.slice(0, Math.max(at.lastIndexOf('.'), 1))) {
    const found = things.get(at === '\\' ? `\\${name}` : `${at}.${name}`);
    if (found !== undefined || at === '\\') return found;
  }
}
