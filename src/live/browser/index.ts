/** A real Linux guest in a page: what of `acpi-vcfg/live` needs no Node.js. */
export * from '../port/index.js';
export type { EmulatorParts } from '../v86/back-end.js';
export { type GuestFiles, type ReadFile, readGuestFiles } from '../v86/guest-files.js';
export { bootGuest, fetchGuestFiles, savedGuestsAt } from './boot-guest.js';
