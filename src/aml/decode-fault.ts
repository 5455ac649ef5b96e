import type { DiagnosticCode } from '../vocab/index.js';

/** What ends the decoding of a term. Thrown and caught inside the decoder only: no stack trace, since hostile tables cause many. */
export class DecodeFault {
  readonly code: DiagnosticCode;
  /** Offset of the byte at fault. */
  readonly at: number;
  readonly message: string;
  readonly cure: string;

  constructor(code: DiagnosticCode, at: number, message: string, cure: string) {
    this.code = code;
    this.at = at;
    this.message = message;
    this.cure = cure;
  }
}

/** The cure of whatever ends too early. */
export const CUT_OFF = 'Was the table cut off, or a length edited without the bytes it covers?';
