import { GuestError } from '../guest/guest-error.js';
import type { Diagnostic, NamedPart } from '../vocab/index.js';

/** A NameSeg as source text has it: without the `_` that pad it to four characters. ACPI 6.5 §20.2.2 */
export function shortName(name: string): string {
  return name.replace(/_+$/, '');
}

/** What a part is called in a driver, in the case that C macros have: its long name, or else its NameSeg. */
export function upperName({ name, longName }: Pick<NamedPart, 'name' | 'longName'>): string {
  return longName === undefined ? shortName(name) : longName.toUpperCase();
}

/** {@link upperName} in lower case, as functions and modules have it. */
export function lowerName(part: Pick<NamedPart, 'name' | 'longName'>): string {
  return upperName(part).toLowerCase();
}

/** What a BAR is called in a driver, after `BAR_`: its long name, or else its index. */
export function barName({ longName, index }: { readonly longName?: string; readonly index: number }): string {
  return (longName ?? `${index}`).toUpperCase();
}

/** The default prefix of names in generated C. */
export const DEFAULT_PREFIX = 'VCFG';

/** C text in which every name begins with another prefix: `VCFG_BUSES` as `HUB_BUSES`, `vcfg_address` as `hub_address`. */
export function withPrefix(text: string, prefix: string): string {
  if (prefix === DEFAULT_PREFIX) return text;
  const lower = prefix.toLowerCase();
  return text.replaceAll(/\b(?:(VCFG)|vcfg)_/g, (_, upper) => (upper === undefined ? `${lower}_` : `${prefix}_`));
}

/**
 * The identifiers of one generated file and what each names. Names joined with `_` can collide: register B_C of function A
 * and register C of function A_B both give A_B_C.
 */
export class DriverNames {
  readonly #owners = new Map<string, string>();
  readonly #findings: Diagnostic[] = [];

  /** Takes an identifier for `owner`, such as `SENS.CTRL`, and returns it. */
  claim(identifier: string, owner: string): string {
    const earlier = this.#owners.get(identifier);
    if (earlier === undefined) this.#owners.set(identifier, owner);
    else {
      this.#findings.push({
        code: 'DRIVER_NAME_COLLISION',
        severity: 'error',
        place: { path: owner },
        message: `The generated driver would define ${identifier} twice: here and for ${earlier}.`,
        cure: 'Rename one, so that their names joined with _ differ.',
      });
    }
    return identifier;
  }

  /** What `write` makes, if none of the names that it claims is taken; otherwise undefined, and none is claimed. */
  attempt<T>(write: (names: DriverNames) => T): T | undefined {
    const own = new DriverNames();
    const made = write(own);
    const isTaken = own.#findings.length > 0 || [...own.#owners.keys()].some((name) => this.#owners.has(name));
    if (isTaken) return undefined;
    for (const [name, owner] of own.#owners) this.#owners.set(name, owner);
    return made;
  }

  /** Throws a GuestError that lists every identifier that was claimed twice. */
  requireDistinct(): void {
    if (this.#findings.length > 0) throw new GuestError(this.#findings);
  }
}
