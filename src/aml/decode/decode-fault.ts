import type { DiagnosticCode } from '../../vocab/index.js';
import { PREFIX } from '../grammar/opcodes.js';

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

export function unknownOpcode(bytes: Uint8Array, at: number): DecodeFault {
  const [first, second] = [bytes[at] ?? 0, bytes[at + 1] ?? 0].map((byte) => byte.toString(16).padStart(2, '0'));
  const code = bytes[at] === PREFIX.extended ? `0x${first} 0x${second}` : `0x${first}`;
  const cure = 'Was the table cut off, or is this a patch meant for another table?';
  return new DecodeFault('AML_UNKNOWN_OPCODE', at, `${code} is no AML opcode.`, cure);
}

export function misplaced(op: string, at: number): DecodeFault {
  const cure = 'Is the method called before it declared with more arguments elsewhere? Give that table too.';
  return new DecodeFault('AML_UNEXPECTED_TERM', at, `${op} stands where a value is wanted.`, cure);
}

export function tooDeep(at: number, limit: number): DecodeFault {
  const cure = 'No compiler writes that; raise depthLimit if it is meant.';
  return new DecodeFault('AML_TOO_DEEP', at, `Terms are nested over ${limit} deep.`, cure);
}

/** A scope that no name reaches: each path below it would be as long, for every object in it. */
export function tooFarDown(at: number, limit: number): DecodeFault {
  const cure = 'A name has no more segments than that, so nothing could name what is in it.';
  return new DecodeFault('AML_TOO_DEEP', at, `A scope lies over ${limit} segments below the root.`, cure);
}
