import { OPCODES, type OpcodeRow } from '../../src/aml/grammar/opcodes.js';
import { asl, encodeAml, type FieldElement, makeTerm, type Term } from '../../src/aml/index.js';
import { createRandom, type Random } from '../fuzz/random.js';

/** Well-typed methods made at random from the opcode table, in one DSDT with the objects that they use. */

type Kind = 'integer' | 'string' | 'buffer';
const KINDS: readonly Kind[] = ['integer', 'string', 'buffer'];

const rows: readonly OpcodeRow[] = OPCODES;
const shapeOf = ({ operands }: OpcodeRow) => operands.join();
/** Expressions whose operands and result are not Integers. */
const OF_DATA = new Set([
  'Concatenate',
  'ConcatenateResTemplate',
  'ToBuffer',
  'ToString',
  'ToHexString',
  'ToDecimalString',
  'Store',
  'CopyObject',
]);
const expressions = rows.filter(({ role, op }) => role === 'expression' && !OF_DATA.has(op));
const BINARY = expressions.filter((row) => shapeOf(row) === 'TermArg,TermArg,Target');
const UNARY = expressions.filter((row) => shapeOf(row) === 'TermArg,Target');
const LOGICAL = expressions.filter((row) => shapeOf(row) === 'TermArg,TermArg');
const STEPS = expressions.filter(({ op }) => op === 'Increment' || op === 'Decrement');

const NULL = makeTerm('Null', []);
const term = (op: string, ...operands: readonly unknown[]): Term => makeTerm(op as 'Add', operands as never);
const local = (index: number) => term('Local', index);
const named = (name: string, bits: number): FieldElement => ({ kind: 'NamedField', name, bits, lengthWidth: 1 });
const skip = (bits: number): FieldElement => ({ kind: 'ReservedField', bits, lengthWidth: 1 });
const buffer = (bytes: readonly number[]) => term('Buffer', asl.integer(bytes.length), Uint8Array.from(bytes));

/** What every method begins with, so that none depends on the one before. */
const OBJECTS: Readonly<Record<string, Term>> = {
  INT0: asl.integer(0x1234),
  INT1: asl.integer(0xfedc_ba98_7654_3210n),
  STR0: asl.String('12AbZ'),
  STR1: asl.String('0x1f'),
  BUF0: buffer([0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0x55]),
  BUF1: buffer([0x41, 0x42, 0x00, 0x43]),
};
const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  integer: ['INT0', 'INT1'],
  string: ['STR0', 'STR1'],
  buffer: ['BUF0', 'BUF1'],
};
const FIELDS = ['FLD0', 'FLD1', 'FLD2', 'FLD3', 'FLD4', 'FLD5', 'IDF0', 'IDF1', 'BNF0', 'BNF1', 'BFD0', 'BFD1', 'BFD2'];
const WIDE_FIELDS = new Set(['FLD5', 'BFD2']);

function declarations(): Term[] {
  const options = { access: 'ByteAcc' } as const;
  return [
    ...Object.entries(OBJECTS).map(([name, value]) => asl.Name(name, value as never)),
    asl.Name('BACK', buffer(Array.from({ length: 24 }, (_, index) => 0x11 * (index & 15))) as never),
    asl.Name('PKG0', term('Package', 4, [asl.integer(7), asl.String('pk'), buffer([1, 2, 3])]) as never),
    term('Device', 'DEV0', []),
    term('Event', 'EVT0'),
    asl.Mutex('MTX0', 2),
    asl.OperationRegion('REG0', 'SystemMemory', asl.integer(0x1000), asl.integer(0x80)),
    asl.Field('REG0', options, [named('FLD0', 8), skip(3), named('FLD1', 5), named('FLD2', 17)]),
    asl.Field('REG0', { access: 'DWordAcc', update: 'WriteAsOnes' }, [
      skip(0x105),
      named('FLD3', 30),
      named('FLD4', 64),
    ]),
    asl.Field('REG0', { access: 'WordAcc' }, [skip(0x203), named('FLD5', 90)]),
    asl.Field('REG0', options, [skip(0x300), named('IDX0', 8), named('DAT0', 8), named('BNK0', 3)]),
    asl.IndexField('IDX0', 'DAT0', options, [skip(4), named('IDF0', 9), named('IDF1', 32)]),
    term('BankField', 'REG0', 'BNK0', asl.integer(2), 1, [skip(0x340), named('BNF0', 12)]),
    term('BankField', 'REG0', 'BNK0', asl.integer(5), 1, [skip(0x346), named('BNF1', 6)]),
    term('CreateWordField', asl.path('BACK'), asl.integer(3), 'BFD0'),
    term('CreateBitField', asl.path('BACK'), asl.integer(77), 'BFD1'),
    term('CreateField', asl.path('BACK'), asl.integer(83), asl.integer(70), 'BFD2'),
    asl.Method('GIVE', { args: 1 }, [asl.Return(term('Arg', 0) as never)]),
    asl.Method('SETA', { args: 2 }, [
      term('Store', term('Arg', 1), term('Arg', 0)),
      asl.Return(term('Arg', 1) as never),
    ]),
    asl.Method('RECU', { args: 1 }, [
      term('If', term('LEqual', term('Arg', 0), term('Zero')), [asl.Return(term('One') as never)]),
      asl.Return(
        term(
          'Add',
          asl.Call('RECU', term('Subtract', term('Arg', 0), term('One'), NULL) as never),
          term('Arg', 0),
          NULL,
        ) as never,
      ),
    ]),
  ];
}

