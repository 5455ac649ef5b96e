import type { Names } from './evaluate.js';
import type { Assignment, Body, ComponentDefinition, EnumDefinition, RdlValue } from './syntax.js';

/** What is defined in a component's body, and in those around it. SystemRDL 2.0 §5.1.4 */
export class Scope implements Names {
  readonly #parent: Scope | undefined;
  readonly #components = new Map<string, ComponentDefinition>();
  readonly #enums = new Map<string, EnumDefinition>();
  readonly #parameters = new Map<string, RdlValue>();
  readonly #defaults: readonly Assignment[];
  readonly #userProperties: ReadonlySet<string>;

  constructor(body: Body, parent?: Scope) {
    this.#parent = parent;
    for (const definition of body.definitions) {
      if (definition.kind === 'enum') this.#enums.set(definition.name, definition);
      else if (definition.name !== undefined) this.#components.set(definition.name, definition);
    }
    this.#defaults = body.assignments.filter(({ isDefault }) => isDefault);
    this.#userProperties = new Set(body.userProperties);
  }

  setParameter(name: string, value: RdlValue): void {
    this.#parameters.set(name, value);
  }

  parameter(name: string): RdlValue | undefined {
    return this.#parameters.get(name) ?? this.#parent?.parameter(name);
  }

  enumeration(name: string): EnumDefinition | undefined {
    return this.#enums.get(name) ?? this.#parent?.enumeration(name);
  }

  /** A component's definition, with the scope that it stands in. */
  component(name: string): { definition: ComponentDefinition; scope: Scope } | undefined {
    const definition = this.#components.get(name);
    return definition === undefined ? this.#parent?.component(name) : { definition, scope: this };
  }

  /** Default assignments that hold here, the outermost first, each with the scope that it stands in. */
  defaults(): { assignment: Assignment; scope: Scope }[] {
    const own = this.#defaults.map((assignment) => ({ assignment, scope: this as Scope }));
    return [...(this.#parent?.defaults() ?? []), ...own];
  }

  isUserProperty(name: string): boolean {
    return this.#userProperties.has(name) || (this.#parent?.isUserProperty(name) ?? false);
  }
}
