import { evaluateConstant, type Term } from '../../aml/index.js';
import type { Subject } from '../subject.js';
import { surveyOf, type Visit } from './survey.js';

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
}

const known = new WeakMap<Subject, readonly CreatedField[]>();

/** Every field that the tables make in buffers. */
export function createdFields(subject: Subject): readonly CreatedField[] {
  const found = known.get(subject);
  if (found !== undefined) return found;
  const survey = surveyOf(subject);
  const made = CREATES.flatMap(([op, width, unit]) =>
    survey.visits(op).map((visit): CreatedField => {
      const operands = visit.term.operands as readonly unknown[];
      const numberAt = (index: number) => {
        const value = evaluateConstant(operands[index] as Term);
        return value === undefined ? undefined : Number(value);
      };
      const index = numberAt(1);
      const bits = width ?? numberAt(2);
      const lowBit = index === undefined ? undefined : index * unit;
      return { visit, name: operands.at(-1) as string, source: operands[0] as Term, lowBit, bits };
    }),
  );
  known.set(subject, made);
  return made;
}
