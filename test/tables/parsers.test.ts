import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAddress, parseFadt, parseSdtHeader } from '../../src/tables/parsers.js';
import { projectFolder } from '../support/shared-material.js';
import { parsersText } from './make-parsers.js';

const path = join(projectFolder, 'src/tables/parsers.ts');

/** Set to write the parsers anew. */
if (process.env.VCFG_WRITE_PARSERS) writeFileSync(path, parsersText());

it('has the parsers that binary-parser makes of the lists of fields', () => {
  expect(readFileSync(path, 'utf8')).toBe(parsersText());
});

it('reads every field where the specification has it', () => {
  const header = new TextEncoder().encode(
    'DSDT\u0004\u0003\u0002\u0001\u0002\u0055OEMID TABLE\0\0\0\u0001\0\0\0INTL\u0025\u0009\u0024\u0020',
  );
  expect(parseSdtHeader(header)).toEqual({
    signature: 'DSDT',
    length: 0x0102_0304,
    revision: 2,
    checksum: 0x55,
    oemId: 'OEMID ',
    oemTableId: 'TABLE\0\0\0',
    oemRevision: 1,
    creatorId: 'INTL',
    creatorRevision: 0x2024_0925,
  });
});

it('reads an address that lies anywhere in its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), fc.nat(32), (bytes, before) => {
      const padded = new Uint8Array(before + bytes.length + 5);
      padded.set(bytes, before);
      const fadt = new Uint8Array(240);
      fadt.set(bytes, 80);
      const address = parseAddress(padded.subarray(before, before + 12));
      expect(address).toEqual({
        space: bytes[0],
        bitWidth: bytes[1],
        bitOffset: bytes[2],
        accessSize: bytes[3],
        address: bytes.slice(4).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n),
      });
      expect(parseFadt(fadt).resetRegister).toEqual(address);
    }),
  );
});
