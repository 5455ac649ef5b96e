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
import { elementsAt } from './field-list.js';
import { CODE, isLoneKey, type Tape } from './tape.js';

/** The index of a Method's body among its operands. */
const BODY_OPERAND = 2;

/**
 * The operands of a Method whose body becomes terms when first read. The body's place in the array is empty,
 * so that reading it reaches the getter below, once. A getter on each array would turn the array into a hash table.
 */
class PostponedOperands extends Array<unknown> {
  /** Arrays derived from it, as by `map`, are plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  readonly #make: () => readonly Term[];

  constructor(name: unknown, flags: unknown, make: () => readonly Term[]) {
    super(BODY_OPERAND + 1);
    this[0] = name;
    this[1] = flags;
    this.#make = make;
  }

  get [BODY_OPERAND](): unknown {
    const value = this.#make();
    Object.defineProperty(this, BODY_OPERAND, { value, writable: true, enumerable: true, configurable: true });
    return value;
  }
}

/** Operands of a Method whose body `make` returns when it is first read. */
function postponedOperands(name: unknown, flags: unknown, make: () => readonly Term[]): readonly unknown[] {
  return new PostponedOperands(name, flags, make);
}

/** The operands of all terms that have none, and every empty list. */
const EMPTY: readonly never[] = Object.freeze([]);

/** An array to be filled, with the same layout for all terms. */
function room(length: number): unknown[] {
  switch (length) {
    case 1:
      return [undefined];
    case 2:
      return [undefined, undefined];
    case 3:
      return [undefined, undefined, undefined];
    default:
      return Array.from({ length }, () => undefined);
  }
}

/** The operands of terms that hold one small number, which share them. */
const SMALL_NUMBERS: readonly (readonly unknown[])[] = Array.from({ length: 0x100 }, (_, value) => room(1).fill(value));

/** Terms of unfinished lists, the innermost list on top. */
class TermStack {
  /** Never shortened, which would cost more than the terms. What is past the top is ignored. */
  readonly #terms: Term[] = [];
  /** Terms on the stack. */
  top = 0;

  push(term: Term): void {
    this.#terms[this.top++] = term;
  }

  /** Takes the terms above a mark, as an array of exactly their number. */
  take(mark: number): readonly Term[] {
    const taken = mark === this.top ? EMPTY : this.#terms.slice(mark, this.top);
    this.top = mark;
    return taken;
  }
}

/** Makes terms from a tape. */
export class TermMaker {
  readonly #tape: Tape;
  /** Bodies elsewhere on the tape become terms when first read. */
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
