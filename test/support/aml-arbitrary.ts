import fc from 'fast-check';
import { OPCODES, type OpcodeRow, type OperandKind, type Role } from '../../src/aml/grammar/opcodes.js';
import type { FieldElement } from '../../src/aml/grammar/term.js';
import { createNamespace, type NamespaceNode, openNode } from '../../src/aml/namespace/namespace.js';
import type { Shape } from './term-shape.js';

/** Methods that generated terms call, by argument count, and objects that they name. */
const METHODS = ['MTH0', 'MTH1', 'MTH2', 'MTH3', 'MTH4', 'MTH5', 'MTH6', 'MTH7'] as const;
const OBJECTS = ['OBJ0', 'OBJ1', '_OB2', 'DEV_'] as const;
/** Names that they declare; these are never called. */
const DECLARED = ['NEW0', 'NEW1', 'NEW2', '_NEW'] as const;

/** A namespace that declares what generated terms call and name, as another table would. */
export function arbitraryNamespace(): NamespaceNode {
  const root = createNamespace();
  for (const name of OBJECTS) openNode(root, name).kind = 'object';
  METHODS.forEach((name, count) => {
    const node = openNode(root, name);
    node.kind = 'method';
    node.argumentCount = count;
  });
  return root;
}

const rows: readonly OpcodeRow[] = OPCODES;
const withRole = (...roles: Role[]) => rows.filter((row) => roles.includes(row.role));
const VALUES = withRole('data', 'object', 'expression', 'reference');
const PLACES = withRole('object', 'reference');

const segment = fc
  .tuple(fc.constantFrom(...'ABXYZ_'), fc.array(fc.constantFrom(...'AZ_09'), { minLength: 3, maxLength: 3 }))
  .map(([first, rest]) => first + rest.join(''));
/** Any name except the null name, its segments padded. */
const anyName = fc
  .tuple(fc.constantFrom('', '', '\\', '^', '^^^'), fc.array(segment, { minLength: 1, maxLength: 5 }))
  .map(([prefix, segments]) => prefix + segments.join('.'));
const declaredName = fc
  .tuple(fc.constantFrom('', '\\', '^'), fc.array(fc.constantFrom(...DECLARED), { minLength: 1, maxLength: 3 }))
  .map(([prefix, segments]) => prefix + segments.join('.'));

const byte = fc.integer({ min: 0, max: 0xff });
const bits = fc.oneof(fc.nat(100), fc.constantFrom(62, 63, 64, 4093, 4094, 4095, 4096), fc.nat(0x0fff_ffff));

function fieldElement(depth: number): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.record({
      kind: fc.constant('NamedField'),
      name: fc.constantFrom(...DECLARED),
      bits,
      lengthWidth: fc.constant(0),
    }),
    fc.record({ kind: fc.constant('ReservedField'), bits, lengthWidth: fc.constant(0) }),
    fc.record({ kind: fc.constant('AccessField'), access: byte, attribute: byte }),
    fc.record({ kind: fc.constant('ExtendedAccessField'), access: byte, attribute: byte, length: byte }),
    fc.record({
      kind: fc.constant('ConnectField' satisfies FieldElement['kind']),
      connection: depth > 0 ? fc.oneof(path, arbitraryTerm('Buffer', depth)) : path,
    }),
  );
}

const ordinal = (row: OpcodeRow) => fc.nat((row.span ?? 1) - 1);
const list = (one: (depth: number) => fc.Arbitrary<Shape>, depth: number) =>
  depth > 0 ? fc.array(one(depth), { maxLength: 3 }) : fc.constant([]);

