import { join } from 'node:path';
import { errorAt } from '../../base/index.js';
import {
  checkHeaderProbe,
  type HeaderProbe,
  type HeaderProbeCheck,
  headerProbeProgram,
} from '../../check/driver-rules/header-probe.js';
import { HEADER_COMPILE } from '../../check/rules/caller-rules.js';
import type { Diagnostic, Place } from '../../vocab/index.js';
import type { Io } from '../io.js';
import type { Input } from '../read/read-input.js';

export const COMPILER = 'cc';
const COMPILER_FLAGS = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-O2'];

function compileFailed(place: Place, message: string): Diagnostic {
  return errorAt(HEADER_COMPILE.code, place, message, HEADER_COMPILE.cure);
}

/** What the compiler says first, of the header itself if it can, and without the folder that it was copied to. */
function complaint(stderr: string, file: string, folder: string): Diagnostic {
  const lines = stderr.replaceAll(`${folder}/`, '').split('\n');
  const [, line, column, said] =
    lines.map((each) => /^vcfg\.h:(\d+):(\d+): (?:fatal )?error: (.*)$/.exec(each)).find((match) => match !== null) ??
    [];
  const what = said ?? lines.find((each) => each.includes('error')) ?? lines[0] ?? '';
  const place = { file, ...(line !== undefined && { line: Number(line), column: Number(column) }) };
  return compileFailed(place, `It does not compile as C99 with what is asked of it: ${what}.`);
}

function compileAndRun(
  { file, bytes }: Input,
  probe: HeaderProbe,
  folder: string,
  io: Io,
): HeaderProbeCheck | undefined {
  const source = join(folder, 'probe.c');
  const program = join(folder, 'probe');
  io.files.write(join(folder, 'vcfg.h'), bytes);
  io.files.write(source, new TextEncoder().encode(headerProbeProgram(probe)));
  const compiled = io.runProgram(COMPILER, [...COMPILER_FLAGS, '-o', program, source]);
  if (compiled === undefined) return undefined;
  if (compiled.status !== 0) return { checked: 0, diagnostics: [complaint(compiled.stderr, file, folder)] };
  const finished = io.runProgram(program, []);
  if (finished?.status !== 0) {
    const how = finished?.status ?? `that could not be told: ${finished?.stderr.trim() || 'a signal ended it'}`;
    const message = `A program that uses it ended with status ${how}.`;
    return { checked: 0, diagnostics: [compileFailed({ file }, message)] };
  }
  return checkHeaderProbe(finished.stdout, probe, file);
}

/** Compiles a C header and compares what it computes; undefined where there is no compiler. */
export function probeDriver(header: Input, probe: HeaderProbe, io: Io): HeaderProbeCheck | undefined {
  const folder = io.files.makeScratchFolder();
  try {
    return compileAndRun(header, probe, folder, io);
  } finally {
    io.files.removeFolder(folder);
  }
}
