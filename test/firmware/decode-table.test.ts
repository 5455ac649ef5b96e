import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl, decodeAml, encodeAml, type Term } from '../../src/aml/index.js';
import { printAsl } from '../../src/asl/index.js';
import { DiagnosticError } from '../../src/base/index.js';
import { decodeTable, decodeTables } from '../../src/firmware/index.js';
import { encodeTable, readTable } from '../../src/tables/index.js';
import { projectFolder } from '../support/shared-material.js';

const q35 = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));
const identity = {
  revision: 2,
  oemId: 'OEMID',
  oemTableId: 'TABLE',
  oemRevision: 7,
  creatorId: 'TEST',
  creatorRevision: 1,
};
const tableOf = (terms: readonly Term[], signature = 'SSDT') =>
  encodeTable({ ...identity, signature }, encodeAml(terms));

describe('a whole table', () => {
  it('is decoded after its header, with offsets in the table', () => {
    const decoded = decodeTable(q35);
    const expected = decodeAml(q35, { offset: 36 });
    expect(decoded.header.signature).toBe('DSDT');
    expect(decoded.bytes).toEqual(q35);
    expect(decoded.terms).toEqual(expected.terms);
    expect(decoded.terms[0]?.start).toBe(36);
    expect(encodeAml(decoded)).toEqual(q35.subarray(36));
    expect(decoded.diagnostics).toEqual([]);
  });

  it('is printed with its own header', () => {
    const { text } = printAsl(decodeTable(tableOf([asl.Noop()])));
    expect(text).toContain('DefinitionBlock ("", "SSDT", 2, "OEMID ", "TABLE   ", 0x00000007)');
  });

  it.each([
    ['another signature', tableOf([], 'APIC'), 'FIRMWARE_NOT_AML'],
    ['a wrong checksum', q35.map((byte, at) => (at === 9 ? byte + 1 : byte)), 'TABLE_CHECKSUM'],
    ['too few bytes', q35.subarray(0, 20), 'TABLE_TRUNCATED'],
    ['a length past its end', q35.subarray(0, 2000), 'TABLE_LENGTH'],
  ])('is refused for %s', (_, bytes, code) => {
    const found = (() => {
      try {
        return decodeTable(bytes);
      } catch (error) {
        return error;
      }
    })();
    expect(found).toBeInstanceOf(DiagnosticError);
    expect((found as DiagnosticError).diagnostics[0]?.code).toBe(code);
  });

  it('that was read already is not checked again', () => {
    const { table } = readTable(q35.map((byte, at) => (at === 9 ? byte + 1 : byte)));
    expect(table && decodeTable(table).terms).toHaveLength(decodeTable(q35).terms.length);
  });

  it('of one machine knows what the others declare', () => {
    const callee = tableOf([asl.Method('\\FOO', { args: 2 }, [])], 'DSDT');
    const caller = tableOf([asl.Method('BAR', {}, [asl.Call('\\FOO', 1, 2), asl.Noop()])]);
    const [first, second] = decodeTables([callee, caller]);
    expect([first?.header.signature, second?.header.signature]).toEqual(['DSDT', 'SSDT']);
    expect(second?.guesses).toEqual([]);
    expect(second && encodeAml(second)).toEqual(caller.subarray(36));
  });

  it('is nothing but bytes or a table that was read', () => {
    for (const bad of ['text', undefined, 5, {}, [q35]])
      expect(() => decodeTable(bad as never)).toThrow(/it must be a Uint8Array, or what requireTable returns/);
  });
});
