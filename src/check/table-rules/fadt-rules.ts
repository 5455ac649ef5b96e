import type { Finding, Rule } from '../rules/rule.js';
import type { Subject } from '../subject/subject.js';
import { type DecodedFadt, fadtsOf } from './decoded-tables.js';
import { differingTwins, halfBlocks, overlaps, wrongWidths } from './fadt-blocks.js';
import {
  byteRegisters,
  contradictions,
  lengthByRevision,
  oddValues,
  pointers,
  reservedValues,
  systemControl,
} from './fadt-fields.js';

const each = (find: (fadt: DecodedFadt) => Iterable<Finding>) =>
  function* (subject: Subject): Generator<Finding> {
    for (const fadt of fadtsOf(subject)) yield* find(fadt);
  };

/** What is wrong with a FADT by itself. */
export const FADT_RULES: readonly Rule[] = [
  {
    code: 'TABLE_FADT_TWIN',
    family: 'table',
    severity: 'error',
    what: 'A 32-bit address of the FADT differs from its 64-bit twin: DSDT from X_DSDT, PM1a_EVT_BLK from X_PM1a_EVT_BLK, and so on.',
    why: 'One OS or boot loader takes the one, another the other; ACPICA warns and takes the 64-bit one. A patch that moved one of them has no effect for half of its users.',
    cure: 'Write the same address to both, or zero to the 32-bit one.',
    source: 'ACPI 6.5 §5.2.9; Linux: “32/64X address mismatch in FADT”',
    find: each(differingTwins),
  },
  {
    code: 'TABLE_FADT_WIDTH',
    family: 'table',
    severity: 'error',
    what: 'A register block of the FADT has a width or a length that it cannot have, or the two differ. A GPE block’s width is a warning: systems take its length.',
    why: 'The OS finds the enable register halfway through the block, and reads a timer as wide as is said: a PM timer of 8 bits wraps every 72 µs.',
    cure: 'Write the length in bytes × 8 as the width: 32 bits for the PM timer and for an event block of 4 bytes, 16 for a control block of 2.',
    source: 'ACPI 6.5 §4.8.3.3, §5.2.9; Linux: “32/64X length mismatch in FADT”, “Invalid length for FADT”',
    find: each(wrongWidths),
  },
  {
    code: 'TABLE_FADT_BLOCK',
    family: 'table',
    severity: 'error',
    what: 'A register block of the FADT is missing, has only one of address and length (a warning if it may be absent), ends past the last port, or shares registers or events with another (a warning for GPE blocks and single registers).',
    why: 'Without PM1a there is no power button, no SCI and no way to sleep; ACPICA refuses to enable ACPI mode. Where blocks overlap, a write to one changes the other, and an event reaches only one handler.',
    cure: 'Give both address and length, or neither; a machine without fixed hardware sets HW_REDUCED_ACPI. Put GPE1_BASE after the events of GPE0_BLK.',
    source: 'ACPI 6.5 §4.8.3, §5.2.9; Linux: “Required FADT field … has zero address and/or length”',
    find: each(function* (fadt) {
      yield* halfBlocks(fadt);
      yield* overlaps(fadt);
    }),
  },
  {
    code: 'TABLE_FADT_FLAGS',
    family: 'table',
    severity: 'error',
    what: 'Flags of the FADT contradict each other, or what else the table says: hardware-reduced with fixed hardware, both APIC modes, an RTC that is absent and used (a warning).',
    why: 'With HW_REDUCED_ACPI an OS ignores the PM blocks: buttons and events of a machine that has them are dead, and one that has none is described wrongly.',
    cure: 'Clear the flag, or the fields that it excludes.',
    source: 'ACPI 6.5 §4.1, §5.2.9, tables 5.9 to 5.11',
    find: each(contradictions),
  },
  {
    code: 'TABLE_FADT_RESET',
    family: 'table',
    severity: 'error',
    what: 'The reset register, or a sleep register, is not one byte at bit 0 of memory, a port or PCI configuration space; or it is announced and not there.',
    why: 'A reboot does nothing, or writes to address 0; the OS then falls back on the keyboard controller or a triple fault.',
    cure: 'Give it a width of 8 bits, offset 0 and an address; else clear RESET_REG_SUP. Sleep control and status come together.',
    source: 'ACPI 6.5 §4.8.3.6, §4.8.3.7, §5.2.9',
    find: each(byteRegisters),
  },
  {
    code: 'TABLE_FADT_POINTER',
    family: 'table',
    severity: 'error',
    what: 'The FADT’s pointer to the FACS or the DSDT cannot be right: a FACS that is not at a multiple of 64, both at one address, one without the other (a warning for a FACS that is missing).',
    why: 'The global lock and the waking vector are in the FACS, so waking from S3 fails; without a DSDT there are no devices.',
    cure: 'Let the firmware align what it places, and write both addresses.',
    source: 'ACPI 6.5 §5.2.9, §5.2.10',
    find: each(pointers),
  },
  {
    code: 'TABLE_FADT_SMI',
    family: 'table',
    severity: 'error',
    what: 'SCI_INT, or SMI_CMD and the values for it, do not fit each other.',
    why: 'The OS writes ACPI_ENABLE to SMI_CMD and waits for ACPI mode; it ends with “transition to ACPI mode failed” and without ACPI.',
    cure: 'A machine that is always in ACPI mode has zero in SMI_CMD, ACPI_ENABLE and ACPI_DISABLE; another has two different values. SCI_INT is 9 on most.',
    source: 'ACPI 6.5 §5.2.9; Linux: “No ACPI mode transition supported in this system”',
    find: each(systemControl),
  },
  {
    code: 'TABLE_FADT_LENGTH',
    family: 'table',
    severity: 'warning',
    what: 'The FADT has not the length of its revision.',
    why: 'An OS goes by the length: fields of the revision that are not there are taken for zero, and fields past those that it knows are dropped.',
    cure: 'Write revision and length of one ACPI version: 3 or 4 with 244 bytes, 5 with 268, 6 with 276.',
    source: 'ACPI 6.5 §5.2.9; Linux: “FADT (revision …) is longer than”',
    find: each(lengthByRevision),
  },
  {
    code: 'TABLE_FADT_RESERVED',
    family: 'table',
    severity: 'warning',
    what: 'A reserved field or bit of the FADT is not zero, or a field has a reserved value.',
    why: 'A later ACPI gives it a meaning that the firmware did not intend.',
    cure: 'Write zero.',
    source: 'ACPI 6.5 §5.2.9, tables 5.9 to 5.12',
    find: each(reservedValues),
  },
  {
    code: 'TABLE_FADT_VALUE',
    family: 'table',
    severity: 'warning',
    what: 'Latencies, throttling bits, alarm registers or cache sizes of the FADT do not fit each other.',
    why: 'The OS picks the wrong idle state, throttles by a bit that enables throttling, or does not set an alarm.',
    cure: 'Write what the hardware has: above 100 µs for no C2, above 1000 µs for no C3, zero for what is not there.',
    source: 'ACPI 6.5 §4.8.3.5, §5.2.9',
    find: each(oddValues),
  },
];
