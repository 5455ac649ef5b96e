import * as z from 'zod/mini';
import {
  DiagnosticError,
  formatHex,
  MOST_U64,
  parseInteger,
  parsePciAddress,
  parseQuantity,
  QUANTITY_UNITS,
} from '../../base/index.js';
import type { PciAddress, PlatformCode } from '../../vocab/index.js';
import { nameFault } from '../names/name-seg.js';
import { cutShort } from '../read/findings.js';

/** The kinds of values in a platform file: how each is read, its JSON Schema, and the finding if it is wrong. */

/** Most characters of a text that is read as a number or an address; 64 bits in decimal take 20. */
export const MOST_NUMBER_CHARACTERS = 80;

/** What is wrong with a value. The key is put before `what`: `is "x", which is not a number`. */
export class Fault {
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
export function leaf<T>(read: (value: unknown) => T | Fault, meta: Record<string, unknown> & { description: string }) {
  const missing = new Fault('PLATFORM_MISSING_KEY', 'is missing', `Add it: ${meta.description}`);
  return z
    .pipe(
      z.unknown(),
      z.transform((value, context): T => {
        const result = value === undefined ? missing : read(value);
        if (!(result instanceof Fault)) return result;
        const { code, what, cure } = result;
        context.issues.push({ code: 'custom', input: value, message: what, params: { code, cure } });
        return z.NEVER;
      }),
    )
    .check(z.meta(meta));
}

const INTEGER_TEXT = '^(0[xX][0-9a-fA-F]+(_[0-9a-fA-F]+)*|[0-9]+(_[0-9]+)*)$';

function readWhole(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && value.length <= MOST_NUMBER_CHARACTERS ? parseInteger(value) : undefined;
}

export interface Meaning {
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

/** An unsigned number of up to 64 bits, in decimal or hex. The register's width bounds it further. */
export function unsigned64(rangeCode: PlatformCode, meaning: Meaning) {
  const cure = 'Write a whole number from 0x0 to 0xffffffff.';
  return leaf(
    (value) => {
      const whole = readWhole(value);
      if (whole === undefined)
        return new Fault('PLATFORM_BAD_NUMBER', `is ${describeValue(value)}, which is not a whole number`, cure);
      if (whole >= 0n && whole <= MOST_U64) return whole;
      const shown = whole < 0n || isLong(whole) ? describeValue(whole) : formatHex(whole);
      return new Fault(rangeCode, `is ${shown}, outside the range 0x0 to ${formatHex(MOST_U64)}`, cure);
    },
    {
      ...meaning,
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: INTEGER_TEXT },
      ],
    },
  );
}

const LONG_NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
/** Most characters of a name in generated drivers. */
export const MOST_NAME_CHARACTERS = 64;
/** The form of a name in generated drivers, for a JSON Schema. */
export const LONG_NAME_SCHEMA = { type: 'string', pattern: LONG_NAME.source, maxLength: MOST_NAME_CHARACTERS } as const;

/** Why a text is not a name in generated drivers, and what to write instead; undefined if it is one. */
export function longNameFault(text: string): { readonly what: string; readonly cure: string } | undefined {
  const cure = `Write up to ${MOST_NAME_CHARACTERS} characters: words of a-z and 0-9 joined with _, a letter first`;
  if (text.length > MOST_NAME_CHARACTERS) return { what: `has ${text.length} characters`, cure: `${cure}.` };
  if (LONG_NAME.test(text)) return undefined;
  const suggestion = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[0-9_]+|_+$/g, '');
  return {
    what: `is ${describeValue(text)}, which is not words joined with _`,
    cure: `${cure}${suggestion === '' ? '' : `, such as ${suggestion}`}.`,
  };
}

