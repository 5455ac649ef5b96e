import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError, fromHex } from '../../src/base/index.js';
import {
  decodeSdtHeader,
  encodeTable,
  readTable,
  replaceTableBody,
  requireTable,
  SDT_HEADER_BYTES,
} from '../../src/tables/index.js';
import { recompile } from '../support/acpica.js';
import { needs } from '../support/oracles.js';
import { projectFolder, readCorpus } from '../support/shared-material.js';

const identity = {
  signature: 'DSDT',
  revision: 2,
  oemId: 'OEM',
  oemTableId: 'TABLE',
  oemRevision: 0x1234_5678,
  creatorId: 'TEST',
  creatorRevision: 0xffff_ffff,
};

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]?.code as string;
    throw error;
  }
  return 'nothing';
}

describe('a table', () => {
  it('is read as it was written, for any header', () => {
    // Any byte: real tables have 0x80..0x9f in their creator, which windows-1252 maps elsewhere.
    const byte = fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code));
    const text = (length: number) => fc.string({ maxLength: length, unit: byte });
    const header = fc.record({
      signature: fc.constantFrom('DSDT', 'SSDT', 'OEM1'),
      revision: fc.integer({ min: 2, max: 255 }),
      oemId: text(6),
      oemTableId: text(8),
      oemRevision: fc.nat(0xffff_ffff),
      creatorId: text(4),
      creatorRevision: fc.nat(0xffff_ffff),
    });
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 100 }), (given, body) => {
        const { table, diagnostics } = readTable(encodeTable(given, body));
        expect(diagnostics).toEqual([]);
        expect(table?.bytes.subarray(SDT_HEADER_BYTES)).toEqual(body);
        const padded = {
          oemId: given.oemId.padEnd(6),
          oemTableId: given.oemTableId.padEnd(8),
          creatorId: given.creatorId.padEnd(4),
        };
        expect(table?.header).toMatchObject({ ...given, ...padded, length: SDT_HEADER_BYTES + body.length });
      }),
    );
  });

  it('has the header that iasl sees', async (context) => {
    needs(context, 'iasl');
    const { asl } = await recompile(encodeTable(identity, fromHex('085643464700')));
    expect(asl).toContain('DefinitionBlock ("", "DSDT", 2, "OEM   ", "TABLE   ", 0x12345678)');
    expect(asl).toContain('Length           0x0000002A (42)');
  });

  it('of every kind in the corpus is read without a finding, and written again to the byte', (context) => {
    for (const { name, bytes } of readCorpus(context)) {
      const { header } = requireTable(bytes, name);
      if (header.signature === 'DSDT' && header.revision < 2) continue;
      expect(Buffer.from(encodeTable(header, bytes.subarray(SDT_HEADER_BYTES))).equals(bytes), name).toBe(true);
    }
  });

  it('takes another body and keeps its header, of revision 1 too', () => {
    const bytes = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
    const table = requireTable(bytes);
    expect(replaceTableBody(table, bytes.subarray(SDT_HEADER_BYTES))).toEqual(bytes);
    const longer = requireTable(replaceTableBody(table, Uint8Array.of(...bytes.subarray(SDT_HEADER_BYTES), 0xa3)));
    expect(longer.header).toEqual({ ...table.header, length: bytes.length + 1, checksum: longer.header.checksum });
  });

  it('keeps what it can be read for beside a finding', () => {
    const bytes = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
    bytes[9] = 0;
    const { table, diagnostics } = readTable(bytes);
    expect(table?.header.oemId).toBe('BOCHS ');
    expect(diagnostics.map(({ code, place }) => [code, place.offsetBytes])).toEqual([['TABLE_CHECKSUM', 9]]);
    expect(diagnostics[0]?.message).toContain('0xcf would make the sum zero');
  });

  it.each(['ASF!', 'OEM1', 'x86 ', '$PIR'])(
    'of signature %s is a table: any four printable ASCII characters',
    (text) => {
      const { table, diagnostics } = readTable(encodeTable({ ...identity, signature: text }, new Uint8Array(4)));
      expect(diagnostics).toEqual([]);
      expect(table?.header.signature).toBe(text);
    },
  );

  it.each<[string, Uint8Array, RegExp]>([
    [
      'a byte above ASCII',
      encodeTable({ ...identity, signature: 'DSD\u00d4' }, new Uint8Array()),
      /are 0x44 0x53 0x44 0xd4/,
    ],
    ['a NUL', encodeTable({ ...identity, signature: 'DSD\0' }, new Uint8Array()), /are 0x44 0x53 0x44 0x00/],
    ['ASL source', Buffer.from('DefinitionBlock ("", "DSDT", 2, "A", "B", 1) {}\n'), /text that begins "Defi"/],
    [
      'a dump’s first line',
      Buffer.from('DSDT @ 0x0000000000000000\n    0000: 44 53 44 54\n'),
      /text that begins "DSDT"/,
    ],
    ['hex', Buffer.from('44 53 44 54 2a 00 00 00 02 00 56 43 46 47\n'), /text that begins "44 5"/],
  ])('is not %s', (_, bytes, says) => {
    const { table, diagnostics } = readTable(bytes);
    expect(table).toBeUndefined();
    expect(diagnostics.map(({ code, place }) => [code, place.offsetBytes])).toEqual([['TABLE_SIGNATURE', 0]]);
    expect(diagnostics[0]?.message).toMatch(says);
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array, string, RegExp, RegExp]>([
    [
      'no bytes',
      () => new Uint8Array(),
      'TABLE_TRUNCATED',
      /empty; a table begins with a header of 36\./,
      /Dump it again/,
    ],
    [
      '35 bytes',
      (bytes) => bytes.slice(0, 35),
      'TABLE_TRUNCATED',
      /There are 35 bytes; .* header of 36\./,
      /Dump it again/,
    ],
    [
      'a length past the end',
      (bytes) => bytes.slice(0, 40),
      'TABLE_LENGTH',
      /gives the table 42 bytes, and the file has 40\./,
      /Dump it again/,
    ],
    [
      'bytes after it',
      (bytes) => Uint8Array.of(...bytes, 1, 2, 3),
      'TABLE_TRAILING_BYTES',
      /gives the table 42 bytes, and 3 more follow\./,
      /Put one table into each file/,
    ],
    [
      'a wrong checksum',
      (bytes) => bytes.with(9, 0),
      'TABLE_CHECKSUM',
      /checksum is 0x00, and 0x[1-9a-f][0-9a-f] would make the sum zero\./,
      /set that byte/,
    ],
  ])('with %s says the numbers', (_, change, code, says, cure) => {
    const bytes = encodeTable(identity, fromHex('085643464700'));
    const [found, ...more] = readTable(change(bytes)).diagnostics;
    expect([found?.code, more]).toEqual([code, []]);
    expect(found?.message).toMatch(says);
    expect(found?.cure).toMatch(cure);
    if (code === 'TABLE_CHECKSUM') expect(found?.message).toContain(`0x${(bytes[9] as number).toString(16)} would`);
  });

  it.each<[string, Partial<typeof identity>, string]>([
    ['a DSDT of revision 1', { revision: 1 }, 'TABLE_REVISION'],
    ['a long OEM ID', { oemId: 'TOOLONG' }, 'TABLE_FIELD'],
    ['a text that is not Latin', { oemId: '\u{4e00}' }, 'TABLE_FIELD'],
    ['a revision over a byte', { revision: 256 }, 'TABLE_FIELD'],
    ['a fraction', { oemRevision: 0.5 }, 'TABLE_FIELD'],
  ])('is not written with %s', (_, change, code) => {
    expect(codeOf(() => encodeTable({ ...identity, ...change }, new Uint8Array()))).toBe(code);
  });

  it('header of fewer than 36 bytes is a RangeError, since the parser would not notice', () => {
    expect(() => decodeSdtHeader(new Uint8Array(35))).toThrow(RangeError);
  });
});
