import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { generateDsdt } from '../../src/firmware/index.js';
import { corpusFolder, projectFolder } from '../support/shared-material.js';
import { widePlatform } from '../support/wide-platform.js';

export interface RealTable {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Real DSDTs and SSDTs, and where they are from. */
export interface RealTables {
  readonly from: string;
  readonly tables: readonly RealTable[];
}

/** DSDTs and SSDTs in a folder and those below it, whatever their files are called; by path. */
function amlTables(folder: string): RealTable[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((path) => {
      const bytes = readable(path);
      const isAml = bytes !== undefined && /^[DS]SDT$/.test(String.fromCharCode(...bytes.subarray(0, 4)));
      return isAml ? [{ name: path.slice(folder.length).replace(/^\/+/, ''), path, bytes }] : [];
    });
}

/** What a file holds; undefined where only root may read it, as in /sys/firmware. */
function readable(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** Folders that VCFG_TABLES names, separated as in PATH. */
const asked = () => (process.env.VCFG_TABLES ?? '').split(delimiter).filter((folder) => folder !== '');

const MACHINE = '/sys/firmware/acpi/tables';
const FIXTURES = ['q35', 'order', 'guard', 'asf'].map((name) => `fixtures/tables/${name}`);

/**
 * Real tables, from the first place that has any: the folders of VCFG_TABLES, the corpus, and else what this machine and
 * the fixtures have.
 */
export function realTables(): RealTables {
  const places: readonly (readonly [from: string, folders: readonly string[]])[] = [
    [`VCFG_TABLES (${asked().join(', ')})`, asked()],
    [`the corpus (${corpusFolder})`, [corpusFolder]],
    [`${MACHINE} and fixtures/tables`, [MACHINE, ...FIXTURES.map((name) => join(projectFolder, name))]],
  ];
  for (const [from, folders] of places) {
    const tables = folders.flatMap(amlTables);
    if (tables.length > 0) return { from, tables };
  }
  return { from: 'nowhere', tables: [] };
}

/** What a reader has to know of the tables that a group measured. */
export function tablesNote({ from, tables }: RealTables): string {
  const bytes = tables.reduce((sum, table) => sum + table.bytes.length, 0);
  const what = tables.length === 1 ? 'Only one table' : `${tables.length} tables`;
  const doubt =
    tables.length === 1 ? ': its figures say little of others. Name folders with more in VCFG_TABLES.' : '.';
  return `${what} (DSDT and SSDT), ${bytes} bytes, from ${from}${doubt}`;
}

/** Tables of about 240 KB: those that the targets of large tables are about. */
const LARGE = { least: 200_000, most: 300_000 } as const;
/** Where what is made for the bench is kept: removing node_modules empties it. */
const cacheFolder = join(projectFolder, 'node_modules/.cache/acpi-vcfg');
/** Functions whose DSDT is as large. */
const GENERATED_FUNCTIONS = 1300;

/** The large tables among these; a generated one if there is none, and a note that says so, or that there is one alone. */
export function largeTables({ from, tables }: RealTables): {
  readonly tables: readonly RealTable[];
  readonly note: string;
} {
  const large = tables.filter(({ bytes }) => bytes.length >= LARGE.least && bytes.length <= LARGE.most);
  const size = `${LARGE.least} to ${LARGE.most} bytes`;
  if (large.length > 1) return { tables: large, note: `${large.length} tables of ${size}, from ${from}.` };
  if (large.length === 1) return { tables: large, note: `Only one table of ${size}, from ${from}.` };
  const name = `generated-${GENERATED_FUNCTIONS}.aml`;
  const path = join(cacheFolder, name);
  const bytes = generateDsdt(widePlatform(GENERATED_FUNCTIONS));
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(path, bytes);
  return { tables: [{ name, path, bytes }], note: `No table of ${size} in ${from}: a generated one stands in for it.` };
}
