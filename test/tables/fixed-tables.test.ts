import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/base/index.js';
import {
  type AcpiTable,
  type DecodedTable,
  decodeDataTable,
  decodeFacs,
  decodeFadt,
  decodeMadt,
  decodeMcfg,
  decodeRsdp,
  decodeXsdt,
  encodeFacs,
  encodeFadt,
  encodeMadt,
  encodeMcfg,
  encodeRsdp,
  encodeTable,
  encodeXsdt,
  FADT_BYTES,
  type Fadt,
  GAS_SPACE,
  INTERRUPT_FLAG,
  type MadtStructure,
  PROCESSOR_FLAG,
  replaceTableBody,
  requireTable,
} from '../../src/tables/index.js';
import { inScratchFolder, needs, run } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';

const identity = {
  revision: 6,
  oemId: 'OEM',
  oemTableId: 'TABLE',
  oemRevision: 1,
  creatorId: 'TEST',
  creatorRevision: 1,
};
const q35 = (name: string) =>
  requireTable(new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35', name))));
const sound = <T>({ value, diagnostics }: DecodedTable<T>): T => {
  expect(diagnostics).toEqual([]);
  return value as T;
};
const faults = ({ diagnostics }: DecodedTable<unknown>) =>
  diagnostics.map(({ code, place }) => [code, place.offsetBytes]);
const bodyBytes = (table: AcpiTable) => table.bytes.subarray(36);
const withBody = (table: AcpiTable, body: Uint8Array) => requireTable(replaceTableBody(table, body));

/** What iasl says of a table of data, as `field: value` by the offset of the field. */
function fieldsThatIaslSees(table: Uint8Array): Promise<Map<number, string>> {
  return inScratchFolder((folder) => {
    writeFileSync(join(folder, 't.aml'), table);
    run('iasl', ['-d', 't.aml'], { cwd: folder });
    const text = readFileSync(join(folder, 't.dsl'), 'utf8');
    const rows = text.matchAll(/^\[(\w+)h \d+ +\d+\] +(.+?) : (.*)$/gm);
    return new Map([...rows].map(([, at, name, value]) => [Number.parseInt(at as string, 16), `${name}: ${value}`]));
  });
}

const gas = fc.record({
  space: fc.nat(255),
  bitWidth: fc.nat(255),
  bitOffset: fc.nat(255),
  accessSize: fc.nat(255),
  address: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
});

describe('a FADT', () => {
  it('of a real machine is read as iasl reads it', () => {
    const fadt = sound(decodeFadt(q35('facp.aml')));
    expect(fadt).toMatchObject({
      dsdt: 0x1ffe_0040,
      sciInterrupt: 9,
      smiCommand: 0xb2,
      pm1aControlBlock: 0x604,
      gpe0BlockLength: 16,
      c2Latency: 0xfff,
      century: 0x32,
      bootArchitecture: 2,
      flags: 0x84a5,
      resetRegister: { space: GAS_SPACE.systemIo, bitWidth: 8, bitOffset: 0, accessSize: 0, address: 0xcf9n },
      resetValue: 15,
      xDsdt: 0x1ffe_0040n,
      xGpe0Block: { space: GAS_SPACE.systemIo, bitWidth: 128, address: 0x620n },
      hypervisorId: '',
    });
    const { bytes } = requireTable(encodeFadt(q35('facp.aml').header, fadt));
    expect(bytes.length).toBe(FADT_BYTES);
    expect(bytes.subarray(36, 244)).toEqual(q35('facp.aml').bytes.subarray(36));
    expect(bytes.subarray(244).every((byte) => byte === 0)).toBe(true);
  });

  it('is read as it was written, each field where iasl has it', async (context) => {
    needs(context, 'iasl');
    const given: Partial<Fadt> = {
      sciInterrupt: 0x1234,
      gpe1Base: 0x56,
      flags: 1 << 10,
      minorRevision: 5,
      xFirmwareCtrl: 0x1_0000_0040n,
      xDsdt: 0xffee_ddcc_bbaa_9988n,
      sleepStatus: { space: 0, bitWidth: 8, bitOffset: 0, accessSize: 1, address: 0x2_0000_0000n },
      hypervisorId: 'ABCDEFGH',
    };
    const table = encodeFadt(identity, given);
    expect(sound(decodeFadt(requireTable(table)))).toMatchObject(given);
    const seen = await fieldsThatIaslSees(table);
    expect(seen.get(46)).toBe('SCI Interrupt: 1234');
    expect(seen.get(94)).toBe('GPE1 Base Offset: 56');
    expect(seen.get(131)).toBe('FADT Minor Revision: 05');
    expect(seen.get(132)).toBe('FACS Address: 0000000100000040');
    expect(seen.get(140)).toBe('DSDT Address: FFEEDDCCBBAA9988');
    expect(seen.get(260)).toBe('Address: 0000000200000000');
    expect(seen.get(268)).toBe('Hypervisor ID: 4847464544434241');
  });

  it('of any register blocks comes back', () => {
    fc.assert(
      fc.property(
        fc.record({ resetRegister: gas, xPm1aEventBlock: gas, xGpe1Block: gas, sleepControl: gas }),
        (given) => {
          expect(sound(decodeFadt(requireTable(encodeFadt(identity, given))))).toMatchObject(given);
        },
      ),
    );
  });

  it('of ACPI 1.0 has zeros where it has no fields; a shorter one is refused', () => {
    const table = q35('facp.aml');
    const old = decodeFadt(withBody(table, bodyBytes(table).subarray(0, 80)));
    expect(sound(old)).toMatchObject({ flags: 0x84a5, resetValue: 0, xDsdt: 0n });
    expect(faults(decodeFadt(withBody(table, bodyBytes(table).subarray(0, 79))))).toEqual([['TABLE_TOO_SHORT', 115]]);
    expect(faults(decodeFadt(q35('apic.aml')))).toEqual([['TABLE_SIGNATURE', 0]]);
  });

  it.each<[Partial<Fadt>, string]>([
    [{ sciInterrupt: 0x1_0000 }, 'sciInterrupt'],
    [{ flags: -1 }, 'flags'],
    [{ xDsdt: 1n << 64n }, 'xDsdt'],
    [{ hypervisorId: 'TOO LONG!' }, 'hypervisorId'],
    [{ xGpe0Block: { space: 1, bitWidth: 512, bitOffset: 0, accessSize: 0, address: 0n } }, 'xGpe0Block.bitWidth'],
  ])('is not written with %o', (fadt, path) => {
    expect(() => encodeFadt(identity, fadt)).toThrow(
      expect.objectContaining({ diagnostics: [expect.objectContaining({ code: 'TABLE_FIELD', place: { path } })] }),
    );
  });
});

describe('a MADT', () => {
  it('of a real machine is read, and written again to the byte', () => {
    const table = q35('apic.aml');
    const madt = sound(decodeMadt(table));
    expect(madt).toMatchObject({ localApicAddress: 0xfee0_0000, flags: 1 });
    expect(madt.structures.map(({ kind }) => kind)).toEqual([
      'localApic',
      'ioApic',
      ...Array(5).fill('interruptSourceOverride'),
      'localApicNmi',
    ]);
    expect(madt.structures[3]).toEqual({ kind: 'interruptSourceOverride', bus: 0, source: 5, gsi: 5, flags: 0xd });
    expect(encodeMadt(table.header, madt)).toEqual(table.bytes);
  });

  it('of every kind of structure is read as it was written, and as iasl reads it', async (context) => {
    needs(context, 'iasl');
    const structures: MadtStructure[] = [
      { kind: 'localApic', processorUid: 1, apicId: 2, flags: PROCESSOR_FLAG.enabled },
      { kind: 'ioApic', ioApicId: 3, reserved: 0, address: 0xfec0_0000, firstGsi: 4 },
      { kind: 'interruptSourceOverride', bus: 0, source: 9, gsi: 9, flags: INTERRUPT_FLAG.level },
      { kind: 'nmiSource', flags: INTERRUPT_FLAG.edge, gsi: 5 },
      { kind: 'localApicNmi', processorUid: 255, flags: 0, lint: 1 },
      { kind: 'localApicAddressOverride', reserved: 0, address: 0x1_fee0_0000n },
      { kind: 'localX2apic', reserved: 0, x2apicId: 0x101, flags: 1, processorUid: 0x102 },
      { kind: 'localX2apicNmi', flags: 5, processorUid: 0xffff_ffff, lint: 1, reserved: 0, reserved2: 0 },
      { kind: 'other', type: 0x80, bytes: Uint8Array.of(1, 2, 3) },
    ];
    const madt = { localApicAddress: 0xfee0_0000, flags: 0, structures };
    expect(sound(decodeMadt(requireTable(encodeMadt(identity, madt))))).toEqual(madt);
    const seen = [
      ...(await fieldsThatIaslSees(encodeMadt(identity, { ...madt, structures: structures.slice(0, -1) }))),
    ];
    const said = seen.map(([, text]) => text);
    expect(said.filter((text) => text.startsWith('Subtable Type'))).toEqual([
      'Subtable Type: 00 [Processor Local APIC]',
      'Subtable Type: 01 [I/O APIC]',
      'Subtable Type: 02 [Interrupt Source Override]',
      'Subtable Type: 03 [NMI Source]',
      'Subtable Type: 04 [Local APIC NMI]',
      'Subtable Type: 05 [Local APIC Address Override]',
      'Subtable Type: 09 [Processor Local x2APIC]',
      'Subtable Type: 0A [Local x2APIC NMI]',
    ]);
    expect(said).toEqual(expect.arrayContaining(['Processor x2Apic ID: 00000101', 'Processor UID: 00000102']));
    expect(said).toEqual(expect.arrayContaining(['APIC Address: 00000001FEE00000', 'Flags (decoded below): 000C']));
  });

  it('ends at a structure that cannot be, and keeps one of another length as bytes', () => {
    const table = q35('apic.aml');
    const cut = (change: (body: Uint8Array) => void, end?: number) => {
      const body = bodyBytes(table).slice(0, end);
      change(body);
      return decodeMadt(withBody(table, body));
    };
    const zero = cut((body) => body.fill(0, 9, 10));
    expect(faults(zero)).toEqual([['TABLE_STRUCTURE', 44]]);
    expect(zero.value?.structures).toEqual([]);
    expect(faults(cut(() => {}, -1))).toEqual([['TABLE_STRUCTURE', 114]]);
    expect(faults(cut(() => {}, 9))).toEqual([['TABLE_STRUCTURE', 44]]);
    expect(faults(cut(() => {}, 7))).toEqual([['TABLE_TOO_SHORT', 43]]);
    const longer = sound(cut((body) => body.fill(20, 9, 10)));
    expect(longer.structures[0]).toMatchObject({ kind: 'other', type: 0 });
  });

  it('finds structures that are shorter than their types, and says it once', () => {
    const short = withBody(q35('apic.aml'), Uint8Array.of(...Array(8).fill(0), 0, 4, 0, 0, 9, 2, 0x80, 2));
    const { value, diagnostics } = decodeMadt(short);
    expect(value?.structures.map(({ kind }) => kind)).toEqual(['other', 'other', 'other']);
    expect(diagnostics.map(({ code, place: { offsetBytes } }) => [code, offsetBytes])).toEqual([
      ['TABLE_STRUCTURE', 44],
    ]);
    expect(diagnostics[0]?.message).toMatch(
      /^A structure of type 0 has 4 bytes, but its type has 8: .* 1 more is too short/,
    );
  });

  it('of any bytes is read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 80 }), (body) => {
        const { value } = decodeMadt(requireTable(encodeTable({ ...identity, signature: 'APIC' }, body)));
        const again = value && encodeMadt(identity, value);
        expect(again?.subarray(36)).toEqual(body.subarray(0, (again?.length ?? 36) - 36));
      }),
    );
  });
});

