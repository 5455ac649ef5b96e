import { SHARED_REGION, TRAPPED_REGION, VCFG_NAME } from './generated-names.js';

/** Why a text is no NameSeg that a platform may use, and one that would do. */
export interface NameFault {
  readonly reserved: boolean;
  readonly what: string;
  readonly suggestion: string | undefined;
}

const FAULTS: readonly [RegExp, string][] = [
  [/^$/, 'is empty'],
  [/^.{5,}$/su, 'is longer than the 4 characters of an ACPI name'],
  [/^[0-9]/, 'begins with a digit'],
  [/[a-z]/, 'has lower-case letters'],
  [/[^A-Za-z0-9_]/u, 'has characters other than A-Z, 0-9 and _'],
];

function suggest(text: string): string | undefined {
  const name = text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/gu, '')
    .replace(/^[0-9_]+/, '')
    .slice(0, 4);
  return name === '' ? undefined : name;
}

/**
 * What keeps a text from being the name of a function, register, field or shared run: a NameSeg of one to four of A-Z,
 * 0-9 and `_`, which does not begin with a digit or, as those are ACPI's own, with `_`. ACPI 6.5 §5.3, §20.2.2
 */
export function nameFault(text: string): NameFault | undefined {
  const whats = FAULTS.filter(([pattern]) => pattern.test(text)).map(([, what]) => what);
  if (whats.length > 0) return { reserved: false, what: whats.join(' and '), suggestion: suggest(text) };
  if (!text.startsWith('_')) return undefined;
  return { reserved: true, what: 'begins with _, which ACPI keeps for its own names', suggestion: suggest(text) };
}

/** A NameSeg as it stands in AML, filled up with `_`: `AB` and `AB__` are one name. ACPI 6.5 §20.2.2 */
export function paddedName(name: string): string {
  return name.padEnd(4, '_');
}

/** Names that generated AML puts in a function's scope, or looks up from it. */
const GENERATED: readonly (readonly [string, string])[] = [
  [TRAPPED_REGION, 'the region of the trapped page'],
  [SHARED_REGION, 'the region of the shared page'],
  [VCFG_NAME, "the window's base"],
];

/** What a name would collide with in the ACPI scope of such a function, other than the function's own names. */
export function reservedFor(name: string, scope: { isBridge: boolean }): string | undefined {
  const padded = paddedName(name);
  const generated = GENERATED.find(([reserved]) => reserved === padded);
  if (generated) return generated[1];
  return scope.isBridge && /^P[CE][0-9A-F]{2}$/.test(padded) ? 'the device of a function below this bridge' : undefined;
}
