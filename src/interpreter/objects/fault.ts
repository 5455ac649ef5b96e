import type { InterpreterCode } from '../../vocab/index.js';

/**
 * Ends an evaluation. Not an Error: a caller may see thousands of these, and a stack of ours says nothing about AML.
 * Becomes a Diagnostic at the edge.
 */
export class AmlFault {
  readonly code: InterpreterCode;
  readonly message: string;
  readonly cure: string;
  /** The term that failed, and the methods that were running, innermost first. */
  readonly calls: { path: string; table: number; offsetBytes: number }[] = [];

  constructor(code: InterpreterCode, message: string, cure: string) {
    this.code = code;
    this.message = message;
    this.cure = cure;
  }
}

/** What ACPICA's status codes advise, for faults that say nothing more exact. */
const CURES: Readonly<Record<InterpreterCode, string>> = {
  AE_NOT_FOUND: 'Load the table that declares it, or guard the use with CondRefOf.',
  AE_ALREADY_EXISTS: 'Rename one of the two. The first declaration stays.',
  AE_AML_OPERAND_TYPE: 'Convert the operand, or dereference it with DerefOf.',
  AE_AML_TARGET_TYPE: 'Store to an Integer, String, Buffer or field, or use CopyObject.',
  AE_AML_OPERAND_VALUE: 'Correct the operand.',
  AE_AML_UNINITIALIZED_LOCAL: 'Store to the local before it is read.',
  AE_AML_UNINITIALIZED_ARG: 'Pass the argument.',
  AE_AML_UNINITIALIZED_ELEMENT: 'Initialize the element before it is read.',
  AE_AML_UNINITIALIZED_NODE: 'Name an object that has a value.',
  AE_AML_NO_RETURN_VALUE: 'Return a value on every path of the method.',
  AE_AML_BUFFER_LIMIT: 'Keep the index within the buffer.',
  AE_AML_PACKAGE_LIMIT: 'Keep the index within the package.',
  AE_AML_STRING_LIMIT: 'Keep the index within the string.',
  AE_AML_REGION_LIMIT: 'Make the region longer, or the field or its access narrower.',
  AE_AML_REGISTER_LIMIT: 'Use a wider index or bank register.',
  AE_AML_DIVIDE_BY_ZERO: 'Check the divisor first.',
  AE_AML_NUMERIC_OVERFLOW: 'Use a value that the conversion can hold.',
  AE_AML_MUTEX_ORDER: 'Acquire mutexes in ascending order of their sync levels, and release them in reverse.',
  AE_AML_MUTEX_NOT_ACQUIRED: 'Acquire the mutex before releasing it.',
  AE_AML_LOOP_TIMEOUT:
    'Does the loop wait for a device that is not there? If it only takes long, raise limits.loopMilliseconds.',
  AE_AML_METHOD_LIMIT: 'Does the recursion end? If it is only deep, raise limits.callDepth.',
  AE_AML_BAD_OPCODE: 'Is the table cut off or damaged? Decode it with `vcfg verify`.',
  AE_AML_BAD_NAME: 'Correct the name.',
  AE_AML_NO_RESOURCE_END_TAG: 'End the resource template with an EndTag.',
  AE_AML_INVALID_RESOURCE_TYPE: 'Give a resource template.',
  AE_AML_BAD_RESOURCE_LENGTH: 'Give a resource template.',
  AE_AML_INVALID_SPACE_ID: 'Use an address space from ACPI 6.5 §5.5.2.4.',
  AE_BAD_CHECKSUM: 'Make the sum of all bytes 0: the checksum is byte 9.',
  AE_BAD_HEADER: 'Give a whole table, header included.',
  AE_BAD_PARAMETER: 'Give the path of an object.',
  AE_BAD_PATHNAME: 'Give the path of an object.',
  AE_BAD_SIGNATURE: 'Give four characters from A-Z, 0-9 and _.',
  AE_INVALID_TABLE_LENGTH: 'Give a whole table, header included.',
  AE_LIMIT: 'Raise the limit in `limits` if the AML is trusted.',
  AE_NOT_EXIST: 'Give a handler for the address space in `regions`, or ask for simulated memory.',
  AE_SUPPORT: 'Use what the interpreter supports.',
  AE_TYPE: 'Use a type that the operator takes.',
  AE_TIME: 'Signal the event before waiting for it.',
  AE_ERROR: 'See the message for what the region handler or the host said.',
};

/** Ends an evaluation with one of ACPICA's status codes. */
export function fail(code: InterpreterCode, message: string, cure: string = CURES[code]): never {
  throw new AmlFault(code, message, cure);
}

/** What was thrown while AML ran. A stack that is used up is a call too deep. */
export function asFault(thrown: unknown): AmlFault {
  if (thrown instanceof AmlFault) return thrown;
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message))
    return new AmlFault(
      'AE_AML_METHOD_LIMIT',
      'The AML is nested too deeply for the stack.',
      'Call fewer methods within each other.',
    );
  throw thrown;
}