/** Operands of each kind. `depth` is how deeply terms may still be nested. */
const OPERANDS: { readonly [K in OperandKind]: (depth: number, row: OpcodeRow) => fc.Arbitrary<unknown> } = {
  TermArg: (depth) => value(depth),
  Data: (depth) => data(depth),
  SuperName: (depth) => place(depth, calledPath(depth)),
  Reference: (depth) => place(depth, path),
  Target: (depth) => fc.oneof(fc.constant(['Null']), place(depth, calledPath(depth))),
  NameString: (_, row) => (row.declares === undefined ? anyName : declaredName),
  ByteData: () => byte,
  WordData: () => fc.integer({ min: 0, max: 0xffff }),
  DWordData: () => fc.integer({ min: 0, max: 0xffff_ffff }),
  QWordData: () => fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
  Ordinal: (_, row) => ordinal(row),
  AsciiString: () =>
    fc.string({ unit: fc.integer({ min: 1, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 70 }),
  TermList: (depth) => list(statement, depth),
  FieldList: (depth) => fc.array(fieldElement(depth), { maxLength: 4 }),
  Elements: (depth) => list(data, depth),
  ByteList: () => fc.array(byte, { maxLength: 70 }),
};

const path = anyName.map((name): Shape => ['Path', name, []]);
const knownObject = fc
  .tuple(fc.constantFrom('', '\\'), fc.constantFrom(...OBJECTS))
  .map(([prefix, name]): Shape => ['Path', prefix + name, []]);

const made = new Map<string, fc.Arbitrary<Shape>>();
/** Arbitraries refer to each other repeatedly: each is made once for each depth. */
function once(key: string, make: () => fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  const found = made.get(key) ?? make();
  made.set(key, found);
  return found;
}

/** A name, with its arguments if it is a method's. */
function calledPath(depth: number): fc.Arbitrary<Shape> {
  return once(`call ${depth}`, () => {
    const calls = METHODS.slice(0, depth > 0 ? undefined : 1).map((name, count) =>
      fc
        .tuple(fc.constantFrom('', '\\'), fc.tuple(...Array.from({ length: count }, () => value(depth - 1))))
        .map(([prefix, args]): Shape => ['Path', prefix + name, args]),
    );
    return fc.oneof({ weight: calls.length, arbitrary: knownObject }, ...calls);
  });
}

/** `LNot` of a comparison has the bytes of the opposite comparison, and decodes as that. ACPI 6.5 §20.2.5.4 */
const MERGED = new Set(['LEqual', 'LGreater', 'LLess']);
const isItself = ([op, operand]: Shape) => op !== 'LNot' || !MERGED.has((operand as Shape)[0]);

function termOfRow(row: OpcodeRow, depth: number): fc.Arbitrary<Shape> {
  return once(`${row.op} ${depth}`, () =>
    fc
      .tuple(...row.operands.map((kind) => OPERANDS[kind](depth - 1, row)))
      .map((operands): Shape => [row.op, ...operands])
      .filter(isItself),
  );
}

const holdsTerms = (row: OpcodeRow) =>
  row.operands.some((kind) => ['TermArg', 'Data', 'SuperName', 'Reference', 'Target'].includes(kind));
const oneOf = (from: readonly OpcodeRow[], depth: number) =>
  from.filter((row) => depth > 0 || !holdsTerms(row)).map((row) => termOfRow(row, depth));

function value(depth: number): fc.Arbitrary<Shape> {
  return once(`value ${depth}`, () => fc.oneof(calledPath(depth), ...oneOf(VALUES, depth)));
}
function data(depth: number): fc.Arbitrary<Shape> {
  return once(`data ${depth}`, () => fc.oneof(path, ...oneOf(withRole('data'), depth)));
}
function place(depth: number, name: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  return fc.oneof({ weight: 3, arbitrary: name }, ...oneOf(PLACES, depth));
}
function statement(depth: number): fc.Arbitrary<Shape> {
  return once(`statement ${depth}`, () => fc.oneof(calledPath(depth), ...oneOf(rows, depth)));
}

/** Terms of the table's level, of every operation, at most `depth` within one another. */
export function arbitraryTerms(depth = 3, maxLength = 6): fc.Arbitrary<readonly Shape[]> {
  return fc.array(statement(depth), { maxLength });
}

/** One term of an operation. */
export function arbitraryTerm(op: string, depth = 2): fc.Arbitrary<Shape> {
  const row = rows.find((each) => each.op === op);
  if (row === undefined) throw new RangeError(`"${op}" is not an AML operation; see OPCODES`);
  return termOfRow(row, depth);
}
