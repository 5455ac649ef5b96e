import type { Op, Term } from '../../aml/index.js';
import { toBuffer, toInteger, toText } from '../objects/convert.js';
import { fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import { AmlBuffer, AmlPackage, AmlString, TYPE, typeName, typeOf, type Value } from '../objects/objects.js';
import { elementsOf, valueOfElement } from '../objects/resolve.js';
import { slotOf } from './references.js';
import { type Compiler, type Evaluate, type EvaluateCondition, isReadLast, truth } from './types.js';

/** Less than, equal, greater: -1, 0, 1. The right operand is converted to the type of the left. ACPI 6.5 §19.3.5.4 */
function compare(machine: Machine, left: Value, right: Value): number {
  if (typeof left === 'number' || typeof left === 'bigint') {
    const other = toInteger(right, machine);
    return left < other ? -1 : left > other ? 1 : 0;
  }
  if (left instanceof AmlString) {
    const other = toText(right, 'implicit', machine).text;
    machine.work(Math.min(left.text.length, other.length));
    return left.text < other ? -1 : left.text > other ? 1 : 0;
  }
  if (left instanceof AmlBuffer) {
    const other = toBuffer(right, machine).bytes;
    const { bytes } = left;
    const shared = Math.min(bytes.length, other.length);
    machine.work(shared);
    for (let at = 0; at < shared; at++) {
      const difference = (bytes[at] as number) - (other[at] as number);
      if (difference !== 0) return Math.sign(difference);
    }
    return Math.sign(bytes.length - other.length);
  }
  return fail('AE_AML_OPERAND_TYPE', `${typeName(left)} cannot be compared: give Integers, Strings or Buffers.`);
}

type Test = (order: number) => boolean;
const EQUAL: Test = (order) => order === 0;
const LESS: Test = (order) => order < 0;
const GREATER: Test = (order) => order > 0;

function comparison(test: Test, negated: boolean) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term, Term] }): EvaluateCondition => {
    const { machine } = compiler;
    const a = compiler.value(operands[0]);
    const b = compiler.value(operands[1]);
    if (isReadLast(operands[0], operands[1]))
      return (frame) => {
        const right = b(frame);
        return test(compare(machine, a(frame), right)) !== negated;
      };
    const slotA = slotOf(operands[0]) ?? -1;
    const slotB = slotOf(operands[1]) ?? -1;
    return (frame) => {
      const { slots } = frame;
      const left = (slotA >= 0 ? slots[slotA] : undefined) ?? a(frame);
      const right = (slotB >= 0 ? slots[slotB] : undefined) ?? b(frame);
      if (typeof left !== 'number' || typeof right !== 'number') return test(compare(machine, left, right)) !== negated;
      const holds = test === EQUAL ? left === right : test === LESS ? left < right : left > right;
      return holds !== negated;
    };
  };
}

function logical(combine: (a: boolean, b: boolean) => boolean) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term, Term] }): EvaluateCondition => {
    const a = compiler.condition(operands[0]);
    const b = compiler.condition(operands[1]);
    return (frame) => {
      const left = a(frame);
      return combine(left, b(frame));
    };
  };
}

/** Operators that give true or false. Both operands are always evaluated. */
export const CONDITIONS = {
  LAnd: logical((a, b) => a && b),
  LOr: logical((a, b) => a || b),
  LNot(compiler: Compiler, { operands }: Op<'LNot'>): EvaluateCondition {
    const a = compiler.condition(operands[0]);
    return (frame) => !a(frame);
  },
  LEqual: comparison(EQUAL, false),
  LNotEqual: comparison(EQUAL, true),
  LLess: comparison(LESS, false),
  LGreaterEqual: comparison(LESS, true),
  LGreater: comparison(GREATER, false),
  LLessEqual: comparison(GREATER, true),
};

/** Match operators by number: MTR, MEQ, MLE, MLT, MGE, MGT. ACPI 6.5 §19.6.81 */
const MATCHES: readonly Test[] = [() => true, EQUAL, (order) => order <= 0, LESS, (order) => order >= 0, GREATER];

/** Whether an element is in the relation to a value; elements of other types are not, but for MTR. */
function elementMatches(machine: Machine, element: Value, operator: number, value: Value): boolean {
  if (operator === 0) return true;
  const type = typeOf(element);
  if (type !== TYPE.integer && type !== TYPE.string && type !== TYPE.buffer) return false;
  // What cannot be converted to the type of what is looked for does not match.
  const isEmpty = element instanceof AmlBuffer && element.bytes.length === 0;
  if (isEmpty && typeOf(value) === TYPE.integer) return false;
  const test = MATCHES[operator] as Test;
  // The element is converted to the type of what is looked for, so that the order is the other way round.
  return test(-compare(machine, value, element));
}

function match(compiler: Compiler, { operands }: Op<'Match'>): Evaluate {
  const { machine } = compiler;
  const [pack, first, firstValue, second, secondValue, start] = operands;
  const source = compiler.value(pack);
  const one = compiler.value(firstValue);
  const other = compiler.value(secondValue);
  const from = compiler.integer(start);
  return (frame) => {
    const searched = source(frame);
    const a = one(frame);
    const b = other(frame);
    const begin = from(frame);
    if (!(searched instanceof AmlPackage))
      fail('AE_AML_OPERAND_TYPE', `Match takes a Package, not ${typeName(searched)}.`);
    if (first >= MATCHES.length || second >= MATCHES.length)
      fail('AE_AML_OPERAND_VALUE', `Match has operators 0 to 5, not ${first} and ${second}.`);
    const elements = elementsOf(machine, searched);
    if (begin >= elements.length)
      fail('AE_AML_PACKAGE_LIMIT', `Match begins at ${begin}, and the package has ${elements.length} elements.`);
    machine.spend(16 * elements.length);
    for (let index = Number(begin); index < elements.length; index++) {
      const element = valueOfElement(elements[index]);
      if (element === undefined) continue;
      if (elementMatches(machine, element, first, a) && elementMatches(machine, element, second, b)) return index;
    }
    return machine.arithmetic.ones;
  };
}

function condRefOf(compiler: Compiler, { operands }: Op<'CondRefOf'>, refer: (term: Term) => Evaluate): Evaluate {
  const { machine } = compiler;
  const [term] = operands;
  const put = compiler.target(operands[1]);
  const find = term.op === 'Path' ? compiler.find(term.operands[0]) : undefined;
  const reference = refer(term);
  // Deviates: ACPICA finds out whether a name exists if it is one segment or begins with `\` or `^`; of any other it
  // makes an operand, which has to exist.
  const hasToExist = machine.semantics === 'acpica' && term.op === 'Path' && /^[^\\^].*\./.test(term.operands[0]);
  return (frame) => {
    if (find !== undefined) {
      const node = find(frame);
      // Deviates: ACPICA has the root for what does not exist.
      if (node === machine.tree.root) return 0;
      if (node === undefined) {
        if (hasToExist) fail('AE_NOT_FOUND', `The name does not exist for ${frame.scope.path}.`);
        return 0;
      }
    }
    const made = find === undefined || put !== undefined ? reference(frame) : 0;
    put?.(frame, made, 'result');
    return truth(machine, true);
  };
}

export const SEARCHES = { Match: match, CondRefOf: condRefOf };
