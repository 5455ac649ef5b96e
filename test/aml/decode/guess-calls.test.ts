import { describe, expect, it } from 'vitest';
import { decodeAml, decodeTogether } from '../../../src/aml/decode/decode.js';
import { Decoder } from '../../../src/aml/decode/decoder.js';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import { createNamespace } from '../../../src/aml/namespace/namespace.js';
import { type Shape, shapeOf, termOf } from '../../support/term-shape.js';

const local = (index: number): Shape => ['Local', index];
const arg = (index: number): Shape => ['Arg', index];
const call = (name: string, ...args: Shape[]): Shape => ['Path', name, args];
const method = (...body: Shape[]): Shape => ['Method', 'METH', 0, body];
const store = (value: Shape, index: number): Shape => ['Store', value, local(index)];
const byte = (value: number): Shape => ['Byte', value];
const text = (value: string): Shape => ['String', value];

/** Terms that call what nothing declares, written as they are meant. */
const ROWS: readonly (readonly [what: string, shapes: readonly Shape[]])[] = [
  ['a number after it', [method(call('FOO_', byte(5)))]],
  ['two arguments, then a statement', [method(call('FOO_', local(0), arg(1)), store(local(0), 1))]],
  ['seven arguments', [method(call('FOO_', ...[0, 1, 2, 3, 4, 5, 6].map(arg)))]],
  ['none, then a statement', [method(call('FOO_'), store(local(0), 1))]],
  ['a value that is stored', [method(store(call('FOO_', local(0)), 1), ['Return', local(1)])]],
  ['an expression', [method(call('FOO_', ['Add', local(0), byte(1), ['Null']]), store(local(0), 1))]],
  ['the condition of an If', [method(['If', call('FOO_', text('A')), [store(local(0), 1)]])]],
  ['two calls of two methods', [method(call('FOO_', local(0)), call('BAR_', local(1)))]],
  ['calls of one method behind one another', [method(...[0, 1, 2].map((index) => call('FOO_', local(index))))]],
  [
    'methods called in turn',
    [method(call('FOO_', local(0)), call('BAR_', local(1), local(2)), call('FOO_', local(3)))],
  ],
  ['a store behind it', [method(call('FOO_', local(0)), ['Increment', local(0)])]],
  [
    'a body that says less than another',
    [
      ['Method', 'AAAA', 0, [call('FOO_', local(0)), call('BAR_')]],
      ['Method', 'BBBB', 0, [call('BAR_'), ['If', local(0), [['Noop']]], store(call('FOO_', local(1)), 2)]],
    ],
  ],
  ['the level of the table', [call('\\INIT', byte(3)), ['Name', 'ABCD', byte(4)]]],
  ['a reserved name', [method(['Return', call('^DEV_._DSM', arg(0), arg(1), arg(2), arg(3))]), ['Noop']]],
  ['a reserved name without arguments', [method(store(call('^DEV_._STA'), 0), ['Return', local(0)])]],
  [
    'a method that is declared but another is not',
    [['Method', 'KNOW', 2, []], method(call('KNOW', call('FOO_', local(0)), local(1)))],
  ],
];

