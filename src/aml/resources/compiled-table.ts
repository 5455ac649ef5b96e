import { RESOURCE_DESCRIPTORS } from './descriptor-table.js';
import type { ResourceField, ResourceRow } from './field.js';
import { codecOf } from './field-codecs.js';

/** A row, compiled for encoding and decoding. */
export interface CompiledDescriptor {
  readonly row: ResourceRow;
  readonly fields: readonly { readonly field: ResourceField; readonly codec: ReturnType<typeof codecOf> }[];
  /** Bytes of the tag and length. */
  readonly headerBytes: 1 | 3;
  /** The fewest bytes of its body. */
  readonly least: number;
  /** Bytes that the body must have, counted from its first. */
  readonly constants: readonly { readonly at: number; readonly value: number }[];
}

function compile(row: ResourceRow): CompiledDescriptor {
  const fields = row.fields.map((field) => ({ field, codec: codecOf(field) }));
  const constants: { at: number; value: number }[] = [];
  let least = 0;
  for (const { field, codec } of fields) {
    if (field.kind === 'constant') constants.push({ at: least, value: field.value });
    least += codec.least;
  }
  return { row, fields, headerBytes: row.size === 'small' ? 1 : 3, least, constants };
}

const compiled = RESOURCE_DESCRIPTORS.map(compile);
const byKind: ReadonlyMap<string, CompiledDescriptor> = new Map(compiled.map((entry) => [entry.row.macro, entry]));
const byTag: readonly (readonly CompiledDescriptor[])[] = Array.from({ length: 256 }, (_, tag) =>
  compiled.filter(({ row }) => row.tag === tag),
);

/** The compiled row of a kind of descriptor; undefined for `Raw`, which has none. */
export function compiledOf(kind: string): CompiledDescriptor | undefined {
  return byKind.get(kind);
}

/** The rows with a tag, a small one's without its length, in the order of the table. */
export function compiledWithTag(tag: number): readonly CompiledDescriptor[] {
  return byTag[tag] as readonly CompiledDescriptor[];
}
