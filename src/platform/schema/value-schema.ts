import type { PlatformCode } from '../../vocab/index.js';
import type { Path } from '../read/findings.js';

/**
 * Schemas of plain values: one definition reads a value, gives its type, and says its JSON Schema. A library for this is as
 * large as the rest of the room.
 */

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

/** What a value must be, where it is of another kind: a mapping of known keys, a mapping of names, a list. */
export type Kind = 'mapping' | 'names' | 'list';

/** A place where a value does not fit its schema. The path starts at the value that was read. */
export type Misfit = { readonly path: Path } & (
  | { readonly reason: 'fault'; readonly fault: Fault }
  | { readonly reason: 'kind'; readonly expected: Kind }
  | { readonly reason: 'unknown-keys'; readonly keys: readonly string[] }
  /** None of several schemas fits; the misfits of each, with paths from this value. */
  | { readonly reason: 'no-choice'; readonly choices: readonly (readonly Misfit[])[] }
);

/** The state of reading one value: where it is, and what did not fit so far. */
class Reading {
  readonly path: (string | number)[] = [];
  readonly misfits: Misfit[] = [];

  fault(fault: Fault): void {
    this.misfits.push({ path: [...this.path], reason: 'fault', fault });
  }

  kind(expected: Kind): void {
    this.misfits.push({ path: [...this.path], reason: 'kind', expected });
  }

  unknownKeys(keys: readonly string[]): void {
    this.misfits.push({ path: [...this.path], reason: 'unknown-keys', keys });
  }

  noChoice(choices: readonly (readonly Misfit[])[]): void {
    this.misfits.push({ path: [...this.path], reason: 'no-choice', choices });
  }

  /** Takes over the misfits of a reading that started at this one's value. */
  adopt(misfits: readonly Misfit[]): void {
    for (const misfit of misfits) this.misfits.push({ ...misfit, path: [...this.path, ...misfit.path] });
  }

  inner<T>(key: string | number, schema: Schema<T, boolean>, value: unknown): T | undefined {
    this.path.push(key);
    const read = schema.read(value, this);
    this.path.pop();
    return read;
  }
}

export type JsonSchema = Record<string, unknown>;

/** With what an editor offers after what it checks. */
function ordered({ default: initial, examples, ...checked }: JsonSchema): JsonSchema {
  return {
    ...checked,
    ...(initial === undefined ? {} : { default: initial }),
    ...(examples === undefined ? {} : { examples }),
  };
}

/** The result of reading a value: either it is there, or misfits are. */
export interface Parsed<T> {
  readonly value: T | undefined;
  readonly misfits: readonly Misfit[];
}

/** Reads a value of one kind. `Optional` says whether the key of a mapping may be missing. */
export class Schema<T, Optional extends boolean = false> {
  /** The value as read. Undefined where it does not fit, and the reading has a misfit then. */
  readonly read: (value: unknown, reading: Reading) => T | undefined;
  readonly isOptional: Optional;
  readonly jsonSchema: () => JsonSchema;

  constructor(
    read: (value: unknown, reading: Reading) => T | undefined,
    jsonSchema: () => JsonSchema,
    isOptional: Optional,
  ) {
    this.read = read;
    this.jsonSchema = jsonSchema;
    this.isOptional = isOptional;
  }

  parse(value: unknown): Parsed<T> {
    const reading = new Reading();
    const read = this.read(value, reading);
    return { value: reading.misfits.length === 0 ? read : undefined, misfits: reading.misfits };
  }

  optional(): Schema<T | undefined, true> {
    return new Schema(this.read, this.jsonSchema, true);
  }

  /** Adds to the JSON Schema. */
  meta(meaning: JsonSchema): Schema<T, Optional> {
    return this.withJsonSchema((described) => ordered({ ...described, ...meaning }));
  }

  /** With another JSON Schema, for a value that is read in more forms than its kind says. */
  withJsonSchema(change: (described: JsonSchema) => JsonSchema): Schema<T, Optional> {
    return new Schema(this.read, () => change(this.jsonSchema()), this.isOptional);
  }
}

type AnySchema = Schema<unknown, boolean>;
export type Shape = Readonly<Record<string, AnySchema>>;

