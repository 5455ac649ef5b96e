import { integerValue, type Term } from '../grammar/term.js';

/** What a _HID or _CID says: EISA identifiers as their dwords, others as text; empty if it must run. ACPI 6.5 §6.1.2, §6.1.5 */
export function idsOf(term: Term | undefined): (bigint | string)[] {
  if (term === undefined) return [];
  if (term.op === 'String') return [term.operands[0]];
  if (term.op === 'Package') return term.operands[1].flatMap(idsOf);
  const value = integerValue(term);
  return value === undefined ? [] : [value];
}

/** What an object always is: what a Name holds, or what a method returns that does nothing else. */
export function constantOf(term: Term | undefined): Term | undefined {
  if (term?.op === 'Name') return term.operands[1];
  if (term?.op !== 'Method') return undefined;
  const [only, ...others] = term.operands[2];
  return only?.op === 'Return' && others.length === 0 ? only.operands[0] : undefined;
}

/** The identities of a PCI host bridge, with and without PCI Express. PCI Firmware 3.0 §4.1.2 */
export const HOST_BRIDGE_IDS: readonly string[] = ['PNP0A08', 'PNP0A03'];

/** What reserves addresses for the board as a whole. PCI Firmware 3.0 §4.1.2 */
export const MOTHERBOARD_IDS: readonly string[] = ['PNP0C01', 'PNP0C02'];
