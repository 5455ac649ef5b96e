import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Term } from '../../../src/aml/grammar/term.js';
import { decodeAml } from '../../../src/aml/index.js';
import { decodeResources, encodeResources } from '../../../src/aml/resources/index.js';
import { effort } from '../../support/effort.js';
import { timesAsLong } from '../../support/growth.js';
import { readCorpus } from '../../support/shared-material.js';
import { anyDescriptor, descriptorsByKind } from './arbitrary-descriptor.js';

describe('descriptors of the table', () => {
  it.each(descriptorsByKind)('%s comes back from its bytes', (_, descriptor) => {
    fc.assert(
      fc.property(descriptor, (value) => {
        expect(decodeResources(encodeResources([value])).descriptors).toEqual([value]);
      }),
      { numRuns: 60 },
    );
  });

  it('come back from a whole template, reserved bits and trailing bytes too', () => {
    fc.assert(
      fc.property(fc.array(anyDescriptor), fc.nat(), fc.nat(0xff), (values, where, byte) => {
        const whole = values.filter(({ kind }) => kind !== 'EndTag');
        const bytes = encodeResources([...whole, { kind: 'EndTag', checksum: 0 }]);
        expect(decodeResources(bytes)).toEqual({
          descriptors: [...whole, { kind: 'EndTag', checksum: 0 }],
          diagnostics: [],
        });
        bytes[where % bytes.length] = byte;
        expect(encodeResources(decodeResources(bytes).descriptors)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });
});

it('any bytes decode without a throw, and encode to themselves', () => {
  const tags = fc.constantFrom(
    0x22,
    0x2a,
    0x47,
    0x79,
    0x75,
    0x84,
    0x87,
    0x88,
    0x89,
    0x8a,
    0x8b,
    0x8c,
    0x8d,
    0x8e,
    0x90,
  );
  const piece = fc
    .tuple(tags, fc.uint8Array({ maxLength: 60 }))
    .map(([tag, body]) => (tag < 0x80 ? [tag, ...body] : [tag, body.length, 0, ...body]));
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(piece).map((all) => new Uint8Array(all.flat())),
  );
  fc.assert(
    fc.property(hostile, (bytes) => {
      const { descriptors, diagnostics } = decodeResources(bytes);
      expect(encodeResources(descriptors)).toEqual(bytes);
      const whole = descriptors.at(-1)?.kind === 'EndTag' && descriptors.every(({ kind }) => kind !== 'Raw');
      expect(diagnostics.length === 0).toBe(whole);
    }),
    { numRuns: effort(500, 2000) },
  );
});

it('a hostile buffer takes time in proportion to its bytes, and a bounded number of findings', () => {
  // A DWordSpace with an index and a source that no NUL ends, nor any byte of what follows.
  const piece = new Uint8Array(260).fill(0x41).with(0, 0x87).with(1, 0x01).with(2, 0x01);
  expect(decodeResources(piece).descriptors).toMatchObject([{ kind: 'DWordSpace', resourceSourceIndex: 0x41 }]);
  const hostile = new Uint8Array(32_768 * piece.length).map((_, at) => piece[at % piece.length] ?? 0);
  const quarter = hostile.subarray(0, hostile.length / 4);
  // Four times the bytes; a search for the NUL through all that follows would take sixteen times as long.
  const ratio = timesAsLong(
    () => decodeResources(hostile),
    () => decodeResources(quarter),
    9,
  );
  expect(ratio).toBeLessThan(9);
  const unknown = decodeResources(new Uint8Array(1 << 16).fill(0x01));
  expect(unknown.descriptors.length).toBe(1 << 15);
  expect(unknown.diagnostics.length).toBe(100);
});

/** Calls `found` with each Buffer's bytes, and the name of the object that holds it as its value. */
function visitBuffers(value: unknown, name: string, found: (name: string, bytes: Uint8Array) => void): void {
  if (Array.isArray(value)) for (const item of value) visitBuffers(item, name, found);
  else if (value !== null && typeof value === 'object' && 'connection' in value) {
    visitBuffers(value.connection, 'Connection', found);
  } else if (value !== null && typeof value === 'object' && 'op' in value) {
    const term = value as Term;
    if (term.op === 'Buffer') found(name, term.operands[1]);
    const inner = term.op === 'Name' ? term.operands[0] : '';
    for (const operand of term.operands) visitBuffers(operand, inner, found);
  }
}

it('every resource template of real firmware is understood whole and comes back byte for byte', (context) => {
  const counts = new Map<string, number>();
  let templates = 0;
  let settings = 0;
  const wrong: string[] = [];
  for (const { name: table, bytes: whole } of readCorpus(context)) {
    visitBuffers(decodeAml(whole, { offset: 36 }).terms, '', (name, bytes) => {
      const { descriptors, diagnostics } = decodeResources(bytes);
      if (Buffer.compare(encodeResources(descriptors), bytes) !== 0) wrong.push(`${table} ${name}: other bytes`);
      const ofSettings = /_[CP]RS$/.test(name);
      if (ofSettings) settings++;
      if (ofSettings && diagnostics.length > 0) wrong.push(`${table} ${name}: ${diagnostics[0]?.message}`);
      if (diagnostics.length > 0 || descriptors.length < 2) return;
      templates++;
      for (const { kind } of descriptors) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    });
  }
  expect(wrong).toEqual([]);
  expect(settings).toBeGreaterThan(900);
  expect(templates).toBeGreaterThan(3000);
  expect(counts.size).toBeGreaterThan(20);
});
