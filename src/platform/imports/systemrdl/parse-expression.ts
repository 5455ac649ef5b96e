import type { ImportLog } from '../model/import-log.js';
import type { Expression } from './syntax.js';
import { RdlFault, type Token } from './tokens.js';

/** Operators by how tightly they bind, the loosest first. SystemRDL 2.0 §11.2 */
const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|', '~|'],
  ['^', '~^', '^~'],
  ['&', '~&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
];
const UNARY = new Set(['!', '~', '+', '-', '&', '|', '^', '~&', '~|', '~^', '^~']);
/** Types whose name may stand in front of `'(`. */
const TYPES = new Set(['longint', 'bit', 'boolean']);
/** Expressions in one another. */
const MOST_DEPTH = 64;
/** Words and signs of one expression, which each instance of a component calculates again. */
const MOST_TOKENS = 4096;

/** The tokens of a file in order, which are read when they are looked at. */
export class TokenStream {
  readonly #tokens: Iterator<Token, void>;
  readonly #log: ImportLog;
  /** The next tokens: those that were looked at and not taken. */
  readonly #ahead: Token[] = [];
  #taken = 0;
  #depth = 0;

  /** The last of the tokens must be the end. */
  constructor(tokens: Iterable<Token, void>, log: ImportLog) {
    this.#tokens = tokens[Symbol.iterator]();
    this.#log = log;
  }

  /** Tokens that were taken. */
  get taken(): number {
    return this.#taken;
  }

  /** The next token, or one after it; at the end, the end. */
  peek(ahead = 0): Token {
    while (this.#ahead.length <= ahead) {
      const last = this.#ahead.at(-1);
      const token = last?.kind === 'end' ? last : this.#tokens.next().value;
      if (token === undefined) throw new Error('A token was looked for after the end.');
      this.#ahead.push(token);
    }
    return this.#ahead[ahead] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#ahead.shift();
    this.#taken++;
    return token;
  }

  /** Whether the next token is this sign or word. Strings are neither. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === 'sign' || token.kind === 'word');
  }

  /** Takes the next token if it is this sign or word. */
  take(text: string): boolean {
    const is = this.is(text);
    if (is) this.next();
    return is;
  }

  expect(text: string): Token {
    return this.is(text) ? this.next() : this.refuse(`${text} is missing before ${this.shown()}.`);
  }

  word(what: string): Token {
    return this.peek().kind === 'word' ? this.next() : this.refuse(`${what} is missing before ${this.shown()}.`);
  }

  /** The next token, for a message. */
  shown(): string {
    const { kind, text } = this.peek();
    const short = text.slice(0, 40);
    return kind === 'end' ? text : kind === 'string' ? JSON.stringify(short) : short;
  }

  refuse(message: string, cure = 'See the grammar in SystemRDL 2.0, annex B.'): never {
    this.#log.error('IMPORT_RDL_SYNTAX', this.peek().place, message, cure);
    throw new RdlFault();
  }

