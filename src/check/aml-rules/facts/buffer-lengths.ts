import { displayName, integerValue, type Op, type Term } from '../../../aml/index.js';
import type { Place } from '../../../vocab/index.js';
import type { CheckedMachine } from '../../subject/checked-machine.js';
import { placeOf } from '../../subject/machine-names.js';
import type { CreatedField } from './created-fields.js';
import { storedTo, writtenTo } from './fixed-objects.js';

/** What a field is made in, where its length is told without running anything. */
export interface KnownBuffer {
  /** For a sentence: `\BUF0`, `Local0`, `the Buffer`. */
  readonly what: string;
  readonly lengthBytes: number;
  /** A String, whose NUL counts: the OS makes a Buffer of it. */
  readonly isText: boolean;
  /** Where it is declared. */
  readonly other?: Place;
}

/** The length of a Buffer constant; undefined if an operation gives it. */
function lengthOf(term: Op<'Buffer'>): number | undefined {
  const [size, bytes] = term.operands;
  const value = integerValue(size);
  return value === undefined ? undefined : Math.max(Number(value), bytes.length);
}

/** The length of a constant that fields can be made in. ACPI 6.5 §19.3.5.7 (String to Buffer) */
function constant(term: Term, what: readonly [buffer: string, string: string]): KnownBuffer | undefined {
  if (term.op === 'String') return { what: what[1], lengthBytes: term.operands[0].length + 1, isText: true };
  const lengthBytes = term.op === 'Buffer' ? lengthOf(term) : undefined;
  return lengthBytes === undefined ? undefined : { what: what[0], lengthBytes, isText: false };
}

/** Tells the lengths of what fields are made in. */
export function bufferLengths(subject: CheckedMachine): (field: CreatedField) => KnownBuffer | undefined {
  let copied: ReadonlySet<string> | undefined;

  const named = (source: Term, scope: string): KnownBuffer | undefined => {
    if (source.op !== 'Path' || source.operands[1].length > 0) return undefined;
    const declared = subject.names.find(source.operands[0], scope);
    if (declared?.term.op !== 'Name' || subject.names.at(declared.path).length > 1) return undefined;
    const what = displayName(declared.path);
    const found = constant(declared.term.operands[1], [what, what]);
    // A Buffer of no length takes that of what is stored to it.
    if (found === undefined || found.lengthBytes === 0) return undefined;
    // What is copied to a name takes the place of its Buffer; a String has the length of what is stored to it.
    copied ??= storedTo(subject, ['CopyObject']);
    if ((found.isText ? writtenTo(subject) : copied).has(declared.path)) return undefined;
    return { ...found, other: placeOf(declared) };
  };

  return ({ visit, source, held }) => {
    if (source.op !== 'Local') return named(source, visit.site.scope) ?? constant(source, ['the Buffer', 'the String']);
    const value = held.get(source.operands[0]);
    const what = `Local${source.operands[0]}`;
    if (value === undefined) return undefined;
    const found = named(value, visit.site.scope);
    return found === undefined ? constant(value, [what, what]) : { ...found, what };
  };
}
