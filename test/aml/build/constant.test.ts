import { describe, expect, it } from 'vitest';
import { asl, evaluateConstant, path, type Term } from '../../../src/aml/index.js';

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const known = (name: string) => (name === 'KNOW' ? 0x1_0000_0003n : undefined);
/** Levels of Add around a constant. */
const deep = (levels: number): Term => (levels === 0 ? asl.Byte(1) : asl.Add(deep(levels - 1) as never, 0));

const ROWS: readonly (readonly [what: string, term: Term, value64: bigint | undefined, value32: bigint | undefined])[] =
  [
    ['Zero', asl.Zero(), 0n, 0n],
    ['One', asl.One(), 1n, 1n],
    ['Ones', asl.Ones(), ALL_ONES, 0xffff_ffffn],
    ['a Byte', asl.Byte(0xfe), 0xfen, 0xfen],
    ['a DWord', asl.DWord(0x8765_4321), 0x8765_4321n, 0x8765_4321n],
    ['a QWord', asl.QWord(0x1_0000_0002n), 0x1_0000_0002n, 2n],
    ['Add', asl.Add(7, 5), 12n, 12n],
    ['Add past the end', asl.Add(asl.Ones(), 2), 1n, 1n],
    ['Subtract', asl.Subtract(7, 5), 2n, 2n],
    ['Subtract below zero', asl.Subtract(5, 7), ALL_ONES - 1n, 0xffff_fffen],
    ['Multiply', asl.Multiply(7, 5), 35n, 35n],
    ['Multiply past the end', asl.Multiply(0x1_0000_0003n, 0x1_0000_0001n), 0x4_0000_0003n, 3n],
    ['And', asl.And(0b1100, 0b1010), 0b1000n, 0b1000n],
    ['Or', asl.Or(0b1100, 0b1010), 0b1110n, 0b1110n],
    ['Xor', asl.Xor(0b1100, 0b1010), 0b0110n, 0b0110n],
    ['ShiftLeft', asl.ShiftLeft(3, 4), 0x30n, 0x30n],
    ['ShiftLeft by 63', asl.ShiftLeft(1, 63), 1n << 63n, 0n],
    ['ShiftLeft by 64', asl.ShiftLeft(1, 64), 0n, 0n],
    ['ShiftLeft by more', asl.ShiftLeft(1, 100), 0n, 0n],
    ['ShiftRight', asl.ShiftRight(0x30, 4), 3n, 3n],
    ['ShiftRight by 63', asl.ShiftRight(asl.Ones(), 63), 1n, 0n],
    ['ShiftRight by 64', asl.ShiftRight(asl.Ones(), 64), 0n, 0n],
    ['a known name', path('KNOW'), 0x1_0000_0003n, 3n],
    ['an expression of it', asl.Add(path('KNOW'), asl.ShiftLeft(1, 8)), 0x1_0000_0103n, 0x103n],
    ['another name', path('OTHR'), undefined, undefined],
    ['an expression of it', asl.Add(path('OTHR'), 1), undefined, undefined],
    ['the call of a method', asl.Call('KNOW', 1), undefined, undefined],
    ['an operator without a constant value', asl.Divide(7, 5), undefined, undefined],
    ['a string', asl.String('text'), undefined, undefined],
    ['64 operators within one another', deep(65), 1n, 1n],
    ['more of them', deep(67), undefined, undefined],
  ];

describe('the value of an expression', () => {
  it.each(ROWS)('%s', (_, term, value64, value32) => {
    expect(evaluateConstant(term, { lookup: known })).toBe(value64);
    expect(evaluateConstant(term, { lookup: known, integerBits: 64 })).toBe(value64);
    expect(evaluateConstant(term, { lookup: known, integerBits: 32 })).toBe(value32);
  });

  it('of a name is not known without a lookup', () => {
    expect(evaluateConstant(path('KNOW'))).toBeUndefined();
  });
});
