import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  declarations,
  decodeAml,
  decodeResources,
  decodeTogether,
  encodeAml,
  findDeclaration,
  makeTerm,
  type Term,
} from '../../../src/aml/index.js';
import { printAsl } from '../../../src/asl/index.js';
import { projectFolder } from '../../support/shared-material.js';

const q35 = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
const bad = (value: unknown) => value as never;
const bytes = Uint8Array.of(0xa3);

describe('a bad call is refused in words of ours', () => {
  it.each<[string, () => unknown, typeof TypeError | typeof RangeError, RegExp]>([
    [
      'text to decode',
      () => decodeAml(bad('text')),
      TypeError,
      /^decodeAml: bytes is "text"; it must be a Uint8Array\.$/,
    ],
    ['nothing to decode', () => decodeAml(bad(undefined)), TypeError, /is undefined; it must be a Uint8Array\.$/],
    [
      'an ArrayBuffer to decode',
      () => decodeAml(bad(new ArrayBuffer(4))),
      TypeError,
      /is an object; it must be a Uint8/,
    ],
    ['no options', () => decodeAml(bytes, bad(null)), TypeError, /options is null; it must be an object\.$/],
    [
      'an offset past the end',
      () => decodeAml(bytes, { offset: 2 }),
      RangeError,
      /offset is 2; it must be a whole number from 0 to 1\.$/,
    ],
    ['an offset below 0', () => decodeAml(bytes, { offset: -1 }), RangeError, /offset is -1; .* from 0 to 1\.$/],
    ['half an offset', () => decodeAml(bytes, { offset: 0.5 }), RangeError, /offset is 0\.5; .* from 0 to 1\.$/],
    ['a bigint offset', () => decodeAml(bytes, { offset: bad(0n) }), TypeError, /offset is 0n; .* from 0 to 1\.$/],
    ['no depth', () => decodeAml(bytes, { depthLimit: 0 }), RangeError, /depthLimit is 0; .* from 1 to 10000\.$/],
    ['a budget', () => decodeAml(bytes, { guessBudgetBytes: -1 }), RangeError, /guessBudgetBytes is -1; .* from 0 to/],
    [
      'a word',
      () => decodeAml(bytes, { methodBodies: bad('no') }),
      TypeError,
      /is "no"; it must be one of decode, lazy, skip/,
    ],
    [
      'one table together',
      () => decodeTogether(bad(bytes)),
      TypeError,
      /sources is a Uint8Array; it must be an array of/,
    ],
    [
      'nothing to encode',
      () => encodeAml(bad(undefined)),
      TypeError,
      /aml is undefined; it must be terms or decoded AML/,
    ],
    [
      'bytes to encode',
      () => encodeAml(bad(bytes)),
      TypeError,
      /is a Uint8Array; it must be .*: decode bytes first\.$/,
    ],
    ['a term alone', () => encodeAml(bad(makeTerm('Noop', []))), TypeError, /aml is an object; it must be terms/],
    [
      'a form',
      () => encodeAml([], { form: bad('short') }),
      TypeError,
      /form is "short"; it must be one of exact, canon/,
    ],
    ['a list of nothing', () => encodeAml([bad(undefined)]), TypeError, /is undefined; it must be a term\.$/],
    ['a list of text', () => encodeAml([bad('Noop')]), TypeError, /is "Noop"; it must be a term\.$/],
    [
      'a term without its operand',
      () => encodeAml([makeTerm('Name', ['ABCD', bad(undefined)])]),
      TypeError,
      /^ABCD has an operand of a wrong type/,
    ],
    [
      'a term without its operand outside of every declaration',
      () => encodeAml([makeTerm('Increment', [bad(undefined)])]),
      TypeError,
      /^A term has an operand of a wrong type/,
    ],
    [
      'the same in canonical form',
      () => encodeAml([makeTerm('Name', ['ABCD', bad(undefined)])], { form: 'canonical' }),
      TypeError,
      /^ABCD has an operand of a wrong type/,
    ],
    [
      'an object to print',
      () => printAsl(bad({})),
      TypeError,
      /printAsl: aml is an object; it must be terms or decoded AML/,
    ],
    ['text to print', () => printAsl(bad('text')), TypeError, /aml is "text"; /],
    [
      'a style',
      () => printAsl([], { style: bad('1.0') }),
      TypeError,
      /style is "1\.0"; it must be one of 2\.0, legacy\.$/,
    ],
    ['nothing to print', () => printAsl([bad(null)]), TypeError, /is null; it must be a term\.$/],
    [
      'decoded AML for its terms',
      () => declarations(bad(decodeAml(bytes))),
      TypeError,
      /is an object; it must be .*give the terms of decoded AML/,
    ],
    [
      'no terms',
      () => findDeclaration(bad(undefined), '\\A'),
      TypeError,
      /terms is undefined; it must be an array of terms/,
    ],
    [
      'text for resources',
      () => decodeResources(bad('79 00')),
      TypeError,
      /bytes is "79 00"; it must be a Uint8Array\.$/,
    ],
  ])('%s', (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });

  it('and what is allowed at its limit is not', () => {
    expect(decodeAml(bytes, { offset: 1 }).terms).toEqual([]);
    expect(decodeAml(Buffer.from(bytes), { offset: 0, depthLimit: 10_000, guessBudgetBytes: 0 }).terms).toHaveLength(1);
    expect(encodeAml(new Set<Term>([makeTerm('Noop', [])]))).toEqual(bytes);
  });
});

describe('a whole table given to decodeAml', () => {
  it('is said, and its terms are decoded all the same', () => {
    const decoded = decodeAml(q35);
    expect(decoded.diagnostics.map(({ code, severity, place }) => [code, severity, place])).toEqual([
      ['AML_WHOLE_TABLE', 'error', { offsetBytes: 0 }],
    ]);
    expect(decoded.diagnostics[0]?.cure).toContain('decodeTable');
    expect(decoded.terms.slice(1)).toEqual(decodeAml(q35, { offset: 36 }).terms);
    expect(encodeAml(decoded)).toEqual(q35);
    expect(encodeAml(decoded.terms)).toEqual(q35);
  });

  it('is not seen in terms that call DSDT', () => {
    const call = Uint8Array.of(...'DSDT'.split('').map((letter) => letter.charCodeAt(0)), ...new Array(40).fill(0xa3));
    expect(decodeAml(call).diagnostics).toEqual([]);
  });
});
