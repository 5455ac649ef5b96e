import { isAslWord } from '../../../base/asl-words.js';
import { fieldNames, type NameScope, namesIn, scopeIn } from '../../expand/part-names.js';
import { paddedName, reservedFor } from '../../names/name-seg.js';
import type { Contents, FieldRow, GroupRow, RegisterRow, RowNames } from './rows.js';
import { freeName, freeNameSeg, freeNameStem } from './short-names.js';

/** Makes the names of a function unique: in AML those of all its parts, in drivers those of its registers. */

type Groups = ReadonlyMap<string, GroupRow>;

const ROOT: NameScope = { name: '', longName: '', isBridge: false };

/** What is to be renamed to make a name unique. */
type Owner = { readonly register: RegisterRow; readonly field?: FieldRow };

class Names {
  readonly segs = new Set<string>();
  readonly longNames = new Set<string>();
  /** For freeNameSeg: up to which number all NameSegs with a first letter are taken. */
  readonly full = new Map<string, number>();

  isTaken = (name: string): boolean =>
    this.segs.has(paddedName(name)) || reservedFor(name, ROOT) !== undefined || isAslWord(name);
}

const suffixesOf = ({ count }: RegisterRow): string[] =>
  count === undefined ? [''] : Array.from({ length: count }, (_, element) => `${element}`);

/** The NameSegs and long names of a register with its fields, as they are now. */
function namesOf(row: RegisterRow, scope: NameScope): { seg: string; longName?: string; owner: Owner }[] {
  return suffixesOf(row).flatMap((suffix) => {
    const whole = namesIn(scope, row, suffix);
    const halves = row.width === 64 ? (['L', 'H'] as const) : (['W'] as const);
    return halves.flatMap((half) => {
      const names =
        half === 'W'
          ? whole
          : namesIn(
              { ...scope, longName: '' },
              {
                name: row.name === undefined ? undefined : `${row.name}${suffix}${half}`,
                longName: `${whole.longName}_${half === 'L' ? 'low' : 'high'}`,
              },
              '',
            );
      const low = half === 'H' ? 32 : 0;
      const fields = row.fields.filter(({ lowBit, widthBits }) => lowBit < low + 32 && lowBit + widthBits > low);
      return [
        { seg: names.name, longName: names.longName, owner: { register: row } },
        ...fields.map((field) => {
          const isPart = field.lowBit < low || field.lowBit + field.widthBits > low + 32;
          const part = half === 'W' || !isPart ? '' : half;
          return { seg: fieldNames(scope, names, field, suffix, part).name, owner: { register: row, field } };
        }),
      ];
    });
  });
}

/** Names that several parts of a function have for AML are left to be made from their long names. */
function dropRepeated(registers: readonly RegisterRow[]): void {
  const counts = new Map<string, number>();
  const parts: RowNames[] = registers.flatMap((row) => [row, ...row.fields]);
  for (const { name } of parts)
    if (name !== undefined) counts.set(paddedName(name), (counts.get(paddedName(name)) ?? 0) + 1);
  for (const row of registers) {
    // A register's name is its long name too, so that it need not be said.
    if (row.name !== undefined && reservedFor(row.name, ROOT) !== undefined) toLongName(row);
    for (const field of row.fields) {
      if (field.name === undefined) continue;
      const isRepeated = (counts.get(paddedName(field.name)) ?? 0) > 1;
      if (isRepeated || row.count !== undefined || row.width === 64 || reservedFor(field.name, ROOT)) toLongName(field);
    }
  }
}

function toLongName(row: RowNames): void {
  row.longName ??= row.name?.toLowerCase() ?? 'r';
  delete row.name;
}

/** Gives registers whose long names collide another one. */
function separateRegisters(registers: readonly RegisterRow[]): void {
  const taken = new Set<string>();
  for (const row of registers) {
    const own = () => namesOf(row, ROOT).flatMap(({ longName }) => longName ?? []);
    const wanted = row.longName ?? row.name?.toLowerCase() ?? 'r';
    for (let number = 2; own().some((name) => taken.has(name)); number++) {
      toLongName(row);
      row.longName = freeName(`${wanted.slice(0, 56)}_${number}`, new Set());
    }
    for (const name of own()) taken.add(name);
  }
}

/** Whether a part has a name for each half of its register of 64 bits. */
function isHalved({ register, field }: Owner): boolean {
  if (register.width !== 64) return false;
  return field === undefined || (field.lowBit < 32 && field.lowBit + field.widthBits > 32);
}

/** Whether the AML name of a part could be given, or was unique already. */
function rename(owner: Owner, names: Names, others: ReadonlySet<string>): boolean {
  const { register, field } = owner;
  const row = field ?? register;
  if (register.count !== undefined) return false;
  toLongName(row);
  const isFree = (name: string) => !names.isTaken(name) && !others.has(paddedName(name));
  const longName = row.longName ?? 'r';
  if (!isHalved(owner)) {
    row.name = freeNameSeg(longName, names, isFree);
    return true;
  }
  const stem = freeNameStem(longName, ['L', 'H'], isFree);
  if (stem !== undefined) row.name = stem;
  return stem !== undefined;
}

function visit(contents: Contents, scope: NameScope, groups: Groups, names: Names): boolean {
  const isDirect = scope.longName === '';
  for (const register of contents.registers) {
    for (let tries = 0; ; tries++) {
      const own = namesOf(register, scope);
      const seen = new Set<string>();
      const clash = own.find(({ seg, longName }) => {
        const isTwice =
          seen.has(paddedName(seg)) || names.isTaken(seg) || (longName !== undefined && names.longNames.has(longName));
        seen.add(paddedName(seg));
        return isTwice;
      });
      if (clash === undefined) break;
      const others = new Set(own.map(({ seg }) => paddedName(seg)));
      if (!isDirect || tries > own.length || !rename(clash.owner, names, others)) return false;
    }
    for (const { seg, longName } of namesOf(register, scope)) {
      names.segs.add(paddedName(seg));
      if (longName !== undefined) names.longNames.add(longName);
    }
  }
  return contents.instances.every((row) => {
    const group = groups.get(row.group);
    const suffixes = row.count === undefined ? [''] : Array.from({ length: row.count }, (_, element) => `${element}`);
    return group !== undefined && suffixes.every((suffix) => visit(group, scopeIn(scope, row, suffix), groups, names));
  });
}

/**
 * Makes the names of what is in a function unique. False if that cannot be done while arrays and groups stay together;
 * rows may have other names then.
 */
export function assignNames(contents: Contents, groups: Groups): boolean {
  dropRepeated(contents.registers);
  separateRegisters(contents.registers);
  return visit(contents, ROOT, groups, new Names());
}
