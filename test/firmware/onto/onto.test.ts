import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  asl,
  declarations,
  displayName,
  eisaId,
  encodeAml,
  resource,
  resourceTemplate,
  type Term,
} from '../../../src/aml/index.js';
import { DiagnosticError } from '../../../src/base/index.js';
import { checkSet } from '../../../src/check/index.js';
import { FIRMWARE_OUTPUTS } from '../../../src/firmware/forms/outputs.js';
import {
  decodeTable,
  decodeTables,
  generateTableSet,
  imageOutput,
  injectPlatform,
  injectVcfg,
} from '../../../src/firmware/index.js';
import { acpiPaths, packPciAddress, platformFromObject } from '../../../src/platform/index.js';
import { encodeTable } from '../../../src/tables/index.js';
import type { Platform } from '../../../src/vocab/index.js';
import { acpicaInteger, acpiexec, complaintsIn } from '../../support/acpica.js';
import { someOf } from '../../support/effort.js';
import { needs } from '../../support/oracles.js';
import { projectFolder, readCorpus } from '../../support/shared-material.js';
import { recompilePrinted } from '../forms/recompile-printed.js';

const BASE = 0x10_0000_0000n;

/** A DSDT of revision 2 around some terms. */
const board = (terms: readonly Term[], revision = 2): Uint8Array =>
  encodeTable(
    {
      signature: 'DSDT',
      revision,
      oemId: 'BOARD',
      oemTableId: 'BOARD',
      oemRevision: 1,
      creatorId: 'TEST',
      creatorRevision: 1,
    },
    encodeAml(terms),
  );

const onto = (...tables: readonly Uint8Array[]) =>
  decodeTables(tables).map((decoded, index) => ({ file: index === 0 ? 'dsdt.aml' : `ssdt${index}.aml`, decoded }));

const bridge = (...terms: readonly Term[]) => asl.Device('\\_SB.PCI0', [asl.Name('_HID', eisaId('PNP0A08')), ...terms]);
const device = (name: string, adr: number, ...terms: readonly Term[]) =>
  asl.Device(name, [asl.Name('_ADR', adr), ...terms]);

const SENS = { address: '00:04.0', name: 'SENS', registers: [{ name: 'CTRL', index: 0 }] };
const GPU0 = { address: '00:03.0', name: 'GPU0', profile: 'vfio' };
const ROOT_PORT = { address: '00:1c.0', name: 'RP00', bridge: { secondary: 1 } };
const MOTOR = { address: '01:00.0', name: 'MOTR', registers: [{ name: 'SPED', index: 0 }] };

const platform = (functions: readonly object[], rest: object = {}): Platform =>
  platformFromObject({ vcfg: { base: BASE }, functions, ...rest });

const made = (described: Platform, ...tables: readonly Uint8Array[]) =>
  generateTableSet(described, { onto: onto(...tables) });

/** Paths that the SSDT of a set declares, Scopes left out. */
const declared = ({ aml }: ReturnType<typeof made>) =>
  declarations(decodeTable(aml[0]?.bytes as Uint8Array).terms)
    .filter(({ term, element, inMethod }) => term.op !== 'Scope' && element === undefined && !inMethod)
    .map(({ path }) => displayName(path));

const codesOf = (error: unknown) => (error as DiagnosticError).diagnostics.map(({ code }) => code);

function refused(described: Platform, ...tables: readonly Uint8Array[]): string[] {
  try {
    return made(described, ...tables).diagnostics.map(({ code }) => `only ${code}`);
  } catch (error) {
    if (error instanceof DiagnosticError) return codesOf(error).filter((code) => code !== 'FIRMWARE_HOST_FOUND');
    throw error;
  }
}

