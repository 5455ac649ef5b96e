import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/base/index.js';
import {
  generateFadt,
  generateMadt,
  generateMcfg,
  generateTableSet,
  platformImage,
  tableImage,
} from '../../../src/firmware/index.js';
import { platformFromObject, requirePlatform } from '../../../src/platform/index.js';
import { decodeFadt, decodeMadt, decodeMcfg, encodeTable, FADT_FLAG, requireTable } from '../../../src/tables/index.js';
import { loadedByAcpica } from '../../support/acpica.js';
import { needs } from '../../support/oracles.js';
import { platformFileArbitrary } from '../../support/platform-arbitrary.js';
import { projectFolder } from '../../support/shared-material.js';
import { memoryOf, walkTables } from './walk-tables.js';

const BIOS_AREA = 0xe_0000n;
const hub = requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8'));
const set = generateTableSet(hub, { split: 'crosvm' });
const files = [...set.data, ...set.aml].map(({ bytes }) => bytes);
const q35 = (name: string) => new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35', name)));

function codesOf(call: () => { diagnostics: readonly { code: string }[] }): string[] {
  try {
    return call().diagnostics.map(({ code }) => code);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => `refused: ${code}`);
    throw error;
  }
}

describe('an image of tables', () => {
  it('leads an OS from the RSDP to every table', () => {
    const image = platformImage(set, BIOS_AREA);
    const found = walkTables(memoryOf(image.bytes, BIOS_AREA), BIOS_AREA);
    expect(found.map(({ signature }) => signature)).toEqual([
      ...['RSDP', 'XSDT', 'FACP', 'FACS', 'DSDT', 'APIC', 'MCFG'],
      ...set.aml.slice(1).map(() => 'SSDT'),
    ]);
    expect(image.diagnostics).toEqual([]);
    const places = found.map(({ signature, address, bytes }) => ({ signature, address, lengthBytes: bytes.length }));
    const byAddress = places.toSorted((a, b) => Number(a.address - b.address));
    expect(image.tables).toEqual(byAddress);
    byAddress.forEach(({ address, lengthBytes }, index) => {
      expect(address % 64n).toBe(0n);
      const next = byAddress[index + 1]?.address ?? BIOS_AREA + BigInt(image.bytes.length);
      expect(address + BigInt(lengthBytes) <= next).toBe(true);
    });
    for (const { name, bytes } of [...set.data.slice(1), ...set.aml]) {
      expect(
        found.some((each) => Buffer.from(each.bytes).equals(bytes)),
        name,
      ).toBe(true);
    }
  });

  it('has 64-bit pointers alone in its FADT, and all else as it was', () => {
    const base = 0x1_8000_0000n;
    const found = walkTables(memoryOf(platformImage(set, base).bytes, base), base);
    const table = (signature: string) => found.find((each) => each.signature === signature);
    const pointed = decodeFadt(requireTable(table('FACP')?.bytes as Uint8Array)).value;
    expect(pointed).toEqual({
      ...decodeFadt(requireTable(generateFadt(hub))).value,
      dsdt: 0,
      firmwareCtrl: 0,
      xDsdt: table('DSDT')?.address,
      xFirmwareCtrl: table('FACS')?.address,
    });
  });

  it('is one that ACPICA loads, every table of it, without a complaint', async (context) => {
    needs(context, 'acpiexec');
    const found = walkTables(memoryOf(platformImage(set, BIOS_AREA).bytes, BIOS_AREA), BIOS_AREA);
    const given = found.filter(({ signature }) => !['RSDP', 'XSDT', 'FACS'].includes(signature));
    const { signatures, complaints } = await loadedByAcpica(given.map(({ bytes }) => bytes));
    expect(complaints).toEqual([]);
    for (const { signature } of given) expect(signatures).toContain(signature);
  });

  it('of any platform at any place can be walked', () => {
    fc.assert(
      fc.property(platformFileArbitrary({ mostFunctions: 4 }), fc.nat(0x3ff), (file, page) => {
        const platform = platformFromObject(file);
        const base = BigInt(page) * 64n;
        const { bytes, tables } = platformImage(generateTableSet(platform), base);
        expect(walkTables(memoryOf(bytes, base), base)).toHaveLength(tables.length);
      }),
      { numRuns: 30 },
    );
  });

  it('is the same of Buffers, and leaves them as they were', () => {
    const pool = Buffer.concat([Buffer.alloc(5), ...files]);
    const buffers = files.map((bytes, index) => {
      const start = 5 + files.slice(0, index).reduce((sum, { length }) => sum + length, 0);
      return pool.subarray(start, start + bytes.length);
    });
    const before = Buffer.from(pool);
    expect(tableImage(buffers, BIOS_AREA)).toEqual(tableImage(files, BIOS_AREA));
    expect(pool.equals(before)).toBe(true);
  });

  it('takes the tables of a real machine', () => {
    const tables = ['dsdt', 'facp', 'apic', 'hpet', 'mcfg', 'waet'].map((name) => q35(`${name}.aml`));
    const image = tableImage(tables, 0x7000_0000n, { identity: { oemId: 'BOCHS' } });
    const found = walkTables(memoryOf(image.bytes, image.base), image.base);
    expect(found.map(({ signature }) => signature).sort()).toEqual(
      ['APIC', 'DSDT', 'FACP', 'FACS', 'HPET', 'MCFG', 'RSDP', 'WAET', 'XSDT'].sort(),
    );
    expect(image.bytes.subarray(9, 15)).toEqual(new Uint8Array(Buffer.from('BOCHS ')));
  });

  it('has the names that its tables were given, RSDP and XSDT included', () => {
    const identity = { oemId: 'ACME', oemTableId: 'BOARD', oemRevision: 7 };
    const image = platformImage(generateTableSet(hub, { split: 'crosvm', identity }), BIOS_AREA);
    const [rsdp, ...tables] = walkTables(memoryOf(image.bytes, BIOS_AREA), BIOS_AREA);
    expect(Buffer.from(rsdp?.bytes ?? []).toString('latin1', 9, 15)).toBe('ACME  ');
    for (const { signature, bytes } of tables) {
      if (signature === 'FACS') continue;
      const oemTableId = signature === 'SSDT' ? 'VCFGSSDT' : 'BOARD   ';
      expect(requireTable(bytes).header).toMatchObject({ oemId: 'ACME  ', oemTableId, oemRevision: 7 });
    }
  });

  const rows: [string, bigint, string[]][] = [
    ['in the BIOS area', 0xe_0000n, []],
    ['at the last place of the BIOS area', 0xf_ffc0n, []],
    ['below it', 0xd_ffc0n, ['FIRMWARE_RSDP_NOT_SEARCHED']],
    ['above it', 0x10_0000n, ['FIRMWARE_RSDP_NOT_SEARCHED']],
    ['not at a multiple of 64', 0xe_0020n, ['refused: FIRMWARE_IMAGE_BASE']],
    ['below zero', -64n, ['refused: FIRMWARE_IMAGE_BASE']],
    ['past the address bits', (1n << 46n) - 64n, ['refused: FIRMWARE_IMAGE_BASE']],
    ['in the VCFG window', hub.vcfg.base + 0x1000n, ['refused: FIRMWARE_IMAGE_OVERLAP']],
    ['just below the VCFG window', hub.vcfg.base - 64n, ['refused: FIRMWARE_IMAGE_OVERLAP']],
    ['in the ECAM window', hub.ecam.base, ['refused: FIRMWARE_IMAGE_OVERLAP']],
    ['in a window of the host bridge', hub.windows.mmio32?.base as bigint, ['refused: FIRMWARE_IMAGE_OVERLAP']],
    ['in the other', hub.windows.mmio64?.base as bigint, ['refused: FIRMWARE_IMAGE_OVERLAP']],
    ['outside RAM', 0xfe00_0000n, ['FIRMWARE_IMAGE_NOT_RAM', 'FIRMWARE_RSDP_NOT_SEARCHED']],
    ['over the interrupt controllers', 0xfec0_0000n, ['refused: FIRMWARE_IMAGE_OVERLAP']],
    ['in the firmware at the end of 4 GiB', 0xfff0_0000n, ['refused: FIRMWARE_IMAGE_OVERLAP']],
    ['over the end of low RAM', 0xcfff_ffc0n, ['refused: FIRMWARE_IMAGE_OVERLAP']],
  ];
  it.each(rows)('%s: %s', (_, base, codes) => {
    expect(codesOf(() => platformImage(set, base))).toEqual(codes);
  });

  it('below zero is told so', () => {
    expect(() => platformImage(set, -64n)).toThrow("The image's base is -64, below 0. Give an address.");
  });

  it('may end with the last address there is, and not one after', () => {
    const { length } = tableImage(files, 0n).bytes;
    const last = (1n << 64n) - BigInt(length);
    expect(codesOf(() => tableImage(files, last))).toEqual(['FIRMWARE_RSDP_NOT_SEARCHED']);
    expect(codesOf(() => tableImage(files, last + 64n))).toEqual(['refused: FIRMWARE_IMAGE_BASE']);
  });

  const fadt = generateFadt(hub);
  const dsdt = set.aml[0]?.bytes as Uint8Array;
  const header = { ...requireTable(fadt).header, revision: 1 };
  it.each<[string, Uint8Array[]]>([
    ['no DSDT', [fadt]],
    ['two DSDTs', [dsdt, fadt, dsdt]],
    ['no FADT', [dsdt]],
    ['an XSDT', [dsdt, fadt, encodeTable({ ...header, signature: 'XSDT' }, new Uint8Array(8))]],
    ['a FADT without X_DSDT', [dsdt, encodeTable({ ...header, signature: 'FACP' }, new Uint8Array(80))]],
  ])('is not made of %s', (_, tables) => {
    expect(codesOf(() => tableImage(tables, 0n))).toEqual(['refused: FIRMWARE_TABLE_SET']);
  });

  it('is not made of a damaged table', () => {
    const damaged = dsdt.slice();
    damaged[40] = 0;
    expect(codesOf(() => tableImage([damaged, fadt], 0n))).toEqual(['refused: TABLE_CHECKSUM']);
  });
});

