import { displayName, integerValue, type Op, type Term } from '../../../aml/index.js';
import type { CheckedMachine } from '../../subject/checked-machine.js';
import type { Declared } from '../../subject/machine-names.js';
import { perSubject } from '../../subject/per-subject.js';
import { surveyOf } from './survey.js';

/** A Package in either of its encodings. */
export type PackageTerm = Op<'Package' | 'VarPackage'>;

export function isPackage(term: Term | undefined): term is PackageTerm {
  return term?.op === 'Package' || term?.op === 'VarPackage';
}

/** Roles in which a name may be written to, now or by a reference later. */
const WRITABLE = new Set<string>(['SuperName', 'Reference', 'Target']);
/** Operations that only look at such an operand. */
const LOOKS = new Set<string>([
  'SizeOf',
  'ObjectType',
  'CondRefOf',
  'Acquire',
  'Release',
  'Wait',
  'Signal',
  'Reset',
  'Notify',
]);

/** Paths of the objects that something may be written to, by whichever operation. */
export const writtenTo = perSubject((subject): ReadonlySet<string> => {
  const paths = new Set<string>();
  for (const { term, site, role, parent } of surveyOf(subject).visits('Path')) {
    if (!WRITABLE.has(role) || (parent !== undefined && LOOKS.has(parent.op))) continue;
    const declared = subject.names.find(term.operands[0], site.scope);
    if (declared !== undefined) paths.add(declared.path);
  }
  return paths;
});

/** What an operand is for certain, and what to call it. */
export interface FixedObject {
  /** For a sentence: `\PACK`, `the Package`. */
  readonly what: string;
  /** The constant that it is, or the term that makes the object. */
  readonly term: Term;
  readonly declared: Declared | undefined;
}

/** What makes objects that stay what they are. */
const LASTING = new Set<string>([
  'Device',
  'Mutex',
  'Event',
  'OperationRegion',
  'ThermalZone',
  'Processor',
  'PowerResource',
]);

/** Tells what an operand is, where it is a constant or names an object that is declared once and never replaced. */
export const fixedObjects = perSubject((subject) => {
  return (term: Term, scope: string): FixedObject | undefined => {
    if (term.op !== 'Path') {
      const isConstant =
        isPackage(term) || term.op === 'Buffer' || term.op === 'String' || integerValue(term) !== undefined;
      return isConstant
        ? { what: `the ${term.op === 'VarPackage' ? 'Package' : term.op}`, term, declared: undefined }
        : undefined;
    }
    const [name, args] = term.operands;
    const declared = args.length > 0 ? undefined : subject.names.find(name, scope);
    if (declared === undefined || subject.names.at(declared.path).length > 1) return undefined;
    const what = displayPath(declared);
    if (LASTING.has(declared.term.op)) return { what, term: declared.term, declared };
    if (declared.term.op !== 'Name' || writtenTo(subject).has(declared.path)) return undefined;
    return { what, term: declared.term.operands[1], declared };
  };
});

const displayPath = ({ path }: Declared): string => displayName(path);

/** Elements of a Package, bytes of a Buffer, characters of a String; undefined where only running the code tells. */
export function indexableLength(term: Term): number | undefined {
  if (term.op === 'String') return term.operands[0].length;
  if (term.op === 'Package') return term.operands[0];
  if (term.op !== 'VarPackage' && term.op !== 'Buffer') return undefined;
  const value = integerValue(term.operands[0]);
  if (value === undefined) return undefined;
  return term.op === 'Buffer' ? Math.max(Number(value), term.operands[1].length) : Number(value);
}

/** Paths of the named objects that an operation puts a value into: Store, CopyObject, or both. */
export function storedTo(
  subject: CheckedMachine,
  ops: readonly ('Store' | 'CopyObject')[] = ['Store', 'CopyObject'],
): ReadonlySet<string> {
  const survey = surveyOf(subject);
  const paths = new Set<string>();
  for (const op of ops) {
    for (const { term, site } of survey.visits(op)) {
      const [, target] = term.operands;
      const declared = target.op === 'Path' ? subject.names.find(target.operands[0], site.scope) : undefined;
      if (declared !== undefined) paths.add(declared.path);
    }
  }
  return paths;
}
