import { type OpcodeRow, opcodeRow } from '../../aml/grammar/opcodes.js';
import { integerValue, joinPath, makeTerm, type Op, type Path, type Term } from '../../aml/index.js';
import type { MachineNames } from '../subject/machine-names.js';

/** One of two machines: what its names mean, and how wide its integers are. */
export interface TermSide {
  readonly names: MachineNames;
  readonly integerBits: 32 | 64;
}

/** A term of one side, and the scope in which its names are looked up. */
export interface ScopedTerm {
  readonly term: Term;
  readonly scope: string;
}

type Operands = readonly unknown[];

/** The value of Ones on one side. */
export const ones = (side: TermSide): bigint => (1n << BigInt(side.integerBits)) - 1n;

/** What a name means: its absolute path, if that is known. */
export function meaning(name: string, scope: string, { names }: TermSide): string {
  const found = names.find(name, scope);
  if (found !== undefined) return found.path;
  // A lone segment that nothing declares may be found in any scope above.
  return name.length === 4 ? name : joinPath(scope, name);
}

type AnyPackage = Op<'Package' | 'VarPackage'>;

function isPackage(term: Term): term is AnyPackage {
  return term.op === 'Package' || term.op === 'VarPackage';
}

function sizeOf(term: AnyPackage): Term {
  return term.op === 'Package' ? makeTerm('Byte', [term.operands[0]]) : term.operands[0];
}

/** The scope of a term's own list of terms. */
export function scopeInside(term: Term, scope: string): string {
  const { declares, operands } = opcodeRow(term.op) ?? {};
  if (declares !== 'scope' && declares !== 'method') return scope;
  return joinPath(scope, (term.operands as Operands)[operands?.indexOf('NameString') ?? 0] as string);
}

/**
 * Whether terms of two sides mean the same: integers by value and not by width, names by what they name and not by how
 * they are spelled. Where they stand in their tables, and how their lengths are encoded, makes no difference.
 */
export class TermComparison {
  /** Objects of the side before that have another name after: old path to new. */
  readonly renames: Map<string, string> = new Map();
  /** Terms, bytes and field elements compared so far: the cost. */
  compared = 0;
  readonly #before: TermSide;
  readonly #after: TermSide;

  constructor(before: TermSide, after: TermSide) {
    this.#before = before;
    this.#after = after;
  }

  sameName(a: string, aScope: string, b: string, bScope: string): boolean {
    return this.nameAfter(meaning(a, aScope, this.#before)) === meaning(b, bScope, this.#after);
  }

  /** What an absolute path of the side before is after, itself or something above it being renamed. */
  nameAfter(path: string): string {
    if (this.renames.size === 0) return path;
    for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
      const renamed = this.renames.get(path.slice(0, end));
      if (renamed !== undefined) return renamed + path.slice(end);
    }
    return path;
  }

  same({ term: a, scope: aScope }: ScopedTerm, { term: b, scope: bScope }: ScopedTerm): boolean {
    this.compared++;
    const value = integerValue(a, ones(this.#before));
    if (value !== undefined) return value === integerValue(b, ones(this.#after));
    if (isPackage(a) && isPackage(b)) return this.#samePackage(a, aScope, b, bScope);
    if (a.op !== b.op) return false;
    if (a.op === 'Raw') return this.#sameBytes(a.operands[0], (b as typeof a).operands[0]);
    if (a.op === 'Path') return this.#sameCall(a, aScope, b as Path, bScope);
    const row = opcodeRow(a.op);
    return row === undefined || this.#sameOperands(row, a, aScope, b, bScope, true);
  }

  /** Like {@link same}, but without the terms' own lists: two Ifs with the same predicate, whatever they contain. */
  sameHead({ term: a, scope: aScope }: ScopedTerm, { term: b, scope: bScope }: ScopedTerm): boolean {
    const row = opcodeRow(a.op);
    return a.op === b.op && row !== undefined && this.#sameOperands(row, a, aScope, b, bScope, false);
  }

  sameList(a: readonly Term[], aScope: string, b: readonly Term[], bScope: string): boolean {
    return (
      a.length === b.length &&
      a.every((term, index) => this.same({ term, scope: aScope }, { term: b[index] as Term, scope: bScope }))
    );
  }

  #sameBytes(a: Uint8Array, b: Uint8Array): boolean {
    if (a.length !== b.length) return false;
    this.compared += a.length;
    return a.every((byte, index) => byte === b[index]);
  }

  /** A package of a constant size is the same with either opcode. */
  #samePackage(a: AnyPackage, aScope: string, b: AnyPackage, bScope: string): boolean {
    const [aSize, bSize] = [sizeOf(a), sizeOf(b)];
    return (
      this.same({ term: aSize, scope: aScope }, { term: bSize, scope: bScope }) &&
      this.sameList(a.operands[1], aScope, b.operands[1], bScope)
    );
  }

  #sameCall(a: Path, aScope: string, b: Path, bScope: string): boolean {
    const [aName, aArgs] = a.operands;
    const [bName, bArgs] = b.operands;
    return this.sameName(aName, aScope, bName, bScope) && this.sameList(aArgs, aScope, bArgs, bScope);
  }

  #sameOperands(row: OpcodeRow, a: Term, aScope: string, b: Term, bScope: string, withLists: boolean): boolean {
    const [left, right]: [Operands, Operands] = [a.operands, b.operands];
    return row.operands.every((kind, index) => {
      const [one, two] = [left[index], right[index]];
      switch (kind) {
        case 'TermArg':
        case 'Data':
        case 'SuperName':
        case 'Reference':
        case 'Target':
          return this.same({ term: one as Term, scope: aScope }, { term: two as Term, scope: bScope });
        case 'NameString':
          return this.sameName(one as string, aScope, two as string, bScope);
        case 'Elements':
          return this.sameList(one as Term[], aScope, two as Term[], bScope);
        case 'TermList':
          return (
            !withLists || this.sameList(one as Term[], scopeInside(a, aScope), two as Term[], scopeInside(b, bScope))
          );
        case 'ByteList':
          return this.#sameBytes(one as Uint8Array, two as Uint8Array);
        case 'FieldList':
          return this.#sameElements(one as Element[], aScope, two as Element[], bScope);
        default:
          return one === two;
      }
    });
  }

  #sameElements(a: readonly Element[], aScope: string, b: readonly Element[], bScope: string): boolean {
    return (
      a.length === b.length && a.every((one, index) => this.#sameElement(one, aScope, b[index] as Element, bScope))
    );
  }

  #sameElement(a: Element, aScope: string, b: Element, bScope: string): boolean {
    this.compared++;
    return Object.entries(a).every(([key, value]) => {
      const other = b[key];
      if (key === 'lengthWidth') return true;
      if (key !== 'connection') return value === other;
      return this.same({ term: value as Term, scope: aScope }, { term: other as Term, scope: bScope });
    });
  }
}

/** A field element by its keys. All are plain values, except the connection and the width of its length, which does not count. */
type Element = Readonly<Record<string, unknown>>;
