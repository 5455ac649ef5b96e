import { evaluateConstant, type Op, placedUnits, type Term } from '../../aml/index.js';
import { VCFG_NAME } from '../../platform/names/generated-names.js';
import { type Declared, integerOf, isNamedVcfg, type MachineNames } from './machine-names.js';

/** An OperationRegion, and where it is. */
export interface PlacedRegion {
  readonly declared: Declared;
  readonly path: string;
  /** 0 is SystemMemory. ACPI 6.5 §19.6.100 */
  readonly space: number;
  /** First byte in its space, as the OS computes it; undefined if it is known only when the tables run. */
  readonly address: bigint | undefined;
  readonly lengthBytes: bigint | undefined;
  /**
   * Bytes from `VCFG`, if its address is `VCFG` plus a constant, whatever `VCFG` is and whether or not it is declared.
   * Negative if the address is below. Undefined for any other region.
   */
  readonly windowOffset: bigint | undefined;
}

/** A named unit of a Field, and where it is. */
export interface PlacedField {
  readonly declared: Declared;
  readonly path: string;
  /** NameSeg, padded. */
  readonly name: string;
  readonly region: PlacedRegion | undefined;
  /** As the Field gives it. */
  readonly regionName: string;
  /** From the region's start. */
  readonly lowBit: number;
  readonly bits: number;
  /** Access type in effect. ACPI 6.5 §19.6.46 (Field) */
  readonly access: number;
  readonly update: number;
}

/** Two values of `VCFG` that no constant in a table could confuse. */
const PROBES = [0x40_0000_0000n, 0x80_0000_0000n] as const;
/** Used if `VCFG` is unknown: it has bits in common with bus offsets, so that an Or differs from a sum. */
const FULL_PROBE = 0x7f_ffe0_0000n;

/**
 * How far an address is from `VCFG`, if the distance is constant: the address has to follow several bases, including the
 * real one.
 */
function offsetFromVcfg(term: Term, scope: string, names: MachineNames): bigint | undefined {
  const real = integerOf(names.find(VCFG_NAME, scope));
  const bases = [...PROBES, real === undefined || real === 0n ? FULL_PROBE : real];
  const [first, ...others] = bases.map((base) => {
    const lookup = (name: string) => (isNamedVcfg(name) ? base : integerOf(names.find(name, scope)));
    const address = evaluateConstant(term, { lookup });
    return address === undefined ? undefined : BigInt.asIntN(64, address - base);
  });
  return others.every((other) => other === first) ? first : undefined;
}

export function placeRegions(names: MachineNames, integerBits: 32 | 64): PlacedRegion[] {
  const regions: PlacedRegion[] = [];
  for (const declared of names.all) {
    const { term, path, scope } = declared;
    if (term.op !== 'OperationRegion') continue;
    const [, space, offset, length] = term.operands;
    const lookup = (name: string) => integerOf(names.find(name, scope));
    const evaluate = (operand: Term) => evaluateConstant(operand, { integerBits, lookup });
    const windowOffset = offsetFromVcfg(offset, scope, names);
    regions.push({ declared, path, space, address: evaluate(offset), lengthBytes: evaluate(length), windowOffset });
  }
  return regions;
}

export function placeFields(names: MachineNames, regions: readonly PlacedRegion[]): PlacedField[] {
  const byDeclared = new Map<unknown, PlacedRegion>(regions.map((region) => [region.declared, region]));
  const units = new Map<Term, ReturnType<typeof placedUnits>>();
  const unitsOf = (term: Op<'Field'>) => {
    const known = units.get(term) ?? placedUnits(term);
    units.set(term, known);
    return known;
  };
  const fields: PlacedField[] = [];
  for (const declared of names.all) {
    const { term, path, scope, element } = declared;
    const unit = term.op === 'Field' && element !== undefined ? unitsOf(term).get(element) : undefined;
    if (unit === undefined || element === undefined) continue;
    const regionName = (term as Op<'Field'>).operands[0];
    const region = byDeclared.get(names.find(regionName, scope));
    const { lowBit, access, update } = unit;
    fields.push({ declared, path, name: element.name, region, regionName, lowBit, bits: element.bits, access, update });
  }
  return fields;
}
