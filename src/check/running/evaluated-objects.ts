import { makeTerm, type Term } from '../../aml/index.js';
import type { AmlValue } from '../../interpreter/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type Declared, integerOf } from '../subject/machine-names.js';
import { perSubject } from '../subject/per-subject.js';

/** Objects that an OS evaluates without arguments to find its way about: identities, status, routing, sleep states. */
const EVALUATED = /_(?:STA|UID|HID|CID|ADR|BBN|SEG|PRT|S[0-5]_)$/;

/** An object that reading does not tell, and what it is when it is evaluated. */
export interface EvaluatedObject {
  readonly declared: Declared;
  /** Its value, as a table would have written it; it has no place of its own. */
  readonly term: Term;
}

/** A value as a term. What AML cannot write as a constant is `Null`, of which rules say nothing. */
function termOf(value: AmlValue | undefined): Term {
  if (typeof value === 'bigint') return makeTerm('QWord', [value]);
  if (typeof value === 'string') return makeTerm('String', [value]);
  if (value instanceof Uint8Array) return makeTerm('Buffer', [makeTerm('QWord', [BigInt(value.length)]), value]);
  if (Array.isArray(value)) {
    const elements = (value as readonly (AmlValue | undefined)[]).map(termOf);
    return makeTerm('Package', [elements.length & 0xff, elements as never]);
  }
  if (value !== undefined) return makeTerm('Path', [(value as { readonly reference: string }).reference, []]);
  return makeTerm('Null', []);
}

/** Whether reading an object tells all of it: a Name of a constant, or a method that does nothing but return one. */
function isRead({ term }: Declared): boolean {
  const isConstant = (each: Term): boolean =>
    each.op === 'Package' ? each.operands[1].every(isConstant) : each.op !== 'Path' && each.op !== 'VarPackage';
  if (term.op === 'Name') return isConstant(term.operands[1]);
  if (term.op !== 'Method') return true;
  const [only, ...more] = term.operands[2];
  return only?.op === 'Return' && more.length === 0 && isConstant(only.operands[0]) && isValue(only.operands[0]);
}

const VALUES = new Set(['Zero', 'One', 'Ones', 'Byte', 'Word', 'DWord', 'QWord', 'String', 'Buffer', 'Package']);
const isValue = ({ op }: Term) => VALUES.has(op);

/** Every such object of the tables whose value is the same whatever the hardware answers. */
export const evaluatedObjects = perSubject(({ names }: CheckedMachine): readonly EvaluatedObject[] => {
  const { evaluated } = names;
  if (evaluated === undefined) return [];
  return names.all.flatMap((declared): EvaluatedObject[] => {
    const { path, inMethod, term } = declared;
    if (path.at(-4) !== '_' || inMethod || !EVALUATED.test(path) || isRead(declared)) return [];
    // With arguments it is another rule's; of several declarations the first is what an OS sees.
    if ((term.op === 'Method' && (term.operands[1] & 7) !== 0) || names.at(path)[0] !== declared) return [];
    const result = evaluated.at(path);
    return result?.value === undefined ? [] : [{ declared, term: termOf(result.value) }];
  });
});

/** `_STA` says that a device is there. ACPI 6.5 §6.3.7 */
const PRESENT = 1n;

/** Whether a device's `_STA` says for certain that it is there. */
export function isCertainlyPresent(status: Declared | undefined, { names }: CheckedMachine): boolean {
  if (status === undefined || status.conditional) return false;
  const value = integerOf(status) ?? names.evaluated?.at(status.path)?.value;
  return typeof value === 'bigint' && (value & PRESENT) !== 0n;
}
