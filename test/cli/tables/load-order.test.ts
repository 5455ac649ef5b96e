import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl, encodeAml, type Term } from '../../../src/aml/index.js';
import { nodeFiles } from '../../../src/cli/process-io.js';
import { tablesIn } from '../../../src/cli/tables/glob.js';
import { compareLoadOrder, isLoadOrderKnown } from '../../../src/cli/tables/load-order.js';
import { readMachineTables } from '../../../src/cli/tables/read-tables.js';
import { encodeTable } from '../../../src/tables/index.js';
import { inScratchFolder } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { vcfg } from '../fake-io.js';

const ORDER = join(projectFolder, 'fixtures/tables/order');

type Terms = readonly Term[];
const table = (signature: string, terms: Terms) =>
  encodeTable(
    { signature, revision: 2, oemId: 'T', oemTableId: signature, oemRevision: 1, creatorId: 'T', creatorRevision: 1 },
    encodeAml(terms),
  );
const DSDT = table('DSDT', [asl.Name('X', 1)]);
const ssdt = (...terms: Terms) => table('SSDT', terms);

describe('the load order of a folder', () => {
  const ROWS: [what: string, names: string[]][] = [
    ['of /sys/firmware/acpi/tables', ['APIC', 'DSDT', 'SSDT1', 'SSDT2', 'SSDT9', 'SSDT10', 'SSDT11', 'SSDT100']],
    ['of acpixtract and acpidump -b', ['apic.dat', 'dsdt.dat', 'ssdt.dat', 'ssdt1.dat', 'ssdt2.dat', 'ssdt10.dat']],
    ['with zeros in front of numbers', ['dsdt.aml', 'ssdt02.aml', 'ssdt10.aml']],
    ['with numbers inside names', ['DSDT.aml', 'cpu2-ssdt.aml', 'cpu10-ssdt.aml']],
  ];
  it.each(ROWS)('is taken by number %s', (_what, names) => {
    expect([...names].sort().sort(compareLoadOrder)).toEqual(names);
    expect([...names].reverse().sort(compareLoadOrder)).toEqual(names);
  });

  const of = (...names: string[]) => names.map((name) => ({ name, signature: name.slice(0, 4).toUpperCase() }));
  it('is known where each SSDT has a number of its own, or there is one at most', () => {
    expect(isLoadOrderKnown(of('DSDT', 'SSDT2', 'SSDT10', 'ASF!'))).toBe(true);
    expect(isLoadOrderKnown(of('dsdt.dat', 'ssdt.dat', 'ssdt1.dat'))).toBe(true);
    expect(isLoadOrderKnown([{ name: 'cpu.aml', signature: 'SSDT' }])).toBe(true);
    expect(isLoadOrderKnown([])).toBe(true);
    expect(isLoadOrderKnown([...of('SSDT1'), { name: 'cpu.aml', signature: 'SSDT' }])).toBe(false);
    expect(isLoadOrderKnown(of('ssdt1.dat', 'SSDT01.aml'))).toBe(false);
    expect(isLoadOrderKnown(of('SSDT-1.aml', 'SSDT-2.aml'))).toBe(false);
  });
});

