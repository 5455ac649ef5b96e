import { checkPlatform, type PlatformResult } from '../../src/platform/index.js';

const BUSES = 256;
/** Functions of a bus; on bus 0 one of these is the host bridge. */
const PLACES = 256;

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
const addressAt = (bus: number, place: number) => `${hex(bus, 2)}:${hex(place >> 3, 2)}.${place & 7}`;

/** A bridge to each bus, then functions spread over all buses but bus 0; or all on bus 0, if they have room there. */
function placesOf(count: number): { address: string; bridge?: { secondary: number } }[] {
  if (count < PLACES) return Array.from({ length: count }, (_, index) => ({ address: addressAt(0, index + 1) }));
  const bridges = Array.from({ length: BUSES - 1 }, (_, index) => ({
    address: addressAt(0, index + 1),
    bridge: { secondary: index + 1 },
  }));
  const below = Array.from({ length: count - bridges.length }, (_, index) => ({
    address: addressAt(1 + (index % (BUSES - 1)), Math.floor(index / (BUSES - 1))),
  }));
  return [...bridges, ...below];
}

/**
 * A machine with so many functions on up to 256 buses, as its file has it: every sixteenth one passed through, the others
 * with registers, fields and a shared run; bridges among them if bus 0 has no room.
 */
export function largePlatform(count: number): PlatformResult {
  const functions = placesOf(count).map((place, index) => ({
    ...place,
    name: `F${hex(index, 3)}`,
    ...(place.bridge
      ? {}
      : index % 16 === 0
        ? { profile: 'vfio' }
        : {
            registers: [
              { name: 'CTRL', index: 0, fields: [{ name: 'ENBL', bits: 0 }] },
              { name: 'STAT', index: 1, access: 'ro' },
            ],
            shared: [{ name: 'RING', offset: 0, bytes: 2048 }],
          }),
  }));
  return checkPlatform({ vcfg: { buses: BUSES }, functions });
}
