import { requireObject, requireOption, requireWithin } from '../../base/index.js';
import type { Term } from '../grammar/term.js';
import { type DecodedAml, requireAml, tapeOf, termsOf } from '../tape/decoded-aml.js';
import { recordTerms } from '../tape/record-terms.js';
import { CODE, LENGTH_SHIFT, RECORD, ROW, type Tape, VALUE, WIDE_NAME } from '../tape/tape.js';
import { encodeTerms } from './encode-terms.js';
import { writeTape } from './write-tape.js';

/** Most elements of a Package, whose count is one byte; a VarPackage holds more. ACPI 6.5 §20.2.5.4 */
const MOST_PACKAGE_ELEMENTS = 255;

/** The bits of a record that hold the width in which it was written. */
const WIDTHS = (7 << LENGTH_SHIFT) | WIDE_NAME;

/**
 * A tape of what `iasl -oa` writes for the same meaning: lengths and names as short as possible, each constant in the
 * fewest bytes that hold it, Zero, One and Ones unchanged, and a package of constant size with the opcode that encodes
 * it in one byte. It shares the values of the given tape.
 */
function canonicalTape(tape: Tape): Tape {
  const canonical = tape.copy();
  const { words } = canonical;
  for (let record = 0; record < tape.count; record++) {
    const at = record * RECORD;
    const head = (words[at] as number) & ~WIDTHS;
    words[at] = head;
    switch (head) {
      case ROW.Word:
      case ROW.DWord:
        narrow(words, at, (words[at + VALUE] as number) >>> 0);
        break;
      case ROW.QWord: {
        const value = tape.qword(record);
        if (value <= 0xffff_ffffn) narrow(words, at, Number(value));
        break;
      }
      case ROW.VarPackage: {
        const size = packageSize(tape, record);
        if (size === undefined) break;
        words[at] = ROW.Package;
        words[at + RECORD] = CODE.ByteData;
        words[at + RECORD + VALUE] = size;
      }
    }
  }
  return canonical;
}

/** Turns a record into that of a constant in the fewest bytes. */
function narrow(words: Int32Array, at: number, value: number): void {
  words[at] = value <= 0xff ? ROW.Byte : value <= 0xffff ? ROW.Word : ROW.DWord;
  words[at + VALUE] = value;
}

/** The size of a VarPackage, if it is a constant that a Package can have. */
function packageSize(tape: Tape, record: number): number | undefined {
  const size = record + 1;
  let count = 0;
  for (let element = tape.next(size); element < tape.next(record); element = tape.next(element)) count++;
  switch (tape.code(size)) {
    // For Zero, One and Ones iasl writes the number of elements instead, which may differ.
    case ROW.Zero:
      return count === 0 ? 0 : undefined;
    case ROW.One:
      return count === 1 ? 1 : undefined;
    case ROW.Byte:
    case ROW.Word:
    case ROW.DWord: {
      const value = tape.value(size) >>> 0;
      return value <= MOST_PACKAGE_ELEMENTS ? value : undefined;
    }
    case ROW.QWord: {
      const value = tape.qword(size);
      return value <= BigInt(MOST_PACKAGE_ELEMENTS) ? Number(value) : undefined;
    }
    default:
      return undefined;
  }
}

export interface EncodeOptions {
  /**
   * `exact` writes every length, name and constant as wide as it was decoded; `canonical` as `iasl -oa` would: see
   * {@link canonicalTape}. Built terms have no widths of their own, and are the same in both.
   */
  readonly form?: 'exact' | 'canonical';
  /**
   * The deepest nesting of terms that is encoded (default: 900). Does not apply to decoded AML, which has the decoder's
   * limit.
   */
  readonly depthLimit?: number;
}

/**
 * The bytes of terms one after the other, without a table header. Decoded AML is encoded without making its terms.
 * Throws a DiagnosticError for what AML cannot express.
 */
export function encodeAml(aml: Iterable<Term> | DecodedAml, options: EncodeOptions = {}): Uint8Array {
  requireAml(aml, 'encodeAml: aml');
  requireObject(options, 'encodeAml: options');
  requireOption(options.form, ['exact', 'canonical'], 'encodeAml: form');
  requireWithin(options.depthLimit ?? 1, 1, Number.MAX_SAFE_INTEGER, 'encodeAml: depthLimit');
  const canonical = options.form === 'canonical';
  const decoded = tapeOf(aml);
  if (decoded !== undefined) return writeTape(canonical ? canonicalTape(decoded) : decoded, 1, decoded.next(0));
  const terms = termsOf(aml);
  if (!canonical) return encodeTerms(terms, options.depthLimit);
  const tape = recordTerms(terms, options.depthLimit);
  return writeTape(canonicalTape(tape), 0, tape.count);
}
