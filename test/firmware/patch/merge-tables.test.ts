import { describe, expect, it } from 'vitest';
import { asl, fieldUnits, type Term } from '../../../src/aml/index.js';
import { patchTable, type TablePatch } from '../../../src/firmware/index.js';
import { acpiexec, complaintsIn } from '../../support/acpica.js';
import { needs } from '../../support/oracles.js';
import { bodyOf, bridge, hexOf, refusal, tableOf } from './board-tables.js';

const merged = (own: readonly Term[], theirs: readonly Term[], options: TablePatch = {}) =>
  patchTable(tableOf(own), { ...options, merge: [{ file: 'ssdt.aml', bytes: tableOf(theirs, 'SSDT') }] });

const value = (name: string, number: number) => asl.Name(name, number);

describe('a table merged into another', () => {
  it.each<[string, readonly Term[], readonly Term[], readonly Term[]]>([
    [
      'what is at its root after everything',
      [value('AAAA', 1)],
      [value('BBBB', 2)],
      [value('AAAA', 1), value('BBBB', 2)],
    ],
    [
      'what is in a Scope into the Device',
      [bridge(value('AAAA', 1)), value('LAST', 1)],
      [asl.Scope('\\_SB.PCI0', [value('BBBB', 2), asl.Device('NEWD', [value('_ADR', 3)])])],
      [bridge(value('AAAA', 1), value('BBBB', 2), asl.Device('NEWD', [value('_ADR', 3)])), value('LAST', 1)],
    ],
    [
      'regions, and what runs when it loads, after everything',
      [bridge()],
      [
        asl.Scope('\\_SB.PCI0', [
          value('BBBB', 2),
          asl.OperationRegion('REG0', 'SystemMemory', 0, 4),
          asl.Field('REG0', { access: 'ByteAcc' }, fieldUnits([{ name: 'UNIT', lowBit: 0, bits: 8 }])),
        ]),
      ],
      [
        bridge(value('BBBB', 2)),
        asl.Scope('\\_SB.PCI0', [
          asl.OperationRegion('REG0', 'SystemMemory', 0, 4),
          asl.Field('REG0', { access: 'ByteAcc' }, fieldUnits([{ name: 'UNIT', lowBit: 0, bits: 8 }])),
        ]),
      ],
    ],
    [
      'a Scope that is not a Device as it is',
      [],
      [asl.Scope('\\_GPE', [asl.Method('_E01', {}, [])])],
      [asl.Scope('\\_GPE', [asl.Method('_E01', {}, [])])],
    ],
    [
      'no External of what is then declared, on either side',
      [bridge(), asl.External('\\BBBB', 0, 0), asl.External('\\ELSE', 0, 0)],
      [asl.If(0, [asl.External('\\_SB.PCI0', 6, 0)]), value('BBBB', 1)],
      [bridge(), asl.External('\\ELSE', 0, 0), value('BBBB', 1)],
    ],
  ])('puts %s', (_, own, theirs, after) => {
    expect(bodyOf(merged(own, theirs).bytes)).toBe(hexOf(after));
  });

  it('replaces Names and Methods in their places, if told to', () => {
    const own = [bridge(asl.Method('_DSM', { args: 4 }, []), value('LAST', 1)), asl.Scope('\\', [value('\\FLAG', 0)])];
    const dsm = asl.Method('_DSM', { args: 4 }, [asl.Return(1)]);
    const theirs = [asl.Scope('\\_SB.PCI0', [dsm]), value('FLAG', 1)];
    const { bytes, replaced, added } = merged(own, theirs, { replace: true });
    expect(bodyOf(bytes)).toBe(hexOf([bridge(dsm, value('LAST', 1)), asl.Scope('\\', []), value('FLAG', 1)]));
    expect([replaced, added]).toEqual([
      ['\\_SB.PCI0._DSM', '\\FLAG'],
      ['\\_SB.PCI0._DSM', '\\FLAG'],
    ]);
    expect(refusal(() => merged(own, theirs))).toEqual(['FIRMWARE_NAME_TAKEN', 'FIRMWARE_NAME_TAKEN']);
  });

  it('follows a rename, so that a new method can call the old one', async (context) => {
    const own = [bridge(asl.Method('_DSM', { args: 4 }, [asl.Return(5)]))];
    const call = asl.Call('XDSM', asl.Arg(0), asl.Arg(1), asl.Arg(2), asl.Arg(3));
    const theirs = [
      asl.External('\\_SB.PCI0', 6, 0),
      asl.External('\\_SB.PCI0.XDSM', 8, 4),
      asl.Scope('\\_SB.PCI0', [asl.Method('_DSM', { args: 4 }, [asl.Return(asl.Add(call, 2))])]),
    ];
    const { bytes, diagnostics } = merged(own, theirs, { rename: [{ from: '_DSM', to: 'XDSM' }] });
    expect(diagnostics).toEqual([]);
    needs(context, 'acpiexec');
    const said = await acpiexec([bytes], ['evaluate \\_SB.PCI0._DSM (00) 0 0 [0]']);
    expect(complaintsIn(said)).toEqual([]);
    expect(said).toMatch(/\[Integer\] = 0*7\b/);
  });

  it.each<[string, readonly Term[], readonly Term[], TablePatch]>([
    ['a Device that is there', [bridge()], [bridge()], { replace: true }],
    ['a Name for a Device', [bridge()], [asl.Scope('\\_SB', [value('PCI0', 1)])], { replace: true }],
    [
      'a unit of a field',
      [value('UNIT', 1)],
      [
        asl.OperationRegion('REG0', 'SystemMemory', 0, 4),
        asl.Field('REG0', { access: 'ByteAcc' }, fieldUnits([{ name: 'UNIT', lowBit: 0, bits: 8 }])),
      ],
      { replace: true },
    ],
  ])('is refused for %s', (_, own, theirs, options) => {
    expect(new Set(refusal(() => merged(own, theirs, options)))).toEqual(new Set(['FIRMWARE_NAME_TAKEN']));
  });

  it('is refused for a table of which something cannot be decoded, and says of which', () => {
    const bytes = tableOf([asl.Method('CUT', {}, [])], 'SSDT');
    const cut = Uint8Array.from([...bytes.subarray(0, 36), 0x5b, 0x82, 0x3f]);
    new DataView(cut.buffer).setUint32(4, cut.length, true);
    cut[9] = 0;
    cut[9] = (0x100 - (cut.reduce((sum, each) => sum + each, 0) & 0xff)) & 0xff;
    const refused = () => patchTable(tableOf([]), { merge: [{ file: 'ssdt.aml', bytes: cut }], file: 'dsdt.aml' });
    expect(refusal(refused)[0]).toBe('FIRMWARE_NOT_DECODED');
    expect(refused).toThrow(/^ssdt\.aml\+0x/);
  });
});
