import { joinPath } from './declarations.js';
import { isLoneName } from './namespace.js';

/**
 * What a name means in a scope, among things by their absolute paths, segments padded: `VCFG` in `\_SB_.PC00` is
 * `\_SB_.PC00.VCFG`, `\_SB_.VCFG` or `\VCFG`, whichever is there first. ACPI 6.5 §5.3
 */
export function lookUp<T>(things: ReadonlyMap<string, T>, scope: string, name: string): T | undefined {
  if (!isLoneName(name)) return things.get(joinPath(scope, name));
  let at = scope;
  for (;;) {
    const found = things.get(at === '\\' ? `\\${name}` : `${at}.${name}`);
    if (found !== undefined || at === '\\') return found;
    at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '\\';
  }
}
