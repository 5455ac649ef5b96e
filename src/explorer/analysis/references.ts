import { childTerms, displayName, joinPath, lookUp, normalizeName, OPCODES, type Term } from '../../aml/index.js';
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
  /** Uses of an object, or of a name that no table declares. */
  to(path: string): readonly Reference[];
  /** What an object uses. */
  from(path: string): readonly Reference[];
  /** Names that are used and that no table declares, as ASL shows them. */
  readonly missing: readonly string[];
}

const isLoneName = (name: string) => /^[^\\^.]+$/.test(name);

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

/** Names that the interpreter provides. ACPI 6.5 §5.7 */
const PROVIDED: ReadonlySet<string> = new Set(['\\_GL_', '\\_OS_', '\\_OSI', '\\_REV', '\\_DLM']);

/** An absolute path in a string, as DerefOf ("\\_SB.PCI0.VALU") has it. */
const PATH_TEXT = /^\\[A-Z_][A-Z0-9_]{0,3}(?:\.[A-Z_][A-Z0-9_]{0,3})*$/;

class Index {
  readonly byTarget = new Map<string, Reference[]>();
  readonly bySource = new Map<string, Reference[]>();
  readonly missing = new Set<string>();
  /** The names that tables declare, and those that they expect elsewhere. */
  readonly #known = new Map<string, string>();

  constructor(declared: Iterable<string>, tables: LoadedTables['tables']) {
    for (const path of declared) this.#known.set(path, path);
    for (const { decoded } of tables) this.#expect(decoded?.terms ?? [], '\\');
  }

  #expect(terms: Iterable<Term>, scope: string): void {
    for (const term of terms) {
      if (term.op === 'External') {
        const path = joinPath(scope, term.operands[0]);
        if (!this.#known.has(path)) {
          this.#known.set(path, path);
          if (!PROVIDED.has(path)) this.missing.add(displayName(path));
        }
      }
      const declared = declaredBy(term, scope);
      this.#expect(childTerms(term), declared?.opensScope ? declared.path : scope);
    }
  }

  walk(terms: Iterable<Term>, scope: string, owner: string, table: number): void {
    for (const term of terms) {
      if (term.op === 'Path') this.#add(term.operands[0], scope, owner, table, term);
      if (term.op === 'String' && PATH_TEXT.test(term.operands[0])) {
        const path = joinPath('\\', normalizeName(term.operands[0]));
        if (this.#known.has(path)) this.#add(path, scope, owner, table, term);
      }
      if (term.op === 'Field' || term.op === 'IndexField' || term.op === 'BankField')
        this.#add(term.operands[0] as string, scope, owner, table, term);
      const declared = declaredBy(term, scope);
      const inner = declared?.opensScope ? declared.path : scope;
      const holder = declared === undefined || HOLDERS.has(term.op) ? owner : declared.path;
      this.walk(childTerms(term), inner, holder, table);
    }
  }

  #add(name: string, scope: string, owner: string, table: number, { start, end }: Term): void {
    const found = lookUp(this.#known, scope, name);
    // A lone name is looked up as far as the root.
    const target = found ?? joinPath(isLoneName(name) ? '\\' : scope, name);
    if (target === owner) return;
    if (found === undefined && !PROVIDED.has(target)) this.missing.add(displayName(target));
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

/** Every use of a name. `paths`: the declared names, segments padded. */
export function findReferences({ tables }: LoadedTables, paths: Iterable<string>): References {
  const index = new Index(paths, tables);
  for (const [at, { decoded }] of tables.entries()) index.walk(decoded?.terms ?? [], '\\', '\\', at);
  return {
    to: (path) => index.byTarget.get(path) ?? [],
    from: (path) => index.bySource.get(path) ?? [],
    missing: [...index.missing].sort(),
  };
}
