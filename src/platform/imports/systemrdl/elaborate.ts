import type { Place } from '../../../vocab/index.js';
import type { ImportLog } from '../model/import-log.js';
import type { Budget, ImportLimits } from '../model/limits.js';
import { evaluate } from './evaluate.js';
import { Scope, SOFTWARE_PROPERTIES } from './scope.js';
import type { Assignment, Body, ComponentDefinition, ComponentType, Expression, Instance, RdlValue } from './syntax.js';
import { RdlFault } from './tokens.js';

/** A component as it is instantiated, with its parameters put in. */
export interface RdlNode {
  readonly type: ComponentType;
  readonly name: string;
  readonly place: Place;
  readonly properties: Map<string, RdlProperty>;
  readonly children: RdlNode[];
  /** Of arrays, the outermost first; of a field, its width. */
  readonly dimensions: readonly number[];
  readonly range?: readonly [number, number];
  readonly address?: bigint;
  readonly stride?: bigint;
  readonly alignment?: bigint;
  readonly isAlias: boolean;
}

interface RdlProperty {
  readonly value: RdlValue;
  /** Where the words in the value are looked up. */
  readonly scope: Scope;
  readonly place: Place;
}

/** Properties of the hardware side. SystemRDL 2.0 table 7 and annex G */
const HARDWARE = new Set(
  `hw we wel anded ored xored swmod swacc hwset hwclr hwenable hwmask singlepulse counter incr decr incrvalue decrvalue
   incrwidth decrwidth incrsaturate decrsaturate incrthreshold decrthreshold saturate threshold overflow underflow intr enable
   mask haltenable haltmask halt sticky stickybit nonsticky next resetsignal precedence paritycheck parity swwe swwel donttest
   dontcompare errextbus sharedextbus shared signalwidth sync async cpuif_reset field_reset activelow activehigh littleendian
   bigendian bridge rsvdset rsvdsetX hdl_path hdl_path_slice hdl_path_gate hdl_path_gate_slice memwidth mementries`.split(
    /\s+/,
  ),
);

/** Dimensions of an array. */
const WIDEST_ARRAY = 3;
/** Properties and parameters of a component that cost nothing: each instance of one with this many counts as one more. */
const FREE_PROPERTIES = 32;

export class Elaborator {
  readonly #limits: ImportLimits;
  readonly #budget: Budget;
  readonly #log: ImportLog;
  /** Definitions around what is being elaborated. */
  readonly #open: ComponentDefinition[] = [];
  /** Of components that properties were given to from outside. */
  readonly #childrenByName = new WeakMap<RdlNode, ReadonlyMap<string, RdlNode>>();

  constructor(limits: ImportLimits, budget: Budget, log: ImportLog) {
    this.#limits = limits;
    this.#budget = budget;
    this.#log = log;
  }

