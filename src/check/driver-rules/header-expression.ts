/** Integer constant expressions of C, as a compiler for a 64-bit target evaluates them. C17 §6.6 */

/** Number, with its suffix; name; character constant; operator. Anything else ends the expression. */
const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)|([A-Za-z_]\w*)|'((?:[^'\\\n]|\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|[abfnrtv0'"?\\])))'|(<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%|&^~()<>!?:])|(\S))/y;

/** Digits that a constant of 64 bits may have, leading zeros included. */
const MOST_DIGITS = 80;

/** Parentheses and names within one another, so that a header cannot make the reader run out of stack. */
const MOST_DEPTH = 64;

/** Macros of <stdint.h> that give a constant a type. C17 §7.20.4 */
const TYPED_CONSTANT = /^(U?)INT(?:(8|16|32|64)|MAX)_C$/;

/** What an integer type holds. A type of fewer than 32 bits only truncates: its values are promoted to int. */
interface IntegerType {
  readonly bits: number;
  readonly isUnsigned: boolean;
}

interface Typed extends IntegerType {
  readonly value: bigint;
}

type Token =
  | { readonly number: bigint; readonly suffix: string; readonly isDecimal: boolean }
  | { readonly name: string }
  | { readonly operator: string };

const INT: IntegerType = { bits: 32, isUnsigned: false };
const UINT64: IntegerType = { bits: 64, isUnsigned: true };

/** Types of one word; those of several (`unsigned long`) are made of WORDS. `long` has 64 bits, as on Linux. */
const TYPES: Readonly<Record<string, IntegerType>> = Object.fromEntries([
  ...[8, 16, 32, 64].flatMap((bits) => [
    [`uint${bits}_t`, { bits, isUnsigned: true }],
    [`int${bits}_t`, { bits, isUnsigned: false }],
    [`UINT${bits}`, { bits, isUnsigned: true }],
    [`INT${bits}`, { bits, isUnsigned: false }],
    [`u${bits}`, { bits, isUnsigned: true }],
    [`s${bits}`, { bits, isUnsigned: false }],
    [`__u${bits}`, { bits, isUnsigned: true }],
  ]),
  ...['uintptr_t', 'size_t', 'uintmax_t', 'UINTN'].map((name) => [name, UINT64]),
  ...['intptr_t', 'intmax_t', 'INTN'].map((name) => [name, { bits: 64, isUnsigned: false }]),
]);
const WORDS = new Set(['unsigned', 'signed', 'int', 'long', 'short', 'char']);

/** The type that names between parentheses give; undefined if they are not a type of integers. */
function typeOf(names: readonly string[]): IntegerType | undefined {
  const [first] = names;
  if (first === undefined) return undefined;
  if (names.length === 1 && Object.hasOwn(TYPES, first)) return TYPES[first];
  if (!names.every((name) => WORDS.has(name))) return undefined;
  const bits = names.includes('long') ? 64 : names.includes('short') ? 16 : names.includes('char') ? 8 : 32;
  return { bits, isUnsigned: names.includes('unsigned') };
}

function fitted(value: bigint, bits: number, isUnsigned: boolean): bigint {
  return isUnsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value);
}

/** A value converted to a type, then promoted. C17 §6.3.1 */
function convert(value: bigint, { bits, isUnsigned }: IntegerType): Typed {
  const given = fitted(value, bits, isUnsigned);
  return bits < 32 ? { ...INT, value: given } : { bits, isUnsigned, value: given };
}

/** The result of arithmetic. A signed result too wide for int keeps its value, since C leaves it open. C17 §6.5 */
function resultOf(value: bigint, type: IntegerType): Typed {
  if (type.isUnsigned) return convert(value, type);
  const wide = BigInt.asIntN(64, value);
  return { value: wide, bits: wide === BigInt.asIntN(32, wide) ? type.bits : 64, isUnsigned: false };
}

/** The type that both operands are converted to. C17 §6.3.1.8 */
function commonType(a: Typed, b: Typed): IntegerType {
  if (a.bits !== b.bits) return a.bits > b.bits ? a : b;
  return { bits: a.bits, isUnsigned: a.isUnsigned || b.isUnsigned };
}

