/**
 * The guest's side: where a register lies, a driver of one function by name, and the mailbox of a passed-through one.
 * It shares no code with the host's side and no package, so that each proves the other.
 */

export {
  type LocatedRegister,
  locate,
  type OffsetParts,
  pageOffset,
  registerAddress,
  registerOffset,
  splitOffset,
  windowLengthBytes,
} from './address.js';
export { openFunction, openFunctionIn } from './driver.js';
export type {
  Driver,
  DriverDescription,
  DriverRegister,
  DriverRun,
  FieldName,
  FieldValues,
  ReadableName,
  RegisterName,
  RunName,
  SharedRun,
  WritableName,
} from './driver-types.js';
export { type DsmValue, MOST_NESTED_PACKAGES } from './dsm-value.js';
export { GuestError } from './guest-error.js';
export { type DsmRequest, type Mailbox, openMailbox } from './mailbox.js';
export type { ReadableAccess, WritableAccess } from './register-rules.js';
export { type GuestPorts, openWindow, type Window } from './window.js';
