import { type ByteWriter, DiagnosticError, encodeLatin1, errorAt } from '../base/index.js';

/**
 * Appends one byte a character, then blanks, or another byte, up to the field's length. Throws a DiagnosticError for what
 * does not fit.
 */
export function appendText(writer: ByteWriter, field: string, text: string, length: number, fill = 0x20): void {
  if (text.length > length || /[^\0-\u00ff]/.test(text)) {
    throw new DiagnosticError([
      errorAt(
        'TABLE_FIELD',
        { path: field },
        `${field} is "${text}"; it has ${length} bytes.`,
        'Give it that many characters at most.',
      ),
    ]);
  }
  writer.append(encodeLatin1(text.padEnd(length, String.fromCharCode(fill))));
}
