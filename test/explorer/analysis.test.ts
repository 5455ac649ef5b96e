import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asl } from '../../src/aml/index.js';
import { aslText } from '../../src/explorer/analysis/asl-text.js';
import { type LoadedTable, loadTables } from '../../src/explorer/analysis/loaded-tables.js';
import { namespaceTree } from '../../src/explorer/analysis/namespace-tree.js';
import { findReferences } from '../../src/explorer/analysis/references.js';
import { tableFields } from '../../src/explorer/analysis/table-fields.js';
import { openNodes, searchNodes } from '../../src/explorer/look/tree-filter.js';
import { stripOf } from '../../src/explorer/map/address-space.js';
import { parseAddress, placeAt } from '../../src/explorer/map/place.js';
import { type Gathered, gatherPlatform, readOpenPlatform } from '../../src/explorer/open/platform-files.js';
import { readFiles } from '../../src/explorer/open/read-files.js';
import { madeFiles } from '../../src/explorer/platform/made-files.js';
import { keysAt, pathAt, type Schema } from '../../src/explorer/platform/schema-at.js';
import type { PlatformFile } from '../../src/explorer/state/session.js';
import type { DecodedAmlTable } from '../../src/firmware/index.js';
import { platformJsonSchema, requirePlatform } from '../../src/platform/index.js';
import { projectFolder } from '../support/shared-material.js';

const read = (path: string) => new Uint8Array(readFileSync(join(projectFolder, 'fixtures', path)));
const q35 = (name: string) => ({ file: `${name}.aml`, bytes: read(`tables/q35/${name}.aml`) });
const platform = requirePlatform(new TextDecoder().decode(read('platforms/sensor-hub.yaml')));

describe('what the explorer knows of tables', () => {
  const loaded = loadTables([q35('dsdt'), q35('facp'), q35('mcfg')]);
  const { nodes } = namespaceTree(loaded);

  it('is a tree in which each node follows what holds it', () => {
    expect(nodes.length).toBeGreaterThan(200);
    expect(nodes.every(({ parent }, index) => parent < index)).toBe(true);
    expect(nodes.find(({ path }) => path === '\\_SB.PCI0')).toMatchObject({ type: 'Device', hid: 'PNP0A08', depth: 1 });
  });

  it('has every statement of the ASL at the bytes that it shows', () => {
    const dsdt = loaded.tables[0];
    const asl = dsdt && aslText(dsdt);
    const lines = asl?.text.split('\n') ?? [];
    const line = lines.findIndex((text) => text.includes('Method (DBUG'));
    const node = nodes.find(({ path }) => path === '\\DBUG');
    expect(node).toBeDefined();
    expect([asl?.starts[line], asl?.ends[line]]).toEqual([node?.start, node?.end]);
    expect(asl?.text).not.toContain('/* 0');
  });

  it('tells who calls a method, and what it uses', () => {
    const names = loaded.order.flatMap(({ decoded }) => decoded?.terms ?? []);
    expect(names.length).toBeGreaterThan(0);
    const references = findReferences(loaded, ['\\_SB_.PCI0.AIDX', '\\_SB_.PCI0.PDSM', '\\_SB_.PCI0.BNUM']);
    expect(references.to('\\_SB.PCI0.AIDX').map(({ from }) => from)).toContain('\\_SB.PCI0.PDSM');
    expect(references.from('\\_SB.PCI0.AIDX').map(({ to }) => to)).toContain('\\_SB.PCI0.BNUM');
  });

  it('tells who uses what no table declares: by External, without one, and by a path in a string', () => {
    const terms = [
      asl.External('\\_SB.EXTM', 8, 0),
      asl.Name('VALU', 1),
      asl.Method('MAIN', {}, [asl.Call('\\_SB.EXTM'), asl.Store(asl.path('GONE'), asl.Local(0))]),
      asl.Device('DEV0', [asl.Method('OTHR', {}, [asl.Store(asl.DerefOf(asl.String('\\VALU')), 'GONE')])]),
      asl.Method('LAST', {}, [asl.Call('_OSI', asl.String('Linux'))]),
    ];
    const [table] = loaded.tables as [LoadedTable];
    const made = { ...table, decoded: { ...(table.decoded as DecodedAmlTable), terms } };
    const references = findReferences({ ...loaded, tables: [made] }, ['\\VALU', '\\MAIN', '\\DEV0.OTHR', '\\LAST']);
    expect(references.missing).toEqual(['\\GONE', '\\_SB.EXTM']);
    const users = (path: string) => references.to(path).map(({ from }) => from);
    expect([users('\\_SB.EXTM'), users('\\GONE')]).toEqual([['\\MAIN'], ['\\MAIN', '\\DEV0.OTHR']]);
    expect(users('\\VALU')).toEqual(['\\DEV0.OTHR']);
  });

  it('has the fields of a table without AML at their bytes', () => {
    const [, facp, mcfg] = loaded.tables;
    expect(facp && tableFields(facp.table).find(({ name }) => name === 'dsdt')).toMatchObject({ start: 40, end: 44 });
    expect(mcfg && tableFields(mcfg.table).at(-1)).toMatchObject({ name: 'entry 0', start: 44, end: 60 });
  });

  it('finds objects by path and _HID, with the way to them', () => {
    const found = searchNodes(nodes, 'PNP0A08', new Set()).map((index) => nodes[index]?.path);
    expect(found).toContain('\\_SB.PCI0');
    expect(found).toContain('\\_SB');
    expect(openNodes(nodes, new Set()).every((index) => nodes[index]?.depth === 0)).toBe(true);
  });
});

