import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otherBitsOf } from '../../../src/drivers/accessors.js';
import { openFunction } from '../../../src/guest/index.js';
import { requirePlatform } from '../../../src/platform/index.js';
import type { FunctionDescription, RegisterDescription } from '../../../src/vocab/index.js';
import { vcfg } from '../../cli/fake-io.js';
import { acpiWith, recordingMemory } from '../../guest/guest-memory.js';
import { inScratchFolder } from '../../support/oracles.js';

/** Registers as vendors have them: with one field of their own name, with fields of one name in each, and of all 32 bits. */
const PLATFORM = `
functions:
  - address: 00:04.0
    name: RTC
    registers:
      - { name: RAS, index: 0, fields: [{ longName: ras, bits: 19..0 }] }
      - { name: CTRL, index: 1, fields: [{ longName: en, bits: 0 }, { name: TRIM, bits: 7..4 }] }
      - { name: MODE, index: 2, fields: [{ longName: en, bits: 3 }] }
      - { name: DATA, index: 3, fields: [{ name: WORD, bits: 31..0 }] }
`;
const [description] = requirePlatform(PLATFORM).functions as readonly [FunctionDescription];

describe('a header whose names AML cannot have, since it needs unique ones', () => {
  it.each([[['--driver', 'build/vcfg.h']], [['--platform', 'platform.yaml']]])(
    'agrees with the tables of the same platform: check %s',
    (words) =>
      inScratchFolder(async (folder) => {
        const at = (name: string) => join(folder, name);
        writeFileSync(at('platform.yaml'), PLATFORM);
        expect((await vcfg(['generate', at('platform.yaml'), '-o', at('build')])).codes).toEqual([]);
        const [option = '', file = ''] = words;
        const { code, stdout } = await vcfg(['check', at('build'), option, at(file), '--no-exhaustive', '--json']);
        const { findings } = JSON.parse(stdout) as { findings: { severity: string; code: string }[] };
        expect([code, findings.filter(({ severity }) => severity !== 'note').map((each) => each.code)]).toEqual([
          0,
          [],
        ]);
      }),
  );
});

describe('a field of all 32 bits', () => {
  it('is written without a read, as AML writes it', () => {
    const data = description.registers.find(({ name }) => name === 'DATA') as RegisterDescription;
    expect(otherBitsOf(data, { lowBit: 0, widthBits: 32 })).toEqual({ kept: 0, ones: 0 });
    const memory = recordingMemory();
    const driver = openFunction({ acpi: acpiWith(0x2_0000_0000n), memory, description });
    driver.writeFields('DATA', { [data.fields[0]?.name as string]: 5 } as never);
    expect(memory.accesses.map(([kind]) => kind)).toEqual(['write']);
  });
});
