import { createNamespace, findNode, type NamespaceNode, openNode } from '../namespace.js';
import { opcodeRow } from '../opcodes.js';
import type { FieldElement, Term } from '../term.js';

/** Object types of External, as far as a use tells them. ACPI 6.5 §19.6.45 */
export type UsedAs = 'UnknownObj' | 'DeviceObj' | 'MethodObj' | 'OpRegionObj' | 'FieldUnitObj' | 'MutexObj';

/** A name that terms use and nothing among them declares. */
export interface ForeignName {
  /** Absolute for a path, as written for a lone segment, which may be found in any scope above. */
  readonly name: string;
  readonly usedAs: UsedAs;
  /** Most arguments that it is given. */
  readonly argumentCount: number;
}

/** The names that terms declare, every list of terms looked into. */
function collect(terms: readonly Term[], scope: NamespaceNode): void {
  for (const term of terms) {
    const row = opcodeRow(term.op);
    if (row === undefined || (row.declares === undefined && row.role !== 'statement')) continue;
    const operands = term.operands as readonly unknown[];
    let inside = scope;
    switch (row.declares) {
      case undefined:
      case 'external':
        break;
      case 'fields':
        for (const element of operands.at(-1) as readonly FieldElement[])
          if (element.kind === 'NamedField') openNode(scope, element.name).kind = 'object';
        break;
      case 'alias': {
        const node = openNode(scope, operands[1] as string);
        node.kind = 'object';
        const source = findNode(scope, operands[0] as string);
        if (source !== node) node.alias = source;
        break;
      }
      default:
        inside = openNode(scope, operands[row.operands.indexOf('NameString')] as string);
        if (term.op === 'Method') {
          inside.kind = 'method';
          inside.argumentCount = term.operands[1] & 7;
        } else if (term.op !== 'Scope' && inside.kind === 'placeholder') {
          inside.kind = 'object';
        }
    }
    const last = operands.length - 1;
    if (row.operands[last] === 'TermList') collect(operands[last] as readonly Term[], inside);
  }
}

/** What names mean while terms are printed: those of the terms themselves, and those that other tables declare. */
export class Names {
  /** The scope that is being printed, in the terms' own namespace and in the one that was given. */
  #own: NamespaceNode;
  #given: NamespaceNode | undefined;
  readonly #foreign = new Map<string, ForeignName>();

  constructor(terms: readonly Term[], given: NamespaceNode | undefined) {
    this.#own = createNamespace();
    this.#given = given;
    collect(terms, this.#own);
  }

  /** Absolute path of the scope that is being printed. */
  get path(): string {
    return this.#own.path();
  }

  /** Takes an absolute name as declared, by an External. */
  declare(name: string): void {
    const node = openNode(this.#own, name);
    if (node.kind === 'placeholder') node.kind = 'unknown';
  }

  /** Enters a scope for as long as `work` runs. */
  within(name: string, work: () => void): void {
    const own = this.#own;
    const given = this.#given;
    this.#own = openNode(own, name);
    if (given !== undefined) this.#given = openNode(given, name);
    work();
    this.#own = own;
    this.#given = given;
  }

  /** Notes a use of a name. True if it is a method's. */
  use(name: string, usedAs: UsedAs, argumentCount = 0): boolean {
    const own = findNode(this.#own, name);
    if (own !== undefined && own.kind !== 'placeholder') return own.kind === 'method';
    this.#note(
      name.length > 4 && name.charCodeAt(0) !== 0x5c ? openNode(this.#own, name).path() : name,
      usedAs,
      argumentCount,
    );
    return this.#given !== undefined && findNode(this.#given, name)?.kind === 'method';
  }

  #note(name: string, usedAs: UsedAs, argumentCount: number): void {
    const known = this.#foreign.get(name);
    if (known !== undefined && known.argumentCount >= argumentCount && known.usedAs !== 'UnknownObj') return;
    this.#foreign.set(name, { name, usedAs, argumentCount: Math.max(argumentCount, known?.argumentCount ?? 0) });
  }

  /** Names used so far that the terms do not declare, in the order in which they were met. */
  get foreign(): readonly ForeignName[] {
    return [...this.#foreign.values()];
  }
}