/** The type of what a schema reads. */
export type Read<S> = S extends { parse(value: unknown): Parsed<infer T> } ? T : never;
type OptionalKeys<S extends Shape> = { [K in keyof S]: S[K]['isOptional'] extends true ? K : never }[keyof S];
type ReadShape<S extends Shape> = { [K in Exclude<keyof S, OptionalKeys<S>>]: Read<S[K]> } & {
  [K in OptionalKeys<S>]?: Read<S[K]>;
};

/** A single value, by a function that reads it, with its JSON Schema. */
export function leaf<T>(read: (value: unknown) => T | Fault, meta: JsonSchema & { description: string }): Schema<T> {
  const missing = new Fault('PLATFORM_MISSING_KEY', 'is missing', `Add it: ${meta.description}`);
  return new Schema<T>(
    (value, reading) => {
      const result = value === undefined ? missing : read(value);
      if (!(result instanceof Fault)) return result;
      reading.fault(result);
      return undefined;
    },
    () => ordered(meta),
    false,
  );
}

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is an object literal, maybe of another realm, and not an instance of a class. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isMapping(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.hasOwn(prototype as object, 'isPrototypeOf');
}

/** A mapping of these keys and no others. */
export function mapping<S extends Shape>(shape: S): Schema<ReadShape<S>> {
  const entries = Object.entries<AnySchema>(shape);
  const required = entries.flatMap(([key, { isOptional }]) => (isOptional ? [] : [key]));
  return new Schema(
    (value, reading) => {
      if (!isMapping(value)) {
        reading.kind('mapping');
        return undefined;
      }
      const read: Record<string, unknown> = {};
      for (const [key, schema] of entries) {
        const inner = value[key];
        if (inner !== undefined || !schema.isOptional) read[key] = reading.inner(key, schema, inner);
      }
      const unknown: string[] = [];
      for (const key in value) if (!Object.hasOwn(shape, key)) unknown.push(key);
      if (unknown.length > 0) reading.unknownKeys(unknown);
      return read as ReadShape<S>;
    },
    () => ({
      type: 'object',
      properties: Object.fromEntries(entries.map(([key, schema]) => [key, schema.jsonSchema()])),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    }),
    false,
  );
}

/** A mapping of names that the file chooses. */
export function names<T>(schema: Schema<T>): Schema<Record<string, T>> {
  return new Schema<Record<string, T>>(
    (value, reading) => {
      if (!isPlain(value)) {
        reading.kind('names');
        return undefined;
      }
      const read: Record<string, T> = {};
      for (const [name, inner] of Object.entries(value))
        if (name !== '__proto__') read[name] = reading.inner(name, schema, inner) as T;
      return read;
    },
    () => ({ type: 'object', propertyNames: { type: 'string' }, additionalProperties: schema.jsonSchema() }),
    false,
  );
}

export function list<T>(schema: Schema<T>): Schema<T[]> {
  return new Schema(
    (value, reading) => {
      if (Array.isArray(value)) return value.map((inner, index) => reading.inner(index, schema, inner) as T);
      reading.kind('list');
      return undefined;
    },
    () => ({ type: 'array', items: schema.jsonSchema() }),
    false,
  );
}

/** The first of several schemas that fits. */
export function either<const S extends readonly Schema<unknown>[]>(choices: S): Schema<Read<S[number]>> {
  return new Schema<Read<S[number]>>(
    (value, reading) => {
      const parsed = choices.map((choice) => choice.parse(value));
      const fitting = parsed.find(({ misfits }) => misfits.length === 0);
      if (fitting) return fitting.value as Read<S[number]>;
      // Where all but its unknown keys fit, that one is meant.
      const close = parsed.filter(({ misfits }) => misfits.every(({ reason }) => reason === 'unknown-keys'));
      const [meant] = close;
      if (meant && close.length === 1) reading.adopt(meant.misfits);
      else reading.noChoice(parsed.map(({ misfits }) => misfits));
      return undefined;
    },
    () => ({ anyOf: choices.map((choice) => choice.jsonSchema()) }),
    false,
  );
}

/** Changes a value before it is read. */
export function preprocess<T>(change: (value: unknown) => unknown, schema: Schema<T>): Schema<T> {
  return new Schema((value, reading) => schema.read(change(value), reading), schema.jsonSchema, false);
}
