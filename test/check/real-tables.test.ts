import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/index.js';
import { type CheckSetOptions, checkSet } from '../../src/check/index.js';
import { injectVcfg } from '../../src/firmware/index.js';
import { someOf } from '../support/effort.js';
import { projectFolder, readCorpus, readTables } from '../support/shared-material.js';

/** Above every range that these tables hand out, and below the last address that there is. */
const BASE = 0x3_f000_0000_0000n;

const FAMILIES = ['vcfg', 'field'] as const;
const signatureOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(0, 4));

function found(name: string, bytes: Uint8Array, options: CheckSetOptions = {}) {
  return checkSet([{ file: name, bytes }], { ...options, rules: { only: FAMILIES } }).findings;
}

function expectNothingButMissing(tables: readonly { name: string; bytes: Uint8Array }[]): void {
  for (const { name, bytes } of tables) {
    const signature = signatureOf(bytes);
    const findings = found(name, bytes);
    if (signature !== 'DSDT' && signature !== 'SSDT') {
      expect(findings, name).toEqual([]);
      continue;
    }
    const severity = signature === 'DSDT' ? 'error' : 'warning';
    expect(findings, name).toMatchObject([{ code: 'VCFG_MISSING', severity, place: { file: name } }]);
  }
}

function expectCleanWhenInjected(
  tables: readonly { name: string; bytes: Uint8Array }[],
  options: CheckSetOptions = {},
): void {
  for (const { name, bytes } of tables) {
    if (signatureOf(bytes) !== 'DSDT') continue;
    const injected = injectVcfg(bytes, BASE).bytes;
    expect(found(name, injected, options).map(formatDiagnostic), name).toEqual([]);
  }
}

const q35 = readTables(join(projectFolder, 'fixtures/tables/q35'));

describe('real tables', () => {
  it('lack VCFG and nothing else of the window (QEMU)', () => expectNothingButMissing(q35));
  it('are clean once VCFG is put in (QEMU)', () => {
    expectCleanWhenInjected(q35);
    expectCleanWhenInjected(q35, { base: BASE, buses: 256 });
  });
  it('have more buses than a smaller window (QEMU)', () => {
    const dsdt = q35.find(({ name }) => name === 'dsdt.aml');
    const injected = injectVcfg(dsdt?.bytes as Uint8Array, BASE).bytes;
    expect(found('dsdt.aml', injected, { base: BASE, buses: 64 })).toMatchObject([
      {
        code: 'VCFG_BUSES_TOO_MANY',
        place: { path: '\\_SB.PCI0._CRS' },
        message: expect.stringContaining('0x00..0xff'),
      },
    ]);
  });
  it('lack VCFG and nothing else of the window (corpus)', (context) =>
    expectNothingButMissing(someOf(readCorpus(context), 3)));
  it('are clean once VCFG is put in (corpus)', (context) => expectCleanWhenInjected(someOf(readCorpus(context), 3)));

  it('have a window that overlaps what their bridges hand out, if it is put there', () => {
    const dsdt = q35.find(({ name }) => name === 'dsdt.aml');
    const bytes = injectVcfg(dsdt?.bytes as Uint8Array, 0xc000_0000n).bytes;
    expect(found('dsdt.aml', bytes).map(({ code }) => code)).toEqual(['VCFG_OVERLAPS_CRS']);
  });
});
