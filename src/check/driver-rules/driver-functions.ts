import { isNameSeg, padNameSeg } from '../../aml/index.js';
import type { Access, Page, PciAddress, Place } from '../../vocab/index.js';
import { type DriverFacts, placeOfConstant } from '../subject/driver-facts.js';
import { partsAt } from '../vcfg-rules/region-owner.js';

/** A run of bits that the driver has a name for. */
export interface ExpectedBits {
  /** NameSeg, padded. */
  readonly name: string;
  readonly page: Page;
  /** From the window's base. */
  readonly firstBit: number;
  /** Undefined if a header does not give it. */
  readonly bits: number | undefined;
  /** How its bits answer. */
  readonly access: Access | undefined;
  /** The update rules that do no harm to the register's other bits, if these follow from more than its access. */
  readonly updates?: readonly string[] | 'all';
  /** The padded name of the register that a header's field is part of: the field's place follows from the register's. */
  readonly within?: string;
  /** The place in the driver's header; undefined if there is none, or if it differs from the platform. */
  readonly place: Place | undefined;
}

/** A function as a driver's header has it. */
export interface DriverFunction {
  readonly name: string;
  readonly address: PciAddress;
  /** Names of its registers, as the header's constants have them. */
  readonly registers: readonly string[];
  /** Registers, fields and shared runs, where the header's own offsets put them. */
  readonly bits: readonly ExpectedBits[];
}

/** Reads the constants of one header as those of functions, registers, fields and shared runs. */
class HeaderReader {
  readonly #facts: DriverFacts;
  /** Names of constants in order, so that those of one prefix follow each other. */
  readonly #keys: readonly string[];

  constructor(facts: DriverFacts) {
    this.#facts = facts;
    this.#keys = [...facts.constants.keys()].sort();
  }

  /** What is between a prefix and an ending in the names of constants, if it is a NameSeg. */
  namesBetween(prefix: string, ending: string): string[] {
    const names: string[] = [];
    let low = 0;
    for (let high = this.#keys.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < prefix) low = middle + 1;
      else high = middle;
    }
    for (let key = this.#keys[low]; key?.startsWith(prefix); key = this.#keys[++low]) {
      const name = key.endsWith(ending) ? key.slice(prefix.length, key.length - ending.length) : '';
      if (isNameSeg(name)) names.push(name);
    }
    return names;
  }

  #number(name: string): number | undefined {
    const value = this.#facts.constants.get(name)?.value;
    return value === undefined || value >> 32n !== 0n ? undefined : Number(value);
  }

  #place(name: string): Place {
    return placeOfConstant(this.#facts, name, this.#facts.constants.get(name));
  }

  function(name: string): DriverFunction | undefined {
    const prefix = `VCFG_${name}`;
    const [bus, device, fn] = ['BUS', 'DEVICE', 'FUNCTION'].map((part) => this.#number(`${prefix}_${part}`));
    if (bus === undefined || device === undefined || fn === undefined) return undefined;
    const address = { bus, device, function: fn };
    const indexed = this.namesBetween(`${prefix}_`, '_INDEX');
    const sized = this.namesBetween(`${prefix}_`, '_BYTES');
    const named = new Set([...indexed, ...sized]);
    const others = this.namesBetween(`${prefix}_`, '_OFFSET').filter((own) => !named.has(own));
    const isRun = (own: string) => this.#isRun(`${prefix}_${own}`, address);
    const registers = [...indexed, ...others.filter((own) => !isRun(own))];
    const bits = registers.flatMap((register) => this.#register(prefix, register));
    const runs = [...sized, ...others.filter(isRun)].flatMap((run) => this.#run(prefix, run));
    return { name, address, registers, bits: withAmlNames([...bits, ...runs]) };
  }

  /**
   * Whether what has an offset and neither an index nor a length is a run of the shared page: the header has its start
   * there, or the offset lies in that page of the function itself. In others' pages it is as likely a mistake.
   */
  #isRun(key: string, { bus, device, function: fn }: PciAddress): boolean {
    if (this.#facts.constants.has(`${key}_START`)) return true;
    const parts = partsAt(BigInt(this.#number(`${key}_OFFSET`) ?? 0));
    return parts?.page === 1 && parts.bus === bus && parts.device === device && parts.function === fn;
  }

  #register(prefix: string, name: string): ExpectedBits[] {
    const key = `${prefix}_${name}`;
    const offset = this.#number(`${key}_OFFSET`);
    if (offset === undefined) return [];
    const common = { page: 'trapped', access: undefined } as const;
    const fields = this.namesBetween(`${key}_`, '_MASK').flatMap((field): ExpectedBits[] => {
      const mask = this.#number(`${key}_${field}_MASK`) ?? 0;
      if (mask === 0) return [];
      const low = Math.log2((mask & -mask) >>> 0);
      const firstBit = offset * 8 + low;
      const bits = 32 - Math.clz32(mask) - low;
      const within = padNameSeg(name);
      return [
        { name: padNameSeg(field), firstBit, bits, within, ...common, place: this.#place(`${key}_${field}_MASK`) },
      ];
    });
    const place = this.#place(`${key}_OFFSET`);
    return [{ name: padNameSeg(name), firstBit: offset * 8, bits: 32, ...common, place }, ...fields];
  }

  #run(prefix: string, name: string): ExpectedBits[] {
    const key = `${prefix}_${name}`;
    const [offset, bytes] = [this.#number(`${key}_OFFSET`), this.#number(`${key}_BYTES`)];
    if (offset === undefined) return [];
    const bits = bytes === undefined ? undefined : bytes * 8;
    const place = this.#place(`${key}_OFFSET`);
    return [{ name: padNameSeg(name), page: 'shared', firstBit: offset * 8, bits, access: undefined, place }];
  }
}

/**
 * Leaves out fields that share a name with another part of the function. Names are unique in AML, so these fields have
 * generated names there, which the header does not contain.
 */
function withAmlNames(all: readonly ExpectedBits[]): ExpectedBits[] {
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  return all.filter(({ name, within }) => within === undefined || counts.get(name) === 1);
}

/** The functions that a header written by this generator has constants for. */
export function driverFunctions(facts: DriverFacts): DriverFunction[] {
  const reader = new HeaderReader(facts);
  return reader.namesBetween('VCFG_', '_BUS').flatMap((name) => reader.function(name) ?? []);
}
