import type { Finding, Rule } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
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
  function* (subject: CheckedMachine): Generator<Finding> {
    for (const fadt of fadtsOf(subject)) yield* find(fadt);
  };

/** What is wrong with a FADT by itself. */
export const FADT_RULES: readonly Rule[] = [
  {
    code: 'TABLE_FADT_TWIN',
    family: 'table',
    severity: 'error',
    what: 'A 32-bit address of the FADT differs from its 64-bit twin: DSDT from X_DSDT, PM1a_EVT_BLK from X_PM1a_EVT_BLK, and so on.',
    why: 'One OS or boot loader uses one, another uses the other; ACPICA warns and uses the 64-bit address. A patch that changes only one of them has no effect on systems that use the other.',
    cure: 'Write the same address in both, or zero in the 32-bit one.',
    source: 'ACPI 6.5 §5.2.9; Linux: “32/64X address mismatch in FADT”',
    find: each(differingTwins),
  },
  {
    code: 'TABLE_FADT_WIDTH',
    family: 'table',
    severity: 'error',
    what: 'A register block of the FADT has a width or a length that it cannot have, or the two differ. For a GPE block’s width it is a warning, because systems use its length.',
    why: 'The OS expects the enable register halfway through the block, and reads a timer with the width given: a PM timer of 8 bits wraps every 72 µs.',
    cure: 'Make the width 8 times the length in bytes: 32 bits for the PM timer and for an event block of 4 bytes, 16 for a control block of 2.',
    source: 'ACPI 6.5 §4.8.3.3, §5.2.9; Linux: “32/64X length mismatch in FADT”, “Invalid length for FADT”',
    find: each(wrongWidths),
  },
  {
    code: 'TABLE_FADT_BLOCK',
    family: 'table',
    severity: 'error',
    what: 'A register block of the FADT is missing, has an address without a length or the reverse (a warning if the block is optional), ends past the last port, or shares registers or events with another (a warning for GPE blocks and single registers).',
    why: 'Without PM1a there is no power button, no SCI and no way to sleep; ACPICA refuses to enable ACPI mode. Where blocks overlap, a write to one changes the other, and an event reaches only one handler.',
    cure: 'Give both the address and the length, or neither. A machine without fixed hardware sets HW_REDUCED_ACPI. Put GPE1_BASE after the events of GPE0_BLK.',
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
    what: 'Flags of the FADT contradict each other or other fields: hardware-reduced with fixed hardware, both APIC modes, an RTC that is absent and used (a warning).',
    why: 'With HW_REDUCED_ACPI an OS ignores the PM blocks, so buttons and events do not work on a machine that has them.',
    cure: 'Clear the flag, or the fields that it excludes.',
    source: 'ACPI 6.5 §4.1, §5.2.9, tables 5.9 to 5.11',
    find: each(contradictions),
  },
  {
    code: 'TABLE_FADT_RESET',
    family: 'table',
    severity: 'error',
    what: 'The reset register, or a sleep register, is not one byte at bit 0 of memory, a port or PCI configuration space; or a flag announces it but it is missing.',
    why: 'A reboot does nothing, or writes to address 0. The OS then falls back on the keyboard controller or a triple fault.',
    cure: 'Give it a width of 8 bits, bit offset 0 and an address, or clear RESET_REG_SUP. Give both sleep registers or neither.',
    source: 'ACPI 6.5 §4.8.3.6, §4.8.3.7, §5.2.9',
    find: each(byteRegisters),
  },
  {
    code: 'TABLE_FADT_POINTER',
    family: 'table',
    severity: 'error',
    what: 'The FADT’s pointer to the FACS or the DSDT cannot be right: the FACS is not at a multiple of 64, both have the same address, or one of them is missing (a warning for the FACS).',
    why: 'The global lock and the waking vector are in the FACS, so waking from S3 fails; without a DSDT there are no devices.',
    cure: 'Make the firmware align the FACS, and write both addresses.',
    source: 'ACPI 6.5 §5.2.9, §5.2.10',
    find: each(pointers),
  },
  {
    code: 'TABLE_FADT_SMI',
    family: 'table',
    severity: 'error',
    what: 'SCI_INT is wrong, or SMI_CMD and the values written to it contradict each other.',
    why: 'The OS writes ACPI_ENABLE to SMI_CMD and waits for ACPI mode. It then reports “transition to ACPI mode failed” and runs without ACPI.',
    cure: 'A machine that is always in ACPI mode has zero in SMI_CMD, ACPI_ENABLE and ACPI_DISABLE. On others, the last two are different nonzero values. SCI_INT is 9 on most machines.',
    source: 'ACPI 6.5 §5.2.9; Linux: “No ACPI mode transition supported in this system”',
    find: each(systemControl),
  },
  {
    code: 'TABLE_FADT_LENGTH',
    family: 'table',
    severity: 'warning',
    what: 'The FADT’s length does not match its revision.',
    why: 'An OS relies on the length: missing fields count as zero, and fields that it does not know are dropped.',
    cure: 'Write the revision and length of the same ACPI version: 3 or 4 with 244 bytes, 5 with 268, 6 with 276.',
    source: 'ACPI 6.5 §5.2.9; Linux: “FADT (revision …) is longer than”',
    find: each(lengthByRevision),
  },
  {
    code: 'TABLE_FADT_RESERVED',
    family: 'table',
    severity: 'warning',
    what: 'A reserved field or bit of the FADT is not zero, or a field has a reserved value.',
    why: 'A later version of ACPI may give it a meaning that the firmware did not intend.',
    cure: 'Write zero.',
    source: 'ACPI 6.5 §5.2.9, tables 5.9 to 5.12',
    find: each(reservedValues),
  },
  {
    code: 'TABLE_FADT_VALUE',
    family: 'table',
    severity: 'warning',
    what: 'Latencies, throttling bits, alarm registers or cache sizes in the FADT are inconsistent.',
    why: 'The OS picks the wrong idle state, uses the throttle-enable bit as a duty cycle, or does not set an alarm.',
    cure: 'Write the hardware’s values: above 100 µs if there is no C2, above 1000 µs if there is no C3, zero for anything missing.',
    source: 'ACPI 6.5 §4.8.3.5, §5.2.9',
    find: each(oddValues),
  },
];
