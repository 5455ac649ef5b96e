import type { CutOff, DriverConstant, DriverFacts, DriverFunctionText } from '../subject/driver-facts.js';
import { cutOffIn } from './cut-header.js';
import { HeaderExpressions } from './header-expression.js';
import type { HeaderNames } from './header-names.js';

/** `#define NAME value`; a macro with parameters has its parenthesis at the name. */
const DEFINE = /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)(?![\w(])[ \t]*(.*)$/;
const DEFINE_CALL = /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)\(([^)]*)\)/;
const UNDEFINE = /^[ \t]*#[ \t]*undef[ \t]+([A-Za-z_]\w*)/;

/** A function's name, its parameters and the brace that opens it. */
const FUNCTION = /\b([A-Za-z_]\w*)\s*\(([^(){};]*)\)\s*\{/g;
const KEYWORD = /^(?:if|for|while|switch|return|sizeof)$/;

/** Comments become blanks, so that lines stay where they are. One that is not closed goes to the end. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, (part) =>
    /^["']/.test(part) ? part : part.replaceAll(/[^\n]/g, ' '),
  );
}

interface Macro {
  readonly line: number;
  readonly text: string;
}

interface HeaderText {
  readonly macros: ReadonlyMap<string, Macro>;
  readonly functions: ReadonlyMap<string, DriverFunctionText>;
  readonly cutOff: CutOff | undefined;
}

/** The end of a body that begins at `start`, after its last brace. */
function endOfBody(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b) depth++;
    else if (code === 0x7d && --depth === 0) return at + 1;
  }
  return text.length;
}

function readFunctions(text: string): Map<string, DriverFunctionText> {
  const found = new Map<string, DriverFunctionText>();
  let line = 1;
  let counted = 0;
  FUNCTION.lastIndex = 0;
  for (let match = FUNCTION.exec(text); match !== null; match = FUNCTION.exec(text)) {
    const [whole, name, parameters] = match as unknown as [string, string, string];
    if (KEYWORD.test(name)) continue;
    for (; counted < match.index; counted++) if (text.charCodeAt(counted) === 0x0a) line++;
    const start = match.index + whole.length - 1;
    const end = endOfBody(text, start);
    found.set(name, { line, name, parameters: parameters.trim(), body: text.slice(start, end) });
    FUNCTION.lastIndex = end;
  }
  return found;
}

function readText(text: string): HeaderText {
  const blank = withoutComments(text);
  const lines = blank.split(/\r?\n/);
  const macros = new Map<string, Macro>();
  const calls = new Map<string, DriverFunctionText>();
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    if (!/^[ \t]*#/.test(lines[index] as string)) continue;
    const parts = [lines[index] as string];
    while (parts.at(-1)?.endsWith('\\') && index + 1 < lines.length) {
      parts.push((parts.pop() as string).slice(0, -1), lines[++index] as string);
    }
    const directive = parts.join(' ');
    const removed = UNDEFINE.exec(directive)?.[1];
    if (removed !== undefined) {
      macros.delete(removed);
      calls.delete(removed);
    }
    const [, name, value] = DEFINE.exec(directive) ?? [];
    if (name !== undefined && value !== undefined) macros.set(name, { line, text: value });
    const [, call, parameters] = DEFINE_CALL.exec(directive) ?? [];
    if (call !== undefined && parameters !== undefined) {
      calls.set(call, { line, name: call, parameters: parameters.trim(), body: undefined });
    }
  }
  const functions = new Map([...calls, ...readFunctions(blank)]);
  return { macros, functions, cutOff: cutOffIn(text, blank) };
}

/** Names that the strides have in a generated header, after its prefix. */
const STRIDE = /^([A-Za-z]\w*)_BUS_BYTES$/;

/** What the names of a header begin with: `VCFG`, unless it has the strides under one other prefix alone. */
function prefixOf(macros: ReadonlyMap<string, unknown>): string {
  const found = new Set<string>();
  for (const name of macros.keys()) {
    const prefix = STRIDE.exec(name)?.[1];
    if (prefix !== undefined && macros.has(`${prefix}_DEVICE_BYTES`)) found.add(prefix);
  }
  const [only] = found;
  return only === undefined || found.size > 1 || found.has('VCFG') ? 'VCFG' : only;
}

/** The name that a generated header has for one that begins with another prefix. */
function generatedName(name: string, prefix: string): string {
  if (prefix === 'VCFG') return name;
  if (name.startsWith(`${prefix}_`)) return `VCFG_${name.slice(prefix.length + 1)}`;
  const lower = `${prefix.toLowerCase()}_`;
  return name.startsWith(lower) ? `vcfg_${name.slice(lower.length)}` : name;
}

/**
 * What a C header says: every macro without parameters that is an integer constant expression, with the line of its
 * `#define`, and the functions that it defines. Conditions are not followed: of a macro defined twice the last counts.
 * `names` says what the header calls things, where that is not what a generated one does.
 */
export function readHeader(text: string, file: string, names?: HeaderNames): DriverFacts {
  const { macros, functions, cutOff } = readText(text);
  const prefix = names?.prefix ?? prefixOf(macros);
  const expressions = new HeaderExpressions(new Map([...macros].map(([name, macro]) => [name, macro.text])));
  const constants = new Map<string, DriverConstant>();
  for (const [name, { line }] of macros) {
    const known = generatedName(name, prefix);
    constants.set(known, { line, value: expressions.valueOf(name), ...(known !== name && { as: name }) });
  }
  const defined = new Map<string, DriverFunctionText>();
  for (const [name, each] of functions) defined.set(generatedName(name, prefix), each);
  for (const { own, generated, scale } of names?.constants ?? []) {
    const given = constants.get(own);
    if (given === undefined) continue;
    const value = given.value !== undefined && given.value % scale === 0n ? given.value / scale : undefined;
    constants.set(generated, { ...given, value, as: own });
  }
  for (const { own, generated } of names?.accessors ?? []) {
    const given = functions.get(own);
    if (given !== undefined) defined.set(generated, given);
  }
  return {
    file,
    prefix,
    constants,
    functions: defined,
    isForeign: names?.isForeign ?? false,
    ...(cutOff !== undefined && { cutOff }),
  };
}
