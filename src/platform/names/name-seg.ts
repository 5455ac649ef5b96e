import { SHARED_REGION, TRAPPED_REGION, VCFG_NAME } from './generated-names.js';

/** Why a platform may not use a text as a NameSeg, and one it may use instead. */
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
 * Why a text cannot name a function, register, field or shared run; undefined if it can. A name is a NameSeg of one to
 * four of A-Z, 0-9 and `_`. It does not begin with a digit, nor with `_`, which ACPI reserves. ACPI 6.5 §5.3, §20.2.2
 */
export function nameFault(text: string): NameFault | undefined {
  const whats = FAULTS.filter(([pattern]) => pattern.test(text)).map(([, what]) => what);
  if (whats.length > 0) return { reserved: false, what: whats.join(' and '), suggestion: suggest(text) };
  if (!text.startsWith('_')) return undefined;
  return { reserved: true, what: 'begins with _, which ACPI reserves for its own names', suggestion: suggest(text) };
}

/** A NameSeg as AML encodes it, padded with `_`: `AB` and `AB__` are one name. ACPI 6.5 §20.2.2 */
export function paddedName(name: string): string {
  return name.padEnd(4, '_');
}

/** An absolute path with every segment padded, as decoded AML has it: `\_SB_.PCI0`. */
export function paddedPath(path: string): string {
  return `\\${path.slice(1).split('.').map(paddedName).join('.')}`;
}

/** Names that generated AML puts in a function's scope, or looks up from it. */
const GENERATED: readonly (readonly [string, string])[] = [
  [TRAPPED_REGION, 'the region of the trapped page'],
  [SHARED_REGION, 'the region of the shared page'],
  [VCFG_NAME, "the window's base"],
];

/** The generated object that a name would collide with in a function's ACPI scope, in words. */
export function reservedFor(name: string, scope: { isBridge: boolean }): string | undefined {
  const padded = paddedName(name);
  const generated = GENERATED.find(([reserved]) => reserved === padded);
  if (generated) return generated[1];
  return scope.isBridge && /^P[CE][0-9A-F]{2}$/.test(padded) ? 'the device of a function below this bridge' : undefined;
}
