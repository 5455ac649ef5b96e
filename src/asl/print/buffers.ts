import { ROW } from '../../aml/tape/tape.js';
import { word } from './asl-writer.js';
import { stringText, uuidText } from './constants.js';
import { connectionText } from './resource-templates.js';
import type { PrintState } from './state.js';

const ROW_BYTES = 16;
const TEMPLATE = word('ResourceTemplate ()\n');
const OPEN = word('{\n');
const COMMA = word(', ');
const COMMA_LINE = word(',\n');
const NEW_LINE = 0x0a;
const CLOSE = 0x7d;

/**
 * The contents of a buffer in braces, as rows of bytes. For a resource template, a comment says why it is not printed
 * as macros.
 */
export function printBytes(state: PrintState, buffer: number, bytes: Uint8Array): void {
  const { out } = state;
  if (bytes.length === 0) {
    out.put(' {}');
    return;
  }
  const why = endsWithTag(bytes) ? state.templates.textOf(bytes)?.why : undefined;
  if (why !== undefined && why !== '') {
    out.put(` // ResourceTemplate: ${why}`);
    state.templateAsBytes(why, state.tape.start(buffer));
  }
  out.character(NEW_LINE);
  state.putMargin();
  out.word(OPEN);
  for (let at = 0; at < bytes.length; at++) {
    const column = at % ROW_BYTES;
    if (column === 0) out.margin(state.level + 1);
    out.hex(bytes[at] as number, 2);
    if (at + 1 < bytes.length) out.word(column === ROW_BYTES - 1 ? COMMA_LINE : COMMA);
  }
  out.character(NEW_LINE);
  state.putMargin();
  out.character(CLOSE);
}

/** Whether the size in a record is the one that iasl writes for this many bytes. */
function isExactSize({ tape }: PrintState, size: number, bytes: number): boolean {
  const code = tape.code(size);
  if (code === ROW.Byte) return tape.value(size) === bytes;
  return code === ROW.Word && bytes > 0xff && tape.value(size) === bytes;
}

/**
 * Prints a buffer as the macro that compiles to it: resources, a UUID or UTF-16 text. Returns false if there is none.
 * The record is that of its size.
 */
export function printMacro(state: PrintState, size: number, bytes: Uint8Array): boolean {
  if (bytes.length < 2 || !isExactSize(state, size, bytes.length)) return false;
  if (endsWithTag(bytes)) {
    const template = state.templates.textOf(bytes);
    if (template?.lines !== undefined) {
      state.outOfRange ||= template.outOfRange;
      printLines(state, template.lines);
      return true;
    }
  }
  if (isUuid(bytes)) {
    state.out.put(`ToUUID ("${uuidText(bytes)}")`);
    return true;
  }
  const unicode = unicodeText(bytes);
  if (unicode === undefined) return false;
  state.out.put(`Unicode (${stringText(unicode)})`);
  return true;
}

/** Prints the descriptor of a field's connection as its macro. Returns why it cannot; undefined if it was printed. */
export function printConnection(state: PrintState, connection: number, field: number): string | undefined {
  const { tape } = state;
  if (tape.code(connection) !== ROW.Buffer) return 'it is not a Buffer';
  const size = connection + 1;
  const bytes = tape.bytes(tape.next(size));
  if (!isExactSize(state, size, bytes.length)) return 'the size of its Buffer is not the number of its bytes';
  const { line, why, outOfRange, hasEndTag } = connectionText(bytes);
  if (line === undefined) return why;
  state.outOfRange ||= outOfRange;
  state.out.put(line);
  if (hasEndTag) state.wide('connection', tape.start(field));
  return undefined;
}

function printLines(state: PrintState, lines: readonly string[]): void {
  const { out } = state;
  out.word(TEMPLATE);
  state.putMargin();
  out.word(OPEN);
  for (const line of lines) {
    out.margin(state.level + 1);
    out.put(line);
    out.character(NEW_LINE);
  }
  state.putMargin();
  out.character(CLOSE);
}

/** An EndTag. A checksum follows it; iasl writes 0. */
function endsWithTag(bytes: Uint8Array): boolean {
  return bytes[bytes.length - 2] === 0x79;
}

/** Whether sixteen bytes have the version and variant of a UUID. RFC 4122 */
function isUuid(bytes: Uint8Array): boolean {
  if (bytes.length !== 16) return false;
  const version = (bytes[7] as number) >>> 4;
  return version >= 1 && version <= 5 && (bytes[8] as number) >>> 6 === 2;
}

/** The text of a buffer of printable ASCII in UTF-16, with a NUL at its end; undefined for any other buffer. */
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
