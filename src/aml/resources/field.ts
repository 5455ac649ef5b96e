/** A value with ASL's names for some of its numbers; a number without a name stays a number. */
interface Leaf {
  /** The property of the descriptor that holds it. */
  readonly name: string;
  readonly keywords?: Readonly<Record<number, string>>;
  /** The ranges that ASL accepts as numbers (default: any number, or none if there are keywords). */
  readonly asl?: readonly (readonly [least: number, most: number])[];
  /** Further numbers that iasl encodes unchanged while its error 6139 is off. */
  readonly forced?: readonly (readonly [least: number, most: number])[];
}

export interface NumberField extends Leaf {
  readonly kind: 'u8' | 'u16' | 'u32';
  /** A constructor's default; `span` is max - min + 1. */
  readonly default?: number | 'span';
}

interface LongField {
  readonly kind: 'u64';
  readonly name: string;
  /** As a NumberField's. */
  readonly default?: bigint | 'span';
}

/** A byte that distinguishes this descriptor from others with the same tag. */
interface ConstantField {
  readonly kind: 'constant';
  readonly value: number;
}

/** A run of bits within flags. */
export interface FlagPart extends Leaf {
  readonly low: number;
  readonly width: number;
  /** A constructor's default. */
  readonly default?: number;
}

/** Bits that no part covers are reserved; a descriptor carries them under `reserved[name]` if any is set. */
export interface FlagsField {
  readonly kind: 'flags8' | 'flags16';
  readonly name: string;
  readonly parts: readonly FlagPart[];
}

/** A set of numbers as a bit mask: bit n stands for n. */
export interface MaskField {
  readonly kind: 'mask8' | 'mask16';
  readonly name: string;
}

/** Where the field named `of` begins: bytes from the descriptor's first. */
interface OffsetField {
  readonly kind: 'offset16';
  readonly of: string;
}

/** Length of the field named `of`, plus `plus` bytes between. */
interface LengthField {
  readonly kind: 'length16';
  readonly of: string;
  readonly plus: number;
}

/** A count in one byte and that many dwords. */
interface DwordsField {
  readonly kind: 'dwords';
  readonly name: string;
}

/** Words up to the start of the field named `until`, which an `offset16` gives. */
interface WordsField {
  readonly kind: 'words';
  readonly name: string;
  readonly until: string;
}

/** Bytes up to a NUL, as text of one character a byte. */
interface StringField {
  readonly kind: 'string';
  readonly name: string;
}

/** As many bytes as a `length16` gives, or all that remain. */
interface BytesField {
  readonly kind: 'bytes';
  readonly name: string;
  /** Set if a constructor may leave it out; it is empty then. */
  readonly default?: 'empty';
}

/** Nothing, a ResourceSourceIndex, or a ResourceSourceIndex and a ResourceSource: depending on the length. */
interface SourceField {
  readonly kind: 'source';
}

/** One piece of a descriptor's body, little-endian. */
export type ResourceField =
  | NumberField
  | LongField
  | ConstantField
  | FlagsField
  | MaskField
  | OffsetField
  | LengthField
  | DwordsField
  | WordsField
  | StringField
  | BytesField
  | SourceField;

export type FieldKind = ResourceField['kind'];

export interface ResourceRow {
  /** ASL's name for it; EndTag has none, since ASL never writes it. */
  readonly macro: string;
  /** `small`: a length of 0..7 in the tag byte's low bits; `large`: a length of 0..0xffff in the next two bytes. */
  readonly size: 'small' | 'large';
  /** The first byte; of a small descriptor, without the length. */
  readonly tag: number;
  /** The body, in order. */
  readonly fields: readonly ResourceField[];
  /**
   * ASL's arguments, in order, as names of properties; `DescriptorName` is a name for the descriptor, which has no
   * bytes, and '' one that is always left out. ACPI 6.5 §19.6
   */
  readonly arguments: readonly string[];
  /** The property that ASL writes in braces after the arguments. */
  readonly list?: string;
  /** The fewest and the most values that iasl accepts there. */
  readonly listLeast?: number;
  readonly listMost?: number;
  /** Where its encoding is in ACPI 6.5. */
  readonly section: string;
}
