import { basename, dirname, join, resolve } from 'node:path';
import { DiagnosticError, errorAt } from '../../base/index.js';
import type { MergedTable, Rename } from '../../firmware/index.js';
import { decodeText } from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { Io } from '../io.js';
import { STANDARD } from './inputs.js';
import { readInput, readTableInput } from './read-input.js';
import { usageError } from './usage-error.js';

/** The two names in `OLD=NEW`. */
export function readRename(text: string): Rename {
  const [, from, to] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { from: from.trim(), to: to.trim() };
  throw usageError(
    `--rename is "${text}"; it has to be OLD=NEW.`,
    'Give two names, such as _DSM=XDSM or \\_SB.PCI0.GFX0=IGPU.',
  );
}

interface MergeArgs {
  readonly merge: readonly string[];
  readonly asl: readonly string[];
}

/** The tables to merge: those given as AML, then those compiled from ASL. */
export async function readMerged({ merge, asl }: MergeArgs, io: Io): Promise<MergedTable[]> {
  const tables: MergedTable[] = [];
  for (const path of merge) tables.push(await readTableInput(path, io));
  for (const path of asl) tables.push(await compileAsl(path, io));
  return tables;
}

const HAS_BLOCK = /\bDefinitionBlock\s*\(/i;
/** Around source that has no DefinitionBlock; before it on its first line, so that iasl's line numbers are those of the file. */
const BLOCK = 'DefinitionBlock ("", "SSDT", 2, "VCFG", "MERGED", 1) { ';

/** The table that iasl compiles from a file of ASL. Throws a DiagnosticError for what iasl refuses, or without iasl. */
async function compileAsl(path: string, io: Io): Promise<MergedTable> {
  const { file, bytes } = await readInput(path, io, 'Write ASL into it.');
  const text = decodeText(bytes);
  if (text === undefined) {
    const message = 'This is not text, but ASL source is needed.';
    throw new DiagnosticError([errorAt('COMMAND_ASL', { file }, message, 'Give a table of AML with --merge.')]);
  }
  const scratch = io.files.makeScratchFolder();
  try {
    const source = join(scratch, 'merged.asl');
    const output = join(scratch, 'merged.aml');
    const whole = HAS_BLOCK.test(text) ? text : `${BLOCK}${text}\n}\n`;
    io.files.write(source, new TextEncoder().encode(whole));
    const folder = path === STANDARD ? '.' : dirname(path);
    const ran = io.runProgram('iasl', ['-vi', '-I', resolve(folder), '-p', join(scratch, 'merged'), source]);
    if (ran === undefined) {
      const message = 'ASL is compiled by iasl, which is not on PATH.';
      const cure = 'Install it (apt-get install acpica-tools), or compile it elsewhere and give the AML with --merge.';
      throw new DiagnosticError([errorAt('COMMAND_NO_COMPILER', { file }, message, cure)]);
    }
    const said = `${new TextDecoder().decode(ran.stdout)}\n${ran.stderr}`;
    if (ran.status !== 0 || io.files.kindOf(output) !== 'file')
      throw new DiagnosticError(complaints(file, source, said));
    return { file, bytes: io.files.read(output) };
  } finally {
    io.files.removeFolder(scratch);
  }
}

/** What iasl says of a line: `merged.asl(12) : error    6084 - Object does not exist (FOO)`. */
const COMPLAINT = /^(.*?)\((\d+)\)\s*:\s*Error\s+(\d+)\s*-\s*(.*)$/i;

/** iasl's errors as findings, with the lines of the file. */
function complaints(file: string, source: string, said: string): Diagnostic[] {
  const cure = 'Correct the source. What the table declares has to be made known by External.';
  const found = said.split('\n').flatMap((line): Diagnostic[] => {
    const [, of, number, code, text] = COMPLAINT.exec(line.trim()) ?? [];
    if (of === undefined) return [];
    const place =
      basename(of) === basename(source) ? { file, line: Number(number) } : { file: of, line: Number(number) };
    return [errorAt('COMMAND_ASL', place, `iasl: ${text?.trim()} (${code}).`, cure)];
  });
  if (found.length > 0) return found;
  const last = said.trim().split('\n').at(-1) ?? '';
  return [errorAt('COMMAND_ASL', { file }, `iasl does not compile it: ${last}`, cure)];
}
