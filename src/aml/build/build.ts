import {
  DiagnosticError,
  errorAt,
  requireArray,
  requireObject,
  requireOneOf,
  requireText,
  showArgument,
} from '../../base/index.js';
import { REGION_SPACES } from '../grammar/keywords.js';
import { requireName } from '../grammar/name-string.js';
import { OPCODES, type OpcodeRow, type OperandKind, type OpName } from '../grammar/opcodes.js';
import {
  type DataRefObject,
  type FieldElement,
  makeTerm,
  type Op,
  type SuperName,
  type Term,
  type TermArg,
} from '../grammar/term.js';
import { type FieldOptions, fieldFlags } from './field-units.js';
import { integer, path } from './values.js';

/** What a data operand may be: a term, or an integer, which is encoded in its shortest form. */
export type Value = TermArg | bigint | number;
/** What a place operand may be: a term, or the name of an object. */
export type Place = SuperName | string;

interface GivenTypes {
  TermArg: Value;
  Data: DataRefObject | bigint | number;
  SuperName: Place;
  Reference: Place;
  Target: Place | undefined;
  NameString: string;
  ByteData: number;
  WordData: number;
  DWordData: number;
  QWordData: bigint;
  Ordinal: number;
  AsciiString: string;
  TermList: readonly Term[];
  FieldList: readonly FieldElement[];
  Elements: readonly (DataRefObject | bigint | number)[];
  ByteList: Uint8Array;
}

type Kinds<Name extends OpName> = Extract<(typeof OPCODES)[number], { op: Name }>['operands'];
/** Operands as a caller writes them; trailing targets may be left out. */
type Given<K extends readonly OperandKind[]> = K extends readonly [
  ...infer Front extends readonly OperandKind[],
  'Target',
]
  ? readonly [...Given<Front>, target?: GivenTypes['Target']]
  : { readonly [I in keyof K]: GivenTypes[K[I]] };

type Constructor<Name extends OpName> = (...operands: Given<Kinds<Name>>) => Op<Name>;

const NULL = makeTerm('Null', []);

const asValue = (given: unknown): unknown =>
  typeof given === 'number' || typeof given === 'bigint' ? integer(given) : given;
const asPlace = (given: unknown): unknown => (typeof given === 'string' ? path(given) : (given ?? NULL));

function asElements(given: unknown): readonly unknown[] {
  requireArray(given, 'elements');
  return (given as readonly unknown[]).map(asValue);
}

/** How a given operand becomes a term. */
type Coercion = 'value' | 'place' | 'name' | 'elements' | 'none';

/** A kind without a line here does not compile. */
const COERCIONS: Record<OperandKind, Coercion> = {
  TermArg: 'value',
  Data: 'value',
  SuperName: 'place',
  Reference: 'place',
  Target: 'place',
  NameString: 'name',
  ByteData: 'none',
  WordData: 'none',
  DWordData: 'none',
  QWordData: 'none',
  Ordinal: 'none',
  AsciiString: 'none',
  TermList: 'none',
  FieldList: 'none',
  Elements: 'elements',
  ByteList: 'none',
};

/** A switch: V8 inlines it, and would not inline calls of functions from a table. */
function coerce(coercion: Coercion, given: unknown): unknown {
  switch (coercion) {
    case 'value':
      return asValue(given);
    case 'place':
      return asPlace(given);
    case 'name':
      return requireName(given as string);
    case 'elements':
      return asElements(given);
    default:
      return given;
  }
}

function constructorOf(op: OpName, { operands: kinds, span = 1 }: OpcodeRow): (...given: unknown[]) => Term {
  const coercions = kinds.map((kind) => COERCIONS[kind]);
  const [first = 'none', second = 'none', third = 'none'] = coercions;
  switch (kinds.length) {
    case 0: {
      const term = makeTerm(op, [] as never);
      return () => term;
    }
    case 1: {
      if (kinds[0] !== 'Ordinal') return (a) => makeTerm(op, [coerce(first, a)] as never);
      // Local0 and the like are made once. A number out of range becomes a term too, which the encoder refuses.
      const terms = Array.from({ length: span }, (_, ordinal) => makeTerm(op, [ordinal] as never));
      return (a) => terms[a as number] ?? makeTerm(op, [a] as never);
    }
    case 2:
      return (a, b) => makeTerm(op, [coerce(first, a), coerce(second, b)] as never);
    case 3:
      return (a, b, c) => makeTerm(op, [coerce(first, a), coerce(second, b), coerce(third, c)] as never);
    default:
      return (...given) => makeTerm(op, coercions.map((each, index) => coerce(each, given[index])) as never);
  }
}

