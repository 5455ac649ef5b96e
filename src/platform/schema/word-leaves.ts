import { parseInteger } from '../../base/index.js';
import type {
  Access,
  AdvancedInterrupts,
  Architecture,
  BarKind,
  PlatformCode,
  Profile,
  ReservedRule,
  WriteOrder,
} from '../../vocab/index.js';
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

export function interruptControllerKind(meaning: Meaning) {
  const words: readonly (AdvancedInterrupts | 'plic')[] = ['plic', 'aplic', 'imsic'];
  return choice('PLATFORM_UNKNOWN_WORD', words, meaning, { 'aplic-imsic': 'imsic', none: 'plic' });
}

export function windowAbsence(meaning: Meaning) {
  return choice('PLATFORM_UNKNOWN_WORD', ['none'] as const, meaning);
}

export function profileKind(meaning: Meaning) {
  const words: readonly Profile[] = ['vfio'];
  return choice('PLATFORM_UNKNOWN_PROFILE', words, meaning);
}

export function barKind(meaning: Meaning) {
  const words: readonly BarKind[] = ['mem32', 'mem64', 'io'];
  return choice('PLATFORM_UNKNOWN_WORD', words, meaning, {
    memory: 'mem32',
    '32': 'mem32',
    '64': 'mem64',
    ports: 'io',
  });
}

/** `true` or `false`. */
export function truth(meaning: Meaning) {
  return leaf(
    (value): boolean | Fault =>
      typeof value === 'boolean'
        ? value
        : new Fault('PLATFORM_BAD_TYPE', `is ${describeValue(value)}, not true or false`, 'Write true or false.'),
    { ...meaning, type: 'boolean' },
  );
}

/** Numbers of capabilities that have names here. PCI Code and ID Assignment 1.11 §2 */
export const CAPABILITY_IDS = { pm: 0x01, vendor: 0x09, msix: 0x11, pcie: 0x10 } as const;

/** The number of a capability, or its name. */
export function capabilityWord(meaning: Meaning) {
  const names = ['vendor', 'pm', 'pcie'] as const;
  return leaf(
    (value): number | Fault => {
      const name = names.find((each) => each === value);
      if (name !== undefined) return CAPABILITY_IDS[name];
      const number =
        typeof value === 'bigint'
          ? Number(value)
          : typeof value === 'string' && value.length < 80
            ? Number(parseInteger(value) ?? Number.NaN)
            : value;
      if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 0xffff) return number;
      const cure = 'Write vendor, pm or pcie, or a number from 0x0 to 0xff; up to 0xffff with extended: true.';
      return new Fault('PLATFORM_UNKNOWN_WORD', `is ${describeValue(value)}, which is unknown`, cure);
    },
    {
      ...meaning,
      anyOf: [
        { enum: names },
        { type: 'integer', minimum: 0, maximum: 0xffff },
        { type: 'string', pattern: '^0[xX][0-9a-fA-F_]+$' },
      ],
    },
  );
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
