import { integerValue, type Op, type Term } from '../../aml/index.js';
import { formatHex, toHex } from '../../base/index.js';
import type { MethodFlags } from './method-flags.js';

/** Characters of a string, and bytes of a buffer, that are shown. */
const MOST_SHOWN = 40;

function short(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

function bufferText({ operands: [size, bytes] }: Op<'Buffer'>): string {
  const length = integerValue(size as Term) ?? BigInt(bytes.length);
  // Two characters a byte, and one byte more tells that it is cut.
  return `Buffer of ${length} bytes${bytes.length > 0 ? `: ${short(toHex(bytes.subarray(0, MOST_SHOWN / 2 + 1)))}` : ''}`;
}

/** What a Name holds: its type and its value in a few words. */
export function dataText(term: Term): [type: string, value: string] {
  const integer = integerValue(term);
  if (integer !== undefined) return ['Integer', formatHex(integer)];
  if (term.op === 'String') return ['String', JSON.stringify(short(term.operands[0]))];
  if (term.op === 'Buffer') return ['Buffer', bufferText(term)];
  if (term.op === 'Package') return ['Package', `Package of ${term.operands[0]}`];
  if (term.op === 'VarPackage') return ['Package', 'Package of a length known at run time'];
  if (term.op === 'Path') return ['Reference', term.operands[0]];
  return [term.op, ''];
}

/** What a method takes. */
export function argumentsText({ argumentCount }: MethodFlags): string {
  return `${argumentCount} ${argumentCount === 1 ? 'argument' : 'arguments'}`;
}
