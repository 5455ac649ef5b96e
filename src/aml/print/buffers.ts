import type { Op } from '../term.js';
import type { Printer } from './printer.js';
import { HEX8 } from './text.js';

const ROW_BYTES = 16;

export function printBuffer(printer: Printer, buffer: Op<'Buffer'>): void {
  const [size, bytes] = buffer.operands;
  printer.put('Buffer (');
  printer.expression(size, 0);
  printer.put(')');
  if (bytes.length === 0) {
    printer.put(' {}');
    return;
  }
  printer.put(`\n${printer.margin}{\n`);
  printer.indented(() => {
    const { margin } = printer;
    for (let at = 0; at < bytes.length; at++) {
      if (at % ROW_BYTES === 0) printer.put(margin);
      printer.put(HEX8[bytes[at] as number] as string);
      if (at + 1 < bytes.length) printer.put(at % ROW_BYTES === ROW_BYTES - 1 ? ',\n' : ', ');
    }
    printer.put('\n');
  });
  printer.put(`${printer.margin}}`);
}
