export type * from './diagnostic.js';
export type * from './diagnostic-code.js';
export type * from './pci.js';
export type * from './platform.js';
export type * from './ports.js';
