import type { OpName } from '../../aml/grammar/opcodes.js';

/**
 * How ASL writes an operation. ACPI 6.5 §19
 *
 * - `word`: its name alone; `timer` with empty parentheses. `number`, `string`, `ordinal`, `buffer`, `package`: data as such.
 * - `call`: its name and its operands in parentheses, without empty targets. `block`: the same, then a list of
 *   terms in braces. `else`: likewise, but joined with the If before it. `method`: a block whose flags are words.
 * - `fields`: a call whose flags are words, then field elements in braces.
 * - `binary`: operator between its operands, target before an equals sign; `shift` and the like are the same.
 *   `divide` has the remainder's target before the quotient's. `not` is the unary operator with a target.
 * - `logical`: operator between its operands, no target. `logicalNot`: operator before its one operand.
 * - `postfix`: operator after its only operand. `store`: equals sign. `index`: brackets.
 * - `external`: a declaration that iasl moves to the front of the table.
 */
export type Form =
  | 'word'
  | 'timer'
  | 'number'
  | 'string'
  | 'ordinal'
  | 'buffer'
  | 'package'
  | 'call'
  | 'block'
  | 'else'
  | 'method'
  | 'fields'
  | 'binary'
  | 'divide'
  | 'not'
  | 'logical'
  | 'logicalNot'
  | 'postfix'
  | 'store'
  | 'index'
  | 'external';

/** The form of every operation. An operation without one does not compile. */
export const FORMS = {
  Zero: 'word',
  One: 'word',
  Ones: 'word',
  Byte: 'number',
  Word: 'number',
  DWord: 'number',
  QWord: 'number',
  String: 'string',
  Buffer: 'buffer',
  Package: 'package',
  VarPackage: 'package',
  Revision: 'word',
  Local: 'ordinal',
  Arg: 'ordinal',
  Debug: 'word',
  Alias: 'call',
  Name: 'call',
  Scope: 'block',
  Method: 'method',
  External: 'external',
  CreateDWordField: 'call',
  CreateWordField: 'call',
  CreateByteField: 'call',
  CreateBitField: 'call',
  CreateQWordField: 'call',
  CreateField: 'call',
  Mutex: 'call',
  Event: 'call',
  OperationRegion: 'call',
  Field: 'fields',
  Device: 'block',
  Processor: 'block',
  PowerResource: 'block',
  ThermalZone: 'block',
  IndexField: 'fields',
  BankField: 'fields',
  DataTableRegion: 'call',
  If: 'block',
  Else: 'else',
  While: 'block',
  Noop: 'word',
  Return: 'call',
  Break: 'word',
  Continue: 'word',
  BreakPoint: 'word',
  Notify: 'call',
  Stall: 'call',
  Sleep: 'call',
  Signal: 'call',
  Reset: 'call',
  Release: 'call',
  Unload: 'call',
  Fatal: 'call',
  Store: 'store',
  RefOf: 'call',
  Add: 'binary',
  Concatenate: 'call',
  Subtract: 'binary',
  Increment: 'postfix',
  Decrement: 'postfix',
  Multiply: 'binary',
  Divide: 'divide',
  ShiftLeft: 'binary',
  ShiftRight: 'binary',
  And: 'binary',
  NAnd: 'call',
  Or: 'binary',
  NOr: 'call',
  Xor: 'binary',
  Not: 'not',
  FindSetLeftBit: 'call',
  FindSetRightBit: 'call',
  DerefOf: 'call',
  ConcatenateResTemplate: 'call',
  Mod: 'binary',
  SizeOf: 'call',
  Index: 'index',
  Match: 'call',
  ObjectType: 'call',
  LAnd: 'logical',
  LOr: 'logical',
  LNot: 'logicalNot',
  LNotEqual: 'logical',
  LLessEqual: 'logical',
  LGreaterEqual: 'logical',
  LEqual: 'logical',
  LGreater: 'logical',
  LLess: 'logical',
  ToBuffer: 'call',
  ToDecimalString: 'call',
  ToHexString: 'call',
  ToInteger: 'call',
  ToString: 'call',
  CopyObject: 'call',
  Mid: 'call',
  CondRefOf: 'call',
  LoadTable: 'call',
  Load: 'call',
  Acquire: 'call',
  Wait: 'call',
  FromBCD: 'call',
  ToBCD: 'call',
  Timer: 'timer',
} as const satisfies Record<OpName, Form>;

/** How tightly a symbol binds. Operands that bind tighter need no parentheses. ACPI 6.5 §19.6, table of precedence */
export const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
  '!': 11,
  '~': 11,
  '++': 12,
  '--': 12,
};
