import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asl,
  decodeResources,
  findDeclaration,
  type ResourceDescriptor,
  resource,
  resourceTemplate,
  type Term,
} from '../../../src/aml/index.js';
import { memoryRange } from '../../../src/aml/resources/memory-range.js';
import { checkSet } from '../../../src/check/index.js';
import { decodeTable, patchTable } from '../../../src/firmware/index.js';
import { acpiexec, complaintsIn } from '../../support/acpica.js';
import { needs } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { bridge, tableOf } from './board-tables.js';

const WINDOW = { base: 0x2_0000_0000n, lengthBytes: 0x2000_0000n };
const END = WINDOW.base + WINDOW.lengthBytes;
const PRODUCED = { usage: 'ResourceProducer', minType: 'MinFixed', maxType: 'MaxFixed' } as const;

const wide = (min: bigint, max: bigint) => resource.qwordMemory({ ...PRODUCED, min, max });
const bus = resource.wordBusNumber({ ...PRODUCED, min: 0, max: 255 });
const template = (...descriptors: readonly ResourceDescriptor[]) => resourceTemplate([bus, ...descriptors]);

/** Memory of a template in a table: what the named object, or the first Name in the method, holds. */
function memoryAt(table: Uint8Array, path: string): [bigint, bigint][] {
  const term = findDeclaration(decodeTable(table).terms, path)?.term;
  const data = term?.op === 'Name' ? term.operands[1] : undefined;
  if (data?.op !== 'Buffer') throw new Error(`${path} is no template`);
  const { descriptors, diagnostics } = decodeResources(data.operands[1]);
  expect(diagnostics).toEqual([]);
  return descriptors.flatMap((each) => {
    const range = memoryRange(each);
    return range === undefined ? [] : [[range.base, range.base + range.lengthBytes] as [bigint, bigint]];
  });
}

const cut = (...terms: readonly Term[]) => patchTable(tableOf([bridge(...terms)]), { cut: WINDOW });
const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }) => diagnostics.map(({ code }) => code);

