import { asl, type Term } from '../../aml/index.js';
import { DSM_METHODS } from '../../platform/names/generated-names.js';
import { VFIO_MAILBOX_TYPES as TYPE, VFIO_MOST_NESTED_PACKAGES } from '../../platform/vfio-profile.js';
import { dsmCall, HEAD_BYTES, head, INTEGER_BYTES, isNot, RESULT_BYTES, refuseIf } from './dsm-bytes.js';

/** Divides by a head's bytes. */
const HEAD_SHIFT = Math.log2(HEAD_BYTES);

const [bytes, offset, depth] = [asl.Arg(0), asl.Arg(1), asl.Arg(2)];
const [type, size, at, value] = [asl.Local(0), asl.Local(1), asl.Local(2), asl.Local(3)];

const dwordAt = (place: typeof offset | ReturnType<typeof asl.Add>) => asl.ToInteger(asl.Mid(bytes, place, 4));

/** A package's elements, which follow each other without padding. */
function decodeElements(host: string): Term[] {
  const [index, element] = [asl.Local(4), asl.Local(5)];
  return [
    // The size of a package is its number of elements, each of which takes at least a head's bytes.
    refuseIf(asl.LGreater(size, asl.ShiftRight(asl.Subtract(RESULT_BYTES, at), HEAD_SHIFT))),
    refuseIf(asl.LGreaterEqual(depth, VFIO_MOST_NESTED_PACKAGES)),
    asl.Store(asl.VarPackage(size, []), value),
    asl.Store(0, index),
    asl.While(asl.LLess(index, size), [
      asl.Store(dsmCall(host, 'decode', bytes, at, asl.Add(depth, 1)), element),
      refuseIf(isNot(element, TYPE.package)),
      asl.Store(asl.DerefOf(asl.Index(element, 0)), asl.Index(value, index)),
      asl.Store(asl.DerefOf(asl.Index(element, 1)), at),
      asl.Increment(index),
    ]),
  ];
}

/** A value that is not a package. An Integer has 1 to 8 bytes, and a String ends at its first NUL. */
function decodeBytes(): Term[] {
  const data = asl.Mid(bytes, at, size);
  return [
    refuseIf(asl.LGreater(size, asl.Subtract(RESULT_BYTES, at))),
    asl.If(asl.LEqual(type, TYPE.integer), [
      refuseIf(asl.LOr(asl.LEqual(size, 0), asl.LGreater(size, INTEGER_BYTES))),
      asl.Store(asl.ToInteger(data), value),
    ]),
    asl.Else([
      asl.If(asl.LEqual(type, TYPE.string), [asl.Store(asl.ToString(data, asl.Ones()), value)]),
      asl.Else([refuseIf(asl.LNotEqual(type, TYPE.buffer)), asl.Store(data, value)]),
    ]),
    asl.Add(at, size, at),
  ];
}

/** Returns a Package of two elements: the value that begins at an offset, and the offset of its end. */
function decodeMethod(host: string): Term {
  const both = asl.Local(6);
  return asl.Method(DSM_METHODS.decode, { args: 3 }, [
    refuseIf(asl.LGreater(offset, RESULT_BYTES - HEAD_BYTES)),
    asl.Store(dwordAt(offset), type),
    asl.Store(dwordAt(asl.Add(offset, 4)), size),
    asl.Add(offset, HEAD_BYTES, at),
    asl.If(asl.LEqual(type, TYPE.package), decodeElements(host)),
    asl.Else(decodeBytes()),
    asl.Store(asl.Package([], 2), both),
    asl.Store(value, asl.Index(both, 0)),
    asl.Store(at, asl.Index(both, 1)),
    asl.Return(both),
  ]);
}

/** What `_DSM` returns for the result's type, size and data. */
function resultMethod(host: string): Term {
  const [decoded] = [asl.Local(0)];
  return asl.Method(DSM_METHODS.result, { args: 3 }, [
    asl.Store(dsmCall(host, 'decode', asl.Concatenate(head(asl.Arg(0), asl.Arg(1)), asl.Arg(2)), 0, 0), decoded),
    asl.If(isNot(decoded, TYPE.package), [asl.Return(asl.Buffer(1, Uint8Array.of(0)))]),
    asl.Return(asl.DerefOf(asl.Index(decoded, 0))),
  ]);
}

/** The methods that turn the bytes of a result into a value. The bytes may be anything. */
export function decodingMethods(host: string): Term[] {
  return [resultMethod(host), decodeMethod(host)];
}
