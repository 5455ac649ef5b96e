import { ecamLength } from '../../platform/layout.js';
import type { AddressRange, Place } from '../../vocab/index.js';
import type { Subject } from './subject.js';
import { placeIn } from './subject-table.js';

/** A window of configuration space, and the table that says so; without one, the platform does. */
export interface EcamWindow extends AddressRange {
  readonly place?: Place;
}

/** The windows of configuration space, by MCFG, else by the platform. PCI Firmware 3.0 §4.1.2 */
export function ecamWindows({ ecam, tables, platform }: Subject): readonly EcamWindow[] {
  const mcfg = tables.find(({ header }) => header.signature === 'MCFG');
  if (mcfg === undefined || ecam.length === 0) return platform === undefined ? [] : [platform.ecam];
  return ecam.map(({ base, firstBus, lastBus }) => ({
    base: base + ecamLength(firstBus),
    lengthBytes: ecamLength(Math.max(0, lastBus - firstBus + 1)),
    place: placeIn(mcfg, -1),
  }));
}
