import type { RESOURCE_DESCRIPTORS } from './descriptor-table.js';

type Row = (typeof RESOURCE_DESCRIPTORS)[number];

/** The named values of a row, including the parts of its flags. */
type Leaf<R extends Row> = R['fields'][number] extends infer Field
  ? Field extends { readonly parts: readonly (infer Part)[] }
    ? Part
    : Field extends { readonly name: string }
      ? Field
      : never
  : never;

type Named<R extends Row> = Extract<Leaf<R>, { readonly name: string }>;

type ValueOf<L> = L extends { readonly keywords: infer Keywords }
  ? Keywords[keyof Keywords] | number
  : L extends { readonly kind: infer Kind }
    ? Kind extends keyof ValueTypes
      ? ValueTypes[Kind]
      : never
    : number;

interface ValueTypes {
  u8: number;
  u16: number;
  u32: number;
  u64: bigint;
  /** Ascending. */
  mask8: readonly number[];
  mask16: readonly number[];
  dwords: readonly number[];
  words: readonly number[];
  string: string;
  bytes: Uint8Array;
}

/** Which controller provides the resource; optional in a descriptor. */
interface Source {
  readonly resourceSourceIndex?: number;
  /** ACPI path; only together with an index. */
  readonly resourceSource?: string;
}

type SourceOf<R extends Row> = Extract<R['fields'][number], { kind: 'source' }> extends never ? unknown : Source;

interface Kept {
  /** Reserved bits that were set, under the name of the flags that hold them. */
  readonly reserved?: Readonly<Record<string, number>>;
  /** Bytes within its length, after everything that its row describes. */
  readonly trailing?: Uint8Array;
}

type Plain<T> = { [K in keyof T]: T[K] };

type DescriptorOfRow<R extends Row> = R extends Row
  ? Plain<{ readonly kind: R['macro'] } & { readonly [L in Named<R> as L['name']]: ValueOf<L> } & SourceOf<R> & Kept>
  : never;

/** Bytes that no row describes, header included, kept as they were. */
export interface RawDescriptor {
  readonly kind: 'Raw';
  readonly bytes: Uint8Array;
}

/** Name of a row. */
export type DescriptorKind = Row['macro'];

/** One resource descriptor: `kind` is ASL's macro, the other properties are as its row names them. */
export type ResourceDescriptor = DescriptorOfRow<Row> | RawDescriptor;

/** The descriptor of one macro, such as `Descriptor<'QWordMemory'>`. */
export type Descriptor<Kind extends DescriptorKind> = Extract<ResourceDescriptor, { kind: Kind }>;

type RowOf<Kind extends DescriptorKind> = Extract<Row, { macro: Kind }>;
type Defaulted<R extends Row> = Extract<Named<R>, { readonly default: unknown }>;

/** What a constructor takes: every value without a default, and any of the others. */
export type DescriptorInput<Kind extends DescriptorKind> = Plain<
  { readonly [L in Exclude<Named<RowOf<Kind>>, Defaulted<RowOf<Kind>>> as L['name']]: ValueOf<L> } & {
    readonly [L in Defaulted<RowOf<Kind>> as L['name']]?: ValueOf<L>;
  } & SourceOf<RowOf<Kind>>
>;
