import {
  type FieldElement,
  joinPath,
  OPCODES,
  type Op,
  type OperandKind,
  type OpName,
  type Path,
  type Term,
} from '../../../aml/index.js';
import type { Declared } from '../../subject/machine-names.js';
import { type MethodFlags, readMethodFlags } from '../../subject/method-flags.js';
import { perSubject } from '../../subject/per-subject.js';
import type { SubjectTable } from '../../subject/subject-table.js';

/** What a method is, and what stands in it. */
export interface MethodFacts extends MethodFlags {
  /** Absolute, segments padded. */
  readonly path: string;
  readonly term: Op<'Method'>;
  readonly table: SubjectTable;
  /** Made only if an If around it is taken, or by another method. */
  readonly conditional: boolean;
  /** The declarations in it, at any depth, those in methods within it apart. */
  readonly makes: Term[];
  /** What happens to its Locals and to its Args, by number. */
  readonly locals: Map<number, Register>;
  readonly args: Map<number, Register>;
  /** It names what no table declares, so that where calls in it end is a guess. */
  guessed: boolean;
}

/** What happens to one Local or Arg of a method. */
export interface Register {
  /** The first term of the method that reads it, unless something was stored before. */
  readonly readFirst: Term | undefined;
  /** What that read is an operand of. */
  readonly readBy: Term | undefined;
  /** That read stands in a While, which may come round to it after a store. */
  readonly inLoop: boolean;
  /** Something is stored to it, or may be through a reference. */
  stored: boolean;
}

/** Where a term stands. Terms of one list share it. */
interface Site {
  readonly table: SubjectTable;
  /** The scope whose names are meant: absolute, segments padded. */
  readonly scope: string;
  readonly method: MethodFacts | undefined;
  /** In an If, Else or While. */
  readonly conditional: boolean;
  /** The innermost While around it in its method. */
  readonly loop: Op<'While'> | undefined;
}

/** A term, and where it stands. */
export interface Visit<T extends Term = Term> {
  readonly term: T;
  readonly site: Site;
  /** What it is an operand as; `TermList` if it is a statement. */
  readonly role: OperandKind;
  /** The term that it is an operand of; of a statement the one whose list it is in. */
  readonly parent: Term | undefined;
}

/** A list of terms that run one after the other. */
interface Block {
  readonly terms: readonly Term[];
  readonly site: Site;
}

/** Everything that the terms of a machine's tables say, gathered in one pass. */
export interface Survey {
  readonly methods: readonly MethodFacts[];
  readonly blocks: readonly Block[];
  /** The terms of one operation, in the order of the tables. Integers, Locals and Args are left out, but for QWords. */
  visits<Name extends Term['op']>(op: Name): readonly Visit<Op<Name>>[];
}

/** Operands of each operation that hold terms: by index, with their kind. */
type Held = readonly (readonly [index: number, kind: OperandKind])[];

const HOLDS = new Set<OperandKind>(['TermArg', 'Data', 'SuperName', 'Reference', 'Target', 'Elements', 'FieldList']);
const HELD: ReadonlyMap<string, Held> = new Map(
  OPCODES.map(({ op, operands }) => [
    op,
    operands.map((kind, index) => [index, kind] as const).filter(([, kind]) => HOLDS.has(kind)),
  ]),
);
const LISTS: ReadonlyMap<string, number> = new Map(
  OPCODES.map(({ op, operands }): [string, number] => [op, (operands as readonly OperandKind[]).indexOf('TermList')]),
);
const PATHS: Held = [[1, 'Elements']];
const LEFT_OUT = new Set<string>(['Zero', 'One', 'Ones', 'Byte', 'Word', 'DWord', 'Null', 'Local', 'Arg']);
/** What makes or opens a named object, and has the terms of its own list within that object's scope. */
const OPENS = new Set<string>(['Scope', 'Device', 'Processor', 'PowerResource', 'ThermalZone', 'Method']);
/** Operations that make a named object. */
export const DECLARES: ReadonlySet<string> = new Set<string>(
  OPCODES.filter((row) => 'declares' in row && row.op !== 'Scope' && row.op !== 'External').map(({ op }) => op),
);
const BLOCKS = new Set<string>(['If', 'Else', 'While'] satisfies OpName[]);
/** Operations that put a value into their second operand. */
const STORES = new Set<string>(['Store', 'CopyObject'] satisfies OpName[]);

class Surveyor implements Survey {
  readonly methods: MethodFacts[] = [];
  readonly blocks: Block[] = [];
  readonly #visits = new Map<string, Visit[]>();
  /** Names of the table at hand that nothing declares. */
  guessed: ReadonlySet<string> = new Set();

