import type { Rule } from '../rules/rule.js';
import { provedDsm } from './prove-dsm.js';
import { provedBase, provedFields } from './prove-fields.js';

const SOURCE = 'The platform file; crosvm f1e797a resources/src/pci_address.rs:233-288';

/**
 * What running the tables shows, against what a driver does. Each is found by executing AML on the device core of the
 * platform, and reported where no rule that reads the tables has reported the function already.
 */
export const PROOF_RULES: readonly Rule[] = [
  {
    code: 'VCFG_RUN_BASE',
    family: 'vcfg',
    severity: 'error',
    what: 'Evaluated as an OS does, `\\VCFG` is not the base of the window. Asked if a platform is given.',
    why: 'Drivers and AML access registers from that base, wherever the window is.',
    cure: 'Generate the table from the platform file, or put the base into it with vcfg inject.',
    source: SOURCE,
    find: provedBase,
  },
  {
    code: 'VCFG_RUN_FIELD',
    family: 'field',
    severity: 'error',
    what: 'Executing AML that reads or writes a field of the platform makes other accesses than a driver does: another address, width, value or order; or, in a register whose bits do not all answer alike, leaves other bits than the platform says. Asked if a platform is given.',
    why: 'The device sees an access that it drops, or one of another register; or a write harms bits beside the field.',
    cure: 'Compare its OperationRegion and Field with those of a generated table.',
    source: `${SOURCE}; ACPI 6.5 §19.6.47 (Field)`,
    find: provedFields,
  },
  {
    code: 'VCFG_RUN_DSM',
    family: 'vcfg',
    severity: 'error',
    what: 'A `_DSM` of a function with a mailbox, called through AML, sends other bytes than a driver does through the mailbox, or returns another result. Asked if a platform is given.',
    why: 'The host evaluates its method with other arguments, or AML returns what the host did not.',
    cure: 'Generate the table again, or compare its _DSM with a generated one.',
    source: 'crosvm f1e797a devices/src/pci/vfio_pci.rs:1957-2025; ACPI 6.5 §9.1.1',
    find: provedDsm,
  },
];