describe('an SSDT for a machine that has tables', () => {
  it('adds what a Device lacks, finds Devices by _ADR and bus, and makes those that are missing', () => {
    const dsdt = board([
      bridge(device('SDEV', 0x4_0000), device('RPRT', 0x1c_0000, device('WRNG', 0x1_0000))),
      asl.Device('\\_SB.PCI1', [asl.Name('_HID', eisaId('PNP0A08')), asl.Name('_BBN', 0x80), device('NOTA', 0x3_0000)]),
    ]);
    const set = made(platform([GPU0, SENS, ROOT_PORT, MOTOR]), dsdt);
    expect([...acpiPaths(set.platform).values()]).toEqual([
      '\\_SB.PCI0.PE18',
      '\\_SB.PCI0.SDEV',
      '\\_SB.PCI0.RPRT',
      '\\_SB.PCI0.RPRT.PE00',
    ]);
    expect(declared(set)).toEqual([
      '\\VCFG',
      ...['VDSA', 'VDSE', 'VDSR', 'VDSD'].map((name) => `\\_SB.PCI0.${name}`),
      '\\_SB.PCI0.PE18',
      ...[
        '_ADR',
        'VREG',
        'SHAM',
        'PRIC',
        'PRIC.PWST',
        'PRIC._STA',
        'PRIC._ON',
        'PRIC._OFF',
        '_PR0',
        '_PR3',
        '_DSM',
      ].map((name) => `\\_SB.PCI0.PE18.${name}`),
      '\\_SB.PCI0.SDEV.VREG',
      '\\_SB.PCI0.RPRT.PE00',
      '\\_SB.PCI0.RPRT.PE00._ADR',
      '\\_SB.PCI0.RPRT.PE00.VREG',
      '\\_SB.MB00',
      ...['_HID', '_UID', '_CRS'].map((name) => `\\_SB.MB00.${name}`),
      '\\_GPE._E00',
    ]);
    expect(set.data).toEqual([]);
  });

  it('avoids names that are taken: of a Device, of the reservation, of an event', () => {
    const dsdt = board([
      bridge(device('PE18', 0x5_0000)),
      asl.Device('\\_SB.MB00', [asl.Name('_HID', eisaId('PNP0C01'))]),
      asl.Scope('\\_GPE', [asl.Method('_L00', {}, []), asl.Method('_E01', {}, [])]),
    ]);
    const set = made(platform([GPU0]), dsdt);
    expect(set.platform.functions[0]).toMatchObject({ path: '\\_SB.PCI0.AA18', gpe: 2 });
    expect(declared(set)).toEqual(expect.arrayContaining(['\\_SB.PCI0.AA18', '\\_SB.AA00', '\\_GPE._E02']));
    expect(set.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'note FIRMWARE_HOST_FOUND',
      'warning FIRMWARE_GPE_TAKEN',
    ]);
    expect(set.diagnostics[1]?.message).toContain(
      'event 0x0, which \\_GPE._L00 of dsdt.aml handles; it gets event 0x2',
    );
  });

  it('keeps what the machine has: VCFG, a reservation, a _DSM', () => {
    const window = platform([GPU0]).vcfg;
    const reservation = resource.qwordMemory({
      usage: 'ResourceConsumer',
      minType: 'MinFixed',
      maxType: 'MaxFixed',
      min: window.base,
      max: window.base + BigInt(window.lengthBytes) - 1n,
    });
    const dsdt = board([
      asl.Name('VCFG', BASE),
      bridge(device('GFX0', 0x3_0000, asl.Method('_DSM', { args: 4 }, [asl.Return(0)]))),
      asl.Device('\\_SB.MEMR', [
        asl.Name('_HID', eisaId('PNP0C02')),
        asl.Name('_CRS', resourceTemplate([reservation])),
      ]),
    ]);
    const set = made(platform([GPU0]), dsdt);
    const paths = declared(set);
    for (const path of ['\\VCFG', '\\_SB.MB00', '\\_SB.PCI0.GFX0._DSM']) expect(paths).not.toContain(path);
    expect(set.diagnostics.map(({ code }) => code)).toEqual(['FIRMWARE_HOST_FOUND', 'FIRMWARE_OBJECT_KEPT']);
  });

  it('takes an open base from the VCFG of the machine', () => {
    const dsdt = board([asl.Name('VCFG', 0x20_0000_0000n), bridge()]);
    const set = generateTableSet(platformFromObject({ functions: [SENS] }), { onto: onto(dsdt) });
    expect(set.platform.vcfg.base).toBe(0x20_0000_0000n);
    expect(set.diagnostics.map(({ code }) => code)).toEqual(['FIRMWARE_HOST_FOUND', 'FIRMWARE_BASE_MOVED']);
  });

  it('is made by the paths of the platform where no tables are given', () => {
    const described = platform([{ ...SENS, path: '\\_SB.PC01.SDEV' }, GPU0], { host: '\\_SB.PC01' });
    const set = generateTableSet(described);
    expect(set.aml.map(({ name }) => name)).toEqual(['ssdt']);
    expect(declared(set)).toEqual(expect.arrayContaining(['\\_SB.PC01.SDEV.VREG', '\\_SB.PC01.PE18']));
    expect(declared(set)).not.toContain('\\_SB.PC01.SDEV');
  });

  it('has a table of its own for a function that is added later', () => {
    const described = platform([SENS, GPU0], { host: '\\_SB.PCI0' });
    const [gpu] = described.functions;
    const hotPlug = gpu === undefined ? [] : [gpu.address];
    const set = generateTableSet(described, { onto: onto(board([bridge(device('SDEV', 0x4_0000))])), hotPlug });
    expect(declared(set)).not.toContain('\\_SB.PCI0.PE18');
    const [plugged] = set.hotPlug;
    expect(
      declarations(decodeTable(plugged?.bytes as Uint8Array).terms).map(({ path }) => displayName(path)),
    ).toContain('\\_SB.PCI0.PE18._DSM');
  });

  it('goes into the first of two Devices with an address, and gives no two functions an event', () => {
    const dsdt = board([
      bridge(device('GFX0', 0x3_0000), device('GFX1', 0x3_0000)),
      asl.Scope('\\_GPE', [asl.Method('_E00', {}, [])]),
    ]);
    const { platform: placed } = made(platform([GPU0, { ...GPU0, address: '00:05.0', name: 'GPU1' }]), dsdt);
    expect(placed.functions.map(({ path, gpe }) => [path, gpe])).toEqual([
      ['\\_SB.PCI0.GFX0', 2],
      ['\\_SB.PCI0.PE28', 1],
    ]);
  });

  it("is not misled by a vendor's VCFG in a scope above", async (context) => {
    needs(context, 'acpiexec');
    const dsdt = board([bridge(asl.Name('VCFG', 0x1000), device('SDEV', 0x4_0000))]);
    const tables = [dsdt, made(platform([SENS]), dsdt).aml[0]?.bytes as Uint8Array];
    const found = await acpiexec(tables, ['evaluate \\_SB.PCI0.SDEV.CTRL', 'find VREG']);
    expect(found).toMatch(/VREG Region .*Addr 0*1000040000\b/);
  });

  it('is not made for a Device that is there and is to be added later', () => {
    const described = platform([SENS]);
    const hotPlug = described.functions.map(({ address }) => address);
    const tables = onto(board([bridge(device('SDEV', 0x4_0000))]));
    expect(() => generateTableSet(described, { onto: tables, hotPlug })).toThrow(/is to be added while the guest runs/);
  });

  it('may hold VCFG without a finding if the platform says that the machine has a host bridge', () => {
    const dsdt = board([bridge()]);
    const { platform: placed, aml } = made(platform([SENS]), dsdt);
    const inputs = [
      { file: 'dsdt.aml', bytes: dsdt },
      { file: 'ssdt.aml', bytes: aml[0]?.bytes as Uint8Array },
    ];
    const codes = (checked: Platform) => checkSet(inputs, { platform: checked }).findings.map(({ code }) => code);
    expect(codes(placed)).not.toContain('VCFG_IN_SSDT');
    const { host: _, ...elsewhere } = placed;
    expect(codes(elsewhere)).toContain('VCFG_IN_SSDT');
  });

  const there = bridge(device('SDEV', 0x4_0000));
  it.each<[what: string, described: Platform, terms: readonly Term[], ...codes: string[]]>([
    [
      'no host bridge',
      platform([SENS]),
      [asl.Device('\\_SB.PCI0', [asl.Name('_HID', eisaId('PNP0C02'))])],
      'FIRMWARE_NO_HOST',
    ],
    ['only a bridge of another segment', platform([SENS]), [bridge(asl.Name('_SEG', 1))], 'FIRMWARE_NO_HOST'],
    ['only a bridge of bus 0x80', platform([SENS]), [bridge(asl.Name('_BBN', 0x80))], 'FIRMWARE_NO_HOST'],
    ['another host than the platform says', platform([SENS], { host: '\\_SB.PCI9' }), [there], 'FIRMWARE_NO_HOST'],
    [
      'no Device where the platform says',
      platform([{ ...SENS, path: '\\_SB.PCI0.XXXX' }], { host: '\\_SB.PCI0' }),
      [there],
      'FIRMWARE_NO_DEVICE',
    ],
    ['another VCFG', platform([SENS]), [asl.Name('VCFG', 1), there], 'FIRMWARE_VCFG_DIFFERS'],
    ['a VCFG that is a String', platform([SENS]), [asl.Name('VCFG', asl.String('x')), there], 'FIRMWARE_VCFG_DIFFERS'],
    [
      'a name in a Device that a register has too',
      platform([SENS]),
      [bridge(device('SDEV', 0x4_0000, asl.Name('CTRL', 0)))],
      'FIRMWARE_NAME_TAKEN',
    ],
    ['the name of a shared method', platform([GPU0]), [bridge(asl.Name('VDSA', 0))], 'FIRMWARE_NAME_TAKEN'],
  ])('is refused for %s', (_, described, terms, ...codes) => {
    expect(refused(described, board(terms))).toEqual(codes);
  });

  it('is no image', () => {
    expect(() => imageOutput(made(platform([SENS]), board([there])), 0xe_0000n)).toThrow(DiagnosticError);
  });

  it('is what every form of it holds', () => {
    const set = made(platform([SENS]), board([there]));
    const names = Object.values(FIRMWARE_OUTPUTS).flatMap((form) => form(set).files.map(({ name }) => name));
    expect(names).toEqual([
      ...['ssdt.aml', 'ssdt.asl', 'ssdt.h', 'ssdt.hex', 'ssdt.aslc', 'AcpiTables.inf', 'vcfg.asl', 'vcfg-qemu.aml'],
      ...['acpi-override.cpio', 'tables.json'],
    ]);
    expect(FIRMWARE_OUTPUTS.qemu(set).files[0]?.contents).toEqual(set.aml[0]?.bytes);
  });
});

