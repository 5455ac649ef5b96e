import { z } from 'zod';
import {
  DiagnosticError,
  formatHex,
  MOST_U64,
  parseInteger,
  parsePciAddress,
  parseQuantity,
  QUANTITY_UNITS,
} from '../../base/index.js';
import type { Access, PciAddress, PlatformCode, Profile } from '../../vocab/index.js';
import { nameFault } from '../names/name-seg.js';
import { cutShort } from '../read/findings.js';
import { nearestWord } from '../read/nearest-word.js';

/** The kinds of values in a platform file: how each is read, its JSON Schema, and the finding if it is wrong. */

/** Most characters of a text that is read as a number or an address; 64 bits in decimal take 20. */
export const MOST_NUMBER_CHARACTERS = 80;

/** What is wrong with a value. The key is put before `what`: `is "x", which is not a number`. */
class Fault {
  readonly code: PlatformCode;
  readonly what: string;
  readonly cure: string;

  constructor(code: PlatformCode, what: string, cure: string) {
    this.code = code;
    this.what = what;
    this.cure = cure;
  }
}

/** A value as findings show it: short, on one line, with text in quotes. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return JSON.stringify(cutShort(value, MOST_SHOWN));
  if (typeof value === 'bigint' && isLong(value)) return `a number of over ${MOST_BITS} bits`;
  return cutShort(String(value), MOST_SHOWN);
}

/** Most characters of a value in a finding. */
const MOST_SHOWN = 40;
/** A longer number is not shown: writing out its digits can take seconds. */
const MOST_BITS = 128;

const isLong = (value: bigint) => BigInt.asIntN(MOST_BITS, value) !== value;

/** A value of the file: how it is read, and its JSON Schema, which zod cannot derive from a transform. */
function leaf<T>(read: (value: unknown) => T | Fault, meta: Record<string, unknown> & { description: string }) {
  const missing = new Fault('PLATFORM_MISSING_KEY', 'is missing', `Add it: ${meta.description}`);
  return z
    .unknown()
    .transform((value, context): T => {
      const result = value === undefined ? missing : read(value);
      if (!(result instanceof Fault)) return result;
      const { code, what, cure } = result;
      context.issues.push({ code: 'custom', input: value, message: what, params: { code, cure } });
      return z.NEVER;
    })
    .meta(meta);
}

const INTEGER_TEXT = '^(0[xX][0-9a-fA-F]+(_[0-9a-fA-F]+)*|[0-9]+(_[0-9]+)*)$';

function readWhole(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && value.length <= MOST_NUMBER_CHARACTERS ? parseInteger(value) : undefined;
}

interface Meaning {
  readonly description: string;
  readonly examples: readonly unknown[];
  /** Value of a missing key, for editors; `checks` fills it in. */
  readonly default?: unknown;
}

/** A whole number within bounds, in decimal or 0x hex, `_` allowed between digits. */
export function integer(
  bounds: { least: number; most: number; rangeCode?: PlatformCode; hex?: true },
  meaning: Meaning,
) {
  const { least, most } = bounds;
  const show = (value: number | bigint) => (bounds.hex ? formatHex(value) : `${value}`);
  const cure = `Write a whole number from ${show(least)} to ${show(most)}.`;
  return leaf(
    (value) => {
      const whole = readWhole(value);
      if (whole === undefined)
        return new Fault('PLATFORM_BAD_NUMBER', `is ${describeValue(value)}, which is not a whole number`, cure);
      if (whole < BigInt(least) || whole > BigInt(most)) {
        const shown = whole < 0n || isLong(whole) ? describeValue(whole) : show(whole);
        return new Fault(
          bounds.rangeCode ?? 'PLATFORM_OUT_OF_RANGE',
          `is ${shown}, outside the range ${show(least)} to ${show(most)}`,
          cure,
        );
      }
      return Number(whole);
    },
    {
      ...meaning,
      anyOf: [
        { type: 'integer', minimum: least, maximum: most },
        { type: 'string', pattern: INTEGER_TEXT },
      ],
    },
  );
}

const QUANTITY_TEXT = `^(0[xX][0-9a-fA-F]+(_[0-9a-fA-F]+)*|[0-9]+(_[0-9]+)*)( *(${QUANTITY_UNITS.join('|')}))?$`;
const QUANTITY_JSON = [
  { type: 'integer', minimum: 0 },
  { type: 'string', pattern: QUANTITY_TEXT },
];
const QUANTITY_CURE =
  'Write a number of bytes, such as 4096 or 0x1_0000_0000, or use a unit (KiB, MiB, GiB, TiB), such as 8 GiB.';

function readQuantity(value: unknown): bigint | Fault {
  const isShort = typeof value === 'string' && value.length <= MOST_NUMBER_CHARACTERS;
  const bytes = readWhole(value) ?? (isShort ? parseQuantity(value) : undefined);
  if (bytes === undefined) {
    return new Fault(
      'PLATFORM_BAD_NUMBER',
      `is ${describeValue(value)}, which is not an address or a size`,
      QUANTITY_CURE,
    );
  }
  if (bytes < 0n || bytes > MOST_U64) {
    return new Fault(
      'PLATFORM_OUT_OF_RANGE',
      `is ${describeValue(value)}, which does not fit in 64 unsigned bits`,
      QUANTITY_CURE,
    );
  }
  return bytes;
}

/** An address or a number of bytes, as a number or as a text such as `8 GiB`. */
export function quantity(meaning: Meaning) {
  return leaf(readQuantity, { ...meaning, anyOf: QUANTITY_JSON });
}

/** An address, or `auto`. */
export function automaticOrQuantity(meaning: Meaning) {
  return leaf((value) => (value === 'auto' ? ('auto' as const) : readQuantity(value)), {
    ...meaning,
    anyOf: [{ const: 'auto' }, ...QUANTITY_JSON],
  });
}

