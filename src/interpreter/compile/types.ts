import type { Term } from '../../aml/index.js';
import type { AmlFault } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import type { AmlNode } from '../objects/node.js';
import type { AmlInteger, Body, Frame, Value } from '../objects/objects.js';
import type { StoreMode } from '../objects/store.js';

/** An expression, compiled. */
export type Evaluate = (frame: Frame) => Value;
export type EvaluateInteger = (frame: Frame) => AmlInteger;
export type EvaluateCondition = (frame: Frame) => boolean;
/** A target, compiled: stores a value, and gives what the storing expression is worth. */
export type Put = (frame: Frame, value: Value, mode: StoreMode) => Value;
/** A place that has been found: stores a value there. */
export type StoreValue = (value: Value, mode: StoreMode) => Value;
/** A name, compiled: looked up once, and again when the namespace has changed. */
export type FindNode = (frame: Frame) => AmlNode | undefined;

/** What the handlers of single operators need of the compiler. */
export interface Compiler {
  readonly machine: Machine;
  /** Index of the table that the terms are in. */
  readonly table: number;
  /** The term as an operand, a reference that Index gives left as it is. */
  operand(term: Term): Evaluate;
  /** As operand(), for Return: undefined of a method that returned nothing. */
  result(term: Term): (frame: Frame) => Value | undefined;
  /** The term's value, an element of a package for a reference to it. */
  value(term: Term): Evaluate;
  integer(term: Term): EvaluateInteger;
  /** An operand of LAnd and the like. */
  condition(term: Term): EvaluateCondition;
  /** The predicate of If and While. */
  predicate(term: Term): EvaluateCondition;
  /** Where a result goes; undefined if it goes nowhere. */
  target(term: Term): Put | undefined;
  /** A target that is an expression, such as Index, to be found before the operator acts; see {@link withTarget}. */
  placed(term: Term): (frame: Frame) => StoreValue;
  /** A place that is not read: the object behind a name, what a local holds; undefined if that is not initialized. */
  place(term: Term): (frame: Frame) => Value | AmlNode | undefined;
  body(terms: readonly Term[]): Body;
  /** The body of a method of that path, decoded now if it was left as bytes. */
  methodBody(path: string, terms: readonly Term[]): Body;
  find(name: string): FindNode;
  /** As find(), and a name that does not exist is a fault. */
  require(name: string): (frame: Frame) => AmlNode;
  /** Notes a fault after which the table goes on. */
  report(fault: AmlFault, frame: Frame): void;
}

const SIMPLE_TARGETS: ReadonlySet<Term['op']> = new Set([
  'Null',
  'Zero',
  'One',
  'Ones',
  'Local',
  'Arg',
  'Debug',
  'Path',
]);

/** Whether a target has to be evaluated to be found. */
export function isExpression({ op }: Term): boolean {
  return !SIMPLE_TARGETS.has(op);
}

/**
 * An operator with a target: its operands are read, then a target that is an expression is evaluated, then it acts, as
 * in ACPICA.
 */
export function withTarget<Operands>(
  compiler: Compiler,
  target: Term,
  mode: StoreMode,
  read: (frame: Frame) => Operands,
  act: (operands: Operands) => Value,
): Evaluate {
  if (isExpression(target)) {
    const place = compiler.placed(target);
    return (frame) => {
      const operands = read(frame);
      const put = place(frame);
      const result = act(operands);
      put(result, mode);
      return result;
    };
  }
  const put = compiler.target(target);
  return (frame) => {
    const result = act(read(frame));
    put?.(frame, result, mode);
    return result;
  };
}

/** Terms that cannot store to a Local or Arg. */
const LEAVES: ReadonlySet<Term['op']> = new Set([
  ...SIMPLE_TARGETS,
  'Byte',
  'Word',
  'DWord',
  'QWord',
  'String',
  'Buffer',
]);

/** Whether the first of two operands is a Local or Arg that the second may store to: ACPICA reads it last. */
export function isReadLast(first: Term, second: Term): boolean {
  return (first.op === 'Local' || first.op === 'Arg') && !LEAVES.has(second.op);
}

/** The logical values. */
export function truth(machine: Machine, value: boolean): AmlInteger {
  return value ? machine.arithmetic.ones : 0;
}
