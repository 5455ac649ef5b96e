/** A real Linux guest, served by the device core: in an emulator in this process, or in QEMU. */
export { DiagnosticError } from '../base/index.js';
export type { LiveRun } from './agent.js';
export { type BackEndName, chooseBackEnd } from './choose.js';
export {
  type DeviceContext,
  type DeviceHooks,
  type DeviceNames,
  DeviceSwitch,
  defineDevice,
  deviceTypes,
  type FunctionBehaviour,
  type LiveDevice,
} from './devices.js';
export { LiveEvaluationError } from './evaluation.js';
export type {
  ConsoleEvent,
  FindingEvent,
  LiveEvent,
  LiveEvents,
  LiveListener,
  SharedEvent,
  TrapEvent,
} from './events.js';
export type { RunningGuest } from './guest.js';
export type { GuestTablesOptions, LiveField } from './guest-tables.js';
export { LiveGuest, type LiveOptions } from './live-guest.js';
export type { NodeOptions, PartsOptions } from './node/boot.js';
export type { SavedGuest, SavedGuests } from './port.js';
export type { GuestOptions, LiveSoftware } from './start-guest.js';
export type { EmulatorParts } from './v86/back-end.js';
export type { LiveCounts, Recorded } from './window.js';
