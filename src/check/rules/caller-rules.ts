import type { Rule } from './rule.js';

/**
 * The `find` of a rule that needs more than tables and text: a compiler, or a walk over the whole window. The caller
 * has those: it does the search if the rule is asked for, and reports under the rule's code.
 */
export const foundByCaller: Rule['find'] = () => [];

/** Found by `checkWindow`. */
export const WINDOW_DECODE: Rule = {
  code: 'VCFG_WINDOW_DECODE',
  family: 'vcfg',
  severity: 'error',
  what: 'Guest and host compute different registers from one address. Checked for the whole window if a platform is given, or a base without tables.',
  why: 'Whatever the tables say, the driver accesses the wrong registers.',
  cure: 'Correct the shift or stride of one side: a bus is 2 MiB, a device 64 KiB, a function 8 KiB, a page 4 KiB, a register 4 bytes.',
  source: 'crosvm f1e797a resources/src/pci_address.rs:233-288',
  find: foundByCaller,
};

/** Found by whoever compiles and runs the program of `headerProbeProgram`. */
export const HEADER_COMPILE: Rule = {
  code: 'VCFG_HEADER_COMPILE',
  family: 'driver',
  severity: 'error',
  what: 'The C header does not compile, or lacks what the platform has. Asked where there is a C compiler; a note without a platform, of a header that has `vcfg_address`.',
  why: 'No driver can be built with it, and none of the addresses that it computes is checked.',
  cure: 'Generate it again: vcfg generate PLATFORM -o FOLDER.',
  source: 'ISO/IEC 9899:1999 (C99); the platform file',
  find: foundByCaller,
};
