/** The two sides against each other. What they return is empty where they agree. */
export { checkHeaderProbe, type HeaderProbeCheck, headerProbeProgram } from './header-probe.js';
export { checkTable, checkTableBase, type TableCheckOptions } from './table.js';
export { checkWindow, type GuestArithmetic, type WindowCheck, type WindowCheckOptions } from './window.js';
