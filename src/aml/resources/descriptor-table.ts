import type { ResourceRow } from './field.js';
import * as flags from './flags.js';

const MEMORY_FLAGS = [flags.access(0), flags.caching(1), flags.memoryType(3), flags.translationType(5)] as const;
const IO_FLAGS = [flags.rangeType(0), flags.translationType(4), flags.translationDensity(5)] as const;
const RANGE_FLAGS = [flags.usage(0), flags.decode(1), flags.minType(2), flags.maxType(3)] as const;

/** What begins an address space descriptor, but for its type. ACPI 6.5 §6.4.3.5 */
const generalFlags = { kind: 'flags8', name: 'generalFlags', parts: RANGE_FLAGS } as const;
const memoryFlags = { kind: 'flags8', name: 'typeFlags', parts: MEMORY_FLAGS } as const;
const ioFlags = { kind: 'flags8', name: 'typeFlags', parts: IO_FLAGS } as const;
const busFlags = { kind: 'flags8', name: 'typeFlags', parts: [] } as const;
const anyFlags = { kind: 'u8', name: 'typeFlags', default: 0 } as const;

const MEMORY_SPACE = [{ kind: 'constant', value: 0 }, generalFlags, memoryFlags] as const;
const IO_SPACE = [{ kind: 'constant', value: 1 }, generalFlags, ioFlags] as const;
const BUS_SPACE = [{ kind: 'constant', value: 2 }, generalFlags, busFlags] as const;
/** Types 0 to 2 have macros of their own; 10 is a PCC subspace. */
const ANY_SPACE = [
  { kind: 'u8', name: 'type', asl: [[0xc0, 0xff]], forced: [[3, 0xbf]] },
  generalFlags,
  anyFlags,
] as const;

const WORD_RANGE = [
  { kind: 'u16', name: 'granularity', default: 0 },
  { kind: 'u16', name: 'min' },
  { kind: 'u16', name: 'max' },
  { kind: 'u16', name: 'translation', default: 0 },
  { kind: 'u16', name: 'length', default: 'span' },
  { kind: 'source' },
] as const;
const DWORD_RANGE = [
  { kind: 'u32', name: 'granularity', default: 0 },
  { kind: 'u32', name: 'min' },
  { kind: 'u32', name: 'max' },
  { kind: 'u32', name: 'translation', default: 0 },
  { kind: 'u32', name: 'length', default: 'span' },
  { kind: 'source' },
] as const;
const QWORDS = [
  { kind: 'u64', name: 'granularity', default: 0n },
  { kind: 'u64', name: 'min' },
  { kind: 'u64', name: 'max' },
  { kind: 'u64', name: 'translation', default: 0n },
  { kind: 'u64', name: 'length', default: 'span' },
] as const;
const QWORD_RANGE = [...QWORDS, { kind: 'source' }] as const;
const EXTENDED_RANGE = [
  { kind: 'u8', name: 'revision', default: 1 },
  { kind: 'flags8', name: 'reservedByte', parts: [] },
  ...QWORDS,
  { kind: 'u64', name: 'attributes', default: 0n },
] as const;

const RANGE_ARGUMENTS = ['granularity', 'min', 'max', 'translation', 'length'] as const;
const SOURCE_ARGUMENTS = ['resourceSourceIndex', 'resourceSource', 'DescriptorName'] as const;
const memoryArguments = (tail: readonly string[]) => [
  ...['usage', 'decode', 'minType', 'maxType', 'caching', 'access'],
  ...RANGE_ARGUMENTS,
  ...tail,
  ...['memoryType', 'translationType'],
];
const ioArguments = (tail: readonly string[]) => [
  ...['usage', 'minType', 'maxType', 'decode', 'rangeType'],
  ...RANGE_ARGUMENTS,
  ...tail,
  ...['translationType', 'translationDensity'],
];
const spaceArguments = (tail: readonly string[]) => [
  ...['type', 'usage', 'decode', 'minType', 'maxType', 'typeFlags'],
  ...RANGE_ARGUMENTS,
  ...tail,
];
const BUS_ARGUMENTS = ['usage', 'minType', 'maxType', 'decode', ...RANGE_ARGUMENTS, ...SOURCE_ARGUMENTS];
const EXTENDED_ARGUMENTS = ['attributes', 'DescriptorName'] as const;

