import { OBJECT_TYPES } from '../../aml/grammar/keywords.js';
import { ROW, type Tape } from '../../aml/tape/tape.js';
import type { AslWriter } from './asl-writer.js';
import type { ForeignName } from './names.js';

const METHOD = OBJECT_TYPES.indexOf('MethodObj');

/**
 * The records of the Externals in `If (Zero) { External … }`, where compilers hide them; none for any other term.
 * ACPI 6.5 §20.2.5.2
 */
export function hiddenExternals(tape: Tape, record: number): readonly number[] {
  if (tape.code(record) !== ROW.If || tape.code(record + 1) !== ROW.Zero) return [];
  const externals: number[] = [];
  const end = tape.next(record);
  for (let at = record + 2; at < end; at = tape.next(at)) {
    if (tape.code(at) !== ROW.External) return [];
    externals.push(at);
  }
  return externals;
}

/** Whether iasl writes this External when it compiles its text. */
export function isUsualExternal(tape: Tape, external: number): boolean {
  const type = tape.value(external + 2);
  const count = tape.value(external + 3);
  return (
    tape.name(external + 1).startsWith('\\') &&
    OBJECT_TYPES[type] !== undefined &&
    (type === METHOD ? count <= 7 : count === 0)
  );
}

/** Whether its name is relative to a scope that the External does not give. iasl does not accept that. */
export function isRelative(tape: Tape, external: number): boolean {
  return tape.name(external + 1).startsWith('^');
}

export function putExternal(out: AslWriter, tape: Tape, external: number): void {
  const type = tape.value(external + 2);
  out.put('External (');
  out.name(tape.name(external + 1));
  out.put(`, ${OBJECT_TYPES[type] ?? 'UnknownObj'})`);
  if (type === METHOD) out.put(countText(tape.value(external + 3)));
}

/** The External that would declare a name of another table. */
export function putForeign(out: AslWriter, { name, usedAs, argumentCount }: ForeignName): void {
  out.put('External (');
  out.name(name);
  out.put(`, ${usedAs})${countText(argumentCount)}`);
}

function countText(count: number): string {
  return count === 0 ? '' : ` // ${count} ${count === 1 ? 'argument' : 'arguments'}`;
}
