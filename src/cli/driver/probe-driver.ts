import { dirname, join, resolve } from 'node:path';
import { errorAt } from '../../base/index.js';
import {
  checkForeignProbe,
  type ForeignProbe,
  type ForeignProbeCheck,
  foreignProbeFiles,
  movedHeader,
} from '../../check/driver-rules/foreign-probe.js';
import {
  checkHeaderProbe,
  type HeaderProbe,
  type HeaderProbeCheck,
  headerProbeProgram,
} from '../../check/driver-rules/header-probe.js';
import type { DriverFacts } from '../../check/index.js';
import { HEADER_COMPILE, HEADER_RUN, HEADER_UNCHECKED } from '../../check/rules/caller-rules.js';
import type { Diagnostic, Place } from '../../vocab/index.js';
import type { FinishedProgram, Io } from '../io.js';
import type { Input } from '../read/read-input.js';
import {
  type CompilerOptions,
  compile,
  type JailedCompiler,
  jailedCompiler,
  OWN_LIMITS,
  optionWords,
  whyNotCompiled,
} from './compile.js';
import { LAUNCHER, runSandboxed, runWithLimits } from './sandbox.js';

/** Flags for a header that is ours: it is held to what its users may ask for. */
const OWN_FLAGS = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-O0'];

/** Flags for a header of any make: what its owner thinks of it is the owner's affair. */
const FOREIGN_FLAGS = ['-w', '-O0', '-D_GNU_SOURCE'];

function unchecked(place: Place, why: string): Diagnostic {
  const message = `What the header computes was not checked: ${why}.`;
  return { ...errorAt(HEADER_UNCHECKED.code, place, message, HEADER_UNCHECKED.cure), severity: 'warning' };
}

function compileFailed(place: Place, message: string, cure: string): Diagnostic {
  return errorAt(HEADER_COMPILE.code, place, message, cure);
}

const MOST_LINES = 4;

/** What the compiler says first, without the folders that it was given. */
function complaint(stderr: string, file: string, names: ReadonlyMap<string, string>, cure: string): Diagnostic {
  let text = stderr;
  for (const [own, shown] of names) text = text.replaceAll(own, shown);
  const lines = text.split('\n');
  const at = lines.findIndex((each) => /: (?:fatal )?error: /.test(each));
  const [, where, line, column, what] = /^(.*?):(\d+):(\d+): (?:fatal )?error: (.*)$/.exec(lines[at] ?? '') ?? [];
  const isHere = where === 'vcfg.h';
  // Several files include the header, and each says the same.
  const others = [...new Set(lines)].filter(
    (each) => each !== lines[at] && /: (?:fatal )?error: |undefined reference/.test(each),
  );
  const first = what === undefined ? (lines.find((each) => /error: /i.test(each)) ?? lines[0] ?? '') : what;
  const shown = isHere || where === undefined ? first : `${where}:${line}: ${first}`;
  const more = others.slice(0, MOST_LINES - 1).map((each) => each.replace(/^vcfg\.h:/, `${file}:`));
  const place = { file, ...(isHere && { line: Number(line), column: Number(column) }) };
  const rest = more.length === 0 ? '' : ` Then: ${more.join('; ')}.`;
  return compileFailed(place, `It does not compile: ${shown}.${rest}`, cure);
}

/** What came of compiling and running a header. */
export interface Probed<Check> {
  /** Undefined if nothing was run. */
  readonly check: Check | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What was done, as a row of the report. */
  readonly done: string;
}

const encode = (text: string) => new TextEncoder().encode(text);

/** Bytes of a header past which functions that are not asked for are left out: a compiler takes longest for those. */
const LARGE_BYTES = 1 << 20;