describe('the argument count of a method that nothing declares', () => {
  it.each(ROWS)('is guessed from %s', (_, shapes) => {
    const bytes = encodeAml(shapes.map(termOf));
    const { terms, diagnostics } = decodeAml(bytes);
    expect(terms.map(shapeOf)).toEqual(shapes);
    expect(encodeAml(terms)).toEqual(bytes);
    expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('is not guessed for a Device that is passed as an argument', () => {
    const shapes: Shape[] = [
      ['Device', 'DEV0', []],
      ['Method', 'KNOW', 2, []],
      method(call('KNOW', call('DEV0'), byte(5)), store(local(0), 1)),
    ];
    const { terms, guesses } = decodeAml(encodeAml(shapes.map(termOf)));
    expect(terms.map(shapeOf)).toEqual(shapes);
    expect(guesses).toEqual([]);
  });

  it('is never one that leaves the rest of a body unread, however odd that rest is', () => {
    const rest = Array.from({ length: 60 }, () => text('idle'));
    const shapes = [method(['Store', call('M091'), local(1)], ['Name', 'HPOK', ['Zero']], ...rest)];
    const { terms, guesses, diagnostics } = decodeAml(encodeAml(shapes.map(termOf)));
    expect(diagnostics).toEqual([]);
    expect(guesses.map(({ name, argumentCount }) => [name, argumentCount])).toEqual([['M091', 0]]);
    expect(terms.map(shapeOf)).toEqual(shapes);
  });

  it('is noted with the place of the first call', () => {
    const bytes = encodeAml([method(store(call('OBJ_'), 0), call('FOO_', byte(5)))].map(termOf));
    const { guesses, diagnostics } = decodeAml(bytes);
    expect(guesses).toEqual([
      { name: 'OBJ_', argumentCount: 0, offsetBytes: 8 },
      { name: 'FOO_', argumentCount: 1, offsetBytes: 13 },
    ]);
    expect(diagnostics.map(({ code, severity, place }) => [code, severity, place])).toEqual([
      ['AML_GUESSED_CALL', 'note', { offsetBytes: 13, path: 'FOO_' }],
    ]);
  });

  it('stays 0 where nothing may be spent on it, and loses no byte', () => {
    const bytes = encodeAml([method(call('FOO_', byte(5)))].map(termOf));
    const { terms, guesses } = decodeAml(bytes, { guessBudgetBytes: 0 });
    expect(guesses.map(({ argumentCount }) => argumentCount)).toEqual([0]);
    expect(terms.map(shapeOf)).toEqual([method(call('FOO_'), byte(5))]);
    expect(encodeAml(terms)).toEqual(bytes);
  });
});

describe('what decoding is counted to cost', () => {
  /** Bytes that decoding uses of an undeclared name counts, so many scopes down. */
  const spent = (levels: number): number => {
    const path = new Array(levels).fill('AAAA').join('.');
    const bytes = encodeAml([termOf(['Scope', path, new Array(100).fill(call('FOO_'))])]);
    const decoder = new Decoder(bytes, {
      offset: 0,
      headerBytes: 0,
      namespace: createNamespace(),
      bodies: true,
      depthLimit: 10,
      diagnosticsLimit: 10,
    });
    decoder.decodeTable();
    return decoder.spentBytes - bytes.length;
  };

  it('grows with the scopes that names are looked for in, past those of real tables', () => {
    expect(spent(16)).toBe(spent(2));
    expect(spent(200) - spent(16)).toBeGreaterThan(100 * 184);
  });
});

describe('tables decoded together', () => {
  const callee: Shape = ['Method', '\\FOO_', 2, [['Return', arg(0)]]];
  const caller = method(store(call('\\FOO_', local(0), store(local(1), 2)), 3));
  const [first, second] = [[caller], [callee]].map((shapes) => encodeAml(shapes.map(termOf)));

  it('know what each other declares, whichever comes first', () => {
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as [Uint8Array, Uint8Array][]) {
      const decoded = decodeTogether([{ bytes: one }, { bytes: other }]);
      expect(decoded.flatMap(({ diagnostics, guesses }) => [...diagnostics, ...guesses])).toEqual([]);
      expect(decoded.map(({ terms }) => terms.map(shapeOf))).toEqual(
        one === first ? [[caller], [callee]] : [[callee], [caller]],
      );
    }
  });

  it('would be guessed alone', () => {
    expect(decodeAml(first as Uint8Array).guesses.map(({ name }) => name)).toEqual(['\\FOO_']);
  });

  it('begin where they are said to', () => {
    const bytes = Uint8Array.of(1, 2, 3, ...(second as Uint8Array));
    expect(decodeTogether([{ bytes, offset: 3 }])[0]?.terms.map(shapeOf)).toEqual([callee]);
  });
});
