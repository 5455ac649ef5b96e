import type { Place } from '../../../vocab/index.js';
import type { ImportLog } from '../model/import-log.js';
import type { EnumDefinition, Expression, RdlValue } from './syntax.js';
import { RdlFault } from './tokens.js';

/** What names mean where an expression stands. */
export interface Names {
  parameter(name: string): RdlValue | undefined;
  enumeration(name: string): EnumDefinition | undefined;
}

/** Of a number that says no width. SystemRDL 2.0 §11.2 */
const STANDARD_WIDTH = 64;
/** Widest number that is calculated. */
const MOST_BITS = 1024;

const number = (value: bigint, widthBits = STANDARD_WIDTH): RdlValue => ({
  type: 'number',
  value: BigInt.asUintN(widthBits, value),
  widthBits,
});
const UNKNOWN: RdlValue = { type: 'unknown' };

/** A value as a number with its width; undefined for text, words and what is unknown. */
function numberIn(value: RdlValue): { value: bigint; widthBits: number } | undefined {
  if (value.type === 'number') return value;
  return value.type === 'boolean' ? { value: value.is ? 1n : 0n, widthBits: 1 } : undefined;
}

/** A string or word; undefined for anything else, which equals no text. */
function textIn(value: RdlValue): string | undefined {
  return value.type === 'string' ? `"${value.text}` : value.type === 'word' ? value.word : undefined;
}

type Calculation = (left: bigint, right: bigint, widthBits: number) => bigint | boolean | undefined;

const raise: Calculation = (base, power, widthBits) => {
  let result = 1n;
  let factor = base;
  // By squares, so that a power of 64 bits takes 64 steps.
  for (let left = power; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = BigInt.asUintN(widthBits, result * factor);
    factor = BigInt.asUintN(widthBits, factor * factor);
  }
  return result;
};

const CALCULATIONS: Readonly<Record<string, Calculation>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? undefined : a / b),
  '%': (a, b) => (b === 0n ? undefined : a % b),
  '**': raise,
  '<<': (a, b, width) => (b > BigInt(width) ? 0n : a << b),
  '>>': (a, b, width) => (b > BigInt(width) ? 0n : a >> b),
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '~&': (a, b) => ~(a & b),
  '~|': (a, b) => ~(a | b),
  '~^': (a, b) => ~(a ^ b),
  '^~': (a, b) => ~(a ^ b),
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '&&': (a, b) => a !== 0n && b !== 0n,
  '||': (a, b) => a !== 0n || b !== 0n,
};

const parity = (value: bigint): boolean => [...value.toString(2)].filter((bit) => bit === '1').length % 2 === 1;

function applyUnary(operator: string, { value, widthBits }: { value: bigint; widthBits: number }): RdlValue {
  const all = value === (1n << BigInt(widthBits)) - 1n;
  const truth = (is: boolean): RdlValue => ({ type: 'boolean', is });
  const results: Readonly<Record<string, () => RdlValue>> = {
    '!': () => truth(value === 0n),
    '~': () => number(~value, widthBits),
    '+': () => number(value, widthBits),
    '-': () => number(-value, widthBits),
    '&': () => truth(all),
    '~&': () => truth(!all),
    '|': () => truth(value !== 0n),
    '~|': () => truth(value === 0n),
    '^': () => truth(parity(value)),
    '~^': () => truth(!parity(value)),
    '^~': () => truth(!parity(value)),
  };
  return results[operator]?.() ?? UNKNOWN;
}

function applyBinary(operator: string, left: RdlValue, right: RdlValue): RdlValue | undefined {
  const a = numberIn(left);
  const b = numberIn(right);
  if (a !== undefined && b !== undefined) {
    const isShift = operator === '<<' || operator === '>>' || operator === '**';
    const widthBits = isShift ? a.widthBits : Math.max(a.widthBits, b.widthBits);
    const result = CALCULATIONS[operator]?.(a.value, b.value, widthBits);
    return typeof result === 'boolean'
      ? { type: 'boolean', is: result }
      : result === undefined
        ? undefined
        : number(result, widthBits);
  }
  if (left.type === 'unknown' || right.type === 'unknown') return UNKNOWN;
  if (operator !== '==' && operator !== '!=') return undefined;
  return { type: 'boolean', is: (textIn(left) === textIn(right)) === (operator === '==') };
}