/** A name in generated drivers. */
export function longName(meaning: Meaning) {
  return leaf(
    (value) => {
      if (typeof value !== 'string') {
        const what = `is ${describeValue(value)}, which YAML does not read as text`;
        return new Fault('PLATFORM_BAD_NAME', what, 'Write words of a-z and 0-9 joined with _, such as sample_rate.');
      }
      const fault = longNameFault(value);
      return fault === undefined ? value : new Fault('PLATFORM_BAD_NAME', fault.what, fault.cure);
    },
    { ...meaning, ...LONG_NAME_SCHEMA },
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

/** A number of bytes up to `most`, written as a {@link quantity}. */
export function smallQuantity(
  { most, rangeCode = 'PLATFORM_OUT_OF_RANGE' }: { most: number; rangeCode?: PlatformCode },
  meaning: Meaning,
) {
  const cure = `Write a number of bytes from 0 to ${most}, such as 0x800 or 2 KiB.`;
  return leaf(
    (value): number | Fault => {
      const bytes = readQuantity(value);
      if (typeof bytes === 'bigint' && bytes <= BigInt(most)) return Number(bytes);
      if (bytes instanceof Fault && bytes.code === 'PLATFORM_BAD_NUMBER')
        return new Fault(bytes.code, bytes.what, cure);
      const shown = bytes instanceof Fault ? describeValue(value) : bytes;
      return new Fault(rangeCode, `is ${shown}, outside the range 0 to ${most}`, cure);
    },
    {
      ...meaning,
      anyOf: [
        { type: 'integer', minimum: 0, maximum: most },
        { type: 'string', pattern: QUANTITY_TEXT },
      ],
    },
  );
}

/** An address, or `auto`. */
export function automaticOrQuantity(meaning: Meaning) {
  return leaf((value) => (value === 'auto' ? ('auto' as const) : readQuantity(value)), {
    ...meaning,
    anyOf: [{ const: 'auto' }, ...QUANTITY_JSON],
  });
}

/** Stands for a name that is to be made from the longName. No file can hold it. */
export const MADE_NAME: unique symbol = Symbol('a name made from the longName');

function readNameSeg(value: unknown): string | Fault {
  const rule = 'Write one to four of A-Z, 0-9 and _, a letter first';
  if (typeof value !== 'string') {
    const what = `is ${describeValue(value)}, which YAML does not read as text`;
    return new Fault('PLATFORM_BAD_NAME', what, `${rule}. Put it in quotes.`);
  }
  const fault = nameFault(value);
  if (fault === undefined) return value;
  const suggestion = fault.suggestion === undefined ? '' : `, such as ${fault.suggestion}`;
  const code = fault.reserved ? 'PLATFORM_RESERVED_NAME' : 'PLATFORM_BAD_NAME';
  const cure = `${rule}${suggestion}.${fault.reserved ? '' : ' A longer name, for drivers, goes into longName.'}`;
  return new Fault(code, `is ${describeValue(value)}, which ${fault.what}`, cure);
}

const NAME_SEG_SCHEMA = { type: 'string', pattern: '^[A-Z][A-Z0-9_]{0,3}$' };

/** An ACPI NameSeg. */
export function nameSeg(meaning: Meaning) {
  return leaf(readNameSeg, { ...meaning, ...NAME_SEG_SCHEMA });
}

/** An ACPI NameSeg; undefined for {@link MADE_NAME}. */
export function nameSegOrMade(meaning: Meaning) {
  return leaf((value) => (value === MADE_NAME ? undefined : readNameSeg(value)), { ...meaning, ...NAME_SEG_SCHEMA });
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

/** The last bit of the widest register. */
const LAST_BIT = 63n;

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
      if (low < 0n || high > LAST_BIT) {
        const shown = [...new Set([high, low])].map(describeValue).join('..');
        return new Fault('PLATFORM_FIELD_RANGE', `is ${shown}, outside the register's bits ${LAST_BIT}..0`, form);
      }
      return { lowBit: Number(low), widthBits: Number(high - low) + 1 };
    },
    {
      ...meaning,
      anyOf: [
        { type: 'integer', minimum: 0, maximum: Number(LAST_BIT) },
        { type: 'string', pattern: '^[0-9]+(\\.\\.[0-9]+)?$' },
        { type: 'array', items: { type: 'integer', minimum: 0, maximum: Number(LAST_BIT) }, minItems: 1, maxItems: 2 },
      ],
    },
  );
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
