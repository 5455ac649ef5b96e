import { HEADER_ACCESSOR, HEADER_COMPILE, HEADER_RUN, HEADER_UNCHECKED } from '../rules/caller-rules.js';
import type { Rule } from '../rules/rule.js';
import * as driver from './driver-findings.js';
import { GENERATE_AGAIN } from './header-constants.js';

/** What can be wrong with a driver's header. */
export const DRIVER_RULES: readonly Rule[] = [
  {
    code: 'VCFG_HEADER_STRIDE',
    family: 'driver',
    severity: 'error',
    what: 'The header has the wrong number of bytes for a bus, a device, a function, a page or a register.',
    why: 'Every address computed with it, except the first few, belongs to another function.',
    cure: 'A bus is 2 MiB, a device 64 KiB, a function 8 KiB, a page 4 KiB, a register 4 bytes.',
    source: 'crosvm f1e797a resources/src/pci_address.rs:233-288',
    find: (subject) => driver.differing(subject, 'stride'),
  },
  {
    code: 'VCFG_HEADER_BASE',
    family: 'driver',
    severity: 'error',
    what: 'The header’s base for the window differs from the platform’s, or from `\\VCFG` if no platform is given.',
    why: 'A driver that uses the constant instead of the object reads whatever is at that address.',
    cure: 'Read \\VCFG at run time, or generate the header again.',
    source: 'The platform file; ACPI 6.5 §5.3',
    find: driver.wrongBase,
  },
  {
    code: 'VCFG_HEADER_ADDRESS',
    family: 'driver',
    severity: 'error',
    what: 'A constant or function of the header gives a wrong location: an offset, an index or a PCI address.',
    why: 'The driver reads and writes the wrong registers.',
    cure: GENERATE_AGAIN,
    source: 'The platform file; without it, what the header says of the function',
    *find(subject) {
      yield* driver.differing(subject, 'address');
      yield* driver.contradicting(subject);
    },
  },
  {
    code: 'VCFG_HEADER_VALUE',
    family: 'driver',
    severity: 'error',
    what: 'A constant of the header other than an address has the wrong value: a mask, a shift, a reset value, an access or a length.',
    why: 'The driver misinterprets the right register.',
    cure: GENERATE_AGAIN,
    source: 'The platform file',
    find: (subject) => driver.differing(subject, 'value'),
  },
  {
    code: 'VCFG_HEADER_MISSING',
    family: 'driver',
    severity: 'error',
    what: 'The header is missing constants that a header generated from the platform has.',
    why: 'It was generated from another platform, or from an older version.',
    cure: GENERATE_AGAIN,
    source: 'The platform file',
    find: driver.missing,
  },
  {
    code: 'VCFG_HEADER_UNREAD',
    family: 'driver',
    severity: 'warning',
    what: 'A constant of the header is not a plain expression of integers and other constants.',
    why: 'Only a compiler can compute its value, so it is not compared.',
    cure: 'Check with --run-driver, or write the number.',
    source: 'C17 §6.6 (constant expressions)',
    find: driver.notConstant,
  },
  {
    code: 'VCFG_HEADER_FUNCTION',
    family: 'driver',
    severity: 'warning',
    what: 'The header has a function, register or shared run that the platform does not; without a platform, a function for which no table has a Device.',
    why: 'The driver is for another machine, or for another version of this one: what it accesses there is not what it means.',
    cure: 'Generate the header from this platform, or give the platform file or tables of the machine that the driver is for.',
    source: 'The platform file; ACPI 6.5 §6.1.1 (_ADR)',
    *find(subject) {
      yield* driver.notOfPlatform(subject);
      yield* driver.noDevice(subject);
    },
  },
  HEADER_COMPILE,
  HEADER_ACCESSOR,
  HEADER_RUN,
  HEADER_UNCHECKED,
];
