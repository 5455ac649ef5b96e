import { isAslWord } from '../../../base/asl-words.js';
import { nameFault } from '../../names/name-seg.js';

/** Characters that a name in generated drivers may have. */
const MOST_CHARACTERS = 64;

/** A name as generated drivers have it: lower-case words joined with `_`, a letter first. `txFIFO[3]` is `tx_fifo_3`. */
export function longNameFor(text: string, fallback: string): string {
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  const begun = /^[a-z]/.test(words) ? words : `${fallback}_${words}`.replace(/_$/, '');
  return begun.slice(0, MOST_CHARACTERS).replace(/_+$/, '');
}

/** A name that is not taken yet: the same, or with a number after it. Takes it. */
export function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) {
    const suffix = `_${number}`;
    name = `${wanted.slice(0, MOST_CHARACTERS - suffix.length)}${suffix}`;
  }
  taken.add(name);
  return name;
}

/** Whether a text can be a NameSeg as it is, and a person would write it so. */
export function isNameSeg(text: string): boolean {
  return nameFault(text) === undefined && !text.endsWith('_') && !isAslWord(text);
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Numbers of three digits of 36 values. */
const NUMBERS = DIGITS.length ** 3;

/** The n-th NameSeg with a first letter: A000, A001 and so on. */
function numberedSeg(letter: string, number: number): string {
  const digit = (place: number) => DIGITS[Math.floor(number / DIGITS.length ** place) % DIGITS.length];
  return `${letter}${digit(2)}${digit(1)}${digit(0)}`;
}

/** NameSegs that stay taken, and up to which number all with a first letter are. */
interface TakenSegs {
  readonly isTaken: (name: string) => boolean;
  readonly full: Map<string, number>;
}

/** A NameSeg that is free, with a first letter if there is any. */
export function freeNameSeg(longName: string, taken: TakenSegs, isFree: (name: string) => boolean): string {
  const own = (longName[0] ?? 'r').toUpperCase();
  for (const letter of [own, ...'RSTUVWXYZABCDEFGHIJKLMNOPQ']) {
    let first = taken.full.get(letter) ?? 0;
    while (first < NUMBERS && taken.isTaken(numberedSeg(letter, first))) first++;
    taken.full.set(letter, first);
    for (let number = first; number < NUMBERS; number++) {
      const name = numberedSeg(letter, number);
      if (isFree(name)) return name;
    }
  }
  throw new RangeError('All NameSegs are taken.');
}

/** Three characters that are free NameSegs with each of some letters after them; undefined if there are none. */
export function freeNameStem(
  longName: string,
  endings: readonly string[],
  isFree: (name: string) => boolean,
): string | undefined {
  const own = (longName[0] ?? 'r').toUpperCase();
  for (const letter of [own, ...'RSTUVWXYZABCDEFGHIJKLMNOPQ']) {
    for (let number = 0; number < DIGITS.length ** 2; number++) {
      const stem = numberedSeg(letter, number).replace(/^(.)0/, '$1');
      if (endings.every((ending) => isFree(`${stem}${ending}`))) return stem;
    }
  }
  return undefined;
}

/** A NameSeg for a function: its first letters and its number, as in UAR0 for UART0. */
export function functionNameSeg(text: string, isTaken: (name: string) => boolean): string {
  const plain = text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replace(/^[0-9]+/, '');
  const number = /[0-9]{1,2}$/.exec(plain)?.[0] ?? '';
  const letters = plain.slice(0, plain.length - number.length);
  const candidates =
    plain.length <= 4 ? [plain] : [`${letters.slice(0, 4 - number.length)}${number}`, plain.slice(0, 4)];
  const fit = candidates.find((name) => name !== '' && !isAslWord(name) && !isTaken(name));
  if (fit !== undefined) return fit;
  for (let count = 1; count < 100; count++) {
    const name = `${(plain || 'F').slice(0, count < 10 ? 3 : 2)}${count}`;
    if (!isTaken(name)) return name;
  }
  return freeNameSeg(plain.toLowerCase() || 'f', { isTaken, full: new Map() }, (name) => !isTaken(name));
}
