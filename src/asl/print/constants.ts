import { eisaIdText } from '../../aml/build/values.js';
import { IN_SOURCE, RECORD, ROW, VALUE } from '../../aml/tape/tape.js';
import type { PrintState } from './state.js';

/** A number in hex, with two digits for each of its `width` bytes: 1, 2 or 4. */
export function hexText(value: number, width: number): string {
  return `0x${digits(value, width)}`;
}

function digits(value: number, width: number): string {
  return value
    .toString(16)
    .toUpperCase()
    .padStart(2 * width, '0');
}

/** Whether a string needs no escapes in an ASL literal. */
function isPlainText(value: string): boolean {
  return /^[ !#-[\]-~]*$/.test(value);
}

/** A string as an ASL literal. Each character is a byte. ACPI 6.5 §19.2.4 */
export function stringText(value: string): string {
  if (isPlainText(value)) return `"${value}"`;
  let text = '"';
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c) continue;
    text += value.slice(from, at);
    text += code === 0x22 ? '\\"' : code === 0x5c ? '\\\\' : `\\x${digits(code & 0xff, 1)}`;
    from = at + 1;
  }
  return `${text}${from === 0 ? value : value.slice(from)}"`;
}

/** Sixteen bytes as a UUID, the first three groups little-endian. ACPI 6.5 §19.6.142 */
export function uuidText(bytes: Uint8Array): string {
  const group = (...order: readonly number[]) => order.map((at) => digits(bytes[at] as number, 1)).join('');
  return [group(3, 2, 1, 0), group(5, 4), group(7, 6), group(8, 9), group(10, 11, 12, 13, 14, 15)]
    .join('-')
    .toLowerCase();
}

/** A number, with as many digits as its width. iasl encodes it in the fewest bytes. */
export function printNumber(state: PrintState, record: number): void {
  const { tape, out, words } = state;
  const code = (words[record * RECORD] as number) & 0xff;
  const value = words[record * RECORD + VALUE] as number;
  if (code === ROW.Byte) {
    out.hex(value, 2);
  } else if (code === ROW.Word) {
    if (value <= 0xff) state.wide('constant', tape.start(record));
    out.hex(value, 4);
  } else if (code === ROW.DWord) {
    if (value >>> 0 <= 0xffff) state.wide('constant', tape.start(record));
    const identifier = state.identifiers ? eisaIdText(value >>> 0) : undefined;
    if (identifier === undefined) out.hex(value, 8);
    else out.put(`EisaId ("${identifier}")`);
  } else {
    const wide = tape.qword(record);
    if (wide <= 0xffff_ffffn) state.wide('constant', tape.start(record));
    out.put(`0x${wide.toString(16).toUpperCase().padStart(16, '0')}`);
  }
}

/** A PNP or ACPI identifier. ACPI 6.5 §6.1.5 */
const IDENTIFIER = /^[A-Z]{3}[0-9A-F]{4}$|^[A-Z0-9]{4}[0-9A-F]{4}$/;

export function printString(state: PrintState, record: number): void {
  const { tape, out } = state;
  if (state.identifiers && !IDENTIFIER.test(tape.text(record))) state.badIdentifiers = true;
  if (tape.value(record) === IN_SOURCE && out.literal(tape.source, tape.start(record) + 1)) return;
  const value = tape.text(record);
  out.put(stringText(value));
  if (isPlainText(value)) return;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code > 0x7f) {
      state.unsayable(record, `The string contains the byte ${hexText(code & 0xff, 1)}; iasl drops bytes above 0x7F.`);
      return;
    }
  }
}