const truth = (is: boolean): Typed => ({ ...INT, value: is ? 1n : 0n });

type Arithmetic = (a: bigint, b: bigint) => bigint | undefined;
type Comparison = (a: bigint, b: bigint) => boolean;

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? undefined : a / b),
  '%': (a, b) => (b === 0n ? undefined : a % b),
};

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

/** How tightly binary operators bind; the loosest first. C17 §6.5.5 to §6.5.14 */
const LEVELS: readonly string[][] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const LEVEL_OF = new Map(LEVELS.flatMap((operators, level) => operators.map((each) => [each, level] as const)));

function shifted(operator: string, a: Typed, { value: by }: Typed): Typed | undefined {
  // C leaves open what any other shift gives. C17 §6.5.7
  if (by < 0n || by >= (a.isUnsigned ? BigInt(a.bits) : 64n)) return undefined;
  return resultOf(operator === '<<' ? a.value << by : a.value >> by, a);
}

function operate(operator: string, a: Typed, b: Typed): Typed | undefined {
  if (operator === '||') return truth(a.value !== 0n || b.value !== 0n);
  if (operator === '&&') return truth(a.value !== 0n && b.value !== 0n);
  if (operator === '<<' || operator === '>>') return shifted(operator, a, b);
  const type = commonType(a, b);
  const [left, right] = [a, b].map(({ value }) => (type.isUnsigned ? BigInt.asUintN(type.bits, value) : value)) as [
    bigint,
    bigint,
  ];
  const compare = COMPARISONS[operator];
  if (compare !== undefined) return truth(compare(left, right));
  const value = ARITHMETIC[operator]?.(left, right);
  return value === undefined ? undefined : resultOf(value, type);
}

/** The first type that holds a constant. C17 §6.4.4.1 */
function constantOf({ number, suffix, isDecimal }: Extract<Token, { number: bigint }>): Typed {
  const asked = suffix.toLowerCase();
  const [isUnsigned, isLong] = [asked.includes('u'), asked.includes('l')];
  const mayBeUnsigned = isUnsigned || !isDecimal;
  if (!isLong && !isUnsigned && number < 1n << 31n) return { ...INT, value: number };
  if (!isLong && mayBeUnsigned && number < 1n << 32n) return { bits: 32, isUnsigned: true, value: number };
  if (!isUnsigned && number < 1n << 63n) return { bits: 64, isUnsigned: false, value: number };
  return convert(number, UINT64);
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

function characterCode(text: string): number {
  if (!text.startsWith('\\')) return text.codePointAt(0) as number;
  const rest = text.slice(1);
  if (rest.startsWith('x')) return Number.parseInt(rest.slice(1), 16);
  if (/^[0-7]/.test(rest)) return Number.parseInt(rest, 8);
  return ESCAPES[rest] ?? (rest.codePointAt(0) as number);
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const { length } = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < length) {
    const [, number, suffix = '', name, character, operator] = TOKEN.exec(text) ?? [];
    if (number !== undefined) {
      if (number.length > MOST_DIGITS || /^0[0-7]*[89]/.test(number)) return undefined;
      const value = BigInt(/^0\d/.test(number) ? `0o${number.slice(1)}` : number);
      tokens.push({ number: value, suffix, isDecimal: !number.startsWith('0') });
    } else if (name !== undefined) tokens.push({ name });
    else if (character !== undefined) {
      const code = characterCode(character);
      if (code > 0x7f) return undefined;
      tokens.push({ number: BigInt(code), suffix: '', isDecimal: true });
    } else if (operator !== undefined) tokens.push({ operator });
    else return undefined;
  }
  return tokens;
}

/** Evaluates the macros of one header. */
export class HeaderExpressions {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #values = new Map<string, Typed | undefined>();
  #tokens: readonly Token[] = [];
  #at = 0;
  #depth = 0;

  /** `texts` has the replacement text of each macro. */
  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** A macro's value as a uint64_t; undefined if it is not an integer constant that can be told without a compiler. */
  valueOf(name: string): bigint | undefined {
    const typed = this.#valueOf(name);
    return typed === undefined ? undefined : BigInt.asUintN(64, typed.value);
  }

