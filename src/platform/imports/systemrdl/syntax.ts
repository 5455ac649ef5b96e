import type { Place } from '../../../vocab/index.js';

/** What a SystemRDL file says, before anything is looked up. SystemRDL 2.0 annex B */

export type Expression =
  | { readonly kind: 'value'; readonly value: RdlValue; readonly place: Place }
  /** A parameter, an enum's entry, or a word such as `rw`. */
  | { readonly kind: 'name'; readonly name: string; readonly place: Place }
  /** `enum::entry`. */
  | { readonly kind: 'entry'; readonly type: string; readonly name: string; readonly place: Place }
  /** Another component or its property, whose value only hardware has. */
  | { readonly kind: 'reference'; readonly place: Place }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression; readonly place: Place }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly place: Place;
    }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly place: Place;
    }
  /** `type'(value)`: undefined for a width that is itself an expression. */
  | { readonly kind: 'cast'; readonly to: string | Expression; readonly operand: Expression; readonly place: Place }
  /** `{a, b}` and `{count {a, b}}`. */
  | {
      readonly kind: 'join';
      readonly count?: Expression;
      readonly parts: readonly Expression[];
      readonly place: Place;
    }
  /** `'{…}` and `type'{…}`, which no property of registers has. */
  | { readonly kind: 'aggregate'; readonly place: Place };

/** A number with its width, a string, a truth value, or a word. */
export type RdlValue =
  | { readonly type: 'number'; readonly value: bigint; readonly widthBits: number }
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'boolean'; readonly is: boolean }
  | { readonly type: 'word'; readonly word: string }
  /** Of an aggregate, or of something only hardware knows. */
  | { readonly type: 'unknown' };

export interface Assignment {
  readonly name: string;
  /** Undefined for a property that is named alone, which makes it true. */
  readonly value: Expression | undefined;
  readonly isDefault: boolean;
  /** What is assigned to, for `inst->property`; each with the index of an array's element. */
  readonly target?: readonly { readonly name: string; readonly indexes: readonly Expression[] }[];
  readonly place: Place;
}

export interface EnumDefinition {
  readonly kind: 'enum';
  readonly name: string;
  readonly entries: readonly {
    readonly name: string;
    readonly value: Expression | undefined;
    readonly properties: readonly Assignment[];
    readonly place: Place;
  }[];
  readonly place: Place;
}

export type ComponentType = 'addrmap' | 'regfile' | 'reg' | 'field' | 'mem' | 'signal';

export interface Parameter {
  readonly name: string;
  readonly value: Expression | undefined;
}

export interface Body {
  readonly definitions: readonly (ComponentDefinition | EnumDefinition)[];
  readonly assignments: readonly Assignment[];
  readonly instances: readonly Instance[];
  /** Names of `property` definitions, whose values nobody here knows. */
  readonly userProperties: readonly string[];
}

export interface ComponentDefinition {
  readonly kind: 'component';
  readonly type: ComponentType;
  /** Undefined for a definition that is only used where it stands. */
  readonly name: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly place: Place;
}

export interface Instance {
  readonly name: string;
  /** The definition, or the name of one. */
  readonly definition: ComponentDefinition | string;
  readonly parameters: readonly Parameter[];
  /** Of arrays, the outermost first. */
  readonly dimensions: readonly Expression[];
  /** `[high:low]` of a field. */
  readonly range?: readonly [Expression, Expression];
  /** `= value`. */
  readonly reset?: Expression;
  /** `@ value`. */
  readonly address?: Expression;
  /** `+= value`. */
  readonly stride?: Expression;
  /** `%= value`. */
  readonly alignment?: Expression;
  readonly isAlias: boolean;
  readonly isExternal: boolean;
  readonly place: Place;
}
