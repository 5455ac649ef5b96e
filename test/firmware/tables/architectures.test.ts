import { describe, expect, it } from 'vitest';
import { declarations, decodeResources, displayName, findDeclaration } from '../../../src/aml/index.js';
import { checkSet } from '../../../src/check/index.js';
import { decodeTable, generateTableSet, generateWindowSsdt, tableImage } from '../../../src/firmware/index.js';
import { AcpiNamespace } from '../../../src/interpreter/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { decodeFadt, decodeMadt, FADT_FLAG, requireTable } from '../../../src/tables/index.js';
import { acpiexec, complaintsIn } from '../../support/acpica.js';
import { needs } from '../../support/oracles.js';
import { recompilePrinted } from '../forms/recompile-printed.js';
import { refusal } from '../patch/board-tables.js';

const FUNCTIONS = [
  { address: '00:04.0', name: 'SENS', registers: [{ name: 'CTRL', index: 0 }] },
  { address: '00:05.0', name: 'GPU0', profile: 'vfio' },
  { address: '00:06.0', name: 'GPU1', profile: 'vfio' },
];
const ARCHITECTURES = ['aarch64', 'riscv64'] as const;
const platform = (rest: object) => platformFromObject({ functions: FUNCTIONS, ...rest });

const pathsOf = (table: Uint8Array) => declarations(decodeTable(table).terms).map(({ path }) => displayName(path));

/** Every table of a set as files of a machine. */
const inputsOf = ({ aml, data }: ReturnType<typeof generateTableSet>) =>
  [...aml, ...data].map(({ name, bytes }) => ({ file: `${name}.aml`, bytes }));

const bytesOf = (set: ReturnType<typeof generateTableSet>, name: string) =>
  [...set.aml, ...set.data].find((each) => each.name === name)?.bytes as Uint8Array;

describe.each(ARCHITECTURES)('the tables of %s', (arch) => {
  const described = platform({ arch, cpus: 4 });
  const set = generateTableSet(described);
  const dsdt = bytesOf(set, 'dsdt');

  it('are those of a machine with reduced hardware', () => {
    const fadt = decodeFadt(requireTable(bytesOf(set, 'facp'))).value;
    expect(fadt?.flags).toBe(FADT_FLAG.hardwareReduced);
    expect([fadt?.pm1aEventBlock, fadt?.gpe0Block, fadt?.sciInterrupt]).toEqual([0, 0, 0]);
    expect(set.data.map(({ name }) => name)).toEqual(['facp', 'apic', 'mcfg', arch === 'aarch64' ? 'gtdt' : 'rhct']);
    const paths = pathsOf(dsdt);
    for (const path of ['\\_S1', '\\_S5', '\\_GPE._E00']) expect(paths).not.toContain(path);
    expect(paths).toEqual(expect.arrayContaining(['\\_SB.PC00._CCA', '\\_SB.VGED._EVT', '\\_SB.VGED.EV00']));
  });

  it('have nothing that check finds fault with', () => {
    expect(checkSet(inputsOf(set), { platform: described }).findings).toEqual([]);
  });

  it('have a processor structure for each processor, of the length that the kernel expects', () => {
    const { structures } = decodeMadt(requireTable(bytesOf(set, 'apic'))).value ?? {};
    const rows = structures?.map((each) => (each.kind === 'other' ? [each.type, each.bytes.length + 2] : [each.kind]));
    expect(rows).toEqual(
      arch === 'aarch64'
        ? [...Array(4).fill([0x0b, 82]), [0x0c, 24], [0x0e, 16], [0x0f, 20]]
        : [...Array(4).fill([0x18, 36]), [0x1b, 36]],
    );
  });

  it('have what QEMU’s `virt` machine has, at its places', () => {
    const { structures = [] } = decodeMadt(requireTable(bytesOf(set, 'apic'))).value ?? {};
    const last = structures.flatMap((each) => (each.kind === 'other' ? [each.bytes] : [])).slice(3);
    const dwords = (bytes: Uint8Array | undefined, ...offsets: readonly number[]) => {
      if (bytes === undefined) return undefined;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      // Offsets as the specification counts them, from the type on.
      return offsets.map((offset) => view.getUint32(offset - 2, true));
    };
    const [processor, ...controllers] = last;
    if (arch === 'aarch64') {
      expect(dwords(processor, 4, 8, 12, 20, 56, 68)).toEqual([3, 3, 1, 23, 25, 3]);
      expect(dwords(controllers[0], 8, 12, 20)).toEqual([0x0800_0000, 0, 3]);
      expect(dwords(controllers[1], 4, 8, 12)).toEqual([0x080a_0000, 0, 0x00f6_0000]);
      expect(dwords(controllers[2], 8, 12)).toEqual([0x0808_0000, 0]);
    } else {
      // Each hart has a context for machine mode and one for supervisor mode.
      expect(dwords(processor, 4, 8, 12, 16, 20)).toEqual([1, 3, 0, 3, 7]);
      expect(dwords(controllers[0], 12, 16, 20, 24, 28, 32)).toEqual([0x7_0060, 0, 0x20_8000, 0x0c00_0000, 0, 0]);
    }
    const acpi = AcpiNamespace.load([{ file: 'dsdt.aml', bytes: dsdt }], { simulateRegions: true });
    expect(acpi.integer('\\_SB.PC00._CCA')).toBe(1n);
  });

  it('forward ports through memory, and reserve no port', () => {
    const crs = findDeclaration(decodeTable(dsdt).terms, '\\_SB.PC00._CRS')?.term;
    const data = crs?.op === 'Name' && crs.operands[1].op === 'Buffer' ? crs.operands[1].operands[1] : new Uint8Array();
    const { descriptors } = decodeResources(data);
    expect(descriptors.map(({ kind }) => kind)).toEqual([
      ...['WordBusNumber', 'QWordIO', 'DWordMemory', 'QWordMemory', 'EndTag'],
    ]);
    expect(descriptors[1]).toMatchObject({ translationType: 'TypeTranslation', length: 0x1_0000n });
  });

  it('notify a function of its events through the Generic Event Device', () => {
    const queue = [2, 1];
    const notified: string[] = [];
    const page = (address: bigint) => (address - described.vcfg.base) >> 12n;
    const acpi = AcpiNamespace.load([{ file: 'dsdt.aml', bytes: dsdt }], {
      regions: {
        SystemMemory: { read: (address) => (page(address) === 0x50n ? (queue.shift() ?? 0) : 0), write: () => {} },
      },
      host: { notify: (path, value) => void notified.push(`${path} ${value}`) },
    });
    acpi.evaluate('\\_SB.VGED._EVT', [BigInt(described.pm.sci)]);
    expect(notified).toEqual(['\\_SB_.PC00.PE28 2', '\\_SB_.PC00.PE28 1']);
  });

  it('load in ACPICA, and compile again from their ASL', async (context) => {
    needs(context, 'acpiexec', 'iasl');
    expect(complaintsIn(await acpiexec([dsdt], ['evaluate \\_SB.VGED._EVT 41']))).toEqual([]);
    const { bodies, complaints } = await recompilePrinted([dsdt]);
    expect(complaints).toEqual([]);
    expect(bodies[0]).toEqual(dsdt.subarray(36));
  });

  it('are divided as those of a PC are, and make an image', () => {
    const split = generateTableSet(described, { split: 'crosvm', hotPlug: [{ bus: 0, device: 6, function: 0 }] });
    const [first, second] = split.aml.map(({ bytes }) => pathsOf(bytes));
    expect(first).toContain('\\_SB.VGED');
    expect(second).toContain('\\_SB.VGED.EV00');
    expect(pathsOf(split.hotPlug[0]?.bytes as Uint8Array)).toContain('\\_SB.VGED.EV01');
    const tables = [...set.data, ...set.aml].map(({ bytes }) => bytes);
    expect(tableImage(tables, 0x8000_0000n).tables.map(({ signature }) => signature)).toContain('DSDT');
  });
});

