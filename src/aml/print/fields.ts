import { ACCESS_ATTRIBUTES, ACCESS_TYPES, LONG_ACCESS_ATTRIBUTES } from '../keywords.js';
import { MAX_PKG_LENGTH, pkgLengthWidth } from '../pkg-length.js';
import type { FieldElement, Op } from '../term.js';
import { printConnection } from './buffers.js';
import { printExpression } from './expressions.js';
import type { PrintState } from './state.js';
import { HEX8 } from './text.js';

/** Field elements in braces, one a line; a gap that ends on a byte is written as the offset behind it. ACPI 6.5 §19.6.48 */
export function printFieldElements(state: PrintState, term: Op<'Field' | 'IndexField' | 'BankField'>): void {
  const elements = term.operands[term.operands.length - 1] as readonly FieldElement[];
  state.putMargin();
  state.put('{\n');
  let bit = 0;
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index] as FieldElement;
    state.putMargin(1);
    switch (element.kind) {
      case 'NamedField':
        bit += element.bits;
        state.putName(element.name, term.start);
        state.put(`, ${element.bits}`);
        noteWidth(state, term, element);
        break;
      case 'ReservedField':
        bit += element.bits;
        state.put(bit % 8 === 0 && element.bits > 0 ? `Offset (${offsetText(bit / 8)})` : `, ${element.bits}`);
        noteWidth(state, term, element);
        break;
      case 'AccessField':
        printAccess(state, term, element);
        break;
      case 'ExtendedAccessField':
        printExtendedAccess(state, term, element);
        break;
      case 'ConnectField':
        state.put('Connection (');
        if (!printConnection(state, element.connection)) {
          printExpression(state, element.connection, 0);
          if (element.connection.op !== 'Path')
            state.unsayable(term, 'A connection is no descriptor that ASL has a macro for.');
        }
        state.put(')');
    }
    state.put(index + 1 < elements.length ? ',\n' : '\n');
  }
  state.putMargin();
  state.put('}\n');
}

/** iasl wants room for the width's own four bytes in its 28 bits. */
const MOST_BITS = MAX_PKG_LENGTH - 4;

function offsetText(bytes: number): string {
  return bytes <= 0xff ? (HEX8[bytes] as string) : `0x${bytes.toString(16).toUpperCase()}`;
}

function noteWidth(state: PrintState, term: Op<'Field' | 'IndexField' | 'BankField'>, element: FieldElement): void {
  const { bits, lengthWidth } = element as FieldElement & { kind: 'NamedField' };
  if (lengthWidth !== 0 && lengthWidth !== pkgLengthWidth(bits)) state.wide('field', term.start);
  if (bits > MOST_BITS) state.unsayable(term, `A field of ${bits} bits is wider than iasl takes.`);
}

function printAccess(
  state: PrintState,
  term: Op<'Field' | 'IndexField' | 'BankField'>,
  { access, attribute }: FieldElement & { kind: 'AccessField' },
): void {
  const type = ACCESS_TYPES[access];
  const word = ACCESS_ATTRIBUTES[attribute];
  state.put(`AccessAs (${type ?? 'AnyAcc'}, ${word ?? HEX8[attribute]})`);
  if (type === undefined || LONG_ACCESS_ATTRIBUTES[attribute] !== undefined)
    state.unsayable(term, `An access type is ${HEX8[access]} ${HEX8[attribute]}, which ASL has no words for.`);
}

function printExtendedAccess(
  state: PrintState,
  term: Op<'Field' | 'IndexField' | 'BankField'>,
  { access, attribute, length }: FieldElement & { kind: 'ExtendedAccessField' },
): void {
  const type = ACCESS_TYPES[access];
  const word = LONG_ACCESS_ATTRIBUTES[attribute];
  state.put(`AccessAs (${type ?? 'AnyAcc'}, ${word ?? 'AttribBytes'} (${HEX8[length]}))`);
  if (type === undefined || word === undefined)
    state.unsayable(term, `An access type is ${HEX8[access]} ${HEX8[attribute]}, which ASL has no words for.`);
}
