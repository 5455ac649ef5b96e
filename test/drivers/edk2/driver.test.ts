import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import { OPCODES, type OpcodeRow } from '../../../src/aml/grammar/opcodes.js';
import { EDK2_AML_SOURCE } from '../../../src/drivers/edk2/aml-source.js';
import { generateEdk2Driver } from '../../../src/drivers/edk2/driver.js';
import { generateCHeader } from '../../../src/drivers/index.js';
import { generateDsdt, generateTableSet, injectVcfg } from '../../../src/firmware/index.js';
import type { Platform } from '../../../src/vocab/index.js';
import { acpicaInteger } from '../../support/acpica.js';
import { arbitraryTerm, arbitraryTerms } from '../../support/aml-arbitrary.js';
import { effort, someOf } from '../../support/effort.js';
import { needs, run } from '../../support/oracles.js';
import { projectFolder, readCorpus } from '../../support/shared-material.js';
import { termOf } from '../../support/term-shape.js';
import { samplePlatform } from '../sample-platform.js';
import { everyKind, fixturePlatform } from '../whole-platforms.js';

const STAND_IN = join(projectFolder, 'test/drivers/edk2/stand-in');
const STRICT = ['-std=c99', '-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Wno-unused-parameter', '-Werror'];
const SANITIZED = ['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

const folder = mkdtempSync(join(tmpdir(), 'vcfg-edk2-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The driver's folder, written for a platform. */
function writeDriver(name: string, platform: Platform): string {
  for (const file of generateEdk2Driver(platform)) {
    const path = join(folder, name, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.contents);
  }
  return join(folder, name, 'edk2/VcfgSample');
}

function compile(driver: string, sources: readonly string[], program: string): string {
  const files = [...sources, join(STAND_IN, 'services.c'), join(STAND_IN, `${program}.c`)];
  const flags = [...STRICT, ...SANITIZED, '-I', STAND_IN, '-I', driver];
  const { status, stderr } = run('gcc', [...flags, ...files, '-o', program], { cwd: driver });
  expect([status, stderr]).toEqual([0, '']);
  return join(driver, program);
}

let searchProgram: string | undefined;

/** What the driver's search says of each table: a status, and the base where there is one. */
function search(context: TestContext, tables: readonly Uint8Array[]): string[] {
  needs(context, 'gcc', 'gcc-sanitizers');
  searchProgram ??= compile(writeDriver('search', samplePlatform()), ['VcfgFind.c'], 'search');
  const paths = tables.map((table, index) => {
    writeFileSync(join(folder, `${index}.aml`), table);
    return join(folder, `${index}.aml`);
  });
  const { status, stdout, stderr } = run(searchProgram, [], { input: paths.join('\n') });
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/(?<!^Success) 5a5a5a5a$/, '').replace('Success ', ''));
}

/** A DSDT of this AML. */
function dsdt(aml: Uint8Array, revision = 2): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(36), aml]);
  bytes.write('DSDT');
  bytes.writeUInt32LE(bytes.length, 4);
  bytes[8] = revision;
  bytes[9] = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return bytes;
}

const BASE = 0x2_3000_0000n;
/** Name (VCFG, 0x230000000) */
const NAME = '08 56434647 0e 0000003002000000';
const WRONG = '08 56434647 0c 77777777';
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** A package of these bytes, behind its opcode. */
function packaged(opcode: string, inside: string): string {
  const length = hex(inside).length;
  const prefix = length < 63 ? [length + 1] : [0x40 | ((length + 2) & 0xf), (length + 2) >> 4];
  return `${opcode} ${Buffer.from(prefix).toString('hex')} ${inside}`;
}

