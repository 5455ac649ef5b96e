import { ByteWriter } from '../base/index.js';
import { appendText } from './table-text.js';

const FACS_BYTES = 64;
const VERSION_OFFSET = 32;

/** A Firmware ACPI Control Structure of version 1 with nothing in it: no waking vector, no lock held. ACPI 6.5 §5.2.10 */
export function encodeFacs(): Uint8Array {
  const writer = new ByteWriter(FACS_BYTES);
  appendText(writer, 'signature', 'FACS', 4);
  writer.u32(FACS_BYTES);
  while (writer.length < FACS_BYTES) writer.u8(writer.length === VERSION_OFFSET ? 1 : 0);
  return writer.finish();
}
