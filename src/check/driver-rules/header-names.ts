import { errorAt } from '../../base/index.js';
import { DEFAULT_PLATFORM_LIMITS, readYaml } from '../../platform/read/yaml-source.js';
import type { Diagnostic } from '../../vocab/index.js';

/** One name of a header, and the one that a generated header has for the same thing. */
interface MappedName {
  readonly own: string;
  readonly generated: string;
  /** The header's value is so many times the generated one's. */
  readonly scale: bigint;
}

/** What a header of another make calls things. */
export interface HeaderNames {
  readonly prefix?: string;
  readonly constants: readonly MappedName[];
  readonly accessors: readonly MappedName[];
  /** An expression that calls the function that computes addresses. */
  readonly address?: string;
  readonly isForeign: boolean;
}

/** What the map says of a constant, and how the generated header ends its name. */
const CONSTANT_ENDINGS: Readonly<Record<string, string>> = {
  bus: 'BUS',
  device: 'DEVICE',
  function: 'FUNCTION',
  trapped: 'TRAPPED_OFFSET',
  shared: 'SHARED_OFFSET',
  offset: 'OFFSET',
  index: 'INDEX',
  byte: 'INDEX',
  reset: 'RESET',
  mask: 'MASK',
  shift: 'SHIFT',
  start: 'START',
  bytes: 'BYTES',
};
const VERBS = ['get', 'set', 'read', 'write', 'clear', 'raise'];
const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** The parameters of an address function, in the order of `vcfg_address`. */
const ADDRESS_ARGUMENTS = ['base', 'bus', 'device', 'function', 'page', 'register'] as const;

/**
 * The expression for a header's own address function: its name, which takes what `vcfg_address` takes, or a call such as
 * `hub_address(bus, device, function, page * 1024 + register)`.
 * @throws RangeError if it is neither.
 */
export function addressExpression(text: string): string {
  const name = text.trim();
  if (IDENTIFIER.test(name)) return `${name}(${ADDRESS_ARGUMENTS.join(', ')})`;
  const [, words] = /^[A-Za-z_]\w*\(([\w\s,+*|&<>()-]*)\)$/.exec(name) ?? [];
  const unknown = words
    ?.match(/[A-Za-z_]\w*/g)
    ?.find((word) => !(ADDRESS_ARGUMENTS as readonly string[]).includes(word));
  if (words === undefined || unknown !== undefined) {
    const why = unknown === undefined ? 'it is not a name or a call' : `${unknown} is not one of its arguments`;
    throw new RangeError(`"${text}": ${why}; the arguments are ${ADDRESS_ARGUMENTS.join(', ')}`);
  }
  return name;
}

/** `SENS.CTRL.RATE.mask` as `VCFG_SENS_CTRL_RATE_MASK`; undefined if it does not end with a word for a constant. */
function constantName(path: string): { generated: string; scale: bigint } | undefined {
  const parts = path.split('.');
  const word = parts.pop() ?? '';
  const ending = Object.hasOwn(CONSTANT_ENDINGS, word) ? CONSTANT_ENDINGS[word] : undefined;
  if (ending === undefined || !parts.every((part) => IDENTIFIER.test(part))) return undefined;
  return { generated: ['VCFG', ...parts, ending].join('_').toUpperCase(), scale: word === 'byte' ? 4n : 1n };
}

function accessorName(path: string): string | undefined {
  const parts = path.split('.');
  if (parts.length < 3 || !VERBS.includes(parts.at(-1) ?? '') || !parts.every((part) => IDENTIFIER.test(part))) {
    return undefined;
  }
  return ['vcfg', ...parts].join('_').toLowerCase();
}

const KEYS = ['prefix', 'address', 'constants', 'accessors'];

/**
 * Reads a map of a header's names, which is YAML:
 *
 *     prefix: HUB                        # or:
 *     constants: { HUB_CTRL: SENS.CTRL.offset, HUB_RATE_MASK: SENS.CTRL.RATE.mask }
 *     accessors: { hub_rate_set: SENS.CTRL.RATE.set }
 *     address: hub_address(base, bus, device, function, page, register)
 */
export function readHeaderNames(text: string, file: string): { names: HeaderNames; diagnostics: Diagnostic[] } {
  const { value, findings } = readYaml(text, file, DEFAULT_PLATFORM_LIMITS);
  const cure = `Write it as YAML, with one or more of ${KEYS.join(', ')}.`;
  const diagnostics = findings.list.map((found): Diagnostic => ({ ...found, code: 'DRIVER_MAP_VALUE', cure }));
  const refuse = (path: string, message: string, cure: string) => {
    const keys = path.split('.').filter((key) => key !== '');
    diagnostics.push(errorAt('DRIVER_MAP_VALUE', findings.place(keys), message, cure));
  };
  const isMap = (each: unknown): each is Record<string, unknown> =>
    typeof each === 'object' && each !== null && !Array.isArray(each);
  const names: { -readonly [Key in keyof HeaderNames]: HeaderNames[Key] } = {
    constants: [],
    accessors: [],
    isForeign: true,
  };
  const shown = (each: unknown) => JSON.stringify(each) ?? String(each);
  if (!isMap(value) || diagnostics.length > 0) return { names, diagnostics };
  for (const key of Object.keys(value)) {
    if (!KEYS.includes(key)) refuse(key, 'The map has no such key.', `The keys are ${KEYS.join(', ')}.`);
  }
  const { prefix, address } = value;
  if (prefix !== undefined) {
    if (typeof prefix === 'string' && IDENTIFIER.test(prefix)) names.prefix = prefix.toUpperCase();
    else refuse('prefix', `${shown(prefix)} is not a C identifier.`, 'Give what the names begin with, such as HUB.');
  }
  if (address !== undefined) {
    try {
      names.address = addressExpression(String(address));
    } catch (error) {
      refuse('address', `${(error as Error).message}.`, 'Give the name, or a call with these arguments.');
    }
  }
  const rowsOf = (
    key: 'constants' | 'accessors',
    read: (path: string) => Omit<MappedName, 'own'> | undefined,
    cure: string,
  ): MappedName[] => {
    const rows = value[key] ?? {};
    if (!isMap(rows)) {
      refuse(key, `${shown(rows)} is not names and what they are.`, cure);
      return [];
    }
    return Object.entries(rows).flatMap(([own, path]) => {
      const found = IDENTIFIER.test(own) && typeof path === 'string' ? read(path) : undefined;
      if (found !== undefined) return [{ own, ...found }];
      refuse(`${key}.${own}`, `${shown(path)} does not say what ${own} is.`, cure);
      return [];
    });
  };
  const words = Object.keys(CONSTANT_ENDINGS).join(', ');
  names.constants = rowsOf(
    'constants',
    constantName,
    `Write FUNCTION.REGISTER.word or FUNCTION.REGISTER.FIELD.word; the words are ${words}.`,
  );
  names.accessors = rowsOf(
    'accessors',
    (path) => {
      const generated = accessorName(path);
      return generated === undefined ? undefined : { generated, scale: 1n };
    },
    `Write FUNCTION.REGISTER.verb or FUNCTION.REGISTER.FIELD.verb; the verbs are ${VERBS.join(', ')}.`,
  );
  return { names, diagnostics };
}