const ROWS: readonly [what: string, aml: string, found: string][] = [
  ['first', NAME, '230000000'],
  ['with a backslash', '08 5c 56434647 0b 3412', '1234'],
  ['as a name of one segment in a list', '08 2f01 56434647 0a 12', '12'],
  ['Zero, One and Ones', '08 56434647 00', '0'],
  ['One', '08 56434647 01', '1'],
  ['Ones', '08 56434647 ff', 'ffffffffffffffff'],
  ['in Scope (\\)', packaged('10', `5c00 ${NAME}`), '230000000'],
  [
    'as \\VCFG in a device in a scope',
    packaged('10', `5f53425f ${packaged('5b82', `41414141 08 5c ${NAME.slice(3)}`)}`),
    '230000000',
  ],
  ['not as VCFG of another scope', `${packaged('10', `5f53425f ${WRONG}`)} ${NAME}`, '230000000'],
  ['not in a longer path', `08 2e 56434647 41414141 00 08 2e 41414141 56434647 00 ${NAME}`, '230000000'],
  ['not in a string', `08 53545230 0d ${WRONG} 00 ${NAME}`, '230000000'],
  ['not in a buffer', `08 42554630 ${packaged('11', `0a0a ${WRONG}`)} ${NAME}`, '230000000'],
  ['not in a package', `08 504b4730 ${packaged('12', `02 ${WRONG.slice(3)}`)} ${NAME}`, '230000000'],
  ['not in a method', `${packaged('14', `4d544830 00 ${WRONG}`)} ${NAME}`, '230000000'],
  ['not where it may not exist', `${packaged('a0', `01 ${WRONG}`)} ${packaged('a1', WRONG)} ${NAME}`, '230000000'],
  ['not as a field', `5b80 52454730 00 00 0b0010 ${packaged('5b81', '52454730 03 5643464708')} ${NAME}`, '230000000'],
  ['not as an integer that looks like it', `08 494e5430 0e ${WRONG.slice(0, 14)}000000 ${NAME}`, '230000000'],
  ['after calls whose arguments are not known', `43414c4c 01 0a05 0d4100 70 43414c4c 00 56414c30 ${NAME}`, '230000000'],
  ['after a region of a call', `5b80 52454730 00 43414c4c 0a10 01 0b0010 ${NAME}`, '230000000'],
  ['nowhere', '08 41414141 00', 'Not Found'],
  ['nowhere, in nothing', '', 'Not Found'],
  ['as a string', '08 56434647 0d 4100', 'Unsupported'],
  ['behind what is no opcode', `02 ${NAME}`, 'Unsupported'],
  ['behind a Match, whose bytes cannot be told', `89 41414141 00 01 00 01 00 ${NAME}`, 'Unsupported'],
  ['cut off in the value', NAME.slice(0, -2), 'Compromised Data'],
  ['cut off in the name', '08 564346', 'Compromised Data'],
  ['cut off in a length', '10 c0', 'Compromised Data'],
  ['cut off in a string', '08 53545230 0d 41', 'Compromised Data'],
  ['in a package past the end', '10 3f 5c00', 'Compromised Data'],
  ['in a length of less than itself', '10 00', 'Compromised Data'],
];

/** Name (^VCFG, 0x230000000), with so many carets. */
const up = (carets: number) => `08 ${'5e'.repeat(carets)} ${NAME.slice(3)}`;
/** Scope (\_SB), Device (AAAA), Scope (AAAA), Scope (_GPE) and Scope (^) of these bytes. */
const inSb = (...inside: string[]) => packaged('10', `5c 5f53425f ${inside.join(' ')}`);
const device = (...inside: string[]) => packaged('5b82', `41414141 ${inside.join(' ')}`);
const inDevice = (...inside: string[]) => packaged('10', `41414141 ${inside.join(' ')}`);
const inGpe = (...inside: string[]) => packaged('10', `5f475045 ${inside.join(' ')}`);
const inParent = (...inside: string[]) => packaged('10', `5e00 ${inside.join(' ')}`);

/** What the search says, and whether ACPICA has a \VCFG. A Scope of one segment may be further up than it stands. */
const CARET_ROWS: readonly [what: string, aml: string, found: string, isThere: boolean][] = [
  ['^VCFG one deep', inSb(up(1)), '230000000', true],
  ['^^VCFG two deep', inSb(device(up(2))), '230000000', true],
  [
    '^^VCFG in a path of two',
    `${inSb(device())} ${packaged('10', `5c 2e 5f53425f 41414141 ${up(2)}`)}`,
    '230000000',
    true,
  ],
  ['VCFG in Scope (^)', inSb(inParent(NAME)), '230000000', true],
  ['^VCFG in Device (^AAAA)', inSb(packaged('5b82', `5e 41414141 ${up(1)}`)), '230000000', true],
  ['^VCFG in Scope (\\_SB) two deep', inSb(device(inSb(up(1)))), '230000000', true],
  ['^VCFG two deep', inSb(device(up(1))), 'Not Found', false],
  [
    '^VCFG in a path of two',
    `${inSb(device())} ${packaged('10', `5c 2e 5f53425f 41414141 ${up(1)}`)}`,
    'Not Found',
    false,
  ],
  ['VCFG in Scope (^) two deep', inSb(device(inParent(NAME))), 'Not Found', false],
  [
    '^AAAA.VCFG',
    `${packaged('5b82', '5c 41414141')} ${inSb(`08 5e 2e 41414141 ${NAME.slice(3)}`)}`,
    'Not Found',
    false,
  ],
  ['^VCFH', inSb('08 5e 56434648 00'), 'Not Found', false],
  ['^VCFG in no scope', up(1), 'Not Found', false],
  ['^^VCFG one deep', inSb(up(2)), 'Not Found', false],
  ['VCFG in Scope (^) in no scope', inParent(NAME), 'Not Found', false],
  ['^VCFG in Scope (_GPE), which is \\_GPE', inSb(inGpe(up(1))), 'Unsupported', true],
  ['VCFG in Scope (^) in it', inSb(inGpe(inParent(NAME))), 'Unsupported', true],
  ['^VCFG in Scope (AAAA), which is \\_SB.AAAA', inSb(device(), inDevice(up(1))), 'Unsupported', false],
  ['^^VCFG in it', inSb(device(), inDevice(up(2))), '230000000', true],
  ['VCFG in either, and in the root', `${inSb(inGpe(WRONG), device(), inDevice(WRONG))} ${NAME}`, '230000000', true],
];