describe('a machine’s tables', () => {
  const io = { files: nodeFiles, stderr: { isTerminal: false }, now: () => 0 } as never;
  const isKnown = async (...words: string[]) => (await readMachineTables(words, io)).loadOrderKnown;

  it('are checked in the order in which the OS loads them', async () => {
    const ran = await vcfg(['check', ORDER, '--rule', 'table,aml', '--json']);
    const { checked, findings } = JSON.parse(ran.stdout);
    expect(findings).toEqual([]);
    expect(checked.map(({ what }: { what: string }) => what.slice(ORDER.length + 1))).toEqual([
      'DSDT',
      'SSDT2',
      'SSDT10',
    ]);
    expect(JSON.parse((await vcfg(['check', join(ORDER, '*'), '--rule', 'aml', '--json'])).stdout).findings).toEqual(
      [],
    );
  });

  it('are taken as given where they are given one by one', async () => {
    const words = ['DSDT', 'SSDT10', 'SSDT2'].map((name) => join(ORDER, name));
    const { checked, findings } = JSON.parse((await vcfg(['check', ...words, '--rule', 'aml', '--json'])).stdout);
    expect(checked.map(({ what }: { what: string }) => what)).toEqual(words);
    expect(findings.map(({ code }: { code: string }) => code)).toContain('AML_SCOPE_EARLY');
    expect(await isKnown(...words)).toBe(true);
  });

  it('are in a known order if their names tell it', () =>
    inScratchFolder(async (folder) => {
      cpSync(ORDER, join(folder, 'sys'), { recursive: true });
      expect(await isKnown(join(folder, 'sys'))).toBe(true);
      expect(await isKnown(join(folder, 'sys/SSDT*'))).toBe(true);
      mkdirSync(join(folder, 'own'));
      writeFileSync(join(folder, 'own/dsdt.aml'), DSDT);
      for (const name of ['cpu.aml', 'gpu.aml']) writeFileSync(join(folder, 'own', name), ssdt(asl.Name('Y', 1)));
      expect(await isKnown(join(folder, 'own'))).toBe(false);
      expect(await isKnown(join(folder, 'own/*.aml'))).toBe(false);
      expect(await isKnown(join(folder, 'own/gpu.aml'), join(folder, 'own/cpu.aml'))).toBe(true);
    }));

  it('hold those that the kernel loaded later after the others', () =>
    inScratchFolder((folder) => {
      mkdirSync(join(folder, 'dynamic'));
      for (const name of ['DSDT', 'SSDT2', 'dynamic/SSDT3', 'ASF!', 'notes']) writeFileSync(join(folder, name), 'x');
      const names = tablesIn(folder, nodeFiles).map((path) => path.slice(folder.length + 1));
      expect(names).toEqual(['ASF!', 'DSDT', 'SSDT2', 'dynamic/SSDT3']);
    }));
});

describe('names that another table of the machine declares', () => {
  /** A call of a method that another table declares, before two statements that could be its arguments. */
  const caller = ssdt(
    asl.Method('CALL', { args: 0 }, [asl.path('\\TWO'), asl.Store(1, asl.Local(0)), asl.Store(1, asl.Local(1))]),
  );
  const declaring = table('DSDT', [asl.Method('\\TWO', { args: 2 }, [])]);
  const inMachine = (work: (folder: string) => Promise<void>) =>
    inScratchFolder(async (folder) => {
      mkdirSync(join(folder, 'a'));
      mkdirSync(join(folder, 'b'));
      writeFileSync(join(folder, 'a/dsdt.aml'), declaring);
      writeFileSync(join(folder, 'a/ssdt.aml'), caller);
      await work(folder);
    });

  it('are known in a folder, and among files given at once', () =>
    inMachine(async (folder) => {
      for (const words of [[join(folder, 'a')], [join(folder, 'a/ssdt.aml'), join(folder, 'a/dsdt.aml')]]) {
        const { stdout, stderr } = await vcfg(['disassemble', ...words]);
        expect(stdout).toContain('TWO (Store (One, Local0), Store (One, Local1))');
        expect(stderr).not.toContain('AML_');
        expect((await vcfg(['verify', ...words])).stderr).toBe('');
      }
      const alone = await vcfg(['disassemble', join(folder, 'a/ssdt.aml')]);
      expect(alone.stdout).not.toContain('TWO (Store (One, Local0), ');
      const named = await vcfg(['disassemble', join(folder, 'a/ssdt.aml'), '-e', join(folder, 'a')]);
      expect(named.stdout).toContain('TWO (Store (One, Local0), Store (One, Local1))');
    }));

  it('are those of the same folder where several machines are given', () =>
    inMachine(async (folder) => {
      writeFileSync(join(folder, 'b/dsdt.aml'), table('DSDT', [asl.Method('\\TWO', { args: 1 }, [])]));
      writeFileSync(join(folder, 'b/ssdt.aml'), caller);
      const { stdout } = await vcfg(['disassemble', folder, '--json']);
      const texts = JSON.parse(stdout).tables.map(({ asl: text }: { asl: string }) => text);
      expect(texts[1]).toContain('TWO (Store (One, Local0), Store (One, Local1))');
      expect(texts[3]).toContain('TWO (Store (One, Local0))');
    }));

  it('are nobody else’s in a folder of several DSDTs', () =>
    inMachine(async (folder) => {
      writeFileSync(join(folder, 'a/other-dsdt.aml'), DSDT);
      expect((await vcfg(['disassemble', join(folder, 'a')])).stdout).not.toContain('TWO (Store (One, Local0), ');
    }));
});

