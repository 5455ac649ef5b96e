import { ELEMENT } from '../../aml/decode/field-list.js';
import { KIND, ROWS } from '../../aml/grammar/compiled-rows.js';
import type { Declares } from '../../aml/grammar/opcodes.js';
import { createNamespace, findNode, type NamespaceNode, openNode } from '../../aml/namespace/namespace.js';
import { isLoneKey, ROW, type Tape } from '../../aml/tape/tape.js';
import { afterElement, firstElement, operandAt } from './operands.js';

/** What the survey does with a term. */
const TASK = { nothing: 0, list: 1, scope: 2, object: 3, fields: 4, alias: 5 } as const;
const TASKS = {
  scope: TASK.scope,
  method: TASK.scope,
  object: TASK.object,
  fields: TASK.fields,
  alias: TASK.alias,
  external: TASK.nothing,
} as const satisfies Record<Declares, number>;

/** By code: what is done, which operand the name is that is declared, and which one the list of terms. */
const tasks = new Uint8Array(256);
const nameOperands = new Uint8Array(256);
const listOperands = new Uint8Array(256);
for (const { code, declares, kinds, nameOperand } of ROWS) {
  const list = kinds.indexOf(KIND.TermList);
  tasks[code] = declares !== undefined ? TASKS[declares] : list >= 0 ? TASK.list : TASK.nothing;
  nameOperands[code] = Math.max(nameOperand, 0);
  listOperands[code] = Math.max(list, 0);
}

function open(tape: Tape, name: number, scope: NamespaceNode): NamespaceNode {
  const value = tape.value(name);
  return isLoneKey(value) ? scope.child(value) : openNode(scope, tape.name(name));
}

function alias(tape: Tape, record: number, scope: NamespaceNode): void {
  const node = open(tape, record + 2, scope);
  node.kind = 'object';
  const source = findNode(scope, tape.name(record + 1));
  if (source !== node) node.alias = source;
}

function fields(tape: Tape, record: number, scope: NamespaceNode): void {
  const end = tape.next(record);
  let at = firstElement(tape, record);
  while (at < end) {
    if (tape.code(at) === ELEMENT.NamedField) scope.child(tape.value(at)).kind = 'object';
    at = afterElement(tape, at);
  }
}

/** The node of a declaration that is no alias and has no fields. */
function declared(tape: Tape, record: number, scope: NamespaceNode): NamespaceNode {
  const code = tape.code(record);
  const name = operandAt(tape, record, nameOperands[code] as number);
  const node = open(tape, name, scope);
  if (code === ROW.Method) {
    node.kind = 'method';
    node.argumentCount = tape.value(name + 1) & 7;
  } else if (code !== ROW.Scope && node.kind === 'placeholder') {
    node.kind = 'object';
  }
  return node;
}

/** Enters what the terms from a record up to another one declare. */
function terms(tape: Tape, first: number, end: number, scope: NamespaceNode): void {
  for (let record = first; record < end; record = tape.next(record)) {
    const code = tape.code(record);
    const task = tasks[code] as number;
    if (task === TASK.nothing) continue;
    if (task === TASK.object) declared(tape, record, scope);
    else if (task === TASK.fields) fields(tape, record, scope);
    else if (task === TASK.alias) alias(tape, record, scope);
    else {
      const inside = task === TASK.scope ? declared(tape, record, scope) : scope;
      const list = tape.list(operandAt(tape, record, listOperands[code] as number), tape.next(record));
      terms(tape, list[0], list[1], inside);
    }
  }
}

/** The names that the terms from a record up to another one declare, every list of terms looked into. */
export function surveyNames(tape: Tape, first: number, end: number): NamespaceNode {
  const names = createNamespace();
  terms(tape, first, end, names);
  return names;
}
