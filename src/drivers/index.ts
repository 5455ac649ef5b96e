/**
 * Drivers generated from a platform: a header for C and C++, a module for Rust, one for TypeScript. Each builds
 * addresses from strides by itself. Output depends on the platform alone, so that the same file gives the same bytes.
 */
export { type CHeaderOptions, generateCHeader } from './c/header.js';
export type { TextFile } from './driver-text.js';
export { generateEdk2Driver } from './edk2/driver.js';
export { generateLinuxModule } from './linux/module.js';
export { generateMapFiles } from './map/map-files.js';
export { generateRegisterReference, type RegisterReferenceOptions } from './map/register-reference.js';
export { generateSvgMap } from './map/svg-map.js';
export { generateRustModule, type RustModuleOptions } from './rust/module.js';
export { generateTypeScriptDriver, type TypeScriptDriverOptions } from './typescript/driver.js';
