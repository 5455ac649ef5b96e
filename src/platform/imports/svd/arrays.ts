import type { ImportLog } from '../model/import-log.js';
import type { Budget, ImportLimits } from '../model/limits.js';
import type { ModelArray } from '../model/register-model.js';
import { placeOfElement } from './derived.js';
import { parseSvdInteger } from './svd-values.js';
import { childOf, type XmlElement } from './xml-tree.js';

/** dimIndex: `0-3`, `A-D`, or names between commas; undefined if it is none of these. */
function readIndexes(text: string, most: number): string[] | undefined {
  const [, first, last] = /^\s*([0-9]{1,9}|[A-Z])\s*-\s*([0-9]{1,9}|[A-Z])\s*$/.exec(text) ?? [];
  if (first === undefined || last === undefined) {
    const names = text.split(',', most + 1).map((name) => name.trim());
    return names.every((name) => /^[_0-9a-zA-Z]+$/.test(name)) ? names : undefined;
  }
  const isLetter = /[A-Z]/.test(first);
  if (isLetter !== /[A-Z]/.test(last)) return undefined;
  const [from, to] = isLetter ? [first.charCodeAt(0), last.charCodeAt(0)] : [Number(first), Number(last)];
  if (to < from || to - from >= most) return undefined;
  return Array.from({ length: to - from + 1 }, (_, index) =>
    isLetter ? String.fromCharCode(from + index) : String(from + index),
  );
}

/** Whether names are the numbers from 0 on, which need not be said. */
const isPlain = (labels: readonly string[]): boolean => labels.every((label, index) => label === String(index));

/**
 * The array that an element's dim, dimIncrement and dimIndex make of it; undefined for a single one. `damaged`, with a
 * finding, if they are wrong. The unit of the stride is that of the element: bytes, or bits for a field.
 */
export function readArray(
  element: XmlElement,
  limits: ImportLimits,
  budget: Budget,
  log: ImportLog,
): ModelArray | 'damaged' | undefined {
  const dim = childOf(element, 'dim');
  if (dim === undefined) return undefined;
  const refuse = (message: string, cure: string) => {
    log.add('warning', 'IMPORT_BAD_ARRAY', placeOfElement(element), message, cure);
    return 'damaged' as const;
  };
  const count = parseSvdInteger(dim.text);
  if (count === undefined || count === 0n || count > BigInt(limits.arrayElements)) {
    const message = `dim is "${dim.text.slice(0, 40)}", which is not a number from 1 to ${limits.arrayElements}.`;
    return refuse(message, 'Correct it, or describe a larger array in parts.');
  }
  const increment = childOf(element, 'dimIncrement')?.text ?? '';
  const stride = parseSvdInteger(increment);
  if (stride === undefined || stride > 0xffff_ffffn) {
    const written = increment === '' ? 'missing' : `"${increment.slice(0, 40)}", which is not a number below 2^32`;
    return refuse(`dimIncrement is ${written}.`, 'Give the distance from one element to the next.');
  }
  const index = childOf(element, 'dimIndex')?.text;
  // A range of a few characters stands for this many names.
  if (index !== undefined) budget.spend(Number(count));
  const labels = index === undefined ? undefined : readIndexes(index, Number(count));
  if (index !== undefined && labels?.length !== Number(count)) {
    const message = `dimIndex "${index.slice(0, 40)}" does not give ${count} names, as dim says.`;
    return refuse(message, `Write a range such as 0-${count - 1n}, or ${count} names with commas.`);
  }
  const array = { count: Number(count), strideBytes: Number(stride) };
  return labels === undefined || isPlain(labels) ? array : { ...array, labels };
}
