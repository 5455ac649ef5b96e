import type { BitRun } from '../../vocab/index.js';
import { PAGE_REGISTERS } from '../layout.js';
import type { Findings, Path } from '../read/findings.js';
import { nearestWord } from '../read/nearest-word.js';
import type { FunctionInput, PlatformInput } from '../schema/schema.js';
import { fieldNames, type NameScope, namesIn, type PartNames, scopeIn } from './part-names.js';

/** From rows of the file to dwords: arrays, groups and registers of 64 bits are written out. */

export type RegisterInput = NonNullable<FunctionInput['registers']>[number];
export type FieldInput = NonNullable<RegisterInput['fields']>[number];
type InstanceInput = NonNullable<FunctionInput['instances']>[number];
export type GroupInputs = NonNullable<PlatformInput['groups']>;
type Contents = Pick<FunctionInput, 'registers' | 'instances'>;

/** A field, or the part of one that lies in this dword. */
export interface DwordField extends PartNames, BitRun {
  readonly row: FieldInput;
  /** Path of the register's row, and the field's place in it. Not the field's own path: there are very many of them. */
  readonly register: Path;
  readonly at: number;
}

/** A dword with its place in the page. */
export interface Dword extends PartNames {
  readonly row: RegisterInput;
  /** Of the row. */
  readonly path: Path;
  /** The key that gives the dword its place: the row's, or that of the outermost instance. */
  readonly placed: Path;
  /** The key that gives the dword its name, likewise. */
  readonly named: Path;
  readonly index: number;
  readonly reset: number;
  readonly fields: readonly DwordField[];
}

/** A register of 64 bits with its place in the page. */
export interface WideDwords extends PartNames {
  readonly row: RegisterInput;
  readonly index: number;
  /** Those that neither dword holds as a whole. */
  readonly fields: readonly (PartNames & BitRun & { readonly row: FieldInput })[];
}

/** An array, or one within another, whose elements are dwords or registers of 64 bits. */
export interface ExpandedArray extends PartNames {
  readonly index: number;
  readonly dimensions: readonly Dimension[];
  readonly isWide: boolean;
  /** Of each element, or of its low dword. */
  readonly elements: number[];
}

interface Dimension {
  readonly count: number;
  readonly stride: number;
}

export interface ExpandedRegisters {
  readonly dwords: Dword[];
  readonly wide: WideDwords[];
  /** By long name, which has `64` after it if the elements have 64 bits. */
  readonly arrays: Map<string, ExpandedArray>;
}

/** Most dwords and instances that rows may stand for: in one function, far more than fit; in a platform, so that it ends. */
const MOST_STEPS = 4 * PAGE_REGISTERS;
const MOST_STEPS_OF_PLATFORM = 2_000_000;
/** How deep groups may be nested. */
const MOST_DEPTH = 8;
const DWORD_BITS = 32;

/** Where rows are placed and what their names begin with. */
interface Scope extends NameScope {
  readonly base: number;
  /** The outermost instance, if any. */
  readonly instance: Path | undefined;
  readonly groups: readonly string[];
  /** The names of the scope without the numbers of elements, and the arrays around it. */
  readonly array: Pick<NameScope, 'name' | 'longName'>;
  readonly dimensions: readonly Dimension[];
}

export function dwordsOf({ width = DWORD_BITS }: RegisterInput): number {
  return width / DWORD_BITS;
}

/** The rows of one platform; each function's are expanded by {@link expand}. */
export class RegisterExpansion {
  readonly #groups: GroupInputs;
  /** Whether all groups of the file could be read. */
  readonly #complete: boolean;
  readonly #findings: Findings;
  /** Registers that each group takes; 0 while that is being found out. */
  readonly #extents = new Map<string, number>();
  #left = MOST_STEPS_OF_PLATFORM;
  #leftOfFunction = 0;

  constructor(groups: GroupInputs, complete: boolean, findings: Findings) {
    this.#groups = groups;
    this.#complete = complete;
    this.#findings = findings;
  }

  /** The dwords of a function, in the order of the file. */
  expand(contents: Contents, path: Path, isBridge: boolean): ExpandedRegisters {
    const out: ExpandedRegisters = { dwords: [], wide: [], arrays: new Map() };
    const array = { name: '', longName: '' };
    const scope: Scope = { ...array, isBridge, base: 0, instance: undefined, groups: [], array, dimensions: [] };
    this.#leftOfFunction = MOST_STEPS;
    try {
      this.#contents(contents, path, scope, out);
    } catch (error) {
      if (!(error instanceof Full)) throw error;
      const message = 'The arrays and groups of this function stand for more registers than a function can have.';
      this.#findings.add('PLATFORM_TOO_LARGE', path, message, `A page has ${PAGE_REGISTERS}; lower a count.`);
    }
    return out;
  }

