import type { AddressRange, Place } from '../../vocab/index.js';
import type { MemoryKind } from './memory-map.js';
import type { Subject } from './subject.js';

/** What memory maps call RAM, whatever it is kept for. */
const RAM_KINDS: ReadonlySet<MemoryKind> = new Set<MemoryKind>(['ram', 'acpi', 'persistent', 'unusable']);

/** A run of RAM. */
export interface Ram extends AddressRange {
  /** A description for a sentence: `the platform's RAM`. */
  readonly what: string;
  /** Its place in the memory map. */
  readonly place?: Place;
}

/** RAM of the platform, and of the memory map that is given. */
export function ramOf({ platform, memoryMap }: Subject): readonly Ram[] {
  const described = (platform?.memory ?? []).map((range) => ({ ...range, what: "the platform's RAM" }));
  const mapped = memoryMap.filter(({ kind }) => RAM_KINDS.has(kind));
  return [
    ...described,
    ...mapped.map(({ base, lengthBytes, label, place }) => ({
      base,
      lengthBytes,
      what: `"${label}" of the memory map`,
      place,
    })),
  ];
}
