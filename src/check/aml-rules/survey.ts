import { joinPath, OPCODES, type Op, type OperandKind, type OpName, type Term } from '../../aml/index.js';
import type { Subject, SubjectTable } from '../subject.js';

/** What a method is, and what stands in it. */
export interface MethodFacts {
  /** Absolute, segments padded. */
  readonly path: string;
  readonly term: Op<'Method'>;
  readonly table: SubjectTable;
  /** 0..7. */
  readonly argumentCount: number;
  readonly serialized: boolean;
  /** 0..15. */
  readonly syncLevel: number;
  /** Made only if an If around it is taken, or by another method. */
  readonly conditional: boolean;
  /** The declarations in it, at any depth, those in methods within it apart. */
  readonly makes: Term[];
  /** Bit n is set if something is stored to Local n or Arg n, or may be through a reference. */
  storedLocals: number;
  storedArgs: number;
  /** The first term that reads each Local and each Arg, by number. */
  readonly readLocals: Map<number, Term>;
  readonly readArgs: Map<number, Term>;
}

/** Where a term stands. Terms of one list share it. */
export interface Site {
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
export interface Visit<Name extends Term['op'] = Term['op']> {
  readonly term: Op<Name>;
  readonly site: Site;
  /** What it is an operand as; `TermList` if it is a statement. */
  readonly role: OperandKind;
  /** The term that it is an operand of; of a statement the one whose list it is in. */
  readonly parent: Term | undefined;
}

/** A list of terms that run one after the other. */
export interface Block {
  readonly terms: readonly Term[];
  readonly site: Site;
}

/** Everything that the terms of a machine's tables say, gathered in one pass. */
export interface Survey {
  readonly methods: readonly MethodFacts[];
  readonly blocks: readonly Block[];
  /** The terms of one operation, in the order of the tables. Constants, Locals and Args are left out. */
  visits<Name extends Term['op']>(op: Name): readonly Visit<Name>[];
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
const LEFT_OUT = new Set<string>([
  'Zero',
  'One',
  'Ones',
  'Byte',
  'Word',
  'DWord',
  'QWord',
  'String',
  'Null',
  'Local',
  'Arg',
]);
/** What makes or opens a named object, and has the terms of its own list within that object's scope. */
const OPENS = new Set<string>(['Scope', 'Device', 'Processor', 'PowerResource', 'ThermalZone', 'Method']);
const DECLARES = new Set<string>(
  OPCODES.filter((row) => 'declares' in row && row.op !== 'Scope' && row.op !== 'External').map(({ op }) => op),
);
const BLOCKS = new Set<string>(['If', 'Else', 'While'] satisfies OpName[]);
/** Operations that put a value into their second operand. */
const STORES = new Set<string>(['Store', 'CopyObject'] satisfies OpName[]);

class Surveyor implements Survey {
  readonly methods: MethodFacts[] = [];
  readonly blocks: Block[] = [];
  readonly #visits = new Map<string, Visit[]>();

  visits<Name extends Term['op']>(op: Name): readonly Visit<Name>[] {
    return (this.#visits.get(op) ?? []) as unknown as readonly Visit<Name>[];
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
    const flags = term.operands[1];
    const method: MethodFacts = {
      path: scope,
      term,
      table: site.table,
      argumentCount: flags & 7,
      serialized: (flags & 8) !== 0,
      syncLevel: flags >>> 4,
      conditional: site.conditional || site.method !== undefined,
      makes: [],
      storedLocals: 0,
      storedArgs: 0,
      readLocals: new Map(),
      readArgs: new Map(),
    };
    this.methods.push(method);
    return { table: site.table, scope, method, conditional: false, loop: undefined };
  }

  /** Notes what happens to a Local or an Arg of the method around it. */
  #register(term: Op<'Local' | 'Arg'>, { method }: Site, role: OperandKind, parent: Term | undefined): void {
    if (method === undefined) return;
    const [number] = term.operands;
    const stores = role === 'Target' || (role === 'SuperName' && parent !== undefined && STORES.has(parent.op));
    if (stores || parent?.op === 'RefOf') {
      if (term.op === 'Local') method.storedLocals |= 1 << number;
      else method.storedArgs |= 1 << number;
    } else if (role !== 'Reference') {
      const read = term.op === 'Local' ? method.readLocals : method.readArgs;
      if (!read.has(number)) read.set(number, term);
    }
  }
}

const known = new WeakMap<Subject, Survey>();

/** The survey of the tables that an OS would load; made once, whichever rule asks first. */
export function surveyOf(subject: Subject): Survey {
  const found = known.get(subject);
  if (found !== undefined) return found;
  const made = new Surveyor();
  for (const table of subject.loaded) {
    const site = { table, scope: '\\', method: undefined, conditional: false, loop: undefined };
    made.block(table.terms, site, undefined);
  }
  known.set(subject, made);
  return made;
}
