import type { OperandKind } from '../grammar/opcodes.js';
import { opcodeRow } from '../grammar/opcodes.js';
import type { FieldElement, Term } from '../grammar/term.js';

/** What an operand of each kind holds of terms; `list` and `fields` hold several. */
const HOLDS: { readonly [K in OperandKind]?: 'term' | 'list' | 'fields' } = {
  TermArg: 'term',
  Data: 'term',
  SuperName: 'term',
  Reference: 'term',
  Target: 'term',
  TermList: 'list',
  Elements: 'list',
  FieldList: 'fields',
};

/** The terms that a term holds directly, in the order of their bytes: its operands, the arguments of a call, its body. */
export function* childTerms(term: Term): Generator<Term> {
  if (term.op === 'Path') {
    yield* term.operands[1];
    return;
  }
  const kinds = opcodeRow(term.op)?.operands ?? [];
  for (const [index, kind] of kinds.entries()) {
    const holds = HOLDS[kind];
    if (holds === undefined) continue;
    const operand: unknown = term.operands[index];
    if (holds === 'term') yield operand as Term;
    else if (holds === 'list') yield* operand as readonly Term[];
    else
      for (const element of operand as readonly FieldElement[]) if ('connection' in element) yield element.connection;
  }
}
