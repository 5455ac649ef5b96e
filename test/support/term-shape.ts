import { opcodeRow } from '../../src/aml/grammar/opcodes.js';
import { type FieldElement, makeTerm, type Term } from '../../src/aml/grammar/term.js';

/**
 * A term without its place, as rows of tests write it: its operation, then its operands. A name used as a
 * term is `['Path', name, [arguments]]`; lists are arrays; the bytes of a ByteList are an array of numbers.
 */
export type Shape = readonly [op: string, ...operands: unknown[]];

const TERMS = new Set(['TermArg', 'Data', 'SuperName', 'Reference', 'Target']);
const LISTS = new Set(['TermList', 'Elements']);

/** Calls `one` for each operand that is a term. Other operands stay as they are; byte lists become arrays of numbers. */
function mapOperands(op: string, operands: readonly unknown[], one: (term: never) => unknown): unknown[] {
  if (op === 'Path') return [operands[0], (operands[1] as never[]).map(one)];
  const kinds = opcodeRow(op)?.operands ?? [];
  return operands.map((operand, index) => {
    const kind = kinds[index] ?? '';
    if (TERMS.has(kind)) return one(operand as never);
    if (LISTS.has(kind)) return (operand as never[]).map(one);
    if (kind !== 'FieldList') return operand;
    return (operand as { kind: string; connection?: never }[]).map((element) =>
      element.connection === undefined ? element : { ...element, connection: one(element.connection) },
    );
  });
}

/** A term without its place and widths. */
export function shapeOf(term: Term): Shape {
  const operands = mapOperands(term.op, term.operands, shapeOf);
  const kinds = opcodeRow(term.op)?.operands ?? [];
  const plain = operands.map((operand, index) => {
    if (operand instanceof Uint8Array) return [...operand];
    if (kinds[index] !== 'FieldList') return operand;
    return (operand as FieldElement[]).map((element) =>
      'lengthWidth' in element ? { ...element, lengthWidth: 0 } : element,
    );
  });
  return [term.op, ...plain];
}

/** Builds the term that a shape describes. */
export function termOf([op, ...shapes]: Shape): Term {
  const operands = mapOperands(op, shapes, termOf);
  const kinds: readonly string[] = op === 'Raw' ? ['ByteList'] : (opcodeRow(op)?.operands ?? []);
  const whole = operands.map((operand, index) =>
    kinds[index] === 'ByteList' ? Uint8Array.from(operand as number[]) : operand,
  );
  return makeTerm(op as 'Noop', whole as never);
}
