import { describe, expect, it } from 'vitest';
import {
  asl,
  bodyOf,
  buffer,
  childTerms,
  decodeAml,
  encodeAml,
  path,
  replaceTerms,
  type Term,
  withBody,
} from '../../../src/aml/index.js';
import { fromHex, toHex } from '../../../src/base/index.js';

const [noop, name, other] = [asl.Noop(), asl.Name('NAME', 1), asl.Name('OTHR', 2)];

describe('the terms that a term holds', () => {
  const [one, two] = [asl.Byte(1), asl.Byte(2)];
  const connection = buffer(Uint8Array.of(1));
  it.each<[what: string, term: Term, held: readonly Term[]]>([
    ['operands', asl.Add(one, two, path('SUM')), [one, two, path('SUM')]],
    ['arguments of a call', asl.Call('METH', one, two), [one, two]],
    ['none of a bare name', path('NAME'), []],
    ['a body after the condition', asl.If(one, [noop, name]), [one, noop, name]],
    ['elements', asl.Package([one, two]), [one, two]],
    [
      'the connection of a field',
      asl.Field('REGN', { access: 'AnyAcc' }, [
        { kind: 'NamedField', name: 'UNIT', bits: 1, lengthWidth: 0 },
        { kind: 'ConnectField', connection },
      ]),
      [connection],
    ],
    ['none of a constant', one, []],
  ])('%s', (_, term, held) => {
    expect([...childTerms(term)]).toEqual(held);
  });
});

describe('a body', () => {
  it('is what a holder of terms holds', () => {
    expect(bodyOf(asl.Device('DEV0', [name]))).toEqual([name]);
    expect(bodyOf(asl.Else([noop]))).toEqual([noop]);
    expect(bodyOf(name)).toBeUndefined();
  });

  it('is exchanged for another, and the rest stays', () => {
    const method = asl.Method('METH', { args: 2, serialized: true }, [noop]);
    expect(withBody(method, [name])).toEqual(asl.Method('METH', { args: 2, serialized: true }, [name]));
    expect(() => withBody(name, [])).toThrow(/Name has no body/);
  });

  it('of a decoded term keeps the width of its length', () => {
    const [device] = decodeAml(fromHex('5b82 4600 41424344')).terms as [Term];
    expect(toHex(encodeAml([withBody(device, [noop])]))).toBe('5b82470041424344a3');
  });
});

describe('replacing', () => {
  const device = asl.Device('DEV0', [name, noop]);
  const terms = [other, device] as const;

  it('reaches any depth, and shares what it does not touch', () => {
    const replaced = replaceTerms(terms, new Map([[noop, [other, other]]]));
    expect(replaced).toEqual([other, asl.Device('DEV0', [name, other, other])]);
    expect(replaced[0]).toBe(other);
    expect(replaceTerms(terms, new Map())).toBe(terms);
    expect(replaceTerms(terms, new Map([[name, [name]]]))).toBe(terms);
  });

  it('removes, and inserts', () => {
    expect(replaceTerms(terms, new Map([[other, []]]))).toEqual([device]);
    expect(replaceTerms(terms, new Map<Term, readonly Term[]>([[device, [name, device]]]))).toEqual([
      other,
      name,
      device,
    ]);
  });
});