describe('the search for \\VCFG', () => {
  test('finds the name and nothing that looks like it', (context) => {
    const found = search(
      context,
      ROWS.map(([, aml]) => dsdt(hex(aml))),
    );
    expect(ROWS.map(([what], index) => [what, found[index]])).toEqual(ROWS.map(([what, , wanted]) => [what, wanted]));
  });

  test('follows carets as far as the scopes alone tell, and to where ACPICA does', async (context) => {
    needs(context, 'acpiexec');
    const tables = CARET_ROWS.map(([, aml]) => dsdt(hex(aml)));
    const found = search(context, tables);
    const known = await Promise.all(tables.map((table) => acpicaInteger([table], '\\VCFG')));
    expect(CARET_ROWS.map(([what], index) => [what, found[index], known[index]])).toEqual(
      CARET_ROWS.map(([what, , wanted, isThere]) => [what, wanted, isThere ? BASE : undefined]),
    );
  });

  test('refuses what an OS would cut to 32 bits, deep nesting, and less than a header', (context) => {
    let deep = NAME;
    for (let depth = 0; depth < 33; depth++) deep = packaged('10', `5c00 ${deep}`);
    const tables = [dsdt(hex(NAME), 1), dsdt(hex('08 56434647 0a 12'), 1), dsdt(hex(deep)), dsdt(hex('')).subarray(1)];
    expect(search(context, tables)).toEqual(['Incompatible Version', '12', 'Unsupported', 'Compromised Data']);
  });

  test('finds it in what is generated', (context) => {
    const platforms = ['minimal', 'sensor-hub', 'all-buses'].map(fixturePlatform);
    const bases = platforms.map(({ vcfg }) => vcfg.base.toString(16));
    expect(
      search(
        context,
        platforms.map((platform) => generateDsdt(platform)),
      ),
    ).toEqual(bases);
  });

  test('reads real tables to their end: finds it in front, at the end, and not where it is not', (context) => {
    const corpus = readCorpus(context).map(({ bytes }) => bytes);
    const tables = someOf(corpus, 12);
    const behind = tables.map((table) => dsdt(Buffer.concat([table.subarray(36), hex(NAME)])));
    const all = (text: string) => tables.map(() => text);
    expect(corpus.length).toBeGreaterThan(90);
    expect(search(context, tables)).toEqual(all('Not Found'));
    expect(search(context, behind)).toEqual(all(BASE.toString(16)));
    const some = tables.filter((_, index) => index % 8 === 0).map((table) => injectVcfg(table, BASE).bytes);
    expect(search(context, some)).toEqual(some.map(() => BASE.toString(16)));
  });

  test('passes over any terms, but for two whose bytes it cannot tell', (context) => {
    const each = OPCODES.flatMap(({ op }) =>
      fc.sample(arbitraryTerm(op), { numRuns: effort(1, 3), seed: 11 }).map((term) => [term]),
    );
    const some = [...each, ...fc.sample(arbitraryTerms(), { numRuns: effort(60, 300), seed: 12 })];
    const found = search(
      context,
      some.map((shapes) => dsdt(Buffer.concat([encodeAml(shapes.map(termOf)), hex(NAME)]))),
    );
    const asText = (shapes: unknown) =>
      JSON.stringify(shapes, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    const isHard = (shapes: unknown) => /"(?:Match|Acquire)"/.test(asText(shapes));
    const wrong = some.filter((shapes, index) => {
      return found[index] !== BASE.toString(16) && !(isHard(shapes) && found[index] === 'Unsupported');
    });
    expect(wrong.map(asText)).toEqual([]);
    expect(found.filter((line) => line === BASE.toString(16)).length).toBeGreaterThan(some.length * 0.75);
  });

  test('reads no byte that is not there, of whatever it is given', (context) => {
    const whole = generateDsdt(fixturePlatform('sensor-hub')).slice();
    const tables = 400;
    const step = Math.max(1, Math.floor((whole.length - 36) / tables));
    const cut = Array.from({ length: tables }, (_, index) => whole.subarray(0, index * step));
    const broken = Array.from({ length: tables }, (_, index) => {
      const table = whole.slice();
      const at = 36 + ((index * step) % (whole.length - 36));
      table[at] = (table[at] as number) ^ (0x41 + (index % 0xbe));
      return table;
    });
    const said = search(context, [...cut, ...broken]);
    expect(said.length).toBe(cut.length + broken.length);
    expect(said.filter((line) => !/^[0-9a-f]+$|^Not Found$|^Unsupported$|^Compromised Data$/.test(line))).toEqual([]);
  });

  test('knows the opcodes as the one table of opcodes does', () => {
    const rows = [...EDK2_AML_SOURCE.matchAll(/\{ 0x(\w{4}), 0x(\w{4}), (\w+), +(\d), (\d) \}/g)].map((match) => ({
      first: Number.parseInt(match[1] as string, 16),
      last: Number.parseInt(match[2] as string, 16),
      meaning: match.slice(3).join(' '),
    }));
    // LNotEqual and its like are two opcodes in a row, LNot and another.
    const opcodes: readonly OpcodeRow[] = OPCODES.filter(({ code }) => code >> 8 === 0 || code >> 8 === 0x5b);
    expect(OPCODES.length - opcodes.length).toBe(3);
    for (const row of opcodes) {
      for (let code = row.code; code < row.code + (row.span ?? 1); code++) {
        const found = rows.filter(({ first, last }) => first <= code && code <= last);
        expect([row.op, found.map(({ meaning }) => meaning).join()]).toEqual([row.op, meaningOf(row)]);
      }
    }
  });
});

const BYTES: Readonly<Record<string, number>> = { ByteData: 1, WordData: 2, DWordData: 4, QWordData: 8 };
/** Operands that are terms themselves, and those that only fill a package. */
const TERMS = ['TermArg', 'Data', 'SuperName', 'Reference', 'Target', 'Ordinal', 'TermList'];

/** What the search has to know of an opcode: names and bytes before any term, or that it cannot be passed over. */
function meaningOf({ operands, package: isPackage, op }: OpcodeRow): string {
  if (operands.includes('AsciiString')) return 'Text 0 0';
  const scopes = ['Scope', 'Device', 'Processor', 'PowerResource', 'ThermalZone'];
  if (isPackage && !scopes.includes(op)) return 'Package 0 0';
  const firstTerm = operands.findIndex((kind) => TERMS.includes(kind));
  const own = firstTerm < 0 ? operands : operands.slice(0, firstTerm);
  const after = firstTerm < 0 ? [] : operands.slice(firstTerm);
  if (after.some((kind) => kind in BYTES)) return '';
  const names = own.filter((kind) => kind === 'NameString').length;
  const bytes = own.reduce((sum, kind) => sum + (BYTES[kind] ?? 0), 0);
  return `${isPackage ? 'Scope' : 'RawBytes'} ${names} ${bytes}`;
}

describe('the driver', () => {
  test('is accepted by gcc and clang, whatever the platform', (context) => {
    needs(context, 'gcc', 'clang');
    const driver = writeDriver('strict', everyKind());
    for (const compiler of ['gcc', 'clang']) {
      const flags = [...STRICT, '-pedantic', '-fsyntax-only', '-I', STAND_IN, '-I', driver];
      const { stdout, stderr } = run(compiler, [...flags, 'VcfgFind.c', 'VcfgSample.c'], { cwd: driver });
      expect(stdout + stderr).toBe('');
    }
  });

  test('shows the window at once if there is a DSDT, else when the platform is ready to boot', (context) => {
    needs(context, 'gcc', 'gcc-sanitizers');
    const platform = fixturePlatform('sensor-hub');
    const driver = writeDriver('boot', platform);
    const boot = compile(driver, ['VcfgFind.c', 'VcfgSample.c'], 'boot');
    const table = join(driver, 'dsdt.aml');
    const said = (when: string, bytes: Uint8Array) => {
      writeFileSync(table, bytes);
      const { status, stdout, stderr } = run(boot, [when, table]);
      expect([status, stderr]).toEqual([0, '']);
      return stdout.trimEnd().split('\n');
    };
    const bytes = generateDsdt(platform);
    const early = said('early', bytes);
    expect(early.slice(0, 7)).toEqual([
      'event at TPL 8',
      'loaded: Success',
      'VCFG: window at 0x230000000',
      'add type 3 230030000+1000 9',
      'set 230030000+1000 1',
      'add type 3 230031000+1000 9',
      'set 230031000+1000 8',
    ]);
    // What is not to be read is not; a register of the stand-in reads as its address.
    expect(early).toEqual(
      expect.arrayContaining([
        'VCFG SENS.CTRL: 0x30040000',
        'VCFG SENS.STAT.CONT: 0x3004',
        'VCFG GPU0.mailbox: 2112 bytes at 0x230031000, which begin in the dword 0x30031000',
        'VCFG SENS.KICK: not read: it is write-only, or a read changes it',
        'VCFG SENS.RING: 2048 bytes at 0x230041800, which begin in the dword 0x30041800',
        'VCFG MOTR.HALT: 0x30200ffc',
      ]),
    );
    expect(said('late', bytes)).toEqual([...early.slice(2), 'loaded: Success']);
    const broken = bytes.slice();
    broken[10] = (broken[10] as number) ^ 1;
    expect(said('late', broken)).toEqual(['VCFG: no window: CRC Error', 'loaded: CRC Error']);
    const unaligned = dsdt(hex('08 56434647 0a 12'));
    expect(said('late', unaligned)).toEqual(['VCFG: no window: Unsupported', 'loaded: Unsupported']);

    // A machine whose DSDT has no VCFG: the SSDTs are read in turn, one that is broken left out.
    const withSsdts = (revision: number, ...ssdts: readonly Uint8Array[]) => {
      writeFileSync(table, dsdt(hex('08 41414141 00'), revision));
      const paths = ssdts.map((ssdt, index) => {
        writeFileSync(join(driver, `ssdt${index}.aml`), ssdt);
        return join(driver, `ssdt${index}.aml`);
      });
      const { status, stdout, stderr } = run(boot, ['late', table, ...paths]);
      expect([status, stderr]).toEqual([0, '']);
      return stdout.trimEnd().split('\n');
    };
    const [onto] = generateTableSet({ ...platform, host: '\\_SB.PCI0' }).aml;
    const ssdt = onto?.bytes as Uint8Array;
    const other = ssdt.slice();
    other[9] = ((other[9] as number) + 1) & 0xff;
    expect(withSsdts(2, other, ssdt)).toEqual([...early.slice(2), 'loaded: Success']);
    expect(withSsdts(1, ssdt).at(-1)).toBe('loaded: Incompatible Version');
    expect(withSsdts(2, other).at(-1)).toBe('loaded: Not Found');
    expect(withSsdts(2).at(-1)).toBe('loaded: Not Found');
  });

  test('names its files and libraries in its description', () => {
    const platform = samplePlatform();
    const files = generateEdk2Driver(platform);
    const of = (name: string) => files.find((file) => file.name === `edk2/VcfgSample/${name}`)?.contents as string;
    const section = (name: string) =>
      new RegExp(`^\\[${name}\\]\\n((?:  .*\\n)+)`, 'm').exec(of('VcfgSample.inf'))?.[1];
    const listed = (name: string) => section(name)?.trim().split(/\n +/);
    expect(listed('Sources')).toEqual(['VcfgFind.c', 'VcfgFind.h', 'VcfgSample.c', 'vcfg.h']);
    expect(files.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(
      [...(listed('Sources') as string[]), 'VcfgSample.inf'].sort(),
    );
    const included = [...(of('VcfgSample.c') + of('VcfgFind.c')).matchAll(/#include <Library\/(\w+)\.h>/g)];
    const libraries = [...new Set(included.map(([, name]) => name)), 'UefiDriverEntryPoint'].sort();
    expect(listed('LibraryClasses')).toEqual(libraries);
    expect(readdirSync(join(STAND_IN, 'Library')).map((name) => name.replace('.h', ''))).toEqual(
      libraries.filter((name) => name !== 'UefiDriverEntryPoint'),
    );
    expect(of('vcfg.h')).toBe(generateCHeader(platform));
    for (const { contents } of files) expect(contents).toMatch(/^[\x20-\x7e\n]*\n$/);
  });
});
