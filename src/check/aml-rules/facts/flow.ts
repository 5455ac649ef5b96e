import { integerValue, type Op, type Term } from '../../../aml/index.js';
import { perSubject } from '../../subject/per-subject.js';

/** How a list of terms can end when it runs. */
export interface Flow {
  /** Execution can pass its end. */
  readonly falls: boolean;
  /** It can Return. */
  readonly returns: boolean;
  /** It can leave the loop around it by Break. */
  readonly breaks: boolean;
  /** It can go back to the loop's start by Continue. */
  readonly continues: boolean;
  /** It holds bytes that could not be decoded, so nothing else is known. */
  readonly unknown: boolean;
}

const PLAIN: Flow = { falls: true, returns: false, breaks: false, continues: false, unknown: false };
const ENDINGS: Readonly<Record<string, Flow>> = {
  Return: { ...PLAIN, falls: false, returns: true },
  Break: { ...PLAIN, falls: false, breaks: true },
  Continue: { ...PLAIN, falls: false, continues: true },
  Raw: { falls: true, returns: true, breaks: true, continues: true, unknown: true },
};

/** Whether an If or a While is taken whatever happens; undefined if it depends. */
export function certainty(predicate: Term): boolean | undefined {
  const value = integerValue(predicate);
  return value === undefined ? undefined : value !== 0n;
}

/** One of two. */
const either = (a: Flow, b: Flow): Flow => ({
  falls: a.falls || b.falls,
  returns: a.returns || b.returns,
  breaks: a.breaks || b.breaks,
  continues: a.continues || b.continues,
  unknown: a.unknown || b.unknown,
});

/**
 * How a list of terms can end when it runs. Each list is looked at once, however often it is asked for. An Else counts
 * with its If; by itself it ends nothing.
 */
export const flowOf = perSubject((terms: readonly Term[]): Flow => {
  let flow = PLAIN;
  for (let index = 0; index < terms.length && flow.falls; index++) {
    const next = flowAt(terms, index);
    if (next !== PLAIN) flow = { ...either(flow, next), falls: next.falls };
  }
  return flow;
});

/** Whether an Else belongs to what stands at an index. */
export function hasElse(terms: readonly Term[], index: number): boolean {
  return terms[index]?.op === 'If' && terms[index + 1]?.op === 'Else';
}

/** How one term of a list can end, an If together with its Else. */
export function flowAt(terms: readonly Term[], index: number): Flow {
  const term = terms[index] as Term;
  if (term.op === 'While') return flowOfWhile(term);
  if (term.op !== 'If') return ENDINGS[term.op] ?? PLAIN;
  return flowOfIf(term, hasElse(terms, index) ? flowOf((terms[index + 1] as Op<'Else'>).operands[0]) : PLAIN);
}

function flowOfIf(term: Op<'If'>, otherwise: Flow): Flow {
  const taken = flowOf(term.operands[1]);
  const sure = certainty(term.operands[0]);
  if (sure === undefined) return taken === otherwise ? taken : either(taken, otherwise);
  return sure ? taken : otherwise;
}

function flowOfWhile(term: Op<'While'>): Flow {
  const body = flowOf(term.operands[1]);
  const sure = certainty(term.operands[0]);
  if (sure === false) return PLAIN;
  return { ...PLAIN, falls: sure === undefined || body.breaks, returns: body.returns, unknown: body.unknown };
}

/** Operations after which a list may not go on. */
const MAY_LEAVE = new Set<string>(['Return', 'Break', 'Continue', 'If', 'While']);

/** The terms of a list that never run, because what stands before them never goes on. */
export function unreachableIn(terms: readonly Term[]): readonly Term[] {
  for (let index = 0; index < terms.length - 1; index++) {
    if (!MAY_LEAVE.has((terms[index] as Term).op) || flowAt(terms, index).falls) continue;
    return terms.slice(hasElse(terms, index) ? index + 2 : index + 1);
  }
  return [];
}
