import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type decodeAml, decodeTogether } from '../../../src/aml/index.js';
import { printAsl } from '../../../src/asl/index.js';
import { requireTable } from '../../../src/tables/index.js';
import { inScratchFolder, run } from '../../support/oracles.js';

/** What became of tables that were printed as ASL and compiled again. */
export interface Recompiled {
  /** Each table's bytes after its header. */
  readonly bodies: readonly Uint8Array[];
  /** Errors and warnings of iasl, of every table. */
  readonly complaints: readonly string[];
  /** What iasl remarks, each sentence once: `2098 Recursive method call`. */
  readonly remarks: readonly string[];
  /** What the printer could not say. */
  readonly unsaid: readonly string[];
}

/** The number of a remark, and its sentence without the name that it is of. */
function remarksIn(said: string): string[] {
  return [...said.matchAll(/^Remark\s+(\d+) -\s+(.*?)(?:\s*\^.*)?$/gm)].map(([, number, text]) => `${number} ${text}`);
}

/**
 * Prints tables of one machine as ASL, as `vcfg disassemble` does, and compiles each with iasl as it is: nothing
 * optimized, and every warning and remark shown.
 */
export function recompilePrinted(tables: readonly Uint8Array[]): Promise<Recompiled> {
  return inScratchFolder((folder) => {
    const whole = tables.map((table) => requireTable(table));
    const decoded = decodeTogether(whole.map(({ bytes }) => ({ bytes, offset: 36 })));
    const said: string[] = [];
    const unsaid: string[] = [];
    const bodies = whole.map(({ header }, index) => {
      const { terms, namespace } = decoded[index] as ReturnType<typeof decodeAml>;
      const { text, diagnostics } = printAsl(terms, { header, namespace });
      unsaid.push(...diagnostics.map(({ message }) => message));
      writeFileSync(join(folder, `${index}.dsl`), text);
      const { stdout, stderr } = run('iasl', ['-oa', '-p', `${index}`, `${index}.dsl`], { cwd: folder });
      said.push(stdout, stderr);
      return new Uint8Array(readFileSync(join(folder, `${index}.aml`))).subarray(36);
    });
    const lines = said.join('\n');
    return {
      bodies,
      complaints: lines.split('\n').filter((line) => /^(?:Error|Warning)\b/.test(line)),
      remarks: [...new Set(remarksIn(lines))].sort(),
      unsaid,
    };
  });
}
