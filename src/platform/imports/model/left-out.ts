/** What one of a register description and a platform file may say, and the other has no word for or no room. */
export const LEFT_OUT = {
  'address-block': { what: 'address blocks that are not registers', why: 'Only registers are imported.' },
  alternate: {
    what: 'alternate descriptions of a register',
    why: 'The platform file has one register at an index; the first is kept. Import the other view as a function of its own.',
  },
  cpu: { what: 'descriptions of the processor', why: 'The platform file describes PCI functions.' },
  damaged: { what: 'items with a fault in the file', why: 'Each is reported above; correct the file to have them.' },
  'default-value': {
    what: 'names for all other values of a field',
    why: 'The platform file names single values.',
  },
  divided: {
    what: 'registers of more than 64 bits that became dwords',
    why: 'A register of a platform file has 32 or 64 bits.',
  },
  'element-property': {
    what: 'properties of single elements of an array',
    why: 'All elements of an array are alike.',
  },
  'empty-block': { what: 'peripherals without registers', why: 'There is nothing to import.' },
  'enum-usage': {
    what: 'second sets of value names of a field',
    why: 'The platform file has one set for reading and writing; the other names are added where their values are free.',
  },
  'field-overlap': {
    what: 'fields over bits of another field',
    why: 'The platform file has one field for a bit; the first is kept.',
  },
  hardware: { what: 'properties of the hardware side', why: 'They concern the RTL, not who reads the registers.' },
  interrupt: { what: 'interrupt numbers', why: 'A PCI function has its pins or messages instead.' },
  'many-functions': {
    what: 'peripherals beyond the addresses of the bus',
    why: 'Choose some with --peripheral, and import the others into another file.',
  },
  memory: { what: 'memories', why: 'Use shared runs for plain memory.' },
  'no-access': { what: 'fields that software can neither read nor write', why: 'They are reserved bits.' },
  'outside-page': {
    what: 'registers outside the 1024 dwords of a function',
    why: 'Import them as another function, such as --peripheral NAME --offset 0x1000.',
  },
  packed: {
    what: 'registers of 8 or 16 bits that became fields of a dword',
    why: 'Each access to the window is to an aligned dword.',
  },
  protection: { what: 'protection attributes', why: 'A guest has no secure side to tell apart.' },
  'read-effect': { what: 'effects of a read other than clearing', why: 'The register is read without an effect.' },
  'reserved-rule': { what: 'rules for reserved bits', why: 'The format has no word for them.' },
  'reset-unknown': { what: 'reset values that are not known', why: 'They are 0.' },
  shared: { what: 'runs of the shared page', why: 'They are memory, not registers.' },
  unaligned: {
    what: 'registers that are not within dwords',
    why: 'Each access to the window is to an aligned dword.',
  },
  unit: { what: 'units of fields', why: 'The format has no word for them.' },
  'unknown-property': { what: 'properties that are not known here', why: 'They have no effect on registers.' },
  'user-property': { what: "properties of the user's own", why: 'The platform file has no keys for them.' },
  'value-names': {
    what: 'values of a field that its bits cannot hold, or named twice',
    why: 'They can never be read.',
  },
  'value-pattern': {
    what: 'value names for a pattern of more than 16 values',
    why: 'The platform file names single values.',
  },
  'wide-field': {
    what: 'accesses and value names of fields across two dwords',
    why: 'The platform file has them for fields within a dword.',
  },
  'write-constraint': { what: 'ranges and rules of the values to write', why: 'See the description of the field.' },
  'write-key': { what: 'keys and masks of writes', why: 'The format has no word for them.' },
  'write-effect': {
    what: 'effects of a write other than w1c and w1s',
    why: 'The register keeps what is written; say what happens in device hooks.',
  },
  'write-once': { what: 'limits to the first write', why: 'The register takes every write.' },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly why: string }>>;

export type LeftOutKind = keyof typeof LEFT_OUT;
