import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl, encodeAml, type Term } from '../../src/aml/index.js';
import { DiagnosticError } from '../../src/base/index.js';
import { encodeVcfgName, injectVcfg } from '../../src/firmware/index.js';
import { encodeTable, requireTable } from '../../src/tables/index.js';
import { acpicaInteger, recompile } from '../support/acpica.js';
import { someOf } from '../support/effort.js';
import { needs } from '../support/oracles.js';
import { projectFolder, readCorpus } from '../support/shared-material.js';

const BASE = 0x1_4000_0000n;
const q35 = () => new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));

const identity = {
  revision: 2,
  oemId: 'TEST',
  oemTableId: 'TEST',
  oemRevision: 1,
  creatorId: 'TEST',
  creatorRevision: 1,
};
const tableOf = (terms: readonly Term[], signature = 'DSDT') =>
  encodeTable({ ...identity, signature }, encodeAml(terms));
const bodyOf = (table: Uint8Array) => Buffer.from(table.subarray(36)).toString('hex');
const hexOf = (terms: readonly Term[]) => Buffer.from(encodeAml(terms)).toString('hex');

/** The code of the first finding that a call ends with. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]?.code as string;
    throw error;
  }
  return 'nothing';
}

describe('injection of VCFG', () => {
  it('into the DSDT of a real q35 changes nothing else', () => {
    const { bytes, diagnostics, replaced } = injectVcfg(q35(), BASE, { file: 'dsdt.aml' });
    const name = Buffer.from(encodeVcfgName(BASE)).toString('hex');
    expect(bodyOf(bytes)).toBe(name + bodyOf(q35()));
    expect(requireTable(bytes).header).toMatchObject({ revision: 2, length: q35().length + name.length / 2 });
    expect(requireTable(bytes).header).toMatchObject({ oemId: 'BOCHS ', oemTableId: 'BXPC    ', creatorId: 'BXPC' });
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['FIRMWARE_REVISION_RAISED', 'warning'],
    ]);
    expect(replaced).toBe(0);
  });

  it('is refused for a table of which something cannot be decoded, and says where', () => {
    const table = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/aml/inject-duplicate.aml')));
    let found: unknown;
    try {
      injectVcfg(table, BASE, { file: 'dsdt.aml' });
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(DiagnosticError);
    const { diagnostics } = found as DiagnosticError;
    expect(diagnostics.map(({ code, severity, place }) => [code, severity, place.offsetBytes, place.file])).toEqual([
      ['FIRMWARE_NOT_DECODED', 'error', 0x28, 'dsdt.aml'],
      ['AML_UNEXPECTED_TERM', 'error', 0x28, 'dsdt.aml'],
    ]);
  });

  it.each([0x8000_0000n, BASE])('tells ACPICA the base %s, and only with the revision raised', async (base) => {
    const injected = injectVcfg(q35(), base).bytes;
    expect(await acpicaInteger([injected], '\\VCFG')).toBe(base);
    const left = injected.slice();
    left[8] = 1;
    left[9] = ((left[9] as number) + 1) & 0xff;
    expect(requireTable(left).header.revision).toBe(1);
    expect(await acpicaInteger([left], '\\VCFG')).toBe(base & 0xffff_ffffn);
  });

  it('comes back from iasl as the table without it does', async (context) => {
    needs(context, 'iasl');
    // QEMU writes some lengths wider than iasl does, so that not even its own table comes back the same.
    const [before, after] = [await recompile(q35()), await recompile(injectVcfg(q35(), BASE).bytes)];
    expect(after.complaints.filter((line) => line.includes('Error'))).toEqual([]);
    expect(bodyOf(after.bytes)).toBe(Buffer.from(encodeVcfgName(BASE)).toString('hex') + bodyOf(before.bytes));
  });

  it('into every table of the corpus changes nothing else', (context) => {
    for (const { name, bytes } of someOf(readCorpus(context), 4)) {
      const injected = injectVcfg(bytes, BASE);
      expect(bodyOf(injected.bytes), name).toBe(Buffer.from(encodeVcfgName(BASE)).toString('hex') + bodyOf(bytes));
      const again = injectVcfg(injected.bytes, BASE + 0x20_0000n);
      expect(again.replaced, name).toBe(1);
      expect(again.bytes.length, name).toBe(injected.bytes.length);
      expect(bodyOf(again.bytes).slice(28), name).toBe(bodyOf(bytes));
    }
  });

  const wanted = asl.Name('VCFG', BASE);
  const other = asl.Name('OTHR', 5);
  it.each<[string, readonly Term[], readonly Term[]]>([
    ['one in its place', [other, asl.Name('VCFG', 0)], [other, wanted]],
    ['one spelled from the root', [asl.Name('\\VCFG', 0), other], [wanted, other]],
    ['one in a Scope of the root', [asl.Scope('\\', [asl.Name('VCFG', 1), other])], [asl.Scope('\\', [wanted, other])]],
    ['one that holds a string', [asl.Name('VCFG', asl.String('no'))], [wanted]],
    ['the second of two', [asl.Name('VCFG', 1), other, asl.Name('VCFG', 2)], [wanted, other]],
    [
      'one that is conditional, for certain',
      [asl.If(asl.path('OTHR'), [asl.Name('VCFG', 1)])],
      [wanted, asl.If(asl.path('OTHR'), [])],
    ],
    [
      'none of another scope',
      [asl.Scope('\\_SB', [asl.Name('VCFG', 1)])],
      [wanted, asl.Scope('\\_SB', [asl.Name('VCFG', 1)])],
    ],
  ])('replaces %s', (_, before, after) => {
    expect(bodyOf(injectVcfg(tableOf(before), BASE).bytes)).toBe(hexOf(after));
  });

  it.each<[string, Uint8Array, string]>([
    ['a VCFG that is a method', tableOf([asl.Method('VCFG', {}, [asl.Return(1)])]), 'FIRMWARE_VCFG_NOT_NAME'],
    ['a table without AML', tableOf([], 'FACP'), 'FIRMWARE_NOT_AML'],
    ['an empty file', new Uint8Array(), 'TABLE_TRUNCATED'],
    ['a header that is cut', q35().subarray(0, 35), 'TABLE_TRUNCATED'],
    ['a table that is cut', q35().subarray(0, 8000), 'TABLE_LENGTH'],
    ['a length of nothing', q35().fill(0, 4, 8), 'TABLE_LENGTH'],
    ['bytes behind the table', Uint8Array.from([...q35(), 0]), 'TABLE_TRAILING_BYTES'],
    ['a wrong checksum', q35().fill(0, 9, 10), 'TABLE_CHECKSUM'],
    ['text', new TextEncoder().encode('definitely no table, but of the length of a header'), 'TABLE_SIGNATURE'],
  ])('refuses %s', (_, bytes, code) => {
    expect(refusal(() => injectVcfg(bytes, BASE))).toBe(code);
  });

  it('names the file in every finding', () => {
    const method = tableOf([asl.Method('VCFG', {}, [])]);
    expect(() => injectVcfg(method, BASE, { file: 'made.aml' })).toThrow(/^made\.aml\+0x0024/);
    expect(injectVcfg(q35(), BASE + 1n, { file: 'dsdt.aml' }).diagnostics.map(({ place }) => place.file)).toEqual([
      'dsdt.aml',
      'dsdt.aml',
    ]);
  });

  it('warns of a base that is not a multiple of 2 MiB', () => {
    expect(injectVcfg(tableOf([]), BASE + 4096n).diagnostics.map(({ code }) => code)).toEqual([
      'FIRMWARE_BASE_UNALIGNED',
    ]);
  });
});
