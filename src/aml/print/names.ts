import { findLoneNode, findNode, findPointedNode, type NamespaceNode, openNode } from '../namespace.js';
import { IN_SOURCE, isLoneKey, type Tape } from '../tape.js';

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

/** What names mean while terms are printed: those of the terms themselves, and those that other tables declare. */
export class Names {
  readonly #tape: Tape;
  /** The scope that is being printed, in the terms' own namespace and in the one that was given; and those around it. */
  #own: NamespaceNode;
  #given: NamespaceNode | undefined;
  readonly #outer: (NamespaceNode | undefined)[] = [];
  readonly #foreign = new Map<string, ForeignName>();

  constructor(tape: Tape, own: NamespaceNode, given: NamespaceNode | undefined) {
    this.#tape = tape;
    this.#own = own;
    this.#given = given;
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

  /** Enters the scope that a record names. */
  enter(record: number): void {
    const own = this.#own;
    const given = this.#given;
    this.#outer.push(own, given);
    this.#own = this.#opened(own, record);
    if (given !== undefined) this.#given = this.#opened(given, record);
  }

  /** Leaves the scope that was entered last. */
  leave(): void {
    this.#given = this.#outer.pop();
    this.#own = this.#outer.pop() as NamespaceNode;
  }

  #opened(scope: NamespaceNode, record: number): NamespaceNode {
    const value = this.#tape.value(record);
    return isLoneKey(value) ? scope.child(value) : openNode(scope, this.#tape.name(record));
  }

  /** What the name of a record means in a scope. */
  #meant(scope: NamespaceNode, record: number): NamespaceNode | undefined {
    const tape = this.#tape;
    const value = tape.value(record);
    if (isLoneKey(value)) return findLoneNode(scope, value);
    if (value === IN_SOURCE) return findPointedNode(scope, tape.source, tape.start(record));
    return findNode(scope, tape.name(record));
  }

  /** Notes a use of the name of a record. True if it is a method's. */
  use(record: number, usedAs: UsedAs, argumentCount: number): boolean {
    const own = this.#meant(this.#own, record);
    if (own !== undefined && own.kind !== 'placeholder') return own.kind === 'method';
    const name = this.#tape.name(record);
    this.#note(
      name.length > 4 && name.charCodeAt(0) !== 0x5c ? openNode(this.#own, name).path() : name,
      usedAs,
      argumentCount,
    );
    return this.#given !== undefined && this.#meant(this.#given, record)?.kind === 'method';
  }

  #note(name: string, usedAs: UsedAs, argumentCount: number): void {
    const known = this.#foreign.get(name);
    const isTold = known !== undefined && (known.usedAs !== 'UnknownObj' || usedAs === 'UnknownObj');
    if (isTold && known.argumentCount >= argumentCount) return;
    this.#foreign.set(name, { name, usedAs, argumentCount: Math.max(argumentCount, known?.argumentCount ?? 0) });
  }

  /** Names used so far that the terms do not declare, in the order in which they were met. */
  get foreign(): readonly ForeignName[] {
    return [...this.#foreign.values()];
  }
}