describe('a window cut out of _CRS', () => {
  it.each<[string, ResourceDescriptor, [bigint, bigint][]]>([
    [
      'in the middle of a range',
      wide(0x1_0000_0000n, 0x8_ffff_ffffn),
      [
        [0x1_0000_0000n, WINDOW.base],
        [END, 0x9_0000_0000n],
      ],
    ],
    ['at its beginning', wide(WINDOW.base, 0x8_ffff_ffffn), [[END, 0x9_0000_0000n]]],
    ['at its end', wide(0x1_0000_0000n, END - 1n), [[0x1_0000_0000n, WINDOW.base]]],
    ['that it begins in', wide(WINDOW.base + 0x1000n, 0x8_ffff_ffffn), [[END, 0x9_0000_0000n]]],
    ['that covers all of it', wide(WINDOW.base, END - 1n), []],
    ['beside it', wide(0x1_0000_0000n, WINDOW.base - 1n), [[0x1_0000_0000n, WINDOW.base]]],
    ['after it', wide(END, 0x8_ffff_ffffn), [[END, 0x9_0000_0000n]]],
  ])('%s', (_, descriptor, left) => {
    const after = cut(asl.Name('_CRS', template(descriptor)));
    expect(memoryAt(after.bytes, '\\_SB.PCI0._CRS')).toEqual(left);
  });

  it('out of 32-bit memory too', () => {
    const window = { base: 0xc000_0000n, lengthBytes: 0x400_0000n };
    const terms = [
      bridge(
        asl.Name(
          '_CRS',
          template(
            resource.dwordMemory({ ...PRODUCED, min: 0x8000_0000, max: 0xdfff_ffff }),
            resource.memory32Fixed({ access: 'ReadWrite', base: 0xc200_0000, length: 0x800_0000 }),
          ),
        ),
      ),
    ];
    const after = patchTable(tableOf(terms), { cut: window });
    expect(memoryAt(after.bytes, '\\_SB.PCI0._CRS')).toEqual([
      [0x8000_0000n, 0xc000_0000n],
      [0xc400_0000n, 0xca00_0000n],
      [0xc400_0000n, 0xe000_0000n],
    ]);
  });

  const named = asl.Name('MCRS', template(wide(0x1_0000_0000n, 0x8_ffff_ffffn)));
  it.each<[string, readonly Term[], string]>([
    [
      'a template in the method',
      [asl.Method('_CRS', { serialized: true }, [named, asl.Return(asl.path('MCRS'))])],
      '\\_SB.PCI0._CRS.MCRS',
    ],
    [
      'a template beside the method',
      [named, asl.Method('_CRS', {}, [asl.Return(asl.path('MCRS'))])],
      '\\_SB.PCI0.MCRS',
    ],
    [
      'a template of which AML writes other bytes',
      [named, asl.Method('_CRS', {}, [asl.CreateWordField(asl.path('MCRS'), 8, 'BMIN'), asl.Return(asl.path('MCRS'))])],
      '\\_SB.PCI0.MCRS',
    ],
    [
      'a template that is returned twice',
      [named, asl.Method('_CRS', {}, [asl.If(1, [asl.Return(asl.path('MCRS'))]), asl.Return(asl.path('MCRS'))])],
      '\\_SB.PCI0.MCRS',
    ],
  ])('cuts %s', (_, terms, path) => {
    const after = cut(...terms);
    expect(codes(after)).toEqual(['FIRMWARE_CRS_CUT']);
    expect(memoryAt(after.bytes, path)).toEqual([
      [0x1_0000_0000n, WINDOW.base],
      [END, 0x9_0000_0000n],
    ]);
  });

  it('cuts a template that a method returns itself', () => {
    const after = cut(asl.Method('_CRS', {}, [asl.Return(template(wide(WINDOW.base, END)))]));
    const { findings } = checkSet([{ file: 'dsdt.aml', bytes: after.bytes }], { base: WINDOW.base, buses: 256 });
    expect(findings.map(({ code }) => code)).not.toContain('VCFG_OVERLAPS_CRS');
    expect(codes(after)).toEqual(['FIRMWARE_CRS_CUT']);
  });

  it('keeps the place of what follows where AML writes into the template', () => {
    const terms = [
      asl.Name('MCRS', resourceTemplate([wide(WINDOW.base, END - 1n), bus])),
      asl.Method('_CRS', {}, [asl.CreateWordField(asl.path('MCRS'), 46 + 8, 'BMIN'), asl.Return(asl.path('MCRS'))]),
    ];
    const after = cut(...terms);
    const term = findDeclaration(decodeTable(after.bytes).terms, '\\_SB.PCI0.MCRS')?.term;
    const data =
      term?.op === 'Name' && term.operands[1].op === 'Buffer' ? term.operands[1].operands[1] : new Uint8Array();
    expect(decodeResources(data).descriptors.map(({ kind }) => kind)).toEqual([
      'QWordMemory',
      'WordBusNumber',
      'EndTag',
    ]);
    expect(memoryAt(after.bytes, '\\_SB.PCI0.MCRS')).toEqual([]);
  });

  const returned = asl.Return(asl.path('MCRS'));
  it.each<[string, readonly Term[]]>([
    [
      'range that AML fills in',
      [named, asl.Method('_CRS', {}, [asl.CreateQWordField(asl.path('MCRS'), 16 + 14, 'MMIN'), returned])],
    ],
    [
      'place of a field that is not a constant',
      [named, asl.Method('_CRS', {}, [asl.CreateQWordField(asl.path('MCRS'), asl.path('MAYB'), 'MMIN'), returned])],
    ],
    [
      'template that is passed on',
      [named, asl.Method('_CRS', {}, [asl.Store(asl.path('MCRS'), asl.Local(0)), returned])],
    ],
    [
      'method that returns something else',
      [named, asl.Method('_CRS', {}, [asl.Return(asl.ConcatenateResTemplate(asl.path('MCRS'), asl.path('MCRS')))])],
    ],
    [
      'method that returns one of two',
      [
        named,
        asl.Name('NCRS', template()),
        asl.Method('_CRS', {}, [asl.If(1, [asl.Return(asl.path('NCRS'))]), returned]),
      ],
    ],
    ['method that returns nothing', [asl.Method('_CRS', {}, [])]],
  ])('is refused with a warning for a %s', (_, terms) => {
    const after = cut(...terms);
    expect(codes(after)).toEqual(['FIRMWARE_CRS_COMPUTED']);
    expect(after.bytes).toEqual(tableOf([bridge(...terms)]));
  });

  it('is refused with a warning for a descriptor whose range is movable, which keeps its bytes', () => {
    const movable = resource.memory32({
      access: 'ReadWrite',
      min: 0xc200_0000,
      max: 0xc2ff_ffff,
      alignment: 1,
      length: 0x100_0000,
    });
    const terms = [
      bridge(
        asl.Name('_CRS', template(movable, resource.dwordMemory({ ...PRODUCED, min: 0xc000_0000, max: 0xc0ff_ffff }))),
      ),
    ];
    const after = patchTable(tableOf(terms), { cut: { base: 0xc000_0000n, lengthBytes: 0x400_0000n } });
    expect(codes(after)).toEqual(['FIRMWARE_CRS_COMPUTED', 'FIRMWARE_CRS_CUT']);
    expect(memoryAt(after.bytes, '\\_SB.PCI0._CRS')).toEqual([[0xc200_0000n, 0xc300_0000n]]);
  });

  it('leaves 32-bit ranges that AML fills in alone for a window above them', () => {
    const low = resource.dwordMemory({ ...PRODUCED, min: 0, max: 0 });
    const terms = [
      asl.Name('MCRS', template(low, wide(0x1_0000_0000n, 0x8_ffff_ffffn))),
      asl.Method('_CRS', {}, [asl.CreateDWordField(asl.path('MCRS'), 16 + 10, 'MMIN'), returned]),
    ];
    expect(codes(cut(...terms))).toEqual(['FIRMWARE_CRS_CUT']);
  });

  it('leaves what any range had outside the window, and nothing inside it', () => {
    const address = fc.bigInt({ min: 0n, max: 0x30n }).map((units) => units * 0x1000_0000n);
    const ranges = fc.array(fc.tuple(address, fc.bigInt({ min: 1n, max: 0x20n })), { maxLength: 6 });
    fc.assert(
      fc.property(ranges, address, fc.bigInt({ min: 1n, max: 8n }), (all, base, units) => {
        const window = { base, lengthBytes: units * 0x1000_0000n };
        const descriptors = all.map(([min, length]) => wide(min, min + length * 0x1000_0000n - 1n));
        const { bytes } = patchTable(tableOf([bridge(asl.Name('_CRS', template(...descriptors)))]), { cut: window });
        const left = memoryAt(bytes, '\\_SB.PCI0._CRS');
        const holds = (ranges: readonly (readonly [bigint, bigint])[], at: bigint) =>
          ranges.filter(([from, to]) => from <= at && at < to).length;
        const before = all.map(([min, length]) => [min, min + length * 0x1000_0000n] as const);
        for (let at = 0n; at < 0x60n; at++) {
          const byte = at * 0x1000_0000n + 1n;
          const inside = byte >= window.base && byte < window.base + window.lengthBytes;
          expect(holds(left, byte)).toBe(inside ? 0 : holds(before, byte));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("out of QEMU's q35 leaves nothing for check to find, and ACPICA no complaint", async (context) => {
    needs(context, 'acpiexec');
    const q35 = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
    const { bytes, diagnostics } = patchTable(q35, { cut: WINDOW, revision: 2, file: 'dsdt.aml' });
    expect(diagnostics.map(({ code, place }) => [code, place.file])).toEqual([
      ['FIRMWARE_CRS_CUT', 'dsdt.aml'],
      ['FIRMWARE_REVISION_RAISED', 'dsdt.aml'],
    ]);
    const found = (table: Uint8Array) =>
      checkSet([{ file: 'dsdt.aml', bytes: table }], { base: WINDOW.base, buses: 256 }).findings.map(
        ({ code }) => code,
      );
    expect(found(bytes)).not.toContain('VCFG_OVERLAPS_CRS');
    expect(complaintsIn(await acpiexec([bytes], ['resources \\_SB.PCI0']))).toEqual([]);
  });
});
