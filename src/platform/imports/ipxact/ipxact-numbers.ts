/**
 * Numbers as IP-XACT files write them: expressions of SystemVerilog with parameters (IEEE 1685-2014 and later, annex C), and
 * `0x` or `#` for hex and k, m, g or t for powers of 1024 (1685-2009 and SPIRIT 1.4).
 */

/** Characters of an expression that are read: those of 256 bits in binary, and some more. */
const MOST_CHARACTERS = 320;
/** Operands in one another, those of parameters included. */
const MOST_DEPTH = 200;
/** Bits of a result. */
const MOST_BITS = 1024n;

const BASES: ReadonlyMap<string, { readonly prefix: string; readonly digits: RegExp }> = new Map([
  ['b', { prefix: '0b', digits: /^[01]+$/ }],
  ['o', { prefix: '0o', digits: /^[0-7]+$/ }],
  ['d', { prefix: '', digits: /^[0-9]+$/ }],
  ['h', { prefix: '0x', digits: /^[0-9a-fA-F]+$/ }],
]);

/** Powers of 1024. */
const UNITS = ['', 'k', 'm', 'g', 't'];

const TOKEN =
  /\s*(?:(?:[0-9][0-9_]*\s*)?'[sS]?([bodhBODH])\s*([0-9a-fA-F_]+)|(?:0[xX]|#)([0-9a-fA-F]+)|([0-9][0-9_]*)([kKmMgGtT]?)(?![\w'])|([A-Za-z_][\w.-]*)|(\*\*|<<|>>|[-+*/%()]))\s*/y;

type Token = { readonly value: bigint } | { readonly name: string } | { readonly operator: string };

/** Thrown for what is not a number, or is one of no use. */
class NoNumber extends Error {}

function literal(base: string, digits: string): bigint {
  const known = BASES.get(base.toLowerCase());
  const plain = digits.replaceAll('_', '');
  if (known === undefined || !known.digits.test(plain)) throw new NoNumber();
  return BigInt(`${known.prefix}${plain}`);
}

/** How much of a name there is: `WIDTH-1` is a difference unless a parameter has that name. */
function lengthOfName(name: string, parameters: ReadonlyMap<string, string>): number {
  let length = name.length;
  while (!parameters.has(name.slice(0, length))) {
    const end = Math.max(name.lastIndexOf('-', length - 1), name.lastIndexOf('.', length - 1));
    if (end < 0) return length;
    length = end;
  }
  return length;
}

function tokensOf(text: string, parameters: ReadonlyMap<string, string>): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const [, base, digits, hex, decimal, unit = '', name, operator] = pattern.exec(text) ?? [];
    if (base !== undefined && digits !== undefined) tokens.push({ value: literal(base, digits) });
    else if (hex !== undefined) tokens.push({ value: BigInt(`0x${hex}`) });
    else if (decimal !== undefined)
      tokens.push({ value: BigInt(decimal.replaceAll('_', '')) << BigInt(10 * UNITS.indexOf(unit.toLowerCase())) });
    else if (name !== undefined) {
      const length = lengthOfName(name, parameters);
      if (length < name.length) pattern.lastIndex = text.indexOf(name, start) + length;
      tokens.push({ name: name.slice(0, length) });
    } else if (operator !== undefined) tokens.push({ operator });
    else throw new NoNumber();
  }
  return tokens;
}

type Operate = (a: bigint, b: bigint) => bigint;

const small = (value: bigint): bigint => {
  if (value < 0n || value > MOST_BITS) throw new NoNumber();
  return value;
};
const divisor = (value: bigint): bigint => {
  if (value === 0n) throw new NoNumber();
  return value;
};

/** Operators by how tightly they bind. IEEE 1800-2017 table 11-2 */
const OPERATORS: ReadonlyMap<string, readonly [level: number, operate: Operate]> = new Map([
  ['<<', [1, (a, b) => a << small(b)]],
  ['>>', [1, (a, b) => a >> small(b)]],
  ['+', [2, (a, b) => a + b]],
  ['-', [2, (a, b) => a - b]],
  ['*', [3, (a, b) => a * b]],
  ['/', [3, (a, b) => a / divisor(b)]],
  ['%', [3, (a, b) => a % divisor(b)]],
  ['**', [4, (a, b) => small(a) ** small(b)]],
]);

/** Reads numbers that may refer to parameters. */
export class IpxactNumbers {
  /** Expressions of parameters, by identifier and by name. */
  readonly #parameters: ReadonlyMap<string, string>;
  /** Values of parameters that were asked for; null for one that has none, or is being computed. */
  readonly #known = new Map<string, bigint | null>();
  #depth = 0;

  constructor(parameters: ReadonlyMap<string, string>) {
    this.#parameters = parameters;
  }

  /** Undefined for text that is not a number of at most 1024 bits, or is negative. */
  read(text: string): bigint | undefined {
    this.#depth = 0;
    try {
      const value = this.#evaluate(text);
      return value < 0n ? undefined : value;
    } catch (error) {
      if (error instanceof NoNumber) return undefined;
      throw error;
    }
  }

  #evaluate(text: string): bigint {
    if (text.length > MOST_CHARACTERS) throw new NoNumber();
    const tokens = tokensOf(text, this.#parameters);
    const value = this.#expression(tokens, 1);
    if (tokens.length > 0) throw new NoNumber();
    return value;
  }

  /** Takes an expression of operators of a level and above from the front of the tokens. */
  #expression(tokens: Token[], least: number): bigint {
    let value = this.#operand(tokens);
    for (;;) {
      const next = tokens[0];
      const [level, operate] = (next && 'operator' in next && OPERATORS.get(next.operator)) || [];
      if (level === undefined || operate === undefined || level < least) return value;
      tokens.shift();
      value = operate(value, this.#expression(tokens, level + 1));
      if (value >> MOST_BITS > 0n || -value >> MOST_BITS > 0n) throw new NoNumber();
    }
  }

  #operand(tokens: Token[]): bigint {
    const token = tokens.shift();
    if (token === undefined || this.#depth >= MOST_DEPTH) throw new NoNumber();
    this.#depth++;
    const value = this.#valueOf(token, tokens);
    this.#depth--;
    return value;
  }

  #valueOf(token: Token, tokens: Token[]): bigint {
    if ('value' in token) return token.value;
    if ('name' in token) return this.#parameter(token.name);
    if (token.operator === '-') return -this.#operand(tokens);
    if (token.operator === '+') return this.#operand(tokens);
    if (token.operator !== '(') throw new NoNumber();
    const value = this.#expression(tokens, 1);
    const end = tokens.shift();
    if (end === undefined || !('operator' in end) || end.operator !== ')') throw new NoNumber();
    return value;
  }

  #parameter(name: string): bigint {
    const known = this.#known.get(name);
    const text = this.#parameters.get(name);
    if (known === null || text === undefined) throw new NoNumber();
    if (known !== undefined) return known;
    this.#known.set(name, null);
    const value = this.#evaluate(text);
    this.#known.set(name, value);
    return value;
  }
}
