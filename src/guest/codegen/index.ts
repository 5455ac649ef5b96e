/** Drivers generated from a platform, for those who do not write theirs in TypeScript, or want it typed to the name. */
export { type CHeaderOptions, generateCHeader } from './c-header.js';
