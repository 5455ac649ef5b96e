import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl, declarations, displayName } from '../../../src/aml/index.js';
import { decodeTable, injectVcfg } from '../../../src/firmware/index.js';
import { bridge, tableOf } from '../../firmware/patch/board-tables.js';
import { inScratchFolder, needs } from '../../support/oracles.js';
import { Q35_DSDT, type Ran, vcfg } from '../fake-io.js';

/** Runs `vcfg inject` on QEMU's DSDT in a folder with other files. */
function inject(
  words: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (ran: Ran, made: () => Uint8Array) => void,
  world: Parameters<typeof vcfg>[1] = {},
): Promise<void> {
  return inScratchFolder(async (folder) => {
    for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
    const output = join(folder, 'new.aml');
    const placed = words.map((word) => (word in files ? join(folder, word) : word));
    const ran = await vcfg(['inject', Q35_DSDT, ...placed, '-o', output], world);
    use(ran, () => new Uint8Array(readFileSync(output)));
  });
}

const pathsOf = (table: Uint8Array) => declarations(decodeTable(table).terms).map(({ path }) => displayName(path));

const DSM = `
External (\\_SB.PCI0, DeviceObj)
Scope (\\_SB.PCI0) {
  Method (HELO, 1) { Return (Arg0) }
}
`;

describe('vcfg inject', () => {
  it('renames, and changes nothing else', () =>
    inject(['--rename', 'PCI0=PC00'], {}, ({ code, stdout }, made) => {
      expect(code).toBe(0);
      expect(stdout).toContain('PCI0 renamed to PC00 in 37 places');
      const before = pathsOf(new Uint8Array(readFileSync(Q35_DSDT)));
      expect(pathsOf(made())).toEqual(before.map((path) => path.replaceAll('PCI0', 'PC00')));
      expect(made()[8]).toBe(1);
    }));

  it('merges ASL that iasl compiles, beside VCFG', (context) => {
    needs(context, 'iasl');
    return inject(['--asl', 'dsm.asl', '--base', '0x10_0000_0000'], { 'dsm.asl': DSM }, ({ code, stdout }, made) => {
      expect(code).toBe(0);
      expect(stdout).toContain('\\VCFG put in front: 0x1000000000; added \\_SB.PCI0.HELO');
      expect(pathsOf(made())).toEqual(expect.arrayContaining(['\\VCFG', '\\_SB.PCI0.HELO']));
    });
  });

  it("gives iasl's errors with the lines of the file, and writes nothing", (context) => {
    needs(context, 'iasl');
    return inject(
      ['--asl', 'bad.asl'],
      { 'bad.asl': '\nScope (\\_SB.PCI0) {\n}\n' },
      ({ code, stderr, codes }, made) => {
        expect({ code, codes }).toEqual({ code: 1, codes: ['COMMAND_ASL'] });
        expect(stderr).toMatch(/bad\.asl:2: iasl: .*_SB/);
        expect(made).toThrow();
      },
    );
  });

  it('says what to install where iasl is missing', () =>
    inject(
      ['--asl', 'dsm.asl'],
      { 'dsm.asl': DSM },
      ({ code, codes, stderr }) => {
        expect({ code, codes }).toEqual({ code: 1, codes: ['COMMAND_NO_COMPILER'] });
        expect(stderr).toContain('acpica-tools');
      },
      { runProgram: () => undefined },
    ));

  it('merges AML, and replaces what it is told to', () => {
    const ssdt = tableOf([asl.Scope('\\_SB.PCI0', [asl.Name('_UID', 7)])], 'SSDT');
    return inject(['--merge', 'ssdt.aml'], { 'ssdt.aml': ssdt }, ({ code, codes }) => {
      expect({ code, codes }).toEqual({ code: 1, codes: ['FIRMWARE_NAME_TAKEN'] });
    }).then(() =>
      inject(['--merge', 'ssdt.aml', '--replace'], { 'ssdt.aml': ssdt }, ({ code, stdout }) => {
        expect(code).toBe(0);
        expect(stdout).toContain('replaced \\_SB.PCI0._UID');
      }),
    );
  });

  it('cuts the window out of _CRS', () =>
    inject(['--base', '0x2_0000_0000', '--cut-crs'], {}, ({ code, codes }, made) => {
      expect({ code, codes }).toEqual({ code: 0, codes: ['FIRMWARE_CRS_CUT', 'FIRMWARE_REVISION_RAISED'] });
      expect(made()[8]).toBe(2);
    }));

  it('warns of a window that the bridge hands out, with the option that cuts it', () =>
    inject(['--base', '0x2_0000_0000'], {}, ({ code, codes, stderr }) => {
      expect(code).toBe(0);
      expect(codes).toContain('VCFG_OVERLAPS_CRS');
      expect(stderr).toMatch(/warning: The window .*--cut-crs.*\[VCFG_OVERLAPS_CRS\]/);
    }));

  it('is refused if the bridge still hands the window out', () =>
    inScratchFolder(async (folder) => {
      const table = join(folder, 'dsdt.aml');
      const q35 = decodeTable(new Uint8Array(readFileSync(Q35_DSDT))).terms;
      const crs = declarations(q35).find(({ path }) => path === '\\_SB_.PCI0._CRS')?.term;
      const data = crs?.op === 'Name' ? crs.operands[1] : undefined;
      if (data?.op !== 'Buffer') throw new Error('no _CRS');
      // The template goes through a Local, so that only running it tells.
      const method = asl.Method('_CRS', { serialized: true }, [
        asl.Store(data, asl.Local(0)),
        asl.Return(asl.Local(0)),
      ]);
      writeFileSync(table, injectVcfg(tableOf([bridge(method)]), 0x2_0000_0000n).bytes);
      const output = join(folder, 'new.aml');
      const { code, codes } = await vcfg(['inject', table, '--base', '0x2_0000_0000', '--cut-crs', '-o', output]);
      expect({ code, codes }).toEqual({ code: 1, codes: ['VCFG_OVERLAPS_CRS'] });
    }));

  it.each<[string, ...string[]]>([
    ['a rename without =', '--rename', 'FOO'],
    ['a window to cut without a base', '--cut-crs'],
    ['--replace alone', '--replace', '--base', '0'],
    ['nothing to do'],
    ['a revision that is no number', '--revision', 'two'],
  ])('does not understand %s', (_, ...words) =>
    inject(words, {}, ({ code }) => {
      expect(code).toBe(2);
    }),
  );
});
