import type { DiagnosticCode } from '../../vocab/index.js';
import { PREFIX } from '../grammar/opcodes.js';

/**
 * Ends the decoding of a term. Only thrown and caught inside the decoder; has no stack trace, since hostile tables
 * cause many.
 */
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

const CUT_OFF = 'Was the table cut off? If it is whole, a length inside it is wrong.';
const OTHER_ARGUMENTS =
  'Perhaps an earlier method call was decoded with a wrong number of arguments: also give the table that declares the method.';
const WRONG_LENGTH = `A length around it is wrong. ${OTHER_ARGUMENTS}`;

/** The cure for bytes that end too early: at the end of the table, or of a package inside it. */
export const tooShort = (bytes: Uint8Array, end: number): string => (end === bytes.length ? CUT_OFF : WRONG_LENGTH);

export function unknownOpcode(bytes: Uint8Array, at: number): DecodeFault {
  const [first, second] = [bytes[at] ?? 0, bytes[at + 1] ?? 0].map((byte) => byte.toString(16).padStart(2, '0'));
  const code = bytes[at] === PREFIX.extended ? `0x${first} 0x${second}` : `0x${first}`;
  return new DecodeFault('AML_UNKNOWN_OPCODE', at, `${code} is not an AML opcode.`, `Is this AML? ${OTHER_ARGUMENTS}`);
}

/** A statement or declaration used as an operand, as the value of a Name, or as an element of a Package. */
export function misplaced(op: string, at: number, isData: boolean): DecodeFault {
  const cure = isData
    ? 'Is the length of the Package before it too large, or is the value of a Name missing?'
    : OTHER_ARGUMENTS;
  return new DecodeFault('AML_UNEXPECTED_TERM', at, `${op} is not a value, and a value is expected here.`, cure);
}

export function tooDeep(at: number, limit: number): DecodeFault {
  const cure = 'Compilers do not write such tables. If this is intended, raise depthLimit.';
  return new DecodeFault('AML_TOO_DEEP', at, `Terms are nested more than ${limit} deep.`, cure);
}

/** A scope that no name can reach. Every object in it would have a path at least as long. */
export function tooFarDown(at: number, limit: number): DecodeFault {
  const cure = 'A name cannot have more segments than that, so nothing could refer to what is in it.';
  return new DecodeFault('AML_TOO_DEEP', at, `A scope is more than ${limit} segments below the root.`, cure);
}
