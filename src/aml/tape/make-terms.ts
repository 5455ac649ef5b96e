import { elementsAt } from '../decode/field-list.js';
import {
  type CompiledRow,
  isTermKind,
  KIND,
  type KindNumber,
  type LoneKindNumber,
  ROWS,
  SHAPE,
} from '../grammar/compiled-rows.js';
import { loneNameOf } from '../grammar/name-bytes.js';
import { type Term, type TermArg, termAt } from '../grammar/term.js';
import { EMPTY, room, SMALL_NUMBERS } from './operands.js';
import { postponedOperands } from './postponed-body.js';
import { CODE, isLoneKey, type Tape } from './tape.js';
import { TermStack } from './term-stack.js';

/** Makes the terms that a tape was decoded to. */
export class TermMaker {
  readonly #tape: Tape;
  /** Bodies that lie elsewhere on the tape are made when they are looked at. */
  readonly #lazy: boolean;
  readonly #stack = new TermStack();

  constructor(tape: Tape, lazy: boolean) {
    this.#tape = tape;
    this.#lazy = lazy;
  }

  /** The terms from a record up to another one. */
  list(first: number, end: number): readonly Term[] {
    const stack = this.#stack;
    const mark = stack.top;
    for (let record = first; record < end; record = this.#tape.next(record)) stack.push(this.term(record));
    return stack.take(mark);
  }

  term(record: number): Term {
    const tape = this.#tape;
    const row = ROWS[tape.code(record)];
    if (row === undefined) return this.#withoutOpcode(record);
    const { shape } = row;
    const start = tape.start(record);
    if (shape === SHAPE.general) return this.#withOperands(row, record);
    return termAt(row.op, this.#ownValue(shape, record), start, tape.end(record), 0, 0);
  }

  /** The operands of a term that is one value, or none. */
  #ownValue(shape: CompiledRow['shape'], record: number): readonly unknown[] {
    const tape = this.#tape;
    switch (shape) {
      case SHAPE.bare:
        return EMPTY;
      case SHAPE.ordinal:
      case SHAPE.byte:
        return SMALL_NUMBERS[tape.value(record)] as readonly unknown[];
      case SHAPE.qword:
        return [tape.qword(record)];
      case SHAPE.string:
        return [tape.text(record)];
      default:
        return [tape.value(record) >>> 0];
    }
  }

  #withoutOpcode(record: number): Term {
    const tape = this.#tape;
    const start = tape.start(record);
    const end = tape.end(record);
    switch (tape.code(record)) {
      case CODE.Null:
        return termAt('Null', EMPTY, start, end, 0, 0);
      case CODE.Raw:
        return termAt('Raw', [tape.bytes(record)], start, end, 0, 0);
      default: {
        const next = tape.next(record);
        const wide = tape.isWideName(record) ? 1 : 0;
        const key = tape.value(record);
        if (next === record + 1 && isLoneKey(key))
          return termAt('Path', loneNameOf(key) as readonly unknown[], start, end, 0, wide);
        return termAt('Path', [tape.name(record), this.list(record + 1, next)], start, end, 0, wide);
      }
    }
  }

  #withOperands(row: CompiledRow, record: number): Term {
    const tape = this.#tape;
    const { kinds } = row;
    const next = tape.next(record);
    const operands = room(kinds.length);
    let at = record + 1;
    let nameForms = 0;
    for (let index = 0; index < kinds.length; index++) {
      const kind = kinds[index] as KindNumber;
      if (isTermKind(kind)) {
        operands[index] = this.term(at);
        at = tape.next(at);
        continue;
      }
      switch (kind) {
        case KIND.NameString:
          operands[index] = tape.name(at);
          if (tape.isWideName(at)) nameForms |= 1 << index;
          at++;
          break;
        case KIND.ByteData:
        case KIND.WordData:
        case KIND.DWordData:
          operands[index] = tape.value(at) >>> 0;
          at++;
          break;
        case KIND.ByteList:
          operands[index] = tape.bytes(at);
          break;
        case KIND.FieldList:
          operands[index] = elementsAt(tape, at, next, (connection) => this.term(connection) as TermArg);
          break;
        case KIND.TermList:
        case KIND.Elements:
          if (this.#lazy && at < next && tape.code(at) === CODE.Body)
            return termAt(
              row.op,
              this.#postponed(operands, at),
              tape.start(record),
              tape.end(record),
              tape.lengthWidth(record),
              nameForms,
            );
          operands[index] = this.#listAt(at, next);
          break;
        default:
          kind satisfies LoneKindNumber;
      }
    }
    return termAt(row.op, operands, tape.start(record), tape.end(record), tape.lengthWidth(record), nameForms);
  }

  #listAt(at: number, next: number): readonly Term[] {
    const [first, end] = this.#tape.list(at, next);
    return this.list(first, end);
  }

  #postponed([name, flags]: readonly unknown[], body: number): readonly unknown[] {
    return postponedOperands(name, flags, () => this.#listAt(body, body + 1));
  }
}
