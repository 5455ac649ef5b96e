import { ACCESS_TYPES, LOCK_RULES, REGION_SPACES, UPDATE_RULES } from '../../aml/grammar/keywords.js';
import { opcodeRow } from '../../aml/grammar/opcodes.js';
import {
  bodyOf,
  displayName,
  type FieldElement,
  makeTerm,
  type Op,
  type PlacedUnit,
  placedUnits,
  type Term,
  type TermArg,
} from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import type { Declared } from '../subject/machine-names.js';
import { readMethodFlags } from '../subject/method-flags.js';
import { argumentsText, dataText } from '../subject/object-text.js';
import type { PlacedRegion } from '../subject/placed-regions.js';
import { valueText } from './asl-lines.js';
import { loadConditions } from './load-code.js';
import type { ScopedTerm } from './same-term.js';

/**
 * One property of an object that can change. It is compared by its term if it has one, by its value if both sides have
 * one, or else by its text.
 */
export interface Aspect {
  readonly name: string;
  /** How it is shown; made when it is wanted, since of most objects nothing is. */
  readonly text: () => string;
  readonly term?: ScopedTerm;
  /** What the OS computes from the term. */
  readonly value?: bigint;
  /** Part of the one line that says what an object is. */
  readonly brief?: true;
  /** A list of statements in place of a term. */
  readonly statements?: { readonly list: readonly Term[]; readonly scope: string };
}

/** A named object of a machine that its tables make when they are loaded. */
export interface ObjectState {
  readonly declared: Declared;
  /** `Integer`, `Method`, `FieldUnit`, `Device`. */
  readonly type: string;
  readonly aspects: readonly Aspect[];
}

type FieldTerm = Op<'Field' | 'IndexField' | 'BankField'>;

/** What operands beside the name and the body are, in order, of the operations that have such. */
const OPERAND_NAMES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  Alias: ['target'],
  Mutex: [undefined, 'synchronization level'],
  Processor: [undefined, 'processor', 'block address', 'block bytes'],
  PowerResource: [undefined, 'system level', 'resource order'],
  CreateField: ['buffer', 'first bit', 'bits'],
  DataTableRegion: [undefined, 'signature', 'OEM ID', 'OEM table ID'],
};
const BUFFER_FIELD: readonly string[] = ['buffer', 'offset'];

/** Makes the states of one machine's objects. */
export class ObjectStates {
  readonly #subject: CheckedMachine;
  readonly #conditions: ReadonlyMap<Term, ScopedTerm>;
  readonly #regions: ReadonlyMap<unknown, PlacedRegion>;
  readonly #units = new Map<Term, ReturnType<typeof connectedUnits>>();

  constructor(subject: CheckedMachine) {
    this.#subject = subject;
    this.#conditions = loadConditions(subject.loaded);
    this.#regions = new Map(subject.regions.map((region) => [region.declared, region]));
  }

  /** Everything that is there once the tables are loaded, by path; several of one path as the tables have them. */
  byPath(): Map<string, ObjectState[]> {
    const states = new Map<string, ObjectState[]>();
    for (const declared of this.#subject.names.all) {
      if (declared.inMethod) continue;
      const state = this.#stateOf(declared);
      const same = states.get(declared.path);
      if (same) same.push(state);
      else states.set(declared.path, [state]);
    }
    return states;
  }