/** An ACPI NameSeg. */
export function nameSeg(meaning: Meaning) {
  return leaf(
    (value) => {
      const rule = 'Write one to four of A-Z, 0-9 and _, a letter first';
      if (typeof value !== 'string') {
        return new Fault(
          'PLATFORM_BAD_NAME',
          `is ${describeValue(value)}, which YAML does not read as text`,
          `${rule}. Put it in quotes.`,
        );
      }
      const fault = nameFault(value);
      if (fault) {
        const suggestion = fault.suggestion === undefined ? '' : `, such as ${fault.suggestion}`;
        const code = fault.reserved ? 'PLATFORM_RESERVED_NAME' : 'PLATFORM_BAD_NAME';
        return new Fault(
          code,
          `is ${describeValue(value)}, which ${fault.what}`,
          `${rule}${suggestion}. Use label for a longer name.`,
        );
      }
      return value;
    },
    { ...meaning, type: 'string', pattern: '^[A-Z][A-Z0-9_]{0,3}$' },
  );
}

const ACPI_PATH = /^\\[A-Z_][A-Z0-9_]{0,3}(?:\.[A-Z_][A-Z0-9_]{0,3})+$/;

/** The absolute ACPI path of a Device. ACPI 6.5 §5.3 */
export function acpiPath(meaning: Meaning) {
  return leaf(
    (value) => {
      if (typeof value === 'string' && ACPI_PATH.test(value)) return value;
      return new Fault(
        'PLATFORM_BAD_PATH',
        `is ${describeValue(value)}, which is not the absolute path of a Device`,
        'Write it as ASL does, such as \\_SB.PCI0.SENS; in YAML without quotes, or in single quotes.',
      );
    },
    { ...meaning, type: 'string', pattern: ACPI_PATH.source },
  );
}

/** `bb:dd.f`. */
export function pciAddress(meaning: Meaning) {
  return leaf(
    (value): PciAddress | Fault => {
      const form = 'Write a PCI address as bb:dd.f in hex, such as 00:04.0.';
      if (typeof value !== 'string' || value.length > MOST_NUMBER_CHARACTERS) {
        return new Fault('PLATFORM_BAD_ADDRESS', `is ${describeValue(value)}, which is not a PCI address`, form);
      }
      try {
        return parsePciAddress(value);
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        const reason = error.diagnostics.map((found) => found.message.replace(/\.$/, '')).join('; ');
        return new Fault('PLATFORM_BAD_ADDRESS', `is not a PCI address: ${reason}`, form);
      }
    },
    { ...meaning, type: 'string', pattern: '^(0+:)?0*[0-9a-fA-F]{1,2}:0*[01]?[0-9a-fA-F]\\.0*[0-7]$' },
  );
}

/** A run of bits, high bit first: `7..4`, `[7, 4]`, or a single bit. */
export function bitRun(meaning: Meaning) {
  const form = 'Write the high bit first, such as 7..4 or [7, 4], or a single bit, such as 0.';
  return leaf(
    (value): { lowBit: number; widthBits: number } | Fault => {
      const parts = typeof value === 'string' ? value.split('..') : Array.isArray(value) ? value : [value];
      const [high, low = high] = parts.map((part) => readWhole(part));
      if (high === undefined || low === undefined || parts.length > 2) {
        return new Fault('PLATFORM_BAD_BITS', `is ${describeValue(value)}, which is not a run of bits`, form);
      }
      if (high < low) {
        const what = `has its low bit ${describeValue(high)} before its high bit ${describeValue(low)}`;
        return new Fault('PLATFORM_BAD_BITS', what, form);
      }
      if (low < 0n || high > 31n) {
        return new Fault(
          'PLATFORM_FIELD_RANGE',
          `is ${[...new Set([high, low])].map(describeValue).join('..')}, outside the register's bits 31..0`,
          form,
        );
      }
      return { lowBit: Number(low), widthBits: Number(high - low) + 1 };
    },
    {
      ...meaning,
      anyOf: [
        { type: 'integer', minimum: 0, maximum: 31 },
        { type: 'string', pattern: '^[0-9]+(\\.\\.[0-9]+)?$' },
        { type: 'array', items: { type: 'integer', minimum: 0, maximum: 31 }, minItems: 1, maxItems: 2 },
      ],
    },
  );
}

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

export function profileKind(meaning: Meaning) {
  const words: readonly Profile[] = ['vfio'];
  return choice('PLATFORM_UNKNOWN_PROFILE', words, meaning);
}

/** Text for people to read. */
export function prose(limits: { mostCharacters: number; oneLine: boolean }, meaning: Meaning) {
  const { mostCharacters, oneLine } = limits;
  const controls = oneLine ? /\p{Cc}/u : /[^\P{Cc}\n\t]/u;
  const cure = `Write up to ${mostCharacters} characters${oneLine ? ' on one line' : ''}.`;
  return leaf(
    (value) => {
      if (typeof value !== 'string') {
        return new Fault(
          'PLATFORM_BAD_TEXT',
          `is ${describeValue(value)}, which YAML does not read as text`,
          'Put it in quotes.',
        );
      }
      if (value.length > mostCharacters)
        return new Fault('PLATFORM_BAD_TEXT', `has ${value.length} characters, which is too long`, cure);
      if (controls.test(value)) {
        const what = oneLine ? 'contains line breaks or other control characters' : 'contains control characters';
        return new Fault('PLATFORM_BAD_TEXT', what, 'Remove them.');
      }
      return value.trimEnd();
    },
    { ...meaning, type: 'string', maxLength: mostCharacters },
  );
}
