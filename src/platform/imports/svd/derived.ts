import type { Place } from '../../../vocab/index.js';
import type { ImportLog } from '../model/import-log.js';
import { childOf, type XmlElement } from './xml-tree.js';

/** Elements that another may be derived from, with the name by which it is referred to. */
const NAMED = new Set(['peripheral', 'register', 'cluster', 'field', 'enumeratedValues']);

/** Elements in a row that are each derived from the next. */
const MOST_DERIVED = 64;

/** Characters of a name that are read. Vendors' names have up to about 60. */
const MOST_NAME = 256;

/** The name of an element; empty if it has none. */
export function writtenName(element: XmlElement): string {
  return (childOf(element, 'name')?.text ?? '').slice(0, MOST_NAME);
}

/** Names of an element: as written, and without the place of an array's index. */
function namesOf(element: XmlElement): string[] {
  const name = writtenName(element);
  const plain = name.replaceAll('[%s]', '').replaceAll('%s', '');
  return name === plain ? [name] : [name, plain];
}

/** Characters of each name in the path of a place. */
const MOST_SHOWN = 80;

/** Where an element is, with its path in the device. */
export function placeOfElement(element: XmlElement): Place {
  const parts: string[] = [];
  for (let each: XmlElement | undefined = element; each !== undefined; each = each.parent) {
    if (NAMED.has(each.name)) parts.unshift(writtenName(each).slice(0, MOST_SHOWN));
  }
  const path = parts.filter((part) => part !== '').join('.');
  return { line: element.line, column: element.column, ...(path !== '' && { path }) };
}

/** The `derivedFrom` of all elements of a device, by their names and by their paths. CMSIS-SVD 1.3, special elements */
export class DerivedElements {
  readonly #log: ImportLog;
  /** By kind and path, such as `field UART0.CTRL.EN`. The first of a name counts. */
  readonly #byPath = new Map<string, XmlElement>();
  /** By kind and name; null for a name that several have. */
  readonly #byName = new Map<string, XmlElement | null>();
  readonly #chains = new Map<XmlElement, readonly XmlElement[]>();
  readonly #members = new Map<XmlElement, readonly XmlElement[]>();

  constructor(device: XmlElement, log: ImportLog) {
    this.#log = log;
    const peripherals = childOf(device, 'peripherals');
    if (peripherals !== undefined) this.#note(peripherals, ['']);
  }

  /** Notes all named elements below one. A name with `%s` has two forms, but paths are built from the first alone. */
  #note(parent: XmlElement, prefixes: readonly string[]): void {
    for (const element of parent.children) {
      if (!NAMED.has(element.name)) {
        if (element.children.length > 0) this.#note(element, prefixes);
        continue;
      }
      const names = namesOf(element);
      for (const name of names) {
        for (const prefix of prefixes) {
          const key = `${element.name} ${prefix}${name}`;
          if (!this.#byPath.has(key)) this.#byPath.set(key, element);
        }
        const key = `${element.name} ${name}`;
        const other = this.#byName.get(key);
        if (other !== element) this.#byName.set(key, other === undefined ? element : null);
      }
      const paths = [
        `${prefixes[0]}${names[0]}.`,
        ...(names[1] === undefined ? [] : [`${prefixes.at(-1)}${names[1]}.`]),
      ];
      this.#note(element, paths);
    }
  }

  /** Paths of the elements around one, the innermost first, each ending in a dot; the last is empty. */
  #scopesOf(element: XmlElement): string[] {
    const names: string[] = [];
    for (let each = element.parent; each !== undefined; each = each.parent) {
      if (NAMED.has(each.name)) names.unshift(writtenName(each));
    }
    return names.map((_, index) => `${names.slice(0, names.length - index).join('.')}.`).concat('');
  }

  #find(element: XmlElement, reference: string): XmlElement | undefined {
    for (const scope of this.#scopesOf(element)) {
      const found = this.#byPath.get(`${element.name} ${scope}${reference}`);
      if (found !== undefined && found !== element) return found;
    }
    return this.#byName.get(`${element.name} ${reference}`) ?? undefined;
  }

  /** An element and those it is derived from, one from the next. Unknown ones and circles are reported, and left out. */
  chain(element: XmlElement): readonly XmlElement[] {
    const known = this.#chains.get(element);
    if (known !== undefined) return known;
    const chain = [element];
    for (let last = element; ; ) {
      const reference = last.attributes.derivedFrom;
      if (reference === undefined) break;
      const base = this.#find(last, reference);
      if (base === undefined) {
        const message = `derivedFrom names "${reference.slice(0, 80)}", but no ${last.name} has that name.`;
        this.#log.add('warning', 'IMPORT_DERIVED_UNKNOWN', placeOfElement(last), message, 'Correct the name.');
        break;
      }
      if (chain.includes(base) || chain.length > MOST_DERIVED) {
        const message = chain.includes(base)
          ? `The ${last.name} is derived from itself, directly or through others.`
          : `The ${last.name} is derived through more than ${MOST_DERIVED} others.`;
        this.#log.add(
          'warning',
          'IMPORT_DERIVED_CIRCLE',
          placeOfElement(last),
          message,
          'Derive it from one that is written out.',
        );
        break;
      }
      chain.push(base);
      last = base;
    }
    this.#chains.set(element, chain);
    return chain;
  }

  /** The name of an element, its own or that of what it is derived from; empty if there is none. */
  nameOf(element: XmlElement): string {
    return writtenName(this.chain(element).find((each) => childOf(each, 'name') !== undefined) ?? element);
  }

  /** The nearest child of a name: an element's own, or that of what it is derived from. */
  child(element: XmlElement, name: string): XmlElement | undefined {
    for (const each of this.chain(element)) {
      const found = childOf(each, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Children of some names, which are always the same for an element. */
  #membersOf(holder: XmlElement, names: readonly string[]): readonly XmlElement[] {
    const known = this.#members.get(holder);
    if (known !== undefined) return known;
    const found = holder.children.filter(({ name }) => names.includes(name));
    this.#members.set(holder, found);
    return found;
  }

  /**
   * Children of some names below a container (`registers`, `fields`; the element itself without one), with those
   * inherited ones that no own child has the name of.
   */
  members(element: XmlElement, container: string | undefined, names: readonly string[]): XmlElement[] {
    const members: XmlElement[] = [];
    const taken = new Set<string>();
    for (const each of this.chain(element)) {
      const holder = container === undefined ? each : childOf(each, container);
      const found = holder === undefined ? [] : this.#membersOf(holder, names);
      const fresh = found.filter((member) => !taken.has(namesOf(member)[0] as string));
      for (const member of found) taken.add(namesOf(member)[0] as string);
      members.push(...fresh);
    }
    return members;
  }
}