  /** Runs a part of the parser that may call itself. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > MOST_DEPTH) {
      this.#log.error(
        'IMPORT_TOO_LARGE',
        this.peek().place,
        `This is nested more than ${MOST_DEPTH} deep.`,
        'Nest it less.',
      );
      throw new RdlFault();
    }
    const parsed = parse();
    this.#depth--;
    return parsed;
  }
}

function parseList(stream: TokenStream, end: string): Expression[] {
  const parts: Expression[] = [];
  while (!stream.is(end)) {
    parts.push(parseExpression(stream));
    if (!stream.take(',')) break;
  }
  stream.expect(end);
  return parts;
}

/** Passes over what is in braces, of a literal that no property of registers has. */
function skipAggregate(stream: TokenStream): void {
  for (let depth = 1; depth > 0; ) {
    if (stream.peek().kind === 'end') stream.refuse('} is missing.');
    const { kind, text } = stream.next();
    if (kind === 'sign' && (text === '{' || text === "'{")) depth++;
    if (kind === 'sign' && text === '}') depth--;
  }
}

function parseName(stream: TokenStream): Expression {
  const { text: name, place } = stream.next();
  if (stream.take('::')) return { kind: 'entry', type: name, name: stream.word('An entry of the enum').text, place };
  if (stream.take("'{")) {
    skipAggregate(stream);
    return { kind: 'aggregate', place };
  }
  if (name === 'longint' || name === 'bit') stream.take('unsigned');
  if (TYPES.has(name) && stream.is("'") && stream.is('(', 1)) return parseCast(stream, name);
  const isReference = stream.is('.') || stream.is('->') || stream.is('[');
  if (!isReference) return { kind: 'name', name, place };
  while (stream.is('.') || stream.is('->') || stream.is('[')) {
    if (stream.take('[')) {
      parseExpression(stream);
      if (stream.take(':')) parseExpression(stream);
      stream.expect(']');
    } else {
      stream.next();
      stream.word('A name');
    }
  }
  return { kind: 'reference', place };
}

function parseCast(stream: TokenStream, to: string | Expression): Expression {
  const { place } = stream.expect("'");
  stream.expect('(');
  const operand = parseExpression(stream);
  stream.expect(')');
  return { kind: 'cast', to, operand, place };
}

function parseJoin(stream: TokenStream): Expression {
  const { place } = stream.expect('{');
  const first = parseExpression(stream);
  if (stream.take('{')) {
    const parts = parseList(stream, '}');
    stream.expect('}');
    return { kind: 'join', count: first, parts, place };
  }
  const parts = stream.take(',') ? [first, ...parseList(stream, '}')] : [first];
  if (parts.length === 1) stream.expect('}');
  return { kind: 'join', parts, place };
}

function parsePrimary(stream: TokenStream): Expression {
  const token = stream.peek();
  const { kind, text, place } = token;
  if (kind === 'string') {
    stream.next();
    return { kind: 'value', value: { type: 'string', text }, place };
  }
  if (kind === 'number') {
    stream.next();
    const { value = 0n, widthBits = 64 } = token;
    const literal: Expression = { kind: 'value', value: { type: 'number', value, widthBits }, place };
    return stream.is("'") ? parseCast(stream, literal) : literal;
  }
  if (kind === 'word' && (text === 'true' || text === 'false')) {
    stream.next();
    return { kind: 'value', value: { type: 'boolean', is: text === 'true' }, place };
  }
  if (kind === 'word') return parseName(stream);
  if (stream.take('(')) {
    const inner = parseExpression(stream);
    stream.expect(')');
    return stream.is("'") ? parseCast(stream, inner) : inner;
  }
  if (stream.is('{')) return parseJoin(stream);
  if (stream.take("'{")) {
    skipAggregate(stream);
    return { kind: 'aggregate', place };
  }
  return stream.refuse(`A value is missing before ${stream.shown()}.`);
}

function parseUnary(stream: TokenStream): Expression {
  const { kind, text, place } = stream.peek();
  if (kind !== 'sign' || !UNARY.has(text)) return parsePrimary(stream);
  stream.next();
  return { kind: 'unary', operator: text, operand: stream.nested(() => parseUnary(stream)), place };
}

function parseBinary(stream: TokenStream, level: number): Expression {
  const operators = BINARY[level];
  if (operators === undefined) return parseUnary(stream);
  let left = parseBinary(stream, level + 1);
  let count = 0;
  while (stream.peek().kind === 'sign' && operators.includes(stream.peek().text)) {
    // A long row of operators is as deep as one in parentheses.
    if (++count > MOST_DEPTH)
      stream.refuse(`The expression has more than ${MOST_DEPTH} operators in a row.`, 'Split it with parentheses.');
    const { text: operator, place } = stream.next();
    left = { kind: 'binary', operator, left, right: parseBinary(stream, level + 1), place };
  }
  return left;
}

export function parseExpression(stream: TokenStream): Expression {
  return stream.nested(() => {
    const start = stream.taken;
    const condition = parseBinary(stream, 0);
    if (stream.taken - start > MOST_TOKENS) {
      stream.refuse(`The expression has more than ${MOST_TOKENS} words and signs.`, 'Shorten it.');
    }
    if (!stream.is('?')) return condition;
    const { place } = stream.next();
    const yes = parseExpression(stream);
    stream.expect(':');
    return { kind: 'choice', condition, yes, no: parseExpression(stream), place };
  });
}