  #stateOf(declared: Declared): ObjectState {
    const { term } = declared;
    const condition = this.#conditions.get(term);
    const [type, aspects] = this.#describe(declared);
    if (condition === undefined) return { declared, type, aspects };
    const text = () => `only if ${valueText(condition, this.#subject)}`;
    return { declared, type, aspects: [...aspects, { name: 'condition', text, term: condition, brief: true }] };
  }

  #describe(declared: Declared): [type: string, aspects: Aspect[]] {
    const { term, scope, path, element } = declared;
    if (element !== undefined) return ['FieldUnit', this.#unit(declared, term as FieldTerm, element)];
    if (term.op === 'Name') {
      const data = term.operands[1];
      const [type, value] = dataText(data);
      const text = () => (type === 'Reference' ? displayName(value) : value);
      return [type, [{ name: 'value', text, term: { term: data, scope }, brief: true }]];
    }
    if (term.op === 'OperationRegion') return ['OperationRegion', this.#region(declared, term)];
    if (term.op === 'Method') {
      const [, flags, list] = term.operands;
      const said = readMethodFlags(flags);
      return [
        'Method',
        [
          { name: 'arguments', text: () => argumentsText(said), brief: true },
          {
            name: 'serialization',
            text: () => (said.serialized ? 'Serialized' : 'NotSerialized'),
            ...(said.serialized && { brief: true }),
          },
          { name: 'synchronization level', text: () => `${said.syncLevel}` },
          { name: 'body', text: () => `${list.length} statements`, statements: { list, scope: path } },
        ],
      ];
    }
    return [term.op, this.#operands(term, scope)];
  }

  #operands(term: Term, scope: string): Aspect[] {
    const row = opcodeRow(term.op);
    const names = OPERAND_NAMES[term.op] ?? (term.op.startsWith('Create') ? BUFFER_FIELD : []);
    const body = bodyOf(term);
    return names.flatMap((name, index): Aspect[] => {
      const operand: unknown = term.operands[index];
      if (name === undefined || operand === body) return [];
      const kind = row?.operands[index];
      if (kind === 'NameString') return [this.#name(name, operand as string, scope)];
      if (kind === 'TermArg') return [this.#value(name, { term: operand as Term, scope })];
      return [{ name, text: () => formatHex(operand as number), brief: true }];
    });
  }

  #name(name: string, text: string, scope: string): Aspect {
    const found = this.#subject.names.find(text, scope);
    const term = { term: makeTerm('Path', [text, []]), scope };
    return { name, text: () => displayName(found?.path ?? text), term, brief: true };
  }

  #value(name: string, term: ScopedTerm): Aspect {
    return { name, text: () => valueText(term, this.#subject), term, brief: true };
  }

  #region(declared: Declared, term: Op<'OperationRegion'>): Aspect[] {
    const [, space, offset, length] = term.operands;
    const { scope } = declared;
    const { address, lengthBytes } = this.#regions.get(declared) ?? {};
    const aspect = (
      name: string,
      value: bigint | undefined,
      operand: Term,
      show: (value: bigint) => string,
    ): Aspect => ({
      name,
      text: () => (value === undefined ? valueText({ term: operand, scope }, this.#subject) : show(value)),
      term: { term: operand, scope },
      ...(value !== undefined && { value }),
      brief: true,
    });
    return [
      { name: 'space', text: () => REGION_SPACES[space] ?? formatHex(space), brief: true },
      aspect('address', address, offset, formatHex),
      aspect('length', lengthBytes, length, (bytes) => `${bytes} bytes`),
    ];
  }

  #unit({ scope }: Declared, term: FieldTerm, element: FieldElement & { kind: 'NamedField' }): Aspect[] {
    const units = this.#units.get(term) ?? connectedUnits(term);
    this.#units.set(term, units);
    const { lowBit = 0, access = 0, lock = false, update = 0, attribute, connection } = units.get(element) ?? {};
    const region = this.#subject.names.find(term.operands[0], scope);
    const address = term.op === 'IndexField' ? undefined : this.#regions.get(region)?.address;
    const bits = () => {
      const at = address === undefined ? '' : ` at ${formatHex(address + BigInt(Math.floor(lowBit / 8)))}`;
      return `${element.bits === 1 ? `bit ${lowBit}` : `bits ${lowBit}..${lowBit + element.bits - 1}`}${at}`;
    };
    return [
      ...this.#holder(term, scope),
      // The address follows from the region's; a move is one of the bits.
      { name: 'bits', text: bits, value: (BigInt(lowBit) << 32n) | BigInt(element.bits), brief: true },
      { name: 'access', text: () => ACCESS_TYPES[access] ?? formatHex(access), brief: true },
      { name: 'lock', text: () => LOCK_RULES[lock ? 1 : 0] },
      { name: 'update', text: () => UPDATE_RULES[update] ?? formatHex(update) },
      ...(attribute === undefined ? [] : [{ name: 'attribute', text: () => attribute }]),
      ...(connection === undefined ? [] : [this.#value('connection', { term: connection, scope })]),
    ];
  }

  /** What a unit lies in. */
  #holder(term: FieldTerm, scope: string): Aspect[] {
    if (term.op === 'Field') return [this.#name('region', term.operands[0], scope)];
    const [first, second] = term.operands;
    if (term.op === 'IndexField') return [this.#name('index', first, scope), this.#name('data', second, scope)];
    const value = { term: term.operands[2], scope };
    return [this.#name('region', first, scope), this.#name('bank', second, scope), this.#value('bank value', value)];
  }
}

interface ConnectedUnit extends PlacedUnit {
  /** Of the AccessAs before it, if there is one. ACPI 6.5 §19.6.46 (Field) */
  readonly attribute: string | undefined;
  /** What the Connection before it names. */
  readonly connection: TermArg | undefined;
}

/** The units of a field list with all that elements before them say of them. */
function connectedUnits(term: FieldTerm): ReadonlyMap<FieldElement, ConnectedUnit> {
  const placed = placedUnits(term);
  const units = new Map<FieldElement, ConnectedUnit>();
  let attribute: string | undefined;
  let connection: TermArg | undefined;
  for (const element of term.operands.at(-1) as readonly FieldElement[]) {
    const unit = placed.get(element);
    if (unit !== undefined) units.set(element, { ...unit, attribute, connection });
    else if (element.kind === 'AccessField') attribute = formatHex(element.attribute);
    else if (element.kind === 'ExtendedAccessField')
      attribute = `${formatHex(element.attribute)}, ${element.length} bytes`;
    else if (element.kind === 'ConnectField') connection = element.connection;
  }
  return units;
}

/** What stands between the type and what is said of it, where it is not a blank. */
const AFTER_TYPE: Readonly<Record<string, string>> = { Method: ', ', FieldUnit: ' in ' };

/** What an object is, on one line: `FieldUnit in \_SB.PC00.PE20.VREG, bits 0..31 at 0x230040000, DWordAcc`. */
export function describeState({ type, aspects }: ObjectState): string {
  const said = aspects.filter(({ brief }) => brief).map(({ text }) => text());
  const [first, ...more] = said;
  if (first === undefined) return type;
  // What buffers and packages hold says itself what they are.
  const head = first.startsWith(`${type} `) ? first : `${type}${AFTER_TYPE[type] ?? ' '}${first}`;
  return [head, ...more].join(', ');
}