  #valueOf(name: string): Typed | undefined {
    if (this.#values.has(name)) return this.#values.get(name);
    // A macro that leads back to itself has no value.
    this.#values.set(name, undefined);
    const outer = { tokens: this.#tokens, at: this.#at };
    this.#tokens = tokensOf(this.#texts.get(name) ?? '') ?? [];
    this.#at = 0;
    const value = this.#depth >= MOST_DEPTH ? undefined : this.#nested(() => this.#conditional());
    const isWhole = this.#at === this.#tokens.length;
    ({ tokens: this.#tokens, at: this.#at } = outer);
    const whole = isWhole ? value : undefined;
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

  #take(operator: string): boolean {
    if (this.#operatorAt(this.#at) !== operator) return false;
    this.#at++;
    return true;
  }

  #conditional(): Typed | undefined {
    const condition = this.#binary(0);
    if (condition === undefined || !this.#take('?')) return condition;
    if (this.#depth >= MOST_DEPTH) return undefined;
    const yes = this.#nested(() => this.#conditional());
    if (yes === undefined || !this.#take(':')) return undefined;
    const no = this.#nested(() => this.#conditional());
    if (no === undefined) return undefined;
    return convert((condition.value === 0n ? no : yes).value, commonType(yes, no));
  }

  #binary(least: number): Typed | undefined {
    let left = this.#unary();
    for (;;) {
      const operator = this.#operatorAt(this.#at) ?? '';
      const level = LEVEL_OF.get(operator);
      if (left === undefined || level === undefined || level < least) return left;
      this.#at++;
      const right = this.#binary(level + 1);
      left = right === undefined ? undefined : operate(operator, left, right);
    }
  }

  #unary(): Typed | undefined {
    const token = this.#tokens[this.#at++];
    if (token === undefined || this.#depth >= MOST_DEPTH) return undefined;
    if ('number' in token) return constantOf(token);
    if ('name' in token) return this.#named(token.name);
    if (token.operator === '(') return this.#parenthesized();
    const operand = this.#nested(() => this.#unary());
    if (operand === undefined) return undefined;
    switch (token.operator) {
      case '~':
        return resultOf(~operand.value, operand);
      case '-':
        return resultOf(-operand.value, operand);
      case '+':
        return operand;
      case '!':
        return truth(operand.value === 0n);
      default:
        return undefined;
    }
  }

  #named(name: string): Typed | undefined {
    if (this.#texts.has(name)) return this.#nested(() => this.#valueOf(name));
    if (name === 'sizeof') {
      const type = this.#take('(') ? this.#type() : undefined;
      // The size of long is the target's own affair.
      return type === undefined || type.names.includes('long') ? undefined : convert(BigInt(type.bits / 8), UINT64);
    }
    const [macro, u, bits = '64'] = TYPED_CONSTANT.exec(name) ?? [];
    if (macro === undefined || this.#operatorAt(this.#at) !== '(') return undefined;
    const inner = this.#nested(() => this.#unary());
    return inner && convert(inner.value, { bits: Number(bits), isUnsigned: u === 'U' });
  }

  #parenthesized(): Typed | undefined {
    const type = this.#type();
    if (type !== undefined) {
      const operand = this.#nested(() => this.#unary());
      return operand && convert(operand.value, type);
    }
    const inner = this.#nested(() => this.#conditional());
    return this.#take(')') ? inner : undefined;
  }

  /** After an opening parenthesis: a type and the closing one, if that is all there is. */
  #type(): (IntegerType & { readonly names: readonly string[] }) | undefined {
    const names: string[] = [];
    let at = this.#at;
    for (let token = this.#tokens[at]; token !== undefined && 'name' in token; token = this.#tokens[++at]) {
      names.push(token.name);
    }
    const type = this.#operatorAt(at) === ')' ? typeOf(names) : undefined;
    if (type === undefined) return undefined;
    this.#at = at + 1;
    return { ...type, names };
  }
}
