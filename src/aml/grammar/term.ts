import { MOST_U64, refuseArgument } from '../../base/index.js';
import type { FIELD_ELEMENTS } from './field-elements.js';
import type { OPCODES, OperandKind, Role } from './opcodes.js';

type Row = (typeof OPCODES)[number];

interface OperandTypes {
  TermArg: TermArg;
  Data: DataRefObject;
  SuperName: SuperName;
  Reference: SuperName;
  Target: Target;
  NameString: string;
  ByteData: number;
  WordData: number;
  DWordData: number;
  QWordData: bigint;
  Ordinal: number;
  AsciiString: string;
  TermList: readonly Term[];
  FieldList: readonly FieldElement[];
  Elements: readonly DataRefObject[];
  ByteList: Uint8Array;
}

type OperandsOf<Kinds extends readonly OperandKind[]> = { readonly [I in keyof Kinds]: OperandTypes[Kinds[I]] };

/**
 * One AML term. `op` names its row in OPCODES, which defines its `operands`. Terms are never modified: several may
 * share one array of operands.
 */
interface TermOf<Op extends string, Operands extends readonly unknown[]> {
  readonly op: Op;
  readonly operands: Operands;
  /** Where it was decoded: its first byte, and the byte after its last; -1 and -1 if it was built. */
  readonly start: number;
  readonly end: number;
  /** Bytes of its PkgLength, 1..4; 0 if it has none or was built. */
  readonly lengthWidth: number;
  /** Bit n is set if the name that is operand n was written with a MultiNamePrefix for fewer than three segments. */
  readonly nameForms: number;
}

type RowTerm<R extends Row> = R extends Row ? TermOf<R['op'], OperandsOf<R['operands']>> : never;

/** A name used as a term: an object, or a method call with its arguments. */
export type Path = TermOf<'Path', readonly [name: string, args: readonly TermArg[]]>;
/** An empty target: the byte 0 in place of a SuperName. */
type Null = TermOf<'Null', readonly []>;
/** Bytes that could not be decoded, kept as they were. */
type Raw = TermOf<'Raw', readonly [bytes: Uint8Array]>;

export type Term = RowTerm<Row> | Path | Null | Raw;
/** The term of one operation, such as `Op<'Device'>`. */
export type Op<Name extends Term['op']> = Extract<Term, { op: Name }>;

type InRole<Wanted extends Role> = RowTerm<Extract<Row, { role: Wanted }>>;

/** A term with a value. ACPI 6.5 §20.2.5 */
export type TermArg = InRole<'data' | 'object' | 'expression' | 'reference'> | Path | Raw;
/** Constant data, or a name. ACPI 6.5 §20.2.5.1 */
export type DataRefObject = InRole<'data'> | Path | Raw;
/** A place that can be read or written. ACPI 6.5 §20.2.2 */
export type SuperName = InRole<'object' | 'reference'> | Path | Null | Raw;
type Target = SuperName;

type FieldKind = (typeof FIELD_ELEMENTS)[number]['kind'];

/** The properties of each element. Widths are in bits. */
interface FieldElementShapes {
  NamedField: { readonly name: string; readonly bits: number; readonly lengthWidth: number };
  ReservedField: { readonly bits: number; readonly lengthWidth: number };
  AccessField: { readonly access: number; readonly attribute: number };
  ConnectField: { readonly connection: TermArg };
  ExtendedAccessField: { readonly access: number; readonly attribute: number; readonly length: number };
}

/** An element of a FieldList, its operands named. A kind in the table without a shape here does not compile. */
export type FieldElement = {
  readonly [Kind in FieldKind]: { readonly kind: Kind } & FieldElementShapes[Kind];
}[FieldKind];

/** Makes every decoded term, so that all have the same layout in memory and are fast to walk. */
export function termAt(
  op: string,
  operands: readonly unknown[],
  start: number,
  end: number,
  lengthWidth: number,
  nameForms: number,
): Term {
  return { op, operands, start, end, lengthWidth, nameForms } as unknown as Term;
}

/**
 * A term that was built, not decoded. The properties that say so are in the prototype, to save memory. A copy of a
 * term's own properties does not have them, and counts as built.
 */
class BuiltTerm {
  declare readonly start: number;
  declare readonly end: number;
  declare readonly lengthWidth: number;
  declare readonly nameForms: number;
  readonly op: string;
  readonly operands: readonly unknown[];

  static {
    Object.assign(BuiltTerm.prototype, { start: -1, end: -1, lengthWidth: 0, nameForms: 0 });
  }

  constructor(op: string, operands: readonly unknown[]) {
    this.op = op;
    this.operands = operands;
  }
}

/** Makes a term that was not decoded. Its operands are checked when it is encoded. */
export function makeTerm<Name extends Term['op']>(op: Name, operands: Op<Name>['operands']): Op<Name> {
  return new BuiltTerm(op, operands) as unknown as Op<Name>;
}

/** The same term with other operands; its place and widths are kept. */
export function withOperands<T extends Term>(term: T, operands: readonly unknown[]): T {
  const { op, start, end, lengthWidth, nameForms } = term;
  return (start < 0
    ? new BuiltTerm(op, operands)
    : termAt(op, operands, start, end, lengthWidth, nameForms)) as unknown as T;
}

/** The value of an integer constant; undefined for any other term. `ones` is the value of Ones (default: 2^64 - 1). */
export function integerValue(term: Term, ones = MOST_U64): bigint | undefined {
  if (typeof term?.op !== 'string' || !Array.isArray(term.operands)) refuseArgument('The term', term, 'a term');
  switch (term.op) {
    case 'Zero':
      return 0n;
    case 'One':
      return 1n;
    case 'Ones':
      return ones;
    case 'Byte':
    case 'Word':
    case 'DWord':
      return BigInt(term.operands[0]);
    case 'QWord':
      return term.operands[0];
    default:
      return undefined;
  }
}