describe('the FADT of a platform', () => {
  it('says the same of each block in both forms', () => {
    const fadt = decodeFadt(requireTable(generateFadt({ ...hub, pm: { base: 0xb000, sci: 5 } }))).value;
    expect(fadt).toMatchObject({
      sciInterrupt: 5,
      smiCommand: 0,
      pm1aEventBlock: 0xb000,
      pm1EventLength: 4,
      xPm1aEventBlock: { space: 1, bitWidth: 32, address: 0xb000n },
      pm1aControlBlock: 0xb004,
      pm1ControlLength: 2,
      xPm1aControlBlock: { space: 1, bitWidth: 16, address: 0xb004n },
      gpe0Block: 0xb008,
      gpe0BlockLength: 64,
      xGpe0Block: { space: 1, bitWidth: 255, address: 0xb008n },
      resetRegister: { space: 1, bitWidth: 8, bitOffset: 0, accessSize: 1, address: 0xcf9n },
      resetValue: 6,
      pmTimerBlock: 0,
      bootArchitecture: 4,
      flags: 0x405,
    });
  });
});

/** Typed by hand from ACPI 6.5, table 5.10: the bit of each flag that the project knows. */
const FADT_FLAG_BITS = {
  wbinvd: 0,
  processorC1: 2,
  controlMethodPowerButton: 4,
  controlMethodSleepButton: 5,
  rtcNotFixed: 6,
  resetRegisterSupported: 10,
  headless: 12,
  forceApicCluster: 18,
  forceApicPhysical: 19,
  hardwareReduced: 20,
  lowPowerS0Idle: 21,
};

