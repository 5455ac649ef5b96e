import { DiagnosticError, fromHex, toHex } from '../../base/index.js';
import type { AmlArgument, AmlReference, AmlValue } from '../../interpreter/index.js';
import { liveError } from './events.js';

/**
 * Requests to the kernel module of {@link ./node/kernel-module.ts} and its answers, as words: see the head of its source. Integers
 * have 64 bits whole, on 32-bit kernels too.
 */

const MOST_INTEGER = 0xffff_ffff_ffff_ffffn;

function wordsOfArgument(argument: AmlArgument): string {
  switch (typeof argument) {
    case 'number':
    case 'bigint': {
      if (
        typeof argument === 'number'
          ? !Number.isSafeInteger(argument) || argument < 0
          : argument < 0n || argument > MOST_INTEGER
      )
        throw new RangeError(`${argument} is not a whole number from 0 to 2^64 - 1.`);
      return `i ${argument.toString(16)}`;
    }
    case 'string':
      if ([...argument].some((each) => each === '\0' || each > '\xff'))
        throw new RangeError(`${JSON.stringify(argument)} has a character that no AML string can hold.`);
      return `s ${toHex(Uint8Array.from(argument, (each) => each.charCodeAt(0))) || '-'}`;
    default:
  }
  if (argument instanceof Uint8Array) return `b ${toHex(argument) || '-'}`;
  if (Array.isArray(argument))
    return [`p ${argument.length.toString(16)}`, ...argument.map((each: AmlArgument) => wordsOfArgument(each))].join(
      ' ',
    );
  throw new TypeError(
    'A live kernel takes integers, strings, Uint8Arrays and arrays of them as arguments, not references.',
  );
}

/** The request to evaluate an object. Throws a TypeError or RangeError for what cannot be passed. */
export function evaluationRequest(path: string, args: readonly AmlArgument[]): string {
  if (!/^\\[A-Za-z0-9_.^]*$/.test(path))
    throw new RangeError(`path is ${JSON.stringify(path)}; it must begin with a backslash.`);
  if (args.length > 7) throw new RangeError(`There are ${args.length} arguments; a method takes up to 7.`);
  return [path, ...args.map(wordsOfArgument)].join(' ');
}

class AnswerReader {
  readonly #words: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#words = text.trim().split(/\s+/);
  }

  word(): string {
    return this.#words[this.#at++] ?? '';
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#words.length;
  }

  value(): AmlValue | undefined {
    const kind = this.word();
    if (kind === 'n') return undefined;
    const text = this.word();
    switch (kind) {
      case 'i':
        return BigInt(`0x${text}`);
      case 's':
        return text === '-' ? '' : String.fromCharCode(...fromHex(text));
      case 'b':
        return text === '-' ? new Uint8Array() : fromHex(text);
      case 'r':
        return { reference: text } satisfies AmlReference;
      case 'p':
        return Array.from({ length: Number.parseInt(text, 16) }, () => this.value());
      default:
        throw liveError(
          'LIVE_OUTPUT',
          `The guest's module answered ${JSON.stringify(kind)}.`,
          'Boot again with --fresh.',
        );
    }
  }
}

/** What the kernel's evaluation gave; undefined if nothing. Throws a DiagnosticError with ACPICA's status code if it failed. */
export function readEvaluation(path: string, text: string): AmlValue | undefined {
  const answer = new AnswerReader(text);
  const status = answer.word();
  if (status === 'ok') return answer.isAtEnd ? undefined : answer.value();
  const [number, name] = [answer.word(), answer.word()];
  throw new LiveEvaluationError(path, name || `status 0x${number}`);
}

/** An evaluation that the guest's ACPICA refused. `code` is its status: `AE_NOT_FOUND`. */
export class LiveEvaluationError extends DiagnosticError {
  readonly code: string;

  constructor(path: string, code: string) {
    super([
      {
        code: 'LIVE_NO_EVALUATION',
        severity: 'error',
        place: { path },
        message: `The guest's kernel could not evaluate it: ${code}.`,
        cure: 'Its log may say more: dmesg.',
      },
    ]);
    this.code = code;
  }
}
