import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format } from 'node:util';
import ts from 'typescript';
import { projectFolder } from '../support/shared-material.js';

/** The TypeScript of a page: its `ts` blocks are one program, in order, each on its own lines of the page. */
export interface PageProgram {
  /** Path of the page from the project's folder. */
  readonly page: string;
  /** As many lines as the page has: code where the page has code, else nothing. */
  readonly source: string;
  /** For each block, what the page says that it prints: the `text` block after it. */
  readonly outputs: readonly (string | undefined)[];
}

const FENCE = /^```(\w*)$/;
const LIBRARY = /from 'acpi-vcfg['/]/;

/** The program of a page; undefined if no block of it imports the library. */
export function programOf(page: string, text: string): PageProgram | undefined {
  const source: string[] = [];
  const outputs: (string | undefined)[] = [];
  let open: { language: string; lines: string[] } | undefined;
  let last = '';
  for (const line of text.split('\n')) {
    const [, language] = FENCE.exec(line) ?? [];
    let code = '';
    if (language === undefined) {
      open?.lines.push(line);
      if (open?.language === 'ts') code = line;
    } else if (open === undefined) {
      open = { language, lines: [] };
      if (language === 'ts') code = `beginBlock(${outputs.push(undefined) - 1});`;
    } else {
      if (open.language === 'text' && last === 'ts') outputs[outputs.length - 1] = open.lines.join('\n');
      last = open.language;
      open = undefined;
    }
    source.push(code);
  }
  return LIBRARY.test(source.join('\n')) ? { page, source: source.join('\n'), outputs } : undefined;
}

const AMBIENT = 'docs/ambient.d.ts';
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  paths: { 'acpi-vcfg': [join(projectFolder, 'src/index.ts')], 'acpi-vcfg/*': [join(projectFolder, 'src/*/index.ts')] },
};

/** What the compiler says of the programs, as `page:line: message`. */
export function typeFaults(programs: readonly PageProgram[]): string[] {
  const texts = new Map(programs.map(({ page, source }) => [join(projectFolder, `${page}.ts`), source]));
  texts.set(join(projectFolder, AMBIENT), 'declare function beginBlock(index: number): void;');
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, language, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, language, ...rest)
      : ts.createSourceFile(file, `${text}\n`, language, true);
  };
  const program = ts.createProgram([...texts.keys()], OPTIONS, host);
  return programs.flatMap(({ page }) => {
    const file = program.getSourceFile(join(projectFolder, `${page}.ts`));
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ start = 0, messageText }) => {
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

/** What keeps a text from being JavaScript, as `line: message`. */
export function javaScriptFaults(source: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(source, {
    fileName: 'program.js',
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, allowJs: true },
  });
  return diagnostics.map(({ start = 0, messageText }) => {
    const line = source.slice(0, start).split('\n').length;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

const nodeRequire = createRequire(import.meta.url);
const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>;

/** Runs a program with the library given; what each block printed, line ends at its end apart. Throws what a block throws. */
export async function runProgram(program: PageProgram, library: ReadonlyMap<string, unknown>): Promise<string[]> {
  const { outputText } = ts.transpileModule(program.source, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS },
  });
  const printed = program.outputs.map((): string[] => []);
  let at = 0;
  const scope = {
    exports: {},
    require: (specifier: string) => library.get(specifier) ?? nodeRequire(specifier),
    console: { log: (...values: unknown[]) => printed[at]?.push(format(...values)) },
    beginBlock: (index: number) => {
      at = index;
    },
  };
  await new AsyncFunction(...Object.keys(scope), outputText)(...Object.values(scope));
  return printed.map((lines) => lines.join('\n').trimEnd());
}
