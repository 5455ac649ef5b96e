import type { Place } from '../../../vocab/index.js';
import type { ImportLog } from '../model/import-log.js';
import { PlaceFinder } from '../model/place-finder.js';

/** A word, number, string or sign of a SystemRDL file. SystemRDL 2.0 §4 */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'sign' | 'end';
  /** As written; of a string, what is between the quotes; of an escaped word, without its backslash. */
  readonly text: string;
  /** Of a number. */
  readonly value?: bigint;
  /** Bits of a number that says its width, such as `8'hff`. */
  readonly widthBits?: number;
  readonly place: Place;
}

/** Leaves the reader after an error that it cannot go on from. The log has it. */
export class RdlFault extends Error {}

/** Signs, the longest first. */
const SIGNS = /\*\*|<<|>>|<=|>=|==|!=|&&|\|\||->|::|\+=|%=|~&|~\||~\^|\^~|'\{|[-+*/%~!&|^<>=?:;,.(){}[\]@#']/y;
const WORD = /\\?[A-Za-z_][A-Za-z0-9_]*/y;
const SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"/y;
/** Verilog-style numbers, with the width in front. SystemRDL 2.0 §4.6 */
const SIZED = /([0-9][0-9_]*)\s*'([bBoOdDhH])([0-9a-fA-F_]+)/y;
const PLAIN = /0[xX][0-9a-fA-F_]+|[0-9][0-9_]*/y;
const RADIX: Readonly<Record<string, string>> = { b: '0b', o: '0o', d: '', h: '0x' };

/** Digits that a number may have. */
const MOST_DIGITS = 1200;

function numberOf(text: string): Pick<Token, 'value' | 'widthBits'> | undefined {
  SIZED.lastIndex = 0;
  const [, width, radix, digits] = SIZED.exec(text) ?? [];
  try {
    if (width === undefined || radix === undefined || digits === undefined) {
      return { value: BigInt(text.replaceAll('_', '')) };
    }
    const value = BigInt(`${RADIX[radix.toLowerCase()]}${digits.replaceAll('_', '')}`);
    const widthBits = Number(width.replaceAll('_', ''));
    return widthBits === 0 || value >> BigInt(Math.min(widthBits, 8 * MOST_DIGITS)) !== 0n
      ? undefined
      : { value, widthBits };
  } catch (error) {
    // Digits that the radix does not have.
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/**
 * The tokens of a text without directives, which begins at a place of a file. Throws an RdlFault, with an error in the
 * log, at what is none.
 */
export function* tokensOf(text: string, start: Place, log: ImportLog): Generator<Token> {
  const finder = new PlaceFinder(text, start.file, start);
  let offset = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(text)?.[0];
  };
  const refuse = (message: string, cure: string): never => {
    log.error('IMPORT_RDL_SYNTAX', finder.at(offset), message, cure);
    throw new RdlFault();
  };
  while (offset < text.length) {
    const skipped = take(SPACE) ?? take(COMMENT);
    if (skipped !== undefined) {
      offset += skipped.length;
      continue;
    }
    // Before signs are taken: a slash is one.
    if (text.startsWith('/*', offset)) refuse('The comment has no end.', 'Close it with */.');
    const place = finder.at(offset);
    const string = take(STRING);
    const number = string === undefined ? (take(SIZED) ?? take(PLAIN)) : undefined;
    const word = (string ?? number) === undefined ? take(WORD) : undefined;
    const sign = (string ?? number ?? word) === undefined ? take(SIGNS) : undefined;
    if (string !== undefined) {
      yield { kind: 'string', text: string.slice(1, -1).replaceAll(/\\(["\\])/g, '$1'), place };
    } else if (number !== undefined) {
      const value = number.length > MOST_DIGITS ? undefined : numberOf(number);
      if (value === undefined)
        refuse(`${number.slice(0, 40)} is not a number.`, 'Check that its digits fit its radix and width.');
      yield { kind: 'number', text: number, ...value, place };
    } else if (word !== undefined) {
      yield { kind: 'word', text: word.replace(/^\\/, ''), place };
    } else if (sign !== undefined) {
      yield { kind: 'sign', text: sign, place };
    } else {
      const rest = text.slice(offset, offset + 2);
      if (rest.startsWith('"')) refuse('The string has no end.', 'Close it with a quotation mark.');
      refuse(`${JSON.stringify(rest[0])} is not part of SystemRDL.`, 'Remove it.');
    }
    offset += (string ?? number ?? word ?? sign ?? '').length;
  }
  yield { kind: 'end', text: 'the end of the file', place: finder.at(offset) };
}
