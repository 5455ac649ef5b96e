/** A real Linux guest in a page: what of `acpi-vcfg/live` needs no Node.js. */
export { DiagnosticError } from '../../base/index.js';
export type { LiveRun } from '../port/agent.js';
export type { BackEndName } from '../port/choose.js';
export {
  type DeviceContext,
  type DeviceHooks,
  type DeviceNames,
  DeviceSwitch,
  defineDevice,
  deviceTypes,
  type FunctionBehaviour,
  type LiveDevice,
} from '../port/devices.js';
export { LiveEvaluationError } from '../port/evaluation.js';
export type {
  ConsoleEvent,
  FindingEvent,
  LiveEvent,
  LiveEvents,
  LiveListener,
  SharedEvent,
  TrapEvent,
} from '../port/events.js';
export type { RunningGuest } from '../port/guest.js';
export type { GuestTablesOptions, LiveField } from '../port/guest-tables.js';
export type { SavedGuest, SavedGuests } from '../port/port.js';
export type { GuestOptions, LiveSoftware } from '../port/start-guest.js';
export type { LiveCounts, Recorded } from '../port/window.js';
export type { EmulatorParts } from '../v86/back-end.js';
export { type GuestFiles, type ReadFile, readGuestFiles } from '../v86/guest-files.js';
export { bootGuest, fetchGuestFiles, savedGuestsAt } from './boot-guest.js';