/**
 * Values of the entries of an enum, in their order; one without a value is one more than the entry before. Values do not
 * refer to other enums, so that none refers to itself.
 */
export function entriesOf(enumeration: EnumDefinition, around: Names, log: ImportLog): Map<string, bigint> {
  const names: Names = { parameter: (name) => around.parameter(name), enumeration: () => undefined };
  const values = new Map<string, bigint>();
  let next = 0n;
  for (const { name, value } of enumeration.entries) {
    const given = value && numberIn(evaluate(value, names, log));
    const own = given === undefined ? next : given.value;
    values.set(name, own);
    next = own + 1n;
  }
  return values;
}

function refuse(log: ImportLog, place: Place, message: string, cure: string): never {
  log.error('IMPORT_RDL_TYPE', place, message, cure);
  throw new RdlFault();
}

/**
 * The value of an expression. Throws an RdlFault, with an error in the log, for a name that means nothing or an operator
 * that does not apply.
 */
export function evaluate(expression: Expression, names: Names, log: ImportLog): RdlValue {
  const { kind, place } = expression;
  if (kind === 'value') return expression.value;
  if (kind === 'reference' || kind === 'aggregate') return UNKNOWN;
  if (kind === 'name') return names.parameter(expression.name) ?? { type: 'word', word: expression.name };
  if (kind === 'entry') {
    const enumeration = names.enumeration(expression.type);
    const value = enumeration && entriesOf(enumeration, names, log).get(expression.name);
    if (value !== undefined) return number(value);
    const message = `${expression.type}::${expression.name} is not defined.`;
    return refuse(log, place, message, 'Define the enum, or correct the name.');
  }
  if (kind === 'unary') {
    const operand = evaluate(expression.operand, names, log);
    const value = numberIn(operand);
    if (value !== undefined) return applyUnary(expression.operator, value);
    if (operand.type === 'unknown') return UNKNOWN;
    return refuse(log, place, `${expression.operator} is applied to what is not a number.`, 'Give it a number.');
  }
  if (kind === 'binary') {
    const left = evaluate(expression.left, names, log);
    const right = evaluate(expression.right, names, log);
    const result = applyBinary(expression.operator, left, right);
    if (result !== undefined) return result;
    return refuse(
      log,
      place,
      `${expression.operator} has no result for these two values.`,
      'Give two numbers that it is defined for.',
    );
  }
  if (kind === 'choice') {
    const condition = numberIn(evaluate(expression.condition, names, log));
    if (condition === undefined) return UNKNOWN;
    return evaluate(condition.value === 0n ? expression.no : expression.yes, names, log);
  }
  if (kind === 'cast') {
    const value = numberIn(evaluate(expression.operand, names, log));
    if (value === undefined) return UNKNOWN;
    if (expression.to === 'boolean') return { type: 'boolean', is: value.value !== 0n };
    if (typeof expression.to === 'string') return number(value.value, expression.to === 'bit' ? 1 : STANDARD_WIDTH);
    const width = numberIn(evaluate(expression.to, names, log))?.value ?? 0n;
    if (width > 0n && width <= BigInt(MOST_BITS)) return number(value.value, Number(width));
    return refuse(log, place, `${width} is not a width in bits.`, `Give one from 1 to ${MOST_BITS}.`);
  }
  const parts = expression.parts.map((part) => evaluate(part, names, log));
  const count = expression.count === undefined ? 1n : (numberIn(evaluate(expression.count, names, log))?.value ?? 0n);
  const numbers = parts.map(numberIn);
  const width = numbers.reduce((sum, part) => sum + (part?.widthBits ?? 0), 0) * Number(count > 1024n ? 1025n : count);
  if (width === 0 || width > MOST_BITS || numbers.includes(undefined)) {
    return refuse(
      log,
      place,
      'These parts cannot be joined to one number.',
      `Join numbers, of at most ${MOST_BITS} bits together.`,
    );
  }
  let joined = 0n;
  for (let index = 0n; index < count; index++) {
    for (const part of numbers) joined = (joined << BigInt(part?.widthBits ?? 0)) | (part?.value ?? 0n);
  }
  return number(joined, width);
}
