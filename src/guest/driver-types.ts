import type {
  Access,
  BarDescription,
  FieldDescription,
  PciAddress,
  RegisterArray,
  RegisterDescription,
  SharedDescription,
  WideRegisterDescription,
} from '../vocab/index.js';
import type { ReadableAccess, WritableAccess } from './register-rules.js';

/** What a driver needs to know about a register. */
export interface DriverRegister
  extends Pick<RegisterDescription, 'name' | 'index' | 'access' | 'reset' | 'reserved' | 'key' | 'writeMask'> {
  readonly fields: readonly Pick<FieldDescription, 'name' | 'lowBit' | 'widthBits' | 'access'>[];
}

/** What a driver needs to know about a register of 64 bits. */
export type DriverWide = Pick<WideRegisterDescription, 'name' | 'index' | 'access' | 'writeOrder'>;

/** What a driver needs to know about an array of registers. */
export type DriverArray = Pick<RegisterArray, 'name' | 'counts' | 'elements'>;

/** What a driver needs to know about a run of bytes in the shared page. */
export type DriverRun = Pick<SharedDescription, 'name' | 'offsetBytes' | 'lengthBytes'>;

/** What a driver needs to know about a base address register. */
export type DriverBar = Pick<BarDescription, 'index' | 'longName' | 'kind' | 'sizeBytes'>;

/** What a driver needs to know about a function. A platform's FunctionDescription is one. */
export interface DriverDescription {
  readonly name: string;
  readonly address: PciAddress;
  readonly registers: readonly DriverRegister[];
  readonly shared: readonly DriverRun[];
  readonly wide?: readonly DriverWide[];
  readonly arrays?: readonly DriverArray[];
  readonly bars?: readonly DriverBar[];
  readonly msix?: { readonly vectors: number; readonly names: readonly string[] };
}

type Row<D extends DriverDescription> = D['registers'][number];

/** Names of the registers whose access is one of `A`. All names if the description's types do not give the access. */
type NameWith<R extends DriverRegister, A extends Access> = R extends DriverRegister
  ? [(R['access'] | FieldAccess<R['fields'][number]>) & A] extends [never]
    ? never
    : R['name']
  : never;

/** The access that a field has of its own, if any. */
type FieldAccess<F> = F extends { readonly access: infer A } ? A : never;

/** Names of the registers that can be read. */
export type ReadableName<D extends DriverDescription> = NameWith<Row<D>, ReadableAccess>;

/** Names of the registers on which a write has an effect. */
export type WritableName<D extends DriverDescription> = NameWith<Row<D>, WritableAccess>;

/** Names of all registers. */
export type RegisterName<D extends DriverDescription> = Row<D>['name'];

/** Names of the registers of 64 bits. */
export type WideName<D extends DriverDescription> = NonNullable<D['wide']>[number]['name'];

/** Names of the arrays of registers. */
export type ArrayName<D extends DriverDescription> = NonNullable<D['arrays']>[number]['name'];

type ElementsOf<A extends DriverArray, N extends string> = A extends DriverArray
  ? N extends A['name']
    ? A['elements'][number]
    : never
  : never;

/** Names of the elements of the array named `N`. */
export type ElementName<D extends DriverDescription, N extends string> = ElementsOf<
  NonNullable<D['arrays']>[number],
  N
>;

/** Names of the runs of the shared page. */
export type RunName<D extends DriverDescription> = D['shared'][number]['name'];

type FieldOf<R extends DriverRegister, N extends string> = R extends DriverRegister
  ? N extends R['name']
    ? R['fields'][number]['name']
    : never
  : never;

/** Names of the fields of the register named `N`. */
export type FieldName<D extends DriverDescription, N extends string> = FieldOf<Row<D>, N>;

/** A number for each field of the register named `N`. */
export type FieldValues<D extends DriverDescription, N extends string> = {
  readonly [F in FieldName<D, N>]: number;
};

/** A run of bytes in a function's shared page. Its accesses do not leave the guest. */
export interface SharedRun {
  /** Guest-physical address of its first byte. */
  readonly address: bigint;
  readonly lengthBytes: number;
  /** One 4-byte read, `index` in dwords. Throws a RangeError if that dword is not wholly within the run. */
  read(index: number): number;
  /** One 4-byte write, `index` in dwords. Throws a RangeError as `read` does, and if the value does not fit. */
  write(index: number, value: number): void;
}

/** A function's registers and shared memory, by name. Values are unsigned 32-bit integers. */
export interface Driver<D extends DriverDescription> {
  readonly description: D;
  /**
   * The name of an element of an array, which every other method takes: `driver.read(driver.element('CH', 2))`. One index for
   * each array that contains the next.
   * @throws RangeError if an index is not that of an element.
   */
  element<N extends ArrayName<D>>(array: N, ...indexes: readonly number[]): ElementName<D, N>;
  /** Guest-physical address of a register. */
  address(register: RegisterName<D>): bigint;
  /** One read. Throws a TypeError if the register is write-only. */
  read(register: ReadableName<D>): number;
  /** One write of a whole register. Throws a TypeError if writes have no effect, a RangeError if the value does not fit. */
  write(register: WritableName<D>, value: number): void;
  /** The register's value after a reset. */
  resetValue(register: RegisterName<D>): number;
  /** One read; returns the field's bits, moved to bit 0. If reading clears the register, its other fields are lost. */
  readField<N extends ReadableName<D>>(register: N, field: FieldName<D, N>): number;
  /** One read; returns all fields. */
  readFields<N extends ReadableName<D>>(register: N): FieldValues<D, N>;
  /** All fields of a register's value, without an access. */
  fieldsOf<N extends RegisterName<D>>(register: N, value: number): FieldValues<D, N>;
  /**
   * A register's value with fields changed, without an access.
   * @throws RangeError if a value is wider than its field, or `value` than a register.
   */
  withFields<N extends RegisterName<D>>(register: N, value: number, values: Partial<FieldValues<D, N>>): number;
  /**
   * Changes fields with one write. Other bits that keep what is written are read first and written as they were. All
   * others are written as 0, which changes nothing where ones clear or set, except where the register needs a key or ones.
   * @throws RangeError if a value is wider than its field; TypeError if reading the register would clear bits of it.
   */
  writeFields<N extends WritableName<D>>(register: N, values: Partial<FieldValues<D, N>>): void;
  /** Reads a register of 64 bits: its high dword, the low one and the high one, until both reads of the high one agree. */
  read64(register: WideName<D>): bigint;
  /** Writes both dwords of a register of 64 bits, in its order. Throws a RangeError if the value does not fit. */
  write64(register: WideName<D>, value: bigint): void;
  /** The named run of the shared page. */
  run(name: RunName<D>): SharedRun;
  /** One 4-byte read of the shared page. Throws a RangeError unless `offsetBytes` is a multiple of 4 in 0..4092. */
  readShared(offsetBytes: number): number;
  /** One 4-byte write of the shared page. */
  writeShared(offsetBytes: number, value: number): void;
}