/** A generated header with the functions alone that compute addresses. */
function withoutAccessors(text: string): string {
  const isKept = (name: string) => /_(?:offset|address|window_bytes|contains|locate)$/.test(name);
  let functions = 0;
  return text.replaceAll(/^static inline [^\n(]*?(\w+)\([\s\S]*?\n\}\n/gm, (whole, name: string) => {
    functions++;
    return functions <= WINDOW_FUNCTIONS && isKept(name) ? whole : '';
  });
}

/** Functions of the window, which a generated header has before those of its registers. */
const WINDOW_FUNCTIONS = 5;

/** Compiles a header that the platform gives, and compares what it computes; undefined where there is no compiler. */
export function probeOwnDriver(
  { file, bytes }: Input,
  probe: HeaderProbe,
  compiler: CompilerOptions,
  io: Io,
): Probed<HeaderProbeCheck> | undefined {
  return inScratch(io, (folder) => {
    const [source, program] = [join(folder, 'probe.c'), join(folder, 'probe')];
    const isLarge = bytes.length > LARGE_BYTES;
    io.files.write(join(folder, 'vcfg.h'), isLarge ? encode(withoutAccessors(new TextDecoder().decode(bytes))) : bytes);
    io.files.write(source, encode(headerProbeProgram(probe)));
    const compiled = compile(compiler, [...OWN_FLAGS, '-o', program, source], OWN_LIMITS, io);
    if (compiled === undefined) return undefined;
    const why = whyNotCompiled(compiled);
    if (why !== undefined)
      return { check: undefined, diagnostics: [unchecked({ file }, why)], done: `skipped: ${why}` };
    if (compiled.status !== 0) {
      const names = new Map([[`${folder}/`, '']]);
      const diagnostic = complaint(compiled.stderr, file, names, HEADER_COMPILE.cure);
      return { check: undefined, diagnostics: [diagnostic], done: 'skipped: it does not compile' };
    }
    const finished = io.runProgram(program, []);
    const ended = howItEnded(finished);
    if (finished === undefined || ended !== undefined) {
      const diagnostic = runFailed({ file }, ended ?? 'it could not be started');
      return { check: undefined, diagnostics: [diagnostic], done: 'compiled; its program did not end well' };
    }
    const check = checkHeaderProbe(finished.stdout, probe, file);
    const left = isLarge ? ', its accessors left out' : '';
    const done = `${check.checked} values, compiled by ${compiler.command.join(' ')} and run${left}`;
    return { check, diagnostics: check.diagnostics, done };
  });
}

function inScratch<T>(io: Io, work: (folder: string) => T): T {
  const folder = io.files.makeScratchFolder();
  try {
    return work(folder);
  } finally {
    io.files.removeFolder(folder);
  }
}

/** How a program ended, as the end of a sentence; undefined if it did as it should. */
function howItEnded(finished: FinishedProgram | undefined): string | undefined {
  if (finished === undefined) return 'it could not be started';
  const { status, cutOff } = finished;
  if (cutOff === 'time') return 'it did not end within 10 seconds';
  if (cutOff === 'output') return 'it wrote more than can be kept';
  if (status === 0) return undefined;
  if (status === null) return 'a signal ended it: it crashed, or used up its time';
  return status > 128 ? `signal ${status - 128} ended it` : `it ended with status ${status}`;
}

function runFailed(place: Place, how: string): Diagnostic {
  return errorAt(HEADER_RUN.code, place, `A program that uses the header was run: ${how}.`, HEADER_RUN.cure);
}

const CURE_COMPILE =
  'Give what it needs to compile: -I FOLDER, -D NAME=VALUE, --cc COMPILER. A generated header is made again by vcfg generate.';

/** A path that can stand between the quotes of an #include. */
const isPlain = (path: string) => !/["\\\n\r]/.test(path);

/** Folders that are not shown to a compiler only because a header lies in them. */
const BROAD = new Set(['/', '/tmp', '/var/tmp', '/home', '/root', '/etc', '/dev', '/proc', '/sys', '/run', '/var']);

interface ForeignSource {
  readonly path: string;
  readonly compiler: JailedCompiler;
}

/** What is compiled, and by what: the header where it lies, so that it finds what it includes, or a copy. */
function foreignSource(
  { file, bytes }: Input,
  options: CompilerOptions,
  folder: string,
  io: Io,
): ForeignSource | undefined {
  const found = io.files.kindOf(file) === 'file' ? io.files.resolveLinks(file) : undefined;
  const isBroad = found !== undefined && (BROAD.has(dirname(found)) || dirname(found) === io.env.HOME);
  const inPlace = found !== undefined && isPlain(found) && !isBroad ? found : undefined;
  const path = inPlace ?? join(folder, 'vcfg.h');
  if (inPlace === undefined) io.files.write(path, bytes);
  const included = options.includeFolders.map((each) => resolve(each));
  const readable = inPlace === undefined ? included : [dirname(inPlace), ...included];
  const compiler = jailedCompiler(options, readable, folder, io);
  return compiler && { path, compiler };
}

/** The header with everything that it includes, as the preprocessor leaves it; undefined where there is no compiler. */
export function preprocessHeader(
  input: Input,
  compiler: CompilerOptions,
  io: Io,
): { readonly text: string } | { readonly failed: Diagnostic } | undefined {
  return inScratch(io, (folder) => {
    const foreign = foreignSource(input, compiler, folder, io);
    if (foreign === undefined) return undefined;
    const { path } = foreign;
    const source = join(folder, 'all.c');
    io.files.write(
      source,
      encode(`#include <stddef.h>\n#include <stdint.h>\n#include <stdbool.h>\n#include "${path}"\n`),
    );
    const finished = foreign.compiler.compile(['-E', '-dD', ...FOREIGN_FLAGS, ...optionWords(compiler), source]);
    if (finished === undefined) return undefined;
    const why = whyNotCompiled(finished);
    if (why !== undefined) return { failed: unchecked({ file: input.file }, why) };
    if (finished.status === 0) return { text: new TextDecoder().decode(finished.stdout) };
    const names = new Map([
      [path, 'vcfg.h'],
      [`${folder}/`, ''],
    ]);
    return { failed: complaint(finished.stderr, input.file, names, CURE_COMPILE) };
  });
}

/**
 * Compiles a header of any make and runs what it computes, both in a sandbox where there is one; undefined where there is no
 * compiler.
 */
export function probeForeignDriver(
  input: Input,
  facts: DriverFacts,
  probe: ForeignProbe,
  compiler: CompilerOptions,
  io: Io,
): Probed<ForeignProbeCheck> | undefined {
  const { file } = input;
  const failure = (diagnostic: Diagnostic, done: string) => ({ check: undefined, diagnostics: [diagnostic], done });
  return inScratch(io, (folder) => {
    const foreign = foreignSource(input, compiler, folder, io);
    if (foreign === undefined) return undefined;
    const { path } = foreign;
    const outside = foreign.compiler.sandbox === undefined ? ' without a sandbox' : '';
    const by = `compiled by ${compiler.command.join(' ')}${outside}`;
    const moved = join(folder, 'moved.h');
    const jail = join(folder, 'jail');
    io.files.makeFolder(jail);
    io.files.write(moved, encode(movedHeader(new TextDecoder().decode(input.bytes), probe.moved)));
    const files = foreignProbeFiles(probe, facts, { header: path, moved });
    for (const { name, text } of files) io.files.write(join(folder, name), encode(text));
    io.files.write(join(folder, 'launch.c'), encode(LAUNCHER));
    const sources = files.map(({ name }) => join(folder, name));
    const words = [...FOREIGN_FLAGS, ...optionWords(compiler), `-I${dirname(path)}`];
    const link = (how: readonly string[]) =>
      foreign.compiler.compile([...how, ...words, '-o', join(jail, 'probe'), ...sources]);
    const launch = (how: readonly string[]) =>
      foreign.compiler.compile([...how, '-w', '-o', join(jail, 'launch'), join(folder, 'launch.c')]);
    const launcher = launch(['-static']);
    if (launcher === undefined) return undefined;
    const isStatic = launcher.status === 0;
    if (!isStatic && launch([])?.status !== 0) {
      return failure(unchecked({ file }, 'no program can be linked with this compiler'), `${by}: no program`);
    }
    const compiled = link(isStatic ? ['-static'] : []);
    if (compiled === undefined) return undefined;
    const why = whyNotCompiled(compiled);
    if (why !== undefined) return failure(unchecked({ file }, why), `not compiled: ${why}`);
    if (compiled.status !== 0) {
      const names = new Map([
        [path, 'vcfg.h'],
        [moved, 'vcfg.h'],
        [`${folder}/`, ''],
      ]);
      return failure(complaint(compiled.stderr, file, names, CURE_COMPILE), 'it does not compile');
    }
    const { finished, sandbox } = isStatic ? runSandboxed(jail, io) : runWithLimits(jail, io);
    const where = sandbox === undefined ? 'run without a sandbox' : `run in a sandbox (${sandbox})`;
    const ended = howItEnded(finished);
    if (finished === undefined || ended !== undefined) {
      return failure(runFailed({ file }, ended ?? 'it could not be started'), `${by}, ${where}: ${ended}`);
    }
    const check = checkForeignProbe(finished.stdout, probe, facts);
    const rest = check.ended === undefined ? [] : [runFailed({ file }, check.ended)];
    const done = `${check.values} values and ${check.calls} calls of accessors, ${by}, ${where}`;
    return { check, diagnostics: [...rest, ...check.diagnostics], done };
  });
}
