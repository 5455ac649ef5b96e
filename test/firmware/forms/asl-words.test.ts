import { describe, expect, it } from 'vitest';
import { RESERVED_SEGMENTS } from '../../../src/base/asl-words.js';
import { DiagnosticError } from '../../../src/base/index.js';
import { type FirmwareFormat, generateFirmwareFiles } from '../../../src/firmware/index.js';
import { platformFromObject } from '../../../src/platform/index.js';

type Place = 'register' | 'field' | 'run';

function platformWith(name: string, place: Place) {
  const field = { name: place === 'field' ? name : 'FLD0', bits: 3 };
  const register = { name: place === 'register' ? name : 'CTRL', index: 0, fields: [field] };
  const shared = [{ name: place === 'run' ? name : 'RUN0', offset: 0, bytes: 4 }];
  return platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers: [register], shared }] });
}

function refusals(name: string, place: Place, format: FirmwareFormat) {
  try {
    generateFirmwareFiles(platformWith(name, place), { formats: [format] });
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** Words of four letters; iasl takes shorter ones with their padding. */
const WORDS = [...RESERVED_SEGMENTS].filter((word) => word.length === 4);

describe('a name that is a word of ASL', () => {
  it('is known: those of four letters that iasl takes for no name', () => {
    expect(WORDS).toEqual(expect.arrayContaining(['LOCK', 'ELSE', 'NAME', 'WAIT', 'ZERO', 'ONES', 'ARG6']));
  });

  it.each(['register', 'field', 'run'] as const)('is refused as a %s in ASL, and taken in AML', (place) => {
    for (const word of WORDS) {
      for (const format of ['asl', 'coreboot'] as const) {
        const [found] = refusals(word, place, format);
        expect(found?.code, `${word} ${format}`).toBe('AML_NOT_PRINTABLE');
        expect(found?.place.file).toBe(format === 'asl' ? 'dsdt.asl' : 'vcfg.asl');
        expect(found?.message).toContain(`The name ${word} is an ASL keyword`);
        expect(found?.cure).toMatch(/^Rename it in the platform file/);
      }
      expect(refusals(word, place, 'aml')).toEqual([]);
    }
    expect(refusals('LOCX', place, 'asl')).toEqual([]);
    expect(refusals('ADD', place, 'asl')).toEqual([]);
  });
});
