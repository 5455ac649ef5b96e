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
const TWO_32 = 0x1_0000_0000;

type Operate = (a: AmlInteger, b: AmlInteger) => AmlInteger;

/** Operators of which small numbers need no call; sums are the most frequent, and need not even a look at which it is. */
type Small = 'add' | 'subtract' | 'and' | 'or' | 'xor' | 'multiply' | 'shiftLeft' | 'shiftRight';

/** The result for small numbers; -1 where only the arithmetic of the namespace's width can tell. */
function smallResult(operator: Small | undefined, x: number, y: number): number {
  switch (operator) {
    case 'add':
      return x + y;
    case 'subtract':
      return x >= y ? x - y : -1;
    case 'and':
      return x < TWO_32 && y < TWO_32 ? (x & y) >>> 0 : -1;
    case 'or':
      return x < TWO_32 && y < TWO_32 ? (x | y) >>> 0 : -1;
    case 'xor':
      return x < TWO_32 && y < TWO_32 ? (x ^ y) >>> 0 : -1;
    case 'multiply':
      return x * y;
    case 'shiftLeft':
      return x < 0x1_0000 && y <= 15 ? x << y : -1;
    case 'shiftRight':
      return x < TWO_32 && y <= 31 ? x >>> y : -1;
    default:
      return -1;
  }
}

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

/**
 * An operator of two integers and a target. Operands that are slots, and a target that is one, are read and written in
 * the operator's own closure: a loop of sums takes half the time.
 */
function binary(operate: (compiler: Compiler) => Operate, small?: Small) {
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
    const put = compiler.target(target);
    const slotA = slotOf(first) ?? -1;
    const slotB = slotOf(second) ?? -1;
    const slotTarget = put === undefined ? -1 : (slotOf(target) ?? -1);
    const most = compiler.machine.arithmetic.bytes === 8 ? Number.MAX_SAFE_INTEGER : MOST_STEPPED;
    const isSum = small === 'add';
    const finish = (frame: Frame, result: AmlInteger): AmlInteger => {
      // What an argument refers to is stored to instead.
      if (slotTarget >= 0 && typeof frame.slots[slotTarget] !== 'object') frame.slots[slotTarget] = result;
      else if (put !== undefined) put(frame, result, 'result');
      return result;
    };
    // Two closures, each of which reads its operands itself: what they call is more often the same, and so inlined.
    if (isLast)
      return (frame) => {
        const y = b(frame);
        const held = frame.slots[slotA];
        const x = typeof held === 'number' ? held : a(frame);
        if (typeof x === 'number' && typeof y === 'number') {
          const result = isSum ? x + y : smallResult(small, x, y);
          if (result >= 0 && result <= most) return finish(frame, result);
        }
        return finish(frame, apply(x, y));
      };
    return (frame) => {
      const { slots } = frame;
      const heldA = slotA >= 0 ? slots[slotA] : undefined;
      const x = typeof heldA === 'number' ? heldA : a(frame);
      const heldB = slotB >= 0 ? slots[slotB] : undefined;
      const y = typeof heldB === 'number' ? heldB : b(frame);
      if (typeof x === 'number' && typeof y === 'number') {
        const result = isSum ? x + y : smallResult(small, x, y);
        if (result >= 0 && result <= most) return finish(frame, result);
      }
      return finish(frame, apply(x, y));
    };
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
  Add: binary(({ machine }) => machine.arithmetic.add, 'add'),
  Subtract: binary(({ machine }) => machine.arithmetic.subtract, 'subtract'),
  Multiply: binary(({ machine }) => machine.arithmetic.multiply, 'multiply'),
  Mod: binary(({ machine }) => machine.arithmetic.mod),
  And: binary(({ machine }) => machine.arithmetic.and, 'and'),
  NAnd: binary(({ machine }) => machine.arithmetic.nand),
  Or: binary(({ machine }) => machine.arithmetic.or, 'or'),
  NOr: binary(({ machine }) => machine.arithmetic.nor),
  Xor: binary(({ machine }) => machine.arithmetic.xor, 'xor'),
  ShiftLeft: binary(({ machine }) => machine.arithmetic.shiftLeft, 'shiftLeft'),
  ShiftRight: binary(({ machine }) => machine.arithmetic.shiftRight, 'shiftRight'),
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
