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
    ['text to decode', () => decodeAml(bad('text')), TypeError, /takes a Uint8Array, and was given "text"\.$/],
    ['nothing to decode', () => decodeAml(bad(undefined)), TypeError, /was given undefined\.$/],
    ['an ArrayBuffer to decode', () => decodeAml(bad(new ArrayBuffer(4))), TypeError, /was given an object\.$/],
    ['no options', () => decodeAml(bytes, bad(null)), TypeError, /options are an object, and were null\.$/],
    ['an offset past the end', () => decodeAml(bytes, { offset: 2 }), RangeError, /offset is 2, outside 0\.\.1\.$/],
    ['an offset below 0', () => decodeAml(bytes, { offset: -1 }), RangeError, /offset is -1, outside 0\.\.1\.$/],
    ['half an offset', () => decodeAml(bytes, { offset: 0.5 }), RangeError, /offset is 0\.5, outside 0\.\.1\.$/],
    ['a bigint offset', () => decodeAml(bytes, { offset: bad(0n) }), RangeError, /offset is 0n, outside 0\.\.1\.$/],
    ['no depth', () => decodeAml(bytes, { depthLimit: 0 }), RangeError, /depthLimit is 0, outside 1\.\.10000\.$/],
    ['a budget', () => decodeAml(bytes, { guessBudgetBytes: -1 }), RangeError, /guessBudgetBytes is -1, outside 0/],
    [
      'a word',
      () => decodeAml(bytes, { methodBodies: bad('no') }),
      TypeError,
      /"no", and is one of decode, lazy, skip/,
    ],
    ['one table together', () => decodeTogether(bad(bytes)), TypeError, /takes a list .*, and was given a Uint8Array/],
    ['nothing to encode', () => encodeAml(bad(undefined)), TypeError, /terms or decoded AML, and was given undefined/],
    ['bytes to encode', () => encodeAml(bad(bytes)), TypeError, /given a Uint8Array\. Decode bytes first\.$/],
    ['a term alone', () => encodeAml(bad(makeTerm('Noop', []))), TypeError, /was given an object\.$/],
    ['a form', () => encodeAml([], { form: bad('short') }), TypeError, /form is "short", and is one of exact, canon/],
    ['a list of nothing', () => encodeAml([bad(undefined)]), TypeError, /one of them is undefined\.$/],
    ['a list of text', () => encodeAml([bad('Noop')]), TypeError, /one of them is "Noop"\.$/],
    [
      'a term without its operand',
      () => encodeAml([makeTerm('Name', ['ABCD', bad(undefined)])]),
      TypeError,
      /^ABCD has an operand that is not/,
    ],
    [
      'the same in canonical form',
      () => encodeAml([makeTerm('Name', ['ABCD', bad(undefined)])], { form: 'canonical' }),
      TypeError,
      /^ABCD has an operand that is not/,
    ],
    [
      'an object to print',
      () => printAsl(bad({})),
      TypeError,
      /printAsl takes terms or decoded AML, and was given an obj/,
    ],
    ['text to print', () => printAsl(bad('text')), TypeError, /was given "text"\.$/],
    ['a style', () => printAsl([], { style: bad('1.0') }), TypeError, /style is "1\.0", and is one of 2\.0, legacy\.$/],
    ['nothing to print', () => printAsl([bad(null)]), TypeError, /one of them is null\.$/],
    ['decoded AML for its terms', () => declarations(bad(decodeAml(bytes))), TypeError, /decoded AML: give its terms/],
    ['no terms', () => findDeclaration(bad(undefined), '\\A'), TypeError, /a list of terms, and was given undefined/],
    ['text for resources', () => decodeResources(bad('79 00')), TypeError, /was given "79 00"\.$/],
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