  visits<Name extends Term['op']>(op: Name): readonly Visit<Op<Name>>[] {
    return (this.#visits.get(op) ?? []) as unknown as readonly Visit<Op<Name>>[];
  }

  block(terms: readonly Term[], site: Site, parent: Term | undefined): void {
    this.blocks.push({ terms, site });
    for (const term of terms) this.#term(term, site, 'TermList', parent);
  }

  #term(term: Term, site: Site, role: OperandKind, parent: Term | undefined): void {
    const { op } = term;
    if (op === 'Local' || op === 'Arg') this.#register(term, site, role, parent);
    if (LEFT_OUT.has(op)) return;
    const visit = { term, site, role, parent } as Visit;
    const same = this.#visits.get(op);
    if (same === undefined) this.#visits.set(op, [visit]);
    else same.push(visit);
    if (DECLARES.has(op)) site.method?.makes.push(term);
    if (op === 'Path' && site.method !== undefined && this.guessed.has(term.operands[0])) site.method.guessed = true;
    const operands = term.operands as readonly unknown[];
    for (const [index, kind] of op === 'Path' ? PATHS : (HELD.get(op) ?? [])) {
      const operand = operands[index];
      if (kind === 'FieldList') {
        for (const element of operand as Op<'Field'>['operands'][2])
          if (element.kind === 'ConnectField') this.#term(element.connection, site, 'Data', term);
      } else if (kind === 'Elements') {
        for (const element of operand as readonly Term[])
          this.#term(element, site, op === 'Path' ? 'TermArg' : 'Data', term);
      } else this.#term(operand as Term, site, kind, term);
    }
    const list = LISTS.get(op) ?? -1;
    if (list >= 0) this.block(operands[list] as readonly Term[], this.#inside(term, site), term);
  }

  #inside(term: Term, site: Site): Site {
    if (BLOCKS.has(term.op)) return { ...site, conditional: true, loop: term.op === 'While' ? term : site.loop };
    if (!OPENS.has(term.op)) return site;
    const scope = joinPath(site.scope, term.operands[0] as string);
    if (term.op !== 'Method') return { ...site, scope };
    const method: MethodFacts = {
      path: scope,
      term,
      table: site.table,
      ...readMethodFlags(term.operands[1]),
      conditional: site.conditional || site.method !== undefined,
      makes: [],
      locals: new Map(),
      args: new Map(),
      guessed: false,
    };
    this.methods.push(method);
    return { table: site.table, scope, method, conditional: false, loop: undefined };
  }

  /** Notes what happens to a Local or an Arg of the method around it. */
  #register(term: Op<'Local' | 'Arg'>, { method, loop }: Site, role: OperandKind, parent: Term | undefined): void {
    if (method === undefined) return;
    const registers = term.op === 'Local' ? method.locals : method.args;
    const known = registers.get(term.operands[0]);
    const stores = role === 'Target' || (role === 'SuperName' && parent !== undefined && STORES.has(parent.op));
    const stored = stores || parent?.op === 'RefOf';
    if (!stored && role === 'Reference') return;
    if (known !== undefined) known.stored ||= stored;
    else {
      const [readFirst, readBy] = stored ? [] : [term, parent];
      registers.set(term.operands[0], { readFirst, readBy, inLoop: loop !== undefined, stored });
    }
  }
}

/** The survey of the tables that an OS would load. */
export const surveyOf = perSubject((subject): Survey => {
  const made = new Surveyor();
  for (const table of subject.loaded) {
    made.guessed = new Set(table.decoded?.guesses.map(({ name }) => name));
    const site = { table, scope: '\\', method: undefined, conditional: false, loop: undefined };
    made.block(table.terms, site, undefined);
  }
  return made;
});

/** A name that calls a method of the tables. */
export interface Call {
  readonly visit: Visit<Path>;
  readonly called: Declared;
}

/** Every call of a method of the tables, in their order. */
export const callsOf = perSubject((subject): readonly Call[] => {
  const calls: Call[] = [];
  for (const visit of surveyOf(subject).visits('Path')) {
    if (visit.role !== 'TermArg' && visit.role !== 'TermList') continue;
    const called = subject.names.find(visit.term.operands[0], visit.site.scope);
    if (called?.term.op === 'Method') calls.push({ visit, called });
  }
  return calls;
});

/** Where the name stands among the operands of what declares one; the last for what has its name at its end. */
const NAME_AT: ReadonlyMap<string, number> = new Map(
  OPCODES.filter((row) => 'declares' in row && row.declares !== 'fields').map((row): [string, number] => [
    row.op,
    (row.operands as readonly string[]).lastIndexOf('NameString'),
  ]),
);

/** The names that a declaration makes, as it writes them: of a Field its units', of an Alias the new one. */
export function madeNames(term: Term): readonly string[] {
  const operands = term.operands as readonly unknown[];
  const at = NAME_AT.get(term.op);
  if (at !== undefined) return [operands[at] as string];
  const elements = operands.at(-1) as readonly FieldElement[];
  return elements.flatMap((element) => (element.kind === 'NamedField' ? [element.name] : []));
}
