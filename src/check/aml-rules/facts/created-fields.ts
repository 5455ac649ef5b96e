import { evaluateConstant, type Op, type Term } from '../../../aml/index.js';
import { perSubject } from '../../subject/per-subject.js';
import { type HeldLocals, heldLocals } from './held-locals.js';
import { type Survey, surveyOf, type Visit } from './survey.js';

/** Operations that make a field in a buffer: how many bits it has, and what its index counts in bits. ACPI 6.5 §19.6 (CreateField) */
const CREATES = [
  ['CreateBitField', 1, 1],
  ['CreateByteField', 8, 8],
  ['CreateWordField', 16, 8],
  ['CreateDWordField', 32, 8],
  ['CreateQWordField', 64, 8],
  ['CreateField', undefined, 1],
] as const;

/** A field that some code makes in a buffer. */
export interface CreatedField {
  readonly visit: Visit;
  /** NameSeg or path, as it is written. */
  readonly name: string;
  readonly source: Term;
  /** From the buffer's start; undefined if it is known only when that runs. */
  readonly lowBit: number | undefined;
  readonly bits: number | undefined;
  /** What the Locals hold when it is made. */
  readonly held: HeldLocals;
}

const NOTHING: HeldLocals = new Map();

/** What the Locals hold when each field is made that is made in one, or at a place that one holds. */
function heldBefore(survey: Survey): ReadonlyMap<Term, HeldLocals> {
  const wanted = new Set<Term>();
  const methods = new Set<Op<'Method'>>();
  for (const { term, site } of CREATES.flatMap(([op]): readonly Visit[] => survey.visits(op))) {
    if (site.method === undefined) continue;
    if (!(term.operands as readonly unknown[]).some((operand) => (operand as Partial<Term>).op === 'Local')) continue;
    wanted.add(term);
    methods.add(site.method.term);
  }
  return new Map([...methods].flatMap((method) => [...heldLocals(method, wanted)]));
}

/** Every field that the tables make in buffers. */
export const createdFields = perSubject((subject): readonly CreatedField[] => {
  const survey = surveyOf(subject);
  const before = heldBefore(survey);
  return CREATES.flatMap(([op, width, unit]) =>
    survey.visits(op).map((visit): CreatedField => {
      const operands = visit.term.operands as readonly unknown[];
      const held = before.get(visit.term) ?? NOTHING;
      const numberAt = (index: number) => {
        const operand = operands[index] as Term;
        const constant = operand.op === 'Local' ? held.get(operand.operands[0]) : operand;
        const value = constant && evaluateConstant(constant);
        return value === undefined ? undefined : Number(value);
      };
      const index = numberAt(1);
      const bits = width ?? numberAt(2);
      const lowBit = index === undefined ? undefined : index * unit;
      return { visit, name: operands.at(-1) as string, source: operands[0] as Term, lowBit, bits, held };
    }),
  );
});
