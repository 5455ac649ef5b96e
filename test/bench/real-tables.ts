import { join } from 'node:path';
import { corpusFolder, projectFolder, readTables } from '../support/shared-material.js';

/** Real DSDTs and SSDTs, and where they are from. */
export interface RealTables {
  readonly from: string;
  readonly tables: readonly { readonly name: string; readonly path: string; readonly bytes: Uint8Array }[];
}

function amlTables(folder: string): RealTables['tables'] {
  return readTables(folder)
    .filter(({ bytes }) => /^[DS]SDT$/.test(String.fromCharCode(...bytes.subarray(0, 4))))
    .map((table) => ({ ...table, path: join(folder, table.name) }));
}

/** The corpus if it is there, else the project's own fixtures. */
export function realTables(): RealTables {
  const corpus = amlTables(corpusFolder);
  if (corpus.length > 0) return { from: 'the corpus', tables: corpus };
  return {
    from: 'fixtures/tables/q35 (the corpus is not there)',
    tables: amlTables(join(projectFolder, 'fixtures/tables/q35')),
  };
}