const VENDOR_DATA = { kind: 'bytes', name: 'vendorData', default: 'empty' } as const;
const RESOURCE_SOURCE = { kind: 'string', name: 'resourceSource' } as const;
const SOURCE_INDEX = { kind: 'u8', name: 'resourceSourceIndex', default: 0 } as const;
const REVISION_1 = { kind: 'u8', name: 'revision', default: 1 } as const;
const REVISION_2 = { kind: 'u8', name: 'revision', default: 2 } as const;
const CONSTANT_1 = { kind: 'constant', value: 1 } as const;
const TYPE_REVISION = { kind: 'u8', name: 'typeRevision', default: 1 } as const;
const VENDOR_OFFSET = { kind: 'offset16', of: 'vendorData' } as const;
const VENDOR_LENGTH = { kind: 'length16', of: 'vendorData', plus: 0 } as const;
const SOURCE_OFFSET = { kind: 'offset16', of: 'resourceSource' } as const;
const LABEL_OFFSET = { kind: 'offset16', of: 'label' } as const;
const PINS_OFFSET = { kind: 'offset16', of: 'pins' } as const;
const PINS = { kind: 'words', name: 'pins', until: 'resourceSource' } as const;
const LABEL = { kind: 'string', name: 'label' } as const;

const PIN_CONFIG = {
  kind: 'u8',
  name: 'pinConfig',
  keywords: { 0: 'PullDefault', 1: 'PullUp', 2: 'PullDown', 3: 'PullNone' },
  asl: [[0x80, 0xff]],
  default: 0,
} as const;

/** Of the types of pin configuration, the rest up to 0x7f is reserved. ACPI 6.5 §6.4.3.10 */
const PIN_SETTINGS = [
  [0x00, 0x0d],
  [0x80, 0xff],
] as const;

/** What both GPIO descriptors have behind their flags. ACPI 6.5 §6.4.3.8.1 */
const GPIO_REST = [
  PIN_CONFIG,
  { kind: 'u16', name: 'driveStrength', default: 0 },
  { kind: 'u16', name: 'debounce', default: 0 },
  PINS_OFFSET,
  SOURCE_INDEX,
  SOURCE_OFFSET,
  VENDOR_OFFSET,
  VENDOR_LENGTH,
  PINS,
  RESOURCE_SOURCE,
  VENDOR_DATA,
] as const;
const gpioUsage = { kind: 'flags16', name: 'generalFlags', parts: [flags.usage(0)] } as const;

/** The kind of serial bus is a byte of its own behind the index. ACPI 6.5 §6.4.3.8.2 */
const I2C = [SOURCE_INDEX, { kind: 'constant', value: 1 }] as const;
const SPI = [SOURCE_INDEX, { kind: 'constant', value: 2 }] as const;
const UART = [SOURCE_INDEX, { kind: 'constant', value: 3 }] as const;
const CSI2 = [SOURCE_INDEX, { kind: 'constant', value: 4 }] as const;

/** Before ACPI 6.0, a serial bus connection could not be shared. */
const serialFlags = { kind: 'flags8', name: 'generalFlags', parts: [flags.slaveMode(0), flags.usage(1)] } as const;
const sharedSerialFlags = {
  kind: 'flags8',
  name: 'generalFlags',
  parts: [flags.slaveMode(0), flags.usage(1), flags.sharing(2)],
} as const;

