import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asl, childTerms, type FieldElement, lookUp, placedUnits, type Term } from '../../../src/aml/index.js';
import { arbitraryTerms } from '../../support/aml-arbitrary.js';
import { type Shape, shapeOf, termOf } from '../../support/term-shape.js';

describe('what a name means in a scope', () => {
  const things = new Map(
    ['\\VCFG', '\\_SB_.PC00.VCFG', '\\_SB_.PC00', '\\_SB_.PC00.PE20.ABCD'].map((path) => [path, path]),
  );

  it.each<[scope: string, name: string, found: string | undefined]>([
    ['\\', 'VCFG', '\\VCFG'],
    ['\\_SB_', 'VCFG', '\\VCFG'],
    ['\\_SB_.PC00.PE20', 'VCFG', '\\_SB_.PC00.VCFG'],
    ['\\_SB_.PC00.PE20', '\\VCFG', '\\VCFG'],
    ['\\_SB_.PC00.PE20', '^VCFG', '\\_SB_.PC00.VCFG'],
    ['\\_SB_.PC00.PE20', '^^VCFG', undefined],
    ['\\_SB_.PC00.PE20', '^^^VCFG', '\\VCFG'],
    ['\\_SB_.PC00.PE20.ABCD', 'ABCD', '\\_SB_.PC00.PE20.ABCD'],
    ['\\_SB_', 'PC00.VCFG', '\\_SB_.PC00.VCFG'],
    ['\\_SB_.PC00', 'PC00.VCFG', undefined],
    ['\\_SB_.PC00', 'NONE', undefined],
    ['\\_SB_.PC00', '^^^^', undefined],
    ['', 'VCFG', '\\VCFG'],
    ['ABCD', 'VCFG', '\\VCFG'],
  ])('%s: %s is %s', (scope, name, found) => {
    expect(lookUp(things, scope, name)).toBe(found);
  });
});

describe('the units of a Field', () => {
  const named = (name: string, bits: number) => ({ kind: 'NamedField', name, bits, lengthWidth: 0 }) as const;

  it('lie one after the other, with the access in effect', () => {
    const elements: readonly FieldElement[] = [
      named('AAAA', 4),
      { kind: 'ReservedField', bits: 28, lengthWidth: 0 },
      named('BBBB', 32),
      { kind: 'AccessField', access: 1, attribute: 0 },
      named('CCCC', 8),
      { kind: 'ExtendedAccessField', access: 0x85, attribute: 11, length: 4 },
      { kind: 'ConnectField', connection: asl.path('BUFF') },
      named('DDDD', 8),
    ];
    const units = [
      ...placedUnits(asl.Field('REGN', { access: 'DWordAcc', lock: true, update: 'WriteAsZeros' }, elements)).values(),
    ];
    expect(units.map(({ element, lowBit, access }) => [element.name, lowBit, access])).toEqual([
      ['AAAA', 0, 3],
      ['BBBB', 32, 3],
      ['CCCC', 64, 1],
      ['DDDD', 72, 5],
    ]);
    expect(units.every(({ lock, update }) => lock && update === 2)).toBe(true);
  });
});

describe('the terms within a term', () => {
  /** Shapes in a shape, at any depth: arrays that begin with an operation's name. */
  const countShapes = (part: unknown): number => {
    if (typeof part === 'object' && part !== null && 'connection' in part) return countShapes(part.connection);
    if (!Array.isArray(part)) return 0;
    return part.reduce<number>((sum, each) => sum + countShapes(each), typeof part[0] === 'string' ? 1 : 0);
  };
  const countTerms = (term: Term): number => [...childTerms(term)].reduce((sum, each) => sum + countTerms(each), 1);

  it('are all found, of any operation', () => {
    fc.assert(
      fc.property(arbitraryTerms(), (shapes: readonly Shape[]) => {
        for (const term of shapes.map(termOf)) expect(countTerms(term)).toBe(countShapes(shapeOf(term)));
      }),
      { numRuns: 50 },
    );
  });
});
