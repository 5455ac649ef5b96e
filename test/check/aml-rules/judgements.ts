/** What was found when the findings of one rule over the corpus were looked at, one by one or in samples. */
export interface Judgement {
  /** Findings that are wrong: nothing is the matter there. */
  readonly falseAlarms: number;
  /** What they are, what another program says of them, and what comes of them. */
  readonly text: string;
}

/** What each rule found in the same tables before severities were reviewed and guards, templates and load orders followed. */
export const FOUND_BEFORE: Readonly<Record<string, string>> = {
  TABLE_REVISION: '39 note',
  TABLE_OEM_ID: '1 warning',
  AML_NAME_IN_LOOP: '2 error',
  AML_NAME_USED_EARLY: '1 error',
  AML_NAME_MISSING: '9 note',
  AML_METHOD_NOT_SERIALIZED: '264 warning, 1819 note',
  AML_LOCAL_UNSET: '10 warning',
  AML_ACQUIRE_UNCHECKED: '125 warning',
  AML_STALL_LONG: '14 warning',
  AML_NO_EFFECT: '6 warning',
  AML_UNREACHABLE: '5 warning, 12 note',
  AML_ENDLESS_LOOP: '1 error',
  AML_VALUE_OF_NOTHING: '1 warning',
  AML_PREDEFINED_TYPE: '51 error',
  AML_PREDEFINED_ARGUMENTS: '1 warning',
  AML_RETURN_MISSING: '5 warning, 56 note',
  AML_PREDEFINED_PACKAGE: '2 warning',
  AML_PACKAGE_SHORT: '82 note',
  AML_FIELD_ACCESS_RANGE: '3 warning',
  AML_HID_AND_ADR: '151 warning',
  AML_ID_FORM: '5 warning',
  AML_ADR_RANGE: '1 error',
  AML_ADR_TWICE: '1 warning',
  AML_RESOURCE_VALUE: '8 error',
  AML_PRT_ENTRY: '3 error',
  AML_PRT_TWICE: '4 warning',
  AML_GPE_IDLE: '8 warning, 5 note',
};

/**
 * By code. iasl 20200925 compiled its own disassembly of each table (`iasl -d`, then `iasl -oa`); where it is named, its
 * messages were compared place by place or table by table. It gets lost in 15 of the tables, which it cannot disassemble
 * into what it compiles.
 */
