import { asl, type Term } from '../../aml/index.js';
import { DSM_METHODS } from '../../platform/names/generated-names.js';
import {
  VFIO_MAILBOX_TYPES as TYPE,
  VFIO_MAILBOX_FORMAT,
  VFIO_MOST_NESTED_PACKAGES,
} from '../../platform/vfio-profile.js';
import { ARGUMENT_BYTES, dsmCall, HEAD_BYTES, head, INTEGER_BYTES, isNot, refuseIf } from './dsm-bytes.js';

/** Elements of a package are padded to a multiple of this. */
const MULTIPLE = VFIO_MAILBOX_FORMAT.elementMultiple;
const UUID_BYTES = 16;

/** A package's bytes: its head, then each element's. */
function encodeElements(host: string): Term[] {
  const [value, depth] = [asl.Arg(0), asl.Arg(1)];
  const [count, bytes, index, element] = [asl.Local(1), asl.Local(2), asl.Local(3), asl.Local(4)];
  const place = asl.Index(value, index);
  return [
    refuseIf(asl.LGreaterEqual(depth, VFIO_MOST_NESTED_PACKAGES)),
    asl.Store(asl.SizeOf(value), count),
    asl.Store(head(TYPE.package, count), bytes),
    asl.Store(0, index),
    asl.While(asl.LLess(index, count), [
      // An element that was never given a value cannot be read.
      refuseIf(asl.LEqual(asl.ObjectType(place), TYPE.none)),
      asl.Store(dsmCall(host, 'encode', asl.DerefOf(place), asl.Add(depth, 1)), element),
      refuseIf(isNot(element, TYPE.buffer)),
      asl.Concatenate(bytes, element, bytes),
      refuseIf(asl.LGreater(asl.SizeOf(bytes), ARGUMENT_BYTES)),
      asl.Increment(index),
    ]),
    asl.Return(bytes),
  ];
}

/** A value's bytes, padded with zeros. The outermost value does not need the padding, which does no harm there. */
function encodeMethod(host: string): Term {
  const value = asl.Arg(0);
  const [type, size] = [asl.Local(0), asl.Local(1)];
  // Concatenate adds a String's NUL too, which becomes the first byte of the padding.
  const filled = asl.Concatenate(asl.Concatenate(head(type, size), value), asl.Buffer(MULTIPLE, new Uint8Array(0)));
  const length = asl.And(asl.Add(size, HEAD_BYTES + MULTIPLE - 1), asl.Not(MULTIPLE - 1));
  return asl.Method(DSM_METHODS.encode, { args: 2 }, [
    asl.Store(asl.ObjectType(value), type),
    asl.If(asl.LEqual(type, TYPE.package), encodeElements(host)),
    asl.If(asl.LEqual(type, TYPE.integer), [asl.Store(INTEGER_BYTES, size)]),
    asl.Else([
      refuseIf(asl.LAnd(asl.LNotEqual(type, TYPE.string), asl.LNotEqual(type, TYPE.buffer))),
      asl.Store(asl.SizeOf(value), size),
    ]),
    refuseIf(asl.LGreater(size, ARGUMENT_BYTES - HEAD_BYTES)),
    asl.Return(asl.Mid(filled, 0, length)),
  ]);
}

/** Checks the first three arguments of a `_DSM` and returns the bytes of the fourth for the mailbox. */
function argumentsMethod(host: string): Term {
  const [uuid, revision, functionIndex, argument] = [asl.Arg(0), asl.Arg(1), asl.Arg(2), asl.Arg(3)];
  return asl.Method(DSM_METHODS.arguments, { args: 4 }, [
    refuseIf(isNot(uuid, TYPE.buffer)),
    refuseIf(asl.LNotEqual(asl.SizeOf(uuid), UUID_BYTES)),
    refuseIf(asl.LOr(isNot(revision, TYPE.integer), isNot(functionIndex, TYPE.integer))),
    asl.Return(dsmCall(host, 'encode', argument, 0)),
  ]);
}

/**
 * The methods that turn the arguments of a `_DSM` into bytes. They build new Buffers and create no named objects: crosvm's
 * own method fails because a loop creates the same field twice, and on fields of length zero.
 */
export function encodingMethods(host: string): Term[] {
  return [argumentsMethod(host), encodeMethod(host)];
}
