import { ecamLength } from '../../platform/layout.js';
import type { AddressRange, Place } from '../../vocab/index.js';
import type { CheckedMachine } from './checked-machine.js';
import type { MemoryKind } from './memory-map.js';
import { placeIn } from './subject-table.js';

/** An ECAM window, with its place in the table; without a place, it is the platform's. */
export interface EcamWindow extends AddressRange {
  readonly place?: Place;
}

/** The ECAM windows of MCFG, or without one, of the platform. PCI Firmware 3.0 §4.1.2 */
export function ecamWindows({ ecam, tables, platform }: CheckedMachine): readonly EcamWindow[] {
  const mcfg = tables.find(({ header }) => header.signature === 'MCFG');
  if (mcfg === undefined || ecam.length === 0) return platform === undefined ? [] : [platform.ecam];
  return ecam.map(({ base, firstBus, lastBus }) => ({
    base: base + ecamLength(firstBus),
    lengthBytes: ecamLength(Math.max(0, lastBus - firstBus + 1)),
    place: placeIn(mcfg, -1),
  }));
}

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
export function ramOf({ platform, memoryMap }: CheckedMachine): readonly Ram[] {
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
