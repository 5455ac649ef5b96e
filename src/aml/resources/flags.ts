import type { FlagPart } from './field.js';

/** A part of flags, for whichever bit it begins at in each descriptor. */
const flag =
  <const Part extends Omit<FlagPart, 'low'>>(part: Part) =>
  (low: number) =>
    ({ ...part, low }) as const;

// Flags of several descriptors, with ASL's keywords. Values as in ACPI 6.5 §6.4; defaults as in §19.6.

export const sharing = flag({ name: 'sharing', width: 1, keywords: { 0: 'Exclusive', 1: 'Shared' }, default: 0 });

export const sharingAndWake = flag({
  name: 'sharing',
  width: 2,
  keywords: { 0: 'Exclusive', 1: 'Shared', 2: 'ExclusiveAndWake', 3: 'SharedAndWake' },
  default: 0,
});

export const usage = flag({
  name: 'usage',
  width: 1,
  keywords: { 0: 'ResourceProducer', 1: 'ResourceConsumer' },
  default: 1,
});

export const mode = flag({ name: 'mode', width: 1, keywords: { 0: 'Level', 1: 'Edge' } });

export const polarity = flag({ name: 'polarity', width: 1, keywords: { 0: 'ActiveHigh', 1: 'ActiveLow' } });

export const polarityOrBoth = flag({
  name: 'polarity',
  width: 2,
  keywords: { 0: 'ActiveHigh', 1: 'ActiveLow', 2: 'ActiveBoth' },
});

export const access = flag({ name: 'access', width: 1, keywords: { 0: 'ReadOnly', 1: 'ReadWrite' }, default: 1 });

export const slaveMode = flag({
  name: 'slaveMode',
  width: 1,
  keywords: { 0: 'ControllerInitiated', 1: 'DeviceInitiated' },
  default: 0,
});

export const decode = flag({ name: 'decode', width: 1, keywords: { 0: 'PosDecode', 1: 'SubDecode' }, default: 0 });

export const minType = flag({ name: 'minType', width: 1, keywords: { 0: 'MinNotFixed', 1: 'MinFixed' }, default: 0 });

export const maxType = flag({ name: 'maxType', width: 1, keywords: { 0: 'MaxNotFixed', 1: 'MaxFixed' }, default: 0 });

export const caching = flag({
  name: 'caching',
  width: 2,
  keywords: { 0: 'NonCacheable', 1: 'Cacheable', 2: 'WriteCombining', 3: 'Prefetchable' },
  default: 0,
});

export const memoryType = flag({
  name: 'memoryType',
  width: 2,
  keywords: {
    0: 'AddressRangeMemory',
    1: 'AddressRangeReserved',
    2: 'AddressRangeACPI',
    3: 'AddressRangeNVS',
  },
  default: 0,
});

export const translationType = flag({
  name: 'translationType',
  width: 1,
  keywords: { 0: 'TypeStatic', 1: 'TypeTranslation' },
  default: 0,
});

export const translationDensity = flag({
  name: 'translationDensity',
  width: 1,
  keywords: { 0: 'DenseTranslation', 1: 'SparseTranslation' },
  default: 0,
});

export const rangeType = flag({
  name: 'rangeType',
  width: 2,
  keywords: { 1: 'NonISAOnlyRanges', 2: 'ISAOnlyRanges', 3: 'EntireRange' },
  default: 3,
});