/** One constructor for each operation of the opcode table, with its operands in the order of their encoding. */
export const encoded = Object.fromEntries(OPCODES.map((row) => [row.op, constructorOf(row.op, row)])) as unknown as {
  readonly [Name in OpName]: Constructor<Name>;
};

export interface MethodOptions {
  /** 0..7. */
  readonly args?: number;
  readonly serialized?: boolean;
  /** 0..15. */
  readonly syncLevel?: number;
}

/** `what` and `of` are joined only in the message, which is made only for an error. */
function inRange(what: string, of: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new DiagnosticError([
    errorAt(
      'AML_VALUE_RANGE',
      {},
      `${what}${of} is ${showArgument(value)}, outside 0..${most}.`,
      'Give an integer in that range.',
    ),
  ]);
}

/**
 * ASL as functions: `asl.Device('PE20', [asl.Name('_ADR', 0x40000)])` reads as the ASL does. Integers may be given as
 * numbers, places as names; targets may be left out; flags are words. All throw a DiagnosticError for what AML cannot
 * express.
 */
export const asl = {
  ...encoded,
  integer,
  path,

  /** A string constant of characters 1..0x7f. */
  String: (text: string): Op<'String'> => {
    requireText(text, 'The text of a String');
    const at = [...text].findIndex((char) => char < '\x01' || char > '\x7f');
    if (at >= 0) {
      throw new DiagnosticError([
        errorAt(
          'AML_BAD_STRING',
          {},
          `Character ${at} of "${text}" cannot be in an AML string.`,
          'Use ASCII without NUL, or a Buffer.',
        ),
      ]);
    }
    return makeTerm('String', [text]);
  },

  /** A method call. */
  Call: (name: string, ...args: readonly Value[]): Op<'Path'> => {
    const callee = requireName(name);
    inRange('The number of arguments of ', name, args.length, 7);
    return makeTerm('Path', [callee, args.map((arg) => asValue(arg) as TermArg)]);
  },

  Method: (name: string, options: MethodOptions, body: readonly Term[]): Op<'Method'> => {
    const method = requireName(name);
    requireObject(options, 'asl.Method: options', '{ args, serialized, syncLevel }');
    const args = inRange('The number of arguments of ', name, options.args ?? 0, 7);
    const syncLevel = inRange('The sync level of ', name, options.syncLevel ?? 0, 15);
    return makeTerm('Method', [method, args | (options.serialized ? 8 : 0) | (syncLevel << 4), body]);
  },

  Mutex: (name: string, syncLevel: number): Op<'Mutex'> =>
    makeTerm('Mutex', [requireName(name), inRange('The sync level of ', name, syncLevel, 15)]),

  /** At most 255 elements: the count is one byte. */
  Package: (elements: readonly (DataRefObject | bigint | number)[], count = elements?.length): Op<'Package'> => {
    requireArray(elements, 'asl.Package: elements');
    return makeTerm('Package', [
      inRange('The number of elements of a Package', ' (a VarPackage holds more)', count, 255),
      elements.map((element) => asValue(element) as DataRefObject),
    ]);
  },

  OperationRegion: (
    name: string,
    space: (typeof REGION_SPACES)[number] | number,
    offset: Value,
    length: Value,
  ): Op<'OperationRegion'> => {
    const known = REGION_SPACES.indexOf(space as (typeof REGION_SPACES)[number]);
    if (known < 0 && typeof space !== 'number') requireOneOf(space, REGION_SPACES, `The region space of ${name}`);
    return makeTerm('OperationRegion', [
      requireName(name),
      known < 0 ? inRange('A region space', '', space as number, 0xff) : known,
      asValue(offset) as TermArg,
      asValue(length) as TermArg,
    ]);
  },

  Field: (region: string, options: FieldOptions, elements: readonly FieldElement[]): Op<'Field'> =>
    makeTerm('Field', [requireName(region), fieldFlags(options), elements]),

  IndexField: (
    index: string,
    data: string,
    options: FieldOptions,
    elements: readonly FieldElement[],
  ): Op<'IndexField'> => makeTerm('IndexField', [requireName(index), requireName(data), fieldFlags(options), elements]),
} as const;
