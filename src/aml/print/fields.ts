import type { FieldElement } from '../term.js';
import { ACCESS_ATTRIBUTES, ACCESS_TYPES, LONG_ACCESS_ATTRIBUTES } from './keywords.js';
import type { Printer } from './printer.js';
import { HEX8, nameText } from './text.js';

/** Field elements, one a line; gaps that end on a byte are written as the offset behind them. ACPI 6.5 §19.6.46 */
export function printFieldElements(printer: Printer, elements: readonly FieldElement[]): void {
  let bit = 0;
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index] as FieldElement;
    const { margin } = printer;
    switch (element.kind) {
      case 'NamedField':
        printer.put(`${margin}${nameText(element.name)}, ${element.bits}`);
        bit += element.bits;
        break;
      case 'ReservedField':
        bit += element.bits;
        if (bit % 8 === 0 && element.bits > 0)
          printer.put(`${margin}Offset (0x${(bit / 8).toString(16).toUpperCase()})`);
        else printer.put(`${margin}, ${element.bits}`);
        break;
      case 'AccessField': {
        const attribute = ACCESS_ATTRIBUTES[element.attribute] ?? HEX8[element.attribute];
        printer.put(`${margin}AccessAs (${ACCESS_TYPES[element.access & 0x0f] ?? 'AnyAcc'}, ${attribute})`);
        break;
      }
      case 'ExtendedAccessField': {
        const attribute = LONG_ACCESS_ATTRIBUTES[element.attribute] ?? 'AttribBytes';
        const access = ACCESS_TYPES[element.access & 0x0f] ?? 'AnyAcc';
        printer.put(`${margin}AccessAs (${access}, ${attribute} (${HEX8[element.length]}))`);
        break;
      }
      case 'ConnectField':
        printer.put(`${margin}Connection (`);
        printer.expression(element.connection, 0);
        printer.put(')');
    }
    printer.put(index + 1 < elements.length ? ',\n' : '\n');
  }
}