describe.each(['aplic', 'imsic'] as const)('a riscv64 machine with interruptController: %s', (interruptController) => {
  const described = platform({ arch: 'riscv64', cpus: 5, interruptController });
  const set = generateTableSet(described);
  const { structures = [] } = decodeMadt(requireTable(bytesOf(set, 'apic'))).value ?? {};
  const rows = structures.flatMap((each) => (each.kind === 'other' ? [each] : []));
  const valuesOf = (type: number, ...fields: readonly (readonly [offset: number, bytes: 1 | 2 | 4 | 8])[]) =>
    rows
      .filter((row) => row.type === type)
      .map(({ bytes }) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        // Offsets as the specification counts them, from the type on.
        return fields.map(([offset, length]) => {
          const at = offset - 2;
          if (length === 8) return Number(view.getBigUint64(at, true));
          return length === 4 ? view.getUint32(at, true) : length === 2 ? view.getUint16(at, true) : view.getUint8(at);
        });
      });

  it('has what QEMU’s `virt` has with aia, at its places', () => {
    const hasImsic = interruptController === 'imsic';
    const harts = Array(5).fill([0x18, 36]);
    expect(rows.map(({ type, bytes }) => [type, bytes.length + 2])).toEqual([
      ...(hasImsic ? [...harts, [0x19, 16]] : harts),
      [0x1a, 36],
    ]);
    // UID, controller, and the IMSIC's base and length.
    expect(valuesOf(0x18, [16, 4], [20, 4], [24, 8], [32, 4])[3]).toEqual(
      hasImsic ? [3, 0, 0x2800_3000, 0x1000] : [3, 3, 0, 0],
    );
    // Identities of harts and of guests; bits of guest, hart and group; the group's shift.
    expect(valuesOf(0x19, [8, 2], [10, 2], [12, 1], [13, 1], [14, 1], [15, 1])).toEqual(
      hasImsic ? [[255, 255, 0, 3, 0, 24]] : [],
    );
    // ID, delivery controls, sources, first interrupt, base and length.
    expect(valuesOf(0x1a, [3, 1], [16, 2], [18, 2], [20, 4], [24, 8], [32, 4])).toEqual([
      [0, hasImsic ? 0 : 5, 96, 0, 0x0d00_0000, 0x4000 + 5 * 32],
    ]);
    const rhct = new TextDecoder('latin1').decode(bytesOf(set, 'rhct'));
    expect(/rv64\w+/.exec(rhct)?.[0]).toBe(`rv64imafdc_zicsr_zifencei${hasImsic ? '_ssaia' : ''}`);
  });

  it('has nothing that check finds fault with, and the DSDT of one with a PLIC', () => {
    expect(checkSet(inputsOf(set), { platform: described }).findings).toEqual([]);
    const plic = generateTableSet(platform({ arch: 'riscv64', cpus: 5, interruptController: 'plic' }));
    expect(bytesOf(set, 'dsdt')).toEqual(bytesOf(plic, 'dsdt'));
    expect(bytesOf(plic, 'apic')).toEqual(bytesOf(generateTableSet(platform({ arch: 'riscv64', cpus: 5 })), 'apic'));
  });

  it('has its windows beside the controllers', () => {
    const windows = { mmio32: { base: 0x2900_0000, size: '1 MiB' } };
    const make = () => platform({ arch: 'riscv64', interruptController, windows });
    if (interruptController === 'imsic') expect(refusal(make)).toEqual(['PLATFORM_HOST_WINDOW_OVERLAP']);
    else expect(make().windows.mmio32?.base).toBe(0x2900_0000n);
  });
});

