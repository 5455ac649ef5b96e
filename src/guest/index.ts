/**
 * The guest's side: the addresses of registers, a driver for one function with its registers by name, and the mailbox of a
 * passed-through function.
 * It shares neither code nor packages with the host's side, so that comparing the two proves something.
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
  ArrayName,
  Driver,
  DriverArray,
  DriverBar,
  DriverDescription,
  DriverRegister,
  DriverRun,
  DriverWide,
  ElementName,
  FieldName,
  FieldValues,
  ReadableName,
  RegisterName,
  RunName,
  SharedRun,
  WideName,
  WritableName,
} from './driver-types.js';
export { type DsmValue, MOST_NESTED_PACKAGES } from './dsm-value.js';
export { GuestError } from './guest-error.js';
export { type DsmRequest, type Mailbox, openMailbox } from './mailbox.js';
export type { ReadableAccess, WritableAccess } from './register-rules.js';
export { type GuestPorts, openWindow, present, type Window } from './window.js';
