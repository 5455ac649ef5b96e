import type { NamedPart } from '../../vocab/index.js';
import type { FieldVerb, RegisterVerb } from '../accessors.js';
import { type DriverNames, upperName, withPrefix } from '../driver-names.js';
import { commentLines } from '../driver-text.js';

/** The parts of a C header: what their macros and functions are called and how they are written. */

/** Characters of text on a comment's line. */
export const COMMENT_CHARACTERS = 110;

/** A function, register, field or run: its macros and functions are claimed for it. */
export interface Part {
  readonly names: DriverNames;
  /** The prefix of every name in the header. */
  readonly common: string;
  /** What it is to a reader, such as `SENS.CTRL`. */
  readonly owner: string;
  /** The prefix of its macros, and in lower case that of its functions. */
  readonly prefix: string;
}

export function within(part: Part, inner: Pick<NamedPart, 'name' | 'longName'>): Part {
  const { names, common } = part;
  const own = upperName(inner);
  return { names, common, owner: `${part.owner}.${own}`, prefix: `${part.prefix}_${own}` };
}

export function define({ names, owner, prefix, common }: Part, suffix: string, value: string): string {
  return `#define ${names.claim(`${prefix}_${suffix}`, owner)} ${withPrefix(value, common)}`;
}

/** The parameters, result and statements of a generated function. */
export interface Signature {
  readonly result: 'void' | 'uint32_t' | 'uint64_t';
  readonly parameters: string;
  readonly statements: readonly string[];
}

/** The name of one of a part's functions. */
export function functionName({ prefix }: Part, verb: RegisterVerb | FieldVerb): string {
  return `${prefix.toLowerCase()}_${verb}`;
}

/** A static inline function, its name claimed. */
export function inline(
  part: Part,
  verb: RegisterVerb | FieldVerb,
  { result, parameters, statements }: Signature,
): string[] {
  const name = part.names.claim(functionName(part, verb), part.owner);
  return [
    `static inline ${result} ${name}(${withPrefix(parameters, part.common)})`,
    '{',
    ...statements.map((statement) => `  ${withPrefix(statement, part.common)}`),
    '}',
  ];
}

export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}u`;
}

function comment(text: string): string[] {
  return commentLines(text, COMMENT_CHARACTERS).map((line) => `/* ${line} */`);
}

/** `SENS.CTRL, Control: what it does`. */
export function heading(owner: string, words: string): string[] {
  return comment(words === '' ? owner : `${owner}, ${words}`);
}
