import type { Names } from './evaluate.js';
import type { Assignment, Body, ComponentDefinition, EnumDefinition, RdlValue } from './syntax.js';

/** Properties that say what software sees, by the components that have them. */
export const SOFTWARE_PROPERTIES = new Set(
  'name desc sw onread onwrite rclr rset woclr woset reset encode fieldwidth regwidth accesswidth alignment addressing msb0 lsb0 ispresent'.split(
    ' ',
  ),
);

interface Definitions {
  readonly components: ReadonlyMap<string, ComponentDefinition>;
  readonly enums: ReadonlyMap<string, EnumDefinition>;
  readonly defaults: ReadonlyMap<string, Assignment>;
  readonly userProperties: ReadonlySet<string>;
}

/** Those of bodies that were instantiated before: each instance has a scope of its own. */
const known = new WeakMap<Body, Definitions>();

function definitionsOf(body: Body): Definitions {
  const before = known.get(body);
  if (before !== undefined) return before;
  const components = new Map<string, ComponentDefinition>();
  const enums = new Map<string, EnumDefinition>();
  for (const definition of body.definitions) {
    if (definition.kind === 'enum') enums.set(definition.name, definition);
    else if (definition.name !== undefined) components.set(definition.name, definition);
  }
  const defaults = body.assignments.filter(({ isDefault, name }) => isDefault && SOFTWARE_PROPERTIES.has(name));
  const definitions = {
    components,
    enums,
    defaults: new Map(defaults.map((assignment) => [assignment.name, assignment])),
    userProperties: new Set(body.userProperties),
  };
  known.set(body, definitions);
  return definitions;
}

/** A default assignment, with the scope that it stands in. */
interface Default {
  readonly assignment: Assignment;
  readonly scope: Scope;
}

/** What is defined in a component's body, and in those around it. SystemRDL 2.0 §5.1.4 */
export class Scope implements Names {
  readonly #parent: Scope | undefined;
  readonly #own: Definitions;
  readonly #parameters = new Map<string, RdlValue>();
  #defaults: ReadonlyMap<string, Default> | undefined;

  constructor(body: Body, parent?: Scope) {
    this.#parent = parent;
    this.#own = definitionsOf(body);
  }

  setParameter(name: string, value: RdlValue): void {
    this.#parameters.set(name, value);
  }

  parameter(name: string): RdlValue | undefined {
    return this.#parameters.get(name) ?? this.#parent?.parameter(name);
  }

  enumeration(name: string): EnumDefinition | undefined {
    return this.#own.enums.get(name) ?? this.#parent?.enumeration(name);
  }

  /** A component's definition, with the scope that it stands in. */
  component(name: string): { definition: ComponentDefinition; scope: Scope } | undefined {
    const definition = this.#own.components.get(name);
    return definition === undefined ? this.#parent?.component(name) : { definition, scope: this };
  }

  /** Default assignments that hold here by property: the last of the innermost body that has one. */
  defaults(): ReadonlyMap<string, Default> {
    if (this.#defaults !== undefined) return this.#defaults;
    const around = this.#parent?.defaults() ?? new Map<string, Default>();
    const own = [...this.#own.defaults].map(([name, assignment]) => [name, { assignment, scope: this }] as const);
    this.#defaults = own.length === 0 ? around : new Map([...around, ...own]);
    return this.#defaults;
  }

  isUserProperty(name: string): boolean {
    return this.#own.userProperties.has(name) || (this.#parent?.isUserProperty(name) ?? false);
  }
}
