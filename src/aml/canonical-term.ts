import { integerValue, makeTerm, type Op, type Term } from './term.js';

/** Most elements of a Package, whose count is one byte; a VarPackage holds more. ACPI 6.5 §20.2.5.4 */
const MOST_PACKAGE_ELEMENTS = 255n;

/**
 * A term as `iasl -oa` writes what means the same: a constant in the fewest bytes that hold it, Zero, One and Ones as they
 * are, and a package of a constant size with the opcode that has it in one byte. Any other term is given back.
 */
export function canonicalTerm(term: Term): Term {
  switch (term.op) {
    case 'Word':
    case 'DWord':
    case 'QWord':
      return fewestBytes(BigInt(term.operands[0]), term);
    case 'VarPackage': {
      const [size, elements] = term.operands;
      const count = integerValue(size);
      // Of Zero, One and Ones iasl takes the number of elements instead, which may be another.
      const isWord = size.op === 'Zero' || size.op === 'One' || size.op === 'Ones';
      if (count === undefined || count > MOST_PACKAGE_ELEMENTS || (isWord && count !== BigInt(elements.length)))
        return term;
      return makeTerm('Package', [Number(count), elements]);
    }
    default:
      return term;
  }
}

function fewestBytes(value: bigint, term: Op<'Word' | 'DWord' | 'QWord'>): Term {
  if (value <= 0xffn) return makeTerm('Byte', [Number(value)]);
  if (value <= 0xffffn) return makeTerm('Word', [Number(value)]);
  if (value <= 0xffff_ffffn && term.op === 'QWord') return makeTerm('DWord', [Number(value)]);
  return term;
}