const Q35 = join(projectFolder, 'fixtures/tables/q35');
const read = (name: string) => new Uint8Array(readFileSync(join(Q35, name)));

/** A platform that fits QEMU's q35: its ECAM window, and RAM that ends before the bridge's memory begins. */
const Q35_PLATFORM = platform([GPU0, SENS, ROOT_PORT, MOTOR], {
  vcfg: { base: BASE, buses: 256 },
  host: '\\_SB.PCI0',
  memory: '512 MiB',
  ecam: { base: 0xb000_0000, buses: 256 },
});

describe("QEMU's q35", () => {
  const { bytes: dsdt } = injectVcfg(read('dsdt.aml'), BASE);
  const set = made(Q35_PLATFORM, dsdt);
  const ssdt = set.aml[0]?.bytes as Uint8Array;

  it('has nothing to find fault with beside the new table', () => {
    const inputs = [
      { file: 'dsdt.aml', bytes: dsdt },
      { file: 'ssdt.aml', bytes: ssdt },
      { file: 'mcfg.aml', bytes: read('mcfg.aml') },
    ];
    const before = checkSet([{ file: 'dsdt.aml', bytes: dsdt }]).findings.map(({ message }) => message);
    const { findings } = checkSet(inputs, { platform: set.platform });
    const added = findings.filter(({ message }) => !before.includes(message));
    expect(added).toEqual([]);
  });

  it('is loaded by ACPICA with it, and evaluates what it brings', async (context) => {
    needs(context, 'acpiexec');
    expect(complaintsIn(await acpiexec([dsdt, ssdt], []))).toEqual([]);
    expect(await acpicaInteger([dsdt, ssdt], '\\VCFG')).toBe(BASE);
    const found = await acpiexec([dsdt, ssdt], ['find VREG']);
    expect([...found.matchAll(/(\\_SB\S+VREG) Region/g)].map(([, path]) => path).sort()).toEqual([
      '\\_SB.PCI0.PC01.PE00.VREG',
      '\\_SB.PCI0.PE18.VREG',
      '\\_SB.PCI0.PE20.VREG',
    ]);
  });

  it('prints as ASL that iasl compiles to the same bytes', async (context) => {
    needs(context, 'iasl');
    const { bodies, complaints, unsaid } = await recompilePrinted([ssdt]);
    expect([...complaints, ...unsaid]).toEqual([]);
    expect(Buffer.from(bodies[0] as Uint8Array).toString('hex')).toBe(Buffer.from(ssdt.subarray(36)).toString('hex'));
  });
});

