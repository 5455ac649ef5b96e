import {
  dma,
  dwordIo,
  dwordMemory,
  dwordSpace,
  endDependentFn,
  extendedIo,
  extendedMemory,
  extendedSpace,
  fixedDma,
  fixedIo,
  gpioInt,
  gpioIo,
  i2cSerialBus,
  i2cSerialBusV2,
  interrupt,
  io,
  irq,
  irqNoFlags,
  memory24,
  memory32,
  memory32Fixed,
  pinConfig,
  pinFunction,
  pinGroup,
  pinGroupConfig,
  pinGroupFunction,
  qwordIo,
  qwordMemory,
  qwordSpace,
  type ResourceDescriptor,
  register,
  spiSerialBus,
  spiSerialBusV2,
  startDependentFn,
  startDependentFnNoPri,
  uartSerialBus,
  uartSerialBusV2,
  vendorLong,
  vendorShort,
  wordBusNumber,
  wordIo,
  wordSpace,
} from '../../../src/aml/resources/index.js';

const gpio = { resourceSource: '\\_SB.GPI0', pins: [7] } as const;
const group = { resourceSource: '\\_SB.GPI0', label: 'bus0' } as const;
const bytes = (...values: number[]) => new Uint8Array(values);

/** What one writes in ASL, and what one calls for it here; both written by hand. */
export const MACRO_ROWS: readonly (readonly [asl: string, ours: readonly ResourceDescriptor[]])[] = [
  ['IRQ (Edge, ActiveHigh, Exclusive) {4}', [irq({ mode: 'Edge', polarity: 'ActiveHigh', interrupts: [4] })]],
  [
    'IRQ (Level, ActiveLow, Shared) {3, 5, 15}',
    [irq({ mode: 'Level', polarity: 'ActiveLow', sharing: 'Shared', interrupts: [3, 5, 15] })],
  ],
  [
    'IRQ (Level, ActiveLow, SharedAndWake) {}',
    [irq({ mode: 'Level', polarity: 'ActiveLow', sharing: 'SharedAndWake', interrupts: [] })],
  ],
  ['IRQNoFlags () {0, 8}', [irqNoFlags({ interrupts: [0, 8] })]],
  [
    'DMA (TypeF, BusMaster, Transfer16) {0, 7}',
    [dma({ type: 'TypeF', busMaster: 'BusMaster', transferSize: 'Transfer16', channels: [0, 7] })],
  ],
  [
    'DMA (Compatibility, NotBusMaster, Transfer8_16) {2}',
    [dma({ type: 'Compatibility', busMaster: 'NotBusMaster', transferSize: 'Transfer8_16', channels: [2] })],
  ],
  [
    'StartDependentFn (1, 2) { IO (Decode16, 0x378, 0x378, 1, 8) } StartDependentFnNoPri () {} EndDependentFn ()',
    [
      startDependentFn({ compatibility: 1, performance: 2 }),
      io({ min: 0x378, max: 0x378, alignment: 1, length: 8 }),
      startDependentFnNoPri(),
      endDependentFn(),
    ],
  ],
  [
    'IO (Decode10, 0x100, 0x3f8, 8, 0x10)',
    [io({ decode: 'Decode10', min: 0x100, max: 0x3f8, alignment: 8, length: 16 })],
  ],
  ['FixedIO (0x3f0, 6)', [fixedIo({ base: 0x3f0, length: 6 })]],
  ['FixedDMA (0x10, 2)', [fixedDma({ requestLine: 16, channel: 2 })]],
  [
    'FixedDMA (0x1234, 0x5678, Width256bit)',
    [fixedDma({ requestLine: 0x1234, channel: 0x5678, width: 'Width256bit' })],
  ],
  ['VendorShort () {1, 2, 3, 4, 5, 6, 7}', [vendorShort({ data: bytes(1, 2, 3, 4, 5, 6, 7) })]],
  ['VendorShort () {}', [vendorShort({ data: bytes() })]],
  ['VendorLong () {9, 8, 7, 6, 5, 4, 3, 2, 1}', [vendorLong({ data: bytes(9, 8, 7, 6, 5, 4, 3, 2, 1) })]],

  [
    'Memory24 (ReadOnly, 0x100, 0x1ff, 0x100, 0x10)',
    [memory24({ access: 'ReadOnly', min: 0x100, max: 0x1ff, alignment: 0x100, length: 0x10 })],
  ],
  [
    'Memory32 (ReadWrite, 0x1000, 0xffff0000, 0x1000, 0x2000)',
    [memory32({ min: 0x1000, max: 0xffff_0000, alignment: 0x1000, length: 0x2000 })],
  ],
  [
    'Memory32Fixed (ReadOnly, 0xfed00000, 0x400)',
    [memory32Fixed({ access: 'ReadOnly', base: 0xfed0_0000, length: 0x400 })],
  ],
  ['Memory32Fixed (ReadWrite, 0, 0xffffffff)', [memory32Fixed({ base: 0, length: 0xffff_ffff })]],
  [
    'DWordMemory (ResourceProducer, SubDecode, MinFixed, MaxFixed, Prefetchable, ReadOnly, 0, 0x80000000, 0xbfffffff, 0x10, 0x40000000, , , , AddressRangeACPI, TypeTranslation)',
    [
      dwordMemory({
        usage: 'ResourceProducer',
        decode: 'SubDecode',
        minType: 'MinFixed',
        maxType: 'MaxFixed',
        caching: 'Prefetchable',
        access: 'ReadOnly',
        min: 0x8000_0000,
        max: 0xbfff_ffff,
        translation: 0x10,
        memoryType: 'AddressRangeACPI',
        translationType: 'TypeTranslation',
      }),
    ],
  ],
  ['DWordMemory (, , , , , , 0, 1, 2, 0, 1)', [dwordMemory({ min: 1, max: 2, length: 1 })]],
  [
    'DWordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, ISAOnlyRanges, 0, 0, 0xffff, 0, 0x10000, 1, "\\\\_SB.PCI0", , TypeTranslation, SparseTranslation)',
    [
      dwordIo({
        usage: 'ResourceProducer',
        minType: 'MinFixed',
        maxType: 'MaxFixed',
        rangeType: 'ISAOnlyRanges',
        min: 0,
        max: 0xffff,
        resourceSourceIndex: 1,
        resourceSource: '\\_SB.PCI0',
        translationType: 'TypeTranslation',
        translationDensity: 'SparseTranslation',
      }),
    ],
  ],
  [
    'DWordSpace (0xc1, , , , , 0x5a, 0, 0, 0xff, 0, 0x100)',
    [dwordSpace({ type: 0xc1, typeFlags: 0x5a, min: 0, max: 0xff })],
  ],
  [
    'WordIO (ResourceProducer, MinFixed, MaxFixed, SubDecode, NonISAOnlyRanges, 0, 0xd00, 0xffff, 0, 0xf300)',
    [
      wordIo({
        usage: 'ResourceProducer',
        minType: 'MinFixed',
        maxType: 'MaxFixed',
        decode: 'SubDecode',
        rangeType: 'NonISAOnlyRanges',
        min: 0xd00,
        max: 0xffff,
      }),
    ],
  ],
  [
    'WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0, 0, 0xff, 0, 0x100)',
    [wordBusNumber({ usage: 'ResourceProducer', minType: 'MinFixed', maxType: 'MaxFixed', min: 0, max: 0xff })],
  ],
  [
    'WordSpace (0xff, ResourceProducer, , , , 1, 0, 1, 2, 3, 1, 4)',
    [
      wordSpace({
        type: 0xff,
        usage: 'ResourceProducer',
        typeFlags: 1,
        min: 1,
        max: 2,
        translation: 3,
        length: 1,
        resourceSourceIndex: 4,
      }),
    ],
  ],
  [
    'Interrupt (ResourceConsumer, Level, ActiveLow, Shared) {9}',
    [interrupt({ mode: 'Level', polarity: 'ActiveLow', sharing: 'Shared', interrupts: [9] })],
  ],
  [
    'Interrupt (ResourceProducer, Edge, ActiveHigh, ExclusiveAndWake, 3, "\\\\_SB.LNKA") {1, 0xffffffff}',
    [
      interrupt({
        usage: 'ResourceProducer',
        mode: 'Edge',
        polarity: 'ActiveHigh',
        sharing: 'ExclusiveAndWake',
        interrupts: [1, 0xffff_ffff],
        resourceSourceIndex: 3,
        resourceSource: '\\_SB.LNKA',
      }),
    ],
  ],
  [
    'QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite, 0, 0x140000000, 0x147ffffff, 0, 0x8000000, , , , AddressRangeNVS)',
    [
      qwordMemory({
        usage: 'ResourceProducer',
        minType: 'MinFixed',
        maxType: 'MaxFixed',
        caching: 'Cacheable',
        min: 0x1_4000_0000n,
        max: 0x1_47ff_ffffn,
        memoryType: 'AddressRangeNVS',
      }),
    ],
  ],
  [
    'QWordIO (, , , , , 0xfff, 0x1000, 0x8fff, 0x100000000, 0x2000)',
    [qwordIo({ granularity: 0xfffn, min: 0x1000n, max: 0x8fffn, translation: 0x1_0000_0000n, length: 0x2000n })],
  ],
  [
    'QWordSpace (0xc0, , , , , 0, 0, 0, 0xfffffffffffffffe, 0, 0xffffffffffffffff)',
    [qwordSpace({ type: 0xc0, min: 0n, max: 0xffff_ffff_ffff_fffen })],
  ],
  [
    'ExtendedMemory (, , , , WriteCombining, ReadWrite, 0, 0, 0xfff, 0, 0x1000, 0x8000)',
    [extendedMemory({ caching: 'WriteCombining', min: 0n, max: 0xfffn, attributes: 0x8000n })],
  ],
  [
    'ExtendedIO (, , , , EntireRange, 0, 0, 0xfff, 0, 0x1000, 0x11, , TypeTranslation, SparseTranslation)',
    [
      extendedIo({
        min: 0n,
        max: 0xfffn,
        attributes: 0x11n,
        translationType: 'TypeTranslation',
        translationDensity: 'SparseTranslation',
      }),
    ],
  ],
  [
    'ExtendedSpace (0xc0, , , , , 0x33, 0, 0, 0xfff, 0, 0x1000)',
    [extendedSpace({ type: 0xc0, typeFlags: 0x33, min: 0n, max: 0xfffn })],
  ],
  [
    'Register (FFixedHW, 1, 2, 0x10, 3)',
    [register({ space: 'FFixedHW', bitWidth: 1, bitOffset: 2, address: 0x10n, accessSize: 3 })],
  ],
  [
    'Register (PCI_Config, 8, 0, 0x123456789abcdef0)',
    [register({ space: 'PCI_Config', bitWidth: 8, bitOffset: 0, address: 0x1234_5678_9abc_def0n })],
  ],
  ['Register (PCC, 0x20, 0, 1)', [register({ space: 'PCC', bitWidth: 32, bitOffset: 0, address: 1n })]],

  [
    'GpioInt (Edge, ActiveBoth, SharedAndWake, PullUp, 0x1234, "\\\\_SB.GPI0", 0, ResourceConsumer) {7}',
    [
      gpioInt({
        ...gpio,
        mode: 'Edge',
        polarity: 'ActiveBoth',
        sharing: 'SharedAndWake',
        pinConfig: 'PullUp',
        debounce: 0x1234,
      }),
    ],
  ],
  [
    'GpioInt (Level, ActiveLow, , PullDefault, , "\\\\_SB.GPI0", , ResourceProducer, , RawDataBuffer () {1, 2}) {7}',
    [gpioInt({ ...gpio, mode: 'Level', polarity: 'ActiveLow', usage: 'ResourceProducer', vendorData: bytes(1, 2) })],
  ],
  [
    'GpioIo (Shared, PullDown, 1, 2, IoRestrictionOutputOnly, "\\\\_SB.GPI0", 3) {7, 0xffff, 0}',
    [
      gpioIo({
        ...gpio,
        sharing: 'Shared',
        pinConfig: 'PullDown',
        debounce: 1,
        driveStrength: 2,
        ioRestriction: 'IoRestrictionOutputOnly',
        resourceSourceIndex: 3,
        pins: [7, 0xffff, 0],
      }),
    ],
  ],
  [
    'PinFunction (Shared, PullNone, 0x11, "\\\\_SB.GPI0", 2, , , RawDataBuffer () {1}) {7, 8}',
    [
      pinFunction({
        ...gpio,
        sharing: 'Shared',
        pinConfig: 'PullNone',
        function: 0x11,
        resourceSourceIndex: 2,
        pins: [7, 8],
        vendorData: bytes(1),
      }),
    ],
  ],
  [
    'PinConfig (Shared, 0x02, 0x12345678, "\\\\_SB.GPI0", 1, ResourceProducer) {7}',
    [
      pinConfig({
        ...gpio,
        sharing: 'Shared',
        type: 2,
        value: 0x1234_5678,
        resourceSourceIndex: 1,
        usage: 'ResourceProducer',
      }),
    ],
  ],
  [
    'PinGroup ("bus0", ResourceProducer, , RawDataBuffer () {5}) {1, 2, 3}',
    [pinGroup({ label: 'bus0', usage: 'ResourceProducer', pins: [1, 2, 3], vendorData: bytes(5) })],
  ],
  ['PinGroupFunction (Exclusive, 6, "\\\\_SB.GPI0", 0, "bus0")', [pinGroupFunction({ ...group, function: 6 })]],
  [
    'PinGroupConfig (Shared, 3, 9, "\\\\_SB.GPI0", 1, "bus0", ResourceProducer, , RawDataBuffer () {5, 6})',
    [
      pinGroupConfig({
        ...group,
        sharing: 'Shared',
        type: 3,
        value: 9,
        resourceSourceIndex: 1,
        usage: 'ResourceProducer',
        vendorData: bytes(5, 6),
      }),
    ],
  ],

  [
    'I2CSerialBus (0x50, DeviceInitiated, 100000, AddressingMode10Bit, "\\\\_SB.I2C0")',
    [
      i2cSerialBus({
        address: 0x50,
        slaveMode: 'DeviceInitiated',
        speed: 100_000,
        addressingMode: 'AddressingMode10Bit',
        resourceSource: '\\_SB.I2C0',
      }),
    ],
  ],
  [
    'I2CSerialBusV2 (0x50, , 400000, , "\\\\_SB.I2C0", 1, ResourceProducer, , Shared, RawDataBuffer () {1, 2, 3})',
    [
      i2cSerialBusV2({
        address: 0x50,
        speed: 400_000,
        resourceSource: '\\_SB.I2C0',
        resourceSourceIndex: 1,
        usage: 'ResourceProducer',
        sharing: 'Shared',
        vendorData: bytes(1, 2, 3),
      }),
    ],
  ],
  [
    'SPISerialBus (1, PolarityHigh, ThreeWireMode, 16, , 1000000, ClockPolarityHigh, ClockPhaseSecond, "SPI0")',
    [
      spiSerialBus({
        deviceSelection: 1,
        devicePolarity: 'PolarityHigh',
        wireMode: 'ThreeWireMode',
        dataBitLength: 16,
        speed: 1_000_000,
        clockPolarity: 'ClockPolarityHigh',
        clockPhase: 'ClockPhaseSecond',
        resourceSource: 'SPI0',
      }),
    ],
  ],
  [
    'SPISerialBusV2 (0x102, PolarityLow, FourWireMode, 8, DeviceInitiated, 1, ClockPolarityLow, ClockPhaseFirst, "SPI0", , , , Shared)',
    [
      spiSerialBusV2({
        deviceSelection: 0x102,
        dataBitLength: 8,
        slaveMode: 'DeviceInitiated',
        speed: 1,
        clockPolarity: 'ClockPolarityLow',
        clockPhase: 'ClockPhaseFirst',
        resourceSource: 'SPI0',
        sharing: 'Shared',
      }),
    ],
  ],
  [
    'UARTSerialBus (115200, DataBitsEight, StopBitsOne, 0xc0, LittleEndian, ParityTypeNone, FlowControlHardware, 16, 32, "UAR0")',
    [
      uartSerialBus({
        baudRate: 115_200,
        linesInUse: 0xc0,
        flowControl: 'FlowControlHardware',
        receiveBufferSize: 16,
        transmitBufferSize: 32,
        resourceSource: 'UAR0',
      }),
    ],
  ],
  [
    'UARTSerialBusV2 (9600, DataBitsNine, StopBitsTwo, 0xff, BigEndian, ParityTypeSpace, FlowControlXON, 1, 2, "UAR0", , , , Shared, RawDataBuffer () {4})',
    [
      uartSerialBusV2({
        baudRate: 9600,
        bitsPerByte: 'DataBitsNine',
        stopBits: 'StopBitsTwo',
        linesInUse: 0xff,
        endianness: 'BigEndian',
        parity: 'ParityTypeSpace',
        flowControl: 'FlowControlXON',
        receiveBufferSize: 1,
        transmitBufferSize: 2,
        resourceSource: 'UAR0',
        sharing: 'Shared',
        vendorData: bytes(4),
      }),
    ],
  ],
];
