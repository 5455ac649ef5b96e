import { describe, expect, it } from 'vitest';
import { asl, declarations, fieldUnits, resource, resourceTemplate, type Term } from '../../../src/aml/index.js';
import { decodeTable, patchTable, type Rename } from '../../../src/firmware/index.js';
import { acpiexec, complaintsIn } from '../../support/acpica.js';
import { someOf } from '../../support/effort.js';
import { needs } from '../../support/oracles.js';
import { readCorpus } from '../../support/shared-material.js';
import { bodyOf, hexOf, refusal, tableOf } from './board-tables.js';

const renamed = (terms: readonly Term[], ...rename: readonly Rename[]) => patchTable(tableOf(terms), { rename });
const only = (from: string, to: string): Rename => ({ from, to });
const use = (name: string) => asl.Store(asl.path(name), asl.Local(0));

describe('a rename', () => {
  it.each<[string, Rename, readonly Term[], readonly Term[]]>([
    [
      'a Name and its uses',
      only('FOO', 'BAR'),
      [asl.Name('FOO', 1), asl.Method('USES', {}, [use('FOO')])],
      [asl.Name('BAR', 1), asl.Method('USES', {}, [use('BAR')])],
    ],
    [
      'every object of a name',
      only('GFX0', 'IGPU'),
      [asl.Device('\\_SB.GFX0', []), asl.Scope('\\_SB.GFX0', [asl.Name('GFX0', 1)])],
      [asl.Device('\\_SB.IGPU', []), asl.Scope('\\_SB.IGPU', [asl.Name('IGPU', 1)])],
    ],
    [
      'only the object at a path, and names of what is below it',
      only('\\_SB.GFX0', 'IGPU'),
      [asl.Device('\\_SB.GFX0', [asl.Device('GFX0', [])]), asl.Name('\\_SB.GFX0.GFX0.BCLM', 1)],
      [asl.Device('\\_SB.IGPU', [asl.Device('GFX0', [])]), asl.Name('\\_SB.IGPU.GFX0.BCLM', 1)],
    ],
    [
      'with a new path beside the old one',
      only('\\_SB.GFX0', '\\_SB.IGPU'),
      [asl.Device('\\_SB.GFX0', [])],
      [asl.Device('\\_SB.IGPU', [])],
    ],
    [
      'a name in a package, an alias, a parent path and a call',
      only('AAAA', 'BBBB'),
      [
        asl.Method('AAAA', { args: 1 }, []),
        asl.Alias('AAAA', 'CCCC'),
        asl.Name('PKG0', asl.Package([asl.path('AAAA')])),
        asl.Device('DEV0', [asl.Method('USES', {}, [asl.Call('^^AAAA', 1), asl.Call('AAAA', 2)])]),
      ],
      [
        asl.Method('BBBB', { args: 1 }, []),
        asl.Alias('BBBB', 'CCCC'),
        asl.Name('PKG0', asl.Package([asl.path('BBBB')])),
        asl.Device('DEV0', [asl.Method('USES', {}, [asl.Call('^^BBBB', 1), asl.Call('BBBB', 2)])]),
      ],
    ],
    [
      'a region, and a unit of its field',
      only('REG0', 'REG1'),
      [
        asl.OperationRegion('REG0', 'SystemMemory', 0, 16),
        asl.Field('REG0', { access: 'ByteAcc' }, fieldUnits([{ name: 'REG2', lowBit: 0, bits: 8 }])),
      ],
      [
        asl.OperationRegion('REG1', 'SystemMemory', 0, 16),
        asl.Field('REG1', { access: 'ByteAcc' }, fieldUnits([{ name: 'REG2', lowBit: 0, bits: 8 }])),
      ],
    ],
    [
      'a unit',
      only('UNIT', 'PART'),
      [
        asl.OperationRegion('REG0', 'SystemMemory', 0, 16),
        asl.Field('REG0', { access: 'ByteAcc' }, fieldUnits([{ name: 'UNIT', lowBit: 0, bits: 8 }])),
        asl.Method('USES', {}, [use('UNIT')]),
      ],
      [
        asl.OperationRegion('REG0', 'SystemMemory', 0, 16),
        asl.Field('REG0', { access: 'ByteAcc' }, fieldUnits([{ name: 'PART', lowBit: 0, bits: 8 }])),
        asl.Method('USES', {}, [use('PART')]),
      ],
    ],
    [
      'a local of a method that hides an object, without the object',
      only('\\HIDE.FOO', 'BAR'),
      [asl.Name('FOO', 1), asl.Method('HIDE', {}, [asl.Name('FOO', 2), use('FOO')])],
      [asl.Name('FOO', 1), asl.Method('HIDE', {}, [asl.Name('BAR', 2), use('BAR')])],
    ],
    [
      'a reference to what the interpreter has',
      only('_OSI', 'XOSI'),
      [asl.Method('USES', {}, [asl.Store(asl.Call('_OSI', asl.String('Linux')), asl.Local(0))])],
      [asl.Method('USES', {}, [asl.Store(asl.Call('XOSI', asl.String('Linux')), asl.Local(0))])],
    ],
  ])('changes %s', (_, rename, before, after) => {
    expect(bodyOf(renamed(before, rename).bytes)).toBe(hexOf(after));
  });

  it('follows another', () => {
    const terms = [asl.Name('AAAA', 1), asl.Name('BBBB', 2)];
    const { bytes, renamed: counts } = renamed(terms, only('AAAA', 'TMP0'), only('BBBB', 'AAAA'), only('TMP0', 'BBBB'));
    expect([bodyOf(bytes), counts]).toEqual([hexOf([asl.Name('BBBB', 1), asl.Name('AAAA', 2)]), [1, 1, 1]]);
  });

  it.each<[string, Rename, readonly Term[], ...string[]]>([
    ['what is not there', only('NONE', 'SOME'), [asl.Name('FOO', 1)], 'FIRMWARE_NO_OBJECT'],
    ['a path that is not there', only('\\_SB.FOO', 'SOME'), [asl.Name('FOO', 1)], 'FIRMWARE_NO_OBJECT'],
    ['a name that is taken', only('FOO', 'BAR'), [asl.Name('FOO', 1), asl.Name('BAR', 1)], 'FIRMWARE_NAME_TAKEN'],
    ['a predefined name', only('FOO', '_SB'), [asl.Name('FOO', 1)], 'FIRMWARE_NAME_TAKEN'],
    ['a scope that is predefined', only('_SB', 'XSB'), [asl.Device('\\_SB.DEV0', [])], 'FIRMWARE_BAD_RENAME'],
    ['another parent', only('\\_SB.FOO', '\\BAR'), [asl.Name('\\_SB.FOO', 1)], 'FIRMWARE_BAD_RENAME'],
    ['no name', only('FOO', 'lower'), [asl.Name('FOO', 1)], 'AML_BAD_NAME'],
    [
      'a name that would then be hidden',
      only('\\OUTR', 'INNR'),
      [asl.Name('OUTR', 1), asl.Device('DEV0', [asl.Name('INNR', 2), asl.Method('USES', {}, [use('OUTR')])])],
      'FIRMWARE_NAME_TAKEN',
    ],
    [
      'a name that would hide another',
      only('\\DEV0.INNR', 'OUTR'),
      [asl.Name('OUTR', 1), asl.Device('DEV0', [asl.Name('INNR', 2), asl.Method('USES', {}, [use('OUTR')])])],
      'FIRMWARE_NAME_TAKEN',
    ],
  ])('is refused for %s', (_, rename, terms, ...codes) => {
    expect(refusal(() => renamed(terms, rename))).toEqual(codes);
  });

  it('says which texts keep the name, and which objects are elsewhere', () => {
    const terms = [
      asl.Device('\\_SB.GPI0', [
        asl.Name(
          '_CRS',
          resourceTemplate([
            resource.interrupt({
              usage: 'ResourceConsumer',
              mode: 'Level',
              polarity: 'ActiveLow',
              sharing: 'Exclusive',
              interrupts: [5],
              resourceSourceIndex: 0,
              resourceSource: '\\_SB.GPI0',
            }),
          ]),
        ),
        asl.Name('_DEP', asl.Package([asl.String('\\_SB.GPI0')])),
        asl.Name('NOTE', asl.String('GPI0 and others')),
      ]),
    ];
    const { diagnostics } = renamed(terms, only('GPI0', 'GPIO'));
    expect(diagnostics.map(({ code }) => code)).toEqual(['FIRMWARE_NAME_IN_TEXT', 'FIRMWARE_NAME_IN_TEXT']);
    const foreign = renamed([asl.External('\\FOO', 0, 0), asl.Method('USES', {}, [use('\\FOO')])], only('FOO', 'BAR'));
    expect(foreign.diagnostics.map(({ code, place }) => [code, place.path])).toEqual([
      ['FIRMWARE_NAME_ELSEWHERE', 'BAR'],
    ]);
  });

  it('of every table of the corpus, and back, gives the same bytes', (context) => {
    for (const { name, bytes } of someOf(readCorpus(context), 12)) {
      const [first] = declarations(decodeTable(bytes).terms).filter(
        ({ term, inMethod }) => term.op === 'Device' && !inMethod,
      );
      if (first === undefined) continue;
      const old = first.path.slice(-4);
      const there = patchTable(bytes, { rename: [only(old, 'QZQZ')] });
      expect(there.bytes, name).not.toEqual(bytes);
      expect(patchTable(there.bytes, { rename: [only('QZQZ', old)] }).bytes, name).toEqual(bytes);
    }
  });

  it('of a real board is loaded by ACPICA with as many complaints as before', async (context) => {
    needs(context, 'acpiexec');
    const board = readCorpus(context).find(({ name }) => name.startsWith('corev4-coreboot'))?.bytes as Uint8Array;
    const { bytes } = patchTable(board, { rename: [only('PCI0', 'PC00')] });
    const plain = (text: string) => complaintsIn(text).map((line) => line.replaceAll('PC00', 'PCI0'));
    expect(plain(await acpiexec([bytes], ['find _CRS']))).toEqual(plain(await acpiexec([board], ['find _CRS'])));
  });
});