/** Boards of several firmware vendors. */
const BOARDS = ['corev4-coreboot', 'insyde-edk2', 'lenovo-tp-gj', 'alaska-a-m-i', 'apple-macbookp', 'huawei-edk2'];

describe('boards of the corpus', () => {
  it.for(someOf(BOARDS, 3))(
    '%s loads in ACPICA with as many complaints as without, each function at one path',
    async (name, context) => {
      needs(context, 'acpiexec');
      const table = readCorpus(context).find((each) => each.name.startsWith(name))?.bytes as Uint8Array;
      // One of revision 1 would cut the base.
      const { bytes } = injectVcfg(table, BASE);
      const set = made(platform([GPU0, SENS, ROOT_PORT, MOTOR]), bytes);
      const tables = [bytes, set.aml[0]?.bytes as Uint8Array];
      expect(complaintsIn(await acpiexec(tables, []))).toEqual(complaintsIn(await acpiexec([bytes], [])));
      const all = decodeTables(tables).flatMap(({ terms }) => declarations(terms));
      const paths = acpiPaths(set.platform);
      for (const { address } of set.platform.functions) {
        const path = paths.get(packPciAddress(address));
        const devices = all.filter(({ term, path: at }) => term.op === 'Device' && displayName(at) === path);
        expect([path, devices.length]).toEqual([path, 1]);
      }
    },
  );
});

