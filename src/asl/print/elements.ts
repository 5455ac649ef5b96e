import { ELEMENT } from '../../aml/decode/field-list.js';
import { CODE, type Tape } from '../../aml/tape/tape.js';

/** The first element of a Field, IndexField or BankField; where its records end if it has none. */
export function firstElement(tape: Tape, record: number): number {
  const end = tape.next(record);
  let at = record + 1;
  while (at < end && tape.code(at) < CODE.FieldElement) at = tape.next(at);
  return at;
}

/** The element behind one. */
export function afterElement(tape: Tape, record: number): number {
  return tape.code(record) === ELEMENT.ConnectField ? tape.next(record) : record + 1;
}