  #contents({ registers = [], instances = [] }: Contents, path: Path, scope: Scope, out: ExpandedRegisters): void {
    for (const [at, row] of registers.entries()) this.#register(row, [...path, 'registers', at], scope, out);
    for (const [at, row] of instances.entries()) this.#instance(row, [...path, 'instances', at], scope, out);
  }

  #register(row: RegisterInput, path: Path, scope: Scope, out: ExpandedRegisters): void {
    const length = dwordsOf(row);
    const { count, stride = length } = row;
    // Elements that overlap are a finding of the row's own.
    if (count !== undefined && count > 1 && stride < length) return;
    const inner = count === undefined ? scope : { ...scope, dimensions: [...scope.dimensions, { count, stride }] };
    for (let element = 0; element < (count ?? 1); element++) {
      const index = scope.base + row.index + element * stride;
      if (index + length > PAGE_REGISTERS) {
        const key = count === undefined ? (length > 1 ? 'width' : 'index') : 'count';
        this.#pastEnd(`${row.name ?? row.longName}`, index + length - 1, scope.instance ?? path, key);
        return;
      }
      this.#element(row, path, inner, count === undefined ? '' : `${element}`, index, out);
    }
  }

  #pastEnd(name: string, index: number, path: Path, key: string): void {
    const message = `${name} would take register ${index}, but the last in a page is ${PAGE_REGISTERS - 1}.`;
    this.#findings.add('PLATFORM_ARRAY_RANGE', [...path, key], message, 'Lower its index, count or stride.');
  }

  #element(row: RegisterInput, path: Path, scope: Scope, suffix: string, index: number, out: ExpandedRegisters): void {
    const whole = namesIn(scope, row, suffix);
    const own = scope.instance ?? path;
    const places = {
      row,
      path,
      placed: [...own, 'index'],
      named: [...own, scope.instance !== undefined || row.name !== undefined ? 'name' : 'longName'],
    };
    const { reset = 0n } = row;
    const fields = row.fields ?? [];
    const named = (register: PartNames, field: FieldInput, half: string) =>
      fieldNames(scope, register, field, suffix, half);
    if (dwordsOf(row) === 1) {
      const dwordFields = fields.map((field, at) => {
        const { lowBit, widthBits } = field.bits;
        return { ...named(whole, field, ''), lowBit, widthBits, row: field, register: path, at };
      });
      this.#add(out, { ...places, ...whole, index, reset: Number(reset & 0xffff_ffffn), fields: dwordFields });
      addElement(out, scope, row, index);
      return;
    }
    for (const half of ['L', 'H'] as const) {
      const low = half === 'L' ? 0 : DWORD_BITS;
      const names = namesIn(
        { ...scope, longName: '' },
        {
          name: row.name === undefined ? undefined : `${row.name}${suffix}${half}`,
          longName: `${whole.longName}_${half === 'L' ? 'low' : 'high'}`,
        },
        '',
      );
      const dwordFields = fields.flatMap((field, at): DwordField[] => {
        const { lowBit, widthBits } = field.bits;
        const first = Math.max(lowBit, low);
        const end = Math.min(lowBit + widthBits, low + DWORD_BITS);
        if (first >= end) return [];
        const isPart = end - first < widthBits;
        const bits = { lowBit: first - low, widthBits: end - first };
        return [{ ...named(names, field, isPart ? half : ''), ...bits, row: field, register: path, at }];
      });
      const value = Number((reset >> BigInt(low)) & 0xffff_ffffn);
      const place = index + low / DWORD_BITS;
      this.#add(out, { ...places, ...names, index: place, reset: value, fields: dwordFields });
      addElement(out, scope, row, place, half);
    }
    const across = fields.filter(({ bits }) => bits.lowBit < DWORD_BITS && bits.lowBit + bits.widthBits > DWORD_BITS);
    out.wide.push({
      row,
      ...whole,
      index,
      fields: across.map((field) => ({ ...named(whole, field, ''), ...field.bits, row: field })),
    });
    addElement(out, scope, row, index, '64');
  }

  #add(out: ExpandedRegisters, dword: Dword): void {
    out.dwords.push(dword);
    this.#spend();
  }

  #spend(): void {
    this.#left--;
    this.#leftOfFunction--;
    if (this.#left < 0 || this.#leftOfFunction < 0) throw new Full();
  }

  #instance(row: InstanceInput, path: Path, scope: Scope, out: ExpandedRegisters): void {
    const group = this.#group(row, path, scope);
    if (group === undefined) return;
    if (row.count !== undefined && row.name === undefined && row.longName === undefined) return;
    this.#spend();
    const extent = this.#extent(row.group);
    const { count, stride = extent } = row;
    if (count !== undefined && count > 1 && stride < extent) {
      const message = `The group ${row.group} takes ${extent} registers, and its instances are ${stride} apart.`;
      this.#findings.add('PLATFORM_STRIDE', [...path, 'stride'], message, `Write ${extent} or more, or remove stride.`);
      return;
    }
    for (let element = 0; element < (extent === 0 ? 1 : (count ?? 1)); element++) {
      const base = scope.base + row.index + element * stride;
      if (base + extent > PAGE_REGISTERS) {
        const key = count === undefined ? 'index' : 'count';
        this.#pastEnd(`The group ${row.group}`, base + extent - 1, scope.instance ?? path, key);
        return;
      }
      const inner = scopeIn(scope, row, count === undefined ? '' : `${element}`);
      const instance = scope.instance ?? path;
      const groups = [...scope.groups, row.group];
      const array = scopeIn({ ...scope, ...scope.array }, row, '');
      const dimensions = count === undefined ? scope.dimensions : [...scope.dimensions, { count, stride }];
      this.#contents(
        group,
        ['groups', row.group],
        { ...scope, ...inner, base, instance, groups, array, dimensions },
        out,
      );
    }
  }

  /** The group of an instance; undefined, and a finding, if there is none that can be used here. */
  #group(row: InstanceInput, path: Path, scope: Scope): Contents | undefined {
    const known = Object.keys(this.#groups);
    const group = Object.hasOwn(this.#groups, row.group) ? this.#groups[row.group] : undefined;
    if (group === undefined) {
      if (!this.#complete) return undefined;
      const nearest = nearestWord(row.group, known);
      const cure = nearest === undefined ? 'Define it under groups.' : `Did you mean ${nearest}?`;
      this.#findings.add('PLATFORM_UNKNOWN_GROUP', [...path, 'group'], `There is no group ${row.group}.`, cure);
      return undefined;
    }
    if (scope.groups.includes(row.group)) {
      const round = [...scope.groups, row.group].join(', ');
      const message = `A group contains itself: ${round}.`;
      this.#findings.add('PLATFORM_GROUP_CYCLE', [...path, 'group'], message, 'Remove one of these instances.');
      return undefined;
    }
    if (scope.groups.length >= MOST_DEPTH) {
      const message = `Groups are nested more than ${MOST_DEPTH} deep.`;
      this.#findings.add(
        'PLATFORM_TOO_DEEP',
        [...path, 'group'],
        message,
        'Put the registers of an inner group into the outer one.',
      );
      return undefined;
    }
    return group;
  }

  /** Registers from the start of a group to the end of its last one. */
  #extent(name: string): number {
    const known = this.#extents.get(name);
    if (known !== undefined) return known;
    this.#extents.set(name, 0);
    const { registers = [], instances = [] } = this.#groups[name] ?? {};
    const ends = [
      ...registers.map((row) => row.index + ((row.count ?? 1) - 1) * (row.stride ?? dwordsOf(row)) + dwordsOf(row)),
      ...instances.map((row) => {
        const inner = Object.hasOwn(this.#groups, row.group) ? this.#extent(row.group) : 0;
        return row.index + ((row.count ?? 1) - 1) * (row.stride ?? inner) + inner;
      }),
    ];
    const extent = ends.reduce((most, end) => Math.max(most, end), 0);
    this.#extents.set(name, extent);
    return extent;
  }
}

/** Adds a dword, or a register of 64 bits, to the array that it is an element of, if it is one. */
function addElement(
  { arrays }: ExpandedRegisters,
  { array, dimensions }: Scope,
  row: RegisterInput,
  index: number,
  part: 'L' | 'H' | '64' | '' = '',
): void {
  if (dimensions.length === 0) return;
  const half = part === 'L' ? '_low' : part === 'H' ? '_high' : '';
  const inArray = scopeIn({ ...array, isBridge: false }, row, '');
  const longName = `${inArray.longName}${half}`;
  const key = part === '64' ? `${longName} 64` : longName;
  const known = arrays.get(key);
  if (known !== undefined) known.elements.push(index);
  else {
    const short = inArray.name === undefined ? undefined : `${inArray.name}${half === '' ? '' : part}`;
    const isWide = part === '64';
    arrays.set(key, { name: short ?? longName.toUpperCase(), longName, index, dimensions, isWide, elements: [index] });
  }
}

/** Thrown within {@link RegisterExpansion} when there is no room for more. */
class Full extends Error {}