describe('a platform injected into a DSDT', () => {
  const described = platform([GPU0, SENS]);

  it('adds what the SSDT would have, after everything else', () => {
    const dsdt = board([bridge(device('SDEV', 0x4_0000))]);
    const { bytes, platform: placed, replaced } = injectPlatform(dsdt, described);
    const { bytes: withBase } = injectVcfg(dsdt, BASE);
    const [ssdt] = made(described, withBase).aml;
    const body = (table: Uint8Array) => Buffer.from(table.subarray(36)).toString('hex');
    expect(body(bytes)).toBe(body(withBase) + body(ssdt?.bytes as Uint8Array));
    expect([replaced, placed.functions[1]?.path]).toEqual([0, '\\_SB.PCI0.SDEV']);
  });

  it('replaces the VCFG that is there', () => {
    const { replaced, bytes } = injectPlatform(board([asl.Name('VCFG', 1), bridge()]), described);
    expect(replaced).toBe(1);
    expect(declarations(decodeTable(bytes).terms).filter(({ path }) => path === '\\VCFG')).toHaveLength(1);
  });

  it('is refused where the SSDT would be', () => {
    const dsdt = board([bridge(device('SDEV', 0x4_0000, asl.Name('CTRL', 0)))]);
    expect(() => injectPlatform(dsdt, described)).toThrow(/CTRL would be declared twice/);
    expect(() => injectPlatform(board([]), described)).toThrow(/No table has a PCI host bridge/);
  });

  it("loads in ACPICA, into QEMU's q35", async (context) => {
    needs(context, 'acpiexec');
    const { bytes } = injectPlatform(read('dsdt.aml'), Q35_PLATFORM);
    expect(complaintsIn(await acpiexec([bytes], []))).toEqual([]);
    expect(await acpicaInteger([bytes], '\\VCFG')).toBe(BASE);
  });
});