describe('any bytes', () => {
  it('are read without an exception, whatever table they say to be', () => {
    const signature = fc.constantFrom('FACP', 'APIC', 'MCFG', 'XSDT', 'HPET');
    fc.assert(
      fc.property(signature, fc.uint8Array({ maxLength: 300 }), (signature, body) => {
        const table = requireTable(encodeTable({ ...identity, signature }, body));
        const decoded = decodeDataTable(table);
        expect(decoded === undefined).toBe(signature === 'HPET');
        for (const { place } of decoded?.diagnostics ?? [])
          expect(place.offsetBytes).toBeLessThanOrEqual(table.bytes.length);
      }),
    );
  });

  it('after the signature of an RSDP or a FACS are, too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (body) => {
        const behind = (signature: string) => Uint8Array.of(...Buffer.from(signature), ...body);
        const rsdp = decodeRsdp(behind('RSD PTR '));
        expect(rsdp.value === undefined || body.length >= 12).toBe(true);
        expect(decodeFacs(behind('FACS')).value === undefined || body.length >= 60).toBe(true);
      }),
    );
  });
});

describe('the other tables', () => {
  it('XSDT: addresses come back, and half of one is a finding', () => {
    const table = requireTable(encodeXsdt(identity, [0x10n, 0xffff_ffff_ffff_fff0n]));
    expect(sound(decodeXsdt(table))).toEqual([0x10n, 0xffff_ffff_ffff_fff0n]);
    const half = decodeXsdt(withBody(table, bodyBytes(table).subarray(0, 12)));
    expect([half.value, faults(half)]).toEqual([[0x10n], [['TABLE_STRUCTURE', 44]]]);
    expect(() => encodeXsdt(identity, [-1n])).toThrow(DiagnosticError);
  });

  it('MCFG: the one of a real machine comes back, and a part of a window is a finding', () => {
    const table = q35('mcfg.aml');
    const windows = sound(decodeMcfg(table));
    expect(windows).toEqual([{ base: 0xb000_0000n, segment: 0, firstBus: 0, lastBus: 255 }]);
    expect(encodeMcfg(table.header, windows)).toEqual(table.bytes);
    expect(faults(decodeMcfg(withBody(table, bodyBytes(table).subarray(0, 20))))).toEqual([['TABLE_STRUCTURE', 44]]);
    expect(() => encodeMcfg(identity, [{ base: 0n, segment: 0, firstBus: 0, lastBus: 256 }])).toThrow(DiagnosticError);
  });

  it('RSDP: each checksum is looked at for itself', () => {
    const bytes = encodeRsdp({ oemId: 'OEM', xsdt: 0x1_0000_0040n });
    expect(sound(decodeRsdp(bytes))).toEqual({ oemId: 'OEM   ', revision: 2, rsdt: 0, xsdt: 0x1_0000_0040n });
    const changed = (offset: number) => {
      const copy = bytes.slice();
      copy[offset] = (copy[offset] as number) ^ 1;
      return copy;
    };
    expect(faults(decodeRsdp(changed(9)))).toEqual([
      ['TABLE_CHECKSUM', 8],
      ['TABLE_CHECKSUM', 32],
    ]);
    expect(faults(decodeRsdp(changed(24)))).toEqual([['TABLE_CHECKSUM', 32]]);
    expect(faults(decodeRsdp(changed(0)))).toEqual([['TABLE_SIGNATURE', 0]]);
    expect(faults(decodeRsdp(bytes.subarray(0, 35)))).toEqual([['TABLE_TRUNCATED', 0]]);
    expect(() => encodeRsdp({ oemId: 'OEM', xsdt: 1n << 64n })).toThrow(DiagnosticError);
  });

  it('RSDP of ACPI 1.0: twenty bytes and one checksum', () => {
    const bytes = Uint8Array.from(Buffer.from('RSD PTR \0BOCHS \0\x34\x12\xfe\x1f', 'latin1'));
    bytes[8] = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
    expect(sound(decodeRsdp(bytes))).toEqual({ oemId: 'BOCHS ', revision: 0, rsdt: 0x1ffe_1234, xsdt: 0n });
  });

  it('FACS: the empty one comes back, and anything else is refused', () => {
    expect(sound(decodeFacs(encodeFacs()))).toMatchObject({ version: 1, xWakingVector: 0n, globalLock: 0 });
    expect(faults(decodeFacs(encodeFacs().subarray(0, 63)))).toEqual([['TABLE_TOO_SHORT', 0]]);
    expect(faults(decodeFacs(encodeRsdp({ oemId: '', xsdt: 0n })))).toEqual([['TABLE_SIGNATURE', 0]]);
  });
});
