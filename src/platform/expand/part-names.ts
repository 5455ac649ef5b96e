import { isAslWord } from '../../base/asl-words.js';
import { reservedFor } from '../names/name-seg.js';

/** The two names of a part of a function: in AML, and in generated drivers. */
export interface PartNames {
  /** NameSeg. */
  readonly name: string;
  /** Lower-case words joined with `_`. */
  readonly longName: string;
  /** Present if the NameSeg is made: what {@link madeName} makes it from. */
  readonly madeFrom?: string;
}

/** What the names of a part begin with. */
export interface NameScope {
  /** Undefined if something around the part has no name for AML, so that the part's own must be made. */
  readonly name: string | undefined;
  readonly longName: string;
  readonly isBridge: boolean;
}

/** A part's names as the file has them; at least one is given. */
export interface WrittenNames {
  readonly name?: string | undefined;
  readonly longName?: string | undefined;
}

const NAME_SEG_CHARACTERS = 4;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Letters and digits after the first character of a made name. */
const HASHED = DIGITS.length ** (NAME_SEG_CHARACTERS - 1);

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x0100_0193) >>> 0;
  // The low bits of FNV-1a depend on the last characters most.
  return (value ^ (value >>> 15)) >>> 0;
}

/** Most names that are tried for one part. With three of four names of a letter taken, 100 fail once in 10^12 times. */
const MOST_TRIES = 1000;
const NONE: ReadonlySet<string> = new Set();

/**
 * A NameSeg for a long name: its first letter, and three characters that depend on the whole of it. It depends on nothing
 * else, so that a name stays when others come or go, unless it is among those `taken`, which are padded: then another is made.
 */
export function madeName(longName: string, isBridge: boolean, taken = NONE): string {
  for (let salt = '', tries = 0; ; salt += '#', tries++) {
    let rest = hash(longName + salt) % HASHED;
    let name = '';
    for (let place = 1; place < NAME_SEG_CHARACTERS; place++) {
      name = `${DIGITS[rest % DIGITS.length]}${name}`;
      rest = Math.floor(rest / DIGITS.length);
    }
    const made = `${(longName[0] as string).toUpperCase()}${name}`;
    if (reservedFor(made, { isBridge }) !== undefined || isAslWord(made)) continue;
    // After that many tries a taken name is given: the finding of two equal names says what to do.
    if (!taken.has(made) || tries >= MOST_TRIES) return made;
  }
}

/** The second character of an element's made-up name is a letter, so it never equals a name that ends with the element's number. */
const LETTERS = 26;
const TAIL = DIGITS.length ** 2;

/**
 * The names of one of several functions. The NameSeg is the written one with the element's number, or, if that has more
 * than four characters, one that depends on the name and the number alone. No two elements have the same.
 */
export function elementNames(
  written: { readonly name: string; readonly longName?: string | undefined },
  element: number,
): { readonly name: string; readonly longName: string | undefined } {
  const longName = numbered(writtenLongName(written), `${element}`);
  const joined = `${shortOf(written.name)}${element}`;
  if (joined.length <= NAME_SEG_CHARACTERS)
    return { name: joined, longName: longName === writtenLongName({ name: joined }) ? undefined : longName };
  const at = (hash(writtenLongName(written)) + element) % (LETTERS * TAIL);
  const second = DIGITS[10 + Math.floor(at / TAIL)];
  const rest = at % TAIL;
  const name = `${written.name[0]}${second}${DIGITS[Math.floor(rest / DIGITS.length)]}${DIGITS[rest % DIGITS.length]}`;
  return { name: isAslWord(name) ? madeName(longName, false) : name, longName };
}

/** A NameSeg without the `_` at its end. */
function shortOf(name: string): string {
  return name.replace(/_+$/, '');
}

/** A part's name in generated drivers, as far as the part itself gives it. */
export function writtenLongName({ name = '', longName }: WrittenNames): string {
  return longName ?? shortOf(name).toLowerCase();
}

function numbered(longName: string, suffix: string): string {
  return /\d$/.test(longName) && /^\d/.test(suffix) ? `${longName}_${suffix}` : `${longName}${suffix}`;
}

function within(scope: string, longName: string): string {
  return scope === '' ? longName : `${scope}_${longName}`;
}

/**
 * The names of a part in a scope. `suffix` is the number of an element, or empty. The NameSeg is all the written names
 * joined, or one made from the long name if that has more than four characters.
 */
export function namesIn(scope: NameScope, written: WrittenNames, suffix: string): PartNames {
  const longName = within(scope.longName, numbered(writtenLongName(written), suffix));
  const joined =
    scope.name === undefined || written.name === undefined ? undefined : `${scope.name}${written.name}${suffix}`;
  if (joined !== undefined && joined.length <= NAME_SEG_CHARACTERS) return { name: joined, longName };
  const whole = longName.toUpperCase();
  const fits = whole.length <= NAME_SEG_CHARACTERS && reservedFor(whole, scope) === undefined && !isAslWord(whole);
  if (fits && joined === undefined) return { name: whole, longName };
  return { name: madeName(longName, scope.isBridge), longName, madeFrom: longName };
}

/** The scope of the parts of an instance of a group. */
export function scopeIn(scope: NameScope, written: WrittenNames, suffix: string): NameScope {
  const isNamed = written.name !== undefined || written.longName !== undefined;
  if (!isNamed) return scope;
  const name =
    scope.name === undefined || written.name === undefined ? undefined : `${scope.name}${written.name}${suffix}`;
  return { ...scope, name, longName: within(scope.longName, numbered(writtenLongName(written), suffix)) };
}

/**
 * The names of a field. Its long name need only be distinct within its register, so that a NameSeg made from it depends on
 * the register's too.
 */
export function fieldNames(
  scope: NameScope,
  register: PartNames,
  written: WrittenNames,
  suffix: string,
  half: string,
): PartNames {
  const longName = `${writtenLongName(written)}${half === '' ? '' : half === 'L' ? '_low' : '_high'}`;
  const joined =
    scope.name === undefined || written.name === undefined ? undefined : `${scope.name}${written.name}${suffix}${half}`;
  const fits = joined !== undefined && joined.length <= NAME_SEG_CHARACTERS;
  if (fits) return { name: joined, longName };
  const madeFrom = `${register.longName}.${longName}`;
  return { name: madeName(madeFrom, scope.isBridge), longName, madeFrom };
}
