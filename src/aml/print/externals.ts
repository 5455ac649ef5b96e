import { OBJECT_TYPES } from '../keywords.js';
import type { Op, Term } from '../term.js';
import type { ForeignName } from './names.js';
import { nameText } from './text.js';

const METHOD = OBJECT_TYPES.indexOf('MethodObj');

/** The Externals of `If (Zero) { External … }`, in which compilers hide them; none for any other term. ACPI 6.5 §20.2.5.2 */
export function hiddenExternals(term: Term | undefined): readonly Op<'External'>[] {
  if (term?.op !== 'If' || term.operands[0].op !== 'Zero') return [];
  const [, body] = term.operands;
  return body.every((inner) => inner.op === 'External') ? body : [];
}

/** True for what iasl writes of the text of an External. */
export function isUsualExternal(external: Op<'External'>): boolean {
  const [name, type, count] = external.operands;
  return name.startsWith('\\') && OBJECT_TYPES[type] !== undefined && (type === METHOD ? count <= 7 : count === 0);
}

/** True for one of a name that was meant in a scope that is not told; iasl takes none such. */
export function isRelative(external: Op<'External'>): boolean {
  return external.operands[0].startsWith('^');
}

export function externalText(external: Op<'External'>): string {
  const [name, type, count] = external.operands;
  const declared = `External (${nameText(name)}, ${OBJECT_TYPES[type] ?? 'UnknownObj'})`;
  return type === METHOD ? declared + countText(count) : declared;
}

/** The External that a name of another table should have. */
export function foreignText({ name, usedAs, argumentCount }: ForeignName): string {
  return `External (${nameText(name)}, ${usedAs})${countText(argumentCount)}`;
}

function countText(count: number): string {
  return count === 0 ? '' : ` // ${count} ${count === 1 ? 'argument' : 'arguments'}`;
}
