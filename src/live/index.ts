/** A real Linux guest, served by the device core: in an emulator in this process, or in QEMU. */
export { DiagnosticError } from '../base/index.js';
export { EVALUATORS, type Evaluator, type EvaluatorName, openEvaluator } from './evaluators.js';
export { LiveGuest, type LiveOptions, openGuestFiles } from './live-guest.js';
export type { NodeOptions, PartsOptions } from './node/boot.js';
export type { LiveRun } from './port/agent.js';
export { type BackEndName, chooseBackEnd } from './port/choose.js';
export {
  type DeviceContext,
  type DeviceHooks,
  type DeviceNames,
  DeviceSwitch,
  defineDevice,
  deviceTypes,
  type FunctionBehaviour,
  type LiveDevice,
} from './port/devices.js';
export { LiveEvaluationError } from './port/evaluation.js';
export type {
  ConsoleEvent,
  FindingEvent,
  LiveEvent,
  LiveEvents,
  LiveListener,
  SharedEvent,
  TrapEvent,
} from './port/events.js';
export type { RunningGuest } from './port/guest.js';
export type { GuestTablesOptions, LiveField } from './port/guest-tables.js';
export type { SavedGuest, SavedGuests } from './port/port.js';
export type { GuestOptions, LiveSoftware } from './port/start-guest.js';
export type { LiveCounts, Recorded } from './port/window.js';
export type { EmulatorParts } from './v86/back-end.js';
export type { GuestFiles, ReadFile } from './v86/guest-files.js';
