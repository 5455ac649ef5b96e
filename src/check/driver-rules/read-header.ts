import type { DriverConstant, DriverFacts } from '../subject/driver-facts.js';

/** `#define NAME value`; a macro with parameters has its parenthesis at the name. */
const DEFINE = /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)(?![\w(])[ \t]*(.*)$/;

const TOKEN = /\s*(?:(0[xX][0-9a-fA-F]+|\d+)[uUlL]*|([A-Za-z_]\w*)|(<<|>>|[-+*/%|&^~()])|(\S))/y;

/** Names of types in a cast, which changes no constant that fits. */
const TYPE =
  /^(?:u?int(?:8|16|32|64)?_t|uintptr_t|size_t|unsigned|signed|int|long|short|char|U?INT(?:8|16|32|64|N)|u(?:8|16|32|64))$/;

/** Macros of <stdint.h> that give a constant a type. C17 7.20.4 */
const TYPED_CONSTANT = /^U?INT(?:8|16|32|64|MAX)_C$/;

/** Digits that a constant of 64 bits may have, leading zeros among them; what has more is none. */
const MOST_DIGITS = 80;

/** Past 64 bits a result wraps, as unsigned ones do; so that no header makes it grow. */
function wrapped(result: bigint | undefined): bigint | undefined {
  if (result === undefined) return undefined;
  return result >= 1n << 64n || result <= -(1n << 64n) ? BigInt.asUintN(64, result) : result;
}

type Token = { readonly number: bigint } | { readonly name: string } | { readonly operator: string };

/** C leaves open what any other shift of 64 bits gives. C17 6.5.7 */
const isShift = (bits: bigint) => bits >= 0n && bits < 64n;

/** Binary operators by how tightly they bind; the loosest first. C17 6.5 */
const LEVELS: readonly Readonly<Record<string, (a: bigint, b: bigint) => bigint | undefined>>[] = [
  { '|': (a, b) => a | b },
  { '^': (a, b) => a ^ b },
  { '&': (a, b) => a & b },
  { '<<': (a, b) => (isShift(b) ? a << b : undefined), '>>': (a, b) => (isShift(b) ? a >> b : undefined) },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  {
    '*': (a, b) => a * b,
    '/': (a, b) => (b === 0n ? undefined : a / b),
    '%': (a, b) => (b === 0n ? undefined : a % b),
  },
];

/** Parentheses and names within one another, so that a header cannot make the reader run out of stack. */
const MOST_DEPTH = 64;

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const { length } = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < length) {
    const [, number, name, operator] = TOKEN.exec(text) ?? [];
    if (number !== undefined) {
      if (number.length > MOST_DIGITS || /^0[0-7]*[89]/.test(number)) return undefined;
      tokens.push({ number: BigInt(/^0\d/.test(number) ? `0o${number.slice(1)}` : number) });
    } else if (name !== undefined) tokens.push({ name });
    else if (operator !== undefined) tokens.push({ operator });
    else return undefined;
  }
  return tokens;
}

/** Evaluates the integer constant expressions of one header. */
class Evaluator {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #values = new Map<string, bigint | undefined>();
  #tokens: readonly Token[] = [];
  #at = 0;
  #depth = 0;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** The value of a macro; undefined if it is none that can be told. */
  valueOf(name: string): bigint | undefined {
    if (this.#values.has(name)) return this.#values.get(name);
    // A macro that leads back to itself has no value.
    this.#values.set(name, undefined);
    const outer = { tokens: this.#tokens, at: this.#at };
    this.#tokens = tokensOf(this.#texts.get(name) ?? '') ?? [];
    this.#at = 0;
    const value = this.#depth >= MOST_DEPTH ? undefined : this.#nested(() => this.#binary(0));
    const isWhole = this.#at === this.#tokens.length;
    ({ tokens: this.#tokens, at: this.#at } = outer);
    const whole = value === undefined || !isWhole ? undefined : BigInt.asUintN(64, value);
    this.#values.set(name, whole);
    return whole;
  }

  #nested<T>(work: () => T): T {
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  #operatorAt(at: number): string | undefined {
    const token = this.#tokens[at];
    return token !== undefined && 'operator' in token ? token.operator : undefined;
  }

  #binary(level: number): bigint | undefined {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operate = operators[this.#operatorAt(this.#at) ?? ''];
      if (operate === undefined || left === undefined) return left;
      this.#at++;
      const right = this.#binary(level + 1);
      left = right === undefined ? undefined : wrapped(operate(left, right));
    }
  }

  #unary(): bigint | undefined {
    const token = this.#tokens[this.#at++];
    if (token === undefined || this.#depth >= MOST_DEPTH) return undefined;
    if ('number' in token) return token.number;
    if ('name' in token && TYPED_CONSTANT.test(token.name) && !this.#texts.has(token.name)) {
      return this.#operatorAt(this.#at) === '(' ? this.#nested(() => this.#unary()) : undefined;
    }
    if ('name' in token) return this.#texts.has(token.name) ? this.#nested(() => this.valueOf(token.name)) : undefined;
    if (token.operator === '(') {
      if (this.#skipCast()) return this.#nested(() => this.#unary());
      const inner = this.#nested(() => this.#binary(0));
      return this.#operatorAt(this.#at++) === ')' ? inner : undefined;
    }
    const operand = this.#nested(() => this.#unary());
    if (operand === undefined) return undefined;
    if (token.operator === '~') return BigInt.asUintN(64, ~operand);
    if (token.operator === '-') return -operand;
    return token.operator === '+' ? operand : undefined;
  }

  /** Behind an opening parenthesis: passes over types and the closing one, if that is all there is. */
  #skipCast(): boolean {
    let at = this.#at;
    for (let token = this.#tokens[at]; token !== undefined && 'name' in token && TYPE.test(token.name); ) {
      token = this.#tokens[++at];
    }
    if (at === this.#at || this.#operatorAt(at) !== ')') return false;
    this.#at = at + 1;
    return true;
  }
}

/** Comments become blanks, so that lines stay where they are. One that is not closed goes to the end. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g, (comment) => comment.replaceAll(/[^\n]/g, ' '));
}

/**
 * The constants of a C header: every macro without parameters that is an integer constant expression, with the line of
 * its `#define`. Conditions are not followed: of a macro defined twice the last counts.
 */
export function readHeader(text: string, file: string): DriverFacts {
  const lines = withoutComments(text).split(/\r?\n/);
  const found = new Map<string, { line: number; text: string }>();
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    const parts = [lines[index] as string];
    while (parts.at(-1)?.endsWith('\\') && index + 1 < lines.length) {
      parts.push((parts.pop() as string).slice(0, -1), lines[++index] as string);
    }
    const [, name, value] = DEFINE.exec(parts.join(' ')) ?? [];
    if (name !== undefined && value !== undefined) found.set(name, { line, text: value });
  }
  const evaluator = new Evaluator(new Map([...found].map(([name, each]) => [name, each.text])));
  const constants = new Map<string, DriverConstant>();
  for (const [name, { line }] of found) constants.set(name, { line, value: evaluator.valueOf(name) });
  return { file, constants };
}
