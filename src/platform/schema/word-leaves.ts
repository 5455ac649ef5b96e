import type { Access, Architecture, PlatformCode, Profile, ReservedRule, WriteOrder } from '../../vocab/index.js';
import { nearestWord } from '../read/nearest-word.js';
import { describeValue, Fault, leaf, type Meaning } from './schema-leaves.js';

/** The values of a platform file that are one of a few words. */

function choice<T extends string>(
  code: PlatformCode,
  words: readonly T[],
  meaning: Meaning,
  /** Other spellings of these words, in lower case and without punctuation. */
  synonyms: Readonly<Record<string, T>> = {},
) {
  return leaf(
    (value): T | Fault => {
      const word = words.find((known) => known === value);
      if (word !== undefined) return word;
      const letters = typeof value === 'string' ? value.toLowerCase().replaceAll(/[^a-z0-9]/g, '') : '';
      const synonym = Object.hasOwn(synonyms, letters) ? synonyms[letters] : undefined;
      const nearest = synonym ?? (typeof value === 'string' ? nearestWord(value, words) : undefined);
      const hint = nearest === undefined || words.length === 1 ? '' : ` Did you mean ${nearest}?`;
      const cure = `Write ${words.length === 1 ? '' : 'one of '}${words.join(', ')}.${hint}`;
      return new Fault(code, `is ${describeValue(value)}, which is unknown`, cure);
    },
    { ...meaning, enum: words },
  );
}

const ACCESS_SYNONYMS: Readonly<Record<string, Access>> = {
  r: 'ro',
  read: 'ro',
  readonly: 'ro',
  rd: 'ro',
  const: 'ro',
  w: 'wo',
  write: 'wo',
  writeonly: 'wo',
  wr: 'wo',
  readwrite: 'rw',
  wrw: 'rw',
  rwc: 'w1c',
  rw1c: 'w1c',
  w1tc: 'w1c',
  writeonetoclear: 'w1c',
  write1toclear: 'w1c',
  rws: 'w1s',
  rw1s: 'w1s',
  w1ts: 'w1s',
  write1toset: 'w1s',
  readtoclear: 'rc',
  readclear: 'rc',
  cor: 'rc',
};

export function accessKind(meaning: Meaning) {
  const words: readonly Access[] = ['rw', 'ro', 'wo', 'w1c', 'w1s', 'rc'];
  return choice('PLATFORM_UNKNOWN_ACCESS', words, meaning, ACCESS_SYNONYMS);
}

export function architectureKind(meaning: Meaning) {
  const words: readonly (Architecture | 'x86_64')[] = ['x86_64', 'aarch64', 'riscv64'];
  return choice('PLATFORM_UNKNOWN_WORD', words, meaning, { 'x86-64': 'x86_64', amd64: 'x86_64', arm64: 'aarch64' });
}

export function windowAbsence(meaning: Meaning) {
  return choice('PLATFORM_UNKNOWN_WORD', ['none'] as const, meaning);
}

export function profileKind(meaning: Meaning) {
  const words: readonly Profile[] = ['vfio'];
  return choice('PLATFORM_UNKNOWN_PROFILE', words, meaning);
}

export function reservedRule(meaning: Meaning) {
  const words: readonly ReservedRule[] = ['preserve', 'zero', 'one'];
  return choice('PLATFORM_UNKNOWN_WORD', words, meaning, { keep: 'preserve', zeros: 'zero', ones: 'one' });
}

export function writeOrderKind(meaning: Meaning) {
  const words: readonly WriteOrder[] = ['low-first', 'high-first'];
  return choice('PLATFORM_UNKNOWN_WORD', words, meaning);
}

/** The width of a register in bits. */
export function registerWidth(meaning: Meaning) {
  const widths = [32, 64] as const;
  return leaf(
    (value): (typeof widths)[number] | Fault => {
      const width = widths.find((each) => value === each || value === BigInt(each));
      if (width !== undefined) return width;
      return new Fault('PLATFORM_OUT_OF_RANGE', `is ${describeValue(value)}, and must be 32 or 64`, 'Write 32 or 64.');
    },
    { ...meaning, enum: widths },
  );
}
