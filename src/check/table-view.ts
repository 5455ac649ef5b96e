import {
  type ConstantOptions,
  type Declaration,
  declarations,
  evaluateConstant,
  integerValue,
  lookUp,
  type Term,
} from '../aml/index.js';

/** Where a driver looks for the window's base, as the decoder spells it. */
export const ROOT_VCFG = '\\VCFG';

/** A run of bits that both sides have a name for. */
export interface NamedBits {
  readonly name: string;
  /** From the start of its page. */
  readonly lowBit: number;
  readonly bits: number;
}

/** A field as AML declares it: its region, and where it lies in that. */
export interface PlacedField extends NamedBits {
  readonly region: string;
  readonly access: number;
  readonly term: Term;
}

export interface Region {
  readonly path: string;
  readonly term: Term;
  readonly space: number;
  readonly address: bigint | undefined;
  readonly length: bigint | undefined;
}

/** The value of a Name that holds an integer constant; undefined for anything else. */
export function integerOf(declared: Declaration | undefined): bigint | undefined {
  return declared?.term.op === 'Name' ? integerValue(declared.term.operands[1]) : undefined;
}

/** What the table says, in the terms that the two sides share. */
export interface TableView {
  readonly vcfg: Declaration | undefined;
  readonly base: bigint | undefined;
  readonly integerBits: 32 | 64;
  readonly byPath: ReadonlyMap<string, Declaration>;
  readonly regions: ReadonlyMap<string, Region>;
  readonly fields: ReadonlyMap<string, PlacedField>;
}

/**
 * Reads a table's terms. With `assumedBase` its regions are placed as if `\\VCFG` had that value and integers had 64
 * bits, so that a wrong or truncated base is one difference and not one for each region.
 */
export function viewOf(terms: readonly Term[], integerBits: 32 | 64, assumedBase?: bigint): TableView {
  const all = [...declarations(terms)];
  const byPath = new Map(all.map((declared) => [declared.path, declared]));
  const vcfg = byPath.get(ROOT_VCFG);
  const base = integerOf(vcfg);
  const regions = new Map<string, Region>();
  const fields = new Map<string, PlacedField>();
  for (const { path, scope, term, element } of all) {
    if (term.op === 'OperationRegion') {
      const lookup = (name: string) => {
        const found = lookUp(byPath, scope, name);
        return found === vcfg && base !== undefined ? (assumedBase ?? base) : integerOf(found);
      };
      const options: ConstantOptions = assumedBase === undefined ? { integerBits, lookup } : { lookup };
      const [, space, offset, length] = term.operands;
      const address = evaluateConstant(offset, options);
      regions.set(path, { path, term, space, address, length: evaluateConstant(length, options) });
    } else if (term.op === 'Field' && element !== undefined) {
      const [region, flags, elements] = term.operands;
      let lowBit = 0;
      for (const each of elements) {
        if (each === element) break;
        if (each.kind === 'NamedField' || each.kind === 'ReservedField') lowBit += each.bits;
      }
      const placed = lookUp(regions, scope, region)?.path ?? region;
      fields.set(path, { name: element.name, lowBit, bits: element.bits, region: placed, access: flags & 0x0f, term });
    }
  }
  return { vcfg, base, integerBits, byPath, regions, fields };
}
