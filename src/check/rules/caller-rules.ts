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

/** Found by whoever compiles the program of `headerProbeProgram`, or one for a header of another make. */
export const HEADER_COMPILE: Rule = {
  code: 'VCFG_HEADER_COMPILE',
  family: 'driver',
  severity: 'error',
  what: 'The C header does not compile, was cut off, or does not have what the platform has. A header that the platform does not give is compiled only with `--run-driver`.',
  why: 'No driver can be built with it, and none of the addresses that it computes is checked.',
  cure: 'Generate it again: vcfg generate PLATFORM -o FOLDER.',
  source: 'ISO/IEC 9899:1999 (C99); the platform file',
  find: foundByCaller,
};

/** Found by whoever runs the accessors of a header; as a warning, by reading them, where they are not run. */
export const HEADER_ACCESSOR: Rule = {
  code: 'VCFG_HEADER_ACCESSOR',
  family: 'driver',
  severity: 'error',
  what: 'An accessor of the header does not read, write or compute what its register or field requires, or accesses a register by 8 or 16 bits. With `--run-driver` each is called on a page of memory; without it, a warning names those that are not written as the generated ones are.',
  why: 'Constants can all be right, and the driver still writes other bits or another register.',
  cure: 'Compare it with the accessor of a header generated from the platform file.',
  source: 'The platform file',
  find: foundByCaller,
};

/** Found by whoever runs a program that uses a header. */
export const HEADER_RUN: Rule = {
  code: 'VCFG_HEADER_RUN',
  family: 'driver',
  severity: 'error',
  what: 'A program that uses the header compiles, but crashes, does not end, or ends with an error.',
  why: 'A driver that uses it does the same, and what comes after that point is not checked.',
  cure: 'Run the header’s functions in a debugger; they are called with a page of memory and arguments in range.',
  source: 'ISO/IEC 9899:1999 (C99)',
  find: foundByCaller,
};

/** Found by whoever could have compiled or run a header, and did not. */
export const HEADER_UNCHECKED: Rule = {
  code: 'VCFG_HEADER_UNCHECKED',
  family: 'driver',
  severity: 'warning',
  what: 'What the header computes was not checked: the compiler ran out of time or memory, or (a note) nobody asked for the header’s code to be run.',
  why: 'Only its constants are compared; what its functions do is not known.',
  cure: 'Check again on a machine with more memory or less to do.',
  source: 'The platform file',
  find: foundByCaller,
};
