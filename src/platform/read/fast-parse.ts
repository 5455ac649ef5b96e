import type * as z from 'zod';
import { readLeaf } from '../schema/schema-leaves.js';

/**
 * Reads values that fit a schema several times faster than zod, which makes a payload and a context for each leaf: 4 of the
 * 5 s that a platform of 330,000 fields took. A value that does not fit is left to zod, which says why.
 */

/** What a value that does not fit is read as. */
const MISMATCH: unique symbol = Symbol('a value that does not fit the schema');

type Read = (value: unknown) => unknown;

const readers = new WeakMap<object, Read>();

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

function arrayReader({ element }: z.core.$ZodArrayDef): Read {
  const read = readerOf(element);
  return (value) => {
    if (!Array.isArray(value)) return MISMATCH;
    const items: unknown[] = [];
    for (const item of value) {
      const parsed = read(item);
      if (parsed === MISMATCH) return MISMATCH;
      items.push(parsed);
    }
    return items;
  };
}

/** A mapping without other keys. */
function objectReader({ shape }: z.core.$ZodObjectDef): Read {
  const keys = Object.entries(shape).map(([key, part]) => {
    const isOptional = part._zod.def.type === 'optional';
    const inner = isOptional ? (part._zod.def as z.core.$ZodOptionalDef).innerType : part;
    return { key, isOptional, read: readerOf(inner) };
  });
  return (value) => {
    if (!isPlainObject(value)) return MISMATCH;
    const parsed: Record<string, unknown> = {};
    let count = 0;
    for (const { key, isOptional, read } of keys) {
      const inner = Object.hasOwn(value, key) ? value[key] : undefined;
      if (inner === undefined) {
        if (!isOptional) return MISMATCH;
        continue;
      }
      count++;
      const found = read(inner);
      if (found === MISMATCH) return MISMATCH;
      parsed[key] = found;
    }
    return Object.keys(value).length === count ? parsed : MISMATCH;
  };
}

function recordReader({ valueType }: z.core.$ZodRecordDef): Read {
  const read = readerOf(valueType);
  return (value) => {
    if (!isPlainObject(value)) return MISMATCH;
    const entries: [string, unknown][] = [];
    for (const [key, inner] of Object.entries(value)) {
      const parsed = read(inner);
      // What does not fit and the key __proto__ are left to zod.
      if (parsed === MISMATCH || key === '__proto__') return MISMATCH;
      entries.push([key, parsed]);
    }
    return Object.fromEntries(entries);
  };
}

function pipeReader({ in: from, out }: z.core.$ZodPipeDef): Read {
  const { def } = from._zod;
  if (def.type !== 'transform') return () => MISMATCH;
  // Transforms of this schema use only the value, not zod's context.
  const change = (def as z.core.$ZodTransformDef).transform as Read;
  const read = readerOf(out);
  return (value) => read(change(value));
}

function unionReader({ options }: z.core.$ZodUnionDef): Read {
  const all = options.map(readerOf);
  return (value) => {
    for (const read of all) {
      const parsed = read(value);
      if (parsed !== MISMATCH) return parsed;
    }
    return MISMATCH;
  };
}

function makeReader(def: z.core.$ZodTypeDef): Read {
  const leaf = readLeaf(def);
  if (leaf !== undefined) return (value) => leaf(value, MISMATCH);
  switch (def.type) {
    case 'array':
      return arrayReader(def as z.core.$ZodArrayDef);
    case 'object':
      return objectReader(def as z.core.$ZodObjectDef);
    case 'record':
      return recordReader(def as z.core.$ZodRecordDef);
    case 'pipe':
      return pipeReader(def as z.core.$ZodPipeDef);
    case 'union':
      return unionReader(def as z.core.$ZodUnionDef);
    default:
      return () => MISMATCH;
  }
}

function readerOf(schema: z.core.$ZodType): Read {
  const { def } = schema._zod;
  const known = readers.get(def);
  if (known !== undefined) return known;
  const made = makeReader(def);
  readers.set(def, made);
  return made;
}

/** The value as the schema reads it; undefined if it does not fit, or if only zod can tell. */
export function fastParse<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  const parsed = readerOf(schema)(value);
  return parsed === MISMATCH ? undefined : (parsed as T);
}
