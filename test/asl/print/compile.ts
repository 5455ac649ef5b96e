import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../support/oracles.js';

/** Bytes of a table's header. ACPI 6.5 §5.2.6 */
export const HEADER_BYTES = 36;

export interface Compiled {
  /** The compiled terms, without the table's header; undefined if iasl refused the text. */
  readonly body: Uint8Array | undefined;
  /** iasl's errors, one a line. */
  readonly errors: readonly string[];
  /** iasl itself failed, as it does on a field that names itself for its region. */
  readonly crashed: boolean;
}

/** What was made of each text so far: many operations print alike in both styles. */
const known = new Map<string, Compiled>();

/** Compiles ASL with iasl, without its optimizations, in a folder of the caller's. */
export function compileAsl(folder: string, text: string): Compiled {
  const before = known.get(text);
  if (before !== undefined) return before;
  const compiled = runIasl(folder, text);
  known.set(text, compiled);
  return compiled;
}

function runIasl(folder: string, text: string): Compiled {
  const source = join(folder, 'table.dsl');
  const output = join(folder, 'table.aml');
  writeFileSync(source, text, 'latin1');
  const finished = run('iasl', ['-vs', '-ve', '-vi', '-oa', '-p', join(folder, 'table'), source], { timeout: 120_000 });
  const errors = `${finished.stdout}${finished.stderr}`.split('\n').filter((line) => /\bError\b|Abort/i.test(line));
  if (finished.status !== 0 || !existsSync(output))
    return { body: undefined, errors, crashed: finished.status === null };
  return { body: new Uint8Array(readFileSync(output)).subarray(HEADER_BYTES), errors, crashed: false };
}
