/** What one of a register description and a platform file may say, and the other has no word for or no room. */
export const LEFT_OUT = {
  'address-block': { what: 'address blocks that are not registers', why: 'Only registers are imported.' },
  alternate: {
    what: 'alternate descriptions of a register',
    why: 'A platform file has one register at an index, so the first is kept. Import the other view as a function of its own.',
  },
  cpu: { what: 'descriptions of the processor', why: 'A platform file describes PCI functions.' },
  damaged: { what: 'faulty parts of the file', why: 'Each has a warning. Correct the file to import them.' },
  'default-value': {
    what: 'names for all other values of a field',
    why: 'A platform file names single values.',
  },
  divided: {
    what: 'registers of more than 64 bits, divided into dwords',
    why: 'A register of a platform file has 32 or 64 bits.',
  },
  'element-property': {
    what: 'properties of single elements of an array',
    why: 'All elements of an array are alike.',
  },
  'empty-block': { what: 'peripherals without registers', why: 'There is nothing to import.' },
  'enum-usage': {
    what: 'second sets of value names of a field',
    why: 'A platform file has one set for reading and writing. Other names are added for values that have none yet.',
  },
  'field-overlap': {
    what: 'fields that overlap another field',
    why: 'In a platform file each bit belongs to one field, so the first is kept.',
  },
  hardware: { what: 'hardware properties', why: 'They concern the RTL, not software.' },
  interrupt: { what: 'interrupt numbers', why: 'A PCI function has interrupt pins or messages instead.' },
  'many-functions': {
    what: 'peripherals for which the bus has no address left',
    why: 'Choose some with --peripheral, and import the others into a second file.',
  },
  memory: { what: 'memories', why: 'Use shared runs for plain memory.' },
  'no-access': { what: 'fields that software can neither read nor write', why: 'They become reserved bits.' },
  'outside-page': {
    what: 'registers outside the 1024 dwords of a function',
    why: 'Import them as a second function, with --peripheral NAME --offset 0x1000 for example.',
  },
  packed: {
    what: 'registers of 8 or 16 bits, made fields of a dword',
    why: 'Software accesses aligned dwords of the window only.',
  },
  protection: { what: 'protection attributes', why: 'A guest has no secure and non-secure sides.' },
  'read-effect': { what: 'effects of a read other than clearing', why: 'Here a read has no effect.' },
  'reserved-rule': { what: 'rules for reserved bits', why: 'The format has no word for them.' },
  'reset-unknown': { what: 'unknown reset values', why: '0 is used.' },
  shared: { what: 'runs of the shared page', why: 'They are memory, not registers.' },
  unaligned: {
    what: 'registers that cross the boundary of a dword',
    why: 'Software accesses aligned dwords of the window only.',
  },
  unit: { what: 'units of fields', why: 'The format has no word for them.' },
  'unknown-property': { what: 'unknown properties', why: 'They are taken to have no effect on registers.' },
  'user-property': { what: 'user-defined properties', why: 'A platform file has no keys for them.' },
  'value-names': {
    what: 'names for values that a field cannot hold, or that have a name',
    why: 'The first name of a value is kept.',
  },
  'value-pattern': {
    what: 'names for patterns of more than 16 values',
    why: 'A platform file names single values.',
  },
  'wide-field': {
    what: 'access and value names of fields across two dwords',
    why: 'A platform file has them for fields within a dword.',
  },
  'write-constraint': { what: 'constraints on the values to write', why: 'A platform file has min and max only.' },
  'write-key': { what: 'write keys and masks', why: 'The format has no word for them.' },
  'write-effect': {
    what: 'effects of a write other than w1c and w1s',
    why: 'The register keeps what is written. Model the effect in a device hook.',
  },
  'write-once': { what: 'registers that take only the first write', why: 'Here every write is taken.' },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly why: string }>>;

export type LeftOutKind = keyof typeof LEFT_OUT;
