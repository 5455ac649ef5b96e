import { refuseArgument, requireText } from '../../base/index.js';
import { bodyOf } from '../build/inner-terms.js';
import { normalizeName } from '../grammar/name-string.js';
import { type OpcodeRow, opcodeRow } from '../grammar/opcodes.js';
import { requireTerms } from '../grammar/required.js';
import type { FieldElement, Term } from '../grammar/term.js';
import { isLoneName } from './namespace.js';

/** A named object that a table makes, and where. */
export interface Declaration {
  /** Absolute path, segments padded: `\_SB_.PCI0._ADR`. */
  readonly path: string;
  readonly term: Term;
  /** Which element of the Field, IndexField or BankField it is, if it is one. */
  readonly element: (FieldElement & { kind: 'NamedField' }) | undefined;
  /** The scope in which the names in the term's operands are looked up. */
  readonly scope: string;
  /** Inside an If, Else or While: made only if that runs. */
  readonly conditional: boolean;
  /** Inside a method: made each time it runs, and gone afterwards. */
  readonly inMethod: boolean;
}

/** The absolute path that a name has in a scope, without looking upward. ACPI 6.5 §5.3 */
export function joinPath(scope: string, name: string): string {
  requireText(scope, 'joinPath: scope');
  requireText(name, 'joinPath: name');
  if (name.startsWith('\\')) return name;
  let base = scope;
  let at = 0;
  for (; name[at] === '^'; at++) base = base.includes('.') ? base.slice(0, base.lastIndexOf('.')) : '\\';
  const rest = name.slice(at);
  if (rest === '') return base;
  return base === '\\' ? `\\${rest}` : `${base}.${rest}`;
}

/**
 * What a name refers to in a scope, among `things` keyed by absolute path, segments padded: `VCFG` in `\_SB_.PC00` is
 * the first that exists of `\_SB_.PC00.VCFG`, `\_SB_.VCFG` and `\VCFG`. ACPI 6.5 §5.3
 */
export function lookUp<T>(things: ReadonlyMap<string, T>, scope: string, name: string): T | undefined {
  if (typeof things?.get !== 'function') refuseArgument('lookUp: things', things, 'a Map by absolute path');
  requireText(scope, 'lookUp: scope');
  requireText(name, 'lookUp: name');
  if (!isLoneName(name)) return things.get(joinPath(scope, name));
  let at = scope;
  for (;;) {
    const found = things.get(at === '\\' ? `\\${name}` : `${at}.${name}`);
    if (found !== undefined || at === '\\') return found;
    at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '\\';
  }
}

interface Surroundings {
  readonly scope: string;
  readonly conditional: boolean;
  readonly inMethod: boolean;
}

const AT_ROOT: Surroundings = { scope: '\\', conditional: false, inMethod: false };

/** What is collected besides the objects that terms declare, and which of these are left out. */
interface Wanted {
  /** Also collects each Scope that opens an object. */
  readonly scopes: boolean;
  /** Leaves out what methods make when they run, without looking into their bodies. */
  readonly atLoad: boolean;
}

/** Which operand of a term is its name, and which its list of terms; -1 if none is. */
interface Places {
  readonly name: number;
  readonly list: number;
}

/** Computed once an opcode: a list of terms makes more objects than anything else does. */
const PLACES = new Map<OpcodeRow, Places>();

function placesOf(row: OpcodeRow): Places {
  const known = PLACES.get(row);
  if (known !== undefined) return known;
  // An Alias declares the second of its names.
  const name = row.declares === 'alias' ? row.operands.lastIndexOf('NameString') : row.operands.indexOf('NameString');
  const places = { name, list: row.operands.indexOf('TermList') };
  PLACES.set(row, places);
  return places;
}

/** Adds what is wanted, in the order of its bytes. Reads no body that it does not go into: that would make its terms. */
function collect(terms: readonly Term[], at: Surroundings, wanted: Wanted, found: Declaration[]): void {
  for (const term of terms) {
    const row = opcodeRow(term.op);
    if (row === undefined) continue;
    const operands = term.operands as readonly unknown[];
    const { declares } = row;
    const { scope, conditional, inMethod } = at;
    const places = placesOf(row);
    let inside = at;
    if (declares === 'fields') {
      const elements = operands.at(-1) as readonly FieldElement[];
      for (const element of elements) {
        if (element.kind === 'NamedField')
          found.push({ path: joinPath(scope, element.name), term, element, scope, conditional, inMethod });
      }
    } else if (declares !== undefined) {
      const path = joinPath(scope, operands[places.name] as string);
      if (declares !== 'external' && (wanted.scopes || term.op !== 'Scope'))
        found.push({ path, term, element: undefined, scope, conditional, inMethod });
      if (wanted.atLoad && declares === 'method') continue;
      inside = { scope: path, conditional, inMethod: inMethod || declares === 'method' };
    } else if (row.role === 'statement') {
      inside = { scope, conditional: true, inMethod };
    }
    if (places.list >= 0) collect(operands[places.list] as readonly Term[], inside, wanted, found);
  }
}

function named(terms: readonly Term[], wanted: Partial<Wanted> = {}): readonly Declaration[] {
  const found: Declaration[] = [];
  collect(terms, AT_ROOT, { scopes: false, atLoad: false, ...wanted }, found);
  return found;
}

/**
 * Every object that terms declare, in the order of their bytes. A Scope, which opens an existing object, is not a
 * declaration.
 */
export function declarations(terms: readonly Term[]): readonly Declaration[] {
  requireTerms(terms, 'declarations: terms');
  return named(terms);
}

/** The {@link declarations} that a table makes when it is loaded, without those that methods make when they run. */
export function declarationsAtLoad(terms: readonly Term[]): readonly Declaration[] {
  return named(terms, { atLoad: true });
}

/** A path from the root as declarations have it: `\_SB.PCI0` and `_SB.PCI0` are both `\_SB_.PCI0`. */
function absolutePath(path: string): string {
  return joinPath('\\', normalizeName(path));
}

const isCertain = ({ conditional, inMethod }: Declaration): boolean => !conditional && !inMethod;

/**
 * The declaration of an absolute path, segments padded or not: `\_SB.PCI0._ADR`. Of several, the first that
 * is outside of If and methods; if there is none, the first inside one. Throws a DiagnosticError for what is not a name.
 */
export function findDeclaration(terms: readonly Term[], path: string): Declaration | undefined {
  requireTerms(terms, 'findDeclaration: terms');
  const wanted = absolutePath(path);
  let first: Declaration | undefined;
  for (const found of declarations(terms)) {
    if (found.path !== wanted) continue;
    if (isCertain(found)) return found;
    first ??= found;
  }
  return first;
}

/**
 * The term whose list holds what is declared at a path: the Device, Method or other holder of that name, else the last
 * Scope of it; certain ones before those in an If or a method. Throws as {@link findDeclaration} does.
 */
export function findHolder(terms: readonly Term[], path: string): Term | undefined {
  const wanted = absolutePath(path);
  const all = named(terms, { scopes: true }).filter((found) => found.path === wanted && bodyOf(found.term));
  const certain = all.filter(isCertain);
  const holders = certain.length > 0 ? certain : all;
  return (holders.find(({ term }) => term.op !== 'Scope') ?? holders.at(-1))?.term;
}