describe('what the explorer opens', () => {
  const file = (name: string, bytes: Uint8Array) => readFiles([{ file: name, bytes }], undefined, gatherPlatform);

  it('is a table, hex, or a platform', async () => {
    const dsdt = read('tables/q35/dsdt.aml');
    expect((await file('a', dsdt)).tables).toHaveLength(1);
    const hex = new TextEncoder().encode(Buffer.from(dsdt).toString('hex'));
    expect((await file('a', hex)).tables[0]?.bytes).toEqual(dsdt);
    expect((await file('a.yaml', read('platforms/minimal.yaml'))).platform?.file).toBe('a.yaml');
  });

  it.each([
    [new Uint8Array(), 'COMMAND_FILE_EMPTY'],
    [new TextEncoder().encode('#include <stdint.h>\n'), 'COMMAND_TABLE_WANTED'],
    [Uint8Array.of(0x1f, 0x8b, 1, 2, 3), 'COMMAND_TABLE_WANTED'],
  ])('says what else it is', async (bytes, code) => {
    const { tables, diagnostics } = await file('a', bytes);
    expect([tables.length, diagnostics.map((each) => each.code)]).toEqual([0, [code]]);
  });
});

describe('a platform of several files', () => {
  const board = { file: 'board.yaml', text: 'include: parts/sensors.yaml\nfunctions: []\n' };
  const sensors = {
    file: 'parts/sensors.yaml',
    text: 'include: [groups.yaml]\nfunctions: [{ address: 00:04.0, name: SENS, instances: [{ group: g, name: C, index: 0 }] }]\n',
  };
  const groups = { file: 'parts/groups.yaml', text: 'groups: { g: { registers: [{ name: CTRL, index: 0 }] } }\n' };
  const flat = (each: { file: string; text: string }) => ({ ...each, file: each.file.replace('parts/', '') });
  const names = (opened: Gathered) => opened.platform?.includes?.map(({ file }) => file);

  it.each([
    ['in folders', [groups, sensors, board]],
    ['one by one', [flat(board), flat(groups), flat(sensors)]],
  ])('is opened with the files that it includes, %s', (_, texts) => {
    const opened = gatherPlatform({ texts, open: undefined });
    expect(opened.platform?.file).toBe('board.yaml');
    expect(opened.parts.toSorted()).toEqual(texts.map(({ file }) => file).sort());
    const { platform: described, diagnostics } = readOpenPlatform(opened.platform as PlatformFile);
    expect(diagnostics).toEqual([]);
    expect(described?.functions.map(({ name }) => name)).toEqual(['SENS']);
  });

  it('takes an included file that is opened later, and another version of it', () => {
    const alone = gatherPlatform({ texts: [board], open: undefined });
    const [missing] = readOpenPlatform(alone.platform as PlatformFile).diagnostics;
    expect(missing).toMatchObject({
      code: 'PLATFORM_INCLUDE_UNREAD',
      cure: 'Drop it here, or drop the folder that holds it and the platform file.',
      place: { file: 'board.yaml', line: 1 },
    });
    const whole = gatherPlatform({ texts: [sensors, groups], open: alone.platform });
    expect([whole.platform?.file, names(whole)]).toEqual(['board.yaml', [sensors.file, groups.file]]);
    const other = { ...groups, text: groups.text.replace('CTRL', 'STAT') };
    const again = gatherPlatform({ texts: [other], open: whole.platform });
    expect(again.platform?.includes).toContainEqual(other);
    expect(names(again)).toHaveLength(2);
  });

  it('reads a file once if two others include it by different paths', async () => {
    const part = { file: 'lib/part.yaml', text: 'include: ../common.yaml\n' };
    const common = { file: 'common.yaml', text: 'memory: 1 GiB\n' };
    const including = (path: string) => ({
      file: 'board.yaml',
      text: `include: [lib/part.yaml, ${path}]\nfunctions: [{ address: 00:04.0, name: SENS }]\n`,
    });
    const bytes = ({ file, text, ...rest }: { file: string; text: string }) => ({
      file,
      bytes: new TextEncoder().encode(text),
      ...rest,
    });
    for (const [path, alsoAt] of [
      ['./lib/../common.yaml', undefined],
      ['/board/common.yaml', undefined],
      ['lib/link.yaml', ['lib/link.yaml']],
    ] as const) {
      const given = [part, { ...common, ...(alsoAt && { alsoAt }) }, including(path)].map(bytes);
      const { platform: opened, diagnostics } = await readFiles(given, undefined, gatherPlatform);
      expect([path, diagnostics]).toEqual([path, []]);
      expect(opened?.includes?.map(({ file }) => file)).toEqual(['lib/part.yaml', 'common.yaml']);
      expect([path, readOpenPlatform(opened as PlatformFile).diagnostics]).toEqual([path, []]);
    }
  });

  it('finds an include whose key is quoted with an escape', () => {
    const quoted = { ...board, text: board.text.replace('include', '"inclu\\x64e"') };
    expect(names(gatherPlatform({ texts: [quoted, sensors, groups], open: undefined }))).toHaveLength(2);
  });

  it('is another one where a file is not part of the open one', () => {
    const open = gatherPlatform({ texts: [board, sensors, groups], open: undefined }).platform;
    const other = gatherPlatform({ texts: [{ file: 'other.yaml', text: 'functions: []\n' }], open });
    expect(other.platform).toEqual({ file: 'other.yaml', text: 'functions: []\n' });
    const none = gatherPlatform({ texts: [{ file: 'notes.yaml', text: 'colour: red\n' }], open });
    expect([none.platform, none.parts]).toEqual([open, []]);
  });

  it.each([
    ['two platforms', ['a.yaml', 'b.yaml'], 'functions: []\n', 'This is another platform, beside a.yaml'],
    ['a part by itself', ['groups.yaml'], 'groups: {}\n', 'no open platform includes it'],
  ])('says what cannot be opened: %s', async (_, files, text, said) => {
    const bytes = new TextEncoder().encode(text);
    const opened = await readFiles(
      files.map((each) => ({ file: each, bytes })),
      undefined,
      gatherPlatform,
    );
    expect([opened.tables, opened.diagnostics.length]).toEqual([[], 1]);
    expect(opened.diagnostics[0]?.message).toContain(said);
    expect(opened.diagnostics[0]?.cure).toMatch(/^Open it/);
    expect(opened.platform?.file).toBe(files.length === 2 ? 'a.yaml' : undefined);
  });

  it('does not guess between two files of one name', () => {
    const twice = [board, { ...sensors, file: 'a/sensors.yaml' }, { ...sensors, file: 'b/sensors.yaml' }];
    const opened = gatherPlatform({ texts: twice, open: undefined });
    expect(opened.platform?.file).toBe('board.yaml');
    const { diagnostics } = readOpenPlatform(opened.platform as PlatformFile);
    expect(diagnostics[0]?.message).toContain('2 open files have this');
  });
});

