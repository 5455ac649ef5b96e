import { decodeToTape } from '../../aml/decode/decode.js';
import type { NamespaceNode } from '../../aml/index.js';
import { CODE, ROW, type Tape } from '../../aml/tape/tape.js';
import { bufferOf, makeBuffer } from '../compile/data.js';
import type { Machine } from '../objects/machine.js';
import { type AmlInteger, AmlPackage, AmlString, type Element, type Value } from '../objects/objects.js';

/** The largest constant size of a Buffer that is made without looking at limits first. */
const MOST_BYTES = 0xffff;

const IN_PACKAGES: ReadonlySet<number> = new Set([
  ROW.Zero,
  ROW.One,
  ROW.Ones,
  ROW.Byte,
  ROW.Word,
  ROW.DWord,
  ROW.QWord,
  ROW.String,
  ROW.Buffer,
  ROW.Package,
  CODE.ByteData,
  CODE.ByteList,
]);

/** An integer constant; undefined for any other term. */
function integerAt(machine: Machine, tape: Tape, record: number): AmlInteger | undefined {
  switch (tape.code(record)) {
    case ROW.Zero:
      return 0;
    case ROW.One:
      return 1;
    case ROW.Ones:
      return machine.arithmetic.ones;
    case ROW.Byte:
    case ROW.Word:
    case ROW.DWord:
      return tape.value(record) >>> 0;
    case ROW.QWord:
      return machine.arithmetic.cut(tape.qword(record));
    default:
      return undefined;
  }
}

/** Bytes of a Buffer whose size is a constant; undefined if it is not, or is large. */
function sizeAt(machine: Machine, tape: Tape, record: number): number | undefined {
  const size = integerAt(machine, tape, record);
  return typeof size === 'number' && size <= MOST_BYTES ? size : undefined;
}

/** The value of a constant; undefined for a term that has to be evaluated. */
export function constantAt(machine: Machine, namespace: NamespaceNode, tape: Tape, record: number): Value | undefined {
  switch (tape.code(record)) {
    case ROW.String:
      return new AmlString(tape.text(record));
    case ROW.Buffer: {
      const size = sizeAt(machine, tape, record + 1);
      return size === undefined ? undefined : makeBuffer(machine, size, tape.bytes(record + 2));
    }
    case ROW.Package:
      return constantPackage(machine, namespace, tape, record);
    default:
      return integerAt(machine, tape, record);
  }
}

/** What a package of constants costs, in bytes; -1 if there is anything else in it. */
function costOf(machine: Machine, tape: Tape, first: number): number {
  const end = tape.next(first);
  let cost = 0;
  for (let record = first; record < end; record++) {
    const code = tape.code(record);
    if (!IN_PACKAGES.has(code)) return -1;
    if (code === ROW.Package) cost += 16 * tape.value(record + 1);
    else if (code === ROW.Buffer) {
      const size = sizeAt(machine, tape, record + 1);
      if (size === undefined) return -1;
      cost += Math.max(size, tape.bytes(record + 2).length);
    }
  }
  return cost;
}

/** A package of constants, which are decoded again when it is first read. */
function constantPackage(
  machine: Machine,
  namespace: NamespaceNode,
  tape: Tape,
  record: number,
): AmlPackage | undefined {
  const cost = costOf(machine, tape, record);
  if (cost < 0) return undefined;
  machine.spend(cost);
  const { source } = tape;
  const start = tape.start(record);
  const end = tape.end(record);
  return new AmlPackage(() => {
    const { tape: again } = decodeToTape(source.subarray(start, end), { namespace });
    try {
      return elementsAt(machine, again, 1);
    } finally {
      again.release();
    }
  });
}

/** The elements of a package of constants. */
function elementsAt(machine: Machine, tape: Tape, record: number): Element[] {
  const size = tape.value(record + 1);
  const end = tape.next(record);
  const elements: Element[] = new Array(size).fill(undefined);
  for (let at = record + 2, index = 0; at < end && index < size; at = tape.next(at), index++)
    elements[index] = elementAt(machine, tape, at);
  return elements;
}

function elementAt(machine: Machine, tape: Tape, record: number): Element {
  switch (tape.code(record)) {
    case ROW.String:
      return new AmlString(tape.text(record));
    case ROW.Buffer:
      return bufferOf(sizeAt(machine, tape, record + 1) as number, tape.bytes(record + 2));
    case ROW.Package:
      return new AmlPackage(elementsAt(machine, tape, record));
    default:
      return integerAt(machine, tape, record);
  }
}