it('the flags of a FADT are the bits that the specification lists', () => {
  const bits = Object.entries(FADT_FLAG).map(([name, value]) => [name, Math.log2(value)]);
  expect(Object.fromEntries(bits)).toEqual(FADT_FLAG_BITS);
});

describe('the MADT of a platform', () => {
  const structures = (change: Partial<typeof hub>) =>
    decodeMadt(requireTable(generateMadt({ ...hub, ...change }))).value?.structures ?? [];

  it('has a structure for each processor, of the kind that its ID needs', () => {
    const { cpus } = requirePlatform('cpus: 257');
    const kinds = structures({ cpus }).map(({ kind }) => kind);
    expect(kinds.lastIndexOf('localApic')).toBe(254);
    expect(kinds.filter((kind) => kind === 'localX2apic')).toHaveLength(2);
    expect(structures({ cpus })[256]).toMatchObject({ x2apicId: 256, processorUid: 256, flags: 1 });
  });

  it('tells of the SCI and of PCI interrupts below 16 that they are level-triggered, once each', () => {
    const told = structures({ pm: { base: 0x600, sci: 9 }, interrupts: [11, 9, 5, 11, 16] })
      .filter((each) => each.kind === 'interruptSourceOverride')
      .map(({ source, gsi, flags }) => [source, gsi, flags]);
    expect(told).toEqual([
      [5, 5, 0xf],
      [9, 9, 0xf],
      [11, 11, 0xf],
    ]);
  });
});

describe('the MCFG of a platform', () => {
  it('has the ECAM window, its last bus included', () => {
    expect(decodeMcfg(requireTable(generateMcfg(hub))).value).toEqual([
      { base: 0xf400_0000n, segment: 0, firstBus: 0, lastBus: 63 },
    ]);
  });
});
