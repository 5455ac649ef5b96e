import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSet } from '../../../src/check/index.js';
import { decodeTables, generateTableSet, injectVcfg } from '../../../src/firmware/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import type { Platform } from '../../../src/vocab/index.js';
import { acpiexec, complaintsIn } from '../../support/acpica.js';
import { someOf } from '../../support/effort.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder, readCorpus } from '../../support/shared-material.js';

const FUNCTIONS = [
  { address: '00:03.0', name: 'GPU0', profile: 'vfio', gpe: 0x30 },
  { address: '00:04.0', name: 'SENS', registers: [{ name: 'CTRL', index: 0 }] },
];
/** Above what the boards use, so that nothing of theirs is in the way; on aarch64, above the ECAM window. */
const BASES = { x86_64: 0x40_0000_0000n, aarch64: 0x60_0000_0000n } as const;

const onto = (platform: Platform, dsdt: Uint8Array) =>
  generateTableSet(platform, { onto: [{ file: 'dsdt.aml', decoded: decodeTables([dsdt])[0] as never }] });

/** What check finds in a machine, apart from where. */
const found = (platform: Platform | undefined, ...tables: readonly Uint8Array[]) =>
  checkSet(
    tables.map((bytes, index) => ({ file: index === 0 ? 'dsdt.aml' : `ssdt${index}.aml`, bytes })),
    platform === undefined ? {} : { platform },
  ).findings;

/**
 * What EDK2's ArmVirt platforms declare for a `virt` machine: processors, a serial port, and a host bridge with its windows,
 * its interrupts as link devices, and a device that reserves the ECAM window.
 */
const ARM_VIRT = `
DefinitionBlock ("", "DSDT", 2, "LINARO", "ARMVIRT", 1) {
  Scope (\\_SB) {
    Device (C000) { Name (_HID, "ACPI0007") Name (_UID, Zero) }
    Device (COM0) {
      Name (_HID, "ARMH0011")
      Name (_UID, Zero)
      Name (_CRS, ResourceTemplate () {
        Memory32Fixed (ReadWrite, 0x09000000, 0x1000)
        Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 33 }
      })
    }
    Device (GSI0) {
      Name (_HID, EisaId ("PNP0C0F"))
      Name (_UID, Zero)
      Name (_PRS, ResourceTemplate () { Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 35 } })
      Name (_CRS, ResourceTemplate () { Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 35 } })
      Method (_SRS, 1) {}
    }
    Device (PCI0) {
      Name (_HID, EisaId ("PNP0A08"))
      Name (_CID, EisaId ("PNP0A03"))
      Name (_SEG, Zero)
      Name (_BBN, Zero)
      Name (_UID, Zero)
      Name (_CCA, One)
      Name (_PRT, Package () { Package () { 0x0003FFFF, Zero, GSI0, Zero }, Package () { 0x0004FFFF, Zero, GSI0, Zero } })
      Method (_CBA) { Return (0x4010000000) }
      Method (_CRS, 0, Serialized) {
        Name (RBUF, ResourceTemplate () {
          WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0, 0, 0xFF, 0, 0x100)
          DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable, ReadWrite,
            0, 0x10000000, 0x3EFEFFFF, 0, 0x2EFF0000)
          DWordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange,
            0, 0, 0xFFFF, 0x3EFF0000, 0x10000, , , , TypeTranslation)
          QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable, ReadWrite,
            0, 0x8000000000, 0xFFFFFFFFFF, 0, 0x8000000000)
        })
        Return (RBUF)
      }
      Device (RES0) {
        Name (_HID, EisaId ("PNP0C02"))
        Name (_CRS, ResourceTemplate () {
          QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed, NonCacheable, ReadWrite,
            0, 0x4010000000, 0x401FFFFFFF, 0, 0x10000000)
        })
      }
      Device (GFX0) { Name (_ADR, 0x00030000) }
    }
  }
}
`;

describe("a board of EDK2's ArmVirt", () => {
  const platform = platformFromObject({
    arch: 'aarch64',
    vcfg: { base: 0x2_0000_0000n, buses: 256 },
    functions: FUNCTIONS,
  });

  it('takes the SSDT: nothing to find fault with, no complaint of ACPICA, events by the Generic Event Device', (context) => {
    needs(context, 'iasl', 'acpiexec');
    return inScratchFolder(async (folder) => {
      writeFileSync(join(folder, 'dsdt.asl'), ARM_VIRT);
      const compiled = run('iasl', ['-p', 'dsdt', 'dsdt.asl'], { cwd: folder });
      expect(complaintsIn(compiled.stdout + compiled.stderr)).toEqual([]);
      const dsdt = new Uint8Array(readFileSync(join(folder, 'dsdt.aml')));
      const set = onto(platform, dsdt);
      const ssdt = set.aml[0]?.bytes as Uint8Array;
      expect(set.platform.functions.map(({ path }) => path)).toEqual(['\\_SB.PCI0.GFX0', '\\_SB.PCI0.PE20']);
      expect(complaintsIn(await acpiexec([dsdt, ssdt], ['evaluate \\_SB.VGED._EVT 41']))).toEqual([]);
      const before = found(undefined, dsdt).map(({ message }) => message);
      const added = found(set.platform, dsdt, ssdt).filter(({ message }) => !before.includes(message));
      expect(added).toEqual([]);
    });
  });
});

describe('the SSDT for a real board', () => {
  const boards: readonly (readonly [name: string, arch: 'x86_64' | 'aarch64', fixture?: string])[] = [
    ['q35 of QEMU', 'x86_64', 'q35/dsdt.aml'],
    ['corev4-coreboot', 'x86_64'],
    ['insyde-edk2', 'x86_64'],
    ['virt of QEMU with EDK2 ArmVirt', 'aarch64', 'virt-aarch64/dsdt.aml'],
    ['lenovo-tp-gj', 'x86_64'],
    ['huawei-edk2', 'x86_64'],
    ['bochs-bxpc-dsdt-5f85ee', 'x86_64'],
  ];

  it.for(someOf(boards, 3))(
    '%s: ACPICA loads both without a new complaint, and check finds nothing new',
    async ([name, arch, fixture], context) => {
      needs(context, 'acpiexec');
      const own =
        fixture === undefined
          ? (readCorpus(context).find((each) => each.name.startsWith(name))?.bytes as Uint8Array)
          : new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables', fixture)));
      const base = BASES[arch];
      // Its revision may have to be raised for the base, which inject does. What it declares then is not declared again.
      const { bytes } = injectVcfg(own, base);
      const platform = platformFromObject({ arch, vcfg: { base, buses: 256 }, functions: FUNCTIONS });
      const set = onto(platform, bytes);
      const ssdt = set.aml[0]?.bytes as Uint8Array;
      // What the board's own DSDT lacks for ACPICA, such as an SSDT of its processors, is not ours.
      const before = complaintsIn(await acpiexec([bytes], []));
      expect(complaintsIn(await acpiexec([bytes, ssdt], [])).filter((each) => !before.includes(each))).toEqual([]);
      const known = found(set.platform, bytes).map(({ code, message }) => `${code} ${message}`);
      const added = found(set.platform, bytes, ssdt).filter(
        ({ code, severity, message, place }) =>
          (place.file !== 'dsdt.aml' && !known.includes(`${code} ${message}`)) ||
          (code.startsWith('VCFG_') && severity === 'error'),
      );
      expect(added).toEqual([]);
    },
  );
});
