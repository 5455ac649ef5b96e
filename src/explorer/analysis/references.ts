import { childTerms, displayName, joinPath, lookUp, OPCODES, type Term } from '../../aml/index.js';
import type { LoadedTables } from './loaded-tables.js';

/** One use of a name: which object uses which, and where. */
export interface Reference {
  /** The object whose code or value it is in, as ASL shows it. */
  readonly from: string;
  readonly to: string;
  readonly table: number;
  readonly start: number;
  readonly end: number;
}

export interface References {
  /** Uses of an object. */
  to(path: string): readonly Reference[];
  /** What an object uses. */
  from(path: string): readonly Reference[];
}

const ROWS = new Map(OPCODES.map((row) => [row.op as string, row]));

interface DeclaredTerm {
  /** Its path in the scope around it. */
  readonly path: string;
  /** Whether names inside are looked up from there. */
  readonly opensScope: boolean;
}

function declaredBy(term: Term, scope: string): DeclaredTerm | undefined {
  const row = ROWS.get(term.op);
  const declares = row !== undefined && 'declares' in row ? row.declares : undefined;
  if (row === undefined || declares === undefined || declares === 'fields' || declares === 'external') return undefined;
  const kinds = row.operands as readonly string[];
  const at = declares === 'alias' ? kinds.lastIndexOf('NameString') : kinds.indexOf('NameString');
  const name = (term.operands as readonly unknown[])[at];
  if (typeof name !== 'string') return undefined;
  return { path: joinPath(scope, name), opensScope: declares === 'scope' || declares === 'method' };
}

/** Terms that hold objects and no code or value of their own. */
const HOLDERS: ReadonlySet<string> = new Set(['Scope', 'Device', 'Processor', 'PowerResource', 'ThermalZone']);

class Index {
  readonly byTarget = new Map<string, Reference[]>();
  readonly bySource = new Map<string, Reference[]>();
  readonly #known: ReadonlyMap<string, string>;

  constructor(known: ReadonlyMap<string, string>) {
    this.#known = known;
  }

  walk(terms: Iterable<Term>, scope: string, owner: string, table: number): void {
    for (const term of terms) {
      if (term.op === 'Path') this.#add(term.operands[0], scope, owner, table, term);
      if (term.op === 'Field' || term.op === 'IndexField' || term.op === 'BankField')
        this.#add(term.operands[0] as string, scope, owner, table, term);
      const declared = declaredBy(term, scope);
      const inner = declared?.opensScope ? declared.path : scope;
      const holder = declared === undefined || HOLDERS.has(term.op) ? owner : declared.path;
      this.walk(childTerms(term), inner, holder, table);
    }
  }

  #add(name: string, scope: string, owner: string, table: number, { start, end }: Term): void {
    const target = lookUp(this.#known, scope, name);
    if (target === undefined || target === owner) return;
    const reference = { from: displayName(owner), to: displayName(target), table, start, end };
    for (const [map, key] of [
      [this.byTarget, reference.to],
      [this.bySource, reference.from],
    ] as const) {
      const list = map.get(key);
      if (list === undefined) map.set(key, [reference]);
      else list.push(reference);
    }
  }
}

/** Every use of a name that tables declare. `paths`: the declared names, segments padded. */
export function findReferences({ tables }: LoadedTables, paths: Iterable<string>): References {
  const known = new Map(Array.from(paths, (path) => [path, path]));
  const index = new Index(known);
  for (const [at, { decoded }] of tables.entries()) index.walk(decoded?.terms ?? [], '\\', '\\', at);
  return {
    to: (path) => index.byTarget.get(path) ?? [],
    from: (path) => index.bySource.get(path) ?? [],
  };
}
