import { declarations } from '../../src/aml/index.js';
import { aslText } from '../../src/explorer/analysis/asl-text.js';
import { declarationsByPath, describeObject } from '../../src/explorer/analysis/describe-object.js';
import { type LoadedTable, loadTables } from '../../src/explorer/analysis/loaded-tables.js';
import { namespaceTree } from '../../src/explorer/analysis/namespace-tree.js';
import { findReferences } from '../../src/explorer/analysis/references.js';
import { KINDS, searchNodes } from '../../src/explorer/look/tree-filter.js';
import { atMost, type BenchOptions, type Figure, type GroupResult } from './figure.js';
import { measure, type Timing } from './measure.js';
import { largeTables, realTables } from './real-tables.js';

/** What a person waits for without noticing, and what keys that are typed one after the other leave. */
const OPEN_LIMIT = { nanoseconds: 500e6, text: '500 ms of processor time' };
const SEARCH_LIMIT = { nanoseconds: 16e6, text: '16 ms of processor time' };

/** `npm run bench -- explorer`: what the page's workers do with a large table, without the page. */
export async function benchExplorer(options: BenchOptions): Promise<GroupResult> {
  const { tables, note } = largeTables(realTables());
  const figures: Figure[] = [];
  for (const { name: file, bytes } of tables) {
    const given = [{ file, bytes }];
    const loaded = loadTables(given);
    const tree = namespaceTree(loaded);
    const table = loaded.tables[0] as LoadedTable;
    const row = (name: string, { value, cpu }: Timing): Figure => ({
      name: `${file}, ${name}`,
      unit: 'ns',
      value,
      cpu,
    });

    const opened = await measure('opened', options, () => namespaceTree(loadTables(given)));
    const target = atMost(opened.cpu, OPEN_LIMIT.nanoseconds, OPEN_LIMIT.text);
    figures.push({ ...row('opened: decoded, and its namespace', opened), bytes: bytes.length, target });

    const shown = await measure('as ASL', options, () => aslText(table));
    figures.push({ ...row('as ASL with the bytes of each line', shown), bytes: bytes.length });

    const declared = declarationsByPath(declarations(table.decoded?.terms ?? []));
    const paths = Array.from(declared.values(), ({ path }) => path);
    const found = await measure('references', options, () => findReferences(loaded, paths));
    figures.push(row(`references to ${paths.length} objects`, found));

    const references = findReferences(loaded, paths);
    const describe = () => {
      for (const path of paths) describeObject(declared, references, path);
    };
    figures.push(row('one object described', await measure('described', options, describe, paths.length)));

    const searched = await measure('searched', options, () => searchNodes(tree.nodes, '_crs', new Set(KINDS)));
    const searchTarget = atMost(searched.cpu, SEARCH_LIMIT.nanoseconds, SEARCH_LIMIT.text);
    figures.push({ ...row(`a search among ${tree.nodes.length} objects`, searched), target: searchTarget });
  }
  return { figures, notes: [note, 'The page itself is driven and timed by npm run test:explorer.'] };
}
