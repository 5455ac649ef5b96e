import { asl, type Op, type Value } from '../../aml/index.js';
import { DSM_METHODS } from '../../platform/names/generated-names.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_FORMAT, VFIO_MAILBOX_RESULT } from '../../platform/vfio-profile.js';

/** What the methods that encode values for the mailbox and those that decode them have in common. */

/** Bytes of a value's type and size together, and of an Integer. */
export const HEAD_BYTES: number = VFIO_MAILBOX_FORMAT.headBytes;
export const INTEGER_BYTES: number = VFIO_MAILBOX_FORMAT.integerBytes;

const lengthOf = (rows: typeof VFIO_MAILBOX_RESULT, name: string) =>
  (rows.find((row) => row.name === name)?.widthBits as number) / 8;

/** The most bytes that the fourth argument of a `_DSM` and its result can have, including their heads. */
export const ARGUMENT_BYTES: number = lengthOf(VFIO_MAILBOX_ARGUMENTS, 'DSM3');
export const RESULT_BYTES: number = HEAD_BYTES + lengthOf(VFIO_MAILBOX_RESULT, 'RTDT');

/** An External's type for a method. ACPI 6.5 §19.6.45 */
const METHOD_OBJECT = 8;

type Variable = ReturnType<typeof asl.Local> | ReturnType<typeof asl.Arg>;

/** A call of a method in the scope of the host bridge. */
export const dsmCall = (host: string, method: keyof typeof DSM_METHODS, ...args: readonly Value[]): Op<'Path'> =>
  asl.Call(`${host}.${DSM_METHODS[method]}`, ...args);

/** Returns Ones, which marks a value that cannot be encoded or decoded: otherwise these methods return a Buffer or Package. */
export const refuseIf = (condition: Value): Op<'If'> => asl.If(condition, [asl.Return(asl.Ones())]);

export const isNot = (value: Variable, type: number): Op<'LNotEqual'> => asl.LNotEqual(asl.ObjectType(value), type);

/** A dword as four bytes, whatever the width of integers. */
const dword = (value: Value) => asl.Mid(asl.ToBuffer(value), 0, 4);

/** A value's type and size. */
export const head = (type: Value, size: Value): Op<'Concatenate'> => asl.Concatenate(dword(type), dword(size));

/** For a table other than the one that holds the methods: which it calls, with how many arguments. */
export const dsmExternals = (host: string): Op<'If'> =>
  asl.If(
    0,
    (
      [
        ['arguments', 4],
        ['result', 3],
      ] as const
    ).map(([method, count]) => asl.External(`${host}.${DSM_METHODS[method]}`, METHOD_OBJECT, count)),
  );
