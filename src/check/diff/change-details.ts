import type { Op, Term } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { aslLines, differingLines, valueLines, valueText } from './asl-lines.js';
import { firstDifference } from './first-difference.js';
import type { Aspect, ObjectState } from './object-state.js';
import type { ScopedTerm, TermComparison } from './same-term.js';
import type { ChangeDetail } from './set-diff.js';

/** Both machines, and how their terms are compared. */
export interface DiffSides {
  readonly before: CheckedMachine;
  readonly after: CheckedMachine;
  readonly comparison: TermComparison;
}

type Shown = ScopedTerm | undefined;

function partingDetail(
  aspect: string,
  before: Shown,
  after: Shown,
  sides: DiffSides,
  show: typeof aslLines,
): ChangeDetail {
  const lines = (term: Shown, side: CheckedMachine) => (term === undefined ? [] : show(term, side));
  const [a, b] = differingLines(lines(before, sides.before), lines(after, sides.after));
  return { aspect, before: a, after: b };
}

/** Two statements as they are shown: their first lines, or if those are the same, the first lines that differ. */
export function statementDetail(aspect: string, before: Shown, after: Shown, sides: DiffSides): ChangeDetail {
  return partingDetail(aspect, before, after, sides, aslLines);
}

/** The elements of a package. */
function elementsOf(term: Term): readonly Term[] | undefined {
  return term.op === 'Package' || term.op === 'VarPackage' ? term.operands[1] : undefined;
}

/** Where two different values begin to differ: at which element of a package, or byte of a buffer. */
function dataDetail(path: string, before: ScopedTerm, after: ScopedTerm, sides: DiffSides): ChangeDetail {
  const [a, b] = [elementsOf(before.term), elementsOf(after.term)];
  const at = a?.findIndex((term, index) => {
    const other = b?.[index];
    return (
      other === undefined || !sides.comparison.same({ term, scope: before.scope }, { term: other, scope: after.scope })
    );
  });
  if (a === undefined || b === undefined || at === undefined) return valueDetail(path, before, after, sides);
  const index = at < 0 ? a.length : at;
  const [one, two] = [a[index], b[index]];
  const inner = path === 'value' ? `element [${index}]` : `${path}[${index}]`;
  if (one !== undefined && two !== undefined)
    return dataDetail(inner, { term: one, scope: before.scope }, { term: two, scope: after.scope }, sides);
  const scoped = (term: Term | undefined, { scope }: ScopedTerm) => term && { term, scope };
  // Elements that are counted but not given exist as well, uninitialized.
  if (one === undefined && two === undefined) return countDetail(path, before.term, after.term);
  return partingDetail(inner, scoped(one, before), scoped(two, after), sides, valueLines);
}

function countDetail(path: string, before: Term, after: Term): ChangeDetail {
  const count = (term: Term) =>
    term.op === 'Package' ? `${term.operands[0]} elements` : 'a computed number of elements';
  return { aspect: path, before: count(before), after: count(after) };
}

function valueDetail(path: string, before: ScopedTerm, after: ScopedTerm, sides: DiffSides): ChangeDetail {
  const detail = partingDetail(path, before, after, sides, valueLines);
  if (before.term.op !== 'Buffer' || after.term.op !== 'Buffer') return detail;
  const [one, two] = [before.term.operands[1], after.term.operands[1]];
  const byte = one.findIndex((value, index) => value !== two[index]);
  if (byte < 0 && one.length === two.length) {
    const size = (of: Op<'Buffer'>, scope: string, side: CheckedMachine) =>
      valueText({ term: of.operands[0], scope }, side);
    return {
      aspect: path === 'value' ? 'size' : `${path}, size`,
      before: size(before.term, before.scope, sides.before),
      after: size(after.term, after.scope, sides.after),
    };
  }
  const at = byte < 0 ? one.length : byte;
  const aspect = path === 'value' ? `byte ${formatHex(at)}` : `${path}, byte ${formatHex(at)}`;
  if (detail.before !== detail.after) return { ...detail, aspect };
  return { aspect, before: lengthText(before.term), after: lengthText(after.term) };
}

function lengthText({ operands: [, bytes] }: Op<'Buffer'>): string {
  return `${bytes.length} bytes`;
}

function sameAspect(before: Aspect, after: Aspect, comparison: TermComparison): boolean {
  if (before.statements !== undefined && after.statements !== undefined) {
    const [a, b] = [before.statements, after.statements];
    return comparison.sameList(a.list, a.scope, b.list, b.scope);
  }
  if (before.value !== undefined && before.value === after.value) return true;
  if (before.term !== undefined && after.term !== undefined) return comparison.same(before.term, after.term);
  return before.value === undefined && before.text() === after.text();
}

/** Whether two objects are the same except for their names. */
export function sameState(before: ObjectState, after: ObjectState, comparison: TermComparison): boolean {
  return (
    before.type === after.type &&
    before.aspects.length === after.aspects.length &&
    before.aspects.every((aspect) => {
      const other = after.aspects.find(({ name }) => name === aspect.name);
      return other !== undefined && sameAspect(aspect, other, comparison);
    })
  );
}

/** Whether an aspect differs, and how; undefined if it is the same. */
function aspectDetail(
  before: Aspect | undefined,
  after: Aspect | undefined,
  sides: DiffSides,
): ChangeDetail | undefined {
  const aspect = (before ?? after)?.name ?? '';
  const plain = () => ({ aspect, before: before?.text(), after: after?.text() });
  if (before === undefined || after === undefined) return plain();
  if (sameAspect(before, after, sides.comparison)) return undefined;
  if (before.statements !== undefined && after.statements !== undefined) {
    const [a, b] = [before.statements, after.statements];
    const found = firstDifference(a.list, a.scope, b.list, b.scope, sides.comparison);
    return found && statementDetail(`statement ${found.number}`, found.before, found.after, sides);
  }
  const isValue = aspect === 'value' && before.term !== undefined && after.term !== undefined;
  return isValue ? dataOrText(before, after, sides) : plain();
}

/** Packages and buffers by where they begin to differ, other values as they are. */
function dataOrText(before: Aspect, after: Aspect, sides: DiffSides): ChangeDetail {
  const [a, b] = [before.term?.term, after.term?.term];
  const isEach = (holds: (term: Term) => boolean) => a !== undefined && b !== undefined && holds(a) && holds(b);
  const isLong = isEach((term) => elementsOf(term) !== undefined) || isEach(({ op }) => op === 'Buffer');
  // Text that was cut short may be the same.
  const isCut = before.text() === after.text();
  if ((isLong || isCut) && before.term && after.term) return dataDetail('value', before.term, after.term, sides);
  return { aspect: 'value', before: before.text(), after: after.text() };
}

/** Everything that differs between two objects with the same path. */
export function objectDetails(before: ObjectState, after: ObjectState, sides: DiffSides): ChangeDetail[] {
  const names = new Set([...before.aspects, ...after.aspects].map(({ name }) => name));
  const find = ({ aspects }: ObjectState, wanted: string) => aspects.find(({ name }) => name === wanted);
  return [...names].flatMap((name) => aspectDetail(find(before, name), find(after, name), sides) ?? []);
}