/** Makes one method. */
class MethodMaker {
  readonly #random: Random;
  /** What locals hold: only those are read. Local6 and Local7 are kept for references and counters. */
  readonly #locals = new Map<number, Kind>();
  #names = 0;

  /** Of a DSDT of revision 1, where ACPICA stores the high half of a result to an element or a wide field. */
  readonly #isNarrow: boolean;

  constructor(random: Random, isNarrow: boolean) {
    this.#random = random;
    this.#isNarrow = isNarrow;
  }

  #field(): Term {
    return asl.path(this.#pick(this.#isNarrow ? FIELDS.filter((name) => !WIDE_FIELDS.has(name)) : FIELDS));
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random.below(from.length)] as T;
  }

  #chance(inTen: number): boolean {
    return this.#random.below(10) < inTen;
  }

  #constant(kind: Kind): Term {
    if (kind === 'string')
      return asl.String(this.#pick(['', 'a', '9', '0x2F', 'FFFF', 'zz9', '123456789abcdef01', '  7', '~ {}']));
    if (kind === 'buffer')
      return buffer(Array.from({ length: 1 + this.#random.below(10) }, () => this.#random.below(256)));
    return this.#pick<() => Term>([
      () => term('Zero'),
      () => term('One'),
      () => term('Ones'),
      () => asl.integer(this.#random.below(256)),
      () => asl.integer(this.#random.below(0x1_0000_0000)),
      () => asl.integer((BigInt(this.#random.below(0x1_0000_0000)) << 32n) | BigInt(this.#random.below(0x1_0000_0000))),
      () =>
        asl.integer(
          this.#pick([0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x1f_ffff_ffff_ffffn, 0x20_0000_0000_0000n, 1n << 63n]),
        ),
    ])();
  }

  #held(kind: Kind): Term {
    const locals = [...this.#locals].filter(([, holds]) => holds === kind).map(([index]) => local(index));
    if (locals.length > 0 && this.#chance(6)) return this.#pick(locals);
    return asl.path(this.#pick(NAMES[kind]));
  }

  /** Where an operator puts its result: nowhere, a local that then holds it, a name, a field, a byte or an element. */
  #target(kind: Kind): Term {
    if (this.#chance(5)) return NULL;
    return this.#pick<() => Term>([
      () => this.#localFor(kind),
      () => asl.path(this.#pick(NAMES[this.#pick(KINDS)])),
      () => this.#field(),
      // acpiexec 20200925 ends when an empty Buffer is stored to a byte.
      () => (kind !== 'integer' ? NULL : term('Index', asl.path('BUF0'), asl.integer(this.#random.below(9)), NULL)),
      () => (this.#isNarrow ? NULL : term('Index', asl.path('PKG0'), asl.integer(this.#random.below(4)), NULL)),
    ])();
  }

  /** Of an operator that converts: a name would share its object with the operand in ACPICA. */
  #plainTarget(kind: Kind): Term {
    return this.#chance(6) ? NULL : this.#localFor(kind);
  }

  #localFor(kind: Kind): Term {
    const index = this.#random.below(6);
    this.#locals.set(index, kind);
    return local(index);
  }

  #any(depth: number): Term {
    return this.#expression(this.#pick(KINDS), depth);
  }

  /** An operand that becomes an Integer: mostly one. */
  #number(depth: number): Term {
    return this.#chance(8) ? this.#expression('integer', depth) : this.#any(depth);
  }

  #small(most: number): Term {
    return asl.integer(this.#random.below(most));
  }

  #expression(kind: Kind, depth: number): Term {
    if (depth <= 0) return this.#chance(5) ? this.#constant(kind) : this.#held(kind);
    const next = depth - 1;
    const common: (() => Term)[] = [
      () => this.#constant(kind),
      () => this.#held(kind),
      // Of an Integer it is the object itself in ACPICA, which what follows may change.
      () => (kind === 'integer' ? this.#held(kind) : term('DerefOf', term('RefOf', asl.path(this.#pick(NAMES[kind]))))),
      () => asl.Call('GIVE', this.#expression(kind, next) as never),
      () => term('Store', this.#expression(kind, next), this.#localFor(kind)),
    ];
    return this.#pick<() => Term>([...common, ...this.#producers(kind, next), ...this.#producers(kind, next)])();
  }

  #producers(kind: Kind, next: number): readonly (() => Term)[] {
    if (kind === 'string')
      return [
        () => term('Concatenate', this.#expression('string', next), this.#any(next), this.#target('string')),
        () => term('ToHexString', this.#any(next), this.#plainTarget('string')),
        () => term('ToDecimalString', this.#any(next), this.#plainTarget('string')),
        () => term('ToString', this.#expression('buffer', next), this.#small(12), this.#target('string')),
        () => term('Mid', this.#expression('string', next), this.#small(6), this.#small(6), this.#target('string')),
      ];
    if (kind === 'buffer')
      return [
        () =>
          term(
            'Concatenate',
            this.#expression(this.#pick(['buffer', 'integer']), next),
            this.#any(next),
            this.#target('buffer'),
          ),
        () => term('ToBuffer', this.#any(next), this.#plainTarget('buffer')),
        () =>
          term(
            'Mid',
            this.#expression('buffer', next),
            this.#small(3),
            asl.integer(1 + this.#random.below(6)),
            this.#target('buffer'),
          ),
        () => term('ConcatenateResTemplate', buffer([0x22, 4, 0, 0x79, 0]), buffer([0x79, 0]), this.#target('buffer')),
      ];
    return [
      () => term(this.#pick(BINARY).op, this.#number(next), this.#number(next), this.#target('integer')),
      () => term(this.#pick(BINARY).op, this.#number(next), this.#number(next), this.#target('integer')),
      () => term(this.#pick(UNARY).op, this.#number(next), this.#target('integer')),
      () => term('Divide', this.#number(next), this.#number(next), this.#target('integer'), this.#target('integer')),
      () => this.#logical(next),
      () => term('LNot', this.#number(next)),
      () => term(this.#pick(STEPS).op, asl.path(this.#pick(NAMES.integer))),
      () => term('SizeOf', asl.path(this.#pick([...Object.keys(OBJECTS), 'PKG0']))),
      () =>
        term(
          'ObjectType',
          asl.path(this.#pick([...Object.keys(OBJECTS), ...FIELDS, 'PKG0', 'DEV0', 'MTX0', 'EVT0', 'REG0', 'GIVE'])),
        ),
      () => term('DerefOf', term('Index', asl.path(this.#pick(['BUF0', 'STR0'])), this.#small(6), NULL)),
      () => term('DerefOf', term('Index', asl.path('PKG0'), asl.integer(0), NULL)),
      () => asl.path(this.#pick(FIELDS.filter((name) => !WIDE_FIELDS.has(name)))),
      () =>
        term(
          'Match',
          asl.path('PKG0'),
          this.#random.below(6),
          this.#any(next),
          this.#random.below(6),
          this.#any(next),
          this.#small(4),
        ),
      () => term('CondRefOf', asl.path(this.#pick(['INT0', 'NONE', 'DEV0', 'FLD0'])), NULL),
      () => asl.Call('RECU', this.#small(9) as never),
      () => term('ToInteger', this.#any(next), this.#plainTarget('integer')),
      () => term('Wait', asl.path('EVT0'), asl.integer(0)),
      () => term('Acquire', asl.path('MTX0'), 0xffff),
    ];
  }

  #logical(next: number): Term {
    const { op } = this.#pick(LOGICAL);
    if (op === 'LAnd' || op === 'LOr') return term(op, this.#number(next), this.#number(next));
    return term(op, this.#any(next), this.#any(next));
  }

  #statement(depth: number, isNested: boolean): Term[] {
    const kind = this.#pick(KINDS);
    const choices: (() => Term[])[] = [
      () => [term('Store', this.#expression(kind, depth), asl.path(this.#pick(NAMES[this.#pick(KINDS)])))],
      () => [term('Store', this.#expression(kind, depth), this.#field())],
      () => [term('CopyObject', this.#expression(kind, depth), asl.path(this.#pick(Object.keys(OBJECTS))))],
      () => [this.#expression('integer', depth)],
      () => [
        asl.Call(
          'SETA',
          term('RefOf', asl.path(this.#pick(Object.keys(OBJECTS)))) as never,
          this.#any(depth - 1) as never,
        ),
      ],
      () => [term('Signal', asl.path('EVT0'))],
      () => [
        term(
          'Store',
          asl.integer(0x41 + this.#random.below(26)),
          term('Index', asl.path('STR0'), this.#small(5), NULL),
        ),
      ],
      () =>
        this.#inBranch(() => [
          term('If', this.#expression('integer', depth - 1), this.#block(depth - 1)),
          ...(this.#chance(5) ? [term('Else', this.#block(depth - 1))] : []),
        ]),
    ];
    if (!isNested)
      choices.push(
        () => {
          const value = this.#expression(kind, depth);
          return [term(this.#pick(['Store', 'CopyObject']), value, this.#localFor(kind))];
        },
        () =>
          this.#inBranch(() => [
            term('Store', term('Zero'), local(7)),
            term('While', term('LLess', local(7), this.#small(5)), [
              ...this.#block(depth - 1),
              term('Increment', local(7)),
              ...(this.#chance(2) ? [term('If', this.#expression('integer', 1), [term('Break')])] : []),
            ]),
          ]),
        () => {
          const name = `TMP${this.#names++}`;
          return [
            asl.Name(name, this.#constant(kind) as never),
            term('Store', this.#any(depth - 1), asl.path(name)),
            term('Store', asl.path(name), this.#localFor(kind)),
          ];
        },
      );
    return this.#pick(choices)();
  }

  /** What a branch stores to a local may not have happened: only what was there before is read after it. */
  #inBranch(make: () => Term[]): Term[] {
    const before = new Map(this.#locals);
    const made = make();
    for (const [index, kind] of this.#locals) if (before.get(index) !== kind) this.#locals.delete(index);
    return made;
  }

  #block(depth: number): Term[] {
    return Array.from({ length: 1 + this.#random.below(2) }, () => this.#statement(Math.max(1, depth), true)).flat();
  }

  make(name: string): Term {
    const body = Object.entries(OBJECTS).map(([object, value]) => term('CopyObject', value, asl.path(object)));
    body.push(term('Store', asl.integer(0), asl.path('FLD0')), term('Reset', asl.path('EVT0')));
    for (let count = 2 + this.#random.below(4); count > 0; count--) body.push(...this.#statement(3, false));
    body.push(asl.Return(this.#any(2) as never));
    return asl.Method(name, {}, body);
  }
}

/** A DSDT with that many random methods, and their paths among those of the objects that they change. */
export function randomTable(
  seed: number,
  methods: number,
  revision = 2,
): { readonly table: Uint8Array; readonly paths: readonly string[] } {
  const random = createRandom(seed);
  const names = Array.from({ length: methods }, (_, index) => `M${index.toString(36).toUpperCase().padStart(3, '0')}`);
  const terms = [...declarations(), ...names.map((name) => new MethodMaker(random, revision < 2).make(name))];
  const body = encodeAml(terms);
  const table = new Uint8Array(36 + body.length);
  table.set(new TextEncoder().encode('DSDT'));
  new DataView(table.buffer).setUint32(4, table.length, true);
  table[8] = revision;
  table.set(new TextEncoder().encode('VCFG  RANDOM  '), 10);
  table.set(body, 36);
  table[9] = -table.reduce((sum, byte) => sum + byte, 0) & 0xff;
  const checked = [...Object.keys(OBJECTS), 'BACK', 'PKG0', 'FLD3', 'FLD5', 'BFD2'];
  return { table, paths: names.flatMap((name) => [name, checked[random.below(checked.length)] as string]) };
}
