import type { Op, OpName, Term } from '../../aml/index.js';
import { toInteger } from '../objects/convert.js';
import { debugText } from '../objects/debug-text.js';
import { AmlFault, fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import { AmlNode, parseName } from '../objects/node.js';
import {
  AmlBuffer,
  AmlMethod,
  AmlString,
  type Body,
  type Completion,
  DONE,
  type Frame,
  type Reference,
  TYPE,
  typeName,
  type Value,
} from '../objects/objects.js';
import { resolveOperand, valueOfNode } from '../objects/resolve.js';
import { storeToArg, storeToLocal, storeToNode, storeToReference } from '../objects/store.js';
import { ARITHMETIC } from './arithmetic.js';
import { DATA } from './data.js';
import { DECLARATIONS } from './declarations.js';
import { TABLES } from './load-operators.js';
import { CONDITIONS, SEARCHES } from './logic.js';
import {
  derefOrNothing,
  emptySlot,
  isDevice,
  noValue,
  placeOf,
  REFERENCES,
  readSlot,
  referenceTo,
  slotOf,
  storeThroughLocal,
} from './references.js';
import { conditional, STATEMENTS, WAITING } from './statements.js';
import {
  type Compiler,
  type Evaluate,
  type EvaluateCondition,
  type EvaluateInteger,
  type FindNode,
  type Put,
  type StoreValue,
  truth,
} from './types.js';

type Expression = (compiler: Compiler, term: never) => Evaluate;
type Statement = (compiler: Compiler, term: never) => Body;
type Condition = (compiler: Compiler, term: never) => EvaluateCondition;

const slotValue = (_: Compiler, term: Term): Evaluate => readSlot(slotOf(term) as number);

/** Every operator that gives a value, but for the logical ones. */
const EXPRESSIONS = {
  ...DATA,
  ...ARITHMETIC,
  ...REFERENCES,
  ...WAITING,
  ...TABLES,
  Match: SEARCHES.Match,
  CondRefOf: (compiler: Compiler, term: Op<'CondRefOf'>) =>
    SEARCHES.CondRefOf(compiler, term, (operand) => referenceTo(compiler, operand)),
  Local: slotValue,
  Arg: slotValue,
  Debug: (): Evaluate => () => fail('AE_AML_OPERAND_TYPE', 'The Debug object has no value.'),
};

/** A row of OPCODES that no handler knows does not compile. */
type Handled = keyof typeof EXPRESSIONS | keyof typeof CONDITIONS | keyof typeof STATEMENTS | keyof typeof DECLARATIONS;
const ALL_HANDLED: Exclude<OpName, Handled> extends never ? true : Exclude<OpName, Handled> = true;

const expressionOf = new Map(Object.entries(EXPRESSIONS) as [string, Expression][]);
const conditionOf = new Map(Object.entries(CONDITIONS) as [string, Condition][]);
const statementOf = new Map<string, Statement>(
  ALL_HANDLED
    ? [
        ...(Object.entries(STATEMENTS) as [string, Statement][]),
        ...(Object.entries(DECLARATIONS) as [string, Statement][]),
      ]
    : [],
);

/** Whether a term can give a reference made by Index, which an operand then stands for. */
const givesReference = ({ op }: Term) =>
  op === 'Index' || op === 'DerefOf' || op === 'Path' || op === 'Store' || op === 'CopyObject';

/** Decodes the bytes of a method's body, once it is called. `shift` is what the offsets of its terms lack. */
type DecodeBody = (path: string, raw: Op<'Raw'>) => { readonly body: readonly Term[]; readonly shift: number };

/** Compiles the terms of one table to closures. */
export class TermCompiler implements Compiler {
  readonly machine: Machine;
  readonly table: number;
  readonly #report: (fault: AmlFault, frame: Frame) => void;
  readonly #decodeBody: DecodeBody;
  /** What to add to a term's offset to have its offset in the table. */
  readonly #shift: number;

  constructor(
    machine: Machine,
    table: number,
    report: (fault: AmlFault, frame: Frame) => void,
    decodeBody: DecodeBody,
    shift = 0,
  ) {
    this.machine = machine;
    this.table = table;
    this.#report = report;
    this.#decodeBody = decodeBody;
    this.#shift = shift;
  }

  methodBody(path: string, terms: readonly Term[]): Body {
    const [raw] = terms;
    if (raw?.op !== 'Raw' || terms.length > 1) return this.body(terms);
    const { body, shift } = this.#decodeBody(path, raw);
    return new TermCompiler(this.machine, this.table, this.#report, this.#decodeBody, shift).body(body);
  }

  report(fault: AmlFault, frame: Frame): void {
    this.#report(fault, frame);
  }

  operand(term: Term): Evaluate {
    const expression = expressionOf.get(term.op);
    if (expression !== undefined) return expression(this, term as never);
    if (term.op === 'Path') return this.#path(term, noValue);
    const condition = conditionOf.get(term.op);
    if (condition !== undefined) {
      const test = condition(this, term as never);
      const { machine } = this;
      return (frame) => truth(machine, test(frame));
    }
    if (term.op === 'Null') return () => 0;
    return () => fail('AE_AML_BAD_OPCODE', `${term.op} is not an expression: its bytes could not be decoded as one.`);
  }

  value(term: Term): Evaluate {
    const operand = this.operand(term);
    if (!givesReference(term)) return operand;
    const { machine } = this;
    return (frame) => {
      const value = operand(frame);
      return typeof value === 'object' ? resolveOperand(machine, value) : value;
    };
  }

  integer(term: Term): EvaluateInteger {
    const { machine } = this;
    const slot = slotOf(term);
    if (slot !== undefined)
      return (frame) => {
        const value = frame.slots[slot];
        return typeof value === 'number' ? value : toInteger(value ?? emptySlot(slot), machine);
      };
    const evaluate = this.value(term);
    // What these give is an integer whatever their operands are.
    if (Object.hasOwn(ARITHMETIC, term.op)) return evaluate as EvaluateInteger;
    return (frame) => {
      const value = evaluate(frame);
      return typeof value === 'number' ? value : toInteger(value, machine);
    };
  }

  condition(term: Term): EvaluateCondition {
    const condition = conditionOf.get(term.op);
    if (condition !== undefined) return condition(this, term as never);
    const evaluate = this.integer(term);
    const slot = slotOf(term);
    if (slot === undefined) return (frame) => evaluate(frame) !== 0;
    return (frame) => {
      const value = frame.slots[slot];
      return (typeof value === 'number' ? value : evaluate(frame)) !== 0;
    };
  }

  /** Unlike an operand, a predicate of another type is AE_TYPE, and Index is not followed. Deviates: ACPICA does so. */
  predicate(term: Term): EvaluateCondition {
    const condition = conditionOf.get(term.op);
    if (condition !== undefined) return condition(this, term as never);
    const { machine } = this;
    const holds = (value: Value): boolean => {
      if (typeof value === 'number') return value !== 0;
      if (typeof value === 'object' && !(value instanceof AmlString || value instanceof AmlBuffer))
        fail('AE_TYPE', `A predicate has to be an Integer, String or Buffer, not ${typeName(value)}.`);
      return toInteger(value, machine) !== 0;
    };
    const slot = slotOf(term);
    if (slot !== undefined)
      return (frame) => {
        const value = frame.slots[slot];
        return typeof value === 'number' ? value !== 0 : holds(value ?? emptySlot(slot));
      };
    const evaluate = this.operand(term);
    return (frame) => holds(evaluate(frame));
  }

  place(term: Term): (frame: Frame) => Value | AmlNode | undefined {
    return placeOf(this, term);
  }

  target(term: Term): Put | undefined {
    const { machine } = this;
    switch (term.op) {
      case 'Null':
      case 'Zero':
      case 'One':
      case 'Ones':
        return undefined;
      case 'Local': {
        const [slot] = term.operands;
        if (machine.semantics === 'windows') return storeThroughLocal(machine, slot);
        return (frame, value) => {
          if (typeof value === 'number') frame.slots[slot] = value;
          else storeToLocal(machine, frame.slots, slot, value);
          return value;
        };
      }
      case 'Arg': {
        const slot = slotOf(term) as number;
        return (frame, value, mode) => {
          if (typeof value === 'number' && typeof frame.slots[slot] !== 'object') frame.slots[slot] = value;
          else storeToArg(machine, frame.slots, slot, value, mode);
          return value;
        };
      }
      case 'Debug':
        return (_frame, value) => {
          machine.host.debug(debugText(machine, value));
          return value;
        };
      case 'Path':
        if (term.operands[1].length === 0) {
          const find = this.require(term.operands[0]);
          return (frame, value, mode) => {
            const node = find(frame);
            if (mode !== 'copy' && node.object instanceof AmlMethod && node.object.argumentCount === 0) {
              const place = machine.call(node, node.object, []) ?? noValue(node);
              if (typeof place === 'object' && place.type === TYPE.reference)
                return storeToReference(machine, place as Reference, value, mode);
              fail('AE_AML_OPERAND_TYPE', `${node.path} gave ${typeName(place)}, which cannot be stored to.`);
            }
            return storeToNode(machine, node, value, mode);
          };
        }
        break;
      default:
    }
    const place = this.placed(term);
    return (frame, value, mode) => place(frame)(value, mode);
  }

  placed(term: Term): (frame: Frame) => StoreValue {
    const { machine } = this;
    // Deviates: Windows stores to what the operand of a DerefOf refers to; ACPICA reads it, and refuses a value.
    const isStoredThrough = term.op === 'DerefOf' && machine.semantics === 'windows';
    const reference = this.operand(isStoredThrough ? (term.operands[0] as Term) : term);
    return (frame) => {
      const place = reference(frame);
      if (place instanceof AmlNode && isDevice(place))
        fail('AE_AML_TARGET_TYPE', `${place.path} is a ${typeName(place)}, which cannot be stored to.`);
      if (typeof place !== 'object' || place.type !== TYPE.reference)
        fail('AE_AML_OPERAND_TYPE', 'The target is not a reference.');
      return (value, mode) => storeToReference(machine, place as Reference, value, mode);
    };
  }

  find(name: string): FindNode {
    const { tree } = this.machine;
    const parsed = parseName(name);
    const epoch = tree.epoch(parsed.segments.at(-1) ?? '\\');
    let scope: AmlNode | undefined;
    let count = -1;
    let found: AmlNode | undefined;
    return (frame) => {
      if (frame.scope === scope && epoch.count === count && found?.isAlive) return found;
      scope = frame.scope;
      count = epoch.count;
      found = tree.find(scope, parsed);
      return found;
    };
  }

  require(name: string): (frame: Frame) => AmlNode {
    const find = this.find(name);
    return (frame) => find(frame) ?? notFound(name, frame);
  }

  result(term: Term): (frame: Frame) => Value | undefined {
    if (term.op === 'Path') return this.#path(term, () => undefined);
    return term.op === 'DerefOf' ? derefOrNothing(this, term) : this.operand(term);
  }

  /** A name as a value: what it stands for, or what calling it gives. */
  #path<T>({ operands }: Op<'Path'>, nothing: (node: AmlNode) => T): (frame: Frame) => Value | T {
    const { machine } = this;
    const [name, terms] = operands;
    const find = this.require(name);
    const args = terms.map((term) => this.operand(term));
    return (frame) => {
      const node = find(frame);
      const { object } = node;
      if (typeof object === 'number') return object;
      if (!(object instanceof AmlMethod)) return valueOfNode(machine, node);
      if (args.length < object.argumentCount)
        fail('AE_AML_UNINITIALIZED_ARG', `${node.path} takes ${object.argumentCount} arguments, not ${args.length}.`);
      const values: Value[] = [];
      for (const arg of args) values.push(arg(frame));
      return machine.call(node, object, values) ?? nothing(node);
    };
  }

  /** A call of which only the effect counts. */
  #call({ operands }: Op<'Path'>): Body {
    const { machine } = this;
    const [name, terms] = operands;
    const find = this.require(name);
    const args = terms.map((term) => this.operand(term));
    return (frame) => {
      const node = find(frame);
      const { object } = node;
      if (object instanceof AmlMethod) {
        const values: Value[] = [];
        for (const arg of args) values.push(arg(frame));
        frame.implicit = machine.call(node, object, values);
      } else frame.implicit = valueOfNode(machine, node);
      return DONE.normal;
    };
  }

  /** Whether a statement is an expression of which only the effect counts: it needs no closure of its own. */
  #isPlain({ op }: Term): boolean {
    return !statementOf.has(op) && op !== 'Path' && !this.machine.implicitReturn;
  }

  #statement(term: Term): Body {
    const statement = statementOf.get(term.op);
    if (statement !== undefined) return statement(this, term as never);
    if (term.op === 'Path') return this.#call(term);
    const evaluate = this.operand(term);
    return (frame) => {
      frame.implicit = evaluate(frame);
      return DONE.normal;
    };
  }

  body(terms: readonly Term[]): Body {
    const list: (Body | Evaluate)[] = [];
    const plain: boolean[] = new Array(terms.length).fill(false);
    const offsets: number[] = [];
    for (let at = 0; at < terms.length; at++) {
      const term = terms[at] as Term;
      const next = terms[at + 1];
      offsets.push(term.start < 0 ? term.start : term.start + this.#shift);
      if (term.op === 'If' && next?.op === 'Else') {
        list.push(conditional(this, term, next));
        at++;
      } else if (this.#isPlain(term)) {
        list.push(this.operand(term));
        plain[list.length - 1] = true;
      } else list.push(this.#statement(term));
    }
    return this.#run(list, plain, offsets);
  }

  /** A statement threw: a table that an OS would refuse loads as far as it goes, a method ends. */
  passFault(thrown: unknown, frame: Frame, offsetBytes: number): void {
    if (!(thrown instanceof AmlFault)) throw thrown;
    if (thrown.calls.at(-1)?.path !== '') thrown.calls.push({ path: '', table: this.table, offsetBytes });
    if (!frame.isTable || thrown.code === 'AE_LIMIT') throw thrown;
    this.#report(thrown, frame);
  }

  #run(list: readonly (Body | Evaluate)[], plain: readonly boolean[], offsets: readonly number[]): Body {
    const count = list.length;
    return (frame) => {
      let at = 0;
      for (;;) {
        try {
          for (; at < count; at++) {
            const ended = (list[at] as Body | Evaluate)(frame);
            if (ended !== DONE.normal && !plain[at]) return ended as Completion;
          }
          return DONE.normal;
        } catch (thrown) {
          this.passFault(thrown, frame, offsets[at] ?? -1);
          at++;
        }
      }
    };
  }
}

function notFound(name: string, frame: Frame): never {
  return fail('AE_NOT_FOUND', `${name} does not exist for ${frame.scope.path}.`);
}
