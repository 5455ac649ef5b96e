import type { Op, Term } from '../../aml/index.js';
import { bytesOfInteger, integerInBytes } from '../objects/convert.js';
import { fail } from '../objects/fault.js';
import { fromBigInt } from '../objects/integers.js';
import type { AmlInteger, Frame } from '../objects/objects.js';
import { slotOf } from './references.js';
import {
  type Compiler,
  type Evaluate,
  type EvaluateInteger,
  isExpression,
  isReadLast,
  type Put,
  withTarget,
} from './types.js';

/** Below it, a step of one stays an integer of either width. */
const MOST_STEPPED = 0xffff_ffff;

type Operate = (a: AmlInteger, b: AmlInteger) => AmlInteger;

/** Stores an operator's result; locals and arguments take an integer without a call. */
function store(compiler: Compiler, operate: (frame: Frame) => AmlInteger, target: Term): EvaluateInteger {
  const put = compiler.target(target);
  if (put === undefined) return operate;
  const slot = slotOf(target);
  if (slot === undefined)
    return (frame) => {
      const result = operate(frame);
      put(frame, result, 'result');
      return result;
    };
  return (frame) => {
    const result = operate(frame);
    // What an argument refers to is stored to instead.
    if (typeof frame.slots[slot] === 'object') put(frame, result, 'result');
    else frame.slots[slot] = result;
    return result;
  };
}

/** An operator of two integers and a target. */
function binary(operate: (compiler: Compiler) => Operate) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term, Term, Term] }): Evaluate => {
    const [first, second, target] = operands;
    const a = compiler.integer(first);
    const b = compiler.integer(second);
    const apply = operate(compiler);
    const isLast = isReadLast(first, second);
    if (isExpression(target))
      return withTarget(
        compiler,
        target,
        'result',
        (frame) => {
          if (!isLast) return [a(frame), b(frame)] as const;
          const y = b(frame);
          return [a(frame), y] as const;
        },
        ([x, y]) => apply(x, y),
      );
    if (isLast)
      return store(
        compiler,
        (frame) => {
          const y = b(frame);
          return apply(a(frame), y);
        },
        target,
      );
    return store(compiler, (frame) => apply(a(frame), b(frame)), target);
  };
}

/** An operator of one integer and a target. */
function unary(operate: (compiler: Compiler) => (a: AmlInteger) => AmlInteger) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term, Term] }): Evaluate => {
    const a = compiler.integer(operands[0]);
    const apply = operate(compiler);
    if (isExpression(operands[1])) return withTarget(compiler, operands[1], 'result', a, apply);
    return store(compiler, (frame) => apply(a(frame)), operands[1]);
  };
}

/** An operator that converts itself: a target takes the result's type. */
function explicit(operate: (compiler: Compiler) => (a: AmlInteger) => AmlInteger) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term, Term] }): Evaluate =>
    withTarget(compiler, operands[1], 'explicit', compiler.integer(operands[0]), operate(compiler));
}

/** Increment and Decrement: of a small number in a slot, no call. */
function step(by: 1 | -1) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term] }): Evaluate => {
    const { arithmetic } = compiler.machine;
    const change = by === 1 ? arithmetic.add : arithmetic.subtract;
    const read = compiler.integer(operands[0]);
    const whole = store(compiler, (frame) => change(read(frame), 1), operands[0]);
    const slot = slotOf(operands[0]);
    if (slot === undefined) return whole;
    const least = by === 1 ? 0 : 1;
    return (frame) => {
      const value = frame.slots[slot];
      if (typeof value !== 'number' || value < least || value >= MOST_STEPPED) return whole(frame);
      const result = value + by;
      frame.slots[slot] = result;
      return result;
    };
  };
}

const addAny = binary(({ machine }) => machine.arithmetic.add);

/** Add is by far the most frequent: a sum of small numbers needs no call. */
function add(compiler: Compiler, { operands }: Op<'Add'>): Evaluate {
  const { arithmetic } = compiler.machine;
  const [first, second, target] = operands;
  if (isExpression(target) || isReadLast(first, second)) return addAny(compiler, { operands });
  const a = compiler.integer(first);
  const b = compiler.integer(second);
  const most = arithmetic.bytes === 8 ? Number.MAX_SAFE_INTEGER : 0xffff_ffff;
  return store(
    compiler,
    (frame) => {
      const x = a(frame);
      const y = b(frame);
      if (typeof x === 'number' && typeof y === 'number') {
        const sum = x + y;
        if (sum <= most) return sum;
      }
      return arithmetic.add(x, y);
    },
    target,
  );
}

