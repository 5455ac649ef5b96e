import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSet } from '../../src/check/index.js';
import { projectFolder } from '../support/shared-material.js';

/** What `check --rule table,aml` finds in small sets that went wrong for somebody. Notes are left out. */

const CASES: readonly (readonly [files: readonly string[], found: readonly string[]])[] = [
  [
    ['tables/faults/c03-fadt-pmtmr.aml', 'tables/faults/board-dsdt.aml'],
    ['TABLE_FADT_WIDTH error 0xd1', 'TABLE_FADT_BLOCK warning 0xe0'],
  ],
  [['tables/faults/c42-pcc.aml'], ['AML_FIELD_RANGE error 0x2f']],
  [['tables/faults/c50-pkglimit.aml'], ['AML_INDEX_RANGE error 0x71', 'AML_INDEX_RANGE error 0x62']],
  [['tables/faults/c10-sbl2580.aml', 'tables/faults/mcfg-e0.aml'], ['AML_ECAM_IN_BRIDGE error 0x60']],
  [['aml/c22-ones.aml'], ['AML_STRAY_VALUE warning 0x30', 'AML_STRAY_VALUE warning 0x37']],
  [['aml/c19-clockinput.aml'], []],
  [['aml/c20-dwordpcc.aml'], []],
  [['aml/c21-i2clvr.aml'], []],
  [['aml/conn.aml'], []],
  [['aml/px02.aml'], []],
  [['tables/asf/dsdt.aml', 'tables/asf/asf.aml'], []],
  [['tables/order/DSDT', 'tables/order/SSDT2', 'tables/order/SSDT10'], []],
  [['tables/guard/dsdt.aml', 'tables/guard/apic.aml', 'tables/guard/facp.aml'], []],
];

describe('small sets that went wrong for somebody', () => {
  it.each(CASES)('%j', (files, expected) => {
    const inputs = files.map((file) => ({
      file,
      bytes: new Uint8Array(readFileSync(join(projectFolder, 'fixtures', file))),
    }));
    const { findings } = checkSet(inputs, { rules: { only: ['table', 'aml'] } });
    const found = findings.filter(({ severity }) => severity !== 'note');
    const shown = found.map(({ code, severity, place }) => `${code} ${severity} 0x${place.offsetBytes?.toString(16)}`);
    expect(shown).toEqual(expected);
  });
});