export const JUDGEMENTS: Readonly<Record<string, Judgement>> = {
  TABLE_REVISION: {
    falseAlarms: 0,
    text: 'The byte itself shows it. Their makers intended it: nothing in these tables needs 64 bits. A note.',
  },
  TABLE_OEM_ID: {
    falseAlarms: 0,
    text: 'An SSDT of AMD: a NUL inside of `AMD\\0Am`, where another text lay before.',
  },
  AML_NAME_IN_LOOP: {
    falseAlarms: 0,
    text: 'Two _OSC that create a field anew in each round: with three dwords of capabilities, as OSes give, the second round gives AE_ALREADY_EXISTS. The 596 other names that 23 tables make in a While are in loops that run once, as compilers write Switch.',
  },
  AML_NAME_USED_EARLY: {
    falseAlarms: 0,
    text: 'AGFN of an Asus writes STAS before the Field that makes it. iasl error 6142.',
  },
  AML_NAME_MISSING: {
    falseAlarms: 0,
    text: 'Handlers that notify devices which these DSDTs do not declare: ports of switchable graphics, whose SSDTs are not available, and leftovers. Notes that say so.',
  },
  AML_METHOD_NOT_SERIALIZED: {
    falseAlarms: 0,
    text: 'All make named objects and are not Serialized. iasl remark 2120 has 1038 of them; it does not count CreateWordField and its kind, which Linux does count when it serializes methods itself. Notes: 264 of them can wait before they end, and say so (warnings before).',
  },
  AML_LOCAL_UNSET: {
    falseAlarms: 0,
    text: 'Ten times Store (Local0, Local0) in place of an empty method. iasl error 6066 at the same places. Harmless: notes (warnings before).',
  },
  AML_ACQUIRE_UNCHECKED: {
    falseAlarms: 0,
    text: 'The same 125 places as iasl warning 3130. Harmless unless a lock is held for long: notes (warnings before).',
  },
  AML_STALL_LONG: {
    falseAlarms: 0,
    text: 'Stalls of 128 and 255 µs, which Linux runs. Harmless except for the time: notes (warnings before).',
  },
  AML_INDEX_RANGE: {
    falseAlarms: 0,
    text: 'Two methods of a Microsoft device make a Package of two elements in a Local, and store a third and a fourth: AE_AML_PACKAGE_LIMIT whenever they run.',
  },
  AML_NO_EFFECT: {
    falseAlarms: 0,
    text: 'And and Or in _OSC methods whose target was forgotten, so that capabilities are not cleared; an Or and an Add likewise. iasl error 6114 in the same tables but one, where it is lost.',
  },
  AML_UNREACHABLE: {
    falseAlarms: 0,
    text: 'Five times a Release that is never reached: the mutex stays held. The others are left-overs. iasl warning 3134 has eleven more, all but one a Return after another, which is not reported here.',
  },
  AML_ENDLESS_LOOP: {
    falseAlarms: 0,
    text: 'ASRT of an Asus shows an error code for ever, on purpose; Linux ends it after 30 seconds, with an error.',
  },
  AML_VALUE_OF_NOTHING: {
    falseAlarms: 0,
    text: '_WED returns what UWED gives, but UWED returns nothing. iasl error 6080. A note (a warning before).',
  },
  AML_PREDEFINED_TYPE: {
    falseAlarms: 0,
    text: 'A _PLD that is a Buffer and not a Package of Buffers, 46 times, which Linux repairs; four _CRS that return 0 where there is no device; an _OSC that returns 0. iasl error 6105 at the same places. Notes (errors before), except for the _OSC, whose Integer Linux refuses.',
  },
  AML_PREDEFINED_ARGUMENTS: {
    falseAlarms: 0,
    text: 'An _OSC of five arguments. iasl warning 3101.',
  },
  AML_RETURN_MISSING: {
    falseAlarms: 0,
    text: 'Five _WAK never return a value, which nobody reads; 56 others do not on some path, most of them _DSM without a last Return. iasl warning 3107 has the same places wherever it is not lost. Some of these paths may never be taken, which their authors know. Notes (the five were warnings before).',
  },
  AML_PREDEFINED_PACKAGE: {
    falseAlarms: 0,
    text: 'A _PTC and a _TSD that return Package (1) {0} where there is nothing to tell. iasl error 6106 for the first.',
  },
  AML_PACKAGE_SHORT: {
    falseAlarms: 0,
    text: 'One table of HP: 82 packages that say 28 elements and have fewer. iasl remark 2063 at the same places. Harmless if nobody reads the rest; a note.',
  },
  AML_FIELD_ACCESS_RANGE: {
    falseAlarms: 0,
    text: 'DWordAcc over regions of 2 and 3 bytes. iasl errors 6029 and 6030.',
  },
  AML_HID_AND_ADR: {
    falseAlarms: 0,
    text: 'All have both. iasl warning 3073 has the same except for the table where it is lost, and those that an If makes. 47 are PCI host bridges, as ACPI 1.0 wanted them, where it does no harm. Notes (warnings before).',
  },
  AML_ID_FORM: {
    falseAlarms: 0,
    text: '`pnp0c14`, `*pnp0c14`, `*HPQ8001` and `NVRAID20`. iasl errors 6035, 6061 and 6136; it does not look at what methods return.',
  },
  AML_ADR_RANGE: {
    falseAlarms: 0,
    text: 'A device for debugging, at device 239 of a PCI bus: no bus finds it, and nothing else happens. A warning (an error before).',
  },
  AML_ADR_TWICE: {
    falseAlarms: 0,
    text: 'XHC and XHC1 of an Asus, both device 0x14 and both always there.',
  },
  AML_RESOURCE_VALUE: {
    falseAlarms: 0,
    text: 'Dependent functions without an end, which iasl repairs while it disassembles; lengths and granularities that contradict their ends: iasl errors 6043, 6047 and 6050. It has nine more, each in a descriptor that a method fills in before it gives the template. Linux takes all eight as they are: warnings (errors before).',
  },
  AML_PRT_ENTRY: {
    falseAlarms: 0,
    text: 'Pins 4, 5 and 6 of one device: Linux asks only for pins 0 to 3, so that the entries are superfluous. Warnings (errors before).',
  },
  AML_PRT_TWICE: {
    falseAlarms: 0,
    text: 'In each of the three tables a pair that was copied and not changed.',
  },
  AML_GPE_IDLE: {
    falseAlarms: 0,
    text: 'All are empty. QEMU’s five _E01 are harmless: where PCI hotplug is off, the event is never raised. Notes (eight were warnings before).',
  },
  AML_PARTNER_MISSING: {
    falseAlarms: 0,
    text: 'A _BCL without _BCM, and two _BST without _BIF or _BIX. As it says.',
  },
  AML_RETURN_UNWANTED: {
    falseAlarms: 0,
    text: 'Two _EJ0, and handlers of queries of embedded controllers. The OS ignores what they return; notes.',
  },
};
