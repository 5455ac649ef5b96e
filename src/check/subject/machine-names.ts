import { type Declaration, displayName, integerValue, lookUp } from '../../aml/index.js';
import { VCFG_NAME } from '../../platform/names/generated-names.js';
import type { Place } from '../../vocab/index.js';
import type { EvaluatedNames } from '../running/evaluated-names.js';
import { placeIn, type SubjectTable } from './subject-table.js';

/** Where a driver looks for the window's base, as the decoder spells it. */
export const ROOT_VCFG: string = `\\${VCFG_NAME}`;

/** A named object, and the table that makes it. */
export interface Declared extends Declaration {
  readonly table: SubjectTable;
}

/** What the tables of one machine name. */
export interface MachineNames {
  /** In the order in which an OS loads them; objects of an If or a method among them. */
  readonly all: readonly Declared[];
  /** Every declaration of a path, in that order. */
  at(path: string): readonly Declared[];
  /** What a name means in a scope; of several declarations the first, since the OS refuses the others. */
  find(name: string, scope: string): Declared | undefined;
  /** Evaluates what is not a constant; undefined if nothing may be run. */
  readonly evaluated: EvaluatedNames | undefined;
}

/** `evaluated`: what runs the tables; undefined if nothing may be run. */
export function machineNames(loaded: readonly SubjectTable[], evaluated?: EvaluatedNames): MachineNames {
  const all = loaded.flatMap((table) => table.declarations.map((declared) => ({ ...declared, table })));
  const byPath = new Map<string, Declared[]>();
  for (const declared of all) {
    const same = byPath.get(declared.path);
    if (same) same.push(declared);
    else byPath.set(declared.path, [declared]);
  }
  return {
    all,
    at: (path) => byPath.get(path) ?? [],
    find: (name, scope) => lookUp(byPath, scope, name)?.[0],
    evaluated,
  };
}

/** Where an object is declared. */
export function placeOf({ table, term, path }: Declared): Place {
  return placeIn(table, term.start, displayName(path));
}

/** The value of a Name that holds an integer constant; undefined for anything else. */
export function integerOf(declared: Declared | undefined): bigint | undefined {
  return declared?.term.op === 'Name' ? integerValue(declared.term.operands[1]) : undefined;
}

/** The Integer that an object is, or gives if it is evaluated; undefined for anything else. */
export function evaluatedInteger(declared: Declared | undefined, { evaluated }: MachineNames): bigint | undefined {
  if (declared === undefined) return undefined;
  const value = integerOf(declared) ?? evaluated?.at(declared.path)?.value;
  return typeof value === 'bigint' ? value : undefined;
}

/** Whether the last segment of a name or path is VCFG. */
export function isNamedVcfg(name: string): boolean {
  if (!name.endsWith(VCFG_NAME)) return false;
  const before = name.at(-VCFG_NAME.length - 1);
  return before === undefined || before === '\\' || before === '.' || before === '^';
}
