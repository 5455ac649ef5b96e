import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AcpiNamespace, type AmlValue, EvaluationError } from '../../src/interpreter/index.js';
import { inScratchFolder, run, start } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';

/** A file of ASL whose methods are cases: what it is about, and what each method gives, in words. */
export interface CaseFile {
  readonly file: string;
  readonly name: string;
  readonly asl: string;
  readonly expected: ReadonlyMap<string, string>;
}

const folder = join(projectFolder, 'fixtures/interpreter');

/** The files of fixtures/interpreter, with the expectations in their first lines. */
export function readCases(): CaseFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.asl'))
    .map((file) => {
      const asl = readFileSync(join(folder, file), 'utf8');
      const name = /^\/\/ Name: (.*)$/m.exec(asl)?.[1] ?? file;
      const rows = [...asl.matchAll(/^\/\/ Expect: (\w{4}) (.*)$/gm)];
      return {
        file,
        name,
        asl,
        expected: new Map(rows.map(([, method, words]) => [method as string, words as string])),
      };
    });
}

/** Compiles ASL without optimizing; errors that iasl can be made to overlook are overlooked. */
export function compileAsl(asl: string): Promise<Uint8Array> {
  return inScratchFolder((scratch) => {
    writeFileSync(join(scratch, 'case.asl'), asl);
    const { stdout, stderr } = run('iasl', ['-oa', '-f', '-p', 'case', 'case.asl'], { cwd: scratch });
    try {
      return new Uint8Array(readFileSync(join(scratch, 'case.aml')));
    } catch {
      throw new Error(`iasl made no table:\n${stdout}${stderr}`);
    }
  });
}

/** Characters of a String that acpiexec prints; three dots follow if there are more. */
const MOST_PRINTED = 255;

/** A value in the words of an expectation; of a String what acpiexec prints. */
function valueWords(value: AmlValue | undefined): string {
  if (value === undefined) return 'null';
  if (typeof value === 'bigint') return `int 0x${value.toString(16)}`;
  if (typeof value === 'string') return `str ${JSON.stringify(value.slice(0, MOST_PRINTED))}`;
  if (value instanceof Uint8Array) return `buf ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `pkg [${value.map(valueWords).join(', ')}]`;
  return `ref ${(value as { reference: string }).reference.slice(-4)}`;
}

/** What an evaluation gave, in the words of an expectation. */
function outcomeWords(value: AmlValue | undefined): string {
  return value === undefined
    ? 'none'
    : valueWords(value)
        .replace(/^(\w+) ?/, '$1 => ')
        .trimEnd();
}

/** What our interpreter gives for a path. */
export function evaluateHere(acpi: AcpiNamespace, path: string): string {
  try {
    return outcomeWords(acpi.evaluate(path));
  } catch (thrown) {
    if (thrown instanceof EvaluationError) return `error => ${thrown.code}`;
    throw thrown;
  }
}

const ROW = /([0-9A-F]{4}): ((?:[0-9A-F]{2} ){1,16})/;

function readBytes(length: number, first: string, lines: Iterator<string>): Uint8Array {
  const bytes: number[] = [];
  let row = ROW.exec(first);
  while (bytes.length < length) {
    row ??= ROW.exec(lines.next().value ?? '');
    if (row === null) throw new Error('acpiexec shows fewer bytes than it says.');
    bytes.push(
      ...(row[2] as string)
        .trim()
        .split(' ')
        .map((digits) => Number.parseInt(digits, 16)),
    );
    row = null;
  }
  return Uint8Array.from(bytes);
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A text as acpiexec prints it, its escapes undone. */
function unescaped(text: string): string {
  return text.replace(/\\(?:x(?:FFFFFF)?([0-9A-F]{2})|(.))/g, (_, hex: string | undefined, character: string) =>
    hex === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** What acpiexec prints of a String, without its quotes. */
function printedString(rest: string): string {
  const text = /^Length [0-9A-F]+ = "(.*)"(?:\.\.\.)?$/.exec(rest)?.[1];
  if (text === undefined) throw new Error(`acpiexec shows a String that is not understood: ${rest}`);
  return text;
}

function readValue(lines: Iterator<string>): AmlValue | undefined {
  const line: string = lines.next().value ?? '';
  const [, kind, rest = ''] = /^\s*\[([\w ]+)\] ?(.*)$/.exec(line) ?? [];
  switch (kind) {
    case 'Integer':
      return BigInt(`0x${rest.slice(2)}`);
    case 'String':
      return unescaped(printedString(rest));
    case 'Buffer': {
      const [, length = '', first = ''] = /^Length ([0-9A-F]+) =(.*)$/.exec(rest) ?? [];
      return readBytes(Number.parseInt(length, 16), first, lines);
    }
    case 'Package':
      return Array.from({ length: Number(/^Contains (\d+)/.exec(rest)?.[1]) }, () => readValue(lines));
    case 'Object Reference':
      return { reference: /Name (\w{4})/.exec(rest)?.[1] ?? '' };
    case 'Null Object':
      return undefined;
    default:
      throw new Error(`acpiexec shows a value that is not understood: ${line}`);
  }
}

/** What acpiexec gives for paths of a table, evaluated one after the other. */
export function evaluateInAcpiexec(table: Uint8Array, paths: readonly string[]): Promise<string[]> {
  return inScratchFolder(async (scratch) => {
    writeFileSync(join(scratch, 'table.aml'), table);
    const input = [...paths.map((path) => `evaluate ${path}`), 'quit', ''].join('\n');
    const { stdout, stderr } = await start('acpiexec', ['-di', '-dt', 'table.aml'], { cwd: scratch, input });
    const parts = (stdout + stderr).split(/^(?:- )?Evaluating /m).slice(1);
    if (parts.length !== paths.length) throw new Error(`acpiexec evaluated ${parts.length} of ${paths.length}.`);
    return parts.map((part) => {
      const lines = part.split('\n');
      const found = lines.findIndex((line) => /^Evaluation of .* returned object/.test(line));
      if (found >= 0) return outcomeWords(readValue(lines.slice(found + 1).values()));
      const code = /failed with status (AE_\w+)/.exec(part)?.[1];
      return code === undefined ? 'none' : `error => ${code}`;
    });
  });
}
