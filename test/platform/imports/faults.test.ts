import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/index.js';
import { importRegisters } from '../../../src/platform/imports/index.js';
import type { Diagnostic } from '../../../src/vocab/index.js';
import { codesOf } from '../../docs/codes.js';
import { projectFolder } from '../../support/shared-material.js';
import { type Fault, RDL_FAULTS, SVD_FAULTS } from './faults.js';

describe.each([...SVD_FAULTS, ...RDL_FAULTS])('$file with $what', ({ file, text, code, at, peripherals }: Fault) => {
  it(`gives ${code} at its place, with a cure`, async () => {
    const { diagnostics } = await importRegisters(text, { file, ...(peripherals && { peripherals }) });
    const found = diagnostics.find((each) => each.code === code);
    expect(found, JSON.stringify(diagnostics)).toBeDefined();
    expect(found?.place.file).toBe(file);
    expect(at === undefined ? undefined : [found?.place.line, found?.place.column]).toEqual(at);
    expect(found?.message).toMatch(/\.$/);
    expect(found?.cure).toMatch(/[.?]$/);
  });

  it('gives a platform file unless there is an error', async () => {
    const {
      text: made,
      platform,
      diagnostics,
    } = await importRegisters(text, { file, ...(peripherals && { peripherals }) });
    const isBad = diagnostics.some(({ severity }) => severity === 'error');
    expect(made === undefined).toBe(isBad);
    expect(platform === undefined).toBe(isBad);
  });
});

describe('docs/diagnostics.md', () => {
  const page = readFileSync(join(projectFolder, 'docs/diagnostics.md'), 'utf8');
  const faults = [...SVD_FAULTS, ...RDL_FAULTS];

  it.each(codesOf('ImportCode').filter((code) => code !== 'IMPORT_FORMAT'))(
    'has a finding of %s as it is',
    async (code) => {
      const { text, file, peripherals } = faults.find((each) => each.code === code) as Fault;
      const { diagnostics } = await importRegisters(text, { file, ...(peripherals && { peripherals }) });
      expect(page).toContain(formatDiagnostic(diagnostics.find((each) => each.code === code) as Diagnostic));
    },
  );
});
