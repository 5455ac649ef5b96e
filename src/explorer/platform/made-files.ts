import { printAsl } from '../../asl/index.js';
import { DiagnosticError, decodeLatin1 } from '../../base/index.js';
import { checkBeside } from '../../check/index.js';
import { generateCHeader, generateRustModule, generateTypeScriptDriver } from '../../drivers/index.js';
import {
  decodeTable,
  type ExistingTable,
  generateTableSet,
  type NamedTable,
  type TableSet,
} from '../../firmware/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import { type GivenTable, loadTables } from '../analysis/loaded-tables.js';

/** The files that a platform becomes, to save: what `vcfg generate` writes by default, with the source of each table. */

export interface MadeFile {
  readonly name: string;
  /** What it is, in a few words. */
  readonly what: string;
  readonly contents: Uint8Array | string;
}

export interface MadeFiles {
  readonly files: readonly MadeFile[];
  readonly diagnostics: readonly Diagnostic[];
}

const TABLE_WORDS: Readonly<Record<string, string>> = {
  DSDT: 'DSDT: the host bridge with its windows, and a Device for each function',
  SSDT: 'SSDT: what the machine’s own tables lack',
  FACP: 'FADT: the fixed hardware',
  APIC: 'MADT: processors and interrupt controllers',
  MCFG: 'MCFG: where the ECAM window is',
};

/** Tables as files: bytes, and those with AML also as source. */
function tableFiles(tables: readonly NamedTable[]): MadeFile[] {
  return tables.flatMap(({ name, bytes }) => {
    const signature = decodeLatin1(bytes.subarray(0, 4));
    const made: MadeFile = { name: `${name}.aml`, what: TABLE_WORDS[signature] ?? signature, contents: bytes };
    if (signature !== 'DSDT' && signature !== 'SSDT') return [made];
    const { text } = printAsl(decodeTable(bytes), { externals: 'declare' });
    return [made, { name: `${name}.asl`, what: `${signature} as ASL source`, contents: text }];
  });
}

/** The machine's own tables with AML among those that are open; none if a generated one is among them. */
function machineTables(tables: readonly GivenTable[]): readonly ExistingTable[] {
  const { order } = loadTables(tables);
  if (order.some(({ table }) => table.header.oemTableId.startsWith('VCFG'))) return [];
  return order.flatMap(({ file, decoded }) => (decoded === undefined ? [] : [{ file, decoded }]));
}

/** Generates every file. What cannot be generated is among the diagnostics, and the rest is there. */
export function madeFiles(platform: Platform, open: readonly GivenTable[]): MadeFiles {
  const files: MadeFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const attempt = (work: () => readonly MadeFile[]) => {
    try {
      files.push(...work());
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      diagnostics.push(...error.diagnostics);
    }
  };
  const onto = machineTables(open);
  const isOnto = onto.length > 0 && platform.host !== undefined;
  const beside = ({ aml, diagnostics: found, platform: fitted }: TableSet, prefix = '') => {
    const added = aml.map(({ name, bytes }) => ({ file: `${prefix}${name}.aml`, bytes }));
    diagnostics.push(...checkBeside(open, added, fitted), ...found);
  };
  attempt(() => {
    const set = generateTableSet(platform, isOnto ? { onto } : {});
    if (isOnto) beside(set);
    else diagnostics.push(...set.diagnostics);
    return tableFiles([...set.aml, ...set.data]);
  });
  if (onto.length > 0 && !isOnto)
    attempt(() => {
      const set = generateTableSet(platform, { onto });
      const prefix = 'onto-';
      beside(set, prefix);
      const where = ', to load beside the open tables';
      return tableFiles(set.aml).map((each) => ({
        ...each,
        name: `${prefix}${each.name}`,
        what: `${each.what}${where}`,
      }));
    });
  attempt(() => [{ name: 'vcfg.h', what: 'The driver as a C header', contents: generateCHeader(platform) }]);
  attempt(() => [{ name: 'vcfg.rs', what: 'The driver as a Rust module', contents: generateRustModule(platform) }]);
  attempt(() => {
    const contents = generateTypeScriptDriver(platform);
    return [{ name: 'vcfg-driver.ts', what: 'The driver as a TypeScript module', contents }];
  });
  return { files, diagnostics };
}