describe('a platform of another architecture', () => {
  it.each(['x86_64', 'aarch64'])('of %s has no interrupt controller to choose', (arch) => {
    expect(refusal(() => platform({ arch, interruptController: 'imsic' }))).toEqual(['PLATFORM_STRAY_KEY']);
  });

  it.each([
    ['aarch64', 124],
    ['riscv64', 513],
  ])('of %s cannot have %d processors', (arch, cpus) => {
    expect(refusal(() => platform({ arch, cpus }))).toEqual(['PLATFORM_OUT_OF_RANGE']);
  });

  it('has other defaults', () => {
    const { memory, ecam, interrupts, pm, windows } = platform({ arch: 'aarch64', memory: '8 GiB' });
    expect({ memory, ecam: ecam.base, interrupts, sci: pm.sci, mmio64: windows.mmio64?.base }).toEqual({
      memory: [{ base: 0x4000_0000n, lengthBytes: 0x2_0000_0000n }],
      ecam: 0x40_1000_0000n,
      interrupts: [35, 36, 37, 38],
      sci: 41,
      mmio64: 0x80_0000_0000n,
    });
    const riscv = platform({ arch: 'riscv64' });
    expect([
      riscv.memory[0]?.base,
      riscv.ecam.base,
      riscv.interrupts,
      riscv.pm.sci,
      riscv.windows.mmio64?.base,
    ]).toEqual([...[0x8000_0000n, 0x3000_0000n, [32, 33, 34, 35], 41, 0x4_0000_0000n]]);
    expect(platform({ arch: 'x86_64' })).toEqual(platform({}));
    expect(refusal(() => platform({ arch: 'mips' }))).toEqual(['PLATFORM_UNKNOWN_WORD']);
  });
});

describe('a platform without a window', () => {
  const described = platform({ vcfg: 'none' });

  it('has Devices, and nothing of registers', () => {
    const set = generateTableSet(described, { split: 'crosvm' });
    expect(set.aml.map(({ name }) => name)).toEqual(['dsdt']);
    const paths = pathsOf(bytesOf(set, 'dsdt'));
    expect(paths).toEqual(expect.arrayContaining(['\\_SB.PC00.PE20._ADR', '\\_SB.PC00.PE28._ADR']));
    expect(paths.filter((path) => /VCFG|VREG|SHAM|_DSM|PRIC|_E\d|VDS/.test(path))).toEqual([]);
    expect(checkSet(inputsOf(set), { platform: described }).findings).toEqual([]);
  });

  it('leaves the addresses of the window to BARs', () => {
    const { windows } = platform({ vcfg: 'none' });
    expect(windows.mmio64?.base).toBe(0x1_0000_0000n);
  });

  it('adds nothing to a machine that has tables, but Devices', () => {
    const set = generateTableSet(platform({ vcfg: 'none', host: '\\_SB.PCI0' }));
    expect(pathsOf(bytesOf(set, 'ssdt')).filter((path) => /VCFG|VREG|MB00|_GPE/.test(path))).toEqual([]);
    expect(refusal(() => generateWindowSsdt(described))).toEqual(['FIRMWARE_NO_WINDOW']);
  });

  it('is not mistaken for another word', () => {
    expect(refusal(() => platform({ vcfg: 'nothing' }))).toHaveLength(1);
  });
});
