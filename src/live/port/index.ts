/** What is the same in every entry for live guests. */

export { DiagnosticError } from '../../base/index.js';
export type { LiveRun } from './agent.js';
export type { BackEndName } from './choose.js';
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
  ShellEvent,
  TrapEvent,
} from './events.js';
export type { RunningGuest } from './guest.js';
export type { GuestTablesOptions, LiveField } from './guest-tables.js';
export type { SavedGuest, SavedGuests } from './port.js';
export type { GuestOptions, LiveSoftware } from './start-guest.js';
export type { LiveCounts, Recorded } from './window.js';
