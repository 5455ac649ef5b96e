import { ecamLength } from '../../platform/layout.js';
import type { AddressRange, Place } from '../../vocab/index.js';
import type { Subject } from './subject.js';
import { placeIn } from './subject-table.js';

/** An ECAM window, with its place in the table; without a place, it is the platform's. */
export interface EcamWindow extends AddressRange {
  readonly place?: Place;
}

/** The ECAM windows of MCFG, or without one, of the platform. PCI Firmware 3.0 §4.1.2 */
export function ecamWindows({ ecam, tables, platform }: Subject): readonly EcamWindow[] {
  const mcfg = tables.find(({ header }) => header.signature === 'MCFG');
  if (mcfg === undefined || ecam.length === 0) return platform === undefined ? [] : [platform.ecam];
  return ecam.map(({ base, firstBus, lastBus }) => ({
    base: base + ecamLength(firstBus),
    lengthBytes: ecamLength(Math.max(0, lastBus - firstBus + 1)),
    place: placeIn(mcfg, -1),
  }));
}