const I2C_REST = [
  {
    kind: 'flags16',
    name: 'typeFlags',
    parts: [
      {
        name: 'addressingMode',
        low: 0,
        width: 1,
        keywords: { 0: 'AddressingMode7Bit', 1: 'AddressingMode10Bit' },
        default: 0,
      },
      { name: 'legacyVirtualRegister', low: 8, width: 8, default: 0 },
    ],
  },
  TYPE_REVISION,
  { kind: 'length16', of: 'vendorData', plus: 6 },
  { kind: 'u32', name: 'speed' },
  { kind: 'u16', name: 'address' },
  VENDOR_DATA,
  RESOURCE_SOURCE,
] as const;
const SPI_REST = [
  {
    kind: 'flags16',
    name: 'typeFlags',
    parts: [
      { name: 'wireMode', low: 0, width: 1, keywords: { 0: 'FourWireMode', 1: 'ThreeWireMode' }, default: 0 },
      { name: 'devicePolarity', low: 1, width: 1, keywords: { 0: 'PolarityLow', 1: 'PolarityHigh' }, default: 0 },
    ],
  },
  TYPE_REVISION,
  { kind: 'length16', of: 'vendorData', plus: 9 },
  { kind: 'u32', name: 'speed' },
  { kind: 'u8', name: 'dataBitLength' },
  { kind: 'u8', name: 'clockPhase', keywords: { 0: 'ClockPhaseFirst', 1: 'ClockPhaseSecond' } },
  { kind: 'u8', name: 'clockPolarity', keywords: { 0: 'ClockPolarityLow', 1: 'ClockPolarityHigh' } },
  { kind: 'u16', name: 'deviceSelection' },
  VENDOR_DATA,
  RESOURCE_SOURCE,
] as const;
const UART_REST = [
  {
    kind: 'flags16',
    name: 'typeFlags',
    parts: [
      {
        name: 'flowControl',
        low: 0,
        width: 2,
        keywords: { 0: 'FlowControlNone', 1: 'FlowControlHardware', 2: 'FlowControlXON' },
        default: 0,
      },
      {
        name: 'stopBits',
        low: 2,
        width: 2,
        keywords: { 0: 'StopBitsZero', 1: 'StopBitsOne', 2: 'StopBitsOnePlusHalf', 3: 'StopBitsTwo' },
        default: 1,
      },
      {
        name: 'bitsPerByte',
        low: 4,
        width: 3,
        keywords: { 0: 'DataBitsFive', 1: 'DataBitsSix', 2: 'DataBitsSeven', 3: 'DataBitsEight', 4: 'DataBitsNine' },
        default: 3,
      },
      { name: 'endianness', low: 7, width: 1, keywords: { 0: 'LittleEndian', 1: 'BigEndian' }, default: 0 },
    ],
  },
  TYPE_REVISION,
  { kind: 'length16', of: 'vendorData', plus: 10 },
  { kind: 'u32', name: 'baudRate' },
  { kind: 'u16', name: 'receiveBufferSize' },
  { kind: 'u16', name: 'transmitBufferSize' },
  {
    kind: 'u8',
    name: 'parity',
    keywords: {
      0: 'ParityTypeNone',
      1: 'ParityTypeEven',
      2: 'ParityTypeOdd',
      3: 'ParityTypeMark',
      4: 'ParityTypeSpace',
    },
    default: 0,
  },
  { kind: 'u8', name: 'linesInUse' },
  VENDOR_DATA,
  RESOURCE_SOURCE,
] as const;

const SERIAL_TAIL = ['resourceSource', 'resourceSourceIndex', 'usage', 'DescriptorName'] as const;
const SHARED_TAIL = [...SERIAL_TAIL, 'sharing', 'vendorData'] as const;
const OLD_TAIL = [...SERIAL_TAIL, 'vendorData'] as const;
const I2C_ARGUMENTS = ['address', 'slaveMode', 'speed', 'addressingMode'] as const;
const SPI_ARGUMENTS = [
  ...['deviceSelection', 'devicePolarity', 'wireMode', 'dataBitLength'],
  ...['slaveMode', 'speed', 'clockPolarity', 'clockPhase'],
];
const UART_ARGUMENTS = [
  ...['baudRate', 'bitsPerByte', 'stopBits', 'linesInUse', 'endianness'],
  ...['parity', 'flowControl', 'receiveBufferSize', 'transmitBufferSize'],
];

