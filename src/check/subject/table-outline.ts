import { ACCESS_TYPES, REGION_SPACES } from '../../aml/grammar/keywords.js';
import {
  type Declaration,
  type DecodedAml,
  eisaIdText,
  evaluateConstant,
  integerValue,
  lookUp,
  type Op,
  type PlacedUnit,
  placedUnits,
  type Term,
} from '../../aml/index.js';
import { declarationsAtLoad } from '../../aml/namespace/declarations.js';
import { formatHex } from '../../base/index.js';
import { type AcpiTable, DSDT_64_BIT_REVISION } from '../../tables/index.js';
import { readMethodFlags } from './method-flags.js';
import { argumentsText, dataText } from './object-text.js';

/** A table that was read, and decoded if it holds AML. */
export interface OutlinedTable {
  readonly table: Pick<AcpiTable, 'header'>;
  readonly decoded: DecodedAml | undefined;
}

/** Where a region or a field lies, as far as that is constant. */
export interface Placed {
  /** SystemMemory and the like. */
  readonly space: string;
  /** First byte, in that space; undefined if it is known only when the table runs. */
  readonly address: bigint | undefined;
}

export interface ShownRegion extends Placed {
  readonly lengthBytes: bigint | undefined;
}

export interface ShownField extends Partial<Placed> {
  /** Path of its region; as written if no table given declares it. */
  readonly region: string;
  /** From the region's start. */
  readonly lowBit: number;
  readonly bits: number;
  readonly access: string;
}

/** A named object of a table. */
export interface ShownObject {
  readonly path: string;
  readonly type: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Of a Name: its value in a few words. Of a Method: what it takes. */
  readonly value?: string;
  readonly region?: ShownRegion;
  readonly field?: ShownField;
  /** Made only if the If or While around it runs. */
  readonly conditional?: true;
}

export interface TableOutline {
  readonly integerBits: 32 | 64;
  /** Value of `\VCFG` where it is known. */
  readonly vcfg: bigint | undefined;
  readonly objects: readonly ShownObject[];
}

/** Names whose integers are EISA identifiers. ACPI 6.5 §6.1.2, §6.1.5 */
const IDENTIFIERS = /\._[HC]ID$/;

function methodText({ operands: [, flags] }: Op<'Method'>): string {
  const said = readMethodFlags(flags);
  return `${argumentsText(said)}${said.serialized ? ', serialized' : ''}`;
}

/** The names of one table and of those given beside it, with their values. */
class Outline {
  readonly #declared = new Map<string, Declaration>();
  readonly #regions = new Map<string, ShownRegion>();
  readonly #units = new Map<Term, ReturnType<typeof placedUnits>>();
  readonly #integerBits: 32 | 64;

  constructor(integerBits: 32 | 64) {
    this.#integerBits = integerBits;
  }

  /** Takes in what a table declares; what was taken in before keeps its place. */
  add(declared: readonly Declaration[]): void {
    for (const each of declared) if (!this.#declared.has(each.path)) this.#declared.set(each.path, each);
    for (const { path, scope, term } of declared) {
      if (term.op !== 'OperationRegion') continue;
      const [, space, offset, length] = term.operands;
      this.#regions.set(path, {
        space: REGION_SPACES[space] ?? formatHex(space),
        address: this.#evaluate(offset, scope),
        lengthBytes: this.#evaluate(length, scope),
      });
    }
  }

  integerAt(name: string, scope: string): bigint | undefined {
    const found = lookUp(this.#declared, scope, name);
    return found?.term.op === 'Name' ? integerValue(found.term.operands[1]) : undefined;
  }

  #evaluate(term: Term, scope: string): bigint | undefined {
    const lookup = (name: string) => this.integerAt(name, scope);
    return evaluateConstant(term, { lookup, integerBits: this.#integerBits });
  }

  show({ path, scope, term, element, conditional }: Declaration): ShownObject {
    const place = { path, offsetBytes: term.start, sizeBytes: term.end - term.start };
    const common = conditional ? ({ ...place, conditional: true } as const) : place;
    if (element !== undefined && (term.op === 'Field' || term.op === 'IndexField' || term.op === 'BankField')) {
      return { ...common, type: 'FieldUnit', field: this.#field(term, element, scope) };
    }
    const region = this.#regions.get(path);
    if (region !== undefined) return { ...common, type: 'OperationRegion', region };
    if (term.op === 'Method') return { ...common, type: 'Method', value: methodText(term) };
    if (term.op !== 'Name') return { ...common, type: term.op };
    const [type, value] = dataText(term.operands[1]);
    const identifier = IDENTIFIERS.test(path) ? integerValue(term.operands[1]) : undefined;
    const packed = identifier === undefined ? undefined : eisaIdText(Number(BigInt.asUintN(32, identifier)));
    return { ...common, type, value: packed === undefined ? value : `${value}, EISA ID ${packed}` };
  }

  #field(
    term: Op<'Field' | 'IndexField' | 'BankField'>,
    element: NonNullable<Declaration['element']>,
    scope: string,
  ): ShownField {
    const units = this.#units.get(term) ?? placedUnits(term);
    this.#units.set(term, units);
    const { lowBit, access } = units.get(element) as PlacedUnit;
    const own = { lowBit, bits: element.bits, access: ACCESS_TYPES[access] ?? formatHex(access) };
    const name = term.operands[0];
    const found = lookUp(this.#declared, scope, name)?.path ?? name;
    const region = term.op === 'IndexField' ? undefined : this.#regions.get(found);
    if (region === undefined) return { region: found, ...own };
    const address = region.address === undefined ? undefined : region.address + BigInt(Math.floor(lowBit / 8));
    return { region: found, ...own, space: region.space, address };
  }
}

/** How wide integers are is the DSDT's to say. ACPI 6.5 §20.3 */
function integerBitsOf(tables: readonly OutlinedTable[]): 32 | 64 {
  const dsdt = tables.find(({ table }) => table.header.signature === 'DSDT');
  return dsdt !== undefined && dsdt.table.header.revision < DSDT_64_BIT_REVISION ? 32 : 64;
}

const madeAtLoad = ({ decoded }: OutlinedTable) => declarationsAtLoad(decoded?.terms ?? []);

/**
 * Every object that a table makes when it is loaded, regions and fields with their addresses where these are constant:
 * through the table's own names, and through those of the other tables given.
 */
export function outlineTable(outlined: OutlinedTable, externals: readonly OutlinedTable[] = []): TableOutline {
  const integerBits = integerBitsOf([outlined, ...externals]);
  const outline = new Outline(integerBits);
  for (const external of externals) outline.add(madeAtLoad(external));
  const own = madeAtLoad(outlined);
  outline.add(own);
  return { integerBits, vcfg: outline.integerAt('\\VCFG', '\\'), objects: own.map((each) => outline.show(each)) };
}

/** The outlines of the tables of one machine, in the order in which an OS loads them: each knows the names of all. */
export function outlineTables(tables: readonly OutlinedTable[]): TableOutline[] {
  const integerBits = integerBitsOf(tables);
  const outline = new Outline(integerBits);
  const made = tables.map(madeAtLoad);
  for (const each of made) outline.add(each);
  const vcfg = outline.integerAt('\\VCFG', '\\');
  return made.map((own) => ({ integerBits, vcfg, objects: own.map((each) => outline.show(each)) }));
}
