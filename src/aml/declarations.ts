import { opcodeRow } from './opcodes.js';
import type { FieldElement, Term } from './term.js';

/** A named object that a table makes, and where. */
export interface Declaration {
  /** Absolute path, segments padded: `\_SB_.PCI0._ADR`. */
  readonly path: string;
  readonly term: Term;
  /** Which element of the Field, IndexField or BankField it is, if it is one. */
  readonly element: (FieldElement & { kind: 'NamedField' }) | undefined;
  /** The scope whose names are meant by the term's operands. */
  readonly scope: string;
  /** Inside an If, Else or While: made only if that runs. */
  readonly conditional: boolean;
  /** Inside a method: made each time it runs, and gone afterwards. */
  readonly inMethod: boolean;
}

/** The absolute path that a name has in a scope, without looking upward. ACPI 6.5 §5.3 */
export function joinPath(scope: string, name: string): string {
  if (name.startsWith('\\')) return name;
  let base = scope;
  let at = 0;
  for (; name[at] === '^'; at++) base = base.includes('.') ? base.slice(0, base.lastIndexOf('.')) : '\\';
  const rest = name.slice(at);
  if (rest === '') return base;
  return base === '\\' ? `\\${rest}` : `${base}.${rest}`;
}

interface Surroundings {
  readonly scope: string;
  readonly conditional: boolean;
  readonly inMethod: boolean;
}

/** Every object that terms declare, in the order of their bytes; what opens an existing scope is not a declaration. */
export function* declarations(terms: readonly Term[], at: Surroundings = AT_ROOT): Generator<Declaration> {
  for (const term of terms) {
    const row = opcodeRow(term.op);
    if (row === undefined) continue;
    const operands = term.operands as readonly unknown[];
    const { declares } = row;
    let inside = at;
    if (declares === 'fields') {
      const elements = operands.at(-1) as readonly FieldElement[];
      for (const element of elements) {
        if (element.kind === 'NamedField') yield { path: joinPath(at.scope, element.name), term, element, ...at };
      }
    } else if (declares !== undefined) {
      const names = operands.filter((_, index) => row.operands[index] === 'NameString') as string[];
      const path = joinPath(at.scope, (declares === 'alias' ? names[1] : names[0]) as string);
      if (term.op !== 'Scope' && declares !== 'external') yield { path, term, element: undefined, ...at };
      inside = { ...at, scope: path, inMethod: at.inMethod || declares === 'method' };
    } else if (row.role === 'statement') {
      inside = { ...at, conditional: true };
    }
    const list = row.operands.indexOf('TermList');
    if (list >= 0) yield* declarations(operands[list] as readonly Term[], inside);
  }
}

const AT_ROOT: Surroundings = { scope: '\\', conditional: false, inMethod: false };