describe('tables without AML', () => {
  const FACS = Buffer.alloc(64);
  FACS.write('FACS');
  FACS[4] = 64;
  FACS[32] = 2;
  const withFacs = (work: (folder: string) => Promise<void>) =>
    inScratchFolder(async (folder) => {
      writeFileSync(join(folder, 'FACS'), FACS);
      await work(folder);
    });

  it('are an error of disassemble where there are no others', () =>
    withFacs(async (folder) => {
      cpSync(join(projectFolder, 'fixtures/tables/q35/hpet.aml'), join(folder, 'HPET'));
      expect(await vcfg(['disassemble', folder])).toMatchObject({ code: 1, stdout: '', codes: ['COMMAND_NOT_AML'] });
      expect(await vcfg(['disassemble', join(folder, 'FACS')])).toMatchObject({ code: 1, codes: ['COMMAND_NOT_AML'] });
    }));

  it('may be a FACS, which has no checksum', () =>
    withFacs(async (folder) => {
      const shown = await vcfg(['show', join(folder, 'FACS')]);
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(shown.stdout).toContain('  FACS, 64 bytes\n');
      writeFileSync(join(folder, 'DSDT'), DSDT);
      expect(await vcfg(['verify', folder])).toMatchObject({ code: 0, codes: [] });
      expect((await vcfg(['verify', join(folder, 'FACS')])).codes).toEqual(['COMMAND_NOT_AML']);
      writeFileSync(join(folder, 'FACS'), FACS.subarray(0, 40));
      expect(await vcfg(['show', join(folder, 'FACS')])).toMatchObject({ code: 1, codes: ['TABLE_TOO_SHORT'] });
    }));

  it('count as show counts their objects', () =>
    inScratchFolder(async (folder) => {
      const made = asl.Method('MADE', { args: 0 }, [asl.Name('INM', 1), asl.Name('INN', 1)]);
      writeFileSync(join(folder, 'DSDT'), table('DSDT', [asl.Name('ONE', 1), made]));
      const { checked } = JSON.parse((await vcfg(['check', folder, '--rule', 'table', '--json'])).stdout);
      const { tables } = JSON.parse((await vcfg(['show', folder, '--json'])).stdout);
      expect(tables[0].objects).toHaveLength(2);
      expect(checked[0].checked).toContain(', 2 objects');
    }));
});

it('refuses a set that no machine has, and checks each of its tables if asked to', () =>
  inScratchFolder(async (folder) => {
    for (let index = 0; index < 600; index++) writeFileSync(join(folder, `SSDT${index}`), ssdt(asl.Name('X', 1)));
    const ran = await vcfg(['check', folder, '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout).findings.map(({ code }: { code: string }) => code)).toEqual(['CHECK_SET_LIMIT']);
    const raised = JSON.parse(
      (await vcfg(['check', folder, '--limit', 'tables=600', '--rule', 'table', '--json'])).stdout,
    );
    expect(raised.checked).toHaveLength(600);
    const each = JSON.parse((await vcfg(['check', folder, '--each', '--rule', 'table', '--json'])).stdout);
    expect([each.checked.length, each.findings]).toEqual([600, []]);
    expect(readFileSync(join(folder, 'SSDT0')).length).toBeGreaterThan(36);
  }));