const MEMORY_WINDOW = ['access', 'min', 'max', 'alignment', 'length', 'DescriptorName'] as const;
const memoryInfo = { kind: 'flags8', name: 'flags', parts: [flags.access(0)] } as const;
const pinFlags = { kind: 'flags16', name: 'flags', parts: [flags.sharing(0), flags.usage(1)] } as const;

/**
 * Every resource descriptor of ACPI 6.5 §6.4. No other file knows a tag or a layout. Where rows share a tag, the first
 * whose constants match and whose fields find room describes the bytes.
 */
export const RESOURCE_DESCRIPTORS = [
  // Small
  {
    macro: 'IRQ',
    size: 'small',
    tag: 0x20,
    fields: [
      { kind: 'mask16', name: 'interrupts' },
      { kind: 'flags8', name: 'flags', parts: [flags.mode(0), flags.polarity(3), flags.sharingAndWake(4)] },
    ],
    arguments: ['mode', 'polarity', 'sharing', 'DescriptorName'],
    list: 'interrupts',
    section: '6.4.2.1',
  },
  {
    macro: 'IRQNoFlags',
    size: 'small',
    tag: 0x20,
    fields: [{ kind: 'mask16', name: 'interrupts' }],
    arguments: ['DescriptorName'],
    list: 'interrupts',
    section: '6.4.2.1',
  },
  {
    macro: 'DMA',
    size: 'small',
    tag: 0x28,
    fields: [
      { kind: 'mask8', name: 'channels' },
      {
        kind: 'flags8',
        name: 'flags',
        parts: [
          {
            name: 'transferSize',
            low: 0,
            width: 2,
            keywords: { 0: 'Transfer8', 1: 'Transfer8_16', 2: 'Transfer16' },
          },
          { name: 'busMaster', low: 2, width: 1, keywords: { 0: 'NotBusMaster', 1: 'BusMaster' } },
          {
            name: 'type',
            low: 5,
            width: 2,
            keywords: { 0: 'Compatibility', 1: 'TypeA', 2: 'TypeB', 3: 'TypeF' },
          },
        ],
      },
    ],
    arguments: ['type', 'busMaster', 'transferSize', 'DescriptorName'],
    list: 'channels',
    section: '6.4.2.2',
  },
  {
    macro: 'StartDependentFn',
    size: 'small',
    tag: 0x30,
    fields: [
      {
        kind: 'flags8',
        name: 'priority',
        parts: [
          { name: 'compatibility', low: 0, width: 2, asl: [[0, 2]] },
          { name: 'performance', low: 2, width: 2, asl: [[0, 2]] },
        ],
      },
    ],
    arguments: ['compatibility', 'performance'],
    section: '6.4.2.3',
  },
  { macro: 'StartDependentFnNoPri', size: 'small', tag: 0x30, fields: [], arguments: [], section: '6.4.2.3' },
  { macro: 'EndDependentFn', size: 'small', tag: 0x38, fields: [], arguments: [], section: '6.4.2.4' },
  {
    macro: 'IO',
    size: 'small',
    tag: 0x40,
    fields: [
      {
        kind: 'flags8',
        name: 'flags',
        parts: [{ name: 'decode', low: 0, width: 1, keywords: { 0: 'Decode10', 1: 'Decode16' }, default: 1 }],
      },
      { kind: 'u16', name: 'min' },
      { kind: 'u16', name: 'max' },
      { kind: 'u8', name: 'alignment' },
      { kind: 'u8', name: 'length' },
    ],
    arguments: ['decode', 'min', 'max', 'alignment', 'length', 'DescriptorName'],
    section: '6.4.2.5',
  },
  {
    macro: 'FixedIO',
    size: 'small',
    tag: 0x48,
    fields: [
      { kind: 'u16', name: 'base' },
      { kind: 'u8', name: 'length' },
    ],
    arguments: ['base', 'length', 'DescriptorName'],
    section: '6.4.2.6',
  },
  {
    macro: 'FixedDMA',
    size: 'small',
    tag: 0x50,
    fields: [
      { kind: 'u16', name: 'requestLine' },
      { kind: 'u16', name: 'channel' },
      {
        kind: 'u8',
        name: 'width',
        keywords: {
          0: 'Width8bit',
          1: 'Width16bit',
          2: 'Width32bit',
          3: 'Width64bit',
          4: 'Width128bit',
          5: 'Width256bit',
        },
        default: 2,
      },
    ],
    arguments: ['requestLine', 'channel', 'width', 'DescriptorName'],
    section: '6.4.2.7',
  },
  {
    macro: 'VendorShort',
    size: 'small',
    tag: 0x70,
    fields: [{ kind: 'bytes', name: 'data' }],
    arguments: ['DescriptorName'],
    list: 'data',
    section: '6.4.2.8',
  },
  {
    macro: 'EndTag',
    size: 'small',
    tag: 0x78,
    fields: [{ kind: 'u8', name: 'checksum', default: 0 }],
    arguments: [],
    section: '6.4.2.9',
  },

  // Large
  {
    macro: 'Memory24',
    size: 'large',
    tag: 0x81,
    fields: [
      memoryInfo,
      { kind: 'u16', name: 'min' },
      { kind: 'u16', name: 'max' },
      { kind: 'u16', name: 'alignment' },
      { kind: 'u16', name: 'length' },
    ],
    arguments: MEMORY_WINDOW,
    section: '6.4.3.1',
  },
  {
    macro: 'Register',
    size: 'large',
    tag: 0x82,
    fields: [
      {
        kind: 'u8',
        name: 'space',
        keywords: {
          0: 'SystemMemory',
          1: 'SystemIO',
          2: 'PCI_Config',
          3: 'EmbeddedControl',
          4: 'SMBus',
          5: 'SystemCMOS',
          6: 'PciBarTarget',
          7: 'IPMI',
          8: 'GeneralPurposeIO',
          9: 'GenericSerialBus',
          10: 'PCC',
          127: 'FFixedHW',
        },
        asl: [[0x0c, 0xff]],
      },
      { kind: 'u8', name: 'bitWidth' },
      { kind: 'u8', name: 'bitOffset' },
      { kind: 'u8', name: 'accessSize', default: 0, asl: [[0, 4]] },
      { kind: 'u64', name: 'address' },
    ],
    arguments: ['space', 'bitWidth', 'bitOffset', 'address', 'accessSize', 'DescriptorName'],
    section: '6.4.3.7',
  },
  {
    macro: 'VendorLong',
    size: 'large',
    tag: 0x84,
    fields: [{ kind: 'bytes', name: 'data' }],
    arguments: ['DescriptorName'],
    list: 'data',
    section: '6.4.3.2',
  },
  {
    macro: 'Memory32',
    size: 'large',
    tag: 0x85,
    fields: [
      memoryInfo,
      { kind: 'u32', name: 'min' },
      { kind: 'u32', name: 'max' },
      { kind: 'u32', name: 'alignment' },
      { kind: 'u32', name: 'length' },
    ],
    arguments: MEMORY_WINDOW,
    section: '6.4.3.3',
  },
  {
    macro: 'Memory32Fixed',
    size: 'large',
    tag: 0x86,
    fields: [memoryInfo, { kind: 'u32', name: 'base' }, { kind: 'u32', name: 'length' }],
    arguments: ['access', 'base', 'length', 'DescriptorName'],
    section: '6.4.3.4',
  },
  {
    macro: 'DWordMemory',
    size: 'large',
    tag: 0x87,
    fields: [...MEMORY_SPACE, ...DWORD_RANGE],
    arguments: memoryArguments(SOURCE_ARGUMENTS),
    section: '6.4.3.5.2',
  },
  {
    macro: 'DWordIO',
    size: 'large',
    tag: 0x87,
    fields: [...IO_SPACE, ...DWORD_RANGE],
    arguments: ioArguments(SOURCE_ARGUMENTS),
    section: '6.4.3.5.2',
  },
  {
    macro: 'DWordSpace',
    size: 'large',
    tag: 0x87,
    fields: [...ANY_SPACE, ...DWORD_RANGE],
    arguments: spaceArguments(SOURCE_ARGUMENTS),
    section: '6.4.3.5.2',
  },
  {
    macro: 'WordIO',
    size: 'large',
    tag: 0x88,
    fields: [...IO_SPACE, ...WORD_RANGE],
    arguments: ioArguments(SOURCE_ARGUMENTS),
    section: '6.4.3.5.3',
  },
  {
    macro: 'WordBusNumber',
    size: 'large',
    tag: 0x88,
    fields: [...BUS_SPACE, ...WORD_RANGE],
    arguments: BUS_ARGUMENTS,
    section: '6.4.3.5.3',
  },
  {
    macro: 'WordSpace',
    size: 'large',
    tag: 0x88,
    fields: [...ANY_SPACE, ...WORD_RANGE],
    arguments: spaceArguments(SOURCE_ARGUMENTS),
    section: '6.4.3.5.3',
  },
  {
    macro: 'Interrupt',
    size: 'large',
    tag: 0x89,
    fields: [
      {
        kind: 'flags8',
        name: 'flags',
        parts: [flags.usage(0), flags.mode(1), flags.polarity(2), flags.sharingAndWake(3)],
      },
      { kind: 'dwords', name: 'interrupts' },
      { kind: 'source' },
    ],
    arguments: ['usage', 'mode', 'polarity', 'sharing', ...SOURCE_ARGUMENTS],
    list: 'interrupts',
    listLeast: 1,
    section: '6.4.3.6',
  },
  {
    macro: 'QWordMemory',
    size: 'large',
    tag: 0x8a,
    fields: [...MEMORY_SPACE, ...QWORD_RANGE],
    arguments: memoryArguments(SOURCE_ARGUMENTS),
    section: '6.4.3.5.1',
  },
  {
    macro: 'QWordIO',
    size: 'large',
    tag: 0x8a,
    fields: [...IO_SPACE, ...QWORD_RANGE],
    arguments: ioArguments(SOURCE_ARGUMENTS),
    section: '6.4.3.5.1',
  },
  {
    macro: 'QWordSpace',
    size: 'large',
    tag: 0x8a,
    fields: [...ANY_SPACE, ...QWORD_RANGE],
    arguments: spaceArguments(SOURCE_ARGUMENTS),
    section: '6.4.3.5.1',
  },
  {
    macro: 'ExtendedMemory',
    size: 'large',
    tag: 0x8b,
    fields: [...MEMORY_SPACE, ...EXTENDED_RANGE],
    arguments: memoryArguments(EXTENDED_ARGUMENTS),
    section: '6.4.3.5.4',
  },
  {
    macro: 'ExtendedIO',
    size: 'large',
    tag: 0x8b,
    fields: [...IO_SPACE, ...EXTENDED_RANGE],
    arguments: ioArguments(EXTENDED_ARGUMENTS),
    section: '6.4.3.5.4',
  },
  {
    macro: 'ExtendedSpace',
    size: 'large',
    tag: 0x8b,
    fields: [...ANY_SPACE, ...EXTENDED_RANGE],
    arguments: spaceArguments(EXTENDED_ARGUMENTS),
    section: '6.4.3.5.4',
  },
  {
    macro: 'GpioInt',
    size: 'large',
    tag: 0x8c,
    fields: [
      REVISION_1,
      { kind: 'constant', value: 0 },
      gpioUsage,
      {
        kind: 'flags16',
        name: 'typeFlags',
        parts: [flags.mode(0), flags.polarityOrBoth(1), flags.sharingAndWake(3)],
      },
      ...GPIO_REST,
    ],
    arguments: [
      ...['mode', 'polarity', 'sharing', 'pinConfig', 'debounce'],
      ...['resourceSource', 'resourceSourceIndex', 'usage', 'DescriptorName', 'vendorData'],
    ],
    list: 'pins',
    listLeast: 1,
    listMost: 1,
    section: '6.4.3.8.1',
  },
  {
    macro: 'GpioIo',
    size: 'large',
    tag: 0x8c,
    fields: [
      REVISION_1,
      CONSTANT_1,
      gpioUsage,
      {
        kind: 'flags16',
        name: 'typeFlags',
        parts: [
          {
            name: 'ioRestriction',
            low: 0,
            width: 2,
            keywords: {
              0: 'IoRestrictionNone',
              1: 'IoRestrictionInputOnly',
              2: 'IoRestrictionOutputOnly',
              3: 'IoRestrictionNoneAndPreserve',
            },
            default: 0,
          },
          flags.sharing(3),
        ],
      },
      ...GPIO_REST,
    ],
    arguments: [
      ...['sharing', 'pinConfig', 'debounce', 'driveStrength', 'ioRestriction'],
      ...['resourceSource', 'resourceSourceIndex', 'usage', 'DescriptorName', 'vendorData'],
    ],
    list: 'pins',
    listLeast: 1,
    section: '6.4.3.8.1',
  },
  {
    macro: 'PinFunction',
    size: 'large',
    tag: 0x8d,
    fields: [
      REVISION_1,
      { kind: 'flags16', name: 'flags', parts: [flags.sharing(0)] },
      PIN_CONFIG,
      { kind: 'u16', name: 'function' },
      PINS_OFFSET,
      SOURCE_INDEX,
      SOURCE_OFFSET,
      VENDOR_OFFSET,
      VENDOR_LENGTH,
      PINS,
      RESOURCE_SOURCE,
      VENDOR_DATA,
    ],
    arguments: [
      ...['sharing', 'pinConfig', 'function'],
      ...['resourceSource', 'resourceSourceIndex', '', 'DescriptorName', 'vendorData'],
    ],
    list: 'pins',
    listLeast: 1,
    section: '6.4.3.9',
  },
  {
    macro: 'I2CSerialBus',
    size: 'large',
    tag: 0x8e,
    fields: [CONSTANT_1, ...I2C, serialFlags, ...I2C_REST],
    arguments: [...I2C_ARGUMENTS, ...OLD_TAIL],
    section: 'ACPI 5.1 §6.4.3.8.2.1',
  },
  {
    macro: 'I2CSerialBusV2',
    size: 'large',
    tag: 0x8e,
    fields: [REVISION_2, ...I2C, sharedSerialFlags, ...I2C_REST],
    arguments: [...I2C_ARGUMENTS, ...SHARED_TAIL],
    section: '6.4.3.8.2.1',
  },
  {
    macro: 'SPISerialBus',
    size: 'large',
    tag: 0x8e,
    fields: [CONSTANT_1, ...SPI, serialFlags, ...SPI_REST],
    arguments: [...SPI_ARGUMENTS, ...OLD_TAIL],
    section: 'ACPI 5.1 §6.4.3.8.2.2',
  },
  {
    macro: 'SPISerialBusV2',
    size: 'large',
    tag: 0x8e,
    fields: [REVISION_2, ...SPI, sharedSerialFlags, ...SPI_REST],
    arguments: [...SPI_ARGUMENTS, ...SHARED_TAIL],
    section: '6.4.3.8.2.2',
  },
  {
    macro: 'UARTSerialBus',
    size: 'large',
    tag: 0x8e,
    fields: [CONSTANT_1, ...UART, serialFlags, ...UART_REST],
    arguments: [...UART_ARGUMENTS, ...OLD_TAIL],
    section: 'ACPI 5.1 §6.4.3.8.2.3',
  },
  {
    macro: 'UARTSerialBusV2',
    size: 'large',
    tag: 0x8e,
    fields: [REVISION_2, ...UART, sharedSerialFlags, ...UART_REST],
    arguments: [...UART_ARGUMENTS, ...SHARED_TAIL],
    section: '6.4.3.8.2.3',
  },
  {
    macro: 'CSI2Bus',
    size: 'large',
    tag: 0x8e,
    fields: [
      REVISION_1,
      ...CSI2,
      serialFlags,
      {
        kind: 'flags16',
        name: 'typeFlags',
        parts: [
          { name: 'phyType', low: 0, width: 2 },
          { name: 'localPort', low: 2, width: 6 },
        ],
      },
      TYPE_REVISION,
      VENDOR_LENGTH,
      VENDOR_DATA,
      RESOURCE_SOURCE,
    ],
    arguments: [
      ...['slaveMode', 'phyType', 'localPort'],
      ...['resourceSource', 'resourceSourceIndex', 'usage', 'DescriptorName', 'vendorData'],
    ],
    section: '6.4.3.8.2.4',
  },
  {
    macro: 'PinConfig',
    size: 'large',
    tag: 0x8f,
    fields: [
      REVISION_1,
      pinFlags,
      { kind: 'u8', name: 'type', asl: PIN_SETTINGS, forced: [[0, 0xff]] },
      { kind: 'u32', name: 'value' },
      PINS_OFFSET,
      SOURCE_INDEX,
      SOURCE_OFFSET,
      VENDOR_OFFSET,
      VENDOR_LENGTH,
      PINS,
      RESOURCE_SOURCE,
      VENDOR_DATA,
    ],
    arguments: [
      ...['sharing', 'type', 'value'],
      ...['resourceSource', 'resourceSourceIndex', 'usage', 'DescriptorName', 'vendorData'],
    ],
    list: 'pins',
    listLeast: 1,
    section: '6.4.3.10',
  },
  {
    macro: 'PinGroup',
    size: 'large',
    tag: 0x90,
    fields: [
      REVISION_1,
      { kind: 'flags16', name: 'flags', parts: [flags.usage(0)] },
      PINS_OFFSET,
      LABEL_OFFSET,
      VENDOR_OFFSET,
      VENDOR_LENGTH,
      { kind: 'words', name: 'pins', until: 'label' },
      LABEL,
      VENDOR_DATA,
    ],
    arguments: ['label', 'usage', 'DescriptorName', 'vendorData'],
    list: 'pins',
    listLeast: 1,
    section: '6.4.3.11',
  },
  {
    macro: 'PinGroupFunction',
    size: 'large',
    tag: 0x91,
    fields: [
      REVISION_1,
      pinFlags,
      { kind: 'u16', name: 'function' },
      SOURCE_INDEX,
      SOURCE_OFFSET,
      LABEL_OFFSET,
      VENDOR_OFFSET,
      VENDOR_LENGTH,
      RESOURCE_SOURCE,
      LABEL,
      VENDOR_DATA,
    ],
    arguments: [
      ...['sharing', 'function', 'resourceSource', 'resourceSourceIndex'],
      ...['label', 'usage', 'DescriptorName', 'vendorData'],
    ],
    section: '6.4.3.12',
  },
  {
    macro: 'PinGroupConfig',
    size: 'large',
    tag: 0x92,
    fields: [
      REVISION_1,
      pinFlags,
      { kind: 'u8', name: 'type', asl: PIN_SETTINGS, forced: [[0, 0xff]] },
      { kind: 'u32', name: 'value' },
      SOURCE_INDEX,
      SOURCE_OFFSET,
      LABEL_OFFSET,
      VENDOR_OFFSET,
      VENDOR_LENGTH,
      RESOURCE_SOURCE,
      LABEL,
      VENDOR_DATA,
    ],
    arguments: [
      ...['sharing', 'type', 'value', 'resourceSource', 'resourceSourceIndex'],
      ...['label', 'usage', 'DescriptorName', 'vendorData'],
    ],
    section: '6.4.3.13',
  },
  {
    macro: 'ClockInput',
    size: 'large',
    tag: 0x93,
    fields: [
      REVISION_1,
      {
        kind: 'flags16',
        name: 'flags',
        parts: [
          { name: 'mode', low: 0, width: 1, keywords: { 0: 'Fixed', 1: 'Variable' }, default: 0 },
          { name: 'scale', low: 1, width: 2, keywords: { 0: 'Hz', 1: 'KHz', 2: 'MHz' }, default: 0 },
        ],
      },
      { kind: 'u16', name: 'divisor' },
      { kind: 'u32', name: 'numerator' },
      { kind: 'source' },
    ],
    arguments: ['numerator', 'divisor', 'scale', 'mode', 'resourceSource', 'resourceSourceIndex'],
    section: '6.4.3.14',
  },
] as const satisfies readonly ResourceRow[];
