import { describe, expect, it } from 'vitest';
import { asl, bodyOf, createNamespace, decodeAml, encodeAml, type Op, type Term } from '../../../src/aml/index.js';
import { declarationsAtLoad } from '../../../src/aml/namespace/declarations.js';
import { SDT_HEADER_BYTES } from '../../../src/tables/index.js';
import { someOf } from '../../support/effort.js';
import { readCorpus } from '../../support/shared-material.js';
import { shapeOf } from '../../support/term-shape.js';

const BODY = encodeAml([
  asl.Method('READ', { args: 1 }, [asl.Store(asl.Arg(0), 'VALU'), asl.Return(asl.path('VALU'))]),
  asl.Name('VALU', 0x12),
]);

const textOf = (terms: readonly Term[]) =>
  JSON.stringify(terms.map(shapeOf), (_, value) => (typeof value === 'bigint' ? `${value}n` : value));

describe('method bodies that wait to be looked at', () => {
  it('are the terms that they are at once, findings and guesses too, on every table of the corpus', (context) => {
    for (const { bytes } of someOf(readCorpus(context), 4)) {
      const eager = decodeAml(bytes, { offset: SDT_HEADER_BYTES });
      const lazy = decodeAml(bytes, { offset: SDT_HEADER_BYTES, methodBodies: 'lazy' });
      expect(lazy.guesses).toEqual(eager.guesses);
      expect(lazy.diagnostics).toEqual(eager.diagnostics);
      expect(textOf(lazy.terms) === textOf(eager.terms)).toBe(true);
    }
  });

  it('are what was decoded, whatever becomes of the bytes since', () => {
    const source = Uint8Array.from(BODY);
    const decoded = decodeAml(source, { methodBodies: 'lazy' });
    source.fill(0xa3); // Noops, behind the decoder's back
    expect(encodeAml(decoded)).toEqual(BODY);
    expect(bodyOf(decoded.terms[0] as Term)?.map((term) => term.op)).toEqual(['Store', 'Return']);
    expect(encodeAml(decoded.terms)).toEqual(BODY);
  });

  it('are looked at once', () => {
    const { terms } = decodeAml(BODY, { methodBodies: 'lazy' });
    const [method] = terms as [Op<'Method'>];
    const [name, flags, body] = method.operands;
    expect([name, flags]).toEqual(['READ', 1]);
    expect(method.operands[2]).toBe(body);
    expect(method.operands).toEqual((decodeAml(BODY).terms[0] as Op<'Method'>).operands);
  });

  it('are left alone by what looks for the objects that a table makes when it is loaded', () => {
    const { terms } = decodeAml(BODY, { methodBodies: 'lazy' });
    expect(declarationsAtLoad(terms).map(({ path }) => path)).toEqual(['\\READ', '\\VALU']);
    const isMade = () => Object.hasOwn((terms[0] as Term).operands, 2);
    expect(isMade()).toBe(false);
    expect(bodyOf(terms[0] as Term)).toHaveLength(2);
    expect(isMade()).toBe(true);
  });

  it('say their faults before anybody looks', () => {
    const bad = encodeAml([asl.Method('BAD_', {}, [asl.Noop()])]);
    bad[bad.length - 1] = 0x04;
    const { diagnostics, terms } = decodeAml(bad, { methodBodies: 'lazy', namespace: createNamespace() });
    expect(diagnostics.map(({ code }) => code)).toEqual(['AML_UNKNOWN_OPCODE']);
    expect(bodyOf(terms[0] as Term)?.map((term) => term.op)).toEqual(['Raw']);
  });

  it('are written in the canonical form as their terms are', () => {
    const wide = encodeAml([asl.Method('WIDE', {}, [asl.Return(asl.DWord(5))])]);
    const { terms } = decodeAml(wide, { methodBodies: 'lazy' });
    expect(encodeAml(terms, { form: 'canonical' })).toHaveLength(wide.length - 3);
  });
});
