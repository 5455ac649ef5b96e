import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAml } from '../../../src/aml/index.js';
import { inScratchFolder, run } from '../../support/oracles.js';

export interface CompiledTemplates {
  /** The bytes of each template, in order; undefined if iasl refused any of them. */
  readonly templates: readonly Uint8Array[] | undefined;
  /** The positions of those that iasl calls an error. */
  readonly refused: ReadonlySet<number>;
}

/** The printer turns this error off where a template needs it. */
const OUT_OF_RANGE = '#pragma disable (6139)\n';

/** Has iasl compile many ResourceTemplates at once; each text is what stands between its braces. */
export function compileTemplates(texts: readonly string[]): Promise<CompiledTemplates> {
  return inScratchFolder((cwd) => {
    const rows = texts.map((text, index) => {
      if (text.includes('\n')) throw new TypeError('a template is one line here, since a line tells which one failed');
      return `Name (R${index.toString(16).toUpperCase().padStart(3, '0')}, ResourceTemplate () { ${text} })`;
    });
    writeFileSync(
      join(cwd, 't.asl'),
      [`${OUT_OF_RANGE}DefinitionBlock ("", "SSDT", 2, "A", "B", 1) {`, ...rows, '}'].join('\n'),
    );
    // -vi: one line a finding, as `t.asl(line) : error …`
    const { status, stdout, stderr } = run('iasl', ['-oa', '-vi', '-p', 't', 't.asl'], { cwd });
    const lines = [...`${stdout}${stderr}`.matchAll(/t\.asl\((\d+)\) : error/g)].map(([, line]) => Number(line) - 3);
    if (status !== 0 && lines.length === 0) throw new Error(stdout + stderr);
    if (status !== 0) return { templates: undefined, refused: new Set(lines) };
    const { terms } = decodeAml(new Uint8Array(readFileSync(join(cwd, 't.aml'))), { offset: 36 });
    const templates = terms.flatMap((term) => {
      const value = term.op === 'Name' ? term.operands[1] : undefined;
      return value?.op === 'Buffer' ? [value.operands[1]] : [];
    });
    return { templates, refused: new Set() };
  });
}