  #refuse(
    code: 'IMPORT_RDL_NAME' | 'IMPORT_RDL_TYPE' | 'IMPORT_RDL_RECURSION' | 'IMPORT_BAD_ARRAY' | 'IMPORT_TOO_LARGE',
    place: Place,
    message: string,
    cure: string,
  ): never {
    this.#log.error(code, place, message, cure);
    throw new RdlFault();
  }

  /** An expression that has to be a number. */
  #number(expression: Expression, scope: Scope): bigint {
    const value = evaluate(expression, scope, this.#log);
    if (value.type === 'number') return value.value;
    const word = value.type === 'word' ? `"${value.word}" is not defined, and a` : 'A';
    return this.#refuse(
      'IMPORT_RDL_TYPE',
      expression.place,
      `${word} number is needed.`,
      'Give a number, or define the parameter.',
    );
  }

  #size(expression: Expression, scope: Scope): number {
    const count = this.#number(expression, scope);
    if (count >= 1n && count <= BigInt(this.#limits.arrayElements)) return Number(count);
    const message = `The array has ${count} elements; 1 to ${this.#limits.arrayElements} are read.`;
    const cure = 'Correct the number, or describe the array in parts.';
    return this.#refuse('IMPORT_BAD_ARRAY', expression.place, message, cure);
  }

  #bit(expression: Expression, scope: Scope): number {
    const bit = this.#number(expression, scope);
    if (bit < 4096n) return Number(bit);
    return this.#refuse(
      'IMPORT_RDL_TYPE',
      expression.place,
      `Bit ${bit} is past the end of every register.`,
      'Correct the number of the bit.',
    );
  }

  /** Sets a property of a node; one that registers have no use for is noted and not kept. */
  #assign(node: RdlNode, { name, value, place }: Assignment, scope: Scope): void {
    if (SOFTWARE_PROPERTIES.has(name)) {
      const given: RdlValue = value === undefined ? { type: 'boolean', is: true } : evaluate(value, scope, this.#log);
      node.properties.set(name, { value: given, scope, place });
    } else {
      const kind = HARDWARE.has(name) ? 'hardware' : scope.isUserProperty(name) ? 'user-property' : 'unknown-property';
      this.#log.leave(kind, { ...place, path: name });
    }
  }

  /** `inst.inst->property = value`: the property of something inside. */
  #assignInside(node: RdlNode, assignment: Assignment, scope: Scope): void {
    let inside: RdlNode | undefined = node;
    let isElement = false;
    for (const { name, indexes } of assignment.target ?? []) {
      const found: RdlNode | undefined = inside && this.#childOf(inside, name);
      if (found === undefined) {
        const message = `${inside?.name ?? 'The component'} has no ${name} to give a property to.`;
        this.#refuse('IMPORT_RDL_NAME', assignment.place, message, 'Correct the name.');
      }
      isElement ||= indexes.length > 0 && found.dimensions.some((count) => count > 1);
      inside = found;
    }
    if (isElement) this.#log.leave('element-property', assignment.place);
    else if (inside !== undefined) this.#assign(inside, assignment, scope);
  }

  #childOf(node: RdlNode, name: string): RdlNode | undefined {
    let byName = this.#childrenByName.get(node);
    if (byName === undefined) {
      // The first of a name counts.
      byName = new Map(node.children.toReversed().map((child) => [child.name, child]));
      this.#childrenByName.set(node, byName);
    }
    return byName.get(name);
  }

  #instance(instance: Instance, scope: Scope): RdlNode {
    const { definition, place } = instance;
    const found = typeof definition === 'string' ? scope.component(definition) : { definition, scope };
    if (found === undefined) {
      const message = `The component ${String(definition).slice(0, 60)} is not defined.`;
      this.#refuse('IMPORT_RDL_NAME', place, message, 'Define it before it is used, or correct the name.');
    }
    const dimensions = instance.dimensions.map((each) => this.#size(each, scope));
    if (dimensions.length > WIDEST_ARRAY || dimensions.reduce((a, b) => a * b, 1) > this.#limits.arrayElements) {
      this.#refuse(
        'IMPORT_BAD_ARRAY',
        place,
        `The array ${instance.name} has more than ${WIDEST_ARRAY} dimensions or ${this.#limits.arrayElements} elements.`,
        'Describe it in parts.',
      );
    }
    const { range, address, stride, alignment, reset } = instance;
    const node = this.elaborate(found.definition, found.scope, {
      name: instance.name,
      place,
      parameters: instance.parameters.map(({ name, value }) => ({
        name,
        value: value === undefined ? undefined : evaluate(value, scope, this.#log),
      })),
      dimensions,
      ...(range && { range: [this.#bit(range[0], scope), this.#bit(range[1], scope)] as const }),
      ...(address && { address: this.#number(address, scope) }),
      ...(stride && { stride: this.#number(stride, scope) }),
      ...(alignment && { alignment: this.#number(alignment, scope) }),
      isAlias: instance.isAlias,
    });
    if (reset !== undefined) {
      node.properties.set('reset', { value: evaluate(reset, scope, this.#log), scope, place });
    }
    return node;
  }

  /** A component with all that is in it. Throws an RdlFault, with an error in the log. */
  elaborate(
    definition: ComponentDefinition,
    around: Scope,
    how: Omit<RdlNode, 'type' | 'properties' | 'children'> & {
      readonly parameters: readonly { readonly name: string; readonly value: RdlValue | undefined }[];
    },
  ): RdlNode {
    const { body } = definition;
    const properties = body.assignments.length + definition.parameters.length;
    this.#budget.spend(1 + Math.floor(properties / FREE_PROPERTIES));
    const { parameters, ...placed } = how;
    if (this.#open.includes(definition)) {
      const name = definition.name ?? definition.type;
      this.#refuse(
        'IMPORT_RDL_RECURSION',
        how.place,
        `The component ${name} is inside itself.`,
        'Remove that instance.',
      );
    }
    if (this.#open.length >= this.#limits.depth) {
      const message = `Components are nested more than ${this.#limits.depth} deep.`;
      this.#refuse('IMPORT_TOO_LARGE', how.place, message, 'Flatten the description.');
    }
    this.#open.push(definition);
    const scope = new Scope(body, around);
    const values = new Map(parameters.toReversed().map((each) => [each.name, each.value]));
    for (const { name, value } of definition.parameters) {
      const given = values.get(name);
      const own = given ?? (value && evaluate(value, scope, this.#log));
      if (own === undefined) {
        this.#refuse(
          'IMPORT_RDL_NAME',
          how.place,
          `The parameter ${name} has no value.`,
          `Give one with #(.${name}(…)), or a default.`,
        );
      }
      scope.setParameter(name, own);
    }
    const node: RdlNode = { type: definition.type, properties: new Map(), children: [], ...placed };
    for (const each of around.defaults().values()) this.#assign(node, each.assignment, each.scope);
    this.#fill(node, body, scope);
    this.#open.pop();
    return node;
  }

  #fill(node: RdlNode, body: Body, scope: Scope): void {
    const plain = body.assignments.filter(({ isDefault, target }) => !isDefault && target === undefined);
    for (const assignment of plain) this.#assign(node, assignment, scope);
    for (const instance of body.instances) node.children.push(this.#instance(instance, scope));
    for (const assignment of body.assignments) {
      if (assignment.target !== undefined) this.#assignInside(node, assignment, scope);
    }
  }
}
