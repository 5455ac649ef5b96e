import {
  asl,
  decodeAml,
  encodeAml,
  fieldUnits,
  findDeclaration,
  insertAfter,
  makeTerm,
  type Op,
  placedUnits,
  replaceTerms,
  type Term,
} from '../../src/aml/index.js';
import { checksum } from '../../src/base/index.js';
import { type CheckInput, type CheckSetOptions, checkSet, readHeader } from '../../src/check/index.js';
import { generateCHeader } from '../../src/drivers/index.js';
import { generateTableSet } from '../../src/firmware/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { replaceTableBody, requireTable, SDT_HEADER_BYTES } from '../../src/tables/index.js';
import type { Diagnostic } from '../../src/vocab/index.js';

/** A machine with registers of each access, on two buses and at a function other than 0. */
export const platformInput = {
  vcfg: { buses: 8 },
  memory: '8 GiB',
  functions: [
    { address: '00:03.0', name: 'GPU0', profile: 'vfio' },
    {
      address: '00:04.2',
      name: 'SENS',
      registers: [
        {
          name: 'CTRL',
          index: 0,
          reset: 1,
          fields: [
            { name: 'ENBL', bits: 0 },
            { name: 'RATE', bits: '7..4' },
          ],
        },
        { name: 'STAT', index: 1, access: 'ro' },
        {
          name: 'IRQS',
          index: 2,
          access: 'w1c',
          fields: [
            { name: 'DONE', bits: 0 },
            { name: 'LOST', bits: '9..8' },
          ],
        },
        { name: 'ERRC', index: 16, access: 'rc' },
      ],
      shared: [
        { name: 'HEAD', offset: 0, bytes: 4 },
        { name: 'RING', offset: 0x800, bytes: 2048 },
      ],
    },
    { address: '00:04.0', name: 'BASE' },
    { address: '00:1c.0', name: 'RP00', bridge: { secondary: 1 } },
    {
      address: '01:05.0',
      name: 'MOTR',
      registers: [
        { name: 'SPED', index: 0 },
        { name: 'HALT', index: 1023 },
      ],
    },
  ],
};

export const platform = platformFromObject(platformInput);

/** Where the platform's things are, as ASL writes it. */
export const SENS = '\\_SB.PC00.PE22';
export const MOTR = '\\_SB.PC00.PC01.PE28';

/** The base of the window, where RAM ends. */
export const BASE: bigint = platform.vcfg.base;

const GENERATED = {
  one: generateTableSet(platform, { split: 'one' }),
  crosvm: generateTableSet(platform, { split: 'crosvm' }),
};
const HEADER = generateCHeader(platform);

/** A generated machine in which something can be changed before it is checked. */
export class FaultyMachine {
  readonly #tables = new Map<string, Uint8Array>();
  header: string = HEADER;
  /** What is given beside the tables; the platform and the header unless something is changed. */
  options: CheckSetOptions = { platform };
  withHeader = true;

  /** `one`: a DSDT alone; `crosvm`: a DSDT and an SSDT. */
  constructor(split: 'one' | 'crosvm' = 'crosvm') {
    const { aml, data } = GENERATED[split];
    for (const { name, bytes } of [...aml, ...data]) this.#tables.set(`${name}.aml`, bytes);
  }

  terms(file: string): readonly Term[] {
    return decodeAml(this.#tables.get(file) as Uint8Array, { offset: SDT_HEADER_BYTES }).terms;
  }

  /** Replaces a table, or adds one. */
  set(file: string, bytes: Uint8Array): void {
    this.#tables.set(file, bytes);
  }

  remove(file: string): void {
    this.#tables.delete(file);
  }

  /** Changes a table's terms; its header stays, but for length and checksum. */
  edit(file: string, change: (terms: readonly Term[]) => readonly Term[]): this {
    const table = requireTable(this.#tables.get(file) as Uint8Array);
    this.#tables.set(file, replaceTableBody(table, encodeAml(change(this.terms(file)))));
    return this;
  }

  /** Puts terms in the place of what declares a path, in whichever table that is. */
  replace<T extends Term>(path: string, put: (term: T) => readonly Term[]): this {
    for (const file of this.#tables.keys()) {
      if (!/^(dsdt|ssdt)/.test(file)) continue;
      const found = findDeclaration(this.terms(file), path)?.term;
      if (found === undefined) continue;
      return this.edit(file, (terms) => {
        const term = findDeclaration(terms, path)?.term as T;
        return replaceTerms(terms, new Map([[term as Term, put(term)]]));
      });
    }
    throw new Error(`no table declares ${path}`);
  }

  /** Puts terms behind what declares a path. */
  addAfter(path: string, added: readonly Term[]): this {
    return this.replace(path, (term) => [term, ...added]);
  }

  /** Puts terms at the end of a table. */
  append(file: string, added: readonly Term[]): this {
    return this.edit(file, (terms) => insertAfter(terms, terms.at(-1) as Term, added));
  }

  /** Sets a byte of a table's header. */
  poke(file: string, offset: number, value: number): this {
    const bytes = Uint8Array.from(this.#tables.get(file) as Uint8Array);
    bytes[offset] = value;
    bytes[9] = 0;
    bytes[9] = checksum(bytes);
    this.#tables.set(file, bytes);
    return this;
  }

  /** Changes the driver's header; throws if there is nothing to change. */
  changeHeader(from: string | RegExp, to: string): this {
    const changed = this.header.replace(from, to);
    if (changed === this.header) throw new Error(`the header has no ${from}`);
    this.header = changed;
    return this;
  }

  give(options: CheckSetOptions, withHeader = true): this {
    this.options = options;
    this.withHeader = withHeader;
    return this;
  }

  check(): readonly Diagnostic[] {
    const inputs: CheckInput[] = [...this.#tables].map(([file, bytes]) => ({ file, bytes }));
    const driver = this.withHeader ? { driver: readHeader(this.header, 'vcfg.h') } : {};
    return checkSet(inputs, { ...this.options, ...driver }).findings;
  }
}

/** A region over VCFG plus an offset. */
export const regionAt = (name: string, offset: number | bigint, length = 4096): Term =>
  asl.OperationRegion(name, 'SystemMemory', asl.Add(asl.path('VCFG'), offset), length);

type Unit = { readonly name: string; readonly lowBit: number; readonly bits: number };

/** A Field with other units, and other flags; units that are not changed stay where they are. */
export function refield(
  term: Op<'Field'>,
  change: (units: readonly Unit[]) => readonly Unit[],
  flags = term.operands[1],
): Op<'Field'> {
  const units = [...placedUnits(term).values()].map(({ element, lowBit }) => ({
    name: element.name,
    lowBit,
    bits: element.bits,
  }));
  const sorted = change(units).toSorted((a, b) => a.lowBit - b.lowBit);
  return makeTerm('Field', [term.operands[0], flags, fieldUnits(sorted)]);
}
