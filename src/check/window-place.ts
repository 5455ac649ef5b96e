import { windowLengthBytes } from '../guest/index.js';
import { VCFG_NAME } from '../platform/generated-names.js';
import type { Platform } from '../vocab/index.js';
import { type Declared, integerOf, type MachineNames } from './machine-names.js';

/** Where a driver looks for the window's base, as the decoder spells it. */
export const ROOT_VCFG: string = `\\${VCFG_NAME}`;

/** Where the window stands, by what the tables say and by what is wanted. */
export interface WindowPlace {
  /** Every object whose own name is VCFG, wherever it stands; those that methods make while they run apart. */
  readonly named: readonly Declared[];
  /** The one that a driver finds: at the root, the first of several. */
  readonly root: Declared | undefined;
  /** Its value as written, if it is an Integer constant. */
  readonly written: bigint | undefined;
  /** What the OS makes of that: its low half where integers have 32 bits. */
  readonly seen: bigint | undefined;
  /** What it has to be, if a platform or a base is given. */
  readonly wanted: bigint | undefined;
  /** Where the window ought to be: what is wanted, else what is written. */
  readonly base: bigint | undefined;
  /** Buses that the window holds, where that is known. */
  readonly buses: number | undefined;
  /** Bytes of the window, where its buses are known. */
  readonly lengthBytes: bigint | undefined;
}

export interface WantedWindow {
  readonly platform: Platform | undefined;
  readonly base: bigint | undefined;
  readonly buses: number | undefined;
}

export function windowPlace(names: MachineNames, integerBits: 32 | 64, given: WantedWindow): WindowPlace {
  const named = names.all.filter(({ path, inMethod }) => !inMethod && path.endsWith(VCFG_NAME) && isLastSegment(path));
  const root = named.find(({ path }) => path === ROOT_VCFG);
  const written = integerOf(root);
  const wanted = given.base ?? given.platform?.vcfg.base;
  const buses = given.buses ?? given.platform?.vcfg.buses;
  return {
    named,
    root,
    written,
    seen: written === undefined ? undefined : BigInt.asUintN(integerBits, written),
    wanted,
    base: wanted ?? written,
    buses,
    lengthBytes: buses === undefined ? undefined : BigInt(windowLengthBytes(buses)),
  };
}

function isLastSegment(path: string): boolean {
  return path.at(-VCFG_NAME.length - 1) === '\\' || path.at(-VCFG_NAME.length - 1) === '.';
}
