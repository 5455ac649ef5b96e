import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AmlArgument, AmlValue } from '../../interpreter/index.js';
import { LiveEvaluationError } from '../port/evaluation.js';
import type { NamedBytes } from '../port/guest-tables.js';
import { requireProgram } from './run-program.js';

const INSTALL = 'Install it: apt-get install acpica-tools';

/** An argument as acpiexec's `evaluate` takes it. */
function argumentText(argument: AmlArgument): string {
  if (typeof argument === 'number' || typeof argument === 'bigint') return `0x${argument.toString(16)}`;
  if (typeof argument === 'string') return `"${argument}"`;
  if (argument instanceof Uint8Array)
    return `(${[...argument].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')})`;
  if (Array.isArray(argument)) return `[${argument.map((each: AmlArgument) => argumentText(each)).join(' ')}]`;
  throw new TypeError('acpiexec takes integers, strings, Uint8Arrays and arrays of them as arguments.');
}

const ROW = /^\s*[0-9A-F]{4}: ((?:[0-9A-F]{2} ){1,16})/;

/** Values as acpiexec prints them, a line or more each. */
class PrintedValues {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  value(): AmlValue | undefined {
    const line = this.#lines[this.#at++] ?? '';
    const [, kind, rest = ''] = /^\s*\[([\w ]+)\] (.*)$/.exec(line) ?? [];
    switch (kind) {
      case 'Integer':
        return BigInt(`0x${rest.slice(2)}`);
      case 'String':
        return /^Length [0-9A-F]+ = "(.*)"$/.exec(rest)?.[1] ?? '';
      case 'Buffer':
        return this.#buffer(rest);
      case 'Package': {
        const count = Number(/^Contains (\d+) Elements/.exec(rest)?.[1]);
        return Array.from({ length: count }, () => this.value());
      }
      case 'Object Reference':
        return { reference: /Name (\w{4})/.exec(rest)?.[1] ?? '' };
      default:
        return undefined;
    }
  }

  #buffer(rest: string): Uint8Array {
    const [, length = '0', first = ''] = /^Length ([0-9A-F]+) =(.*)$/.exec(rest) ?? [];
    const count = Number.parseInt(length, 16);
    const bytes: number[] = [];
    // The first row may be on the line of the length.
    for (let row = ROW.exec(first); bytes.length < count; row = null) {
      row ??= ROW.exec(this.#lines[this.#at++] ?? '');
      if (row === null) break;
      for (const digits of (row[1] as string).trim().split(' ')) bytes.push(Number.parseInt(digits, 16));
    }
    return Uint8Array.from(bytes.slice(0, count));
  }
}

/**
 * ACPICA's own interpreter, as its program acpiexec. Regions are memory that keeps what is written: there is no device. Each
 * evaluation runs those before it again, in a process of its own.
 */
export class Acpiexec {
  readonly #folder: string;
  readonly #files: readonly string[];
  readonly #commands: string[] = [];

  constructor(tables: readonly NamedBytes[]) {
    this.#folder = mkdtempSync(join(tmpdir(), 'vcfg-acpiexec-'));
    this.#files = tables.map(({ name, bytes }) => {
      writeFileSync(join(this.#folder, `${name}.aml`), bytes);
      return `${name}.aml`;
    });
  }

  async evaluate(path: string, args: readonly AmlArgument[]): Promise<AmlValue | undefined> {
    this.#commands.push(['evaluate', path, ...args.map(argumentText)].join(' '));
    // Commands go in by a file's worth of -b, separated by commas and so not for strings: hence a script on standard input.
    const script = join(this.#folder, 'commands');
    writeFileSync(script, [...this.#commands, 'quit', ''].join('\n'));
    const words = ['-c', `acpiexec -di -dt ${this.#files.join(' ')} <commands 2>&1`];
    const text = await requireProgram('sh', words, INSTALL, { cwd: this.#folder });
    const said = text.split(/^Evaluating /m).at(-1) ?? '';
    const lines = said.split('\n');
    const found = lines.findIndex((line) => /^Evaluation of .* returned object/.test(line));
    if (found >= 0) return new PrintedValues(lines.slice(found + 1)).value();
    const failed = /(?:failed with status|,) (AE_\w+)/.exec(said)?.[1];
    if (failed !== undefined) throw new LiveEvaluationError(path, failed);
    return undefined;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
