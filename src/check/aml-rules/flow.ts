import { bodyOf, integerValue, type Op, type Term } from '../../aml/index.js';

/** How a list of terms can end when it runs. */
export interface Flow {
  /** It can come to its end and go on behind it. */
  readonly falls: boolean;
  /** It can Return. */
  readonly returns: boolean;
  /** It can leave the loop around it by Break. */
  readonly breaks: boolean;
  /** It can go back to the loop's start by Continue. */
  readonly continues: boolean;
  /** Bytes that could not be decoded stand in it, so that nothing else is known. */
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

const known = new WeakMap<readonly Term[], Flow>();

/** How a list of terms can end. Each list is looked at once, however often it is asked for. */
export function flowOf(terms: readonly Term[]): Flow {
  const found = known.get(terms);
  if (found !== undefined) return found;
  let flow = PLAIN;
  for (let index = 0; index < terms.length && flow.falls; index++) {
    const term = terms[index] as Term;
    let next = ENDINGS[term.op] ?? PLAIN;
    if (term.op === 'If') {
      const otherwise = terms[index + 1];
      const hasElse = otherwise?.op === 'Else';
      if (hasElse) index++;
      next = flowOfIf(term, hasElse ? flowOf((otherwise as Op<'Else'>).operands[0]) : PLAIN);
    } else if (term.op === 'While') {
      next = flowOfWhile(term);
    }
    flow = { ...either(flow, next), falls: next.falls };
  }
  known.set(terms, flow);
  return flow;
}

function flowOfIf(term: Op<'If'>, otherwise: Flow): Flow {
  const taken = flowOf(bodyOf(term) as readonly Term[]);
  const sure = certainty(term.operands[0]);
  if (sure === undefined) return either(taken, otherwise);
  return sure ? taken : otherwise;
}

function flowOfWhile(term: Op<'While'>): Flow {
  const body = flowOf(bodyOf(term) as readonly Term[]);
  const sure = certainty(term.operands[0]);
  if (sure === false) return PLAIN;
  return { ...PLAIN, falls: sure === undefined || body.breaks, returns: body.returns, unknown: body.unknown };
}

/** Operations after which a list may not go on. */
const MAY_LEAVE = new Set<string>(['Return', 'Break', 'Continue', 'If', 'While']);

/** The terms of a list that never run, because what stands before them never goes on. */
export function unreachableIn(terms: readonly Term[]): readonly Term[] {
  for (let index = 0; index < terms.length - 1; index++) {
    const term = terms[index] as Term;
    if (!MAY_LEAVE.has(term.op)) continue;
    const next = terms[index + 1] as Term;
    const pair = term.op === 'If' && next.op === 'Else';
    if (!flowOf(pair ? [term, next] : [term]).falls) return terms.slice(pair ? index + 2 : index + 1);
  }
  return [];
}