function divide(compiler: Compiler, { operands }: Op<'Divide'>): Evaluate {
  const { arithmetic } = compiler.machine;
  const [first, second, remainder, quotient] = operands;
  const a = compiler.integer(first);
  const b = compiler.integer(second);
  const isLast = isReadLast(first, second);
  const [placeRemainder, placeQuotient] = [remainder, quotient].map((target) => placeOfResult(compiler, target)) as [
    PlaceResult,
    PlaceResult,
  ];
  return (frame) => {
    const early = isLast ? 0 : a(frame);
    const divisor = b(frame);
    const dividend = isLast ? a(frame) : early;
    const putRemainder = placeRemainder(frame);
    const putQuotient = placeQuotient(frame);
    const whole = arithmetic.divide(dividend, divisor);
    putRemainder?.(frame, arithmetic.mod(dividend, divisor), 'result');
    putQuotient?.(frame, whole, 'result');
    return whole;
  };
}

type PlaceResult = (frame: Frame) => Put | undefined;

function placeOfResult(compiler: Compiler, target: Term): PlaceResult {
  if (!isExpression(target)) {
    const put = compiler.target(target);
    return () => put;
  }
  const place = compiler.placed(target);
  return (frame) => {
    const put = place(frame);
    return (_, value, mode) => put(value, mode);
  };
}

function highestBit(value: AmlInteger): number {
  return value === 0 ? 0 : BigInt(value).toString(2).length;
}

function lowestBit(value: AmlInteger): number {
  return value === 0 ? 0 : 1 + (/0*$/.exec(BigInt(value).toString(2))?.[0].length ?? 0);
}

/** Four bits a decimal digit. */
function toBcd(width: number, value: AmlInteger): AmlInteger {
  const digits = value.toString();
  if (digits.length > 2 * width)
    fail('AE_AML_NUMERIC_OVERFLOW', `${value} has more than the ${2 * width} digits that fit into an Integer as BCD.`);
  return fromBigInt(BigInt(`0x${digits}`));
}

function fromBcd(width: number, value: AmlInteger): AmlInteger {
  const bytes = bytesOfInteger(value, width);
  let result = 0n;
  for (let at = width - 1; at >= 0; at--) {
    const byte = bytes[at] as number;
    const high = byte >> 4;
    const low = byte & 0xf;
    if (high > 9 || low > 9)
      fail('AE_AML_NUMERIC_OVERFLOW', `0x${integerInBytes(bytes, { bytes: 8 }).toString(16)} has a BCD digit above 9.`);
    result = result * 100n + BigInt(10 * high + low);
  }
  return fromBigInt(result);
}

/** Operators of integers. */
export const ARITHMETIC = {
  Add: add,
  Subtract: binary(({ machine }) => machine.arithmetic.subtract),
  Multiply: binary(({ machine }) => machine.arithmetic.multiply),
  Mod: binary(({ machine }) => machine.arithmetic.mod),
  And: binary(({ machine }) => machine.arithmetic.and),
  NAnd: binary(({ machine }) => machine.arithmetic.nand),
  Or: binary(({ machine }) => machine.arithmetic.or),
  NOr: binary(({ machine }) => machine.arithmetic.nor),
  Xor: binary(({ machine }) => machine.arithmetic.xor),
  ShiftLeft: binary(({ machine }) => machine.arithmetic.shiftLeft),
  ShiftRight: binary(({ machine }) => machine.arithmetic.shiftRight),
  Not: unary(({ machine }) => machine.arithmetic.not),
  FindSetLeftBit: unary(() => highestBit),
  FindSetRightBit: unary(() => lowestBit),
  Divide: divide,
  Increment: step(1),
  Decrement: step(-1),
  ToBCD: explicit(
    ({ machine }) =>
      (value) =>
        toBcd(machine.arithmetic.bytes, value),
  ),
  FromBCD: explicit(
    ({ machine }) =>
      (value) =>
        fromBcd(machine.arithmetic.bytes, value),
  ),
};
