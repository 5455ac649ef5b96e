import { decodeResources } from '../resources/index.js';
import type { Op, Term } from '../term.js';
import { connectionLines, resourceLines } from './resource-macros.js';
import type { PrintState } from './state.js';
import { HEX8, stringText, uuidText } from './text.js';

const ROW_BYTES = 16;

/** What a buffer holds, in braces: nothing, or rows of bytes. */
export function printBytes(state: PrintState, bytes: Uint8Array): void {
  if (bytes.length === 0) {
    state.put(' {}');
    return;
  }
  state.put('\n');
  state.putMargin();
  state.put('{\n');
  for (let at = 0; at < bytes.length; at++) {
    const column = at % ROW_BYTES;
    if (column === 0) state.putMargin(1);
    state.put(HEX8[bytes[at] as number] as string);
    if (at + 1 < bytes.length) state.put(column === ROW_BYTES - 1 ? ',\n' : ', ');
  }
  state.put('\n');
  state.putMargin();
  state.put('}');
}

/** True for a size that iasl writes itself for so many bytes. */
function isExactSize(size: Term, bytes: number): boolean {
  if (size.op === 'Byte') return size.operands[0] === bytes;
  return size.op === 'Word' && bytes > 0xff && size.operands[0] === bytes;
}

/** A buffer as the macro that compiles to it: resources, a UUID or UTF-16 text. True if it is one and was printed. */
export function printMacro(state: PrintState, buffer: Op<'Buffer'>): boolean {
  const [size, bytes] = buffer.operands;
  if (bytes.length < 2 || !isExactSize(size, bytes.length)) return false;
  if (endsWithTag(bytes)) {
    const lines = resourceLines(decodeResources(bytes));
    if (lines !== undefined) {
      printLines(state, lines);
      return true;
    }
  }
  if (isUuid(bytes)) {
    state.put(`ToUUID ("${uuidText(bytes)}")`);
    return true;
  }
  const unicode = unicodeText(bytes);
  if (unicode === undefined) return false;
  state.put(`Unicode (${stringText(unicode)})`);
  return true;
}

/** The one descriptor of a field's connection; true if there is one and it was printed. */
export function printConnection(state: PrintState, connection: Term): boolean {
  if (connection.op !== 'Buffer') return false;
  const [size, bytes] = connection.operands;
  if (!isExactSize(size, bytes.length) || !endsWithTag(bytes)) return false;
  const line = connectionLines(decodeResources(bytes));
  if (line === undefined) return false;
  state.put(line);
  return true;
}

function printLines(state: PrintState, lines: readonly string[]): void {
  state.put('ResourceTemplate ()\n');
  state.putMargin();
  state.put('{\n');
  for (const line of lines) {
    state.putMargin(1);
    state.put(line);
    state.put('\n');
  }
  state.putMargin();
  state.put('}');
}

/** An EndTag without a checksum, as iasl writes it. */
function endsWithTag(bytes: Uint8Array): boolean {
  return bytes[bytes.length - 2] === 0x79 && bytes[bytes.length - 1] === 0;
}

/** Sixteen bytes with the version and variant that RFC 4122 gives a UUID. */
function isUuid(bytes: Uint8Array): boolean {
  if (bytes.length !== 16) return false;
  const version = (bytes[7] as number) >>> 4;
  return version >= 1 && version <= 5 && (bytes[8] as number) >>> 6 === 2;
}

/** The text of a buffer that is printable ASCII in UTF-16 with its NUL; undefined for any other. */
function unicodeText(bytes: Uint8Array): string | undefined {
  const { length } = bytes;
  if (length < 6 || length % 2 !== 0 || bytes[length - 2] !== 0) return undefined;
  let text = '';
  for (let at = 0; at < length; at += 2) {
    if (bytes[at + 1] !== 0) return undefined;
    if (at === length - 2) break;
    const code = bytes[at] as number;
    if (code < 0x20 || code > 0x7e) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}
