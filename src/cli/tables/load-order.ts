import { basename, extname } from 'node:path';

/**
 * The order in which an OS loads the tables of a folder, as far as their names tell: `/sys/firmware/acpi/tables` has
 * `SSDT1` to `SSDT12`, and acpidump and acpixtract write `ssdt.dat`, `ssdt1.dat` and so on in the XSDT's order.
 */

/** Text and numbers of a name, its extension apart: `SSDT10.dat` gives `SSDT`, `10`. */
const partsOf = (name: string) => basename(name, extname(name)).match(/\d+|\D+/g) ?? [];

function compareParts(a: string, b: string): number {
  const isNumber = /^\d/.test(a) && /^\d/.test(b);
  if (!isNumber) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Negative, zero or positive as one file of a folder comes before, at or after another: by name, numbers by their value. */
export function compareLoadOrder(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = compareParts(left[index] ?? '', right[index] ?? '');
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A table by its file's name and its signature. */
export interface NamedTable {
  readonly name: string;
  readonly signature: string;
}

/** Tables that are loaded one after the other. There is one DSDT, and it is always the first. ACPI 6.5 §5.2.11 */
const IN_ORDER: ReadonlySet<string> = new Set(['SSDT', 'PSDT']);

/** Whether the names of a folder's tables tell their load order: each has a number of its own after its signature. */
export function isLoadOrderKnown(tables: readonly NamedTable[]): boolean {
  const ordered = tables.filter(({ signature }) => IN_ORDER.has(signature));
  if (ordered.length <= 1) return true;
  const numbers = ordered.map(({ name, signature }) => {
    const [, own, number = ''] = /^([^\d.]{4})(\d{0,4})(?:\.[^.]*)?$/.exec(name) ?? [];
    return own?.toUpperCase() === signature ? `${signature}${number.replace(/^0+(?=\d)/, '')}` : undefined;
  });
  return numbers.every((number) => number !== undefined) && new Set(numbers).size === numbers.length;
}
