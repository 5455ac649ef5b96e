import { HEADER_COMPILE } from '../rules/caller-rules.js';
import type { Rule } from '../rules/rule.js';
import * as driver from './driver-findings.js';

const GENERATE_AGAIN = 'Generate the header again, from the platform file that the table is made from.';

/** What can be wrong with a driver's header. */
export const DRIVER_RULES: readonly Rule[] = [
  {
    code: 'VCFG_HEADER_STRIDE',
    family: 'driver',
    severity: 'error',
    what: 'The header has another number of bytes for a bus, a device, a function, a page or a register.',
    why: 'Every address that is computed with it is another function’s, but for the first ones.',
    cure: 'A bus is 2 MiB, a device 64 KiB, a function 8 KiB, a page 4 KiB, a register 4 bytes.',
    source: 'crosvm f1e797a resources/src/pci_address.rs:233-288',
    find: (subject) => driver.differing(subject, 'stride'),
  },
  {
    code: 'VCFG_HEADER_BASE',
    family: 'driver',
    severity: 'error',
    what: 'The header expects the window elsewhere than the platform, or than `\\VCFG` if no platform is given.',
    why: 'A driver that takes the constant and not the object reads whatever is there.',
    cure: 'Read \\VCFG at run time, or generate the header again.',
    source: 'The platform file; ACPI 6.5 §5.3',
    find: driver.wrongBase,
  },
  {
    code: 'VCFG_HEADER_ADDRESS',
    family: 'driver',
    severity: 'error',
    what: 'A constant or function of the header gives another place: an offset, an index, a PCI address.',
    why: 'The driver reads and writes registers that it does not mean.',
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
    what: 'A constant of the header that is no place is another: a mask, a shift, a value after reset, an access, a length.',
    why: 'The driver takes the right register for something else.',
    cure: GENERATE_AGAIN,
    source: 'The platform file',
    find: (subject) => driver.differing(subject, 'value'),
  },
  {
    code: 'VCFG_HEADER_MISSING',
    family: 'driver',
    severity: 'error',
    what: 'The header lacks constants that one made from the platform has.',
    why: 'It was made from another platform, or from an older one.',
    cure: GENERATE_AGAIN,
    source: 'The platform file',
    find: driver.missing,
  },
  {
    code: 'VCFG_HEADER_UNREAD',
    family: 'driver',
    severity: 'warning',
    what: 'A constant of the header is no plain expression of integers and other constants.',
    why: 'Without a compiler it is not known, so that nothing compares it.',
    cure: 'Check again where there is a C compiler, or write the number.',
    source: 'C17 §6.6 (constant expressions)',
    find: driver.notConstant,
  },
  {
    code: 'VCFG_HEADER_FUNCTION',
    family: 'driver',
    severity: 'warning',
    what: 'No table has a Device for a function of the header. Asked without a platform alone.',
    why: 'The driver and the tables are of different machines, or one has the address wrong.',
    cure: 'Give the platform file, or the tables of the machine that the driver is for.',
    source: 'ACPI 6.5 §6.1.1 (_ADR)',
    find: driver.noDevice,
  },
  HEADER_COMPILE,
];
