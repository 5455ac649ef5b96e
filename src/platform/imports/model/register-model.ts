import type { Place } from '../../../vocab/index.js';

/**
 * What SVD and SystemRDL files say of registers, in one form. It is wider than a platform file: any width, any effect of
 * a read or write, groups in groups. Readers fill it in, writers read it; offsets are in bytes, of the item around them.
 */

/** Effects of a write, besides storing the value. `w1c` clears the bits written as 1, `w0t` toggles those written as 0. */
export type WriteEffect = 'w1c' | 'w1s' | 'w1t' | 'w0c' | 'w0s' | 'w0t' | 'clear' | 'set' | 'other';

/** Effects of a read. */
export type ReadEffect = 'clear' | 'set' | 'other';

export interface ModelAccess {
  readonly read: boolean;
  readonly write: boolean;
  readonly onWrite?: WriteEffect;
  readonly onRead?: ReadEffect;
  /** Only the first write after reset counts. */
  readonly once?: true;
}

/** One name for a value of a field. */
export interface ModelValue {
  readonly name: string;
  readonly description?: string;
  readonly value: bigint;
}

export interface ModelField {
  readonly place: Place;
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  readonly lowBit: number;
  readonly widthBits: number;
  readonly access: ModelAccess;
  readonly values: readonly ModelValue[];
  /** Smallest and largest value to write. */
  readonly least?: bigint;
  readonly most?: bigint;
}

/** Several of one item, one after the other. */
export interface ModelArray {
  readonly count: number;
  readonly strideBytes: number;
  /** What stands for `%s` in each name; undefined for 0, 1, 2 and so on. */
  readonly labels?: readonly string[];
}

interface ModelItemBase {
  readonly place: Place;
  /** With `%s` where the index of an array goes; without one, it goes to the end. */
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  readonly offsetBytes: number;
  readonly array?: ModelArray;
}

export interface ModelRegister extends ModelItemBase {
  readonly kind: 'register';
  /** A multiple of 8. */
  readonly widthBits: number;
  /** That of the fields that have none of their own, and of bits outside fields. */
  readonly access: ModelAccess;
  readonly reset: bigint;
  /** In ascending bit order. */
  readonly fields: readonly ModelField[];
}

export interface ModelGroup extends ModelItemBase {
  readonly kind: 'group';
  readonly items: readonly ModelItem[];
}

export type ModelItem = ModelRegister | ModelGroup;

/** A peripheral, or an addrmap that holds registers. */
export interface ModelBlock {
  readonly place: Place;
  readonly name: string;
  readonly description?: string;
  /** Address of its first byte, as the file gives it. */
  readonly base: bigint;
  readonly items: readonly ModelItem[];
  /** Name of an earlier block with the same items. */
  readonly sameAs?: string;
}

export interface RegisterModel {
  /** Of the device or the outermost addrmap. */
  readonly name?: string;
  readonly description?: string;
  readonly blocks: readonly ModelBlock[];
}

export const READ_WRITE: ModelAccess = { read: true, write: true };

/** Name of an item of an array: `%s` replaced by its label, or the label at the end. */
export function elementName(name: string, label: string | undefined): string {
  if (label === undefined) return name;
  return name.includes('%s') ? name.replaceAll('[%s]', label).replaceAll('%s', label) : `${name}${label}`;
}

/** The label of an element: its index, unless the file gives others. */
export function labelOf(array: ModelArray, index: number): string {
  return array.labels?.[index] ?? String(index);
}

/** Registers in an item, with all elements of arrays. A number as large as it may be: counts multiply. */
export function countRegisters(item: ModelItem): number {
  const own = item.kind === 'register' ? 1 : item.items.reduce((sum, each) => sum + countRegisters(each), 0);
  return own * (item.array?.count ?? 1);
}
