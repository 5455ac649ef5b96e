import { describe, expect, it } from 'vitest';
import { asl, eisaId, resource, resourceTemplate, type Term } from '../../../src/aml/index.js';
import { subjectOf } from '../../../src/check/rules/check-set.js';
import { MOST_FINDINGS, RULES } from '../../../src/check/rules/rules.js';
import { mutate } from '../../fuzz/mutations.js';
import { createRandom } from '../../fuzz/random.js';
import { effort } from '../../support/effort.js';
import { GUARD_FIXTURES } from './guard-fixtures.js';
import { NAME_FIXTURES } from './name-fixtures.js';
import { OBJECT_FIXTURES } from './object-fixtures.js';
import { OPERAND_FIXTURES } from './operand-fixtures.js';
import { dsdt, mcfg } from './table-bytes.js';

const MANY = 10_000;
const many = (one: (index: number) => Term): Term[] => Array.from({ length: MANY }, (_, index) => one(index));
const method = (name: string, body: readonly Term[]) => asl.Method(name, { serialized: false }, body);
const nested = (depth: number, around: (body: Term[]) => Term): Term =>
  Array.from({ length: depth }).reduce<Term>((inner) => around([inner]), asl.Name('DEEP', 1));

/** Tables that have very many of what rules look up in one another. */
const TABLES: readonly (readonly [what: string, terms: readonly Term[]])[] = [
  ['one name, made often', many(() => asl.Name('SAME', 1))],
  [
    'one name, made and used often in a method',
    [
      method(
        'MTHD',
        many((index) => (index % 2 ? asl.Name('SAME', 1) : asl.Increment('SAME'))),
      ),
    ],
  ],
  [
    'Scopes of one path, and Devices',
    many((index) => (index % 2 ? asl.Scope('\\DEV0', []) : asl.Device('\\DEV0', []))),
  ],
  [
    'one device with one object often',
    [
      asl.Device(
        'DEV0',
        many(() => asl.Name('_HID', eisaId('PNP0A08'))),
      ),
    ],
  ],
  [
    'Stores to what is notified',
    [
      asl.Name('DATA', 1),
      method(
        'MTHD',
        many((index) => (index % 2 ? asl.Notify('DATA', 0) : asl.Store(1, 'DATA'))),
      ),
    ],
  ],
  ['Whiles in one another', [method('MTHD', [nested(300, (body) => asl.While(asl.Local(0), body))])]],
  [
    'If and Else in one another',
    [method('MTHD', [nested(300, (body) => asl.If(asl.Local(0), [...body, asl.Return(1)]))])],
  ],
  [
    'methods that call one another',
    many((index) =>
      method(`M${index.toString(36).toUpperCase().padStart(3, '0')}`.slice(0, 4), [
        asl.Name('ONCE', 1),
        asl.Sleep(1),
        asl.Call('M000'),
      ]),
    ),
  ],
  [
    'mutexes',
    [
      asl.Mutex('MTX0', 1),
      method(
        'MTHD',
        many((index) => (index % 2 ? asl.Acquire('MTX0', 1) : asl.Release('MTX0'))),
      ),
    ],
  ],
  [
    'a routing table',
    [
      asl.Device('PC00', [
        asl.Name('_HID', eisaId('PNP0A03')),
        asl.Name('_PRT', asl.VarPackage(MANY, many(() => asl.Package([0xffff, 0, 0, 0])) as never)),
      ]),
    ],
  ],
];

/** Asks every rule. Findings have to be few, to be sentences, and to have a place. */
function ask(inputs: Parameters<typeof subjectOf>[0]): void {
  const subject = subjectOf(inputs);
  for (const rule of RULES) {
    const found = [...rule.find(subject)];
    for (const { message, place } of found) {
      expect(message).not.toMatch(/undefined|NaN|\[object/);
      expect(place.file).toBeTypeOf('string');
    }
    expect(found.length, rule.code).toBeLessThanOrEqual(MOST_FINDINGS);
  }
}

describe('tables that are made to be wrong', () => {
  it.each(TABLES)('take little time and give few findings: %s', (_, terms) => {
    ask([dsdt(terms)]);
  });

  it('take little time: a _CRS of very many bytes within the ECAM window', () => {
    const base = 0xf000_0000;
    const byte = (index: number) => resource.memory32Fixed({ base: base + 2 * index, length: 1 });
    const bytes = Array.from({ length: 20_000 }, (_, index) => byte(index));
    const board = asl.Device('BRD0', [asl.Name('_HID', eisaId('PNP0C02')), asl.Name('_CRS', resourceTemplate(bytes))]);
    ask([dsdt([board]), mcfg({ base: BigInt(base), segment: 0, firstBus: 0, lastBus: 127 })]);
  });

  it('take little time: very many ECAM windows and ranges of bridges', () => {
    const VERY_MANY = effort(1, 4) * MANY;
    const at = (index: number) => BigInt(index) << 21n;
    const ranges = Array.from({ length: VERY_MANY }, (_, index) =>
      resource.memory32Fixed({ base: Number(at(index % 1000)), length: 0x1000 }),
    );
    const halves = [ranges.slice(0, VERY_MANY / 2), ranges.slice(VERY_MANY / 2)].map((half, index) =>
      asl.Device(`PCI${index}`, [asl.Name('_HID', eisaId('PNP0A03')), asl.Name('_CRS', resourceTemplate(half))]),
    );
    const windows = Array.from({ length: VERY_MANY }, (_, index) => ({
      base: at(index),
      segment: index,
      firstBus: 0,
      lastBus: 0,
    }));
    ask([dsdt(halves), mcfg(...windows)]);
  });

  it('give only findings, whatever bytes are changed', () => {
    const seeds = [...NAME_FIXTURES, ...GUARD_FIXTURES, ...OBJECT_FIXTURES, ...OPERAND_FIXTURES].flatMap(
      ({ wrong, right }) => [...wrong, ...right],
    );
    const random = createRandom(6);
    const pick = () => (seeds[random.below(seeds.length)] as (typeof seeds)[number]).bytes.subarray(36);
    for (let round = 0; round < effort(40, 150); round++)
      ask([dsdt(mutate(pick().slice(), random, pick())), dsdt(pick())]);
  });
});