describe('the map', () => {
  it('knows the register, field and accessors at an address', () => {
    const address = parseAddress('0x2_3004_0004');
    expect([address, parseAddress('f4000000')]).toEqual([0x2_3004_0004n, 0xf400_0000n]);
    expect(placeAt(platform, address ?? 0n)).toMatchObject({ bdf: '00:04.0', page: 'trapped', register: 1 });
    expect(placeAt(platform, 0n)).toBeUndefined();
  });

  it('puts ranges that overlap below each other', () => {
    const { memory } = platform;
    const strip = stripOf({ ...platform, ecam: { ...platform.ecam, base: memory[0]?.base ?? 0n } });
    expect(strip.ranges.filter(({ overlaps }) => overlaps).map(({ name }) => name)).toEqual(['RAM 0', 'ECAM']);
    expect(strip.lanes).toBe(2);
    expect(stripOf(platform).ranges.some(({ overlaps }) => overlaps)).toBe(false);
  });
});

describe('the help of the editor', () => {
  const lines = [
    'vcfg:',
    '  base: auto',
    'functions:',
    '  - address: 00:04.0',
    '    registers:',
    '      - name: A',
    '        ',
    '  - { ids: { ',
  ];
  const schema = platformJsonSchema() as Schema;

  it.each([
    [1, 2, ['vcfg']],
    [3, 4, ['functions', undefined]],
    [6, 8, ['functions', undefined, 'registers', undefined]],
    [7, 13, ['functions', undefined, 'ids']],
  ])('knows where line %i, column %i is', (line, column, path) => {
    expect(pathAt(lines, line, column)).toEqual(path);
  });

  it('offers the keys that may stand there', () => {
    const names = (path: readonly (string | undefined)[]) => keysAt(schema, path).map(({ name }) => name);
    expect(names(['vcfg'])).toEqual(['base', 'buses']);
    expect(names(['functions', undefined, 'registers', undefined])).toContain('access');
  });
});

describe('the files that a platform becomes', () => {
  const board = (base: string) =>
    requirePlatform(`vcfg: { base: ${base}, buses: 64 }\nfunctions:\n  - { address: 00:04.0, name: SENS }\n`);

  it('come with what is in their way in the tables that are open', () => {
    const open = [q35('dsdt'), q35('facp'), q35('mcfg')];
    const codes = (base: string) => madeFiles(board(base), open).diagnostics.map(({ code }) => code);
    expect(codes('0x2_3000_0000')).toEqual(expect.arrayContaining(['VCFG_TRUNCATED', 'VCFG_OVERLAPS_CRS']));
    expect(codes('0xC000_0000')).not.toContain('VCFG_TRUNCATED');
    const named = { ...board('0x2_3000_0000'), host: '\\_SB.PCI0' };
    expect(madeFiles(named, open).diagnostics.map(({ code }) => code)).toContain('VCFG_OVERLAPS_CRS');
    expect(madeFiles(board('0x2_3000_0000'), []).diagnostics).toEqual([]);
  });
});
