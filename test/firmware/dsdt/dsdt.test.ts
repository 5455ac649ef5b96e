import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateDsdt, generateFirmwareFiles } from '../../../src/firmware/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { requireTable } from '../../../src/tables/index.js';
import { acpicaInteger, recompile } from '../../support/acpica.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { platformFileArbitrary } from '../../support/platform-arbitrary.js';
import { EXAMPLES, readExample } from '../examples.js';
import { withoutCompiler } from '../forms/without-compiler.js';

describe('a DSDT', () => {
  it('is not made for a machine that has one', () => {
    const platform = { ...readExample('sensor-hub'), host: '\\_SB.PCI0' };
    expect(() => generateDsdt(platform)).toThrow(/^platform\.host is \\_SB\.PCI0: that machine has a DSDT/);
  });
});

describe('the DSDT of a platform', () => {
  it.each(EXAMPLES)('%s: iasl takes it and gives the same bytes again', async (name) => {
    const table = generateDsdt(readExample(name));
    const { bytes, complaints } = await recompile(table);
    expect(complaints).toEqual([]);
    expect(withoutCompiler(bytes)).toEqual(withoutCompiler(table));
  });

  it.each([
    [0x8000_0000n, '32-bit'],
    [0x2_3000_0000n, '64-bit'],
    [0x3fff_e000_0000n, '46-bit'],
  ])('tells ACPICA the base %s (%s)', async (base) => {
    const platform = readExample('minimal');
    const table = generateDsdt({ ...platform, vcfg: { ...platform.vcfg, base } });
    expect(await acpicaInteger([table], '\\VCFG')).toBe(base);
  });

  it('has revision 2, and VCFG before anything else', () => {
    const { header, bytes } = requireTable(generateDsdt(readExample('sensor-hub')));
    expect(header.revision).toBe(2);
    expect(String.fromCharCode(...bytes.subarray(36, 41))).toBe('\x08VCFG');
  });

  it('is the same to the byte each time', () => {
    expect(generateFirmwareFiles(readExample('sensor-hub'))).toEqual(generateFirmwareFiles(readExample('sensor-hub')));
  });

  it('is a C array that gcc reads back as the same bytes', (context) => {
    needs(context, 'gcc');
    return inScratchFolder(async (folder) => {
      const { writeFileSync } = await import('node:fs');
      const { files } = generateFirmwareFiles(readExample('sensor-hub'));
      for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
      const program =
        '#include <stdio.h>\n#include "dsdt.h"\nint main(void) { return fwrite(dsdt_aml, 1, DSDT_AML_LEN, stdout) != DSDT_AML_LEN; }\n';
      writeFileSync(join(folder, 'main.c'), program);
      const strict = ['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Werror'];
      expect(run('gcc', [...strict, 'main.c', '-o', 'main'], { cwd: folder }).stderr).toBe('');
      run('sh', ['-c', './main > read-back'], { cwd: folder });
      expect(readFileSync(join(folder, 'read-back'))).toEqual(readFileSync(join(folder, 'dsdt.aml')));
      const hex = readFileSync(join(folder, 'dsdt.hex'), 'utf8').replaceAll(/\s/g, '');
      expect(hex).toBe(readFileSync(join(folder, 'dsdt.aml')).toString('hex'));
    });
  });

  it('is a table that ACPICA loads, for any platform', async (context) => {
    needs(context, 'acpiexec');
    await fc.assert(
      fc.asyncProperty(platformFileArbitrary(), async (file) => {
        const platform = platformFromObject(file);
        expect(await acpicaInteger([generateDsdt(platform)], '\\VCFG')).toBe(platform.vcfg.base);
      }),
      { numRuns: 15 },
    );
  });
});
