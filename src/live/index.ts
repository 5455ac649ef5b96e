/** A real Linux guest, served by the device core: in an emulator in this process, or in QEMU. */
export { EVALUATORS, type Evaluator, type EvaluatorName, openEvaluator } from './evaluators.js';
export { LiveGuest, type LiveOptions, openGuestFiles } from './live-guest.js';
export type { NodeOptions, PartsOptions } from './node/boot.js';
export { chooseBackEnd } from './port/choose.js';
export * from './port/index.js';
export type { EmulatorParts } from './v86/back-end.js';
export type { GuestFiles, ReadFile } from './v86/guest-files.js';
